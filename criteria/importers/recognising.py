"""Who of a list for recognition reaches its title, from a spreadsheet: *đạt* or *không đạt*.

The template holds the lists of a place that are drafts, which were filled with the registrations. A
file is compared by doing what the page would (`criteria.batches.entering`) and taking all of it
back; it is written by doing it again.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.text import capfirst
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
from criteria.batches import entering, offers, permissions
from criteria.forms.recognition import year_field
from criteria.importers.fields import ReachedField
from criteria.importers.finding import ListedResource, Members
from criteria.models import BatchLine, BatchState, RecognitionBatch
from units import names, personal
from units.importers.reading import Known
from units.importers.trying import shown_place, stands_at, tried
from units.models import MEMBER_KINDS, Placement, UnitKind

Outcome = ImportRow.Outcome


class BatchResource(ListedResource):
    """The columns of a list for recognition; a row of the template is a `Shown`."""

    title = ListColumn(
        "title",
        gettext_lazy("Title"),
        LineField(required=False, max_length=300),
        explained=gettext_lazy("Of which list it is; empty where the place has one only."),
        others=("Danh hiệu đề nghị", "Tên danh hiệu"),
    )
    year = ListColumn(
        "year",
        gettext_lazy("Assessed year"),
        year_field("", required=False),
        explained=gettext_lazy("The year of the round of the list; empty where there is one only."),
        others=("Năm", "Năm công nhận", "Đợt"),
    )
    passed = ListColumn(
        "passed",
        gettext_lazy("Result"),
        ReachedField(required=False, max_length=20),
        explained=gettext_lazy("“đạt” or “không đạt”; empty leaves it as it stands."),
        needed=True,
        others=("Đạt", "Kết quả bình xét", "Đạt / không đạt"),
    )


@dataclass(frozen=True)
class Shown:
    """One of a list as a row of the template."""

    place_key: int
    place: str
    number: int
    name: str
    birth_year: int | None
    title: str
    year: int
    passed: str


def _drafts(user: Any) -> list[RecognitionBatch]:
    """The lists of members that `user` changes, with their place (one query, once a request)."""
    if not hasattr(user, "drafts_for_recognition"):
        found = RecognitionBatch.objects.filter(
            offers.reached(user, "placement__"), state=BatchState.DRAFT, kind__in=MEMBER_KINDS
        )
        found = found.select_related("placement", "title", "round").distinct()
        user.drafts_for_recognition = list(found.order_by("placement__name", "pk"))
    drafts: list[RecognitionBatch] = user.drafts_for_recognition
    return drafts


class BatchImport(ImportKind):
    """Who reaches the title, in the lists of households, clans or citizens of one place."""

    def __init__(self, kind: UnitKind, label: Any) -> None:
        self.kind = kind
        self.code, self.label = f"recognition-{kind.value}", label
        self.asks_reason = kind != UnitKind.CLAN

    def _drafts(self, user: Any, key: int | None = None) -> list[RecognitionBatch]:
        return [
            one for one in _drafts(user) if one.kind == self.kind and key in (None, one.unit_id)
        ]

    def places(self, user: Any) -> Sequence[Place]:
        """The places that have a draft of such a list."""
        there = {one.unit_id: one.placement for one in self._drafts(user)}
        return [shown_place(place) for place in there.values()]

    def place(self, user: Any, key: int) -> Place | None:
        """The place, where `user` changes a draft of such a list."""
        drafts = self._drafts(user, key)
        return shown_place(drafts[0].placement) if drafts else None

    def resource(self, key: int) -> resources.Resource:
        """The columns of a list for a place."""
        commune = Placement.objects.on(periods.today()).filter(unit=key, kind=UnitKind.COMMUNE)
        return BatchResource(self.kind, many_homes=commune.exists())

    def known(self, user: Any, key: int, reason: str) -> list[Any]:
        """Who stands in the lists, and who of them is found to reach the title; the export is
        recorded where it names people."""
        drafts = self._drafts(user, key)
        homes = _homes(drafts)
        members = Members(homes, self.kind)
        there = {one.unit: one for one in members.by_number.values()}
        if self.asks_reason:
            place = drafts[0].placement if drafts else None
            if place is None:
                raise Refused(_("It is not in your scope."))
            personal.export_names(user, place, homes, self.kind, len(there), reason)
        names_of = {home.unit_id: home.name for home in homes}
        return [
            _shown(there[line.unit_id], names_of, draft, passed=line.passed)
            for draft in drafts
            for line in draft.lines.order_by("placement__name", "pk")
            if line.unit_id in there
        ]

    def compare(self, subject: Import, lines: Iterable[Line]) -> Compared:
        """What the page would do with each line, tried out and taken back."""
        drafts = self._drafts(subject.started_by, subject.place)
        if not drafts:
            raise Refused(_("It is not in your scope."))
        comparison = _Comparison(self.kind, subject.started_by, drafts)
        with transaction.atomic():
            rows = list(comparison.rows(list(lines)))
            transaction.set_rollback(True)
        return Compared(rows, {"lists": _versions(one.pk for one in drafts)})

    def write(self, subject: Import, progress: Progress) -> None:
        """Say who reaches the title, list by list."""
        rows = _to_do(subject)
        lists = _by_list(rows, [row.data["list"] for row in rows])
        if _versions(subject.seen["lists"]) != subject.seen["lists"]:
            raise Refused(_("Somebody changed these lists since the check: check the file again."))
        for done, (key, some) in enumerate(lists.items(), start=1):
            _mark(subject.started_by, key, {row.key or 0: row.data["passed"] for row in some})
            version = _versions([key])[str(key)]
            for row in some:
                was = not row.data["passed"]
                row.before = {"list": key, "passed": was, "version": version}
            ImportRow.objects.bulk_update(some, ["before"], batch_size=1_000)
            progress(done, len(lists))

    def undo(self, subject: Import, progress: Progress) -> None:
        """Say of each again what was said before."""
        rows = _to_do(subject)
        lists = _by_list(rows, [(row.before or {})["list"] for row in rows])
        for done, (key, some) in enumerate(lists.items(), start=1):
            was = {row.key or 0: row.before or {} for row in some}
            if _versions([key]).get(str(key)) != next(iter(was.values()))["version"]:
                raise Refused(_("%(name)s was changed since.") % {"name": some[0].label})
            _mark(subject.started_by, key, {unit: one["passed"] for unit, one in was.items()})
            progress(done, len(lists))

    def may(self, user: Any, subject: Import) -> Verdict:
        """Whether `user` still changes all lists that were compared."""
        drafts = {str(one.pk) for one in self._drafts(user, subject.place)}
        if drafts and drafts >= set(subject.seen.get("lists", ())):
            return YES
        return False, _("You do not list who is to be recognised at this unit.")

    def right(self, user: Any, subject: Import) -> HasKey | None:
        """The appointment that lets `user` list them."""
        drafts = self._drafts(user, subject.place)
        return permissions.entering_grant(user, drafts[0].placement) if drafts else None

    def is_open(self, user: Any, subject: Import) -> bool:
        """Lists are previewed by number, as the lists of members are."""
        return True

    def open(self, user: Any, subject: Import, reason: str) -> None:
        """Open the names of those in the lists: matching by name tells who is there."""
        if self.asks_reason:
            homes = _homes(self._drafts(user, subject.place))
            personal.open_by_work(user, [home.unit_id for home in homes], reason)


def _homes(drafts: Collection[RecognitionBatch]) -> list[Placement]:
    """The homes of those in some lists, as they are today, by name (one query)."""
    there = BatchLine.objects.filter(batch__in=[one.pk for one in drafts])
    keys = there.order_by().values("placement__unit")
    found = Placement.objects.on(periods.today()).filter(unit__in=keys)
    return list(found.order_by("name", "pk"))


def _versions(keys: Iterable[Any]) -> dict[str, int]:
    """How often each list was changed, its state included (one query)."""
    found = RecognitionBatch.objects.filter(pk__in=[int(key) for key in keys])
    drafts = found.filter(state=BatchState.DRAFT)
    return {str(key): version for key, version in drafts.values_list("pk", "version")}


def _to_do(subject: Import) -> list[ImportRow]:
    outcomes = (Outcome.NEW, Outcome.CHANGED)
    return list(subject.rows.filter(outcome__in=outcomes).order_by("line"))


def _by_list(rows: Iterable[ImportRow], keys: Iterable[int]) -> dict[int, list[ImportRow]]:
    """The rows by the key of their list; the lists locked in the order of their keys."""
    found: defaultdict[int, list[ImportRow]] = defaultdict(list)
    for row, key in zip(rows, keys, strict=True):
        found[key].append(row)
    for key in sorted(found):
        entering.locked(key)
    return dict(sorted(found.items()))


def _mark(user: Any, key: int, said: dict[int, bool]) -> None:
    """Say of members of a list, by their keys, whether they reach the title."""
    for passed in (True, False):
        some = [unit for unit, reaches in said.items() if reaches is passed]
        if some:
            entering.mark(user, key, some, passed=passed)


def _words(passed: bool) -> str:
    return "đạt" if passed else "không đạt"


def _shown(one: Known, homes: dict[int, str], draft: RecognitionBatch, *, passed: bool) -> Shown:
    return Shown(
        place_key=one.home,
        place=homes.get(one.home, ""),
        number=one.number,
        name=one.entry.name,
        birth_year=one.entry.birth_year,
        title=_called(draft),
        year=draft.round.assessed_year,
        # Who was not looked at yet is not said to fail.
        passed=_words(passed) if passed else "",
    )


def _called(draft: RecognitionBatch) -> str:
    """The title of a list with its grade."""
    grade = _(", grade %(grade)s") % {"grade": draft.grade} if draft.grade else ""
    return f"{draft.title}{grade}"


@dataclass(frozen=True)
class _Wish:
    """A line that says of one in a list whether the title is reached; None leaves it."""

    line: Line
    one: Known
    draft: RecognitionBatch
    passed: bool
    wanted: bool | None

    @property
    def changes(self) -> bool:
        return self.wanted is not None and self.wanted != self.passed


class _Comparison:
    """One file beside the lists of a place."""

    def __init__(self, kind: UnitKind, user: Any, drafts: Sequence[RecognitionBatch]) -> None:
        self.kind, self.user, self.drafts = kind, user, drafts
        self.members = Members(_homes(drafts), kind)
        rows = BatchLine.objects.filter(batch__in=[one.pk for one in drafts])
        self.passed = {
            (batch, unit): passed
            for batch, unit, passed in rows.values_list("batch", "unit", "passed")
        }
        self.first: dict[tuple[int, int], Line] = {}

    def rows(self, lines: Sequence[Line]) -> Iterator[Staged]:
        """The rows of the file in their order; who is in the lists and not in the file stays as it
        stands, and is no news."""
        wishes = [self._wish(line) for line in lines]
        self._try([wish for wish in wishes if wish and wish.changes and not wish.line.errors])
        for line, wish in zip(lines, wishes, strict=True):
            yield self._staged(line, wish)

    def _wish(self, line: Line) -> _Wish | None:
        one, draft = self.members.of(line), self._draft(line)
        if one is None or draft is None or "passed" in line.errors:
            return None
        passed = self.passed.get((draft.pk, one.unit))
        if passed is None:
            line.errors["number" if line.values.get("number") is not None else "name"] = _(
                "They do not stand in this list for recognition."
            )
            return None
        twin = self.first.setdefault((draft.pk, one.unit), line)
        if twin is not line:
            line.errors["name"] = stands_at(twin)
        return _Wish(line, one, draft, passed, line.values.get("passed"))

    def _draft(self, line: Line) -> RecognitionBatch | None:
        """The list of a line: by its title and year, where they are written."""
        if {"title", "year"} & line.errors.keys():
            return None
        written, year = _key(line.values.get("title") or ""), line.values.get("year")
        fitting = [
            one
            for one in self.drafts
            if (not year or one.round.assessed_year == year)
            and (not written or written in _keys(one))
        ]
        if len(fitting) == 1:
            return fitting[0]
        column = "title" if "title" in line.values else "name"
        line.errors[column] = (
            _("Several lists are drafted there: write the title and the year, as in %(example)s.")
            % {"example": _called(fitting[0])}
            if fitting
            else _("No list for recognition is drafted there for this title and year.")
        )
        return None

    def _try(self, wishes: Iterable[_Wish]) -> None:
        """Do what the page would with each list; where it refuses, line by line, so that it is said
        at the cell."""
        groups: defaultdict[tuple[int, bool], list[_Wish]] = defaultdict(list)
        for wish in wishes:
            groups[wish.draft.pk, bool(wish.wanted)].append(wish)
        for (key, wanted), some in groups.items():
            try:
                with transaction.atomic():
                    entering.mark(self.user, key, [one.one.unit for one in some], passed=wanted)
            except Refused:
                for wish in some:
                    with tried(wish.line, "passed"):
                        entering.mark(self.user, key, [wish.one.unit], passed=wanted)

    def _staged(self, line: Line, wish: _Wish | None) -> Staged:
        number = line.row + 1
        if wish is None or line.errors:
            said = {"place": line.values.get("place") or "–", "row": number}
            label = _("%(place)s, row %(row)d of the file") % said
            return Staged(number, Outcome.WRONG, label, errors=line.errors)
        home = self.members.homes.all[wish.one.home]
        label = _("%(place)s, no. %(number)d: %(title)s") % {
            "place": home.name,
            "number": wish.one.number,
            "title": _called(wish.draft),
        }
        if not wish.changes:
            return Staged(number, Outcome.SAME, label, wish.one.unit)
        heading = capfirst(str(BatchResource.fields["passed"].column_name))
        wanted = bool(wish.wanted)
        changes = [(heading, _words(wish.passed), _words(wanted))]
        data = {"list": wish.draft.pk, "passed": wanted}
        outcome = Outcome.NEW if wanted else Outcome.CHANGED
        return Staged(number, outcome, label, wish.one.unit, data, changes)


def _keys(draft: RecognitionBatch) -> set[str]:
    """What the title of a list may be called in a file."""
    title = draft.title
    return {_key(one) for one in (_called(draft), str(title), title.name, title.code)}


def _key(text: str) -> str:
    return names.key(text.replace("“", "").replace("”", ""))


KINDS = (
    BatchImport(UnitKind.HOUSEHOLD, gettext_lazy("Households that reach their title")),
    BatchImport(UnitKind.CLAN, gettext_lazy("Clans that reach their title")),
    BatchImport(UnitKind.CITIZEN, gettext_lazy("Citizens who reach their title")),
)
