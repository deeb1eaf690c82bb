"""Stating figures and reading them: of a unit on a day, and how they came to be."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Case, Count, Max, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from core import journal, periods
from core.workflow import Refused
from units import entries, members, permissions
from units.entries import Conflict, EntryError
from units.models import MEMBER_KINDS, Figure, FigureKind, Measure, Placement, UnitKind

# What a figure counts and the portal lists, by the code of its kind.
LISTED: dict[str, tuple[UnitKind, ...]] = {
    "ho": (UnitKind.HOUSEHOLD,),
    "dong-ho": (UnitKind.CLAN,),
    "thon": (UnitKind.HAMLET,),
    "don-vi": permissions.ORGANISATIONS,
}
EARLIEST = periods.Day(1945, 9, 2)
LARGEST = 10**12


def kinds_for(unit_kind: str) -> list[FigureKind]:
    """The kinds of figures that are asked of units of a kind, in order (one query)."""
    return list(FigureKind.objects.filter(asked_of__contains=[unit_kind]))


def kinds_at(place: Placement) -> list[FigureKind]:
    """The kinds of figures that are asked of a unit, in order, each with `listed`: how many rows
    the lists of the portal hold today of what it counts. They stand in for no figure (one query).
    """
    numbers = ((code, _listed(place, kinds)) for code, kinds in LISTED.items())
    cases = [When(code=code, then=number) for code, number in numbers if number is not None]
    found = FigureKind.objects.filter(asked_of__contains=[place.kind])
    return list(found.annotate(listed=Case(*cases, default=0)))


def _listed(place: Placement, kinds: tuple[UnitKind, ...]) -> Coalesce | None:
    """How many units of these kinds belong to a unit today; None where it has no such list."""
    found: Any = Placement.objects.on(periods.today()).under(place.path)
    found = found.exclude(unit=place.unit_id)
    if set(kinds) <= set(MEMBER_KINDS):
        found = members.belonging(place)
    if found is None:
        return None
    rows = found.filter(kind__in=kinds).order_by().values(every=Value(1))
    return Coalesce(Subquery(rows.annotate(number=Count("pk")).values("number")), 0)


def on_day(unit_ids: Collection[int], day: periods.Day) -> dict[tuple[int, int], Figure]:
    """What is true of each unit on a day (one query).

    Returns:
        By the key of the unit and of the kind; nothing where no figure is known.
    """
    found = Figure.objects.filter(unit__in=unit_ids).on(day)
    return {(one.unit_id, one.kind_id): one for one in found}


def last_stated(unit_id: int) -> dict[int, int]:
    """The key of the last figure of each kind that was stated of a unit (one query)."""
    stated = Figure.objects.filter(unit=unit_id).order_by().values_list("kind")
    return dict(stated.annotate(last=Max("pk")))


def state(
    user: Any,
    place: Placement,
    kind: FigureKind,
    value: int | None,
    day: periods.Day,
    paper: str,
) -> Figure:
    """State a figure of a unit; None takes back what was stated for that day.

    Raises:
        EntryError: the value or the day cannot be, or nothing is there to take back.
        Refused: not by this person.
    """
    with transaction.atomic():
        entries.lock(place.unit_id)
        _refuse_stranger(user, place)
        return _state(user, place, kind, value, day, paper.strip())


def state_seen(
    user: Any,
    place: Placement,
    kind: FigureKind,
    value: int | None,
    day: periods.Day,
    paper: str,
    version: int,
) -> Figure:
    """State a figure over the one that the writer saw.

    Args:
        version: key of the last figure of the unit and kind when the page was made, 0 for none.

    Raises:
        As `state`; Conflict where somebody else stated another figure meanwhile.
    """
    with transaction.atomic():
        entries.lock(place.unit_id)
        stated = Figure.objects.filter(unit=place.unit_id, kind=kind).select_related("stated_by")
        last = stated.order_by("-pk").first()
        if last and last.pk != version:
            if (last.value, last.day, last.paper) == (value, day, paper.strip()):
                return last
            raise Conflict(last, last.pk, str(last.stated_by), last.stated_at)
        return state(user, place, kind, value, day, paper)


def _refuse_stranger(user: Any, place: Placement) -> None:
    allowed, reason = permissions.may_state(user, place)
    if not allowed:
        raise Refused(reason)


def _state(
    user: Any, place: Placement, kind: FigureKind, value: int | None, day: periods.Day, paper: str
) -> Figure:
    check_frame(day, paper)
    if place.kind not in kind.asked_of:
        raise EntryError(kind=_("This is not asked of units of this kind."))
    if value is not None and not 0 <= value <= (1 if kind.measure == Measure.FACT else LARGEST):
        raise EntryError(value=_("This value is not possible here."))
    there = Figure.objects.filter(unit=place.unit_id, kind=kind, day=day).order_by("-pk").first()
    if value is None and (there is None or there.value is None):
        raise EntryError(value=_("Nothing was stated for this day."))
    if there and (there.value, there.paper) == (value, paper):
        return there
    right = permissions.grant_over(user, "figures.state", place)
    with journal.act("figure.state", actor=user, reason=paper, behalf=right):
        return Figure.objects.create(
            unit_id=place.unit_id, kind=kind, value=value, day=day, paper=paper, stated_by=user
        )


def check_frame(day: periods.Day, paper: str) -> None:
    """Refuse a day or paper that no figure can have. Raises EntryError."""
    if day > periods.today():
        raise EntryError(day=_("The day lies in the future: nothing is true of it yet."))
    if day < EARLIEST:
        raise EntryError(day=_("This day lies too far back."))
    if not paper:
        raise EntryError(paper=_("Name the paper on which the number stands."))


@dataclass(frozen=True)
class GridRow:
    """The figures of one unit in a grid: what is true of it on the grid's day.

    Attributes:
        shown: by kind key.
        version: key of the last figure stated of the unit, 0 before the first.
    """

    place: Placement
    shown: Mapping[int, Figure]
    version: int


def grid_rows(places: Collection[Placement], day: periods.Day) -> list[GridRow]:
    """The rows of a grid in the order of `places` (two queries)."""
    unit_ids = [one.unit_id for one in places]
    true = on_day(unit_ids, day)
    last = dict(
        Figure.objects.filter(unit__in=unit_ids)
        .order_by()
        .values_list("unit")
        .annotate(last=Max("pk"))
    )
    by_unit: dict[int, dict[int, Figure]] = {unit_id: {} for unit_id in unit_ids}
    for (unit_id, kind_id), figure in true.items():
        by_unit[unit_id][kind_id] = figure
    return [GridRow(one, by_unit[one.unit_id], last.get(one.unit_id, 0)) for one in places]


def save_row(
    user: Any,
    place: Placement,
    day: periods.Day,
    paper: str,
    values: Mapping[FigureKind, int | None],
    version: int,
) -> GridRow:
    """State what the row of one unit says anew; cells that were not changed say nothing.

    Args:
        values: what stands in each cell; None is empty.
        version: the row's version when the page was made.

    Raises:
        EntryError: by the code of the kind, or `day`, `paper`.
        Conflict: a cell was changed by somebody else meanwhile; carries the row of now.
        Refused: not by this person.
    """
    with transaction.atomic():
        entries.lock(place.unit_id)
        _refuse_stranger(user, place)
        seen = _shown(Figure.objects.filter(pk__lte=version), place, day)
        now = _shown(Figure.objects.all(), place, day)
        changed = {
            kind: value
            for kind, value in values.items()
            if value != _value(seen, kind) and value != _value(now, kind)
        }
        overtaken = [kind for kind in changed if _value(seen, kind) != _value(now, kind)]
        if overtaken:
            raise _conflict(place, day, overtaken)
        for kind, value in changed.items():
            _state_cell(user, place, kind, value, day, paper.strip(), now.get(kind.pk))
        return grid_rows([place], day)[0]


def _conflict(place: Placement, day: periods.Day, kinds: Collection[FigureKind]) -> Conflict:
    row = grid_rows([place], day)[0]
    stated = Figure.objects.filter(unit=place.unit_id, kind__in=kinds).select_related("stated_by")
    last = stated.latest("pk")
    return Conflict(row, row.version, str(last.stated_by), last.stated_at)


def _state_cell(
    user: Any,
    place: Placement,
    kind: FigureKind,
    value: int | None,
    day: periods.Day,
    paper: str,
    there: Figure | None,
) -> None:
    if value is None and there and there.day != day:
        said = {"day": f"{there.day:%d/%m/%Y}"}
        sentence = _("The number is of %(day)s: take it back on the page of the unit's figures.")
        raise EntryError(**{kind.code: sentence % said})
    try:
        _state(user, place, kind, value, day, paper)
    except EntryError as error:
        errors = dict(error.errors)
        if "value" in errors:
            errors[kind.code] = errors.pop("value")
        raise EntryError(**errors) from error


def _shown(figures: Any, place: Placement, day: periods.Day) -> dict[int, Figure]:
    return {one.kind_id: one for one in figures.filter(unit=place.unit_id).on(day)}


def _value(shown: Mapping[int, Figure], kind: FigureKind) -> int | None:
    figure = shown.get(kind.pk)
    return figure.value if figure else None
