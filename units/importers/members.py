"""Households, clans and citizens from a spreadsheet, by the rules of the page of their list."""

from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from django.forms import Field
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from import_export import resources

from core import periods
from core.forms.fields import LineField
from core.importing.columns import Line, ListColumn, Progress
from core.importing.kinds import Compared, ImportKind, Place, Staged
from core.journal import HasKey
from core.models import Import, ImportRow
from core.workflow import YES, Refused, Verdict
from units import members, names, permissions, personal, queries, scope
from units.entries import EntryError
from units.forms.units import MOST_ROWS, MemberRowForm, WholeNumberField
from units.importers import member_writing
from units.importers.homes import Homes, Unknown, held_places, homes_at
from units.importers.reading import (
    Known,
    fingerprints,
    holders,
    household_numbers,
    known,
    new_keys,
    stored,
)
from units.importers.trying import stands_at
from units.members import Around, MemberEntry
from units.models import Placement, SheetGroup, UnitKind

Outcome = ImportRow.Outcome
MOST_KEY = 2**62
_ENTRY_FIELDS = tuple(one.name for one in fields(MemberEntry))


def _field(name: str) -> Field:
    """The field in which a person would type it."""
    field: Field = MemberRowForm.base_fields[name]
    return field


NAMES = {
    UnitKind.HOUSEHOLD: (
        gettext_lazy("Head of the household"),
        ("Chủ hộ", "Họ tên chủ hộ", "Họ và tên chủ hộ", "Tên chủ hộ"),
    ),
    UnitKind.CLAN: (gettext_lazy("Name of the clan"), ("Dòng họ", "Tên dòng họ")),
    UnitKind.CITIZEN: (gettext_lazy("Full name"), ("Họ tên", "Họ và tên", "Họ, tên")),
}


class MemberResource(resources.Resource):
    """The columns of a list of members; a row of the template is a `Shown`."""

    place_key = ListColumn(
        "place_key",
        gettext_lazy("Number of the place in the portal"),
        WholeNumberField(required=False, most=MOST_KEY),
        explained=gettext_lazy("Names the hamlet or office for certain; leave it as it is."),
    )
    place = ListColumn(
        "place",
        gettext_lazy("Hamlet or office"),
        LineField(required=False, max_length=200),
        explained=gettext_lazy("Its name, as the portal writes it."),
        others=("Thôn", "Ấp", "Khu phố", "Tên thôn", "Thôn, ấp, khu phố", "Địa bàn"),
    )
    number = ListColumn(
        "number",
        gettext_lazy("Number in the portal's list"),
        WholeNumberField(required=False, max_length=10, most=MOST_ROWS),
        explained=gettext_lazy(
            "Says which row of the portal it is; empty for one that is not there yet."
        ),
    )
    name = ListColumn(
        "name", "", _field("name"), explained=gettext_lazy("At most 100 characters."), needed=True
    )
    birth_year = ListColumn(
        "birth_year",
        gettext_lazy("Year of birth"),
        _field("birth_year"),
        explained=gettext_lazy("Four digits."),
    )
    people = ListColumn(
        "people",
        gettext_lazy("Number of people"),
        _field("people"),
        explained=gettext_lazy("A whole number."),
        others=("Số nhân khẩu", "Nhân khẩu", "Số thành viên"),
    )
    household = ListColumn(
        "household",
        gettext_lazy("Household no."),
        _field("household"),
        explained=gettext_lazy("The number of the household in the list of the same hamlet."),
    )
    sheet_group = ListColumn(
        "sheet_group",
        gettext_lazy("Group of the sheet"),
        _field("sheet_group"),
        explained=gettext_lazy("1, 2, 3 or 4: whose sheet of the self-assessment it is."),
    )
    identity = ListColumn(
        "identity",
        gettext_lazy("Identity number"),
        _field("identity"),
        explained=gettext_lazy(
            "12 digits (formerly 9), as text, so that a 0 at the beginning stays. •••• and the last"
            " digits leave the number as it is."
        ),
        others=("Số định danh", "Số căn cước", "CCCD", "Số CCCD", "Căn cước công dân"),
        as_typed=True,
    )
    first_day = ListColumn(
        "first_day",
        gettext_lazy("From the day"),
        _field("first_day"),
        explained=gettext_lazy("dd/mm/yyyy; empty where nobody knows."),
    )
    last_day = ListColumn(
        "last_day",
        gettext_lazy("Last day"),
        _field("last_day"),
        explained=gettext_lazy("dd/mm/yyyy, of one that belongs there no longer; else empty."),
    )

    def __init__(self, kind: UnitKind, *, in_hamlets: bool, many_homes: bool) -> None:
        """The columns of a list.

        Args:
            in_hamlets: whether there are households there, of which a citizen may be.
            many_homes: whether each row has to say to which home it belongs.
        """
        super().__init__()
        heading, others = NAMES[kind]
        self.fields["name"].column_name, self.fields["name"].others = heading, others
        self.fields["place"].needed = many_homes
        for name in self._left_out(kind, in_hamlets=in_hamlets):
            del self.fields[name]

    def _left_out(self, kind: UnitKind, *, in_hamlets: bool) -> tuple[str, ...]:
        if kind == UnitKind.CITIZEN:
            return ("people",) if in_hamlets else ("people", "household")
        return ("birth_year", "household", "sheet_group", "identity")


