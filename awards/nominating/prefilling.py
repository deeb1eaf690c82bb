"""What the portal knows of a subject, in the words of a report: a beginning to be gone on with.

Reports are Vietnamese in every language of the portal. Names of people never stand in them: a
household or citizen is called by its number.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils import timezone, translation
from django.utils.dateformat import format as format_day

from awards.models import Nomination
from campaign.models import EntryState, Register, RegisterEntry
from core import periods
from core.numbers import format_vi_number
from criteria import explain
from criteria.models import Assessment, AssessmentState, Recognition, RecognitionState
from criteria.outcome import Status
from units.models import Figure


@dataclass(frozen=True)
class Known:
    """What can be written of one nomination; empty where the portal knows nothing."""

    general: str
    achievements: str


def known_of(nominations: Sequence[Nomination]) -> dict[int, Known]:
    """What the portal knows of each, by its key (four queries)."""
    units = {one.unit_id for one in nominations}
    assessments: defaultdict[int, list[Assessment]] = defaultdict(list)
    for assessment in _confirmed(units):
        assessments[assessment.unit_id].append(assessment)
    titles: defaultdict[int, list[Recognition]] = defaultdict(list)
    for recognition in _held(units):
        titles[recognition.unit_id].append(recognition)
    entries: defaultdict[int, list[RegisterEntry]] = defaultdict(list)
    for entry in _entered(units):
        entries[entry.unit_id].append(entry)
    stated: defaultdict[int, list[Figure]] = defaultdict(list)
    for figure in Figure.objects.filter(unit__in=units).on(periods.today()).select_related("kind"):
        stated[figure.unit_id].append(figure)
    with translation.override("vi"):
        return {
            one.pk: Known(
                "\n".join(_general(stated[one.unit_id])),
                "\n".join(
                    (
                        *_results(one, assessments[one.unit_id]),
                        *_titles(one, titles[one.unit_id]),
                        *_entries(one, entries[one.unit_id]),
                    )
                ),
            )
            for one in nominations
        }


def _confirmed(units: set[int]) -> "QuerySet[Assessment]":
    found = Assessment.objects.filter(unit__in=units, state=AssessmentState.CONFIRMED)
    return found.select_related("round").order_by("round__assessed_year", "pk")


def _held(units: set[int]) -> "QuerySet[Recognition]":
    found = Recognition.objects.filter(unit__in=units, state=RecognitionState.CONFIRMED)
    return found.select_related("title").order_by("decided_on", "pk")


def _entered(units: set[int]) -> "QuerySet[RegisterEntry]":
    registers = (Register.CONTRIBUTIONS, Register.INITIATIVES)
    found = RegisterEntry.objects.filter(
        unit__in=units, register__in=registers, state=EntryState.CONFIRMED
    )
    return found.order_by("register", "pk")


def _general(stated: Sequence[Figure]) -> Iterator[str]:
    for figure in sorted(stated, key=lambda figure: figure.kind.name):
        if figure.value is None:
            continue
        number = format_vi_number(figure.value)
        unit = f" {figure.kind.unit_name}" if figure.kind.unit_name else ""
        yield f"{figure.kind.name}: {number}{unit} (ngày {_day(figure.day)})."


def _results(one: Nomination, found: Sequence[Assessment]) -> Iterator[str]:
    """The results of the years of the achievement period that speak for the subject."""
    for assessment in found:
        is_met = assessment.result_status == Status.MET
        if not is_met or not _in_years(one, assessment.round.assessed_year):
            continue
        result = assessment.result or {}
        statuses = Counter(each["status"] for each in result.get("criteria", {}).values())
        label = str(explain.STATUS_LABELS[Status(assessment.result_status)]).lower()
        sentence = f"{assessment.round.name}: kết quả tự đánh giá đã được xác nhận"
        if assessment.confirmed_at:
            sentence += f" ngày {_day(timezone.localtime(assessment.confirmed_at).date())}"
        met, asked = statuses[Status.MET], sum(statuses.values())
        yield f"{sentence}: {label} ({met}/{asked} tiêu chí đạt)."


def _in_years(one: Nomination, year: int) -> bool:
    first, last = periods.first_day(one.period), periods.last_day(one.period)
    return bool(first and last and first.year <= year <= last.year)


def _titles(one: Nomination, found: Sequence[Recognition]) -> Iterator[str]:
    """The titles that were held at some time of the achievement period."""
    for recognition in found:
        if periods.overlap(one.period, recognition.period):
            grade = f", mức độ {recognition.grade}" if recognition.grade else ""
            yield (
                f"Được công nhận {recognition.title}{grade} (năm đánh giá "
                f"{recognition.assessed_year}) theo Quyết định số {recognition.decision_number} "
                f"ngày {_day(recognition.decided_on)} của {recognition.decided_by}."
            )


def _entries(one: Nomination, found: Sequence[RegisterEntry]) -> Iterator[str]:
    for entry in found:
        if periods.overlap(one.period, entry.period):
            kind = str(entry.get_kind_display()).capitalize()
            words = entry.words.strip().rstrip(".")
            yield f"{kind}: {entry.subject} ({entry.scope_text}). {words}."


def _day(day: periods.Day) -> str:
    return format_day(day, "d/m/Y")
