"""Which criteria set applies to a unit on a day.

For a unit, a day and a purpose exactly one set applies: that of the nearest owner above it. Owners
that a reform has ended stay owners for the territory of their time – the units that lay under them,
the successors of those, and what lies in such a commune today – until an owner of today at the same
tier publishes its own. A set may speak of units with certain managing bodies alone: the departments
of a province, not the stations of its communes.
None is *not configured*.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from campaign.queries import path_ids
from core import periods
from criteria.models import AwardForm, CriteriaSet
from units.models import Unit, UnitKind

# The nearest owner first; other kinds own no sets for units below them but their own.
_TIERS: dict[str, int] = {UnitKind.COMMUNE: 1, UnitKind.DISTRICT: 2, UnitKind.PROVINCE: 3}
_OFFICE, _COUNTRY = 0, 4

_Ranked = defaultdict[tuple[int, int], list[CriteriaSet]]


class Located(Protocol):
    """A unit and where it lies."""

    @property
    def unit_id(self) -> int: ...
    @property
    def path(self) -> str: ...


class Place(Located, Protocol):
    """What of a unit's state decides which set applies to it: a `Placement` has it."""

    @property
    def kind(self) -> str: ...
    @property
    def managed_by_id(self) -> int | None: ...


@dataclass(frozen=True)
class Applicable:
    """The set that applies to a unit, if any.

    Attributes:
        rivals: where none does, the sets that contradict each other.
        of_others: where none speaks of it, the nearest that would, if another body managed it.
        manager: the kind of body that manages it, asked where there are `of_others`; empty: nobody
            is known to.
    """

    criteria_set: CriteriaSet | None
    rivals: tuple[CriteriaSet, ...] = ()
    of_others: tuple[CriteriaSet, ...] = ()
    manager: str = ""


@dataclass(frozen=True)
class _Candidates:
    """The sets for some kinds of unit, with what decides between them.

    Attributes:
        former: for each unit the owners under which it ever lay.
        managers: the kind of each managing body; empty where no set asks.
    """

    sets: tuple[CriteriaSet, ...]
    former: Mapping[int, set[int]]
    managers: Mapping[int, str]


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
    candidates = _candidates(rows, day, [purpose])
    return {row.unit_id: _choose(row, candidates.sets, candidates) for row in rows}


def applicable_set(placement: Place, day: periods.Day) -> Applicable:
    """The emulation set for one unit on `day`."""
    return applicable_sets([placement], day)[placement.unit_id]


def configured(placements: Iterable[Place], day: periods.Day) -> set[tuple[int, str, str]]:
    """For what a set applies on `day`: unit key, kind and purpose (a fixed number of queries).

    Args:
        placements: the states of the units on that day; a unit may stand there with several kinds.
    """
    rows = list(placements)
    candidates = _candidates(rows, day, CriteriaSet.Purpose.values)
    found = set()
    for purpose in CriteriaSet.Purpose.values:
        of_purpose = [one for one in candidates.sets if one.purpose == purpose]
        for row in rows:
            if _choose(row, of_purpose, candidates).criteria_set:
                found.add((row.unit_id, row.kind, purpose))
    return found


def why_none(found: Applicable) -> str:
    """Why a set that is near does not speak of the unit, in words; empty where there is none such.

    It names what the set says of whom it is for, and who manages this unit.
    """
    if not found.of_others:
        return ""
    said = [
        _("“%(name)s” is only for units managed by: %(managers)s.")
        % {"name": one.name, "managers": one.managers_words}
        for one in found.of_others
    ]
    if found.manager:
        manager = UnitKind(found.manager).label
        said.append(_("This unit is managed by: %(manager)s.") % {"manager": manager})
    else:
        said.append(_("Who manages this unit is not recorded."))
    return " ".join(said)


