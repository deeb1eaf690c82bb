"""Roll-ups in the borders of their time, or in today's, with what is *chưa phân bổ* (decision 40).

A record stands at the state of its unit, or home, on its day. In the borders of its time it counts
where that state lay; in today's where that unit, or what followed it, lies now. What belongs to a
divided unit counts, not assigned, in the territory that holds all that followed it: so the totals
of a territory agree with those of its parts and the line *chưa phân bổ*.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, models
from django.db.models import Count, Q
from django.http import HttpRequest
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from core import periods
from units import roles, scope
from units.models import Placement, UnitKind

FIELD = "borders"  # in the address
_OF_COUNTRY = 2  # slashes
_EVERYTHING = ~Q(pk__in=())  # an empty Q would vanish beside others


class Borders(models.TextChoices):
    """In which borders a roll-up reads."""

    NOW = "now", _("today's borders")
    THEN = "then", _("the borders of the time")


@dataclass(frozen=True)
class Choice:
    """Borders as a link of the switch."""

    label: str
    url: str
    chosen: bool


def _choices(request: HttpRequest, chosen: Borders) -> list[Choice]:
    query = {key: str(one) for key, one in request.GET.items() if key not in (FIELD, "page")}
    return [
        Choice(str(one.label), f"?{urlencode({**query, FIELD: one.value})}", one == chosen)
        for one in Borders
    ]


@dataclass(frozen=True)
class Within:
    """What counts in a territory, in some borders.

    Attributes:
        paths: in the borders of the time, where the territory lay.
        today: in today's borders, where it lies.
        ended: units that are no more, and all went over into units of the territory.
        waiting: divided units all of whose successors lie there, and what still belongs to them.
        elsewhere: units with a path of the territory that belong to a divided unit of which a part
            went elsewhere.
    """

    paths: Sequence[str] = ()
    today: str = ""
    ended: Sequence[int] = ()
    waiting: Sequence[int] = ()
    elsewhere: Sequence[int] = ()

    def q(self, *, unit: str, path: str) -> Q:
        """Filter of the records that count.

        Args:
            unit: lookup of the key of the unit, or home, at which a record stands.
            path: of the path on its day.
        """
        found = Q(pk__in=())
        for one in self.paths:
            found |= Q(**{f"{path}__startswith": one})
        if not self.today:
            return found
        if self.today.count("/") == _OF_COUNTRY:
            return _EVERYTHING
        inside = Placement.objects.on(periods.today()).under(self.today).order_by()
        return (
            Q(**{f"{unit}__in": inside.exclude(unit__in=self.elsewhere).values("unit")})
            | Q(**{f"{unit}__in": self.ended})
            | self.waiting_q(unit)
        )

    def waiting_q(self, unit: str) -> Q:
        """Filter of those of them that are not assigned."""
        return Q(**{f"{unit}__in": self.waiting})


# Whether a reform after a day moved what lies in a territory, or the territory itself; another name
# or type moves nothing. The one that was loaded with the official units moved something everywhere.
_REDRAWN = """
    EXISTS (
        SELECT 1 FROM units_reform r
        WHERE r.state = 'carried_out'
            AND r.effective_on > %(since)s::date AND r.effective_on <= %(day)s::date
            AND (r.territory_id IS NULL OR (
                (r.territory_path = ANY(%(above)s) OR starts_with(r.territory_path, %(path)s))
                AND (r.assigns_id IS NOT NULL OR EXISTS (
                    SELECT 1 FROM units_reformline l
                    WHERE l.reform_id = r.id AND l.act IN ('merge', 'divide', 'move', 'end')))))
    )
"""
# Whether a state `p` is the last one of a unit that is no more.
_LAST = """
            upper(p.period) <= %(day)s::date AND p.unit_id NOT IN (SELECT unit_id FROM alive)
            AND (
                SELECT true FROM units_placement n
                WHERE n.unit_id = p.unit_id AND n.period > p.period LIMIT 1) IS NULL
