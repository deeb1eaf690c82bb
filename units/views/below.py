"""The units that offices keep themselves: listed below their place, entered in a grid, renamed."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import CharField, Func, OuterRef, QuerySet, Subquery, Value
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core import grids, periods
from core.access import require, requires
from core.grids import Column, Grid, Line, Link
from core.paging import Pages
from core.presentation import SaveState
from core.workflow import Refused
from units import acts, permissions, queries
from units.entries import Conflict, EntryError, Row
from units.forms.units import NodeRowForm, RenameForm, SearchForm
from units.models import Placement, Unit, UnitKind
from units.views.access import unit_on
from units.views.rows import conflict_over, read_row, saved_row, typed_line

ROWS_A_PAGE = 50


def _columns() -> tuple[Column, ...]:
    day = _("dd/mm/yyyy")
    return (
        Column("name", _("Name"), "wide", max_length=200),
        Column("first_day", _("From the day"), "day", hint=day),
        Column("basis", _("By the paper"), wraps=True),
        Column("last_day", _("Last day"), "day", hint=day),
        Column("end_basis", _("Ended by the paper"), wraps=True),
    )


@requires("units.view", methods=("GET", "POST"))
def below(request: HttpRequest, pk: int, kind: str) -> HttpResponseBase:
    """The units of a kind directly in a unit: a list, or a grid for who manages some of them.

    POST saves one row of the grid.
    """
    place = unit_on(request, pk, periods.today())
    if kind not in permissions.KINDS_IN.get(place.kind, ()):
        raise Http404
    if request.method == "POST":
        return _save(request, place, UnitKind(kind))
    return _page(request, place, UnitKind(kind))


def _page(
    request: HttpRequest, place: Placement, kind: UnitKind, typed: Line | None = None
) -> HttpResponse:
    form = SearchForm(request.GET)
    words = form.words()
    rows = Pages(_rows(place, kind, words, form.with_ended()), ROWS_A_PAGE)
    page = rows.get_page(request.GET.get("page"))
    lines = _lines(request, place, kind, list(page))
    founds = permissions.managing_body(request.user, kind, place) is not None
    if typed:
        lines = [typed if one.row == typed.row else one for one in lines]
        if typed.row not in {one.row for one in lines}:
            lines.append(typed)
    context = {
        "place": place,
        "chain": queries.chains([place], periods.today())[place.pk],
        "kind": kind,
        "form": form,
        "words": words,
        "page": page,
        "founds": founds,
        "import_url": reverse("imports:new", args=[kind.value, place.unit_id]) if founds else "",
        "grid": Grid(
            url=reverse("units:below", args=[place.unit_id, kind.value]),
            drafts=f"units-{place.unit_id}-{kind.value}-",
            columns=_columns(),
            lines=lines,
            label=f"{kind.label}, {place.name}",
            grows=founds,
        ),
        "figures_url": reverse("units:figures_inside", args=[place.unit_id])
        if kind == UnitKind.HAMLET and permissions.may_see_inside(request.user, place)[0]
        else "",
    }
    status = 422 if typed else 200
    return render(request, "units/below.html", context, status=status)


def _rows(place: Placement, kind: str, words: str, ended: bool) -> QuerySet[Placement]:
    """The last state of each unit of a kind directly in a place, in Vietnamese order."""
    last = Placement.objects.filter(unit=OuterRef("unit")).order_by("-period").values("pk")[:1]
    today = periods.today()
    manager = Placement.objects.on(today).filter(unit=OuterRef("managed_by"))
    rows = Placement.objects.filter(located_in=place.unit_id, kind=kind)
    rows = rows.filter(pk=Subquery(last)) if ended else rows.on(today)
    if words:
        folded = Func(Value(words), function="core_fold", output_field=CharField())
        rows = rows.filter(name_key__contains=folded)
    return (
        rows.select_related("unit")
        .annotate(manager_name=Subquery(manager.values("name")[:1]))
        .order_by("name", "pk")
    )


def _lines(request: HttpRequest, place: Placement, kind: str, rows: list[Placement]) -> list[Line]:
    managers = queries.managers_of(rows, periods.today())
    found = []
    for one in rows:
        name = one.manager_name or ""  # type: ignore[attr-defined]
        _allowed, reason = permissions.may_change(request.user, one, managers[one.unit_id], name)
        found.append(
            Line(
                row=str(one.unit_id),
                values=_values(acts.entry_of(one)),
                save=SaveState(str(one.unit_id), one.unit.version),
                name=one.name,
                link=Link(_("Page"), reverse("units:detail", args=[one.unit_id])),
                locked=reason,
            )
        )
    return found


def _values(entry: acts.NodeEntry) -> dict[str, str]:
    return {
        "name": entry.name,
        "first_day": _day(entry.first_day),
        "basis": entry.basis,
        "last_day": _day(entry.last_day),
        "end_basis": entry.end_basis,
    }


def _day(day: periods.Day | None) -> str:
    return f"{day:%d/%m/%Y}" if day else ""


def _save(request: HttpRequest, place: Placement, kind: UnitKind) -> HttpResponseBase:
    """Save a row; answered by its last cell, or by the page where nothing scripts."""
    row, version = read_row(request)
    form = NodeRowForm(request.POST)
    if not form.is_valid():
        return _unsaved(request, place, kind, grids.invalid_state(form, str(row), version))
    try:
        state = acts.save_row(request.user, place, kind, row, form.entry(), version)
    except EntryError as error:
        refused = grids.refused_state(error.errors, str(row), version)
        return _unsaved(request, place, kind, refused)
    except Conflict as conflict:
        return _unsaved(request, place, kind, _conflict(request, row, conflict))
    except Refused as refused_error:
        raise PermissionDenied(str(refused_error)) from refused_error
    except (Unit.DoesNotExist, Placement.DoesNotExist) as gone:
        raise Http404 from gone
    version = Unit.objects.get(pk=state.unit_id).version
    return saved_row(request, SaveState(str(row), version, at=timezone.localtime()))


def _conflict(request: HttpRequest, row: Row, conflict: Conflict) -> SaveState:
    theirs = _values(acts.entry_of(conflict.current))
    return conflict_over(request, _columns(), str(row), conflict, theirs)


def _unsaved(
    request: HttpRequest, place: Placement, kind: UnitKind, state: SaveState
) -> HttpResponse:
    if request.htmx:  # type: ignore[attr-defined]
        return grids.answer(request, state)
    return _page(request, place, kind, typed_line(request, state))


# What ends or changes a unit


@requires("units.edit", methods=("POST",))
def rename(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Give a unit another name from a day on."""
    place = unit_on(request, pk, periods.today())
    require(permissions.may_change(request.user, place))
    form = RenameForm(request.POST)
    errors: Mapping[str, Any] = {name: found[0] for name, found in form.errors.items()}
    if form.is_valid():
        try:
            acts.rename(request.user, pk, **form.cleaned_data)
        except EntryError as error:
            errors = error.errors
        else:
            messages.success(request, _("Renamed."))
    for sentence in errors.values():
        messages.error(request, _("Not renamed: %(reason)s") % {"reason": sentence})
    return _to_unit(pk)


@requires("units.edit", methods=("POST",))
def undo(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Take back the last act on a unit."""
    try:
        place = acts.last_state(pk)
    except Placement.DoesNotExist as gone:
        raise Http404 from gone
    require(permissions.may_change(request.user, place))
    try:
        what = acts.undo(request.user, pk)
    except Refused as refused:
        messages.error(request, str(refused))
        return _to_unit(pk)
    messages.success(request, _("Undone: %(what)s.") % {"what": what.label})
    if what == acts.Undoable.FOUNDING and place.located_in_id:
        return HttpResponseRedirect(reverse("units:below", args=[place.located_in_id, place.kind]))
    return _to_unit(pk)


def _to_unit(pk: int) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("units:detail", args=[pk]))
