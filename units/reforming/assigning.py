"""What belongs to divided units waits, *chưa phân bổ*, until a person assigns it to a successor.

An assignment is a reform of its own, carried out at once, which says what it assigns and is undone
as any other. Nothing is moved by guess: the successor that is proposed is only chosen beforehand.
"""

import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.db.models import Case, Count, F, Max, Q, QuerySet, Value, When
from django.utils.translation import gettext as _

from core import journal, periods
from core.workflow import Refused
from units import entries
from units.models import (
    Appointment,
    Extent,
    Member,
    Placement,
    Reform,
    ReformAct,
    ReformEvent,
    ReformLine,
    ReformState,
    Succession,
    UnitKind,
)
from units.reforming import listing, statements
from units.reforming.carrying import basis
from units.reforming.permissions import PROPOSE
from units.scope import of as scope_of

SHOWN = 200


@dataclass(frozen=True)
class Divided:
    """A divided unit to which something belongs still.

    Attributes:
        place: its last state.
        units, members, roles: how many wait.
    """

    place: Placement
    units: int
    members: int
    roles: int


@dataclass(frozen=True)
class Waiting:
    """What waits at a divided unit.

    Attributes:
        reform: by which it was divided.
        successors: the states of today of those that the person may assign to.
        default: key of the successor that the reform proposes.
        units, members, roles: the first `SHOWN` of each.
    """

    place: Placement
    reform: Reform
    successors: list[Placement]
    default: int | None
    units: list[Placement]
    members: list[Member]
    roles: list[Appointment]


def _divisions(user: Any) -> QuerySet[Succession]:
    """The divisions among whose successors `user` proposes reforms."""
    return Succession.objects.filter(
        extent=Extent.PART,
        reform__state=ReformState.CARRIED_OUT,
        successor__in=listing.area(user).values("unit"),
    )


def _units_at(keys: Any) -> QuerySet[Placement]:
    return Placement.objects.on(periods.today()).filter(
        Q(located_in__in=keys) | Q(managed_by__in=keys)
    )


def divided(user: Any) -> list[Divided]:
    """The divided units of the person's scope to which something belongs still (two queries)."""
    keys = _divisions(user).order_by().values("predecessor")
    today = periods.today()
    rows = (
        _units_at(keys).annotate(
            at=Case(When(located_in__in=keys, then=F("located_in")), default=F("managed_by"))
        ),
        Member.objects.on(today).filter(home__in=keys).annotate(at=F("home")),
        Appointment.objects.on(today).filter(unit__in=keys).annotate(at=F("unit")),
    )
    first, *others = (
        found.order_by()
        .annotate(of=Value(position))
        .values_list("at", "of")
        .annotate(number=Count("pk"))
        for position, found in enumerate(rows)
    )
    numbers: dict[int, list[int]] = {}
    for at, of, number in first.union(*others, all=True):
        numbers.setdefault(at, [0, 0, 0])[of] = number
    last = Placement.objects.filter(unit__in=numbers).order_by("unit", "-period").distinct("unit")
    return sorted(
        (Divided(one, *numbers[one.unit_id]) for one in last), key=lambda one: one.place.path
    )


def waiting(user: Any, unit_id: int) -> Waiting | None:
    """What waits at a divided unit; None of one that `user` assigns nothing of (five queries)."""
    found = _divisions(user).filter(predecessor=unit_id).select_related("reform")
    divisions = list(found.order_by("-reform__effective_on"))
    if not divisions:
        return None
    reform = divisions[0].reform
    mine = {one.successor_id: one for one in divisions if one.reform_id == reform.pk}
    today = periods.today()
    units = _units_at([unit_id]).order_by("name", "pk")
    members = Member.objects.on(today).filter(home=unit_id).order_by("kind", "number")
    roles = Appointment.objects.on(today).filter(unit=unit_id).select_related("user")
    defaults = [key for key, one in mine.items() if one.is_default]
    return Waiting(
        place=Placement.objects.filter(unit=unit_id).latest("period"),
        reform=reform,
        successors=list(Placement.objects.on(today).filter(unit__in=mine).order_by("name")),
        default=defaults[0] if defaults else None,
        units=list(units[:SHOWN]),
        members=list(members[:SHOWN]),
        roles=list(roles.order_by("user__full_name", "pk")[:SHOWN]),
    )


