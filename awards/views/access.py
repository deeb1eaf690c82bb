"""From an address to a nomination: 404 outside the scope, 403 with the reason inside."""

from django.http import Http404, HttpRequest

from awards.models import Nomination
from awards.nominating import listing, permissions
from core.access import require


def visible_nomination(request: HttpRequest, pk: int, *people: str) -> Nomination:
    """The nomination with what every page shows of it (one query). Raises Http404.

    Args:
        people: which of those that it names are shown, too.
    """
    found = listing.with_names(Nomination.objects.visible_to(request.user)).select_related(
        "placement",
        "unit",
        "office",
        "submission",
        "form",
        "round",
        "phase",
        *people,
    )
    try:
        nomination: Nomination = found.get(pk=pk)
    except Nomination.DoesNotExist:
        raise Http404 from None
    return nomination


def checked_nomination(request: HttpRequest, pk: int) -> Nomination:
    """The nomination with what the pre-check asks of it, for who may read what stands in it (one
    query). Raises Http404, PermissionDenied."""
    found = Nomination.objects.visible_to(request.user).with_subject()
    related = found.select_related("placement", "unit", "form", "round", "phase")
    nomination: Nomination | None = related.filter(pk=pk).first()
    if nomination is None:
        raise Http404
    require(permissions.sees_content(request.user, nomination))
    return nomination


def readable_nomination(request: HttpRequest, pk: int, *people: str) -> Nomination:
    """The nomination, for who may read what stands in it. Raises Http404, PermissionDenied.

    Args:
        people: as of `visible_nomination`.
    """
    nomination = visible_nomination(request, pk, *people)
    require(permissions.sees_content(request.user, nomination))
    return nomination
