"""Self-assessments of many units at once, a row each: the hamlets of a commune, and the households,
clans and citizens of a hamlet or office.

Each row is an assessment with answers like any other, by the rules of `criteria.assessing`; what is
saved together is written together, with as many queries for fifty rows as for one.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db import transaction
from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import JSONObject
from django.utils.translation import gettext as _

from campaign.models import Round
from core import journal, periods
from core.workflow import Refused
from criteria import answer_texts, assessing, evaluation, permissions, rules
from criteria.answers import AnswerError, dump_answer, parse_answer, parse_typed_answer
from criteria.applicability import applicable_sets
from criteria.models import Answer, Assessment, CriteriaSet, Criterion
from criteria.outcome import SetOutcome
from units import entries, personal, queries
from units.models import MEMBER_KINDS, Member, PersonalRecord, Placement, Unit, UnitKind

NOTE = "note"


class Subjects(NamedTuple):
    """The units of a kind at a place: `criteria.applicability.Place`, for all of them."""

    unit_id: int
    kind: str
    path: str


@dataclass(frozen=True)
class Part:
    """One field of a row: a part of the answer to a criterion, or the words on one without rule."""

    criterion: Criterion
    rule: rules.Rule | None
    part: str

    @property
    def name(self) -> str:
        """The field as it is posted."""
        return f"c{self.criterion.pk}-{self.part}"


@dataclass(frozen=True)
class Book:
    """What is assessed together: the units of a kind at a place, by one set in one round.

    Attributes:
        place: the hamlet or office at which households, clans and citizens are at home; the commune
            in which hamlets lie.
    """

    round: Round
    place: Placement
    kind: UnitKind
    form: evaluation.Form

    @property
    def criteria_set(self) -> CriteriaSet:
        """The set that asks."""
        return self.form.criteria_set

    @property
    def of_members(self) -> bool:
        """Whether its units are at home at the place, without a place of their own."""
        return self.kind in MEMBER_KINDS

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """The fields of a row, in the order of the criteria."""
        return tuple(
            Part(criterion, spec.rule, part)
            for criterion, spec in zip(self.form.criteria, self.form.specs, strict=True)
            for part in _parts_of(spec)
        )

    @property
    def begun(self) -> "QuerySet[Assessment]":
        """The assessments of its units."""
        return Assessment.objects.filter(round=self.round, criteria_set=self.criteria_set)


def _parts_of(spec: rules.CriterionSpec) -> tuple[str, ...]:
    if spec.rule is None:
        return (NOTE,)
    if not evaluation.asks(spec):
        return ()
    stated = answer_texts.stated(spec.rule)
    return tuple(part for part in answer_texts.labels(spec.rule) if part not in stated)


def open_book(
    round_: Round,
    place: Placement,
    kind: UnitKind,
    purpose: str = CriteriaSet.Purpose.EMULATION,
) -> Book:
    """What the units of a kind at a place are asked. Raises Refused: no set is configured."""
    subjects = Subjects(place.unit_id, kind, place.path)
    day = min(periods.today(), round_.figures_day)
    found = applicable_sets([subjects], day, purpose)[place.unit_id]
    if found.criteria_set is None:
        raise Refused(_("No criteria set is configured for this unit in this round."))
    return Book(round_, place, kind, evaluation.form_of(found.criteria_set))


# Whose rows there are


def subjects(book: Book, user: Any) -> "QuerySet[Any]":
    """The members or hamlets of a book that `user` sees, in the order of their list.

    Each has `is_done`, whether every criterion that asks has an answer; members have `is_opened`,
    whether `user` has opened the names of their home, and then `person`, the name.
    """
    done = book.begun.filter(unit=OuterRef("unit"), answered__gte=F("asked"))
    today = periods.today()
    if book.of_members:
        members = Member.objects.visible_to(user).on(today).at(book.place.unit_id, book.kind)
        opened = personal.readings_open(user, book.place.unit_id)
        name = PersonalRecord.objects.filter(unit=OuterRef("unit")).values("name")
        return members.annotate(
            is_done=Exists(done),
            is_opened=Exists(opened),
            person=Case(When(Exists(opened), then=Subquery(name[:1])), default=Value("")),
        ).order_by("number")
    hamlets = Placement.objects.with_capability(user, "assessment.view").on(today)
    inside = hamlets.filter(located_in=book.place.unit_id, kind=book.kind)
    return inside.annotate(is_done=Exists(done)).order_by("name", "pk")


class Progress(NamedTuple):
    """How many units a book has, and of how many every criterion is answered."""

    done: int
    total: int


def progress(book: Book, user: Any) -> Progress:
    """How far a book is (one query)."""
    counted = subjects(book, user).aggregate(
        done=Count("pk", filter=Q(is_done=True)), total=Count("pk")
    )
    return Progress(**counted)


@dataclass(frozen=True)
class Overview:
    """A place with how far the units of each kind there are."""

    place: Placement
    kinds: list[tuple[UnitKind, Progress]]


def overview(user: Any, round_: Round) -> list[Overview]:
    """Where `user` assesses many at once in a round, with hamlets, households, clans and citizens
    counted by the sets of the campaign (three queries)."""
    today = periods.today()
    places = Placement.objects.with_capability(user, "assessment.fill").on(today)
    held = {place.unit_id: place for place in places.order_by("path")}
    counted: defaultdict[int, list[tuple[UnitKind, Progress]]] = defaultdict(list)
    hamlets = Placement.objects.on(today).filter(located_in__in=held, kind=UnitKind.HAMLET)
    members = Member.objects.on(today).filter(home__in=held)
    for found, at in ((hamlets, "located_in"), (members, "home")):
        for place, kind, done, total in _counted(found, at, round_):
            counted[place].append((UnitKind(kind), Progress(done, total)))
    return [Overview(held[key], counted[key]) for key in held if counted[key]]


def _counted(found: "QuerySet[Any]", at: str, round_: Round) -> "QuerySet[Any]":
    done = Assessment.objects.filter(
        unit=OuterRef("unit"),
        round=round_,
        criteria_set__purpose=CriteriaSet.Purpose.EMULATION,
        answered__gte=F("asked"),
    )
    return (
        found.annotate(is_done=Exists(done))
        .order_by()
        .values_list(at, "kind")
        .annotate(done=Count("pk", filter=Q(is_done=True)), total=Count("pk"))
        .order_by(at, "kind")
    )


# Rows


@dataclass
class Row:
    """One unit with what stands of it; `assessment` is None where nothing was begun."""

    unit_id: int
    place: Placement
    assessment: Assessment | None = None
    answers: dict[int, Answer] = field(default_factory=dict)

    @property
    def version(self) -> int:
        """Grows with every saving of any of its answers, here or on its own page."""
        return sum(answer.version for answer in self.answers.values())

    @property
    def outcome(self) -> SetOutcome | None:
        """How it stands by the rules, as of the last saving."""
        if self.assessment is None or not self.assessment.result:
            return None
        return SetOutcome.model_validate(self.assessment.result)

    def texts(self, book: Book) -> dict[str, str]:
        """What its fields hold, as people type it."""
        return {part.name: self._text(part) for part in book.parts}

    def _text(self, part: Part) -> str:
        answer = self.answers.get(part.criterion.pk)
        if answer is None:
            return ""
        if part.part == NOTE:
            return answer.note
        return answer_texts.typed(part.rule, answer.value)[part.part]


def read_rows(book: Book, found: Iterable[Any]) -> list[Row]:
    """The rows of some subjects of a book, in their order, to be shown (one query)."""
    rows = {one.unit_id: Row(one.unit_id, book.place if book.of_members else one) for one in found}
    standing = Answer.objects.filter(assessment=OuterRef("pk"))
    said = JSONObject(**{name: name for name in ("criterion_id", "value", "note", "version")})
    begun = book.begun.filter(unit__in=rows)
    for assessment in begun.annotate(said=ArraySubquery(standing.values(said=said))):
        row = rows[assessment.unit_id]
        row.assessment = assessment
        row.answers = {one["criterion_id"]: Answer(**one) for one in assessment.said}
    return list(rows.values())


def _read_into(book: Book, rows: Mapping[int, Row], begun: "QuerySet[Assessment]") -> None:
    by_key: dict[int, Row] = {}
    for assessment in begun:
        assessment.round, assessment.criteria_set = book.round, book.criteria_set
        by_key[assessment.pk] = row = rows[assessment.unit_id]
        row.assessment = assessment
    for answer in Answer.objects.filter(assessment__in=by_key).order_by():
        by_key[answer.assessment_id].answers[answer.criterion_id] = answer


# Saving


@dataclass(frozen=True)
class Entry:
    """What was typed into a row.

    Attributes:
        texts: of each field of `Book.parts`, by its name.
        version: of the row that its writer saw.
    """

    unit_id: int
    texts: Mapping[str, str]
    version: int


@dataclass(frozen=True)
class Saved:
    """How the saving of a row went.

    Attributes:
        row: as it stands now.
        errors: a sentence for each field that cannot be; nothing of the row was saved.
        refused: why it cannot be filled in now, or by this person.
        overtaken: whether somebody else saved other values meanwhile; nothing was written.
    """

    row: Row
    errors: Mapping[str, str] = field(default_factory=dict)
    refused: str = ""
    overtaken: bool = False


Claims = dict[int, tuple[dict[str, Any], str | None]]


def save(user: Any, book: Book, typed: Sequence[Entry]) -> list[Saved]:
    """Save rows of a book, each whole or not at all, in their order.

    A row whose fields are all empty is not begun.

    Raises Unit.DoesNotExist: a row is none of this book that `user` sees.
    """
    with transaction.atomic():
        entries.lock(book.place.unit_id)
        rows = _rows_of(user, book, typed)
        managers = queries.managers_of(
            {row.place.pk: row.place for row in rows.values()}.values(), periods.today()
        )
        read: dict[int, Claims] = {}
        said: dict[int, Saved] = {}
        for entry in typed:
            row = rows[entry.unit_id]
            allowed, why_not = permissions.may_begin(user, row.place, managers[row.place.unit_id])
            claims, errors = _claims(book, entry.texts)
            if not allowed or errors:
                said[entry.unit_id] = Saved(row, errors, refused=why_not)
            else:
                read[entry.unit_id] = claims
        grant = next(
            (
                permissions.grant_over(
                    user, "assessment.fill", rows[key].place, managers[rows[key].place.unit_id]
                )
                for key in read
            ),
            None,
        )
        with journal.act("assessment.rows", actor=user, behalf=permissions.Behalf(grant)):
            versions = {entry.unit_id: entry.version for entry in typed}
            said |= _write(user, book, {key: rows[key] for key in read}, read, versions)
        return [said[entry.unit_id] for entry in typed]


def _rows_of(user: Any, book: Book, typed: Sequence[Entry]) -> dict[int, Row]:
    wanted = {entry.unit_id for entry in typed}
    found = list(subjects(book, user).filter(unit__in=wanted))
    if len(found) < len(wanted):
        raise Unit.DoesNotExist
    return {one.unit_id: Row(one.unit_id, book.place if book.of_members else one) for one in found}


def _claims(book: Book, texts: Mapping[str, str]) -> tuple[Claims, dict[str, str]]:
    """What a row claims, by criterion, and a sentence for each field that cannot be; an explanation
    of None stays as it is."""
    claims: Claims = {}
    errors: dict[str, str] = {}
    for criterion, spec in zip(book.form.criteria, book.form.specs, strict=True):
        parts = {
            part.part: texts.get(part.name, "")
            for part in book.parts
            if part.criterion.pk == criterion.pk
        }
        if not parts:
            continue
        if spec.rule is None:
            claims[criterion.pk] = {}, parts[NOTE]
            continue
        try:
            claims[criterion.pk] = dump_answer(parse_typed_answer(spec.rule, parts)), None
        except AnswerError as error:
            errors |= {f"c{criterion.pk}-{name}": text for name, text in error.errors.items()}
    return claims, errors


def _write(
    user: Any,
    book: Book,
    rows: Mapping[int, Row],
    read: Mapping[int, Claims],
    versions: Mapping[int, int],
) -> dict[int, Saved]:
    """Write what rows claim (inside an act)."""
    _begin(user, book, [rows[key] for key, claims in read.items() if not _is_empty(book, claims)])
    locked = book.begun.filter(unit__in=rows).select_for_update(of=("self",)).order_by("pk")
    _read_into(book, rows, locked)
    said: dict[int, Saved] = {}
    changes: dict[int, list[Answer]] = {}
    for key, row in rows.items():
        changed = _changed(book, row, read[key])
        if not changed:
            said[key] = Saved(row)
        elif row.version != versions[key]:
            said[key] = Saved(row, overtaken=True)
        elif row.assessment and not permissions.is_open(row.assessment)[0]:
            said[key] = Saved(row, refused=permissions.is_open(row.assessment)[1])
        else:
            changes[key] = _claim(user, row, changed)
            said[key] = Saved(row)
    _store(user, book, [rows[key] for key in changes], changes)
    return said


def _is_empty(book: Book, claims: Claims) -> bool:
    return not any(_says(book, key, value, note) for key, (value, note) in claims.items())


def _says(book: Book, criterion_id: int, value: Mapping[str, Any], note: str | None) -> bool:
    """Whether anything was entered."""
    part = next(part for part in book.parts if part.criterion.pk == criterion_id)
    if part.rule is None:
        return bool(note)
    return value != dump_answer(parse_answer(part.rule, {}))


def _begin(user: Any, book: Book, rows: Iterable[Row]) -> None:
    """Begin what is not begun yet; who began it elsewhere at this moment is awaited."""
    wanted = {row.unit_id: row for row in rows}
    there = set(book.begun.filter(unit__in=wanted).values_list("unit", flat=True))
    Assessment.objects.bulk_create(
        (
            Assessment(
                round=book.round,
                criteria_set=book.criteria_set,
                unit_id=key,
                placement=row.place,
                path=row.place.path,
                begun_by=user,
                taken_part=[user.pk],
                asked=len(book.form.asked),
            )
            for key, row in wanted.items()
            if key not in there
        ),
        ignore_conflicts=True,
    )


def _changed(book: Book, row: Row, claims: Claims) -> Claims:
    """The claims that differ from what stands there."""
    changed: Claims = {}
    for key, (value, note) in claims.items():
        answer = row.answers.get(key)
        if answer is None:
            if _says(book, key, value, note):
                changed[key] = value, note or ""
        elif (answer.value, answer.note) != (value, answer.note if note is None else note):
            changed[key] = value, answer.note if note is None else note
    return changed


def _claim(user: Any, row: Row, changed: Claims) -> list[Answer]:
    claimed = []
    for key, (value, note) in changed.items():
        answer = row.answers.get(key) or Answer(
            assessment=row.assessment, criterion_id=key, version=0
        )
        assessing.claim(answer, user, value, note or "")
        row.answers[key] = answer
        claimed.append(answer)
    return claimed


_ANSWERED = (
    "value",
    "note",
    "version",
    "saved_by",
    "saved_at",
    "verdict",
    "verdict_reason",
    "verified_value",
    "verified_by",
    "verified_at",
    "judged_outcome",
)


def _store(
    user: Any, book: Book, rows: Collection[Row], changes: Mapping[int, list[Answer]]
) -> None:
    if not rows:
        return
    places = {row.unit_id: row.place.path for row in rows}
    facts = evaluation.facts_of(book.form, places, book.round.figures_day)
    assessments = []
    for row in rows:
        assert row.assessment is not None  # noqa: S101 -- begun where anything is claimed
        row.assessment.note_part(user)
        answers = list(row.answers.values())
        outcome = evaluation.evaluate(book.form, answers, facts[row.unit_id])
        assessing.conclude(row.assessment, book.form, answers, outcome)
        assessments.append(row.assessment)
    claimed = [answer for key in changes for answer in changes[key]]
    Answer.objects.bulk_create([answer for answer in claimed if not answer.pk])
    Answer.objects.bulk_update([a for a in claimed if a.version > 1], _ANSWERED)
    Assessment.objects.bulk_update(assessments, ("taken_part", *assessing.CONCLUDED))
