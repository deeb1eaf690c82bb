"""What registrations, self-assessments and titles hold of a person: to be shown, or taken out."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from core import files, periods
from core.models import StoredFile
from core.numbers import format_vi_number
from criteria.models import (
    Answer,
    Assessment,
    AssessmentEvent,
    BatchLine,
    CarryOver,
    Evidence,
    OutsideResult,
    Recognition,
    Registration,
)
from units.erasing import Holder, Person, Told, scrub

_SAID = {"yes": "có", "partly": "một phần", "no": "không", "true": "có", "false": "không"}
_TEXTS = ("value", "note", "verified_value", "verdict_reason", "judged_outcome")


def _erase(person: Person) -> None:
    """What was written of the person; the files that they brought go whole.

    The outcome and the titles stay: they are of the row in the list, which has no name any more.
    """
    mine = Assessment.objects.filter(unit__in=person.units)
    scrub(Answer.objects.filter(assessment__in=mine), _TEXTS, person)
    scrub(CarryOver.objects.filter(assessment__in=mine), ("answers",), person)
    evidence = Evidence.objects.filter(assessment__in=mine).select_related("file")
    brought = {one.file for one in evidence}
    evidence.delete()
    for file in brought:
        if not Evidence.objects.filter(file=file).exists():
            files.destroy(file)
    scrub(Recognition.objects.filter(unit__in=person.units), ("state_reason",), person)


def _tell(person: Person) -> Iterable[Told]:
    yield Told(
        "Đăng ký thi đua",
        ("Năm", "Đăng ký", "Trong danh sách của", "Trạng thái"),
        tuple(
            (
                f"{one.list.round.assessed_year}",
                str(one.list.subject),
                one.list.placement.name,
                one.list.get_state_display(),
            )
            for one in Registration.objects.filter(unit__in=person.units)
            .select_related("list__round", "list__title", "list__form", "list__placement")
            .order_by("pk")
        ),
    )
    yield Told("Tự đánh giá", ("Năm", "Nội dung", "Đã ghi"), tuple(_assessed(person)))
    yield Told(
        "Danh sách đề nghị công nhận",
        ("Năm", "Danh hiệu", "Danh sách của", "Kết quả"),
        tuple(
            (
                f"{one.batch.round.assessed_year}",
                str(one.batch.title),
                one.batch.placement.name,
                "đạt" if one.passed else "chưa đạt",
            )
            for one in BatchLine.objects.filter(unit__in=person.units)
            .select_related("batch__round", "batch__title", "batch__placement")
            .order_by("pk")
        ),
    )
    yield Told(
        "Danh hiệu",
        ("Danh hiệu", "Quyết định", "Được giữ", "Trạng thái"),
        tuple(
            (
                f"{one.title}, năm {one.assessed_year}",
                f"{one.decision_number}, {one.decided_on:%d/%m/%Y}, {one.decided_by}",
                _held(one.period),
                "\n".join(filter(None, (one.get_state_display(), one.state_reason))),
            )
            for one in Recognition.objects.filter(unit__in=person.units)
            .select_related("title")
            .order_by("pk")
        ),
    )
    yield Told(
        "Kết quả nhập từ congdanhoctap.vn",
        ("Năm", "Điểm", "Kết quả", "Ngày nhập"),
        tuple(
            (
                f"{one.assessed_year}",
                "–" if one.points is None else format_vi_number(one.points),
                {True: "đạt", False: "không đạt", None: "không nêu"}[one.passed],
                f"{timezone.localtime(one.brought_at):%d/%m/%Y}",
            )
            for one in OutsideResult.objects.filter(unit__in=person.units).order_by("pk")
        ),
    )


def _assessed(person: Person) -> Iterator[tuple[str, ...]]:
    """Each self-assessment with what was written in it and the files that were brought."""
    mine = Assessment.objects.filter(unit__in=person.units).select_related("round", "criteria_set")
    for one in mine.order_by("pk"):
        year = f"{one.round.assessed_year}"
        yield year, str(one.criteria_set), one.get_state_display()
        for answer in one.answers.select_related("criterion").order_by("criterion__order", "pk"):
            said = [getattr(answer, name) for name in _TEXTS if name != "judged_outcome"]
            texts = (_words(value) for value in said)
            yield year, answer.criterion.wording, "\n".join(filter(None, texts))
        for piece in one.evidence.select_related("file").order_by("pk"):
            yield year, "Minh chứng", piece.file.name


def _words(value: object) -> str:
    """What stands in an answer, whatever its form, as a person reads it."""
    if isinstance(value, dict):
        return "; ".join(filter(None, map(_words, value.values())))
    if isinstance(value, list):
        return "; ".join(filter(None, map(_words, value)))
    return "" if value is None else _SAID.get(str(value).lower(), str(value))


def _held(period: periods.Period) -> str:
    first, last = periods.first_day(period), periods.last_day(period)
    begins = f"từ {first:%d/%m/%Y}" if first else "từ trước"
    return f"{begins} đến {last:%d/%m/%Y}" if last else begins


def _rows(person: Person) -> Iterable[QuerySet[Any]]:
    mine = Assessment.objects.filter(unit__in=person.units)
    evidence = Evidence.objects.filter(assessment__in=mine)
    yield mine
    yield AssessmentEvent.objects.filter(assessment__in=mine)
    yield Answer.objects.filter(assessment__in=mine)
    yield evidence
    yield StoredFile.objects.filter(pk__in=evidence.values("file"))
    for model in (Registration, BatchLine, Recognition, OutsideResult):
        yield model.objects.filter(unit__in=person.units)


HOLDER = Holder(_erase, _tell, _rows)
