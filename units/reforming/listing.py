"""Reforms as lists: those that a person may read, by words, year and state; those of one unit; and
among which units somebody may propose one."""

from typing import Any

from django.db.models import CharField, Exists, Func, OuterRef, Q, QuerySet, Value
from django.db.models.functions import ExtractYear

from core import periods
from units import queries, scope
from units.models import (
    Placement,
    Reform,
    ReformLine,
    ReformPart,
    ReformState,
    Succession,
    UnitKind,
)
from units.models.reforms import ReformQuerySet
from units.reforming.permissions import CONFIRM, PROPOSE

OPEN = (ReformState.DRAFT, ReformState.PROPOSED, ReformState.PLANNED)


def provinces() -> list[tuple[str, str]]:
    """The provinces of today as choices: key and name (one query)."""
    found = Placement.objects.on(periods.today()).filter(kind=UnitKind.PROVINCE).order_by("name")
    return [(f"{unit_id}", name) for unit_id, name in found.values_list("unit", "name")]


def reforms(
    user: Any, *, words: str = "", year: int | None = None, province: str = ""
) -> ReformQuerySet:
    """The reforms that `user` may read, the latest day first.

    Args:
        words: in the name, the resolution, or the name of a unit that it concerns.
        year: of its day.
        province: key of the province in which it changes something, or in what followed that.
    """
    found = Reform.objects.visible_to(user)
    if words:
        units = _called(words).values("unit")
        found = found.filter(
            Q(name__icontains=words) | Q(citation__icontains=words) | _concerns(units)
        )
    if year:
        found = found.annotate(of_year=ExtractYear("effective_on")).filter(of_year=year)
    if province:
        inside = Placement.objects.filter(path__contains=f"/{province}/").values("unit")
        followed = Succession.objects.filter(reform=OuterRef("pk"), successor__in=inside)
        found = found.filter(
            Q(territory_path__contains=f"/{province}/") | Exists(followed) | _concerns(inside)
        )
    return found.order_by("-effective_on", "-pk")


def _called(words: str) -> QuerySet[Placement]:
    folded = Func(Value(words), function="core_fold", output_field=CharField())
    return Placement.objects.filter(name_key__contains=folded)


def _concerns(units: Any) -> Q:
    lines = ReformLine.objects.filter(reform=OuterRef("pk"))
    parts = ReformPart.objects.filter(line__reform=OuterRef("pk"))
    return (
        Q(territory__in=units)
        | Q(Exists(lines.filter(unit__in=units)))
        | Q(Exists(parts.filter(unit__in=units)))
    )


def ahead(user: Any, unit_id: int) -> list[Reform]:
    """The reforms that are proposed or planned for a unit, the next first (one query)."""
    lines = ReformLine.objects.filter(reform=OuterRef("pk"), unit=unit_id)
    parts = ReformPart.objects.filter(line__reform=OuterRef("pk"), unit=unit_id)
    found = Reform.objects.visible_to(user).filter(Exists(lines) | Exists(parts), state__in=OPEN)
    return list(found.order_by("effective_on", "pk"))


def to_confirm(user: Any) -> list[Reform]:
    """The reforms that wait for `user`: to be confirmed, or to be looked at because their day has
    passed and something keeps them from being carried out (one query)."""
    mine = Q(pk__in=())
    for grant in scope.of(user).grants_giving(CONFIRM):
        below = Q(territory_path__startswith=grant.path)
        mine |= below if grant.at_country else below & ~Q(territory_path=grant.path)
    waiting = Q(state=ReformState.PROPOSED) & ~Q(taken_part__contains=[user.pk])
    kept = Q(state=ReformState.PLANNED, effective_on__lt=periods.today())
    found = Reform.objects.visible_to(user).filter(mine, waiting | kept)
    return list(found.order_by("effective_on", "pk"))


def area(user: Any) -> QuerySet[Placement]:
    """The units of today of which `user` may propose a reform, and those in whose right."""
    held = scope.of(user)
    today = Placement.objects.on(periods.today())
    return today.filter(
        held.q(PROPOSE, unit="unit_id", path="path", manager="managed_by_id")
        | Q(unit__in=held.units_with(PROPOSE))
    )


def place_for(user: Any, reform: Reform, unit_id: int | None) -> Placement | None:
    """In which place the units lie of which a line would speak: that of a unit, else that which the
    reform speaks of already, else that of the person (at most two queries)."""
    if unit_id:
        found = area(user).filter(unit__in=_places_of(unit_id)).first()
        if found:
            return found
    paths = [grant.path for grant in scope.of(user).grants_giving(PROPOSE)]
    wanted = reform.territory_id or (int(paths[0].strip("/").split("/")[-1]) if paths else 0)
    return area(user).filter(unit=wanted).first()


def _places_of(unit_id: int) -> QuerySet[Placement, Any]:
    return Placement.objects.on(periods.today()).filter(unit=unit_id).values("located_in")


def units_in(user: Any, place: Placement) -> list[Placement]:
    """The units of today directly in a place of which `user` may propose a reform (one query)."""
    found = area(user).filter(located_in=place.unit_id)
    return list(found.order_by(queries.BY_KIND, "name", "pk"))
