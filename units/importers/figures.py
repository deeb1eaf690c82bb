"""Figures of a unit, and of those that lie in it or that it manages, from a spreadsheet.

A row states a figure as the page does: dated, on its paper, beside what stands; nothing is edited.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Count, Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from import_export import resources

from core import periods
from core.forms.fields import LineField, day_field
from core.importing.columns import Line, ListColumn, Progress
from core.importing.kinds import Compared, ImportKind, Place, Staged
from core.journal import HasKey
from core.models import Import, ImportRow
from core.numbers import format_vi_number
from core.workflow import YES, Refused, Verdict
from units import entries, figures, names, permissions
from units.forms.units import WholeNumberField
from units.importers.homes import Homes, Unknown, acted_on_at, places_of
from units.importers.members import MOST_KEY
from units.importers.trying import each, present, shown_place, stands_at, tried
from units.models import Figure, FigureKind, Measure, Placement, UnitKind

Outcome = ImportRow.Outcome
CAPABILITY = "figures.state"
_WORDS = {"có": True, "không": False, "yes": True, "no": False}


class ValueField(WholeNumberField):
    """A whole number, or yes or no of a fact; empty is None."""

    def clean(self, value: Any) -> Any:
        """An int, or a bool. Raises ValidationError with what is wrong."""
        text = str(value).strip().casefold()
        return _WORDS[text] if text in _WORDS else super().clean(value)


class FigureResource(resources.Resource):
    """The columns of a list of figures; a row of the template is a `Shown`."""

    place_key = ListColumn(
        "place_key",
        gettext_lazy("Number of the unit in the portal"),
        WholeNumberField(required=False, most=MOST_KEY),
        explained=gettext_lazy("Names the unit for certain; leave it as it is."),
    )
    place = ListColumn(
        "place",
        gettext_lazy("Unit"),
        LineField(required=False, max_length=200),
        explained=gettext_lazy("Its name, as the portal writes it."),
        others=("Tên đơn vị", "Xã", "Thôn", "Ấp", "Khu phố", "Thôn, ấp, khu phố", "Địa bàn"),
    )
    kind = ListColumn(
        "kind",
        gettext_lazy("Figure"),
        LineField(max_length=200, error_messages={"required": gettext_lazy("Name the figure.")}),
        explained=gettext_lazy("What is counted, as the page of figures names it."),
        needed=True,
        others=("Chỉ số", "Chỉ tiêu", "Tên số liệu", "Nội dung"),
    )
    value = ListColumn(
        "value",
        gettext_lazy("Value"),
        ValueField(required=False, max_length=30),
        explained=gettext_lazy(
            "A whole number, or “có” or “không”. Empty, with a day, takes back what was stated for"
            " that day; empty without one says nothing."
        ),
        needed=True,
        others=("Số lượng", "Số", "Kết quả"),
    )
    day = ListColumn(
        "day",
        gettext_lazy("True of the day"),
        day_field("", required=False),
        explained=gettext_lazy("dd/mm/yyyy: the day on which the number was so."),
        needed=True,
        others=("Ngày số liệu", "Đến ngày", "Ngày"),
    )
    paper = ListColumn(
        "paper",
        gettext_lazy("On the paper"),
        LineField(required=False, max_length=300),
        explained=gettext_lazy("Number, day and issuer of the paper on which it stands."),
        needed=True,
        others=("Văn bản", "Nguồn", "Theo văn bản"),
    )


@dataclass(frozen=True)
class Shown:
    """A figure, or one that is not known yet, as a row of the template."""

    place_key: int
    place: str
    kind: str
    value: int | str | None = None
    day: periods.Day | None = None
    paper: str = ""


class FigureImport(ImportKind):
    """The figures of the units that a person speaks for at a place."""

    code = "figure"
    label = gettext_lazy("Figures")

    def places(self, user: Any) -> Sequence[Place]:
        """The places of the appointments of `user` where they state figures of some unit."""
        return [shown_place(place) for place in places_of(user, CAPABILITY)]

    def place(self, user: Any, key: int) -> Place | None:
        """The place, where `user` states figures of some unit there."""
        there = next((one for one in places_of(user, CAPABILITY) if one.unit_id == key), None)
        return shown_place(there) if there else None

    def resource(self, key: int) -> resources.Resource:
        """The columns of a list, the same for each place."""
        return FigureResource()

    def known(self, user: Any, key: int, reason: str) -> list[Any]:
        """Each figure that is asked of the units there, with what is true of it today."""
        places = acted_on_at(user, CAPABILITY, key)
        kinds = list(FigureKind.objects.all())
        true = figures.on_day([place.unit_id for place in places], periods.today())
        return [
            _shown(place, kind, true.get((place.unit_id, kind.pk)))
            for place in places
            for kind in kinds
            if place.kind in kind.asked_of
        ]

    def compare(self, subject: Import, lines: Iterable[Line]) -> Compared:
        """What the page would do with each line, tried out and taken back."""
        places = acted_on_at(subject.started_by, CAPABILITY, subject.place)
        if not places:
            raise Refused(_("It is not in your scope."))
        seen = {"units": [place.unit_id for place in places]}
        seen |= _state_of(seen["units"])
        comparison = _Comparison(subject.started_by, places)
        with transaction.atomic():
            rows = list(comparison.rows(list(lines)))
            transaction.set_rollback(True)
        return Compared(rows, seen)

    def write(self, subject: Import, progress: Progress) -> None:
        """State each new figure, in the order of the file."""
        units = subject.seen["units"]
        entries.lock(*units)
        if any(subject.seen[name] != value for name, value in _state_of(units).items()):
            raise Refused(_("Somebody stated figures since the check: check the file again."))
        kinds = FigureKind.objects.in_bulk()

        def do(row: ImportRow) -> None:
            stated = _state(subject.started_by, kinds, row.before or {}, row.data)
            row.before = {**(row.before or {}), "stated": stated.pk}
            row.save(update_fields=["before"])

        each(subject, "line", do, progress)

    def undo(self, subject: Import, progress: Progress) -> None:
        """State again what stood for each day, or take back what was stated, the last row first."""
        entries.lock(*subject.seen["units"])
        kinds = FigureKind.objects.in_bulk()

        def undo(row: ImportRow) -> None:
            was = row.before or {}
            of_day = Figure.objects.filter(unit=was["unit"], kind=was["kind"], day=was["day"])
            last = of_day.order_by("-pk").first()
            if last is None or last.pk != was["stated"]:
                raise Refused(_("%(name)s was changed since.") % {"name": row.label})
            _state(subject.started_by, kinds, was, {**was, "paper": was["paper"] or last.paper})

        each(subject, "-line", undo, progress)

    def may(self, user: Any, subject: Import) -> Verdict:
        """Whether `user` still states figures of all units that were compared."""
        places = acted_on_at(user, CAPABILITY, subject.place)
        if places and {place.unit_id for place in places} >= set(subject.seen.get("units", ())):
            return YES
        return False, _("Figures are stated by the unit itself or by the body that manages it.")

    def right(self, user: Any, subject: Import) -> HasKey | None:
        """The appointment that lets `user` state them."""
        places = acted_on_at(user, CAPABILITY, subject.place)
        return permissions.grant_over(user, CAPABILITY, places[0]) if places else None

    def is_open(self, user: Any, subject: Import) -> bool:
        """Figures name nobody."""
        return True

    def open(self, user: Any, subject: Import, reason: str) -> None:
        """Nothing is closed."""


def _shown(place: Placement, kind: FigureKind, figure: Figure | None) -> Shown:
    if figure is None or figure.value is None:
        return Shown(place.unit_id, place.name, kind.name)
    value: int | str = figure.value
    if kind.measure == Measure.FACT:
        value = "có" if value else "không"
    return Shown(place.unit_id, place.name, kind.name, value, figure.day, figure.paper)


def _state_of(unit_ids: Sequence[int]) -> dict[str, Any]:
    """What is stated of some units, in figures: any new one changes them (one query)."""
    return Figure.objects.filter(unit__in=unit_ids).aggregate(rows=Count("pk"), last=Max("pk"))


def _state(
    user: Any, kinds: Mapping[int, FigureKind], which: Mapping[str, Any], said: Mapping[str, Any]
) -> Figure:
    """State a figure as staging kept it."""
    day = periods.Day.fromisoformat(which["day"])
    place = present(which["unit"])
    return figures.state(user, place, kinds[which["kind"]], said["value"], day, said["paper"])


def _words(kind: FigureKind, value: int | None) -> str:
    if value is None:
        return ""
    if kind.measure == Measure.FACT:
        return _("yes") if value else _("no")
    return format_vi_number(value)


def _label(place: Placement, kind: FigureKind) -> str:
    return f"{place.name}: {kind.name}"


class _Comparison:
    """One file beside the figures of some units."""

    def __init__(self, user: Any, places: Sequence[Placement]) -> None:
        self.user = user
        self.homes = Homes(places, kinds=UnitKind.values)
        self.kinds = list(FigureKind.objects.all())
        self.by_name = {names.key(kind.name): kind for kind in self.kinds}
        self.by_name |= {kind.code: kind for kind in self.kinds}
        units = [place.unit_id for place in places]
        standing = Figure.objects.filter(unit__in=units).standing()
        self.standing = {(one.unit_id, one.kind_id, one.day): one for one in standing}
        self.true = figures.on_day(units, periods.today())
        self.named: set[tuple[int, int]] = set()
        self.first: dict[tuple[int, int, periods.Day], Line] = {}
        self.headings = {
            name: str(column.column_name) for name, column in FigureResource().fields.items()
        }

    def rows(self, lines: Sequence[Line]) -> Iterator[Staged]:
        """The rows of the file in their order, then which figures are not in it."""
        for line in lines:
            yield self._staged(line)
        by_key = {kind.pk: kind for kind in self.kinds}
        for unit, kind in sorted(self.true.keys() - self.named):
            yield Staged(0, Outcome.MISSING, _label(self.homes.all[unit], by_key[kind]), unit)

    def _staged(self, line: Line) -> Staged:
        place, kind = self._place(line), self._kind(line)
        if place is None or kind is None or line.errors:
            label = place.name if place else str(line.values.get("place") or "")
            return Staged(line.row + 1, Outcome.WRONG, label, errors=line.errors)
        self.named.add((place.unit_id, kind.pk))
        value, day = line.values.get("value"), line.values.get("day")
        paper = line.values.get("paper") or ""
        label, key = _label(place, kind), place.unit_id
        if value is None and not day and not paper:  # as the template has what is not known yet
            return Staged(line.row + 1, Outcome.SAME, label, key)
        if day is None:
            line.errors["day"] = _("Enter the day.")
            return Staged(line.row + 1, Outcome.WRONG, label, key, errors=line.errors)
        there = self.standing.get((place.unit_id, kind.pk, day))
        was = (there.value, there.paper) if there else (None, "")
        if there is None or was != (value, paper):
            self._try(line, place, kind, value, day, paper)
        self._claim(line, place, kind, day)
        if line.errors:
            return Staged(line.row + 1, Outcome.WRONG, label, key, errors=line.errors)
        if there and was == (value, paper):
            return Staged(line.row + 1, Outcome.SAME, label, key)
        changes = [
            (self.headings["value"], _words(kind, was[0]), _words(kind, value)),
            (self.headings["day"], f"{day:%d/%m/%Y}" if there else "", f"{day:%d/%m/%Y}"),
            (self.headings["paper"], was[1], paper),
        ]
        before = {"unit": key, "kind": kind.pk, "day": day.isoformat()}
        before |= {"value": was[0], "paper": was[1]}
        data = {"value": None if value is None else int(value), "paper": paper}
        outcome = Outcome.NEW if was[0] is None else Outcome.CHANGED
        return Staged(line.row + 1, outcome, label, key, data, changes, before)

    def _place(self, line: Line) -> Placement | None:
        if {"place_key", "place"} & line.errors.keys():
            return None
        try:
            return self.homes.find(line.values.get("place_key"), line.values.get("place") or "")
        except Unknown as unknown:
            name = unknown.field if unknown.field in line.values else "kind"
            line.errors[name] = str(unknown)
            return None

    def _kind(self, line: Line) -> FigureKind | None:
        if "kind" in line.errors:
            return None
        written = line.values["kind"]
        kind = self.by_name.get(names.key(written)) or self.by_name.get(written)
        if kind is None:
            line.errors["kind"] = _("There is no figure “%(written)s”.") % {"written": written}
        return kind

    def _claim(self, line: Line, place: Placement, kind: FigureKind, day: periods.Day) -> None:
        """One row of the file states a figure for one day."""
        twin = self.first.setdefault((place.unit_id, kind.pk, day), line)
        if twin is not line:
            line.errors["kind"] = stands_at(twin)

    def _try(
        self,
        line: Line,
        place: Placement,
        kind: FigureKind,
        value: int | bool | None,
        day: periods.Day,
        paper: str,
    ) -> None:
        """Do what the page would; what it refuses is an error of the line."""
        if isinstance(value, bool) and kind.measure != Measure.FACT:
            line.errors["value"] = _("A whole number, 0 or more, is expected.")
            return
        with tried(line, "kind"):
            figures.state(self.user, place, kind, value, day, paper)


KINDS = (FigureImport(),)