""".strip()
# Those that went over, step by step to what is there today; those all of whose successors lie in
# the territory; what lies, or lay, in such a one still. OFFSET keeps each range of paths an index
# scan of its own, and LIMIT each look for a later state: else the planner compares every state with
# each.
_FOLLOWED = f"""
    alive AS MATERIALIZED (
        SELECT unit_id, path FROM units_placement WHERE period @> %(day)s::date
    ), former(unit) AS (
        SELECT unit FROM begun
        UNION
        SELECT s.predecessor_id FROM former f JOIN units_succession s ON s.successor_id = f.unit
    ), followed(start, unit) AS (
        SELECT unit, unit FROM former
        UNION
        SELECT f.start, s.successor_id
        FROM followed f JOIN units_succession s ON s.predecessor_id = f.unit
    ), resolved AS (
        SELECT f.start AS unit, count(*) > 1 AS waits
        FROM followed f JOIN alive p ON p.unit_id = f.unit
        GROUP BY f.start
        HAVING bool_and(p.path >= %(path)s AND p.path < %(beyond)s)
    ), held AS (
        SELECT DISTINCT p.unit_id AS unit, r.waits
        FROM resolved r
        JOIN units_placement u ON u.unit_id = r.unit
        CROSS JOIN LATERAL (
            SELECT * FROM units_placement p
            WHERE p.path > u.path AND p.path < rtrim(u.path, '/') || '0' OFFSET 0
        ) p
        WHERE p.period @> %(day)s::date OR {_LAST}
            AND NOT EXISTS (SELECT 1 FROM units_succession s WHERE s.predecessor_id = p.unit_id)
    )
"""  # noqa: S608 -- put together from pieces of this module alone
# What went over into units of the territory. What just ended counts where it lay; what still lies
# in a unit that is no more and went elsewhere too counts further above.
_RESOLVED = f"""
    WITH RECURSIVE asked AS (
        SELECT {_REDRAWN} AS redrawn
    ), begun(unit) AS (
        SELECT s.predecessor_id
        FROM units_placement i JOIN units_succession s ON s.successor_id = i.unit_id
        WHERE i.path >= %(path)s AND i.path < %(beyond)s AND i.period @> %(day)s::date
            AND (%(always)s OR (SELECT redrawn FROM asked))
    ), {_FOLLOWED}, ended AS (
        SELECT DISTINCT p.unit_id AS unit, p.path FROM units_placement p
        WHERE p.path >= %(path)s AND p.path < %(beyond)s AND {_LAST}
            AND (%(always)s OR (SELECT redrawn FROM asked))
    ), gone AS (
        SELECT DISTINCT unit, false AS waits FROM ended e
        WHERE NOT EXISTS (SELECT 1 FROM units_succession s WHERE s.predecessor_id = e.unit)
    ), astray AS (
        SELECT DISTINCT p.unit_id AS unit FROM ended e
        CROSS JOIN LATERAL (
            SELECT * FROM units_placement p
            WHERE p.path > e.path AND p.path < rtrim(e.path, '/') || '0' OFFSET 0
        ) p
        WHERE p.period @> %(day)s::date
    ), found AS (
        SELECT * FROM resolved UNION ALL SELECT * FROM held UNION ALL SELECT * FROM gone
    )
    SELECT unit, CASE WHEN bool_or(waits) THEN 'waiting' ELSE 'ended' END FROM found GROUP BY unit
    UNION ALL
    SELECT unit, 'elsewhere' FROM astray WHERE unit NOT IN (SELECT unit FROM found)
    UNION ALL
    SELECT NULL, 'redrawn' FROM asked WHERE redrawn
"""  # noqa: S608
# In the country everything counts: only what was divided, or went over into such a one, is asked.
_WAITING = f"""
    WITH RECURSIVE asked AS (
        SELECT {_REDRAWN} AS redrawn
    ), begun(unit) AS (
        SELECT predecessor_id FROM units_succession
        WHERE %(always)s OR (SELECT redrawn FROM asked)
        GROUP BY predecessor_id HAVING count(*) > 1
    ), {_FOLLOWED}
    SELECT unit, 'waiting' FROM resolved WHERE waits
    UNION
    SELECT unit, 'waiting' FROM held GROUP BY unit HAVING bool_or(waits)
    UNION ALL
    SELECT NULL, 'redrawn' FROM asked WHERE redrawn
"""  # noqa: S608
_LAIN = f"""
    SELECT path, {_REDRAWN} FROM units_placement WHERE unit_id = %(unit)s
    GROUP BY path ORDER BY path
