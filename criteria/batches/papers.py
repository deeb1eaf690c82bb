"""The papers of a list for recognition: minutes, list, submission, decision with its list.

Papers are Vietnamese in every language of the portal. What no source says – a legal basis beside
the title's own document, a term – does not stand in them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from django.utils import translation

from core import periods
from core.documents.blocks import (
    Basis,
    Block,
    Bold,
    Column,
    GroupRow,
    Heading,
    Paragraph,
    Row,
    Signatures,
    Signing,
    Table,
)
from core.documents.paper import Appendix, OpenDate, Paper
from core.numbers import format_vi_number
from criteria.batches.listing import LineRow
from criteria.models import BatchState, RecognitionBatch
from criteria.papers import citation
from units.letterheads import DEMONSTRATION, body_of, committee, in_text, locality
from units.models import UnitKind

S = BatchState
WHO: dict[str, str] = {
    UnitKind.HOUSEHOLD: "hộ gia đình",
    UnitKind.CLAN: "dòng họ",
    UnitKind.CITIZEN: "công dân",
    UnitKind.HAMLET: "thôn, ấp, khu, tổ dân phố",
    UnitKind.COMMUNE: "xã, phường, đặc khu",
    UnitKind.AGENCY: "cơ quan",
    UnitKind.MASS_ORGANISATION: "tổ chức",
    UnitKind.SCHOOL: "cơ sở giáo dục",
    UnitKind.ENTERPRISE: "doanh nghiệp",
    UnitKind.OTHER: "đơn vị",
}
NAME_COLUMNS: dict[str, str] = {
    UnitKind.HOUSEHOLD: "Họ và tên chủ hộ",
    UnitKind.CLAN: "Tên dòng họ",
    UnitKind.CITIZEN: "Họ và tên",
}
NOT_SENT = (S.DRAFT, S.DROPPED)
NOT_SIGNED = (*NOT_SENT, S.CHECKING, S.SUBMITTED)


@dataclass(frozen=True)
class Offered:
    """A paper that a list has now: its name in addresses, and its label."""

    name: str
    label: str


@dataclass(frozen=True)
class Frame:
    """What a paper says beside the list.

    Attributes:
        inside: the unit in which the place lies; empty where there is none.
        digest: the journal's digest of the day; empty where there is none.
        is_demo: whether the data are the demonstration's.
    """

    inside: str = ""
    digest: str = ""
    is_demo: bool = False


def offered(batch: RecognitionBatch) -> list[Offered]:
    """The papers that a list has in its state."""
    found = []
    if batch.of_members and batch.met_on:
        found.append(Offered("bien-ban", "Biên bản họp"))
    found.append(Offered("danh-sach", "Danh sách đề nghị"))
    if batch.state not in NOT_SENT:
        found.append(Offered("to-trinh", "Tờ trình"))
    if batch.state not in (*NOT_SENT, S.CHECKING):
        found.append(Offered("quyet-dinh", "Quyết định"))
    return found


def paper_of(name: str, batch: RecognitionBatch, rows: Sequence[LineRow], frame: Frame) -> Paper:
    """One of the papers that are `offered`.

    Args:
        rows: of the minutes all who were listed, else those who reach the title.
    """
    with translation.override("vi"):
        match name:
            case "bien-ban":
                return _minutes(batch, rows, frame)
            case "to-trinh":
                return _submission(batch, rows, frame)
            case "quyet-dinh":
                return _decision(batch, rows, frame)
            case _:
                return _list(batch, rows, frame)


def _minutes(batch: RecognitionBatch, rows: Sequence[LineRow], frame: Frame) -> Paper:
    place = batch.placement
    passed = [row for row in rows if row.passed]
    failed = [row for row in rows if not row.passed]
    who = WHO[batch.kind]
    meeting = f" tại {batch.met_at}" if batch.met_at else ""
    invited = f"/{_number(batch.invited)} người được mời" if batch.invited else ""
    body: list[Block] = [
        Paragraph(
            f"Ngày {batch.met_on:%d/%m/%Y}{meeting}, {_place(batch)} họp xét đề nghị công nhận "
            f"danh hiệu {batch.title} năm {batch.round.assessed_year}."
        ),
        Heading("Thành phần"),
        Paragraph(f"Chủ trì: {batch.chaired_by}."),
        Paragraph(f"Thư ký: {batch.written_by or '…'}."),
        Paragraph(f"Số người dự họp: {_number(batch.present or 0)}{invited}."),
        Heading("Nội dung"),
        Paragraph(
            f"Cuộc họp đã xét {_number(len(rows))} {who}. Số đạt, đề nghị công nhận: "
            f"{_number(len(passed))}; số chưa đạt: {_number(len(failed))}."
        ),
        _table(batch, passed),
    ]
    if failed:
        body += [Paragraph(f"Danh sách {who} chưa đạt:"), _table(batch, failed)]
    body += [
        Heading("Ý kiến của cuộc họp"),
        Paragraph(batch.opinions or "Không có ý kiến khác."),
        Signatures(
            (
                Signing("Thư ký", batch.written_by),
                Signing("Chủ trì", batch.chaired_by),
            )
        ),
    ]
    return Paper(
        parent=_parent(batch, frame),
        issuer=body_of(place.name, place.kind, "\n"),
        symbol="",
        place=locality(frame.inside or place.name),
        date=batch.met_on or OpenDate(periods.today().year),
        type_name="Biên bản",
        abstract=f"Họp xét đề nghị công nhận danh hiệu {batch.title}",
        body=tuple(body),
        filed="",
        watermark=_watermark(batch, frame, draft=batch.state in NOT_SENT),
        footer=_footer(batch, frame),
    )


def _list(batch: RecognitionBatch, rows: Sequence[LineRow], frame: Frame) -> Paper:
    place = batch.placement
    return Paper(
        parent=_parent(batch, frame),
        issuer=body_of(place.name, place.kind, "\n"),
        symbol="",
        place=locality(frame.inside if place.kind == UnitKind.HAMLET else place.name),
        date=OpenDate(periods.today().year),
        type_name="Danh sách",
        abstract=f"Đề nghị công nhận danh hiệu {batch.title} năm {batch.round.assessed_year}",
        body=(
            _table(batch, rows),
            Paragraph(f"Tổng số {WHO[batch.kind]}: {_number(len(rows))}."),
        ),
        signing=Signing("Người lập danh sách"),
        filed=place.name,
        watermark=_watermark(batch, frame, draft=batch.state in NOT_SENT),
        footer=_footer(batch, frame),
    )


def _submission(batch: RecognitionBatch, rows: Sequence[LineRow], frame: Frame) -> Paper:
    bases = [citation(batch.title.document)] if batch.title.document else []
    body: list[Block] = [Basis(tuple(f"Căn cứ {one}" for one in bases))] if bases else []
    meeting = f" và biên bản họp ngày {batch.met_on:%d/%m/%Y}" if batch.met_on else ""
    body += [
        Paragraph(
            f"Trên cơ sở danh sách đề nghị của {_place(batch)}{meeting}, "
            f"{batch.appraiser_name} đã thẩm định và kính trình {batch.decider_name} xem xét, "
            f"công nhận danh hiệu {batch.title} năm {batch.round.assessed_year} cho "
            f"{_number(len(rows))} {WHO[batch.kind]} (có danh sách kèm theo)."
        ),
    ]
    if batch.opinion:
        body.append(Paragraph(f"Ý kiến thẩm định: {batch.opinion}"))
    return Paper(
        issuer=batch.appraiser_name,
        symbol="TTr",
        place=_decided_at(batch),
        date=OpenDate(periods.today().year),
        type_name="Tờ trình",
        abstract=f"Về việc công nhận danh hiệu {batch.title} năm {batch.round.assessed_year}",
        addressees=(batch.decider_name,),
        body=tuple(body),
        signing=Signing("Người đứng đầu"),
        recipients=("Như trên",),
        appendices=(Appendix("Danh sách đề nghị công nhận", (_table(batch, rows),)),),
        watermark=_watermark(batch, frame, draft=batch.state == S.CHECKING),
        footer=_footer(batch, frame),
    )


def _decision(batch: RecognitionBatch, rows: Sequence[LineRow], frame: Frame) -> Paper:
    grade = f", mức độ {batch.grade}" if batch.grade else ""
    bases = [f"Căn cứ {citation(batch.title.document)}"] if batch.title.document else []
    bases.append(f"Theo đề nghị của {batch.appraiser_name}")
    until = f" đến hết ngày {batch.held_until:%d/%m/%Y}" if batch.held_until else ""
    begins = f"từ ngày {batch.dated:%d/%m/%Y}" if batch.dated else "kể từ ngày ký"
    governed = batch.symbol == "QĐ-UBND"
    return Paper(
        issuer=_office(batch),
        symbol=batch.symbol,
        number=batch.number,
        place=_decided_at(batch),
        date=batch.dated or OpenDate(periods.today().year),
        type_name="Quyết định",
        abstract=f"Về việc công nhận danh hiệu {batch.title} năm {batch.round.assessed_year}",
        body=(
            Paragraph((Bold(batch.decider_name.upper()),), "center"),
            Basis(tuple(bases)),
            Paragraph((Bold("QUYẾT ĐỊNH:"),), "center"),
            _article(
                1,
                f"Công nhận danh hiệu {batch.title}{grade} năm {batch.round.assessed_year} cho "
                f"{_number(len(rows))} {WHO[batch.kind]} thuộc {_place(batch)} (có danh "
                "sách kèm theo).",
            ),
            _article(2, f"Danh hiệu được giữ {begins}{until}."),
            _article(
                3,
                "Các cơ quan, đơn vị có liên quan và các đối tượng có tên trong danh sách chịu "
                "trách nhiệm thi hành Quyết định này.",
            ),
        ),
        signing=Signing(
            "Chủ tịch" if governed else "Thủ trưởng đơn vị",
            str(batch.signed_by) if batch.signed_by else "",
        ),
        recipients=("Như Điều 3",),
        appendices=(Appendix("Danh sách được công nhận", (_table(batch, rows),)),),
        watermark=_watermark(batch, frame, draft=batch.state in NOT_SIGNED),
        footer=_footer(batch, frame),
    )


def _article(number: int, text: str) -> Paragraph:
    return Paragraph((Bold(f"Điều {number}."), f" {text}"))


def _table(batch: RecognitionBatch, rows: Sequence[LineRow]) -> Table:
    title = NAME_COLUMNS.get(batch.kind, "Tên đơn vị")
    if not batch.of_members:
        found = tuple((str(order), row.name) for order, row in enumerate(rows, start=1))
        return Table((Column("STT", 0.7, "center"), Column(title, 6)), found)
    lines: list[Row] = []
    order = 0
    homes = [(home, list(some)) for home, some in groupby(rows, lambda row: row.place)]
    for home, some in homes:
        if len(homes) > 1:
            lines.append(GroupRow(home))
        for row in some:
            order += 1
            lines.append((str(order), _called(row), str(row.number or "")))
    columns = (Column("STT", 0.7, "center"), Column(title, 5), Column("Số trong sổ", 1.2, "center"))
    return Table(columns, tuple(lines))


def _place(batch: RecognitionBatch) -> str:
    return in_text(batch.placement.name, batch.placement.kind)


def _called(row: LineRow) -> str:
    return row.name or f"Số {row.number} trong sổ theo dõi"


def _parent(batch: RecognitionBatch, frame: Frame) -> str:
    if batch.placement.kind == UnitKind.HAMLET and frame.inside:
        return committee(frame.inside, "\n")
    return ""


def _office(batch: RecognitionBatch) -> str:
    """The letterhead of who decides: the committee whose chairman it is, else as it is called."""
    head = "Chủ tịch Ủy ban nhân dân "
    if batch.decider_name.startswith(head):
        return f"Ủy ban nhân dân\n{batch.decider_name.removeprefix(head)}"
    return batch.decider_name


def _decided_at(batch: RecognitionBatch) -> str:
    name = _office(batch).partition("\n")[2] or batch.placement.name
    return locality(name[:1].upper() + name[1:])


def _watermark(batch: RecognitionBatch, frame: Frame, *, draft: bool) -> str:
    return " – ".join(_marks(batch, frame, draft=draft))


def _marks(batch: RecognitionBatch, frame: Frame, *, draft: bool) -> Iterator[str]:
    if draft:
        yield "DỰ THẢO"
    if batch.state == S.REVOKED:
        yield "ĐÃ THU HỒI"
    if frame.is_demo:
        yield DEMONSTRATION


def _footer(batch: RecognitionBatch, frame: Frame) -> str:
    made = f"Lập từ Cổng Thi đua Xã hội học tập ngày {periods.today():%d/%m/%Y}"
    parts = [f"{made}, trạng thái: {batch.get_state_display()}"]
    if frame.digest:
        parts.append(f"Nhật ký hệ thống: {frame.digest}")
    return ". ".join(parts)


def _number(value: int) -> str:
    return format_vi_number(value)
