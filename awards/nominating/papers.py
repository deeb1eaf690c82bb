"""The report of achievements (báo cáo thành tích) of a nomination, as it goes with the submission.

Layout: report for commendation by phase or subject of the former Nghị định 91/2017/NĐ-CP, Mẫu số
07; Nghị định 152/2025/NĐ-CP numbers its forms anew. Papers are Vietnamese in every language of the
portal; what the portal does not know stays open, to be filled in by hand.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils import timezone, translation
from django.utils.dateformat import format as format_day

from awards.models import EarlierAward, Nomination
from awards.wording import giving
from core import periods
from core.documents.blocks import (
    Block,
    Column,
    Heading,
    KeyValue,
    Paragraph,
    Signatures,
    Signing,
    Table,
)
from core.documents.paper import OpenDate, Paper, lowered
from criteria.papers import DRAFT
from units.letterheads import DEMONSTRATION, body_of, committee, locality
from units.models import PersonalRecord, UnitKind

# Nghị định 152/2025/NĐ-CP, Điều 4.
NO_MERIT = (
    "Thành tích trong phong trào thi đua này không dùng làm căn cứ để đề nghị khen thưởng công "
    "trạng (Nghị định số 152/2025/NĐ-CP, Điều 4)."
)
EARLIER = (
    Column("STT", 0.6, "center"),
    Column("Hình thức khen thưởng", 3),
    Column("Số quyết định", 1.8),
    Column("Ngày", 1.3, "center"),
    Column("Người quyết định", 2.4),
)


@dataclass(frozen=True)
class Circumstances:
    """What a report says beside the nomination itself.

    Attributes:
        proposer: name of the unit that proposes, and of what kind it is.
        inside: the unit in which a hamlet lies, for the letterhead; empty for others.
        person: the record of a household's head, clan or citizen, while names are open; else None.
        digest: the journal's digest of the day (core.seals.day_root); empty where there is none.
        is_demo: whether the data are the demonstration's.
        is_draft: whether it may still be written.
    """

    proposer: str
    proposer_kind: str
    inside: str = ""
    person: PersonalRecord | None = None
    digest: str = ""
    is_demo: bool = False
    is_draft: bool = False


def achievement_report(
    nomination: Nomination, earlier: Sequence[EarlierAward], circumstances: Circumstances
) -> Paper:
    """The report of achievements of a nomination, with the commendations it had before."""
    with translation.override("vi"):
        return Paper(
            issuer=_issuer(circumstances),
            symbol="",
            place=locality(circumstances.inside or circumstances.proposer),
            parent=_parent(circumstances),
            date=OpenDate(_year(nomination)),
            type_name="Báo cáo thành tích",
            abstract=f"{_request(nomination.form.name)}\n{_occasion(nomination)}",
            body=tuple(_body(nomination, earlier, circumstances)),
            filed="",
            watermark=_watermark(circumstances),
            footer=_footer(nomination, circumstances),
        )


def _issuer(circumstances: Circumstances) -> str:
    return body_of(circumstances.proposer, circumstances.proposer_kind, "\n")


def _parent(circumstances: Circumstances) -> str:
    return committee(circumstances.inside, "\n") if circumstances.inside else ""


def _request(form: str) -> str:
    """“ĐỀ NGHỊ TẶNG BẰNG KHEN …”"""
    return f"Đề nghị {giving(form)}".upper()


def _year(nomination: Nomination) -> int:
    if nomination.sent_at:
        return timezone.localtime(nomination.sent_at).year
    return periods.today().year


def _occasion(nomination: Nomination) -> str:
    campaign = nomination.occasion.campaign
    name = nomination.occasion.name
    return f"trong Phong trào “{campaign.name}” – {lowered(name)}" if campaign else name


def _body(
    nomination: Nomination, earlier: Sequence[EarlierAward], circumstances: Circumstances
) -> Iterator[Block]:
    first, last = periods.first_day(nomination.period), periods.last_day(nomination.period)
    yield Paragraph(
        f"(Thời gian tính thành tích: từ ngày {_day(first)} đến {_day(last)})", "center"
    )
    yield Heading("Thông tin chung")
    yield KeyValue(tuple(_who(nomination, circumstances)))
    yield from _lines(nomination.general)
    yield Heading("Thành tích đạt được")
    yield from _lines(nomination.achievements)
    if not nomination.achievements.strip():
        yield Paragraph("……")
    yield Heading("Các hình thức đã được khen thưởng")
    yield Table(EARLIER, tuple(_earlier(earlier)), empty="Chưa có.")
    yield Paragraph(NO_MERIT)
    yield Signatures((Signing("Thủ trưởng cấp trình xác nhận"), Signing(_reporter(nomination))))


def _who(nomination: Nomination, circumstances: Circumstances) -> Iterator[tuple[str, str]]:
    kind, home = nomination.unit.kind, nomination.placement.name
    person = circumstances.person
    if kind == UnitKind.CITIZEN:
        yield "Họ và tên", person.name if person else ""
        yield "Năm sinh", str(person.birth_year) if person and person.birth_year else ""
        yield "Quê quán", ""
        yield "Chức vụ, đơn vị công tác hoặc nơi cư trú", home
    elif kind == UnitKind.HOUSEHOLD:
        yield "Họ và tên chủ hộ", person.name if person else ""
        yield "Số thứ tự trong danh sách hộ", str(getattr(nomination, "member_number", "") or "")
        yield "Địa chỉ", home
    else:
        yield "Tên đơn vị", nomination.subject_name
        yield "Địa chỉ, điện thoại", ""


def _lines(text: str) -> Iterator[Block]:
    return (Paragraph(line.strip()) for line in text.split("\n") if line.strip())


def _earlier(earlier: Sequence[EarlierAward]) -> Iterator[tuple[str, ...]]:
    for number, one in enumerate(earlier, start=1):
        yield str(number), one.name, one.decision_number, _day(one.decided_on), one.decided_by


def _reporter(nomination: Nomination) -> str:
    kind = nomination.unit.kind
    if kind in (UnitKind.CITIZEN, UnitKind.HOUSEHOLD, UnitKind.CLAN):
        return "Người báo cáo"
    return "Thủ trưởng đơn vị báo cáo"


def _watermark(circumstances: Circumstances) -> str:
    words = [DRAFT.upper()] if circumstances.is_draft else []
    return " – ".join([*words, DEMONSTRATION] if circumstances.is_demo else words)


def _footer(nomination: Nomination, circumstances: Circumstances) -> str:
    made = f"Lập từ Cổng Thi đua Xã hội học tập ngày {_day(periods.today())}"
    parts = [f"{made}, trạng thái: {nomination.get_state_display()}"]
    if circumstances.digest:
        parts.append(f"Nhật ký hệ thống: {circumstances.digest}")
    return ". ".join(parts)


def _day(day: periods.Day | None) -> str:
    return format_day(day, "d/m/Y") if day else "…"
