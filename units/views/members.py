"""The households, clans and citizens of a hamlet or office; names show after opening them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import CharField, F, Func, QuerySet, Value
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from core import grids, periods
from core.access import require, requires
from core.grids import Column, Grid, Line, Link
from core.paging import Pages
from core.presentation import SaveState
from core.workflow import Refused, Verdict
from units import members, permissions, personal, queries
from units.entries import Conflict, EntryError
from units.forms.units import NAME_LENGTH, MemberRowForm, OpeningForm, PeopleSearchForm
from units.models import (
    Member,
    MemberQuerySet,
    PersonalReading,
    Placement,
    SheetGroup,
    Unit,
    UnitKind,
)
from units.reading_history import Change, changes, readings
from units.views.access import unit_on
from units.views.keeping import kinds_at
from units.views.rows import conflict_over, read_row, saved_row, typed_line

ROWS_A_PAGE = 50


@dataclass(frozen=True)
class Book:
    """One list of one home, as a person has it before them.

    Attributes:
        reading: the opening that shows names now; None while they are closed.
        keeps, opens: whether the person may enter rows, may open the names, and if not, why not.
    """

    home: Placement
    kind: UnitKind
    reading: PersonalReading | None
    keeps: Verdict
    opens: Verdict

    @property
    def is_open(self) -> bool:
        """Whether names show; those of clans are nobody's in particular."""
        return self.kind == UnitKind.CLAN or self.reading is not None

    @property
    def url(self) -> str:
        """Where the list stands, and where its rows are posted."""
        return reverse("units:members", args=[self.home.unit_id, self.kind.value])

    @property
    def import_url(self) -> str:
        """Where the list is brought in from a spreadsheet; empty for who does not keep it."""
        if not (self.keeps[0] and self.opens[0]):
            return ""
        return reverse("imports:new", args=[self.kind.value, self.home.unit_id])

    @property
    def requests_url(self) -> str:
        """Where requests of its people are entered; empty of clans, which are nobody's."""
        if self.kind == UnitKind.CLAN or not self.opens[0]:
            return ""
        query = urlencode([("home", f"{self.home.unit_id}"), ("of", self.kind.value)])
        return f"{reverse('requests:new')}?{query}"

    @property
    def columns(self) -> tuple[Column, ...]:
        """The fields of a row."""
        hint = _("dd/mm/yyyy")
        days = (
            Column("first_day", _("From the day"), "day", hint=hint),
            Column("last_day", _("Last day"), "day", hint=hint),
        )
        people = Column("people", _("Number of people"), "number", max_length=10)
        if self.kind == UnitKind.HOUSEHOLD:
            return (_name(_("Head of the household")), people, *days)
        if self.kind == UnitKind.CLAN:
            return (_name(_("Name of the clan")), people, *days)
        household = Column("household", _("Household no."), "number", max_length=10)
        return (
            _name(_("Full name")),
            Column("birth_year", _("Year of birth"), "number", max_length=4),
            *((household,) if self.home.kind == UnitKind.HAMLET else ()),
            Column(
                "sheet_group",
                _("Group of the sheet"),
                choices=tuple((str(one.value), one.label) for one in SheetGroup),
            ),
            Column("identity", _("Identity number"), max_length=30),
            *days,
        )


def _name(label: str) -> Column:
    return Column("name", label, "wide", max_length=NAME_LENGTH)


def _book(request: HttpRequest, pk: int, kind: str) -> Book:
    """The list that is asked for. Raises Http404."""
    home = unit_on(request, pk, periods.today(), "members.view")
    if home.kind not in permissions.HOME_KINDS or kind not in kinds_at(home.kind):
        raise Http404
    opens = permissions.may_read_names(request.user, home)
    return Book(
        home,
        UnitKind(kind),
        personal.open_reading(request.user, pk) if opens[0] else None,
        permissions.may_keep_members(request.user, home),
        opens,
    )


