"""Which criteria set applies to a unit on a day.

For a unit, a day and a purpose exactly one set applies: that of the nearest owner above it. Owners
that a reform has ended stay owners for the territory of their time – the units that lay under them
and the successors of those – until an owner of today at the same tier publishes its own.
None is *not configured*.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from campaign.queries import path_ids
from core import periods
from criteria.models import CriteriaSet
from units.models import Placement, Succession, UnitKind

# The nearest owner first; other kinds own no sets for units below them but their own.
_TIERS: dict[str, int] = {UnitKind.COMMUNE: 1, UnitKind.DISTRICT: 2, UnitKind.PROVINCE: 3}
_OFFICE, _COUNTRY = 0, 4


@dataclass(frozen=True)
class Applicable:
    """The set that applies to a unit; none, with the sets that contradict each other if any."""

    criteria_set: CriteriaSet | None
    rivals: tuple[CriteriaSet, ...] = ()


def applicable_sets(
    placements: Iterable[Placement],
    day: periods.Day,
    purpose: str = CriteriaSet.Purpose.EMULATION,
) -> dict[int, Applicable]:
    """The set for each unit on `day`, by unit key; a fixed number of queries for any number.

    Args:
        placements: the states of the units on that day.
        purpose: which sets to look at.
    """
    rows = list(placements)
    sets = list(
        CriteriaSet.objects.published()
        .on(day)
        .filter(purpose=purpose, subject_kinds__overlap=sorted({row.kind for row in rows}))
        .select_related("owner", "document")
    )
    former = _former_owners({row.unit_id for row in rows}) if sets else {}
    return {row.unit_id: _choose(row, sets, former.get(row.unit_id, frozenset())) for row in rows}


def applicable_set(placement: Placement, day: periods.Day) -> Applicable:
    """The emulation set for one unit on `day`."""
    return applicable_sets([placement], day)[placement.unit_id]


def _choose(row: Placement, sets: Iterable[CriteriaSet], former: frozenset[int]) -> Applicable:
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


def _former_owners(unit_ids: set[int]) -> Mapping[int, frozenset[int]]:
    """For each unit, every unit under which it or one of its predecessors ever lay."""
    lineage: dict[int, set[int]] = {unit_id: {unit_id} for unit_id in unit_ids}
    frontier = {unit_id: {unit_id} for unit_id in unit_ids}  # predecessor → who descends from it
    while frontier:
        pairs = Succession.objects.filter(successor_id__in=frontier).values_list(
            "successor_id", "predecessor_id"
        )
        older: defaultdict[int, set[int]] = defaultdict(set)
        for successor, predecessor in pairs:
            for descendant in frontier[successor]:
                if predecessor not in lineage[descendant]:
                    lineage[descendant].add(predecessor)
                    older[predecessor].add(descendant)
        frontier = dict(older)
    paths: defaultdict[int, set[int]] = defaultdict(set)
    everyone = set().union(*lineage.values()) if lineage else set()
    for unit_id, path in Placement.objects.filter(unit_id__in=everyone).values_list(
        "unit_id", "path"
    ):
        paths[unit_id].update(path_ids(path))
    return {
        unit_id: frozenset().union(*(paths[ancestor] for ancestor in ancestors))
        for unit_id, ancestors in lineage.items()
    }