@dataclass(frozen=True)
class Shown:
    """A member as a row of the template."""

    place_key: int
    place: str
    number: int
    name: str
    birth_year: int | None
    people: int | None
    household: int | None
    sheet_group: int | None
    identity: str
    first_day: periods.Day | None
    last_day: periods.Day | None


class MemberImport(ImportKind):
    """A list of members of the hamlets of a commune, or of one hamlet or office."""

    def __init__(self, kind: UnitKind, label: Any) -> None:
        self.kind = kind
        self.code, self.label = kind.value, label
        self.asks_reason = kind != UnitKind.CLAN

    def places(self, user: Any) -> Sequence[Place]:
        """The communes, hamlets and offices at which an appointment lets `user` keep such lists."""
        keeping = scope.of(user).units_with("members.edit")
        kinds = (UnitKind.COMMUNE, *permissions.homes_of(self.kind))
        return [
            _place(place)
            for place in held_places(user)
            if place.unit_id in keeping and place.kind in kinds
        ]

    def place(self, user: Any, key: int) -> Place | None:
        """The place, where `user` keeps such a list there."""
        place = queries.placement_of(key, periods.today())
        if place is None or not homes_at(user, key, self.kind):
            return None
        return _place(place)

    def resource(self, key: int) -> resources.Resource:
        """The columns of a list for a place."""
        place = queries.placement_of(key, periods.today())
        many = place is not None and place.kind == UnitKind.COMMUNE
        in_hamlets = many or (place is not None and place.kind == UnitKind.HAMLET)
        return MemberResource(self.kind, in_hamlets=in_hamlets, many_homes=many)

    def known(self, user: Any, key: int, reason: str) -> list[Any]:
        """Who belongs there today; the export is recorded where it names people."""
        homes = {home.unit_id: home for home in homes_at(user, key, self.kind)}
        there = [one for one in known(homes, self.kind) if not one.ended]
        if self.asks_reason:
            place = queries.placement_of(key, periods.today())
            if place is None:
                raise Refused(_("It is not in your scope."))
            personal.export_names(user, place, homes.values(), self.kind, len(there), reason)
        return [_shown(one, homes[one.home].name) for one in there]

    def compare(self, subject: Import, lines: Iterable[Line]) -> Compared:
        """The lines beside the lists of the homes that they name."""
        homes = homes_at(subject.started_by, subject.place, self.kind)
        if not homes:
            raise Refused(_("It is not in your scope."))
        comparison = _Comparison(self, Homes(homes), list(lines))
        rows = list(comparison.rows())
        return Compared(rows, {"homes": comparison.seen})

    def write(self, subject: Import, progress: Progress) -> None:
        """Write new and changed rows by statements over the staged ones."""
        member_writing.write(subject, self.kind, progress)

    def undo(self, subject: Import, progress: Progress) -> None:
        """Take out what was new, put back what was changed."""
        member_writing.undo(subject, self.kind, progress)

    def may(self, user: Any, subject: Import) -> Verdict:
        """Whether `user` keeps all lists that the import was compared with."""
        kept = {home.unit_id for home in homes_at(user, subject.place, self.kind)}
        if kept and kept >= _homes_of(subject):
            return YES
        return False, _("Only the unit itself and the body that manages it keep these lists.")

    def right(self, user: Any, subject: Import) -> HasKey | None:
        """The appointment that lets `user` keep the lists."""
        homes = homes_at(user, subject.place, self.kind)
        return permissions.grant_over(user, "members.edit", homes[0]) if homes else None

    def is_open(self, user: Any, subject: Import) -> bool:
        """Whether the names of all homes that were compared are open to `user` (one query)."""
        if not self.asks_reason:
            return True
        return personal.all_open(user, _homes_of(subject))

    def open(self, user: Any, subject: Import, reason: str) -> None:
        """Open the names of the homes that were compared."""
        if not self.asks_reason:
            return
        kept = _homes_of(subject)
        homes = homes_at(user, subject.place, self.kind)
        personal.open_all(user, [one for one in homes if one.unit_id in kept], reason)


