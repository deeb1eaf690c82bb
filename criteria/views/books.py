"""Many units at once: where that can be done and how far it is, and the grid of one book."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaign.models import Round
from campaign.queries import current_round
from core import grids, periods
from core.access import requires
from core.grids import Column, Grid, Line, Link
from core.numbers import format_vi_number
from core.paging import Pages
from core.presentation import SaveState
from core.templatetags.components import status
from core.workflow import Refused
from criteria import answer_texts, permissions, rules
from criteria.books import reading, saving, steps
from criteria.books.book import Book, Part, open_book
from criteria.books.reading import Row
from criteria.books.saving import Entry, Saved
from criteria.explain import STATUS_LABELS
from criteria.forms.books import RowForm
from criteria.models import AssessmentState, CriteriaSet
from criteria.outcome import Total
from units import permissions as unit_permissions
from units.models import MEMBER_KINDS, Placement, UnitKind
from units.permissions import HOME_KINDS
from units.views.keeping import kinds_at
from units.views.rows import read_row

ROWS_A_PAGE = 50


@dataclass(frozen=True)
class Opened:
    """A book as a person has it before them.

    Attributes:
        purpose: which of the sets asks.
        query: what of it is shown.
    """

    book: Book
    user: Any
    purpose: str
    query: Mapping[str, str]

    def names_open(self, shown: Sequence[Any]) -> bool:
        """Whether the person has opened the names of the people that are shown."""
        if self.book.kind not in (UnitKind.HOUSEHOLD, UnitKind.CITIZEN):
            return False
        home = self.book.place
        managers = [key for key in (home.managed_by_id,) if key]
        may = unit_permissions.grant_over(self.user, "personal.read", home, managers)
        return may is not None and any(one.is_opened for one in shown)

    @property
    def url(self) -> str:
        """Where it stands, with what of it is shown."""
        kind, place = self.book.kind.value, self.book.place.unit_id
        found = reverse("assessments:book", args=[place, kind, self.purpose])
        return f"{found}?{urlencode(self.query)}" if self.query else found

    @property
    def base_url(self) -> str:
        """Where it begins."""
        return self.url.partition("?")[0]

    def step_url(self, step: str) -> str:
        """Where many of its rows are carried on."""
        kind, place = self.book.kind.value, self.book.place.unit_id
        found = reverse("assessments:book_step", args=[place, kind, self.purpose, step])
        return f"{found}?{urlencode({'round': self.book.round.code})}"

    def with_query(self, **changes: str) -> str:
        """The same with something else of it shown; empty takes a choice away."""
        kept = {key: value for key, value in {**self.query, **changes}.items() if value}
        return f"{self.base_url}?{urlencode(kept)}" if kept else self.base_url


_SHOWN = ("round", "open", "page", "whole")


class Tab(NamedTuple):
    """One of the sets by which the same units are assessed, and whether it is the one shown."""

    label: Any
    url: str
    is_shown: bool


@dataclass(frozen=True)
class Asked:
    """Which book an address asks for, whether a set is configured for it or not."""

    round: Round
    place: Placement
    kind: UnitKind
    purpose: str

    @property
    def tabs(self) -> list[Tab]:
        """The sets by which the same units are assessed: of the campaign, and of the title."""
        if self.kind not in MEMBER_KINDS:
            return []
        of = [self.place.unit_id, self.kind.value]
        return [
            Tab(label, reverse("assessments:book", args=[*of, purpose]), purpose == self.purpose)
            for purpose, label in CriteriaSet.Purpose.choices
        ]


def open_for(request: HttpRequest, pk: int, kind: str, purpose: str) -> Opened:
    """The book that is asked for.

    Raises Http404; Refused: no set is configured.
    """
    asked = _asked(request, pk, kind, purpose)
    book = open_book(asked.round, asked.place, asked.kind, purpose)
    query = {name: request.GET[name] for name in _SHOWN if request.GET.get(name)}
    return Opened(book, request.user, purpose, query)


def _asked(request: HttpRequest, pk: int, kind: str, purpose: str) -> Asked:
    place = reading.places_of(request.user).on(periods.today()).filter(unit=pk).first()
    asked = request.GET.get("round", "").replace("\0", "")
    rounds = Round.objects.filter(code=asked) if asked else ()
    round_ = next(iter(rounds), None) or current_round(periods.today().year)
    if round_ is None or place is None or kind not in _kinds_of(place):
        raise Http404
    if purpose not in CriteriaSet.Purpose:
        raise Http404
    if purpose == CriteriaSet.Purpose.TITLE and kind not in MEMBER_KINDS:
        raise Http404  # of hamlets and organisations the list shows one self-assessment a round
    return Asked(round_, place, UnitKind(kind), purpose)


def _kinds_of(place: Placement) -> tuple[UnitKind, ...]:
    """The kinds that are assessed together at a place."""
    if place.kind == UnitKind.COMMUNE:
        return (UnitKind.HAMLET,)
    return tuple(kinds_at(place.kind)) if place.kind in HOME_KINDS else ()


@requires(*permissions.OWN, methods=("GET", "POST"))
def book(request: HttpRequest, pk: int, kind: str, purpose: str) -> HttpResponseBase:
    """The grid of a book; POST saves a row, or the page where it is sent whole."""
    try:
        opened = open_for(request, pk, kind, purpose)
    except Refused as refused:
        context = {"asked": _asked(request, pk, kind, purpose), "why_none": str(refused)}
        answer = 200 if request.method == "GET" else 409
        return render(request, "criteria/book_none.html", context, status=answer)
    if request.method != "POST":
        return _page(request, opened)
    if "whole" in request.GET:
        return _save_page(request, opened)
    return _save_row(request, opened)


# The page


def _page(
    request: HttpRequest, opened: Opened, unsaved: Mapping[int, Line] | None = None
) -> HttpResponse:
    found = reading.subjects(opened.book, opened.user)
    situation = reading.situation(opened.book, opened.user)
    progress = situation.progress
    only_open = "open" in opened.query
    if only_open and not unsaved:
        found = found.filter(is_done=False)
    pages = Pages(found, ROWS_A_PAGE)
    if not (only_open and unsaved):
        pages.count = progress.total - progress.done if only_open else progress.total
    page = pages.get_page(request.GET.get("page"))
    shown = list(page)
    rows = reading.read_rows(opened.book, shown)
    whole = "whole" in opened.query
    lines = _lines(opened, shown, rows)
    if unsaved:
        lines = [unsaved.get(int(one.row), one) for one in lines]
    locked, lines = _said_once(lines)
    place, kind = opened.book.place, opened.book.kind
    context = {
        "opened": opened,
        "book": opened.book,
        "page": page,
        "progress": progress,
        "actions": _actions(opened, situation.waiting),
        "only_open": only_open,
        "whole": whole,
        "open_url": opened.with_query(open="1", page=""),
        "all_url": opened.with_query(open="", page=""),
        "whole_url": opened.with_query(whole="1"),
        "rows_url": opened.with_query(whole=""),
        "names_url": reverse("units:members", args=[place.unit_id, kind.value])
        if kind in MEMBER_KINDS and kind != UnitKind.CLAN
        else "",
        "names_open": opened.names_open(shown),
        "chooses": not locked and any(column.choices for column in _columns(opened.book)),
        "tabs": Asked(opened.book.round, place, kind, opened.purpose).tabs,
        "sourced": all(spec.sourced for spec in opened.book.form.specs),
        "grid": Grid(
            url=opened.url,
            drafts=f"book-{opened.book.round.pk}-{place.unit_id}-{kind.value}-{opened.purpose}-",
            columns=_columns(opened.book),
            lines=lines,
            label=f"{kind.label}, {place.name}",
            heading=_("Name") if kind == UnitKind.HAMLET else _("No."),
            result=_("Result"),
            whole=whole,
            locked=locked,
        ),
    }
    return render(request, "criteria/book.html", context, status=422 if unsaved else 200)


@dataclass(frozen=True)
class Action:
    """A step that many rows wait for."""

    label: Any
    number: int
    url: str


def _actions(opened: Opened, waiting: Mapping[str, int]) -> list[Action]:
    return [
        Action(label, waiting[step], opened.step_url(step))
        for step, label in steps.STEPS.items()
        if step in waiting
    ]


def _columns(book: Book) -> tuple[Column, ...]:
    return tuple(_column(part) for part in book.parts)


def _column(part: Part) -> Column:
    label, wording = part.criterion.code, part.criterion.wording
    match part.rule:
        case rules.AttestedRule():
            choices = tuple(
                (value, f"{number} {text}")
                for number, (value, text) in enumerate(answer_texts.CHOICES.items(), 1)
            )
            return Column(part.name, label, choices=choices, explained=wording)
        case rules.ScoreRule(max=most):
            points = _("0 to %(most)s") % {"most": number_format(most)}
            return Column(part.name, label, "number", hint=points, max_length=40, explained=wording)
        case None:
            words = _("%(code)s. Explanation") % {"code": label}
            return Column(
                part.name, words, "wide", max_length=RowForm.NOTE_LENGTH, explained=wording
            )
        case rules.ShareRule() | rules.ShareHoldingTitleRule():
            named = answer_texts.labels(part.rule)[part.part]
            label = f"{label}. {named}"
            return Column(part.name, label, "number", max_length=300, explained=wording)
        case _:
            return Column(part.name, label, "number", max_length=40, explained=wording)


def _names(opened: Opened, shown: Sequence[Any]) -> dict[int, str]:
    """What the rows are called beside their numbers: of people only while the names are open."""
    if opened.book.kind == UnitKind.CLAN:
        return {one.unit_id: one.label for one in shown}
    if not opened.book.of_members:
        return {one.unit_id: one.name for one in shown}
    if not opened.names_open(shown):
        return {}
    return {one.unit_id: one.person or "" for one in shown}


def _lines(opened: Opened, shown: Sequence[Any], rows: Sequence[Row]) -> list[Line]:
    names = _names(opened, shown)
    refusals: dict[str, str] = {}  # by path: the members of a home have one answer
    found = []
    for one, row in zip(shown, rows, strict=True):
        name = " ".join(filter(None, (_number(opened, one), names.get(one.unit_id, ""))))
        locked = _locked(opened, row, refusals)
        found.append(
            Line(
                row=str(one.unit_id),
                values=row.texts(opened.book),
                save=SaveState(str(one.unit_id), row.version),
                name=name,
                heading=Link(name, _sheet_url(opened, row, locked)),
                locked=locked,
                result=_result(row),
            )
        )
    return found


def _said_once(lines: list[Line]) -> tuple[str, list[Line]]:
    """Why the reader can change no row, where one reason holds for all; the rows without it."""
    reasons = {line.locked for line in lines} - {_("Read only")}
    if len(reasons) != 1 or "" in reasons:
        return "", lines
    (reason,) = reasons
    return reason, [replace(line, locked="") if line.locked == reason else line for line in lines]


def _number(opened: Opened, one: Any) -> str:
    """The number of a member in its list, with the group of a citizen's sheet."""
    if not opened.book.of_members:
        return ""
    if one.sheet_group is None:
        return f"{one.number}"
    return _("%(number)d (sheet %(group)d)") % {"number": one.number, "group": one.sheet_group}


