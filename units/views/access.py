"""From an address to a unit: 404 outside the scope, 403 with the reason inside."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest

from core import periods
from units.models import Placement
from units.permissions import Verdict


def present_unit(pk: int) -> Placement:
    """The state of today of a unit. Raises Http404 where it does not exist today."""
    place = Placement.objects.on(periods.today()).filter(unit=pk).first()
    if place is None:
        raise Http404
    return place


def unit_in_scope(request: HttpRequest, pk: int, capability: str) -> Placement:
    """The last state of a unit over which the person has `capability`. Raises Http404."""
    in_scope = Placement.objects.with_capability(request.user, capability)
    place = in_scope.filter(unit=pk).order_by("-period").first()
    if place is None:
        raise Http404
    return place


def require(verdict: Verdict) -> None:
    """Go on only where it is allowed. Raises PermissionDenied with the reason."""
    allowed, reason = verdict
    if not allowed:
        raise PermissionDenied(reason)
