"""Results of citizens from lists of congdanhoctap.vn.

A citizen is found by the identity number, under its key; else by name, year of birth and hamlet,
and then a person decides whether it is the same. Nothing is scored again. What else such a list
says of people, such as religion or ethnic group, is not read.
"""

import hashlib
import json
import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from import_export import resources

from campaign.models import Round
from core import journal, periods
from core.importing.columns import Line, ListColumn, Progress
from core.importing.kinds import LEAVE, Compared, ImportKind, Place, Staged
from core.journal import HasKey
from core.models import Import, ImportRow
from core.numbers import format_vi_number
from core.workflow import YES, Refused, Verdict
from criteria.forms.recognition import year_field
from criteria.importers.fields import PointsField, ReachedField
from criteria.models import OutsideResult
from units import entries, members, names, permissions, personal, queries, scope
from units.entries import EntryError, Row
from units.importers.homes import Homes, Unknown, held_places, homes_at
from units.importers.members import NAMES, MemberResource
from units.importers.reading import Known, fingerprints, holders, known
from units.importers.trying import shown_place, stands_at
from units.members import MemberEntry
from units.models import WITHHELD, PersonalRecord, Placement, UnitKind

Outcome = ImportRow.Outcome
SAME, NEW = "same", "new"
CITIZEN = UnitKind.CITIZEN


class ResultResource(resources.Resource):
    """The columns of a list of results."""

    place_key = MemberResource.fields["place_key"]
    place = MemberResource.fields["place"]
    number = MemberResource.fields["number"]
    identity = MemberResource.fields["identity"]
    name = MemberResource.fields["name"]
    birth_year = MemberResource.fields["birth_year"]
    year = ListColumn(
        "year",
        gettext_lazy("Assessed year"),
        year_field("", required=False),
        explained=gettext_lazy("The year of the round; empty is the newest round."),
        others=("Năm", "Năm tự đánh giá"),
    )
    points = ListColumn(
        "points",
        gettext_lazy("Points of 100"),
        PointsField(required=False, max_length=20),
        explained=gettext_lazy(
            "Of 100, as the list gives them; they are not counted again. A row without points and"
            " result says nothing."
        ),
        others=("Điểm", "Tổng điểm", "Số điểm", "Điểm tự đánh giá"),
    )
    passed = ListColumn(
        "passed",
        gettext_lazy("Result"),
        ReachedField(required=False, max_length=20),
        explained=gettext_lazy("“đạt” or “không đạt”; empty where the list does not say."),
        others=("Đạt", "Xếp loại", "Kết quả đánh giá"),
    )

    def __init__(self, *, many_homes: bool) -> None:
        """Args: many_homes: whether each row has to say to which home it belongs."""
        super().__init__()
        self.fields["name"].column_name, self.fields["name"].others = NAMES[CITIZEN]
        self.fields["place"].needed = many_homes


