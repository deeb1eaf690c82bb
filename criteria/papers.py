"""The papers of a self-assessment: the report with its summary of results (DESIGN §8).

What is written comes from the records and from nowhere else: number and day wait for the clerk,
names for whoever signs, and what no source gives stays open. Papers are Vietnamese in every
language of the portal.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils import timezone, translation
from django.utils.dateformat import format as format_day
from django.utils.text import Truncator

from campaign.models import Document
from core import periods
from core.documents.blocks import (
    Basis,
    Block,
    Bold,
    Column,
    GroupRow,
    Heading,
    KeyValue,
    ListItems,
    Paragraph,
    Row,
    Signing,
    Table,
    Text,
)
from core.documents.paper import Appendix, OpenDate, Paper, date_words, lowered
from criteria import answer_texts, explain, rules
from criteria.models import Answer, AnswerVerdict, Assessment, AssessmentState, Criterion
from criteria.outcome import Outcome
from criteria.permissions import OPEN_FOR_FILLING
from criteria.sheets import Sheet
from units.letterheads import DEMONSTRATION, GOVERNED, body_of, locality

NAMES = 3  # of evidence in a row of the summary
REMARK = 240  # letters of a remark there
SEE_REPORT = "xem mục II của báo cáo"
DRAFT = "Bản nháp"
_COUNTED = frozenset({AnswerVerdict.ACCEPTED, AnswerVerdict.CHANGED})  # verdicts that decide

COLUMNS = (
    Column("STT", 0.6, "center"),
    Column("Tiêu chí", 4),
    Column("Nguồn", 1.7),
    Column("Kết quả tự đánh giá", 2),
    Column("Minh chứng", 2.8),
    Column("Kết quả thẩm định", 2),
    Column("Ghi chú", 2.4),
)


@dataclass(frozen=True)
class Circumstances:
    """What a paper says beside the assessment itself.

    Attributes:
        office: the office that receives it; empty where none is configured.
        digest: the journal's digest of the day (core.seals.day_root); empty where there is none.
        is_demo: whether the data are the demonstration's.
    """

    office: str = ""
    digest: str = ""
    is_demo: bool = False


def self_assessment_report(sheet: Sheet, circumstances: Circumstances) -> Paper:
    """The report of a self-assessment, with the summary of its results as appendix.

    Args:
        sheet: the assessment as its reader may see it, with or without the verdicts.
    """
    with translation.override("vi"):
        return _report(sheet, circumstances)


def _report(sheet: Sheet, circumstances: Circumstances) -> Paper:
    assessment = sheet.assessment
    campaign = assessment.round.campaign.name
    addressees = (circumstances.office,) if circumstances.office else ()
    return Paper(
        issuer=issuer(assessment, "\n"),
        symbol="BC-UBND" if _is_governed(assessment) else "BC",
        place=locality(assessment.placement.name),
        date=OpenDate(timezone.localtime(assessment.sent_at).year)
        if assessment.sent_at
        else OpenDate(periods.today().year),
        type_name="Báo cáo",
        abstract=f"Tự đánh giá kết quả thực hiện Phong trào “{campaign}” "
        f"năm {assessment.round.assessed_year}",
        addressees=addressees,
        body=tuple(_body(sheet, circumstances)),
        signing=_signing(assessment),
        recipients=("Như trên",) if addressees else (),
        appendices=(
            Appendix("Bản tổng hợp kết quả tự đánh giá", (_summary(sheet),), landscape=True),
        ),
        watermark=watermark(assessment, is_demo=circumstances.is_demo),
        footer=footer(assessment, circumstances.digest),
    )


def _is_governed(assessment: Assessment) -> bool:
    return assessment.unit.kind in GOVERNED


def issuer(assessment: Assessment, between: str = " ") -> str:
    """Who issues the report: the people's committee of a place, else the unit itself."""
    return body_of(assessment.subject_name, assessment.unit.kind, between)


def _signing(assessment: Assessment) -> Signing:
    if _is_governed(assessment):
        return Signing("Chủ tịch", authority=("TM. Ủy ban nhân dân",))
    return Signing("Thủ trưởng đơn vị")


def watermark(assessment: Assessment, *, is_demo: bool) -> str:
    """The pale words across the pages; empty where there is nothing to warn of."""
    words = [DRAFT.upper()] if assessment.state in OPEN_FOR_FILLING else []
    return " – ".join([*words, DEMONSTRATION] if is_demo else words)


def footer(assessment: Assessment, digest: str) -> str:
    """From where and when it is, in which state, and the journal's digest of the day."""
    return printed(digest, f", trạng thái: {assessment.get_state_display()}")


