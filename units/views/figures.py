"""The figures of a unit: what is true on a day, how that came to be, and grids to state it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from core import grids, periods
from core.access import require, requires
from core.grids import Column, Grid, Line, Link
from core.numbers import format_vi_number
from core.paging import Pages
from core.presentation import SaveState
from core.workflow import Refused
from units import figures, permissions, queries
from units.entries import Conflict, EntryError
from units.forms.units import DayForm, FigureRowForm, FrameForm, WholeNumberField
from units.models import Figure, FigureKind, Measure, Placement, UnitKind
from units.views.access import ended, unit_on
from units.views.rows import conflict_over, read_version, saved_row, typed_line

HISTORY_A_PAGE = 50
ROWS_A_PAGE = 50


def yes_or_no() -> tuple[tuple[str, Any], ...]:
    """The values of a fact."""
    return ("1", _("yes")), ("0", _("no"))


def shown_value(kind: FigureKind, value: int | None) -> str:
    """A value as a field holds it."""
    if value is None:
        return ""
    return str(value) if kind.measure == Measure.FACT else format_vi_number(value)


@dataclass(frozen=True)
class Past:
    """One figure of the history, and whether it still stands."""

    figure: Figure
    value: str
    stands: bool


@requires("figures.view", methods=("GET", "POST"))
def detail(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The figures of a unit that are true today or on a day asked for; POST states one."""
    if request.method == "POST":
        place = unit_on(request, pk, periods.today(), "figures.view")
        require(permissions.may_state(request.user, place))
        return _save(request, place)
    try:
        place = unit_on(request, pk, periods.today(), "figures.view")
    except Http404:
        place = unit_on(request, pk, ended(pk), "figures.view")
    return _page(request, place)


def _page(request: HttpRequest, place: Placement, typed: Line | None = None) -> HttpResponse:
    form = DayForm(request.GET)
    asked = form.chosen_day()
    day = asked or periods.today()
    kinds = figures.kinds_at(place)
    allowed, why_not = permissions.may_state(request.user, place)
    if asked and asked != periods.today():
        why_not = _("Looking at another day")
    lines = _lines(place, kinds, day)
    if typed:
        lines = [_typed_over(one, typed) for one in lines]
    seen_on = queries.day_within(place.period, periods.today())
    all_figures = Figure.objects.visible_to(request.user, seen_on).filter(unit=place.unit_id)
    history = all_figures.select_related("kind", "stated_by").order_by("-day", "-pk")
    page = Pages(history, HISTORY_A_PAGE).get_page(request.GET.get("page"))
    standing = set(all_figures.standing().values_list("pk", flat=True))
    context = {
        "place": place,
        "chain": queries.chains([place], periods.today())[place.pk],
        "form": form,
        "asked": asked,
        "day": day,
        "may_state": allowed,
        "page": page,
        "history": [
            Past(one, _words(one), one.pk in standing and one.value is not None) for one in page
        ],
        "kinds": kinds,
        "inside_url": reverse("units:figures_inside", args=[place.unit_id])
        if place.kind == UnitKind.COMMUNE and _lists_inside(request, place)
        else "",
        "grid": Grid(
            url=reverse("units:figures", args=[place.unit_id]),
            drafts=f"figures-{place.unit_id}-",
            columns=_columns(),
            lines=lines,
            label=_("Figures, %(name)s") % {"name": place.name},
            heading=_("Figure"),
            locked=why_not,
        ),
    }
    return render(request, "units/figures.html", context, status=422 if typed else 200)


def _lists_inside(request: HttpRequest, place: Placement) -> bool:
    """Whether the figures of its hamlets are a click away: of a commune that is there today."""
    runs = periods.today() in place.period
    return runs and permissions.may_see_inside(request.user, place)[0]


def _columns() -> tuple[Column, ...]:
    return (
        Column("value", _("Value"), "number", hint=_("none yet"), max_length=30),
        Column("day", _("True of the day"), "day", hint=_("dd/mm/yyyy")),
        Column("paper", _("On the paper"), "wide", wraps=True),
    )