def _sheet_url(opened: Opened, row: Row, locked: str) -> str:
    """The page of the row alone; where nothing is begun, the one that begins it."""
    if row.assessment:
        return reverse("assessments:detail", args=[row.assessment.pk])
    if locked:
        return ""
    kind, place = opened.book.kind.value, opened.book.place.unit_id
    url = reverse("assessments:book_begin", args=[place, kind, opened.purpose, row.unit_id])
    return f"{url}?{urlencode({'round': opened.book.round.code})}"


def _locked(opened: Opened, row: Row, refusals: dict[str, str]) -> str:
    if row.assessment and not permissions.is_open(row.assessment)[0]:
        return _("Read only")  # its state stands beside it
    place = row.place
    if place.path not in refusals:
        managers = [key for key in (place.managed_by_id,) if key]
        refusals[place.path] = permissions.may_begin(opened.user, place, managers)[1]
    return refusals[place.path]


def _result(row: Row) -> SafeString | str:
    """How a row stands by its rules: the sum of its points, what lies below the floor; and on its
    way, once it was sent."""
    if row.outcome is None or row.assessment is None:
        return ""
    found = row.outcome.outcome
    badge = status(found.status, STATUS_LABELS[found.status])
    if row.assessment.state != AssessmentState.DRAFT:
        state = row.assessment.state, row.assessment.get_state_display()
        badge = format_html("{} {}", badge, status(*state))
    total = next((step for step in found.trace if isinstance(step, Total)), None)
    if total is None:
        return badge
    points = f"{format_vi_number(total.points)}/{format_vi_number(total.out_of)}"
    below = ""
    if total.below_floor:
        codes = ", ".join(total.below_floor)
        said = _("below the floor: %(codes)s") % {"codes": codes}
        below = format_html('<span class="cell-note">{}</span>', said)
    return format_html('<span class="row-sum">{}</span> {}{}', points, badge, below)


