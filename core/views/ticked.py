"""Which rows of a list a person has ticked, for a step that is taken for many at once."""

from collections.abc import Iterable

from django.http import HttpRequest


def ticked(request: HttpRequest, most: int) -> dict[int, str]:
    """The keys that were ticked, each with the fingerprint of what the person was shown.

    The list sends `<key>`, the page that names what would follow `<key>:<fingerprint>`; the
    fingerprint is empty where a row was not looked at yet. Junk is left out.

    Args:
        most: how many rows a page has; what is beyond it is left out.
    """
    values = [value.partition(":")[::2] for value in request.POST.getlist("chosen")]
    return {int(key): seen for key, seen in values[:most] if _is_key(key)}


def keys(values: Iterable[str]) -> list[int]:
    """The keys among what a form sent, in its order; junk is left out."""
    return [int(value) for value in values if _is_key(value)]


def _is_key(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 19
