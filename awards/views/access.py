"""From an address to a nomination: 404 outside the scope, 403 with the reason inside."""

from django.http import Http404, HttpRequest

from awards.models import Nomination
from awards.nominating import listing, permissions
from core.access import require


def visible_nomination(request: HttpRequest, pk: int) -> Nomination:
    """The nomination with what every page shows of it (one query). Raises Http404."""
    found = listing.with_names(Nomination.objects.visible_to(request.user)).select_related(
        "placement",
        "unit",
        "office",
        "submission",
        "form",
        "round",
        "phase",
        "begun_by",
        "appraised_by",
        "unrestricted_by",
    )
    try:
        nomination: Nomination = found.get(pk=pk)
    except Nomination.DoesNotExist:
        raise Http404 from None
    return nomination


def readable_nomination(request: HttpRequest, pk: int) -> Nomination:
    """The nomination, for who may read what stands in it. Raises Http404, PermissionDenied."""
    nomination = visible_nomination(request, pk)
    require(permissions.sees_content(request.user, nomination))
    return nomination
