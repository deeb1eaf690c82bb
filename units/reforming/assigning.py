"""What belongs to divided units waits, *chưa phân bổ*, until a person assigns it to a successor.

An assignment is a reform of its own, carried out at once, which says what it assigns and is undone
as any other. Nothing is moved by guess: the successor that is proposed is only chosen beforehand.
No successor takes for itself: who assigns stands over all of them (decision 34).
"""

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.db.models import Case, Count, F, Max, Q, QuerySet, Value, When
from django.utils.translation import gettext as _

from core import journal, notices, periods
from core.workflow import Refused
from units import entries, lineage, queries
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
)
from units.reforming import statements
from units.reforming.carrying import basis
from units.reforming.entering import shared_path
from units.reforming.permissions import OFFICIAL, PROPOSE
from units.scope import Grant
from units.scope import of as scope_of

SHOWN = 200
UNASSIGNED = "reform.unassigned"  # what those who assign are told (units.reforming.telling)


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
        successors: the states of today of what followed it.
        default: key of the successor that the reform proposes.
        right: the appointment in whose right the person assigns; None of who only reads.
        units, members, roles: the first `SHOWN` of each.
    """

    place: Placement
    reform: Reform
    successors: list[Placement]
    default: int | None
    right: Grant | None
    units: list[Placement]
    members: list[Member]
    roles: list[Appointment]


def _units_at(keys: Any) -> QuerySet[Placement]:
    return Placement.objects.on(periods.today()).filter(
        Q(located_in__in=keys) | Q(managed_by__in=keys)
    )


def divided(user: Any) -> list[Divided]:
    """The divided units to which something belongs still, where one of their heirs lies in the
    scope of `user` (three queries)."""
    keys = Succession.objects.filter(extent=Extent.PART).order_by().values("predecessor")
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
    found = lineage.heirs(numbers, today)
    states = queries.states_of([*numbers, *(one for heirs in found.values() for one in heirs)])
    mine = [
        key for key, heirs in found.items() if any(_reaches(user, states, heir) for heir in heirs)
    ]
    rows_of = (Divided(states[key][-1], *numbers[key]) for key in mine)
    return sorted(rows_of, key=lambda one: one.place.path)


def _reaches(user: Any, states: dict[int, list[Placement]], unit_id: int) -> bool:
    """Whether `user` proposes reforms of a unit of today."""
    return next(_grants_over(user, _today(states, unit_id)), None) is not None


def _today(states: dict[int, list[Placement]], heir: int) -> Placement:
    state = queries.state_on(states[heir], periods.today())
    assert state is not None  # noqa: S101 -- heirs are units of today
    return state


def _grants_over(user: Any, one: Placement) -> Iterator[Grant]:
    managers = (one.unit_id, one.managed_by_id or 0)
    held = scope_of(user)
    return held.grants_for(PROPOSE, unit_id=one.unit_id, path=one.path, managers=managers)


def waiting(user: Any, unit_id: int) -> Waiting | None:
    """What waits at a divided unit; None of one that has no heir in the scope of `user` (six
    queries)."""
    parts = Succession.objects.filter(predecessor=unit_id, extent=Extent.PART)
    divisions = list(parts.select_related("reform"))
    if not divisions:
        return None
    today = periods.today()
    proposed = [one.successor_id for one in divisions if one.is_default]
    found = lineage.heirs([unit_id, *proposed], today)
    heirs = found.get(unit_id, [])
    states = queries.states_of([unit_id, *heirs])
    if not any(_reaches(user, states, heir) for heir in heirs):
        return None
    defaults = [heir for key in proposed for heir in found.get(key, ())]
    successors = sorted((_today(states, key) for key in heirs), key=lambda one: one.name)
    units = _units_at([unit_id]).order_by("name", "pk")
    members = Member.objects.on(today).filter(home=unit_id).order_by("kind", "number")
    roles = Appointment.objects.on(today).filter(unit=unit_id).select_related("user")
    return Waiting(
        place=states[unit_id][-1],
        reform=divisions[0].reform,
        successors=successors,
        default=defaults[0] if len(defaults) == 1 else None,
        right=right_over(user, successors),
        units=list(units[:SHOWN]),
        members=list(members[:SHOWN]),
        roles=list(roles.order_by("user__full_name", "pk")[:SHOWN]),
    )


def right_over(user: Any, successors: Sequence[Placement]) -> Grant | None:
    """One appointment that proposes for all successors, and of official units from above them."""
    for grant in _grants_over(user, successors[0]):
        if all(grant in _grants_over(user, one) for one in successors) and not any(
            one.kind in OFFICIAL and one.unit_id == grant.unit_id for one in successors
        ):
            return grant
    return None


def territory_of(successors: Sequence[Placement]) -> str:
    """The path of the nearest unit in which all of these lie."""
    return shared_path(one.path.removesuffix(f"{one.unit_id}/") for one in successors)


def subject_of(unit_id: int) -> str:
    """What a notice of a divided unit speaks of."""
    return f"unassigned:{unit_id}"


def waits(unit_id: int) -> bool:
    """Whether a unit or member of a divided unit is not assigned yet."""
    members = Member.objects.on(periods.today()).filter(home=unit_id)
    return _units_at([unit_id]).exists() or members.exists()


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
        if at.right is None:
            raise Refused(_("No successor takes for itself: a body above all of them assigns."))
        children = _units_at([unit_id])
        people = Member.objects.on(periods.today()).filter(home=unit_id)
        if not everything:
            children = children.filter(unit__in=units)
            people = people.filter(unit__in=members)
        moving = list(children)
        keys = list(people.values_list("unit", flat=True))
        if not moving and not keys:
            raise Refused(_("Choose what is assigned; what was chosen waits no longer."))
        with journal.act("reform.assign", actor=user, behalf=at.right):
            reform = _record(user, at, successor, moving, len(keys))
            _write(reform, at, successor, moving, keys)
            ReformEvent.objects.create(
                reform=reform,
                transition="assign",
                user=user,
                unit_name=at.right.unit_name,
                source=ReformState.DRAFT,
                target=ReformState.CARRIED_OUT,
            )
            if not waits(unit_id):
                notices.settle(UNASSIGNED, subject_of(unit_id))
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
    path = territory_of(at.successors)
    name = _("Assigned from %(before)s to %(after)s: %(units)d units, %(members)d members") % said
    reform = Reform(
        name=name[:300],
        citation=basis(at.reform),
        effective_on=_day(at, successor),
        state=ReformState.CARRIED_OUT,
        territory_id=int(path.strip("/").split("/")[-1]),
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
