"""Hamlets, organisations and departments of one place from a spreadsheet.

They are few, and each founding or ending asks much: so a file is compared by doing what the page
would (`units.acts`), row by row, and taking all of it back; it is written by doing it again. While
it is compared nobody waits who works in that place: writing asks again, under its lock.
"""

import datetime
import itertools
import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from django.db import transaction
from django.db.models import Count, Max, OuterRef, Subquery, Sum
from django.forms import Field
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from import_export import resources

from core import periods
from core.importing.columns import Line, ListColumn, Progress
from core.importing.kinds import Compared, ImportKind, Place, Staged
from core.journal import HasKey
from core.models import Import, ImportRow
from core.workflow import YES, Refused, Verdict
from units import acts, entries, names, permissions, queries
from units.acts import NodeEntry
from units.entries import Row
from units.forms.units import NodeRowForm, WholeNumberField
from units.importers.homes import held_places
from units.importers.members import MOST_KEY
from units.importers.trying import each, present, shown_place, stands_at, tried
from units.models import Placement, UnitKind

Outcome = ImportRow.Outcome
# Each row is tried out as the page would do it: so many stay a matter of seconds.
MOST_ROWS = 1_000
_ENTRY_FIELDS = tuple(one.name for one in fields(NodeEntry))
_DAYS = ("first_day", "last_day")


def _field(name: str) -> Field:
    """The field in which a person would type it."""
    field: Field = NodeRowForm.base_fields[name]
    return field


class NodeResource(resources.Resource):
    """The columns of a list of units; a row of the template is a `Shown`."""

    number = ListColumn(
        "number",
        gettext_lazy("Number of the unit in the portal"),
        WholeNumberField(required=False, most=MOST_KEY),
        explained=gettext_lazy(
            "Says which row of the portal it is; empty for one that is not there yet."
        ),
    )
    name = ListColumn(
        "name",
        gettext_lazy("Name"),
        _field("name"),
        explained=gettext_lazy("Its name, as the portal writes it."),
        needed=True,
        others=("Tên đơn vị", "Tên thôn", "Tên cơ quan", "Tên trường", "Tên doanh nghiệp"),
    )
    first_day = ListColumn(
        "first_day",
        gettext_lazy("From the day"),
        _field("first_day"),
        explained=gettext_lazy("dd/mm/yyyy; empty where nobody knows."),
    )
    basis = ListColumn(
        "basis",
        gettext_lazy("By the paper"),
        _field("basis"),
        explained=gettext_lazy("Number, day and issuer of the paper that founded it."),
    )
    last_day = ListColumn(
        "last_day",
        gettext_lazy("Last day"),
        _field("last_day"),
        explained=gettext_lazy("dd/mm/yyyy, of one that is there no longer; else empty."),
    )
    end_basis = ListColumn(
        "end_basis",
        gettext_lazy("Ended by the paper"),
        _field("end_basis"),
        explained=gettext_lazy("The paper by which it ends."),
    )


@dataclass(frozen=True)
class Shown:
    """A unit as a row of the template."""

    number: int
    name: str
    first_day: periods.Day | None
    basis: str
    last_day: periods.Day | None
    end_basis: str