@requires("members.view", methods=("GET", "POST"))
def index(request: HttpRequest, pk: int, kind: str) -> HttpResponseBase:
    """A list: numbers while its names are closed, a grid when they are open; POST saves a row."""
    book = _book(request, pk, kind)
    if request.method == "POST":
        require(book.keeps)
        return _save(request, book)
    return _page(request, book)


def _page(
    request: HttpRequest,
    book: Book,
    typed: Line | None = None,
    opening: OpeningForm | None = None,
) -> HttpResponse:
    form = PeopleSearchForm(request.GET)
    rows = _rows(request, book, form)
    page = Pages(rows, ROWS_A_PAGE).get_page(request.GET.get("page"))
    lines = [_line(book, member) for member in page] if book.is_open else []
    if typed:
        lines = [typed if one.row == typed.row else one for one in lines]
        if typed.row not in {one.row for one in lines}:
            lines.append(typed)
    context = {
        "book": book,
        "chain": queries.chains([book.home], periods.today())[book.home.pk],
        "kinds": [
            Link(kind.label, reverse("units:members", args=[book.home.unit_id, kind.value]))
            for kind in kinds_at(book.home.kind)
        ],
        "form": form,
        "words": form.words(),
        "page": page,
        "open_url": reverse("units:members_open", args=[book.home.unit_id, book.kind.value]),
        "opening": opening or OpeningForm(),
        "history": _history(book) if book.is_open and book.kind != UnitKind.CLAN else [],
        "grid": Grid(
            url=book.url,
            drafts=f"members-{book.home.unit_id}-{book.kind.value}-",
            columns=book.columns,
            lines=lines,
            label=f"{book.kind.label}, {book.home.name}",
            heading=_("No."),
            grows=book.keeps[0] and book.is_open,
        ),
    }
    status = 422 if typed or opening else 200
    return render(request, "units/members.html", context, status=status)


def _rows(request: HttpRequest, book: Book, form: PeopleSearchForm) -> QuerySet[Member]:
    """The members of a list; names are read only where they are open."""
    rows: MemberQuerySet = Member.objects.visible_to(request.user)
    rows = rows.at(book.home.unit_id, book.kind)
    if not form.with_ended():
        rows = rows.on(periods.today())
    if not book.is_open:
        return rows.order_by("number", "pk")
    words = form.words()
    if words:
        folded = Func(Value(words), function="core_fold", output_field=CharField())
        if book.kind == UnitKind.CLAN:
            rows = rows.filter(label__icontains=words)
        else:
            rows = rows.filter(unit__personal__name_key__contains=folded)
    rows = members.with_moves(members.last_states(rows))
    rows = members.with_household_number(rows.select_related("unit__personal"))
    if request.GET.get("sort") == "name":
        return rows.order_by(*_by_given_name(book), "number", "pk")
    return rows.order_by("number", "pk")


def _by_given_name(book: Book) -> tuple[Any, ...]:
    """Lists of people follow the given name, which stands last."""
    if book.kind == UnitKind.CLAN:
        return ("label",)
    name = F("unit__personal__name")
    given = Func(name, Value(r"^.*\s"), Value(""), function="regexp_replace")
    return (given, name)


def _line(book: Book, member: Member) -> Line:
    entry = members.entry_of(member)
    row = str(member.unit_id)
    person = getattr(member.unit, "personal", None)
    moved: bool = member.has_moved  # type: ignore[attr-defined]
    address = [book.home.unit_id, book.kind.value, member.unit_id]
    moves = Link(
        _("Where to") if moved else _("Move elsewhere"), reverse("units:members_move", args=address)
    )
    return Line(
        row=row,
        values=_values(entry),
        save=SaveState(row, member.unit.version),
        name=_("no. %(number)d") % {"number": member.number},
        heading=Link(str(member.number), ""),
        notes={"identity": personal.masked(person.identity_tail)} if person else {},
        link=moves if book.keeps[0] else None,
        remove_url=reverse("units:members_remove", args=address)
        if book.keeps[0] and not moved
        else "",
        locked=_("Has moved since") if moved else book.keeps[1],
    )


