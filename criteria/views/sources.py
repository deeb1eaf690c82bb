"""Where the words of a record stand in its source, for every page that quotes them."""

from urllib.parse import urlencode

from django.urls import reverse

from criteria.models import Criterion


def record_url(source: str, kind: str, key: int) -> str:
    """The page of a source, opened at the words of a record.

    Args:
        source: code of the source.
        kind: what the record is, as the page knows it (reports.plans).
        key: the record's key.
    """
    return f"{reverse('plans:source', args=[source])}?{urlencode({kind: key})}#quote"


def criterion_url(criterion: Criterion) -> str:
    """The page of the criterion's source, opened at its sentence where that is known."""
    source = criterion.source.code
    if criterion.quote:
        return record_url(source, "criterion", criterion.pk)
    return reverse("plans:source", args=[source])


def own_quote(criterion: Criterion) -> str:
    """The quoted sentence where the wording is not that sentence itself."""
    quote, wording = (" ".join(text.split()) for text in (criterion.quote, criterion.wording))
    same = quote.removeprefix("- ").casefold() == wording.casefold()
    return "" if same else criterion.quote