def _place(place: Placement) -> Place:
    return Place(place.unit_id, place.name, reverse("units:detail", args=[place.unit_id]))


def _homes_of(subject: Import) -> set[int]:
    return {int(key) for key in subject.seen.get("homes", {})}


def _shown(one: Known, place: str) -> Shown:
    entry = one.entry
    return Shown(
        place_key=one.home,
        place=place,
        number=one.number,
        name=entry.name,
        birth_year=entry.birth_year,
        people=entry.people,
        household=entry.household,
        sheet_group=entry.sheet_group,
        identity=personal.masked(one.tail),
        first_day=entry.first_day,
        last_day=entry.last_day,
    )


@dataclass
class _Row:
    """A line with the home that it names and the member that it is."""

    line: Line
    home: Placement | None = None
    known: Known | None = None

    def value(self, name: str) -> Any:
        """What stands in a column; None where there is no such column."""
        return self.line.values.get(name)


class _Comparison:
    """One file beside the lists of its homes."""

    def __init__(self, kind: MemberImport, homes: Homes, lines: Sequence[Line]) -> None:
        self.kind = kind
        self.headings = {
            name: str(column.column_name)
            for name, column in MemberResource(
                kind.kind, in_hamlets=True, many_homes=True
            ).fields.items()
        }
        self.homes = homes
        self.file = [_Row(line, self._home(line)) for line in lines]
        named = {row.home.unit_id for row in self.file if row.home}
        # Taken before the lists are read: what is saved meanwhile makes them differ.
        self.seen = fingerprints(named, kind.kind)
        self.members = known(named, kind.kind)
        self.households = household_numbers(named) if kind.kind == UnitKind.CITIZEN else {}
        self.claimed: dict[int, _Row] = {}
        self._identities()
        self._claim()

    def rows(self) -> Iterator[Staged]:
        """The rows of the file in their order, then who is not in it.

        New rows get their keys now, and after the last of their home their numbers: as long as the
        lists are what they are, nobody else takes those.
        """
        staged = [self._staged(row) for row in self.file]
        new = [row for row in staged if row.outcome == Outcome.NEW]
        last = Counter({one.home: one.number for one in self.members})
        for row, key in zip(new, new_keys(len(new)), strict=True):
            last[row.data["home"]] += 1
            row.key, row.data["number"] = key, last[row.data["home"]]
        yield from staged
        for one in self.members:
            if not one.ended and one.unit not in self.claimed:
                yield Staged(0, Outcome.MISSING, self._label(one), one.unit)

    # Which member a line is

    def _home(self, line: Line) -> Placement | None:
        if {"place_key", "place"} & line.errors.keys():
            return None
        try:
            return self.homes.find(line.values.get("place_key"), line.values.get("place") or "")
        except Unknown as unknown:
            field = unknown.field if unknown.field in line.values else "place"
            line.errors[field] = str(unknown)
            return None

    def _identities(self) -> None:
        """Read the identity numbers of the file; of one that stands twice the second is wrong."""
        self.numbers: dict[int, str] = {}
        first: dict[str, int] = {}
        for index, row in enumerate(self.file):
            try:
                number = personal.identity_number(row.value("identity") or "")
            except ValueError:
                continue  # what is wrong with it is said by the rules of the row
            self.numbers[index] = number
            if number in first:
                row.line.errors["identity"] = stands_at(self.file[first[number]].line)
            first.setdefault(number, index)
        self.holders = holders(self.numbers.values())

    def _claim(self) -> None:
        """Find the member of each line: by number, by identity number, by what it says."""
        by_number = {(one.home, one.number): one for one in self.members}
        by_unit = {one.unit: one for one in self.members}
        rest: list[_Row] = []
        for index, row in enumerate(self.file):
            if row.home is None:
                continue
            number = row.value("number")
            if number is not None:
                self._take_numbered(row, by_number.get((row.home.unit_id, number)))
                continue
            same = by_unit.get(self._holder(index))
            if same and same.home == row.home.unit_id and same.unit not in self.claimed:
                self._take(row, same)
            else:
                rest.append(row)
        self._claim_by_words(rest)

    def _holder(self, index: int) -> int:
        """The unit that has the identity number of a line; 0 where none has."""
        number = self.numbers.get(index)
        return self.holders.get(personal.digest(number), 0) if number else 0

    def _take(self, row: _Row, one: Known) -> None:
        row.known = one
        self.claimed[one.unit] = row

    def _take_numbered(self, row: _Row, found: Known | None) -> None:
        if found is None:
            row.line.errors["number"] = _(
                "No row of the portal has this number there. Leave it empty for a new one."
            )
        elif found.unit in self.claimed:
            row.line.errors["number"] = stands_at(self.claimed[found.unit].line)
        else:
            self._take(row, found)

    def _claim_by_words(self, rest: Iterable[_Row]) -> None:
        """Rows without a number: the first of that name is the first of the list, and so on.

        Who has left is only found by a row that says the same last day.
        """
        free: dict[tuple[Any, ...], deque[Known]] = defaultdict(deque)
        for one in self.members:
            if one.unit not in self.claimed:
                words = self._words(one.home, one.entry.name, one.entry.birth_year)
                free[(*words, one.entry.last_day if one.ended else None)].append(one)
        first: dict[tuple[Any, ...], _Row] = {}
        for row in rest:
            if row.home is None or "name" in row.line.errors:
                continue
            said = tuple(row.value(name) for name in _ENTRY_FIELDS if name != "name")
            words = self._words(row.home.unit_id, row.value("name"), row.value("birth_year"))
            twin = first.setdefault((words, said), row)
            if twin is not row:
                row.line.errors.setdefault("name", stands_at(twin.line))
                continue
            found = free[(*words, row.value("last_day"))] or free[(*words, None)]
            if found:
                self._take(row, found.popleft())

    def _words(self, home: int, name: str, birth_year: int | None) -> tuple[Any, ...]:
        of_a_person = self.kind.kind == UnitKind.CITIZEN
        return (home, names.key(name), birth_year if of_a_person else None)

    # What a line would do

    def _staged(self, row: _Row) -> Staged:
        line = row.line
        entry = self._entry(row) if row.home and not line.errors else None
        label = self._label(row.known) if row.known else self._label_of_new(row)
        key = row.known.unit if row.known else None
        if entry is None or row.home is None:
            return Staged(line.row + 1, Outcome.WRONG, label, key, errors=line.errors)
        changes = self._changes(row.known, entry)
        if row.known and not changes:
            return Staged(line.row + 1, Outcome.SAME, label, key)
        household = self.households.get((row.home.unit_id, entry.household or 0))
        data = stored(entry, household) | {"home": row.home.unit_id}
        if entry.identity:
            data |= {
                "digest": personal.digest(entry.identity),
                "tail": entry.identity[-personal.TAIL :],
            }
        before = row.known.stored() if row.known else None
        outcome = Outcome.CHANGED if row.known else Outcome.NEW
        return Staged(line.row + 1, outcome, label, key, data, changes, before)

    def _entry(self, row: _Row) -> MemberEntry | None:
        """What the row says, by the rules of the page; None where they refuse it."""
        home, one = row.home, row.known
        assert home is not None  # noqa: S101 -- as its caller has asked
        said = {name: value for name, value in row.line.values.items() if name in _ENTRY_FIELDS}
        said["identity"] = self._identity(row)
        entry = replace(one.entry, **said) if one else MemberEntry(**said)
        if one and entry == one.entry:
            return entry
        around = Around(
            lambda number: self.households.get((home.unit_id, number)), self.holders.get
        )
        try:
            if one:
                one.states.refuse_after_move()
                members.refuse_unnamed(one.entry.name)
            entry = members.checked(home, entry, one.unit if one else None, around)
            if one:
                one.states.check_first_day(one.period, entry)
        except EntryError as error:
            row.line.errors.update(self._at_columns(row, error.errors))
        except Refused as refused:
            row.line.errors["name"] = str(refused)
        return None if row.line.errors else entry

    def _identity(self, row: _Row) -> str | None:
        """The identity number to be kept from now on; None leaves what is kept."""
        text: str = row.value("identity") or ""
        kept = personal.masked(row.known.tail) if row.known else ""
        return None if text in ("", kept) else text

    def _at_columns(self, row: _Row, errors: Any) -> dict[str, str]:
        """The errors at columns that the file has."""
        return {name if name in row.line.values else "name": text for name, text in errors.items()}

    def _changes(self, one: Known | None, entry: MemberEntry) -> list[tuple[str, str, str]]:
        """Heading, before and after of each field that differs; of a new row all that it says."""
        before = one.entry if one else MemberEntry("")
        found = []
        for name in _ENTRY_FIELDS:
            old, new = getattr(before, name), getattr(entry, name)
            if name == "identity" and new is not None:
                old = personal.masked(one.tail) if one else ""
                if one and one.digest == personal.digest(new):
                    continue
                new = personal.masked(new[-personal.TAIL :])
            if old != new and name in self.headings:
                found.append((self.headings[name], _words_of(name, old), _words_of(name, new)))
        return found

    def _label(self, one: Known) -> str:
        said = {"place": self.homes.all[one.home].name, "number": one.number}
        return _("%(place)s, no. %(number)d") % said

    def _label_of_new(self, row: _Row) -> str:
        said = {"place": row.home.name if row.home else "–", "row": row.line.row + 1}
        return _("%(place)s, row %(row)d of the file") % said


def _words_of(name: str, value: Any) -> str:
    if value is None:
        return ""
    if name == "sheet_group":
        return str(SheetGroup(value).label)
    return f"{value:%d/%m/%Y}" if isinstance(value, periods.Day) else str(value)


KINDS = (
    MemberImport(UnitKind.HOUSEHOLD, gettext_lazy("Households")),
    MemberImport(UnitKind.CLAN, gettext_lazy("Clans")),
    MemberImport(UnitKind.CITIZEN, gettext_lazy("Citizens")),
)
