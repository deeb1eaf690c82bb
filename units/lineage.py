"""What a unit was, is and became: its states and successions as moments in order."""

from collections.abc import Collection
from dataclasses import dataclass, field

from django.db import connection
from django.db.models import Q

from core import periods
from units import queries
from units.models import Extent, Placement, Reform, Succession


@dataclass(frozen=True)
class Kin:
    """A unit that went before or after, in its state of the time.

    Attributes:
        placement: the last state of who went before, the first of who came after.
        day: a day on which that state ran, for links.
        chain: what it lay in then, from the country down.
        is_part: whether only a part went over.
        is_default: of several successors, the one proposed for what cannot be divided.
    """

    placement: Placement
    day: periods.Day
    chain: list[Placement]
    is_part: bool
    is_default: bool


@dataclass
class Moment:
    """What happened to a unit on a day.

    Attributes:
        day: None for a beginning that nobody knows.
        state: the state that begins, if one does.
        chain: what the unit lies in from then on, from the country down.
        ended: whether this is the first day without the unit.
        came, went: who went over into it, and what it went over into.
        reform: the act by which they did.
    """

    day: periods.Day | None
    state: Placement | None = None
    chain: list[Placement] = field(default_factory=list)
    ended: bool = False
    came: list[Kin] = field(default_factory=list)
    went: list[Kin] = field(default_factory=list)
    reform: Reform | None = None


def moments(states: list[Placement], day: periods.Day) -> list[Moment]:
    """The history of a unit, the earliest first (three queries).

    Args:
        states: all states of the unit, the earliest first; at least one.
        day: of states that lasted through changes above them, show those of this day.
    """
    unit_id = states[0].unit_id
    successions = list(
        Succession.objects.filter(Q(predecessor=unit_id) | Q(successor=unit_id)).select_related(
            "reform"
        )
    )
    others = queries.states_of(_other(one, unit_id) for one in successions)
    kin = [(one, _state_of_kin(one, unit_id, others)) for one in successions]
    chains = queries.chains([*states, *(state for _, state in kin if state)], day)

    found: dict[periods.Day | None, Moment] = {}
    for state in states:
        moment = _at(found, periods.first_day(state.period))
        moment.state, moment.chain = state, chains[state.pk]
    end = states[-1].period.upper
    if end:
        _at(found, end).ended = True
    for succession, related in kin:
        if related:
            moment = _at(found, succession.reform.effective_on)
            moment.reform = succession.reform
            side = moment.went if succession.predecessor_id == unit_id else moment.came
            side.append(_kin(succession, related, chains[related.pk], unit_id))
    for moment in found.values():
        _sort(moment.came)
        _sort(moment.went)
    return sorted(found.values(), key=lambda moment: moment.day or periods.Day.min)


def _at(found: dict[periods.Day | None, Moment], day: periods.Day | None) -> Moment:
    return found.setdefault(day, Moment(day))


def _other(succession: Succession, unit_id: int) -> int:
    if succession.predecessor_id == unit_id:
        return succession.successor_id
    return succession.predecessor_id


def _day_of_kin(succession: Succession, unit_id: int) -> periods.Day:
    """The first day of a successor, the last of a predecessor."""
    if succession.predecessor_id == unit_id:
        return succession.reform.effective_on
    return succession.reform.effective_on - periods.ONE_DAY


def _state_of_kin(
    succession: Succession, unit_id: int, states: dict[int, list[Placement]]
) -> Placement | None:
    its_states = states[_other(succession, unit_id)]
    return queries.state_on(its_states, _day_of_kin(succession, unit_id))


def _kin(succession: Succession, state: Placement, chain: list[Placement], unit_id: int) -> Kin:
    is_part = succession.extent == Extent.PART
    return Kin(state, _day_of_kin(succession, unit_id), chain, is_part, succession.is_default)


def _sort(kin: list[Kin]) -> None:
    """By place, so that communes of one district stand together."""
    kin.sort(key=lambda one: ([above.pk for above in one.chain], one.placement.pk))


_HEIRS = """
    WITH RECURSIVE followed(start, unit) AS (
        SELECT key, key FROM unnest(%(units)s::bigint[]) AS keys(key)
        UNION
        SELECT f.start, s.successor_id
        FROM followed f JOIN units_succession s ON s.predecessor_id = f.unit
    )
    SELECT f.start, f.unit FROM followed f
    JOIN units_placement p ON p.unit_id = f.unit AND p.period @> %(day)s::date
    ORDER BY 1, 2
"""


def heirs(unit_ids: Collection[int], day: periods.Day) -> dict[int, list[int]]:
    """Which units of a day followed units that are no more, however many reforms lie between (one
    query).

    Returns:
        By the key of the unit; one heir has all that belonged to it, of several each has a part.
    """
    found: dict[int, list[int]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_HEIRS, {"units": list(unit_ids), "day": day})
        for unit_id, heir in cursor.fetchall():
            found.setdefault(unit_id, []).append(heir)
    return found