# Saving


def _save_row(request: HttpRequest, opened: Opened) -> HttpResponseBase:
    row, version = read_row(request)
    if row.unit_id is None:
        raise Http404
    form = RowForm(opened.book, request.POST)
    if not form.is_valid():
        state = grids.invalid_state(form, str(row), version)
        return _unsaved(request, opened, state, request.POST.dict())
    (saved,) = saving.save(
        opened.user, opened.book, [Entry(row.unit_id, form.cleaned_data, version)]
    )
    if saved.gone:
        raise Http404
    if saved.refused:
        raise PermissionDenied(saved.refused)
    state = _state(opened, saved, version, request.POST.dict())
    if state.state != "saved":
        return _unsaved(request, opened, state, request.POST.dict())
    if not request.htmx:  # type: ignore[attr-defined]
        messages.success(request, _("Saved."))
        return HttpResponseRedirect(opened.url)
    situation = reading.situation(opened.book, opened.user)
    context = {
        "state": state,
        "row": state.key,
        "result": _result(saved.row),
        "progress": situation.progress,
        "actions": _actions(opened, situation.waiting),
    }
    return render(request, "criteria/book_saved.html", context)


def _state(opened: Opened, saved: Saved, version: int, mine: Mapping[str, str]) -> SaveState:
    key = str(saved.row.unit_id)
    if saved.errors:
        return grids.refused_state(saved.errors, key, version)
    if saved.refused:
        return grids.refused_state({"": saved.refused}, key, version)
    if saved.overtaken:
        columns, theirs = _columns(opened.book), _shown(opened.book, saved.row)
        return grids.conflict_state(
            columns, key, saved.row.version, mine, theirs, _("Somebody else")
        )
    return SaveState(key, saved.row.version, at=timezone.localtime())