class ResultImport(ImportKind):
    """A list of results of the citizens of a hamlet or office, or of all of a commune."""

    code = "outside-result"
    label = gettext_lazy("Results of congdanhoctap.vn")
    asks_reason = True

    def places(self, user: Any) -> Sequence[Place]:
        """The communes, hamlets and offices at which an appointment lets `user` keep citizens."""
        kinds = (UnitKind.COMMUNE, *permissions.homes_of(CITIZEN))
        keeping = scope.of(user).units_with("members.edit")
        return [
            shown_place(place)
            for place in held_places(user)
            if place.unit_id in keeping and place.kind in kinds
        ]

    def place(self, user: Any, key: int) -> Place | None:
        """The place, where `user` keeps citizens and reads their names."""
        place = queries.placement_of(key, periods.today())
        return shown_place(place) if place and homes_at(user, key, CITIZEN) else None

    def resource(self, key: int) -> resources.Resource:
        """The columns of a list for a place."""
        place = queries.placement_of(key, periods.today())
        many = place is not None and place.kind == UnitKind.COMMUNE
        return ResultResource(many_homes=many)

    def known(self, user: Any, key: int, reason: str) -> list[Any]:
        """Who belongs there today, with the results of the newest round; the export is recorded."""
        homes = {home.unit_id: home for home in homes_at(user, key, CITIZEN)}
        there = [one for one in known(homes, CITIZEN) if not one.ended]
        place = queries.placement_of(key, periods.today())
        if place is None:
            raise Refused(_("It is not in your scope."))
        personal.export_names(user, place, homes.values(), CITIZEN, len(there), reason)
        newest = Round.objects.first()
        year = newest.assessed_year if newest else periods.today().year
        results = {
            (one.unit_id, one.home_id): one
            for one in OutsideResult.objects.filter(home__in=homes, assessed_year=year)
        }
        return [
            _shown(one, homes[one.home], year, results.get((one.unit, one.home))) for one in there
        ]

    def compare(self, subject: Import, lines: Iterable[Line]) -> Compared:
        """The lines beside the citizens of the homes that they name."""
        homes = homes_at(subject.started_by, subject.place, CITIZEN)
        if not homes:
            raise Refused(_("It is not in your scope."))
        seen = _seen([home.unit_id for home in homes])
        return Compared(list(_Comparison(homes, list(lines)).rows()), seen)

    def write(self, subject: Import, progress: Progress) -> None:
        """Note each result, of whom a person or the identity number says it is."""
        user, homes = self._locked(subject)
        rows = [row for row in subject.rows.order_by("line") if _is_written(row)]
        for done, row in enumerate(rows, start=1):
            home = homes[row.data["home"]]
            try:
                _write(user, home, row, subject.reason)
            except EntryError as error:
                raise Refused(f"{row.label}: {error}") from error
            progress(done, len(rows))

    def _locked(self, subject: Import) -> tuple[Any, dict[int, Placement]]:
        user = subject.started_by
        homes = {home.unit_id: home for home in homes_at(user, subject.place, CITIZEN)}
        entries.lock(*homes)
        if _seen(homes) != subject.seen:
            raise Refused(_("Somebody changed these lists since the check: check the file again."))
        return user, homes

    def undo(self, subject: Import, progress: Progress) -> None:
        """Take out the results, and who was entered with them, the last row first."""
        user = subject.started_by
        homes = {home.unit_id: home for home in homes_at(user, subject.place, CITIZEN)}
        entries.lock(*homes)
        rows = list(
            subject.rows.filter(outcome__in=(Outcome.NEW, Outcome.CHANGED)).order_by("-line")
        )
        for done, row in enumerate(rows, start=1):
            _undo(user, homes, row, subject.reason)
            progress(done, len(rows))

    def may(self, user: Any, subject: Import) -> Verdict:
        """Whether `user` keeps all lists that the import was compared with."""
        kept = {home.unit_id for home in homes_at(user, subject.place, CITIZEN)}
        if kept and kept >= {int(key) for key in subject.seen.get("homes", {})}:
            return YES
        return False, _("Only the unit itself and the body that manages it keep these lists.")

    def right(self, user: Any, subject: Import) -> HasKey | None:
        """The appointment that lets `user` keep the lists."""
        homes = homes_at(user, subject.place, CITIZEN)
        return permissions.grant_over(user, "members.edit", homes[0]) if homes else None

    def is_open(self, user: Any, subject: Import) -> bool:
        """Whether the names of all homes that were compared are open to `user` (one query)."""
        return personal.all_open(user, {int(key) for key in subject.seen.get("homes", {})})

    def open(self, user: Any, subject: Import, reason: str) -> None:
        """Open the names of the homes that were compared."""
        kept = subject.seen.get("homes", {})
        homes = homes_at(user, subject.place, CITIZEN)
        personal.open_all(user, [one for one in homes if str(one.unit_id) in kept], reason)


@dataclass(frozen=True)
class Shown:
    """A citizen as a row of the template, with the result that is known."""

    place_key: int
    place: str
    number: int
    identity: str
    name: str
    birth_year: int | None
    year: int
    points: Decimal | None
    passed: str