def printed(digest: str, state: str = "") -> str:
    """The line at the foot of a print: from where and when it is, and the journal's digest."""
    parts = [f"Lập từ Cổng Thi đua Xã hội học tập ngày {_day(periods.today())}{state}"]
    if digest:
        parts.append(f"Nhật ký hệ thống: {digest}")
    return ". ".join(parts)


# The report


def _body(sheet: Sheet, circumstances: Circumstances) -> Iterator[Block]:
    assessment = sheet.assessment
    yield Basis((f"Căn cứ {citation(assessment.criteria_set.document)}",))
    yield Paragraph(f"{issuer(assessment)} báo cáo kết quả tự đánh giá như sau:")
    yield Heading("Thông tin chung")
    yield KeyValue(tuple(general(assessment)))
    yield Heading("Kết quả tự đánh giá theo từng tiêu chí")
    group = ""
    for criterion, spec in zip(sheet.form.criteria, sheet.form.specs, strict=True):
        if criterion.group != group:
            group = criterion.group
            yield Paragraph((Bold(group),))
        yield from _criterion(sheet, criterion, spec.rule)
    yield Heading("Kết luận")
    yield from _conclusion(sheet, circumstances)


def general(assessment: Assessment) -> Iterator[tuple[str, str]]:
    """Whose it is, of which round, by which set, with figures of which day."""
    criteria_set = assessment.criteria_set
    yield "Đơn vị tự đánh giá", assessment.subject_name
    yield "Đợt đánh giá", assessment.round.name
    yield "Bộ tiêu chí", criteria_set.name
    if criteria_set.in_force_basis:
        yield "Cơ sở áp dụng", criteria_set.in_force_basis
    yield "Số liệu tính đến ngày", _day(assessment.round.figures_day)


def _criterion(sheet: Sheet, criterion: Criterion, rule: rules.Rule | None) -> Iterator[Block]:
    answer = sheet.answers.get(criterion.pk)
    yield Heading(_upper(criterion.wording), 2, label=f"Tiêu chí {criterion.code}.")
    claims = answer_texts.claimed(rule, answer.value if answer else {})
    if claims:
        yield KeyValue(claims)
    if answer and answer.note:
        note = f"{answer_texts.NOTE_LABEL}: {answer.note}"
        yield from (Paragraph(line) for line in note.split("\n") if line.strip())
    names = _evidence(sheet, criterion)
    if names:
        yield Paragraph("Minh chứng kèm theo:")
        yield ListItems((*(f"{name};" for name in names[:-1]), f"{names[-1]}."))
    elif claims:
        yield Paragraph("Minh chứng kèm theo: không có.")
    yield Paragraph(_standing(sheet, criterion, rule, answer))


def _standing(
    sheet: Sheet, criterion: Criterion, rule: rules.Rule | None, answer: Answer | None
) -> Text:
    """How the criterion stands by its rule, and by the verdict where there is one, in words."""
    outcome = sheet.outcome.criteria[criterion.code]
    held_against = f"{' '.join(explain.explain(outcome))} Kết quả: "
    status = (Bold(_status(outcome)), ".")
    if answer is None or not answer.verdict:
        return (f"Đối chiếu tiêu chí: {held_against}", *status)
    parts = [answer.get_verdict_display()]
    if answer.verified_value is not None:
        shown = answer_texts.verified(rule, answer.verified_value)
        parts.append(f"giá trị thẩm định: {_values(rule, shown)}".replace("\n", "; "))
    if answer.verdict_reason:
        parts.append(f"lý do: {answer.verdict_reason.rstrip('. ')}")
    verdict = f"Kết quả thẩm định: {'; '.join(parts)}."
    if answer.verdict == AnswerVerdict.TO_CORRECT:
        return verdict
    return (f"{verdict} {held_against}", *status)


def _status(outcome: Outcome) -> str:
    return str(explain.STATUS_LABELS[outcome.status])


def _conclusion(sheet: Sheet, circumstances: Circumstances) -> Iterator[Block]:
    assessment, outcome = sheet.assessment, sheet.outcome.outcome
    status = Bold(lowered(_status(outcome)))
    if assessment.state == AssessmentState.CONFIRMED and assessment.confirmed_at:
        day = _day(timezone.localtime(assessment.confirmed_at).date())
        by = circumstances.office or "cơ quan tiếp nhận"
        yield Paragraph((f"Kết quả được {by} xác nhận ngày {day}: ", status, "."))
    elif any(answer.verdict in _COUNTED for answer in sheet.answers.values()):
        # What is verified counts in place of what is claimed: it is not the unit that says so.
        yield Paragraph(("Tính theo các giá trị đã thẩm định, chưa được xác nhận: ", status, "."))
    else:
        basis = f"Đối chiếu với {lowered(assessment.criteria_set.name)}"
        yield Paragraph((f"{basis}, {issuer(assessment)} tự đánh giá: ", status, "."))
    yield ListItems(tuple(explain.explain(outcome)))


