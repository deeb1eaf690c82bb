"""From an address to a unit or a person: 404 outside the scope, 403 with the reason inside."""

from typing import cast

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from accounts.models import User
from core import periods
from units import people_queries, queries
from units.models import Placement


def unit_on(request: HttpRequest, pk: int, day: periods.Day, capability: str = "") -> Placement:
    """The state of a unit on a day: the one way from an address to a unit.

    Acts and personal data ask for today, for who kept a unit formerly has no right over it; `ended`
    gives the day for what is still read of a unit that is no more.

    Args:
        capability: what the person has over the unit; empty where everybody sees all units.

    Raises Http404: the unit is not there on that day, or not in the person's scope.
    """
    found = Placement.objects.on(day).filter(unit=pk)
    if capability:
        found = found.with_capability(request.user, capability)
    place = found.first()
    if place is None:
        raise Http404
    return place


def ended(pk: int) -> periods.Day:
    """The last day of a unit that is no more. Raises Http404 for any other."""
    day = queries.ended_on(pk)
    if day is None:
        raise Http404
    return day


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