def _shown(one: Known, home: Placement, year: int, result: OutsideResult | None) -> Shown:
    return Shown(
        place_key=home.unit_id,
        place=home.name,
        number=one.number,
        identity=personal.masked(one.tail),
        name=one.entry.name,
        birth_year=one.entry.birth_year,
        year=year,
        points=result.points if result else None,
        passed=_passed(result.passed) if result else "",
    )


def _passed(passed: bool | None) -> str:
    """As such a list writes it."""
    return "" if passed is None else "đạt" if passed else "không đạt"


def _seen(home_ids: Collection[int]) -> dict[str, Any]:
    """The citizens and results of some homes in figures: any change of them changes these."""
    results = OutsideResult.objects.filter(home__in=home_ids).order_by("pk")
    said = json.dumps(list(results.values_list("pk", "points", "passed")), default=str)
    digest = hashlib.sha256(said.encode()).hexdigest()
    return {"homes": fingerprints(home_ids, CITIZEN), "results": digest}


# Writing


def _is_written(row: ImportRow) -> bool:
    if row.outcome == Outcome.ASKED:
        return row.data["choice"] != LEAVE
    return row.outcome in (Outcome.NEW, Outcome.CHANGED)


def _write(user: Any, home: Placement, row: ImportRow, reason: str) -> None:
    """Note the result of one row; what undoing needs stands in the row from then on."""
    data = row.data
    asked, _colon, key = data.get("choice", "").partition(":")
    entered = asked == NEW
    if entered:
        entry = MemberEntry(data["name"], birth_year=data["birth_year"])
        member = members.save_row(user, home, CITIZEN, Row(key=uuid.uuid4()), entry, 0, reason)
        row.key = member.unit_id
    elif asked == SAME:
        row.key = int(key)
    unit = row.key or 0
    was: dict[str, Any] = {"home": home.unit_id, "entered": entered, "version": None}
    record = PersonalRecord.objects.filter(unit=unit).first()
    if asked and data["digest"] and record and not record.identity_digest:
        was["version"] = members.note_identity(
            user, home, unit, data["digest"], data["tail"], reason
        )
    points = None if data["points"] is None else Decimal(data["points"])
    there = OutsideResult.objects.filter(
        unit=unit, home=home.unit_id, assessed_year=data["year"]
    ).first()
    was["was"] = _values(there) if there else None
    right = permissions.grant_over(user, "members.edit", home)
    with journal.act("result.note", actor=user, reason=reason, behalf=right):
        result = there or OutsideResult(
            unit_id=unit, home_id=home.unit_id, assessed_year=data["year"]
        )
        result.points, result.passed, result.brought_by = points, data["passed"], user
        result.save()
    row.before = was | {"result": result.pk, "left": _values(result)}
    row.outcome = Outcome.CHANGED if there else Outcome.NEW
    row.save(update_fields=["key", "before", "outcome"])


def _values(result: OutsideResult) -> list[Any]:
    """Points and verdict as staging keeps them."""
    return [_kept(result.points), result.passed]


def _kept(points: Decimal | None) -> str | None:
    return None if points is None else str(Decimal(points).quantize(Decimal("1.00")))


def _undo(user: Any, homes: dict[int, Placement], row: ImportRow, reason: str) -> None:
    was, changed = row.before or {}, _("%(name)s was changed since.") % {"name": row.label}
    result = OutsideResult.objects.select_for_update().filter(pk=was["result"]).first()
    if result is None or _values(result) != was["left"]:
        raise Refused(changed)
    home = homes[was["home"]]
    right = permissions.grant_over(user, "members.edit", home)
    with journal.act("result.take_back", actor=user, reason=reason, behalf=right):
        if was["was"] is None:
            result.delete()
        else:
            result.points, result.passed = was["was"]
            result.save()
    if was["version"] is not None:
        if result.unit.version != was["version"]:
            raise Refused(changed)
        members.note_identity(user, home, result.unit_id, None, "", reason)
    if was["entered"]:
        members.remove(user, home, result.unit_id, reason)


