"""Saving rows of a book: each whole or not at all, many with as many queries as one."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet

from core import journal, periods
from criteria import assessing, evaluation, permissions
from criteria.answers import AnswerError, dump_answer, parse_answer, parse_typed_answer
from criteria.books.book import NOTE, Book
from criteria.books.reading import Row, subjects
from criteria.models import Answer, Assessment
from units import entries, queries
from units.models import Unit


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
        gone: whether it is no row of the book, or not any more; nothing was written.
    """

    row: Row
    errors: Mapping[str, str] = field(default_factory=dict)
    refused: str = ""
    overtaken: bool = False
    gone: bool = False


Claims = dict[int, tuple[dict[str, Any], str | None]]


def save(user: Any, book: Book, typed: Sequence[Entry]) -> list[Saved]:
    """Save rows of a book, each whole or not at all, in their order.

    A row whose fields are all empty is not begun.
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
            row = rows.get(entry.unit_id)
            if row is None:
                said[entry.unit_id] = Saved(Row(entry.unit_id, book.place), gone=True)
                continue
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
        with journal.act("assessment.rows", actor=user, behalf=grant):
            versions = {entry.unit_id: entry.version for entry in typed}
            said |= _write(user, book, {key: rows[key] for key in read}, read, versions)
        return [said[entry.unit_id] for entry in typed]


def begin(user: Any, book: Book, unit_id: int) -> Assessment:
    """Begin the self-assessment of one unit of a book; the one that exists is returned.

    Raises:
        Unit.DoesNotExist: it is none of this book that `user` sees.
        PermissionDenied: `user` may not fill in for it.
    """
    with transaction.atomic():
        entries.lock(book.place.unit_id)
        row = _rows_of(user, book, [Entry(unit_id, {}, 0)]).get(unit_id)
        if row is None:
            raise Unit.DoesNotExist
        managers = queries.managers_of([row.place], periods.today())[row.place.unit_id]
        allowed, why_not = permissions.may_begin(user, row.place, managers)
        if not allowed:
            raise PermissionDenied(why_not)
        grant = permissions.grant_over(user, "assessment.fill", row.place, managers)
        with journal.act("assessment.begin", actor=user, behalf=grant):
            _begin(user, book, [row])
        return book.begun.get(unit=unit_id)


def _rows_of(user: Any, book: Book, typed: Sequence[Entry]) -> dict[int, Row]:
    """The rows of the book that `user` sees, of those that were typed."""
    wanted = {entry.unit_id for entry in typed}
    found = subjects(book, user).filter(unit__in=wanted)
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


def _read_into(book: Book, rows: Mapping[int, Row], begun: "QuerySet[Assessment]") -> None:
    by_key: dict[int, Row] = {}
    for assessment in begun:
        assessment.round, assessment.criteria_set = book.round, book.criteria_set
        by_key[assessment.pk] = row = rows[assessment.unit_id]
        row.assessment = assessment
    for answer in Answer.objects.filter(assessment__in=by_key).order_by():
        by_key[answer.assessment_id].answers[answer.criterion_id] = answer


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
