"""The lists of registrations on paper: to be filled in and signed by hand, or as they stand.

Papers are Vietnamese in every language of the portal.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils import timezone, translation

from core import periods
from core.documents.blocks import Block, Column, Paragraph, Signing, Table
from core.documents.paper import OpenDate, Paper, lowered
from core.numbers import format_vi_number
from criteria.models import RegistrationList, RegistrationState, Title
from criteria.papers import DRAFT, citation
from criteria.registration.members import MemberRow
from criteria.routing import Receiver
from units.letterheads import DEMONSTRATION, GOVERNED, body_of, committee, in_text, locality
from units.models import Placement, UnitKind

SPARE_ROWS = 10  # for those whom the list does not know yet
NAME_COLUMNS = {
    UnitKind.HOUSEHOLD: "Họ và tên chủ hộ",
    UnitKind.CLAN: "Tên dòng họ, người đại diện",
    UnitKind.CITIZEN: "Họ và tên",
}
WHO = {
    UnitKind.HOUSEHOLD: "hộ gia đình",
    UnitKind.CLAN: "dòng họ",
    UnitKind.CITIZEN: "công dân",
}


@dataclass(frozen=True)
class Frame:
    """What a list says beside itself.

    Attributes:
        inside: the unit in which it lies, for the letterhead; empty where there is none.
        office: who receives it; None where none is configured.
        digest: the journal's digest of the day; empty where there is none.
        is_demo: whether the data are the demonstration's.
    """

    inside: str = ""
    office: Placement | Receiver | None = None
    digest: str = ""
    is_demo: bool = False


def registration_paper(
    found: RegistrationList, rows: Sequence[MemberRow], frame: Frame, *, blank: bool = False
) -> Paper:
    """A registration as it is printed.

    Args:
        rows: those who register; of a blank list everybody whom the unit knows.
        blank: whether it is to be filled in by hand.
    """
    with translation.override("vi"):
        return _paper(found, rows, frame, blank=blank)


def _paper(
    found: RegistrationList, rows: Sequence[MemberRow], frame: Frame, *, blank: bool
) -> Paper:
    place = found.placement
    governed = place.kind in GOVERNED
    addressees = (body_of(frame.office.name, frame.office.kind),) if frame.office else ()
    body = tuple(_own(found)) if found.is_own else tuple(_list(found, rows, blank=blank))
    return Paper(
        parent=_parent(found, frame),
        issuer=body_of(place.name, place.kind, "\n"),
        symbol="ĐK-UBND" if governed else "",
        place=locality(frame.inside if place.kind == UnitKind.HAMLET else place.name),
        date=OpenDate(periods.today().year),
        type_name="Bản đăng ký" if found.is_own else "Danh sách",
        abstract=_abstract(found),
        addressees=addressees,
        body=body,
        signing=_signing(found),
        recipients=("Như trên",) if addressees else (),
        filed="VT" if governed else place.name,
        watermark=_watermark(found, frame, blank=blank),
        footer=_footer(found, frame),
    )


def _parent(found: RegistrationList, frame: Frame) -> str:
    if found.placement.kind == UnitKind.HAMLET and frame.inside:
        return committee(frame.inside, "\n")
    return ""


def _abstract(found: RegistrationList) -> str:
    year = found.round.assessed_year
    if not isinstance(found.subject, Title):
        return f"Hình thức khen thưởng “{found.subject.name}” năm {year}"
    words = f"anh hiệu {found.subject} năm {year}"
    return f"D{words}" if found.is_own else f"Đăng ký d{words}"


def _own(found: RegistrationList) -> Iterator[Block]:
    subject = found.subject
    who = in_text(found.placement.name, found.placement.kind)
    what = f"danh hiệu {subject}" if isinstance(subject, Title) else f"“{subject.name}”"
    yield Paragraph(
        f"Thực hiện Phong trào “{found.round.campaign.name}”, {who} đăng ký {what} "
        f"trong {lowered(found.round.name)}."
    )
    document = subject.document
    if document:
        yield Paragraph(f"Căn cứ đăng ký: {citation(document)}.")


def _list(found: RegistrationList, rows: Sequence[MemberRow], *, blank: bool) -> Iterator[Block]:
    who = WHO[UnitKind(found.kind)]
    if blank:
        yield Paragraph(
            f"Mỗi {who} đăng ký đánh dấu vào ô và ký tên. {who.capitalize()} chưa có tên thì ghi "
            "vào các dòng trống ở cuối danh sách."
        )
    yield Table(tuple(_columns(found, blank=blank)), tuple(_rows(found, rows, blank=blank)))
    if not blank:
        yield Paragraph(_total(found))


def _columns(found: RegistrationList, *, blank: bool) -> Iterator[Column]:
    yield Column("STT", 0.7, "center")
    yield Column(NAME_COLUMNS[UnitKind(found.kind)], 4)
    yield Column(_detail_title(found), 1.4, "center")
    if blank:
        yield Column("Đăng ký", 1.1, "center")
    yield Column("Ký tên", 2.2)
    yield Column("Ghi chú", 1.8)


def _detail_title(found: RegistrationList) -> str:
    return "Năm sinh" if found.kind == UnitKind.CITIZEN else "Số người"


def _rows(
    found: RegistrationList, rows: Sequence[MemberRow], *, blank: bool
) -> Iterator[tuple[str, ...]]:
    for order, row in enumerate(rows, start=1):
        detail = row.birth_year if found.kind == UnitKind.CITIZEN else row.people
        remark = "không còn ở địa bàn" if row.gone else ""
        marked = ("☑" if row.registered else "☐",) if blank else ()
        name = row.name or f"Số {row.number} trong sổ theo dõi"
        yield (str(order), name, str(detail or ""), *marked, "", remark)
    if blank:
        for order in range(len(rows) + 1, len(rows) + SPARE_ROWS + 1):
            yield (str(order), "", "", "☐", "", "")


def _total(found: RegistrationList) -> str:
    who = WHO[UnitKind(found.kind)]
    if not found.listed and found.declared is not None:
        return f"Số {who} đăng ký (số kê khai, không kèm danh sách): {_number(found.declared)}."
    text = f"Tổng số {who} đăng ký: {_number(found.listed)}"
    if found.difference:
        return f"{text} (số kê khai {_number(found.declared or 0)}; tính theo danh sách)."
    return f"{text}."


def _signing(found: RegistrationList) -> Signing:
    if found.placement.kind in GOVERNED:
        return Signing("Chủ tịch", authority=("TM. Ủy ban nhân dân",))
    if found.placement.kind == UnitKind.HAMLET:
        return Signing("Người lập danh sách")
    return Signing("Thủ trưởng đơn vị")


def _watermark(found: RegistrationList, frame: Frame, *, blank: bool) -> str:
    draft = found.state in (RegistrationState.DRAFT, RegistrationState.REJECTED) and not blank
    words = [DRAFT.upper()] if draft else []
    return " – ".join([*words, DEMONSTRATION] if frame.is_demo else words)


def _footer(found: RegistrationList, frame: Frame) -> str:
    today = f"{timezone.localdate():%d/%m/%Y}"
    parts = [
        f"Lập từ Cổng Thi đua Xã hội học tập ngày {today}, trạng thái: {found.get_state_display()}"
    ]
    if frame.digest:
        parts.append(f"Nhật ký hệ thống: {frame.digest}")
    return ". ".join(parts)


def _number(value: int) -> str:
    return format_vi_number(value)