def _lines(place: Placement, kinds: list[FigureKind], day: periods.Day) -> list[Line]:
    true = figures.on_day([place.unit_id], day)
    last = figures.last_stated(place.unit_id)
    found = []
    for kind in kinds:
        figure = true.get((place.unit_id, kind.pk))
        found.append(
            Line(
                row=kind.code,
                values=_values(kind, figure),
                save=SaveState(kind.code, last.get(kind.pk, 0)),
                name=kind.name,
                heading=Link(kind.name, ""),
                notes=_notes(kind) if day == periods.today() else {},
                choices={"value": yes_or_no()} if kind.measure == Measure.FACT else {},
            )
        )
    return found


def _notes(kind: FigureKind) -> dict[str, str]:
    """How many the lists of the portal hold of what a figure counts, beside its value."""
    listed: int = kind.listed  # type: ignore[attr-defined]
    if not listed:
        return {}
    return {"value": _("entered in lists: %(number)s") % {"number": format_vi_number(listed)}}


def _values(kind: FigureKind, figure: Figure | None) -> dict[str, str]:
    if figure is None:
        return {}
    return {
        "value": shown_value(kind, figure.value),
        "day": f"{figure.day:%d/%m/%Y}",
        "paper": figure.paper,
    }


def _typed_over(line: Line, typed: Line) -> Line:
    """The row as it was typed, in the place where it stands."""
    if line.row != typed.row:
        return line
    return Line(
        row=line.row,
        values=typed.values,
        save=typed.save,
        name=line.name,
        heading=line.heading,
        choices=line.choices,
    )


def _words(figure: Figure) -> str:
    """A figure as people read it."""
    if figure.value is None:
        return _("taken back")
    if figure.kind.measure == Measure.FACT:
        return str(dict(yes_or_no())[str(figure.value)])
    return f"{format_vi_number(figure.value)} {figure.kind.unit_name}"


def _save(request: HttpRequest, place: Placement) -> HttpResponseBase:
    kinds = {kind.code: kind for kind in figures.kinds_for(place.kind)}
    kind = kinds.get(request.POST.get("row", ""))
    version = read_version(request)
    if kind is None:
        raise Http404
    form = FigureRowForm(request.POST)
    if not form.is_valid():
        return _unsaved(request, place, grids.invalid_state(form, kind.code, version))
    try:
        figure = figures.state_seen(request.user, place, kind, **form.cleaned_data, version=version)
    except EntryError as error:
        return _unsaved(request, place, grids.refused_state(error.errors, kind.code, version))
    except Conflict as conflict:
        theirs = _values(kind, conflict.current)
        state = conflict_over(request, _columns(), kind.code, conflict, theirs)
        return _unsaved(request, place, state)
    except Refused as refused:
        raise PermissionDenied(str(refused)) from refused
    return saved_row(request, SaveState(kind.code, figure.pk, at=timezone.localtime()))


def _unsaved(request: HttpRequest, place: Placement, state: SaveState) -> HttpResponse:
    if request.htmx:  # type: ignore[attr-defined]
        return grids.answer(request, state)
    return _page(request, place, typed_line(request, state))


# Those of the hamlets of a commune, at once