def _values(entry: members.MemberEntry) -> dict[str, str]:
    numbers = {
        "people": entry.people,
        "birth_year": entry.birth_year,
        "household": entry.household,
        "sheet_group": entry.sheet_group,
    }
    days = {"first_day": entry.first_day, "last_day": entry.last_day}
    return {
        "name": entry.name,
        **{name: "" if value is None else str(value) for name, value in numbers.items()},
        **{name: f"{day:%d/%m/%Y}" if day else "" for name, day in days.items()},
    }


def _save(request: HttpRequest, book: Book) -> HttpResponseBase:
    row, version = read_row(request)
    form = MemberRowForm(request.POST)
    if not form.is_valid():
        return _unsaved(request, book, grids.invalid_state(form, str(row), version))
    reason = book.reading.reason if book.reading else ""
    try:
        member = members.save_row(
            request.user, book.home, book.kind, row, form.entry(), version, reason
        )
    except EntryError as error:
        return _unsaved(request, book, grids.refused_state(error.errors, str(row), version))
    except Conflict as conflict:
        theirs = _values(members.entry_of(conflict.current)) if book.is_open else {}
        state = conflict_over(request, book.columns, str(row), conflict, theirs)
        return _unsaved(request, book, state)
    except Refused as refused:
        raise PermissionDenied(str(refused)) from refused
    except (Unit.DoesNotExist, Member.DoesNotExist) as gone:
        raise Http404 from gone
    version = Unit.objects.get(pk=member.unit_id).version
    return saved_row(request, SaveState(str(row), version, at=timezone.localtime()))


def _unsaved(request: HttpRequest, book: Book, state: SaveState) -> HttpResponse:
    if request.htmx:  # type: ignore[attr-defined]
        return grids.answer(request, state)
    return _page(request, book, typed_line(request, state))


@requires("personal.read", methods=("POST",))
def open_names(request: HttpRequest, pk: int, kind: str) -> HttpResponseBase:
    """Open the names of a home for an hour; who opened them, and why, is kept."""
    book = _book(request, pk, kind)
    require(book.opens)
    form = OpeningForm(request.POST)
    if not form.is_valid():
        return _page(request, book, opening=form)
    personal.open_names(request.user, book.home, form.cleaned_data["reason"])
    return HttpResponseRedirect(book.url)


@requires("members.edit", methods=("POST",))
def remove(request: HttpRequest, pk: int, kind: str, unit_id: int) -> HttpResponseBase:
    """Take out a row that was entered by mistake."""
    book = _book(request, pk, kind)
    require(book.keeps)
    reason = book.reading.reason if book.reading else ""
    try:
        members.remove(request.user, book.home, unit_id, reason)
    except Member.DoesNotExist as gone:
        raise Http404 from gone
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Taken out."))
    return HttpResponseRedirect(book.url)


@dataclass(frozen=True)
class Happened:
    """A line of the history of personal data: opened or changed, by whom, when and why."""

    at: datetime
    who: str
    what: str
    why: str


def _history(book: Book) -> list[Happened]:
    """Who opened the names and who changed what, the newest first; never a value."""
    opened = [
        Happened(
            one.at,
            one.who,
            _("took the names out") if one.taken_out else _("opened the names"),
            one.why,
        )
        for one in readings(book.home, book.kind)
    ]
    changed = [
        Happened(one.at, one.who, _changed(one), one.why) for one in changes(book.home.unit_id)
    ]
    return sorted([*opened, *changed], key=lambda one: one.at, reverse=True)


def _changed(change: Change) -> str:
    said = {"number": change.number, "fields": ", ".join(change.fields)}
    return _("no. %(number)d: changed %(fields)s") % said