# The summary of results


def _summary(sheet: Sheet) -> Table:
    rows: list[Row] = []
    group = ""
    specs = zip(sheet.form.criteria, sheet.form.specs, strict=True)
    for number, (criterion, spec) in enumerate(specs, start=1):
        if criterion.group != group:
            group = criterion.group
            rows.append(GroupRow(group))
        answer = sheet.answers.get(criterion.pk)
        rows.append(
            (
                str(number),
                _upper(criterion.wording),
                _origin(sheet, criterion),
                _claimed(sheet, criterion, spec.rule, answer),
                _listed(_evidence(sheet, criterion)),
                _verified(sheet, criterion, spec.rule, answer),
                _remark(criterion, answer),
            )
        )
    return Table(COLUMNS, tuple(rows))


def _claimed(
    sheet: Sheet, criterion: Criterion, rule: rules.Rule | None, answer: Answer | None
) -> str:
    """What the unit claims; where nothing is asked, what the portal finds."""
    claims = answer_texts.claimed(rule, answer.value if answer else {})
    if claims:
        return _values(rule, claims)
    return f"Cổng đối chiếu: {lowered(_status(sheet.outcome.criteria[criterion.code]))}"


def _values(rule: rules.Rule | None, shown: tuple[tuple[str, str], ...]) -> str:
    if isinstance(rule, rules.AttestedRule):
        return shown[0][1]
    return "\n".join(f"{label}: {text}" for label, text in shown if text)


def _verified(
    sheet: Sheet, criterion: Criterion, rule: rules.Rule | None, answer: Answer | None
) -> str:
    """The verdict with what stands by it; empty while there is none."""
    if answer is None or not answer.verdict:
        return ""
    parts = [_upper(answer.get_verdict_display())]
    if answer.verified_value is not None:
        parts.append(_values(rule, answer_texts.verified(rule, answer.verified_value)))
    if answer.verdict != AnswerVerdict.TO_CORRECT:
        parts.append(_status(sheet.outcome.criteria[criterion.code]))
    return "\n".join(parts)


def _remark(criterion: Criterion, answer: Answer | None) -> str:
    parts = ["Chưa có nguồn"] if criterion.status == Criterion.Status.NO_SOURCE else []
    if answer and answer.verdict_reason:
        parts.append(_shortened(answer.verdict_reason))
    return "\n".join(parts)


def _origin(sheet: Sheet, criterion: Criterion) -> str:
    """Document and place in it; the text through which it is known where it has no number."""
    document = sheet.form.criteria_set.document
    number = f"{_upper(document.get_kind_display())} số {document.number}"
    return ", ".join(
        filter(None, (number if document.number else str(criterion.source), criterion.article))
    )


def _listed(names: list[str]) -> str:
    """The first names, each in its line, and how many more the report itself lists."""
    lines = [f"- {name}" for name in names[:NAMES]]
    if len(names) > NAMES:
        lines.append(f"và {len(names) - NAMES} tệp khác ({SEE_REPORT})")
    return "\n".join(lines)


def _shortened(text: str) -> str:
    """The beginning of a long text; a row has to fit on a page."""
    short = Truncator(text).chars(REMARK, truncate="…")
    return text if short == text else f"{short} ({SEE_REPORT})"


# Words


def citation(document: Document) -> str:
    """A document as papers name it: “Kế hoạch số 21/KH-UBND ngày 18 tháng 3 năm 2024 của …”.

    What is not known is said in brackets.
    """
    unknown = []
    parts = [_upper(document.get_kind_display())]
    if document.number:
        parts.append(f"số {document.number}")
    else:
        unknown.append("số")
    if document.issued_on:
        parts.append(date_words(document.issued_on))
    else:
        unknown.append("ngày")
    if document.issuer:
        parts.append(f"của {document.issuer}")
    parts.append(f"về {lowered(document.title)}")
    if unknown:
        parts.append(f"(chưa rõ {', '.join(unknown)})")
    return " ".join(parts)


def _evidence(sheet: Sheet, criterion: Criterion) -> list[str]:
    return [piece.file.name for piece in sheet.evidence.get(criterion.pk, [])]


def _day(day: periods.Day) -> str:
    return format_day(day, "d/m/Y")


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]