class _Comparison:
    """One file beside the citizens of some homes and their results."""

    def __init__(self, homes: Sequence[Placement], lines: Sequence[Line]) -> None:
        self.lines = lines
        self.homes = Homes(homes)
        there = [one for one in known(list(self.homes.all), CITIZEN) if not one.ended]
        self.by_unit = {one.unit: one for one in there}
        self.by_number = {(one.home, one.number): one for one in there}
        self.by_name: defaultdict[tuple[int, str], list[Known]] = defaultdict(list)
        for one in there:
            self.by_name[one.home, names.key(one.entry.name)].append(one)
        self.results = {
            (one.unit_id, one.home_id, one.assessed_year): one
            for one in OutsideResult.objects.filter(home__in=self.homes.all)
        }
        newest = Round.objects.first()
        self.newest = newest.assessed_year if newest else None
        self.numbers = {id(line): number for line in lines if (number := self._number(line))}
        self.holders = holders(self.numbers.values())
        people = PersonalRecord.objects.filter(unit__in=self.holders.values())
        self.holder_names = dict(people.values_list("unit", "name"))
        self.first: dict[tuple[Any, ...], Line] = {}
        self.headings = {
            name: str(column.column_name)
            for name, column in ResultResource(many_homes=True).fields.items()
        }

    def rows(self) -> Iterator[Staged]:
        """The rows of the file in their order. Who is not in it is no news: lists are of those who
        assessed themselves."""
        for line in self.lines:
            yield self._staged(line)

    def _number(self, line: Line) -> str:
        """The identity number of a line; one that is masked, as the template has it, says none."""
        written = line.values.get("identity") or ""
        if not written or written.startswith("•"):
            return ""
        try:
            return personal.identity_number(written)
        except ValueError as error:
            line.errors["identity"] = str(error)
            return ""

    def _staged(self, line: Line) -> Staged:
        home, year = self._home(line), self._year(line)
        points, passed = line.values.get("points"), line.values.get("passed")
        holder = self._holder(line, home) if home else None
        if home is None or year is None or line.errors or self._is_twin(line, home, year):
            place = home.name if home else line.values.get("place") or "–"
            said = {"place": place, "row": line.row + 1}
            label = _("%(place)s, row %(row)d of the file") % said
            return Staged(line.row + 1, Outcome.WRONG, label, errors=line.errors)
        number = self.numbers.get(id(line), "")
        data = {
            "home": home.unit_id,
            "year": year,
            "points": _kept(points),
            "passed": passed,
            "digest": personal.digest(number) if number else "",
            "tail": number[-personal.TAIL :],
            "name": line.values["name"],
            "birth_year": line.values.get("birth_year"),
        }
        if points is None and passed is None:
            label = _("%(place)s, row %(row)d of the file") % {
                "place": home.name,
                "row": line.row + 1,
            }
            return Staged(line.row + 1, Outcome.SAME, label, holder)
        if holder:
            return self._of(line, holder, data)
        return self._by_words(line, home, data)

    def _home(self, line: Line) -> Placement | None:
        if {"place_key", "place"} & line.errors.keys():
            return None
        try:
            return self.homes.find(line.values.get("place_key"), line.values.get("place") or "")
        except Unknown as unknown:
            line.errors[unknown.field if unknown.field in line.values else "name"] = str(unknown)
            return None

    def _year(self, line: Line) -> int | None:
        if "year" in line.errors:
            return None
        year: int | None = line.values.get("year") or self.newest
        if year is None or year > periods.today().year:
            line.errors["year" if "year" in line.values else "name"] = _(
                "No round is open for this year."
            )
        return year

    def _holder(self, line: Line, home: Placement) -> int | None:
        """The citizen of a line: by the number in the list, or by the identity number, wherever
        they belong."""
        if line.values.get("number") is not None:
            return self._numbered(line, home)
        number = self.numbers.get(id(line))
        unit = self.holders.get(personal.digest(number)) if number else None
        if unit is None or "name" in line.errors:
            return None
        held_by = self.holder_names.get(unit, "")
        if held_by == WITHHELD:
            line.errors["identity"] = _(
                "This person asked that their data are not used: leave the row out."
            )
        elif names.key(held_by) != names.key(line.values["name"]):
            line.errors["identity"] = _(
                "This number stands in the portal already, for somebody else."
            )
        return unit

    def _numbered(self, line: Line, home: Placement) -> int | None:
        one = self.by_number.get((home.unit_id, line.values["number"]))
        if one is None:
            line.errors["number"] = _("Nobody of this number belongs there today.")
            return None
        written = line.values.get("name", "")
        if "name" not in line.errors and names.key(written) != names.key(one.entry.name):
            line.errors["name"] = _("The row of this number has another name in the portal.")
        return one.unit

    def _is_twin(self, line: Line, home: Placement, year: int) -> bool:
        """Whether an earlier row says it of the same person; noted as wrong."""
        number = self.numbers.get(id(line)) or line.values.get("number")
        who: tuple[Any, ...] = (number,)
        if not number:
            who = (names.key(line.values["name"]), line.values.get("birth_year"))
        twin = self.first.setdefault((home.unit_id, year, *who), line)
        if twin is not line:
            by_identity = id(line) in self.numbers
            line.errors["identity" if by_identity else "number" if number else "name"] = stands_at(
                twin
            )
        return twin is not line

    def _of(self, line: Line, unit: int, data: dict[str, Any]) -> Staged:
        """A row of whom the portal knows who it is."""
        there = self.results.get((unit, data["home"], data["year"]))
        outcome = Outcome.NEW
        if there:
            same = _values(there) == [data["points"], data["passed"]]
            outcome = Outcome.SAME if same else Outcome.CHANGED
        changes = [] if outcome == Outcome.SAME else self._changes(there, data)
        return Staged(line.row + 1, outcome, self._label(unit, data), unit, data, changes)

    def _by_words(self, line: Line, home: Placement, data: dict[str, Any]) -> Staged:
        """A row that may be one of several, or somebody whom the list does not have."""
        year = data["birth_year"]
        found = [
            one
            for one in self.by_name[home.unit_id, names.key(data["name"])]
            if not (one.digest and data["digest"])
            and (year is None or one.entry.birth_year in (None, year))
        ]
        if len(found) == 1 and not data["digest"]:
            one = self._of(line, found[0].unit, data)
            if one.outcome == Outcome.SAME:  # decided once, and brought in again
                return one
        new = _("Another: enter them in the list of %(place)s") % {"place": home.name}
        data |= {"choice": None, "choices": [*map(_is_same, found), (NEW, new)]}
        label = _("%(place)s, row %(row)d of the file") % {"place": home.name, "row": line.row + 1}
        changes = self._changes(None, data)
        return Staged(line.row + 1, Outcome.ASKED, label, None, data, changes)

    def _label(self, unit: int, data: dict[str, Any]) -> str:
        one = self.by_unit.get(unit)
        place = self.homes.all[data["home"]].name
        if one is None:
            return _("%(place)s: a citizen of another list") % {"place": place}
        said = {"place": self.homes.all[one.home].name, "number": one.number}
        return _("%(place)s, no. %(number)d") % said

    def _changes(
        self, there: OutsideResult | None, data: dict[str, Any]
    ) -> list[tuple[str, str, str]]:
        was: Sequence[Any] = _values(there) if there else (None, None)
        found = [
            (self.headings["year"], str(data["year"]) if there else "", str(data["year"])),
            (self.headings["points"], _points(was[0]), _points(data["points"])),
            (self.headings["passed"], _passed(was[1]), _passed(data["passed"])),
        ]
        who = [
            (self.headings["name"], "", data["name"]),
            (self.headings["birth_year"], "", str(data["birth_year"] or "")),
            (self.headings["identity"], "", personal.masked(data["tail"])),
        ]
        return [one for one in ([*who, *found] if not there else found) if one[1] or one[2]]


def _points(points: str | None) -> str:
    return "" if points is None else format_vi_number(Decimal(points))


def _is_same(one: Known) -> tuple[str, str]:
    said = {
        "number": one.number,
        "name": one.entry.name,
        "year": one.entry.birth_year or "–",
        "identity": personal.masked(one.tail) or "–",
    }
    words = _("No. %(number)d of the list: %(name)s, born %(year)s, identity number %(identity)s")
    return f"{SAME}:{one.unit}", words % said


KINDS = (ResultImport(),)
