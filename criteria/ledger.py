"""Reading the ledger of titles: how many hold what on a day, and whether it is right."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Any, cast

from django.db import connection
from django.db.models import Count, F, OuterRef, Q, Subquery, Sum
from django.utils.translation import gettext as _

from core import periods
from criteria.models import Title, TitleLedger
from criteria.models.ledger import BEGINNINGS_AND_ENDS, EVER_HELD, GROUPED, SUM_OF
from units.models import Placement, ReformState, Succession, Unit, UnitKind


@dataclass(frozen=True)
class Line:
    """How many of a kind hold a title at a grade, at one node; 0 where nobody does any more.

    Attributes:
        path: where the node lies in the borders that were asked for.
        unallocated: whether the node is no more and was divided, so that what it counts belongs to
            no single unit that followed (*chưa phân bổ*).
    """

    node_id: int
    path: str
    kind: str
    title: str
    grade: str
    count: int
    unallocated: bool = False


def holders(
    paths: Collection[str],
    day: periods.Day,
    *,
    titles: Collection[str] | None = None,
    borders: periods.Day | None = None,
    there: Mapping[int, str] | None = None,
) -> list[Line]:
    """Who holds titles on a day in the units at `paths`, by node (two queries; one more for each
    step by which units followed one another since).

    A unit of the tree that is no more on the day of the borders takes its own titles with it; what
    its households, clans and citizens hold counts at the unit that followed it.

    Args:
        paths: of the units, on the day of the borders.
        titles: codes of titles; None is all.
        borders: in the borders of which day; None is those of `day` itself.
        there: the nodes at `paths` on that day with their paths, where they are read already.
    """
    borders = borders or day
    found = dict(there or {})
    if there is None:
        nodes_there = Placement.objects.on(borders).filter(under(paths))
        found = dict(nodes_there.values_list("unit", "path"))
    if not found:
        return []
    before = _predecessors(found, borders)
    nodes = {**found, **{node: path for node, (path, _divided) in before.items()}}
    return [
        Line(
            row["node_id"],
            nodes[row["node_id"]],
            row["kind"],
            row["code"],
            row["grade"],
            row["count"],
            row["node_id"] in before and before[row["node_id"]][1],
        )
        for row in _sums(nodes, day, titles)
        # A title of the unit itself is not inherited.
        if row["node_id"] not in before or row["kind"] != row["node_kind"]
    ]


def under(paths: Collection[str]) -> Q:
    """Filter of the states of units that lie at one of `paths`."""
    within = Q(pk__in=())
    for path in paths:
        within |= Q(path__startswith=path)
    return within


def _sums(
    nodes: Collection[int], day: periods.Day, titles: Collection[str] | None
) -> Iterable[Mapping[str, Any]]:
    lines = TitleLedger.objects.filter(node__in=list(nodes), day__lte=day)
    if titles is not None:
        lines = lines.filter(title__in=Title.objects.filter(code__in=titles))
    grouped = lines.order_by().values(
        "node_id", "kind", "grade", code=F("title__code"), node_kind=F("node__kind")
    )
    summed = grouped.annotate(count=Sum("delta"))
    return cast(Iterable[Mapping[str, Any]], summed.order_by("node_id", "code", "grade", "kind"))


def _predecessors(found: dict[int, str], borders: periods.Day) -> dict[int, tuple[str, bool]]:
    """The units that are no more on the day of the borders and were followed by some of `found`
    alone.

    Returns:
        By the key of each: the path at which what it counts stands, and whether it was divided;
        one that was divided stands at the place in which all that followed it lie.
    """
    there = Placement.objects.on(borders).values("unit")
    carried_out = Succession.objects.filter(
        reform__effective_on__lte=borders, reform__state=ReformState.CARRIED_OUT
    ).exclude(predecessor__in=there)
    siblings = carried_out.filter(predecessor=OuterRef("predecessor")).order_by()
    number = siblings.values("predecessor").annotate(number=Count("pk")).values("number")
    before: dict[int, tuple[str, bool]] = {}
    followers: defaultdict[int, list[str]] = defaultdict(list)
    known = dict(found)
    while known:
        rows = carried_out.filter(successor__in=known).annotate(number=Subquery(number))
        following: dict[int, str] = {}
        for one in rows:
            paths = followers[one.predecessor_id]
            paths.append(known[one.successor_id])
            if len(paths) == one.number:
                path = reduce(_common, paths)
                divided = len(paths) > 1 or before.get(one.successor_id, ("", False))[1]
                before[one.predecessor_id] = path, divided
                following[one.predecessor_id] = path
        known = following
    return before


def _common(one: str, other: str) -> str:
    """The path of the place in which both lie."""
    shared = "/"
    for mine, theirs in zip(one.split("/")[1:-1], other.split("/")[1:-1], strict=False):
        if mine != theirs:
            break
        shared += f"{mine}/"
    return shared


# Whether it is right


@dataclass(frozen=True)
class Recount:
    """What counting the recognitions again found.

    Attributes:
        groups: how many sums of the ledger were compared.
        difference: the first one that differs, in words; empty where all agree.
    """

    groups: int
    difference: str


_COMPARE = f"""
    WITH held AS (SELECT *, 1 AS weight FROM criteria_recognition WHERE {EVER_HELD}),
    changes AS ({BEGINNINGS_AND_ENDS}),
    counted AS ({GROUPED}),
    kept AS (
        SELECT {SUM_OF}, sum(delta) AS delta
        FROM criteria_titleledger GROUP BY {SUM_OF} HAVING sum(delta) <> 0
    ),
    compared AS (
        SELECT {SUM_OF}, coalesce(counted.delta, 0) AS counted, coalesce(kept.delta, 0) AS kept
        FROM counted FULL JOIN kept USING ({SUM_OF})
    )
    SELECT count(*) OVER (), node_id, kind, title_id, grade, assessed_year, day, counted, kept
    FROM compared
    ORDER BY counted = kept, day, {SUM_OF} LIMIT 1
"""  # noqa: S608 -- constants


_FORGET = f"""
    DELETE FROM criteria_titleledger WHERE ({SUM_OF}) IN (
        SELECT {SUM_OF} FROM criteria_titleledger GROUP BY {SUM_OF} HAVING sum(delta) = 0
    )
"""  # noqa: S608 -- constants


def verify() -> Recount:
    """Count the recognitions again and compare with the ledger (one statement)."""
    with connection.cursor() as cursor:
        cursor.execute(_COMPARE)
        row = cursor.fetchone()
    if row is None:
        return Recount(0, "")
    groups, node_id, kind, title_id, grade, year, day, counted, kept = row
    if counted == kept:
        return Recount(groups, "")
    place = Placement.objects.filter(unit=node_id).order_by("-period").first()
    said = {
        "place": place.name if place else Unit.objects.get(pk=node_id),
        "node": node_id,
        "kind": UnitKind(kind).label,
        "title": Title.objects.get(pk=title_id),
        "grade": f", {grade}" if grade else "",
        "year": year,
        "day": f"{day:%d/%m/%Y}",
        "counted": counted,
        "kept": kept,
    }
    sentence = _(
        "The first difference: %(place)s (%(node)s), %(kind)s, %(title)s%(grade)s, %(year)s, on "
        "%(day)s: the recognitions give %(counted)+d, the ledger %(kept)+d."
    )
    return Recount(groups, sentence % said)


def forget_cancelled() -> None:
    """Take out the sums that came to nothing, as the owner of the tables: what goes with the
    demonstration. Inside an act."""
    with connection.cursor() as cursor:
        cursor.execute(_FORGET)
