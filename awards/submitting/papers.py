"""Tờ trình with its danh sách đề nghị: one list of blocks for the PDF and the .docx.

Layout: Nghị định 30/2020/NĐ-CP, Phụ lục I; columns of the list: the practice of offices
(Luật Thi đua, khen thưởng 06/2022/QH15, Điều 84 asks for the paper, not for its columns). Papers
are Vietnamese in every language of the portal.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.utils import timezone, translation

from awards.models import (
    Nomination,
    SubjectGroup,
    Submission,
    SubmissionFile,
    SubmissionState,
)
from awards.wording import giving
from campaign.models import Round
from core import periods
from core.documents.blocks import (
    Basis,
    Block,
    Column,
    GroupRow,
    ListItems,
    Paragraph,
    Row,
    Signing,
    Table,
)
from core.documents.paper import Appendix, OpenDate, Paper
from criteria.papers import DRAFT, citation
from criteria.routing import Receiver
from units.letterheads import DEMONSTRATION, GOVERNED, body_of, committee, in_text, locality
from units.models import MEMBER_KINDS, Placement, UnitKind

LAW = "Luật Thi đua, khen thưởng số 06/2022/QH15 ngày 15 tháng 6 năm 2022"
GROUPS = {
    SubjectGroup.COLLECTIVE: "Tập thể",
    SubjectGroup.HOUSEHOLD: "Hộ gia đình",
    SubjectGroup.INDIVIDUAL: "Cá nhân",
}
COLUMNS = (
    Column("STT", 0.7, "center"),
    Column("Họ và tên, tên tập thể, hộ gia đình", 3),
    Column("Chức vụ, đơn vị hoặc địa chỉ", 2.7),
    Column("Tóm tắt thành tích", 5.5),
    Column("Hình thức đề nghị", 3.2),
)
_NUMBER = re.compile(r"0*(\d{1,6})/(\S.*)")


@dataclass(frozen=True)
class Frame:
    """What the paper says beside the submission itself.

    Attributes:
        parent: the body above the issuer, for the letterhead; empty where there is none.
        inside: the unit in which the sender lies: the place of a hamlet's or office's paper.
        office: who receives it; None where none is configured.
        names: of the households, clans and citizens that the reader has before them, by unit.
        digest: the journal's digest of the day; empty where there is none.
        is_demo: whether the data are the demonstration's.
    """

    parent: str = ""
    inside: str = ""
    office: Placement | Receiver | None = None
    names: Mapping[int, str] | None = None
    digest: str = ""
    is_demo: bool = False


def submission_paper(
    found: Submission,
    lines: Sequence[Nomination],
    files: Sequence[SubmissionFile],
    frame: Frame,
) -> Paper:
    """A submission as it is printed, with the list of those whom it carries.

    Args:
        lines: in the order of the paper, with `form`, `placement`, `unit`.
        files: the papers that go with it, with `file`.
    """
    with translation.override("vi"):
        return _paper(found, lines, files, frame)


def _paper(
    found: Submission, lines: Sequence[Nomination], files: Sequence[SubmissionFile], frame: Frame
) -> Paper:
    place = found.placement
    governed = place.kind in GOVERNED
    number, symbol = _number(found)
    given = giving(found.form.name)
    return Paper(
        parent=frame.parent,
        issuer=body_of(place.name, place.kind, "\n"),
        number=number,
        symbol=symbol,
        place=locality(place.name if governed else frame.inside or place.name),
        date=found.dated or OpenDate(periods.today().year),
        type_name="Tờ trình",
        abstract=f"Về việc đề nghị {given} {_occasion(found)}",
        addressees=(_office(frame.office),) if frame.office else (),
        body=tuple(_body(found, lines, files, frame)),
        signing=_signing(found),
        recipients=("Như trên",),
        filed=place.name if place.kind == UnitKind.HAMLET else "VT",
        appendices=(
            Appendix(f"Danh sách đề nghị {given}", (_list(lines, frame),), landscape=True),
        ),
        watermark=_watermark(found, is_demo=frame.is_demo),
        footer=_footer(found, frame),
    )


def _sender(found: Submission) -> str:
    """Who speaks in the paper, in the middle of a sentence."""
    place = found.placement
    return committee(place.name) if place.kind in GOVERNED else in_text(place.name, place.kind)


def _number(found: Submission) -> tuple[int | None, str]:
    """The number and the symbol, entered as one; a draft leaves room for the number."""
    written = _NUMBER.fullmatch(found.number)
    if written:
        return int(written[1]), written[2]
    return None, "TTr-UBND" if found.placement.kind in GOVERNED else "TTr"


def _occasion(found: Submission) -> str:
    occasion = found.occasion
    if isinstance(occasion, Round):
        return f"năm {occasion.assessed_year}"
    return f"giai đoạn {occasion.from_year} – {occasion.to_year}"


def _office(office: Placement | Receiver) -> str:
    return body_of(office.name, office.kind)


def _body(
    found: Submission, lines: Sequence[Nomination], files: Sequence[SubmissionFile], frame: Frame
) -> Iterator[Block]:
    yield Basis((f"Căn cứ {LAW}", f"Căn cứ {citation(found.form.document)}"))
    office = _office(frame.office) if frame.office else "cấp có thẩm quyền"
    campaign = found.occasion.campaign
    movement = f"Thực hiện Phong trào “{campaign.name}”, " if campaign else ""
    yield Paragraph(
        f"{movement}{_sender(found)} đã xét và đề nghị {office} xem xét, quyết định hoặc "
        f"trình cấp có thẩm quyền {giving(found.form.name)} cho {_total(lines)} có thành tích "
        f"trong {_occasion(found)} (có danh sách kèm theo), gồm:"
    )
    yield ListItems(tuple(_counts(lines)) or ("Chưa có trường hợp nào",))
    for paragraph in filter(None, (line.strip() for line in found.note.splitlines())):
        yield Paragraph(paragraph)
    yield Paragraph("Hồ sơ kèm theo gồm:")
    yield ListItems(tuple(_enclosed(files)))
    yield Paragraph(f"Kính đề nghị {office} xem xét, quyết định.")


def _total(lines: Sequence[Nomination]) -> str:
    return f"{len(lines):02d} trường hợp"


def _counts(lines: Sequence[Nomination]) -> Iterator[str]:
    counted = Counter(SubjectGroup.of(one.unit.kind) for one in lines)
    for group, words in GROUPS.items():
        if counted[group]:
            yield f"{words}: {counted[group]:02d}"


def _enclosed(files: Sequence[SubmissionFile]) -> Iterator[str]:
    yield "Danh sách đề nghị khen thưởng"
    yield "Báo cáo thành tích của từng trường hợp"
    for one in files:
        minutes = one.kind == SubmissionFile.Kind.MINUTES
        yield "Biên bản xét khen thưởng" if minutes else one.file.name


def _list(lines: Sequence[Nomination], frame: Frame) -> Table:
    return Table(COLUMNS, tuple(_rows(lines, frame)), empty="Chưa có trường hợp nào.")


def _rows(lines: Sequence[Nomination], frame: Frame) -> Iterator[Row]:
    """The rows by group, numbered within each."""
    for group, words in GROUPS.items():
        of_group = [one for one in lines if SubjectGroup.of(one.unit.kind) == group]
        if of_group:
            yield GroupRow(f"{words} ({len(of_group):02d})")
        for order, one in enumerate(of_group, start=1):
            yield (str(order), *_who(one, frame), one.summary, one.form.name)


def _who(one: Nomination, frame: Frame) -> tuple[str, str]:
    """Name and address; the number at home where the reader has no names before them."""
    if one.unit.kind not in MEMBER_KINDS:
        return one.placement.name, ""
    name = (frame.names or {}).get(one.unit_id)
    return name or one.subject_name, one.placement.name


def _signing(found: Submission) -> Signing:
    signed = found.signed_by.full_name if found.signed_by and found.state != "draft" else ""
    if found.placement.kind in GOVERNED:
        return Signing("Chủ tịch", name=signed, authority=("TM. Ủy ban nhân dân",))
    if found.placement.kind == UnitKind.HAMLET:
        kind = found.placement.name.split()[0].lower()  # thôn, ấp, khóm, …
        return Signing(f"Trưởng {kind}", name=signed)
    return Signing("Thủ trưởng đơn vị", name=signed)


def _watermark(found: Submission, *, is_demo: bool) -> str:
    draft = found.state in (SubmissionState.DRAFT, SubmissionState.RETURNED)
    words = [DRAFT.upper()] if draft else []
    return " – ".join([*words, DEMONSTRATION] if is_demo else words)


def _footer(found: Submission, frame: Frame) -> str:
    today = f"{timezone.localdate():%d/%m/%Y}"
    parts = [
        f"Lập từ Cổng Thi đua Xã hội học tập ngày {today}, trạng thái: {found.get_state_display()}"
    ]
    if frame.digest:
        parts.append(f"Nhật ký hệ thống: {frame.digest}")
    return ". ".join(parts)
