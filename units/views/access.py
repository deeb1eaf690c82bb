"""From an address to a unit or a person: 404 outside the scope, 403 with the reason inside."""

from typing import cast

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from accounts.models import User
from core import periods
from core.workflow import REASON_LENGTH
from units import people_queries
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


def actor_of(request: HttpRequest) -> User:
    """Who asks; for views that only signed-in people reach."""
    return cast(User, request.user)


def key_of(pk: int) -> int:
    """A key that the database can hold. Raises Http404."""
    if pk >= 2**63:
        raise Http404
    return pk


def person_in_area(request: HttpRequest, pk: int) -> User:
    """Somebody of the area of an administrator. Raises Http404 for anybody else."""
    return get_object_or_404(people_queries.people(request.user), pk=key_of(pk))


def reason_of(request: HttpRequest) -> str:
    """The reason that was typed, as long as one can be kept."""
    return request.POST.get("reason", "").replace("\0", "")[:REASON_LENGTH]