@requires("figures.view", methods=("GET", "POST"))
def inside(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The figures of all hamlets of a commune on one day, for who reads those of each; POST saves
    one hamlet's, by one paper for all."""
    place = unit_on(request, pk, periods.today(), "figures.view")
    if place.kind != UnitKind.COMMUNE:
        raise Http404
    require(permissions.may_see_inside(request.user, place))
    if request.method == "POST":
        require(permissions.may_state_inside(request.user, place))
        return _save_inside(request, place)
    return _inside_page(request, place)


def _inside_page(request: HttpRequest, place: Placement, typed: Line | None = None) -> HttpResponse:
    form = FrameForm(request.GET or request.POST or None)
    day, paper = form.frame() if form.is_bound else (periods.today(), "")
    may_state, why_not = permissions.may_state_inside(request.user, place)
    if may_state and not paper:
        why_not = _("To enter figures, first name above the day and the paper they stand on.")
    kinds = figures.kinds_for(UnitKind.HAMLET)
    hamlets = (
        Placement.objects.on(periods.today())
        .filter(located_in=place.unit_id, kind=UnitKind.HAMLET)
        .order_by("name", "pk")
    )
    page = Pages(hamlets, ROWS_A_PAGE).get_page(request.GET.get("page"))
    lines = [_line_of(row, kinds, day) for row in figures.grid_rows(list(page), day)]
    if typed:
        lines = [_typed_over(one, typed) for one in lines]
    context = {
        "place": place,
        "chain": queries.chains([place], periods.today())[place.pk],
        "form": form,
        "may_state": may_state,
        "day": day,
        "paper": paper,
        "page": page,
        "grid": Grid(
            url=reverse("units:figures_inside", args=[place.unit_id]),
            drafts=f"figures-inside-{place.unit_id}-",
            columns=_kind_columns(kinds),
            lines=lines,
            label=_("Figures of the hamlets of %(name)s") % {"name": place.name},
            heading=capfirst(UnitKind.HAMLET.label),
            hidden={"day": f"{day:%d/%m/%Y}", "paper": paper},
            locked=why_not,
        ),
    }
    return render(request, "units/figures_inside.html", context, status=422 if typed else 200)


def _kind_columns(kinds: list[FigureKind]) -> tuple[Column, ...]:
    return tuple(
        Column(
            kind.code,
            kind.name,
            "number",
            max_length=30,
            choices=yes_or_no() if kind.measure == Measure.FACT else (),
        )
        for kind in kinds
    )


def _line_of(row: figures.GridRow, kinds: list[FigureKind], day: periods.Day) -> Line:
    unit_id = str(row.place.unit_id)
    return Line(
        row=unit_id,
        values=_row_values(row, kinds),
        save=SaveState(unit_id, row.version),
        name=row.place.name,
        heading=Link(row.place.name, reverse("units:figures", args=[row.place.unit_id])),
        notes={
            kind.code: f"{row.shown[kind.pk].day:%d/%m/%Y}"
            for kind in kinds
            if kind.pk in row.shown and row.shown[kind.pk].day != day
        },
    )


def _row_values(row: figures.GridRow, kinds: list[FigureKind]) -> dict[str, str]:
    return {
        kind.code: shown_value(kind, row.shown[kind.pk].value)
        for kind in kinds
        if kind.pk in row.shown
    }


def _save_inside(request: HttpRequest, commune: Placement) -> HttpResponseBase:
    unit_id = request.POST.get("row", "")
    version = read_version(request)
    if not (unit_id.isdecimal() and len(unit_id) < 19):
        raise Http404
    hamlet = unit_on(request, int(unit_id), periods.today())
    if hamlet.located_in_id != commune.unit_id:
        raise Http404
    kinds = figures.kinds_for(UnitKind.HAMLET)
    form = FrameForm(request.POST)
    errors, values = _read_cells(request, kinds)
    if not form.is_valid():
        errors = {**errors, **{name: str(found[0]) for name, found in form.errors.items()}}
    if errors:
        return _unsaved_inside(request, commune, grids.refused_state(errors, unit_id, version))
    day, paper = form.frame()
    try:
        row = figures.save_row(request.user, hamlet, day, paper, values, version)
    except EntryError as error:
        state = grids.refused_state(error.errors, unit_id, version)
        return _unsaved_inside(request, commune, state)
    except Conflict as conflict:
        theirs = _row_values(conflict.current, kinds)
        state = conflict_over(request, _kind_columns(kinds), unit_id, conflict, theirs)
        return _unsaved_inside(request, commune, state)
    except Refused as refused:
        raise PermissionDenied(str(refused)) from refused
    return saved_row(request, SaveState(unit_id, row.version, at=timezone.localtime()))


def _read_cells(
    request: HttpRequest, kinds: list[FigureKind]
) -> tuple[dict[str, str], Mapping[FigureKind, int | None]]:
    """What is wrong in the cells of a row, by kind, and the values of those that were sent."""
    errors: dict[str, str] = {}
    values: dict[FigureKind, int | None] = {}
    number = WholeNumberField(required=False, max_length=30)
    for kind in kinds:
        if kind.code not in request.POST:
            continue
        try:
            values[kind] = number.clean(request.POST[kind.code])
        except ValidationError as error:
            errors[kind.code] = error.messages[0]
    return errors, values


def _unsaved_inside(request: HttpRequest, commune: Placement, state: SaveState) -> HttpResponse:
    if request.htmx:  # type: ignore[attr-defined]
        return grids.answer(request, state)
    return _inside_page(request, commune, typed_line(request, state))