def competitors(criteria_set: CriteriaSet) -> QuerySet[CriteriaSet]:
    """Published sets that apply beside this one to the same units on some of the same days."""
    found = CriteriaSet.objects.published().filter(
        purpose=criteria_set.purpose,
        title=criteria_set.title_id,
        grade=criteria_set.grade,
        owner=criteria_set.owner_id,
        subject_kinds__overlap=criteria_set.subject_kinds,
        period__overlap=criteria_set.period,
    )
    if criteria_set.managers:
        found = found.filter(Q(managers=[]) | Q(managers__overlap=criteria_set.managers))
    return found.exclude(pk=criteria_set.pk)


def _candidates(rows: list[Place], day: periods.Day, purposes: Iterable[str]) -> _Candidates:
    """What may apply to units of these kinds (at most three queries)."""
    sets = tuple(
        CriteriaSet.objects.published()
        .on(day)
        .filter(purpose__in=purposes, subject_kinds__overlap=sorted({row.kind for row in rows}))
        .select_related("owner", "document")
    )
    owners = {one.owner_id for one in sets if one.owner_id}
    former = former_owners(rows, owners) if owners else {}
    return _Candidates(sets, former, _kinds_of_managers(rows, sets))


def _kinds_of_managers(rows: Iterable[Place], sets: Iterable[CriteriaSet]) -> Mapping[int, str]:
    """The kinds of the bodies that manage the units of which some set asks that (one query)."""
    asking = {kind for one in sets if one.managers for kind in one.subject_kinds}
    bodies = {row.managed_by_id for row in rows if row.kind in asking and row.managed_by_id}
    return dict(Unit.objects.filter(pk__in=bodies).values_list("pk", "kind")) if bodies else {}


def _choose(row: Place, sets: Iterable[CriteriaSet], candidates: _Candidates) -> Applicable:
    """The nearest of `sets` that speak of this unit and of who manages it."""
    above, former = set(path_ids(row.path)), candidates.former.get(row.unit_id, set())
    manager = candidates.managers.get(row.managed_by_id or 0, "")
    spoken: _Ranked = defaultdict(list)
    of_others: _Ranked = defaultdict(list)
    for candidate in sets:
        distance = _distance(candidate, above, former)
        if row.kind in candidate.subject_kinds and distance is not None:
            fits = not candidate.managers or manager in candidate.managers
            (spoken if fits else of_others)[distance].append(candidate)
    if not spoken:
        others = _nearest(of_others)
        return Applicable(None, (), others, manager if others else "")
    nearest = _nearest(spoken)
    return Applicable(nearest[0]) if len(nearest) == 1 else Applicable(None, nearest)


def _distance(candidate: CriteriaSet, above: set[int], former: set[int]) -> tuple[int, int] | None:
    """How far above a unit the owner is, one of today before one of earlier; None: it is not."""
    if candidate.owner_id is None or candidate.owner is None:
        return _COUNTRY, 0
    tier = _TIERS.get(candidate.owner.kind, _OFFICE)
    if candidate.owner_id in above:
        return tier, 0
    return (tier, 1) if candidate.owner_id in former else None


def _nearest(ranked: _Ranked) -> tuple[CriteriaSet, ...]:
    return tuple(ranked[min(ranked)]) if ranked else ()


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


def holding_at(
    places: Collection[Located], forms: QuerySet[AwardForm]
) -> Mapping[int, list[AwardForm]]:
    """Of `forms`, those in documents that hold for the territory of each unit, by its key (two
    queries at most).

    Those of a province that has ended hold for the territory of its time.
    """
    read = list(forms.select_related("document"))
    around = {one.unit_id: {None, *path_ids(one.path)} for one in places}
    owners = {one.document.territory_id for one in read}
    elsewhere = {key for above in around.values() for key in owners - above if key}
    former = former_owners(places, elsewhere) if elsewhere else {}
    return {
        key: [one for one in read if one.document.territory_id in above | former.get(key, set())]
        for key, above in around.items()
    }


def former_owners(places: Iterable[Located], owner_ids: set[int]) -> Mapping[int, set[int]]:
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