class NodeImport(ImportKind):
    """A list of the units of a kind that lie directly in a place and one body manages."""

    def __init__(self, kind: UnitKind, label: Any) -> None:
        self.kind = kind
        self.code, self.label = kind.value, label

    def places(self, user: Any) -> Sequence[Place]:
        """The places of the appointments of `user` where they found such units."""
        return [shown_place(place) for place in held_places(user) if self._founds(user, place)]

    def _founds(self, user: Any, place: Placement) -> bool:
        return permissions.managing_body(user, self.kind, place) is not None

    def place(self, user: Any, key: int) -> Place | None:
        """The place, where `user` founds such units there."""
        place = queries.placement_of(key, periods.today())
        return shown_place(place) if place and self._founds(user, place) else None

    def resource(self, key: int) -> resources.Resource:
        """The columns of a list, the same for each place."""
        return NodeResource()

    def known(self, user: Any, key: int, reason: str) -> list[Any]:
        """The units of today that `user` may change."""
        rows = self._states(key).filter(period__contains=periods.today()).order_by("name", "pk")
        managers = queries.managers_of(list(rows), periods.today())
        return [
            Shown(state.unit_id, **asdict(acts.entry_of(state)))
            for state in rows
            if permissions.may_change(user, state, managers[state.unit_id])[0]
        ]

    def _states(self, place_key: int) -> Any:
        """The last state of each unit of the kind in a place."""
        last = Placement.objects.filter(unit=OuterRef("unit")).order_by("-period").values("pk")[:1]
        rows = Placement.objects.filter(located_in=place_key, kind=self.kind, pk=Subquery(last))
        return rows.select_related("unit")

    def _seen(self, place_key: int) -> dict[str, Any]:
        """The list in figures: any row that is saved, founded or renamed changes them."""
        rows = Placement.objects.filter(located_in=place_key, kind=self.kind).order_by()
        return rows.aggregate(rows=Count("pk"), last=Max("pk"), versions=Sum("unit__version"))

    def compare(self, subject: Import, lines: Iterable[Line]) -> Compared:
        """What the page would do with each line, tried out and taken back."""
        place = present(subject.place)
        seen = self._seen(subject.place)
        comparison = _Comparison(self, subject.started_by, place, list(self._states(place.unit_id)))
        wanted = list(itertools.islice(lines, MOST_ROWS + 1))
        if len(wanted) > MOST_ROWS:
            sentence = _("A list of units has %(number)d rows at most: divide the file.")
            raise Refused(sentence % {"number": MOST_ROWS})
        with transaction.atomic():
            rows = comparison.rows(wanted)
            transaction.set_rollback(True)
        return Compared(rows, seen)

    def write(self, subject: Import, progress: Progress) -> None:
        """Found, correct and end units as the page does, in the order of the file."""
        place = present(subject.place)
        entries.lock(place.unit_id)
        if self._seen(subject.place) != subject.seen:
            raise Refused(_("Somebody changed these lists since the check: check the file again."))

        def do(row: ImportRow) -> None:
            which = Row(key=uuid.uuid4()) if row.key is None else Row(unit_id=row.key)
            version = (row.before or {}).get("version", 0)
            entry = _entry(row.data)
            state = acts.save_row(subject.started_by, place, self.kind, which, entry, version)
            row.key = state.unit_id
            row.save(update_fields=["key"])

        each(subject, "line", do, progress)

    def undo(self, subject: Import, progress: Progress) -> None:
        """Take out what was founded, put back what was changed, the last row first."""

        def undo(row: ImportRow) -> None:
            assert row.key is not None  # noqa: S101 -- writing has given it
            if row.before is None:
                acts.take_out(subject.started_by, row.key)
            else:
                version = row.before["version"] + 1
                acts.restore(subject.started_by, row.key, _entry(row.before), version)

        each(subject, "-line", undo, progress)

    def may(self, user: Any, subject: Import) -> Verdict:
        """Whether `user` still founds such units there."""
        if self.place(user, subject.place):
            return YES
        return False, _("Only the body that manages units of this kind founds them here.")

    def right(self, user: Any, subject: Import) -> HasKey | None:
        """The appointment that lets `user` found them."""
        place = present(subject.place)
        manager = permissions.managing_body(user, self.kind, place)
        return permissions.founding_grant(user, place, manager) if manager else None

    def is_open(self, user: Any, subject: Import) -> bool:
        """Units are named in public."""
        return True

    def open(self, user: Any, subject: Import, reason: str) -> None:
        """Nothing is closed."""


def _entry(data: dict[str, Any]) -> NodeEntry:
    """An entry as staging kept it."""
    values = {name: data[name] for name in _ENTRY_FIELDS}
    for name in _DAYS:
        values[name] = datetime.date.fromisoformat(values[name]) if values[name] else None
    return NodeEntry(**values)


def _stored(entry: NodeEntry) -> dict[str, Any]:
    """An entry as staging keeps it."""
    values = asdict(entry)
    return values | {name: day.isoformat() if (day := values[name]) else None for name in _DAYS}


def _words(value: Any) -> str:
    return f"{value:%d/%m/%Y}" if isinstance(value, periods.Day) else str(value or "")


