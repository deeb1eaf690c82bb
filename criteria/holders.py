"""Who holds a title in a place, for the shares that rules ask for: lists, figures, and gaps.

A hamlet or office that keeps its list is counted from it; one that does not, by the figure that it
states; one that has neither is named. Nothing is ever taken for nought.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal
from typing import TypeVar

from django.db.models import Q

from campaign.queries import path_ids
from core import periods
from criteria import ledger, rules
from criteria.facts import GatheredHolders
from criteria.models import BatchLine, BatchState, Recognition
from units.models import MEMBER_KINDS, Figure, Member, Placement, UnitKind

_Asked = tuple[str, str]  # code of the title, kind of who holds it
_Located = TypeVar("_Located", ledger.Line, Placement)


def asked_by(specs: Collection[rules.CriterionSpec]) -> set[_Asked]:
    """What the shares of a set ask for."""
    return {
        (spec.rule.title, spec.rule.unit_kind)
        for spec in specs
        if isinstance(spec.rule, rules.ShareHoldingTitleRule)
    }


def of_units(
    asked: Collection[_Asked], paths: Mapping[int, str], day: periods.Day
) -> dict[int, tuple[GatheredHolders, ...]]:
    """What lists and figures know of each unit on a day (five queries at most, none where nothing
    is asked).

    Args:
        paths: of each unit on that day, by its key.
    """
    if not asked:
        return {}
    titles = {title for title, _kind in asked}
    lines = ledger.holders(list(paths.values()), day, titles=titles)
    places = _places(paths.values(), day)
    listed = {(line.node_id, line.title) for line in lines} | _listed(places, titles, day)
    stated = _stated(places, titles, day)
    return {
        unit_id: tuple(
            _gather(title, kind, path, lines, places, listed, stated)
            for title, kind in sorted(asked)
        )
        for unit_id, path in paths.items()
    }


def of_paths(
    asked: Collection[_Asked],
    paths: Mapping[int, str],
    day: periods.Day,
    hamlets: Collection[Placement],
    lines: Collection[ledger.Line],
    stated: Mapping[tuple[int, str], Decimal],
) -> dict[int, tuple[GatheredHolders, ...]]:
    """As `of_units`, of what was read already: for many units, none of which lies in another.

    A hamlet of which an issued list has nobody who reached the title is taken as one that keeps
    none: its figure, or that of the whole place, stands.

    Args:
        hamlets: those in the units.
        lines: of the ledger in the units.
        stated: what hamlets state, by their key and the title's code.
    """
    listed = {(line.node_id, line.title) for line in lines}
    own_lines, own_hamlets = _by_unit(lines, paths), _by_unit(hamlets, paths)
    return {
        unit_id: tuple(
            _gather(
                title,
                kind,
                path,
                own_lines[unit_id],
                {one.unit_id: one for one in own_hamlets[unit_id]},
                listed,
                stated,
            )
            for title, kind in sorted(asked)
        )
        for unit_id, path in paths.items()
    }


def _by_unit(found: Iterable[_Located], units: Collection[int]) -> defaultdict[int, list[_Located]]:
    """What lies in each unit, by its key."""
    inside: defaultdict[int, list[_Located]] = defaultdict(list)
    for one in found:
        for key in path_ids(one.path):
            if key in units:
                inside[key].append(one)
    return inside


def of_members(
    titles: Collection[str], units: Collection[int], day: periods.Day
) -> defaultdict[int, list[tuple[Recognition, str]]]:
    """What members of each unit held at any time: the units that it manages, its households, clans
    and citizens, and of a household its citizens, as of a day (three queries, none where nothing is
    asked).

    Returns:
        By the key of the unit each recognition with the name of who holds it; households, clans and
        citizens are not named.
    """
    found: defaultdict[int, list[tuple[Recognition, str]]] = defaultdict(list)
    if not titles:
        return found
    belongs: defaultdict[int, set[tuple[int, str]]] = defaultdict(set)
    managed = Placement.objects.on(day).filter(managed_by__in=units)
    for member, body, name in managed.values_list("unit", "managed_by", "name"):
        belongs[member].add((body, name))
    people = Member.objects.on(day).filter(Q(home__in=units) | Q(household__in=units))
    for member, home, household in people.values_list("unit", "home", "household"):
        belongs[member] |= {(key, "") for key in (home, household) if key in units}
    held = Recognition.objects.ever_held().filter(unit__in=belongs, title__code__in=titles)
    for one in held.select_related("title").order_by("pk"):
        for unit, name in belongs[one.unit_id]:
            found[unit].append((one, name))
    return found


def _places(paths: Collection[str], day: periods.Day) -> dict[int, Placement]:
    """The hamlets of the units, which keep lists of their households, clans and citizens."""
    found = Placement.objects.on(day).filter(ledger.under(paths), kind=UnitKind.HAMLET)
    return {one.unit_id: one for one in found.order_by("name", "pk")}


def _listed(
    places: Collection[int], titles: Collection[str], day: periods.Day
) -> set[tuple[int, str]]:
    """The places of which an issued list has somebody, though nobody in it reached the title."""
    found = BatchLine.objects.filter(
        placement__unit__in=places,
        batch__title__code__in=titles,
        batch__state=BatchState.ISSUED,
        batch__dated__lte=day,
    )
    return set(found.values_list("placement__unit", "batch__title__code").distinct())


def _stated(
    places: Collection[int], titles: Collection[str], day: periods.Day
) -> dict[tuple[int, str], Decimal]:
    found = Figure.objects.filter(unit__in=places, kind__title_code__in=titles).on(day)
    return {
        (one.unit_id, one.kind.title_code): Decimal(one.value or 0)
        for one in found.select_related("kind")
    }


def _gather(
    title: str,
    kind: str,
    path: str,
    lines: Collection[ledger.Line],
    places: Mapping[int, Placement],
    listed: Collection[tuple[int, str]],
    stated: Mapping[tuple[int, str], Decimal],
) -> GatheredHolders:
    """Of one unit: those at its hamlets, and whatever else lies in it."""
    counts: defaultdict[int | None, int] = defaultdict(int)
    nodes: set[int] = set()
    for line in lines:
        if line.path.startswith(path) and (line.title, line.kind) == (title, kind):
            counts[int(line.grade) if line.grade else None] += line.count
            nodes.add(line.node_id)
    keepers = [one for one in places.values() if kind in MEMBER_KINDS and one.path.startswith(path)]
    nodes |= {one.unit_id for one in keepers if (one.unit_id, title) in listed}
    declared = {
        one.unit_id: stated[one.unit_id, title]
        for one in keepers
        if (one.unit_id, title) not in listed and (one.unit_id, title) in stated
    }
    both = [
        one.unit_id
        for one in keepers
        if (one.unit_id, title) in listed and (one.unit_id, title) in stated
    ]
    return GatheredHolders(
        title=title,
        unit_kind=kind,
        counts=dict(counts),
        listed_places=len(nodes),
        declared=sum(declared.values(), Decimal()),
        declared_places=len(declared),
        missing=tuple(
            one.name
            for one in keepers
            if (one.unit_id, title) not in listed and one.unit_id not in declared
        ),
        also_declared=sum((stated[key, title] for key in both), Decimal()) if both else None,
        also_counted=sum(
            line.count
            for line in lines
            if line.node_id in both and (line.title, line.kind) == (title, kind)
        ),
    )