def assign(
    user: Any,
    unit_id: int,
    to: int,
    *,
    units: Collection[int] = (),
    members: Collection[int] = (),
    everything: bool = False,
) -> Reform:
    """Let units and members of a divided unit belong to a successor, from the day of the division.

    Args:
        to: key of the successor.
        units, members: keys of those that are assigned.
        everything: all that waits there, whatever is chosen.

    Raises:
        Refused: not by this person, not to this unit, or nothing of it waits any more.
    """
    with transaction.atomic():
        entries.lock(unit_id, to, *units, *members)
        at = waiting(user, unit_id)
        successor = next((one for one in at.successors if one.unit_id == to), None) if at else None
        if at is None or successor is None:
            raise Refused(_("This successor is beyond your scope."))
        children = _units_at([unit_id])
        people = Member.objects.on(periods.today()).filter(home=unit_id)
        if not everything:
            children = children.filter(unit__in=units)
            people = people.filter(unit__in=members)
        moving = list(children)
        keys = list(people.values_list("unit", flat=True))
        if not moving and not keys:
            raise Refused(_("Choose what is assigned; what was chosen waits no longer."))
        right = scope_of(user).grant_for(
            PROPOSE, unit_id=to, path=successor.path, managers=(to, successor.managed_by_id or 0)
        )
        with journal.act("reform.assign", actor=user, behalf=right):
            reform = _record(user, at, successor, moving, len(keys))
            _write(reform, at, successor, moving, keys)
            ReformEvent.objects.create(
                reform=reform,
                transition="assign",
                user=user,
                unit_name=right.unit_name if right else "",
                source=ReformState.DRAFT,
                target=ReformState.CARRIED_OUT,
            )
    return reform


def _day(at: Waiting, successor: Placement) -> periods.Day:
    """From when on it belongs there: the day of the division, or since when the successor lies
    where it does."""
    first = periods.first_day(successor.period)
    return max(at.reform.effective_on, first) if first else at.reform.effective_on


def _record(
    user: Any, at: Waiting, successor: Placement, moving: list[Placement], members: int
) -> Reform:
    said = {
        "before": at.place.name,
        "after": successor.name,
        "units": len(moving),
        "members": members,
    }
    territory, path = successor.unit_id, successor.path
    if successor.kind != UnitKind.COMMUNE:  # what a commune keeps is the commune's affair
        territory = successor.located_in_id or territory
        path = path.removesuffix(f"{successor.unit_id}/")
    name = _("Assigned from %(before)s to %(after)s: %(units)d units, %(members)d members") % said
    reform = Reform(
        name=name[:300],
        citation=basis(at.reform),
        effective_on=_day(at, successor),
        state=ReformState.CARRIED_OUT,
        territory_id=territory,
        territory_path=path,
        assigns_id=at.place.unit_id,
        proposed_by=user,
    )
    reform.note_part(user)
    reform.save()
    ReformLine.objects.bulk_create(
        ReformLine(
            reform=reform,
            act=ReformAct.MOVE,
            unit_id=one.unit_id,
            kind=one.kind,
            located_in_id=successor.unit_id if one.located_in_id == at.place.unit_id else None,
            managed_by_id=successor.unit_id if one.managed_by_id == at.place.unit_id else None,
        )
        for one in moving
    )
    return reform


def _write(
    reform: Reform,
    at: Waiting,
    successor: Placement,
    moving: list[Placement],
    members: list[int],
) -> None:
    here, there = at.place.unit_id, successor.unit_id
    inside = [one for one in moving if one.located_in_id == here]
    last = dict(
        Member.objects.filter(home=there).order_by().values_list("kind").annotate(Max("number"))
    )
    kinds = Member.objects.filter(unit__in=members, home=here).values_list("kind", flat=True)
    said: dict[str, Any] = {
        "reform": reform.pk,
        "day": reform.effective_on,
        "basis": basis(reform),
        "changed": json.dumps(
            [
                {
                    "unit": one.unit_id,
                    "ends": False,
                    "located_in": there if one.located_in_id == here else None,
                    "managed_by": there if one.managed_by_id == here else None,
                }
                for one in moving
            ]
        ),
        "roots": json.dumps(
            [{"old": one.path, "new": f"{successor.path}{one.unit_id}/"} for one in inside]
        ),
        "whole": "[]",
        "homes": json.dumps(
            [
                {"home": here, "kind": kind, "after": there, "added": last.get(kind, 0)}
                for kind in sorted(set(kinds))
            ]
        ),
        "only": members,
    }
    with connection.cursor() as cursor:
        for statement in (*statements.STATES, *statements.MEMBERS):
            cursor.execute(statement, said)