"""  # noqa: S608


def within(path: str, borders: Borders) -> Within:
    """What counts in the territory that lies at a path today (one query).

    Args:
        borders: in those of the time the territory is where the unit lay, as far as is known; what
            went over into it later counts in what it was then.
    """
    return _read(path, borders, None)[0]


def _statement(path: str, borders: Borders) -> str:
    if borders == Borders.THEN:
        return _LAIN
    return _WAITING if path.count("/") == _OF_COUNTRY else _RESOLVED


def _read(
    path: str, borders: Borders, since: periods.Day | None, *, always: bool = True
) -> tuple[Within, bool]:
    """What counts in the territory at `path`, and whether a reform after a day moved what lies in
    it, or the territory (one query).

    Args:
        always: whether what counts is read too where none did.
    """
    keys = path.strip("/").split("/")
    said: dict[str, Any] = {
        "unit": int(keys[-1]),
        "path": path,
        "beyond": f"{path.rstrip('/')}0",
        "above": [f"/{'/'.join(keys[:number])}/" for number in range(1, len(keys) + 1)],
        "day": periods.today(),
        "since": since,
        "always": always,
    }
    with connection.cursor() as cursor:
        cursor.execute(_statement(path, borders), said)
        rows = cursor.fetchall()
    if borders == Borders.THEN:
        return Within(paths=[lain for lain, _redrawn in rows]), any(row[1] for row in rows)
    found: defaultdict[str, list[int]] = defaultdict(list)
    for unit_id, how in rows:
        found[how].append(unit_id)
    counted = Within(
        today=path,
        ended=found["ended"],
        waiting=found["waiting"],
        elsewhere=found["elsewhere"],
    )
    return counted, "redrawn" in found


# Of a page


@dataclass(frozen=True)
class Counts:
    """How many units of each kind there are, and how many of them are not assigned."""

    numbers: Sequence[tuple[UnitKind, int]]
    waiting: int = 0


@dataclass(frozen=True)
class Reading:
    """How a page reads the sums of a day.

    Attributes:
        borders: in which.
        choices: the switch between them; empty where no reform lies between, and they are one.
        territories: what counts in each territory that was read, by its path; in others what lies
            under that.
    """

    borders: Borders = Borders.NOW
    choices: Sequence[Choice] = ()
    territories: Mapping[str, Within] = field(default_factory=dict)

    @property
    def query(self) -> dict[str, str]:
        """What links into the same borders carry."""
        return {FIELD: self.borders.value} if self.choices else {}

    def q(self, user: Any, capability: str, *, unit: str, path: str, manager: str = "") -> Q:
        """Filter of the records that count in the scope of `user`; as `Scope.q`."""
        reach = {"unit": unit, "path": path, "manager": manager}
        return scope.of(user).counted_q(capability, self.territories, **reach)

    def within(self, place: Placement) -> Within:
        """What counts in one territory (one query where it is none of the person's)."""
        return self.territories.get(place.path) or within(place.path, self.borders)

    def waiting_q(self, unit: str) -> Q:
        """Filter of those of them that are not assigned."""
        waiting = Q(pk__in=())
        for one in self.territories.values():
            waiting |= one.waiting_q(unit)
        return waiting


def counts(place: Placement, day: periods.Day, reading: Reading) -> Counts:
    """How many units of a day count in the unit of `place`, itself left out (one query, and that of
    `Reading.within`).

    Args:
        place: the state of today.
    """
    inside = reading.within(place)
    found = Placement.objects.on(day).filter(inside.q(unit="unit", path="path"))
    rows = (
        found.exclude(unit=place.unit_id)
        .order_by()
        .values_list("kind")
        .annotate(number=Count("pk"), waiting=Count("pk", filter=inside.waiting_q("unit")))
    )
    numbers = {kind: (number, waiting) for kind, number, waiting in rows}
    return Counts(
        [(kind, numbers[kind][0]) for kind in UnitKind if kind in numbers],
        sum(waiting for _number, waiting in numbers.values()),
    )


#: Where no reform lies between, there is nothing to choose.
TODAYS = Reading()


def of_unit(request: HttpRequest, path: str, day: periods.Day, *, usual: Borders) -> Reading:
    """How a page reads the sums of a day in the unit that lies at `path` today (one query; none of
    today).

    Args:
        usual: the borders where the address names none, or junk.
    """
    return _reading(request, [path], day, usual=usual, always=False)


def of_person(
    request: HttpRequest, capability: str, day: periods.Day, *, always: bool = False
) -> Reading:
    """As `of_unit`, in all territories over which the person holds `capability` (one query for each
    of them).

    Args:
        day: from which on the records are.
        always: whether what counts is read too where no reform lies between: of records that may
            be older.
    """
    paths = {
        grant.path
        for grant in scope.of(request.user).grants
        if set(grant.role.reaches(capability)) - roles.BY_UNIT
    }
    return _reading(request, paths, day, always=always)


def _reading(
    request: HttpRequest,
    paths: Iterable[str],
    day: periods.Day,
    *,
    usual: Borders = Borders.NOW,
    always: bool,
) -> Reading:
    """Where no reform lies between there is no switch, and everything is read as of today."""
    if day >= periods.today() and not always:
        return TODAYS
    named = request.GET.get(FIELD, "")
    chosen = Borders(named) if named in Borders.values else usual
    found = {path: _read(path, chosen, day, always=always) for path in sorted(paths)}
    territories = {path: counted for path, (counted, _redrawn) in found.items()}
    if any(redrawn for _counted, redrawn in found.values()):
        return Reading(chosen, _choices(request, chosen), territories)
    return Reading(territories=territories) if always and chosen == Borders.NOW else TODAYS
