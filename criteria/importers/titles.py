"""Titles that units hold by earlier paper decisions, from a spreadsheet.

A row declares what the page would (`criteria.recognising`), by the same rules; it waits for
confirmation as one that was entered by hand.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from import_export import resources

from core import periods
from core.forms.fields import LineField, day_field
from core.importing.columns import Line, ListColumn, Progress
from core.importing.kinds import Compared, ImportKind, Place, Staged
from core.journal import HasKey
from core.models import Import, ImportRow
from core.workflow import YES, Refused, Verdict
from criteria import recognising, terms
from criteria.forms.recognition import year_field
from criteria.models import Recognition, Title
from criteria.recognising import Declaration, Undeclarable
from units import entries, names, permissions
from units.forms.units import WholeNumberField
from units.importers.figures import FigureResource
from units.importers.homes import Homes, Unknown, acted_on_at, places_of
from units.importers.members import MOST_KEY
from units.importers.trying import each, shown_place, stands_at
from units.models import Placement, UnitKind

Outcome = ImportRow.Outcome
CAPABILITY = "recognition.declare"


def _needed(most: int, sentence: Any) -> LineField:
    return LineField(max_length=most, error_messages={"required": sentence})


class TitleResource(resources.Resource):
    """The columns of a list of titles; a row of the template is a `Shown`."""

    number = ListColumn(
        "number",
        gettext_lazy("Number of the title in the portal"),
        WholeNumberField(required=False, most=MOST_KEY),
        explained=gettext_lazy(
            "Says which declared title it is; empty for one that is not there yet."
        ),
    )
    place_key = FigureResource.fields["place_key"]
    place = FigureResource.fields["place"]
    title = ListColumn(
        "title",
        gettext_lazy("Title"),
        _needed(300, gettext_lazy("Choose the title.")),
        explained=gettext_lazy("The title that the decision recognises, by its name and tier."),
        needed=True,
        others=("Tên danh hiệu", "Danh hiệu được công nhận"),
    )
    grade = ListColumn(
        "grade",
        gettext_lazy("Grade"),
        LineField(required=False, max_length=20),
        explained=gettext_lazy("Only where the title has grades, such as 1 or 2."),
        others=("Mức", "Mức độ đạt"),
    )
    assessed_year = ListColumn(
        "assessed_year",
        gettext_lazy("Assessed year"),
        year_field(""),
        explained=gettext_lazy("The year that was assessed, four digits."),
        needed=True,
        others=("Năm", "Năm công nhận"),
    )
    decision_number = ListColumn(
        "decision_number",
        gettext_lazy("Number and symbol of the decision"),
        _needed(60, gettext_lazy("Enter the number of the decision.")),
        explained=gettext_lazy("As it stands on the decision."),
        needed=True,
        others=("Số quyết định", "Quyết định số"),
        as_typed=True,
    )
    decided_on = ListColumn(
        "decided_on",
        gettext_lazy("Day of the decision"),
        day_field(""),
        explained=gettext_lazy("dd/mm/yyyy"),
        needed=True,
        others=("Ngày quyết định", "Ngày ban hành"),
    )
    decided_by = ListColumn(
        "decided_by",
        gettext_lazy("Issued by"),
        _needed(300, gettext_lazy("Enter who issued it.")),
        explained=gettext_lazy("Who issued the decision."),
        needed=True,
        others=("Cơ quan ban hành", "Cơ quan quyết định", "Người ban hành"),
    )
    signer = ListColumn(
        "signer",
        gettext_lazy("Signed by"),
        LineField(required=False, max_length=200),
        explained=gettext_lazy("Who signed it; may be empty."),
    )
    held_from = ListColumn(
        "held_from",
        gettext_lazy("Held from"),
        day_field("", required=False),
        explained=gettext_lazy("dd/mm/yyyy; empty is the day of the decision."),
        others=("Từ ngày", "Hiệu lực từ"),
    )
    held_until = ListColumn(
        "held_until",
        gettext_lazy("Held until"),
        day_field("", required=False),
        explained=gettext_lazy("dd/mm/yyyy; empty is as long as the title is valid."),
        others=("Đến ngày", "Hiệu lực đến"),
    )


@dataclass(frozen=True)
class Shown:
    """A title that is declared, as a row of the template."""

    number: int
    place_key: int
    place: str
    title: str
    grade: str
    assessed_year: int
    decision_number: str
    decided_on: periods.Day
    decided_by: str
    signer: str
    held_from: periods.Day | None
    held_until: periods.Day | None


class TitleImport(ImportKind):
    """The titles of the units that a person speaks for at a place."""

    code = "title"
    label = gettext_lazy("Earlier titles")

    def places(self, user: Any) -> Sequence[Place]:
        """The places of the appointments of `user` where they declare titles of some unit."""
        return [shown_place(place) for place in places_of(user, CAPABILITY)]

    def place(self, user: Any, key: int) -> Place | None:
        """The place, where `user` declares titles of some unit there."""
        there = next((one for one in places_of(user, CAPABILITY) if one.unit_id == key), None)
        return shown_place(there) if there else None

    def resource(self, key: int) -> resources.Resource:
        """The columns of a list, the same for each place."""
        return TitleResource()

    def known(self, user: Any, key: int, reason: str) -> list[Any]:
        """The titles that count of the units there."""
        places = {place.unit_id: place for place in acted_on_at(user, CAPABILITY, key)}
        return [_shown(one, places[one.unit_id].name) for one in _standing(places)]

    def compare(self, subject: Import, lines: Iterable[Line]) -> Compared:
        """What the page would do with each line, tried out and taken back."""
        places = acted_on_at(subject.started_by, CAPABILITY, subject.place)
        if not places:
            raise Refused(_("It is not in your scope."))
        comparison = _Comparison(subject.started_by, places)
        with transaction.atomic():
            rows = list(comparison.rows(list(lines)))
            transaction.set_rollback(True)
        return Compared(rows, {"units": [place.unit_id for place in places]})

    def write(self, subject: Import, progress: Progress) -> None:
        """Declare and correct, in the order of the file; what the rules refuse by now, refuses
        all."""
        entries.lock(*subject.seen["units"])
        user = subject.started_by
        places = {one.unit_id: one for one in acted_on_at(user, CAPABILITY, subject.place)}
        titles = Title.objects.in_bulk()

        def do(row: ImportRow) -> None:
            place = places[row.key or 0]
            was = row.before or {}
            with _named(row):
                found = _write(user, place, _declaration(row.data, titles), was)
            row.before = {**was, "number": found.pk, "left": recognising.fingerprint(found)}
            row.save(update_fields=["before"])

        each(subject, "line", do, progress)

    def undo(self, subject: Import, progress: Progress) -> None:
        """Take out what was declared, correct back what was corrected, the last row first."""
        entries.lock(*subject.seen["units"])
        user, titles = subject.started_by, Title.objects.in_bulk()

        def undo(row: ImportRow) -> None:
            was = row.before or {}
            with _named(row):
                if "title" in was:
                    back = _declaration(was, titles)
                    recognising.correct(was["number"], user, back, None, seen=was["left"])
                else:
                    recognising.take_out(was["number"], user, seen=was["left"])

        each(subject, "-line", undo, progress)

    def may(self, user: Any, subject: Import) -> Verdict:
        """Whether `user` still declares titles of all units that were compared."""
        places = acted_on_at(user, CAPABILITY, subject.place)
        if places and {place.unit_id for place in places} >= set(subject.seen.get("units", ())):
            return YES
        return False, _("You do not declare titles for this unit.")

    def right(self, user: Any, subject: Import) -> HasKey | None:
        """The appointment that lets `user` declare them."""
        places = acted_on_at(user, CAPABILITY, subject.place)
        return permissions.grant_over(user, CAPABILITY, places[0]) if places else None

    def is_open(self, user: Any, subject: Import) -> bool:
        """Titles of offices and places name nobody in particular."""
        return True

    def open(self, user: Any, subject: Import, reason: str) -> None:
        """Nothing is closed."""


def _standing(unit_ids: Iterable[int]) -> list[Recognition]:
    """What counts of some units, by unit (one query)."""
    found = Recognition.objects.filter(unit__in=list(unit_ids)).standing()
    return list(found.select_related("title", "placement").order_by("unit", "decided_on", "pk"))


def _shown(one: Recognition, place: str) -> Shown:
    said = vars(_said_by(one)) | {"title": str(one.title)}
    return Shown(number=one.pk, place_key=one.unit_id, place=place, **said)


def _said_by(one: Recognition) -> Declaration:
    """What a recognition says, as it was declared."""
    return Declaration(
        title=one.title,
        grade=one.grade,
        assessed_year=one.assessed_year,
        decision_number=one.decision_number,
        decided_on=one.decided_on,
        decided_by=one.decided_by,
        signer=one.signer,
        held_from=periods.first_day(one.period) or one.decided_on,
        held_until=periods.last_day(one.period),
    )


_DAYS = ("decided_on", "held_from", "held_until")


def _stored(declaration: Declaration) -> dict[str, Any]:
    """A declaration as staging keeps it."""
    found = vars(declaration) | {"title": declaration.title.pk}
    return found | {name: day.isoformat() if (day := found[name]) else None for name in _DAYS}


def _declaration(data: dict[str, Any], titles: dict[int, Title]) -> Declaration:
    """A declaration as staging kept it."""
    found = {name: data[name] for name in Declaration.__dataclass_fields__}
    for name in _DAYS:
        found[name] = periods.Day.fromisoformat(found[name]) if found[name] else None
    return Declaration(**(found | {"title": titles[data["title"]]}))


def _write(
    user: Any, place: Placement, declaration: Declaration, was: dict[str, Any]
) -> Recognition:
    """Declare what is new, correct what is declared."""
    if "number" in was:
        return recognising.correct(was["number"], user, declaration, None, seen=was["seen"])
    return recognising.declare(user, place, declaration)


@contextmanager
def _named(row: ImportRow) -> Iterator[None]:
    """A refusal names the row of which it speaks."""
    try:
        yield
    except (Undeclarable, Refused) as refused:
        raise Refused(f"{row.label}: {refused}") from refused
    except Recognition.DoesNotExist as gone:
        raise Refused(_("%(name)s was changed since.") % {"name": row.label}) from gone


class _Comparison:
    """One file beside the titles of some units."""

    def __init__(self, user: Any, places: Sequence[Placement]) -> None:
        self.user = user
        self.homes = Homes(places, kinds=UnitKind.values)
        self.titles = list(Title.objects.select_related("document"))
        self.standing = _standing(place.unit_id for place in places)
        self.by_number = {one.pk: one for one in self.standing}
        self.claimed: dict[int, Line] = {}
        self.first: dict[tuple[int, int, str, periods.Day], Line] = {}
        self.headings = {
            name: str(column.column_name) for name, column in TitleResource().fields.items()
        }

    def rows(self, lines: Sequence[Line]) -> Iterator[Staged]:
        """The rows of the file in their order, then which titles are not in it."""
        for line in lines:
            yield self._staged(line)
        for one in self.standing:
            if one.pk not in self.claimed:
                yield Staged(0, Outcome.MISSING, _label(one.placement, one.title), one.unit_id)

    def _staged(self, line: Line) -> Staged:
        place = self._place(line)
        title = self._title(line, place) if place else None
        there = self._there(line, place, title) if place and title else None
        said = self._said(line, title, there) if title else None
        if place is None or said is None or line.errors:
            label = _label(place, title) if place and title else line.values.get("place") or ""
            return Staged(line.row + 1, Outcome.WRONG, label, errors=line.errors)
        label, key = _label(place, said.title), place.unit_id
        before = _said_by(there) if there else None
        if said == before:
            return Staged(line.row + 1, Outcome.SAME, label, key)
        was = {"number": there.pk, "seen": recognising.fingerprint(there)} if there else {}
        self._try(line, place, said, was)
        if line.errors:
            return Staged(line.row + 1, Outcome.WRONG, label, key, errors=line.errors)
        if before:
            was |= _stored(before)
        outcome = Outcome.CHANGED if there else Outcome.NEW
        changes = self._changes(before, said)
        return Staged(line.row + 1, outcome, label, key, _stored(said), changes, was or None)

    def _place(self, line: Line) -> Placement | None:
        if {"place_key", "place"} & line.errors.keys():
            return None
        try:
            return self.homes.find(line.values.get("place_key"), line.values.get("place") or "")
        except Unknown as unknown:
            name = unknown.field if unknown.field in line.values else "title"
            line.errors[name] = str(unknown)
            return None

    def _title(self, line: Line, place: Placement) -> Title | None:
        """The title of a row: by its whole name or code, or by its name where the unit can hold one
        only that is called so."""
        if "title" in line.errors:
            return None
        written = names.key(line.values["title"].replace("“", "").replace("”", ""))
        whole = [one for one in self.titles if written in (_key(one), names.key(one.code))]
        called = [one for one in self.titles if written == names.key(one.name)]
        fitting = [one for one in called if place.kind in one.subject_kinds]
        found = whole or fitting or called
        if len(found) == 1:
            return found[0]
        said = {"title": line.values["title"], "example": found[0] if found else ""}
        line.errors["title"] = (
            _("Several titles are called “%(title)s”: write the tier too, as in %(example)s.")
            % said
            if found
            else _("There is no title “%(title)s”.") % said
        )
        return None

    def _there(self, line: Line, place: Placement, title: Title) -> Recognition | None:
        """The declared title that a row is: by its number, else by the decision."""
        number = line.values.get("number")
        if number is not None:
            found = self.by_number.get(number)
            if found is None or found.unit_id != place.unit_id:
                line.errors["number"] = _(
                    "No declared title of the unit has this number. Leave it empty for a new one."
                )
        else:
            found = self._by_decision(line, place, title)
        if found and self.claimed.setdefault(found.pk, line) is not line:
            column = "number" if number is not None else "decision_number"
            line.errors[column] = stands_at(self.claimed[found.pk])
        return found

    def _by_decision(self, line: Line, place: Placement, title: Title) -> Recognition | None:
        if {"decision_number", "decided_on"} & line.errors.keys():
            return None
        number = recognising.decision_key(line.values["decision_number"])
        day = line.values["decided_on"]
        twin = self.first.setdefault((place.unit_id, title.pk, number, day), line)
        if twin is not line:
            line.errors["decision_number"] = stands_at(twin)
            return None
        return next(
            (
                one
                for one in self.standing
                if (one.unit_id, one.title_id, one.decided_on) == (place.unit_id, title.pk, day)
                and recognising.decision_key(one.decision_number) == number
            ),
            None,
        )

    def _said(self, line: Line, title: Title, there: Recognition | None) -> Declaration | None:
        """What a row says, with the days of holding that follow where it leaves them empty; a
        column that the file does not have leaves what is there."""
        values = {**(vars(_said_by(there)) if there else {}), **line.values, "title": title}
        values["grade"] = _grade(values.get("grade") or "")
        values["signer"] = values.get("signer") or ""
        values["held_from"] = values.get("held_from") or values.get("decided_on")
        held_from, decided_on = values["held_from"], values.get("decided_on")
        if (
            not values.get("held_until")
            and held_from
            and decided_on
            and held_from.year <= recognising.LAST_YEAR
        ):
            values["held_until"] = terms.valid_until(title, decided_on, held_from)
        values.setdefault("held_until", None)
        known = {name: value for name, value in values.items() if name not in line.errors}
        for name, sentences in recognising.faults_of_days(known).items():
            line.errors.setdefault(name if name in line.values else "title", " ".join(sentences))
        if line.errors:
            return None
        return Declaration(**{name: values[name] for name in Declaration.__dataclass_fields__})

    def _try(self, line: Line, place: Placement, said: Declaration, was: dict[str, Any]) -> None:
        """Do what the page would; what it refuses is an error of the line."""
        try:
            with transaction.atomic():
                _write(self.user, place, said, was)
        except Undeclarable as refused:
            for name, sentences in refused.faults.items():
                line.errors[name if name in line.values else "title"] = " ".join(sentences)
        except Refused as refused:
            line.errors["number" if "number" in line.values else "title"] = str(refused)

    def _changes(self, before: Declaration | None, said: Declaration) -> list[tuple[str, str, str]]:
        """Heading, before and after of each field that differs."""
        found = []
        for name, new in vars(said).items():
            old = getattr(before, name) if before else None
            if (old or None) != (new or None):
                found.append((self.headings[name], _words(old), _words(new)))
        return found


def _label(place: Placement, title: Title) -> str:
    return f"{place.name}: {title}"


def _key(title: Title) -> str:
    return names.key(str(title).replace("“", "").replace("”", ""))


def _grade(text: str) -> str:
    """`2` of “Mức độ 2” and “Mức 2”."""
    return text.casefold().removeprefix("mức").strip().removeprefix("độ").strip().upper()


def _words(value: Any) -> str:
    return f"{value:%d/%m/%Y}" if isinstance(value, periods.Day) else str(value or "")


KINDS = (TitleImport(),)