class _Comparison:
    """One file beside the units of a kind in a place."""

    def __init__(
        self, kind: NodeImport, user: Any, place: Placement, states: Sequence[Placement]
    ) -> None:
        self.kind, self.user, self.place, self.states = kind, user, place, states
        self.by_key = {state.unit_id: state for state in states}
        self.by_name: dict[tuple[str, periods.Day | None], list[Placement]] = defaultdict(list)
        for state in states:
            last = periods.last_day(state.period)
            ended = last if last and last < periods.today() else None
            self.by_name[names.key(state.name), ended].append(state)
        self.claimed: dict[int, Line] = {}
        self.headings = {
            name: str(column.column_name) for name, column in NodeResource().fields.items()
        }

    def rows(self, lines: Sequence[Line]) -> list[Staged]:
        """The rows of the file in their order, then which units are not in it."""
        found = {id(line): self._claimed(line) for line in lines if line.values.get("number")}
        first: dict[str, Line] = {}
        for line in lines:
            if id(line) not in found:
                found[id(line)] = self._by_words(line, first)
        staged = [self._staged(line, found[id(line)]) for line in lines]
        today = periods.today()
        missing = [
            Staged(0, Outcome.MISSING, state.name, state.unit_id)
            for state in self.states
            if today in state.period and state.unit_id not in self.claimed
        ]
        return [*staged, *missing]

    def _claimed(self, line: Line) -> Placement | None:
        """The unit of a row with a number."""
        state = self.by_key.get(line.values["number"])
        if state is None:
            line.errors["number"] = _(
                "No row of the portal has this number there. Leave it empty for a new one."
            )
        elif state.unit_id in self.claimed:
            line.errors["number"] = stands_at(self.claimed[state.unit_id])
        else:
            self.claimed[state.unit_id] = line
        return state

    def _by_words(self, line: Line, first: dict[str, Line]) -> Placement | None:
        """The unit that has the name of a row without a number."""
        if "name" in line.errors or "name" not in line.values:
            return None
        key = names.key(line.values["name"])
        twin = first.setdefault(key, line)
        if twin is not line:
            line.errors["name"] = stands_at(twin)
            return None
        for last in (line.values.get("last_day"), None):
            for state in self.by_name[key, last]:
                if state.unit_id not in self.claimed:
                    self.claimed[state.unit_id] = line
                    return state
        return None

    def _staged(self, line: Line, state: Placement | None) -> Staged:
        label = state.name if state else line.values.get("name", "")
        key = state.unit_id if state else None
        before = acts.entry_of(state) if state else NodeEntry("")
        if line.errors:
            return Staged(line.row + 1, Outcome.WRONG, label, key, errors=line.errors)
        entry = self._said(line, state, before)
        if state and entry == before:
            return Staged(line.row + 1, Outcome.SAME, label, key)
        self._try(line, state, entry)
        if line.errors:
            return Staged(line.row + 1, Outcome.WRONG, label, key, errors=line.errors)
        changes = [
            (self.headings[name], _words(getattr(before, name)), _words(getattr(entry, name)))
            for name in _ENTRY_FIELDS
            if getattr(before, name) != getattr(entry, name)
        ]
        kept = _stored(before) | {"version": state.unit.version} if state else None
        outcome = Outcome.CHANGED if state else Outcome.NEW
        return Staged(line.row + 1, outcome, label, key, _stored(entry), changes, kept)

    def _said(self, line: Line, state: Placement | None, before: NodeEntry) -> NodeEntry:
        said = {name: value for name, value in line.values.items() if name in _ENTRY_FIELDS}
        entry = replace(before, **said)
        if state and entry == before:
            return entry
        return acts.as_old_as(self.place, entry)

    def _try(self, line: Line, state: Placement | None, entry: NodeEntry) -> None:
        """Do what the page would; what it refuses is an error of the line."""
        row = Row(unit_id=state.unit_id) if state else Row(key=uuid.uuid4())
        version = state.unit.version if state else 0
        with tried(line, "name"):
            acts.try_row(self.user, self.place, self.kind.kind, row, entry, version)


KINDS = (
    NodeImport(UnitKind.HAMLET, gettext_lazy("Hamlets")),
    NodeImport(UnitKind.AGENCY, gettext_lazy("Agencies")),
    NodeImport(UnitKind.MASS_ORGANISATION, gettext_lazy("Mass organisations")),
    NodeImport(UnitKind.SCHOOL, gettext_lazy("Educational institutions")),
    NodeImport(UnitKind.ENTERPRISE, gettext_lazy("Enterprises")),
    NodeImport(UnitKind.OTHER, gettext_lazy("Other participants")),
    NodeImport(UnitKind.DEPARTMENT, gettext_lazy("Departments of an office")),
)
