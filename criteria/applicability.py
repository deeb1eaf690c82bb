"""Which criteria set applies to a unit on a day.

For a unit, a day and a purpose exactly one set applies: that of the nearest owner above it. Owners
that a reform has ended stay owners for the territory of their time – the units that lay under them,
the successors of those, and what lies in such a commune today – until an owner of today at the same
tier publishes its own.
None is *not configured*.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from django.db import connection

from campaign.queries import path_ids
from core import periods
from criteria.models import CriteriaSet
from units.models import UnitKind

# The nearest owner first; other kinds own no sets for units below them but their own.
_TIERS: dict[str, int] = {UnitKind.COMMUNE: 1, UnitKind.DISTRICT: 2, UnitKind.PROVINCE: 3}
_OFFICE, _COUNTRY = 0, 4


class Place(Protocol):
    """What of a unit's state decides which set applies to it: a `Placement` has it."""

    @property
    def unit_id(self) -> int: ...
    @property
    def kind(self) -> str: ...
    @property
    def path(self) -> str: ...


@dataclass(frozen=True)
class Applicable:
    """The set that applies to a unit; none, with the sets that contradict each other if any."""

    criteria_set: CriteriaSet | None
    rivals: tuple[CriteriaSet, ...] = ()


def applicable_sets(
    placements: Iterable[Place],
    day: periods.Day,
    purpose: str = CriteriaSet.Purpose.EMULATION,
) -> dict[int, Applicable]:
    """The set for each unit on `day`, by unit key; a fixed number of queries for any number.

    Args:
        placements: the states of the units on that day.
        purpose: which sets to look at.
    """
    rows = list(placements)
    sets, former = _candidates(rows, day, [purpose])
    return {row.unit_id: _choose(row, sets, former.get(row.unit_id, set())) for row in rows}


def applicable_set(placement: Place, day: periods.Day) -> Applicable:
    """The emulation set for one unit on `day`."""
    return applicable_sets([placement], day)[placement.unit_id]


def configured(placements: Iterable[Place], day: periods.Day) -> set[tuple[int, str, str]]:
    """For what a set applies on `day`: unit key, kind and purpose (a fixed number of queries).

    Args:
        placements: the states of the units on that day; a unit may stand there with several kinds.
    """
    rows = list(placements)
    sets, former = _candidates(rows, day, CriteriaSet.Purpose.values)
    found = set()
    for purpose in CriteriaSet.Purpose.values:
        of_purpose = [one for one in sets if one.purpose == purpose]
        for row in rows:
            if _choose(row, of_purpose, former.get(row.unit_id, set())).criteria_set:
                found.add((row.unit_id, row.kind, purpose))
    return found


def _candidates(
    rows: list[Place], day: periods.Day, purposes: Iterable[str]
) -> tuple[list[CriteriaSet], Mapping[int, set[int]]]:
    """The sets for units of these kinds, and for each unit the owners under which it ever lay."""
    sets = list(
        CriteriaSet.objects.published()
        .on(day)
        .filter(purpose__in=purposes, subject_kinds__overlap=sorted({row.kind for row in rows}))
        .select_related("owner", "document")
    )
    owners = {one.owner_id for one in sets if one.owner_id}
    return sets, former_owners(rows, owners) if owners else {}


def _choose(row: Place, sets: Iterable[CriteriaSet], former: set[int]) -> Applicable:
    above = set(path_ids(row.path))
    ranked: defaultdict[tuple[int, int], list[CriteriaSet]] = defaultdict(list)
    for candidate in sets:
        if row.kind not in candidate.subject_kinds:
            continue
        if candidate.owner_id is None or candidate.owner is None:
            ranked[_COUNTRY, 0].append(candidate)
        elif candidate.owner_id in above:
            ranked[_TIERS.get(candidate.owner.kind, _OFFICE), 0].append(candidate)
        elif candidate.owner_id in former:
            ranked[_TIERS.get(candidate.owner.kind, _OFFICE), 1].append(candidate)
    if not ranked:
        return Applicable(None)
    nearest = ranked[min(ranked)]
    return Applicable(nearest[0]) if len(nearest) == 1 else Applicable(None, tuple(nearest))


# Under which of some owners the units, the communes in which they lie, or any of the predecessors
# of these, ever lay. Each unit and each succession is looked up by its key (OFFSET 0 keeps the
# planner from reading all of them), and the keys of the lineage are gathered first, so that its
# states alone are read.
_OWNERS_OF_THE_LINEAGE = """
    WITH RECURSIVE lineage(descendant, unit) AS (
        SELECT start.descendant, start.unit
        FROM unnest(%s::bigint[], %s::bigint[]) AS start(descendant, unit)
        WHERE start.unit = start.descendant
            OR (SELECT kind FROM units_unit WHERE id = start.unit) = 'commune'
        UNION
        SELECT lineage.descendant, before.unit
        FROM lineage, LATERAL (
            SELECT predecessor_id FROM units_succession WHERE successor_id = lineage.unit OFFSET 0
        ) AS before(unit)
    )
    SELECT DISTINCT lineage.descendant, owner.unit
    FROM units_placement placement
    JOIN unnest(%s::bigint[]) AS owner(unit) ON placement.path LIKE '%%/' || owner.unit || '/%%'
    JOIN lineage ON lineage.unit = placement.unit_id
    WHERE placement.unit_id = ANY (ARRAY(SELECT unit FROM lineage))
"""


def former_owners(places: Iterable[Place], owner_ids: set[int]) -> Mapping[int, set[int]]:
    """For each unit, the owners under which it, its commune or one of their predecessors ever lay
    (one query)."""
    starts = [(one.unit_id, key) for one in places for key in {one.unit_id, *path_ids(one.path)}]
    units, above_them = [unit for unit, _key in starts], [key for _unit, key in starts]
    above: defaultdict[int, set[int]] = defaultdict(set)
    with connection.cursor() as cursor:
        cursor.execute(_OWNERS_OF_THE_LINEAGE, [units, above_them, list(owner_ids)])
        for unit_id, owner_id in cursor.fetchall():
            above[unit_id].add(owner_id)
    return above
