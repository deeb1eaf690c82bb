"""Results of citizens by lists of congdanhoctap.vn: who stands where, and how many people."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, OuterRef, Q, Subquery

from core import periods
from criteria.models import OutsideResult, OutsideResultQuerySet
from units.models import Member, Placement


@dataclass(frozen=True)
class Shown:
    """A result as the page shows it.

    Attributes:
        place: the name of the hamlet or office whose list it is.
        number: of the citizen in the portal's list there; None of one who belongs elsewhere.
        also: the other hamlets and offices where the same person stands.
    """

    result: OutsideResult
    place: str
    number: int | None
    also: tuple[str, ...]


def rows(found: OutsideResultQuerySet) -> OutsideResultQuerySet:
    """Results by list and number, each with `number` in the list of its home."""
    here = Member.objects.on(periods.today()).filter(unit=OuterRef("unit"), home=OuterRef("home"))
    numbered = found.annotate(number=Subquery(here.values("number")[:1]))
    return numbered.order_by("home", "number", "pk")


def sums(found: OutsideResultQuerySet) -> dict[str, int]:
    """How many people have a result and reached it, each once in however many lists, and how many
    lines the lists have (one query)."""
    return found.aggregate(
        people=Count("unit", distinct=True),
        reached=Count("unit", distinct=True, filter=Q(passed=True)),
        lines=Count("pk"),
    )


@dataclass(frozen=True)
class CommuneSum:
    """How many people of a commune's lists have a result.

    Attributes:
        unit_id: of the commune.
        people, reached: each person once in the commune; `lines` how often they stand in lists.
    """

    unit_id: int
    name: str
    people: int
    reached: int
    lines: int


def of_scope(user: Any) -> OutsideResultQuerySet:
    """The results in lists of hamlets and offices of today in whose scope `user` reads
    self-assessments: to be counted, not to be listed person by person."""
    homes = Placement.objects.on(periods.today()).with_capability(user, "assessment.view")
    found: OutsideResultQuerySet = OutsideResult.objects.filter(home__in=homes.values("unit"))
    return found


def by_commune(found: OutsideResultQuerySet) -> list[CommuneSum]:
    """The sums of each commune of today, by name (two queries). Who stands in the lists of two
    communes is in both; `sums` counts them once."""
    today = periods.today()
    lying = Placement.objects.on(today).filter(unit=OuterRef("home")).values("located_in")
    counted = (
        found.order_by()
        .annotate(commune=Subquery(lying[:1]))
        .values_list("commune")
        .annotate(
            people=Count("unit", distinct=True),
            reached=Count("unit", distinct=True, filter=Q(passed=True)),
            lines=Count("pk"),
        )
    )
    numbers = {commune: sums for commune, *sums in counted}
    places = Placement.objects.on(today).filter(unit__in=numbers).order_by("name", "pk")
    return [
        CommuneSum(unit, name, *numbers[unit]) for unit, name in places.values_list("unit", "name")
    ]


def shown(results: Sequence[Any]) -> list[Shown]:
    """The rows of a page (three queries)."""
    years = {one.assessed_year for one in results}
    units = [one.unit_id for one in results]
    stands: defaultdict[int, set[int]] = defaultdict(set)
    others = OutsideResult.objects.filter(unit__in=units, assessed_year__in=years)
    belongs = Member.objects.on(periods.today()).filter(unit__in=units)
    for found in (others, belongs):
        for unit, home in found.values_list("unit", "home"):
            stands[unit].add(home)
    homes = {home for some in stands.values() for home in some}
    places = Placement.objects.on(periods.today()).filter(unit__in=homes)
    names = dict(places.values_list("unit", "name"))
    return [
        Shown(
            one,
            names.get(one.home_id, "–"),
            one.number,
            tuple(sorted(names.get(home, "–") for home in stands[one.unit_id] - {one.home_id})),
        )
        for one in results
    ]