def _shown(book: Book, row: Row) -> dict[str, str]:
    return row.texts(book)


def _unsaved(
    request: HttpRequest, opened: Opened, state: SaveState, typed: Mapping[str, str]
) -> HttpResponse:
    if request.htmx:  # type: ignore[attr-defined]
        return grids.answer(request, state)
    return _page(request, opened, {int(state.key): _typed(state, typed)})


def _typed(state: SaveState, values: Mapping[str, str]) -> Line:
    """A row as it was typed, with what is wrong."""
    return Line(row=state.key, values=values, save=state, heading=Link(_("not saved"), ""))


def _save_page(request: HttpRequest, opened: Opened) -> HttpResponse:
    """Save the rows of a page that was sent whole; those that cannot be come back as typed."""
    sent = [key for key in request.POST.getlist("row") if key.isdecimal() and len(key) < 19]
    forms = {int(key): RowForm(opened.book, request.POST, row=key) for key in sent[:ROWS_A_PAGE]}
    typed: dict[int, Mapping[str, str]] = {key: form.typed() for key, form in forms.items()}
    versions = {key: form.version() for key, form in forms.items()}
    unsaved: dict[int, Line] = {}
    for key, form in forms.items():
        if not form.is_valid():
            state = grids.invalid_state(form, str(key), versions[key])
            unsaved[key] = _typed(state, typed[key])
    good = [
        Entry(key, form.cleaned_data, versions[key])
        for key, form in forms.items()
        if key not in unsaved
    ]
    gone = 0
    for saved in saving.save(opened.user, opened.book, good):
        key = saved.row.unit_id
        if saved.gone:
            gone += 1
            continue
        state = _state(opened, saved, versions[key], typed[key])
        if state.state != "saved":
            unsaved[key] = _typed(state, typed[key])
    if gone:
        sentence = ngettext(
            "%(number)d row is no longer in this list; it was not saved.",
            "%(number)d rows are no longer in this list; they were not saved.",
            gone,
        )
        messages.warning(request, sentence % {"number": gone})
    if unsaved:
        return _page(request, opened, unsaved)
    if gone < len(good):
        messages.success(request, _("Saved."))
    return HttpResponseRedirect(opened.url)


# Where many are assessed at once


@requires(*permissions.OWN)
def index(request: HttpRequest) -> HttpResponse:
    """The places of the person with their lists: how many there are, how many are assessed."""
    round_ = current_round(periods.today().year)
    found = reading.overview(request.user, round_) if round_ else []
    page = Pages(found, ROWS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "round": round_,
        "page": page,
        "waiting": reading.waiting_for(request.user),
        "sees_members": request.user.has_perm("members.view"),
    }
    return render(request, "criteria/books.html", context)
