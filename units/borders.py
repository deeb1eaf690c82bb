"""Roll-ups in the borders of their time, or in today's, with what is *chưa phân bổ* (decision 40).

A record stands at the state of its unit, or home, on its day. In the borders of its time it counts
where that state lay; in today's where that unit, or what followed it, lies now. What belongs to a
divided unit counts, not assigned, in the territory that holds all that followed it: so the totals
of a territory agree with those of its parts and the line *chưa phân bổ*.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, models
from django.db.models import Count, Q
from django.http import HttpRequest
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from core import periods
from units import roles, scope
from units.models import Placement, Reform, ReformAct, ReformState, UnitKind

FIELD = "borders"  # in the address
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
        place: in today's borders, the territory.
        ended: units that are no more, and all went over into units of the territory.
        waiting: divided units all of whose successors lie there, and what still belongs to them.
        elsewhere: units with a path of the territory that belong to a divided unit of which a part
            went elsewhere.
    """

    paths: Sequence[str] = ()
    place: Placement | None = None
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
        if self.place is None:
            return found
        if self.place.kind == UnitKind.COUNTRY:
            return _EVERYTHING
        inside = Placement.objects.on(periods.today()).under(self.place.path).order_by()
        return (
            Q(**{f"{unit}__in": inside.exclude(unit__in=self.elsewhere).values("unit")})
            | Q(**{f"{unit}__in": self.ended})
            | self.waiting_q(unit)
        )

    def waiting_q(self, unit: str) -> Q:
        """Filter of those of them that are not assigned."""
        return Q(**{f"{unit}__in": self.waiting})


# The units of the territory; what went over into them, step by step; those all of whose successors
# lie there; what lies, or lay, in such a one still. What just ended counts where it lay; what still
# lies in a unit that is no more and went elsewhere too counts further above. OFFSET keeps each
# range of paths an index scan of its own: else the planner compares every state with each.
_RESOLVED = """
    WITH RECURSIVE inside AS (
        SELECT unit_id FROM units_placement
        WHERE path >= %(path)s AND path < %(beyond)s AND period @> %(day)s::date
    ), former(unit) AS (
        SELECT s.predecessor_id FROM units_succession s JOIN inside i ON i.unit_id = s.successor_id
        UNION
        SELECT s.predecessor_id FROM former f JOIN units_succession s ON s.successor_id = f.unit
    ), followed(start, unit) AS (
        SELECT unit, unit FROM former
        UNION
        SELECT f.start, s.successor_id
        FROM followed f JOIN units_succession s ON s.predecessor_id = f.unit
    ), resolved AS (
        SELECT f.start AS unit, count(*) > 1 AS waits
        FROM followed f
        JOIN units_placement p ON p.unit_id = f.unit AND p.period @> %(day)s::date
        LEFT JOIN inside i ON i.unit_id = f.unit
        GROUP BY f.start HAVING bool_and(i.unit_id IS NOT NULL)
    ), held AS (
        SELECT DISTINCT p.unit_id AS unit, r.waits
        FROM resolved r
        JOIN units_placement u ON u.unit_id = r.unit
        CROSS JOIN LATERAL (
            SELECT * FROM units_placement p
            WHERE p.path > u.path AND p.path < rtrim(u.path, '/') || '0' OFFSET 0
        ) p
        WHERE p.period @> %(day)s::date OR upper(p.period) <= %(day)s::date
            AND NOT EXISTS (
                SELECT 1 FROM units_placement n
                WHERE n.unit_id = p.unit_id AND n.period > p.period)
            AND NOT EXISTS (SELECT 1 FROM units_succession s WHERE s.predecessor_id = p.unit_id)
    ), ended AS (
        SELECT DISTINCT p.unit_id AS unit, p.path FROM units_placement p
        WHERE p.path >= %(path)s AND p.path < %(beyond)s AND upper(p.period) <= %(day)s::date
            AND NOT EXISTS (
                SELECT 1 FROM units_placement n
                WHERE n.unit_id = p.unit_id AND n.period > p.period)
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
"""


def within(place: Placement, borders: Borders) -> Within:
    """What counts in the territory of a unit of today (one query).

    Args:
        borders: in those of the time the territory is where the unit lay, as far as is known; what
            went over into it later counts in what it was then.
    """
    if borders == Borders.THEN:
        states = Placement.objects.filter(unit=place.unit_id).order_by("path")
        return Within(paths=list(states.values_list("path", flat=True).distinct()))
    said: dict[str, Any] = {
        "path": place.path,
        "beyond": f"{place.path.rstrip('/')}0",
        "day": periods.today(),
    }
    found: defaultdict[str, list[int]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_RESOLVED, said)
        for unit_id, how in cursor.fetchall():
            found[how].append(unit_id)
    return Within(
        place=place,
        ended=found["ended"],
        waiting=found["waiting"],
        elsewhere=found["elsewhere"],
    )


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
        territories: what counts in each territory of the person, by its path; those of the grants
            themselves where there is no switch.
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
        """What counts in one territory (one query where the person's own is another)."""
        return self.territories.get(place.path) or within(place, self.borders)

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
#: What draws borders anew; another name, or a type, does not.
_MOVING = (ReformAct.MERGE, ReformAct.DIVIDE, ReformAct.MOVE, ReformAct.END)


def asked(
    request: HttpRequest,
    paths: Collection[str],
    day: periods.Day,
    *,
    usual: Borders = Borders.NOW,
) -> Reading:
    """The borders that an address names, with the switch; today's where no reform lies between, for
    then they are one (one query).

    Args:
        paths: of the territories that are read.
        day: from which on the records are.
        usual: those where the address names none, or junk.
    """
    if day >= periods.today() or not _redrawn(paths, day):
        return TODAYS
    named = request.GET.get(FIELD, "")
    chosen = Borders(named) if named in Borders.values else usual
    return Reading(chosen, _choices(request, chosen))


def of_person(request: HttpRequest, capability: str, day: periods.Day) -> Reading:
    """As `asked`, of the territories over which the person holds `capability`, with what counts in
    each (one query; where there is a switch one more, and one for each territory)."""
    paths = _territories(request.user, capability)
    found = asked(request, paths, day)
    if not found.choices:
        return found
    places = Placement.objects.on(periods.today()).filter(path__in=paths)
    territories = {one.path: within(one, found.borders) for one in places}
    return Reading(found.borders, found.choices, territories)


def _territories(user: Any, capability: str) -> set[str]:
    return {
        grant.path
        for grant in scope.of(user).grants
        if set(grant.role.reaches(capability)) - roles.BY_UNIT
    }


def _redrawn(paths: Iterable[str], day: periods.Day) -> bool:
    """Whether a reform after `day` moved what lies in one of these territories, or one of them; the
    one that was loaded with the official units moved something everywhere."""
    everywhere = Q(territory=None)
    touched = Q(pk__in=())
    for path in paths:
        keys = path.strip("/").split("/")
        above = [f"/{'/'.join(keys[:number])}/" for number in range(1, len(keys) + 1)]
        touched |= everywhere | Q(territory_path__in=above) | Q(territory_path__startswith=path)
    moving = everywhere | Q(assigns__isnull=False) | Q(lines__act__in=_MOVING)
    carried_out = Reform.objects.filter(
        touched, moving, state=ReformState.CARRIED_OUT, effective_on__gt=day
    )
    return carried_out.filter(effective_on__lte=periods.today()).exists()
