"""The papers of a meeting: invitation, ballots, minutes of the counting, minutes of the meeting.

What is written comes from the records and from nowhere else: number and day wait for the clerk.
Papers are Vietnamese in every language of the portal.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from awards.council import reading
from awards.models import (
    Attendance,
    CaseState,
    Choice,
    Council,
    CouncilSeat,
    Meeting,
    MeetingState,
    Recusal,
    VotingRule,
)
from core import periods
from core.documents.blocks import (
    Block,
    Column,
    Heading,
    KeyValue,
    ListItems,
    Paragraph,
    Signatures,
    Signing,
    Table,
)
from core.documents.paper import Appendix, OpenDate, Paper, date_words, lowered
from core.numbers import format_vi_number
from units.letterheads import DEMONSTRATION, body_of, locality
from units.models import Placement

Presence = Attendance.Presence
Position = CouncilSeat.Position

POSITIONS = {
    Position.CHAIR: "Chủ tịch Hội đồng",
    Position.VICE_CHAIR: "Phó Chủ tịch Hội đồng",
    Position.STANDING: "Ủy viên thường trực",
    Position.MEMBER: "Ủy viên",
    Position.SECRETARY: "Ủy viên, Thư ký",
}
PRESENCES = {
    "": "chưa ghi nhận",
    Presence.PRESENT: "có mặt",
    Presence.EXCUSED: "vắng mặt",
    Presence.WRITTEN: "vắng mặt, gửi phiếu bằng văn bản",
}
GROUNDS = {
    Recusal.Ground.OWN_UNIT: "đơn vị của thành viên",
    Recusal.Ground.TAKEN_PART: "đã tham gia lập hồ sơ đề nghị",
    Recusal.Ground.RELATIVE: "người thân của đối tượng",
    Recusal.Ground.OTHER: "có lợi ích liên quan",
}
BASES = {
    VotingRule.Base.ALL_MEMBERS: "tổng số thành viên Hội đồng có quyền biểu quyết",
    VotingRule.Base.PRESENT: "số thành viên tham gia biểu quyết",
    VotingRule.Base.VOTES_CAST: "số phiếu đồng ý và không đồng ý",
}
RESULTS = {
    CaseState.PASSED: "Đạt",
    CaseState.FAILED: "Không đạt",
    CaseState.WAITING: "chưa chốt",
    CaseState.RELEASED: "đưa ra khỏi phiên họp",
}
# Who voted how; most of those whom a Council considers have nearly all votes.
VOTERS = {
    Choice.FOR: Column("Đồng ý", 4.4),
    Choice.AGAINST: Column("Không đồng ý", 2),
    Choice.ABSTAIN: Column("Không có ý kiến", 2),
}
SYMBOL = "HĐTĐKT"


@dataclass(frozen=True)
class Frame:
    """What a paper says beside the meeting.

    Attributes:
        parent: the body above the Council, for the letterhead.
        place: where the paper is written.
        digest: the journal's digest of the day; empty where there is none.
        is_demo: whether the data are the demonstration's.
    """

    parent: str
    place: str
    digest: str = ""
    is_demo: bool = False


def frame_of(council: Council, digest: str, *, is_demo: bool) -> Frame:
    """The frame of the papers of a Council, as its unit is called today (one query)."""
    name, kind = (
        Placement.objects.on(periods.today())
        .filter(unit=council.unit_id)
        .values_list("name", "kind")
        .first()
    ) or ("", "")
    parent = body_of(name, kind, "\n")
    return Frame(parent, locality(name), digest, is_demo)


# Which papers there are


@dataclass(frozen=True)
class Offer:
    """A paper that can be taken now; `in_words` as a .docx file, too, to be finished by hand."""

    name: str
    label: Any
    in_words: bool = False


def offered(desk: reading.Desk) -> list[Offer]:
    """The papers that the meeting can give in its present state."""
    return list(_offered(desk))


def _offered(desk: reading.Desk) -> Iterator[Offer]:
    state = desk.meeting.state
    if state == MeetingState.CANCELLED or not desk.standing or not desk.members:
        return
    yield Offer("invitation", _("Invitation"), in_words=True)
    if state not in (MeetingState.OPEN, MeetingState.CLOSED):
        return
    if any(case.is_secret for case in desk.standing):
        yield Offer("ballots", _("Ballots"))
        yield Offer("counting", _("Minutes of the counting"), in_words=True)
    yield Offer("minutes", _("Minutes of the meeting"), in_words=True)


# The papers


def _paper(desk: reading.Desk, frame: Frame, **parts: Any) -> Paper:
    words = [f"Lập từ Cổng Thi đua Xã hội học tập ngày {timezone.localdate():%d/%m/%Y}"]
    if frame.digest:
        words.append(f"Nhật ký hệ thống: {frame.digest}")
    return Paper(
        issuer=desk.meeting.council.name,
        parent=frame.parent,
        place=frame.place,
        **{
            "footer": ". ".join(words),
            "watermark": DEMONSTRATION if frame.is_demo else "",
            **parts,
        },
    )


def invitation(desk: reading.Desk, frame: Frame) -> list[Paper]:
    """The invitation to the meeting, with the list of its nominations."""
    with translation.override("vi"):
        meeting = desk.meeting
        at = timezone.localtime(meeting.at)
        title = "Danh sách đề nghị khen thưởng trình Hội đồng"
        return [
            _paper(
                desk,
                frame,
                symbol=f"GM-{SYMBOL}",
                date=OpenDate(at.year),
                type_name="Giấy mời",
                abstract=f"Họp {meeting.council.name}",
                body=(
                    Paragraph(f"{meeting.council.name} trân trọng kính mời:"),
                    ListItems(tuple(_titled(one) for one in desk.members)),
                    Paragraph(
                        f"dự phiên họp xét {len(desk.standing):02d} đề nghị khen thưởng "
                        "(danh sách kèm theo)."
                    ),
                    KeyValue((("Thời gian", _moment(at)), ("Địa điểm", meeting.place))),
                    Paragraph("Đề nghị các thành viên Hội đồng dự họp đúng thành phần, thời gian."),
                ),
                signing=Signing("Chủ tịch", _chair(desk), authority=("TM. Hội đồng",)),
                recipients=("Như trên",),
                appendices=(Appendix(title, (_list(desk.standing),)),),
            )
        ]


def _list(cases: Sequence[reading.Case]) -> Table:
    columns = (
        Column("STT", 0.8, "center"),
        Column("Đối tượng đề nghị", 3.4),
        Column("Hình thức khen thưởng", 3),
        Column("Tóm tắt thành tích", 4),
    )
    return Table(
        columns,
        tuple((*_who(order, case), case.nomination.summary) for order, case in _numbered(cases)),
    )


def ballots(desk: reading.Desk, frame: Frame) -> list[Paper]:
    """One ballot for each member who may vote: cases with the same voters stand on one ballot, so
    that whoever has a stake in one gets a ballot without it."""
    with translation.override("vi"):
        return [
            paper
            for cases in _together([case for case in desk.standing if case.is_secret])
            for paper in [_ballot(desk, frame, cases)] * _voters(desk, cases[0])
        ]


def _together(cases: Sequence[reading.Case]) -> list[list[reading.Case]]:
    """The cases by who may vote on them."""
    groups: dict[tuple[frozenset[int], frozenset[int]], list[reading.Case]] = {}
    for case in cases:
        key = (frozenset(case.roll.recused), frozenset(case.roll.letters))
        groups.setdefault(key, []).append(case)
    return list(groups.values())


def _voters(desk: reading.Desk, case: reading.Case) -> int:
    """How many ballots it takes: while presence is not recorded, one for each who may come."""
    if any(one.presence for one in desk.members):
        return len(case.roll.voters)
    return len(case.roll.members - case.roll.recused)


def _ballot(desk: reading.Desk, frame: Frame, cases: Sequence[reading.Case]) -> Paper:
    columns = (
        Column("STT", 0.8, "center"),
        Column("Đối tượng đề nghị", 3.4),
        Column("Hình thức khen thưởng", 3),
        Column("Đồng ý", 1, "center"),
        Column("Không đồng ý", 1, "center"),
    )
    rows = tuple((*_who(order, case), "☐", "☐") for order, case in _numbered(cases))
    return _paper(
        desk,
        frame,
        symbol="",
        date=desk.meeting.day,
        type_name="Phiếu biểu quyết",
        abstract=f"Phiên họp {lowered(_moment(timezone.localtime(desk.meeting.at)))}",
        body=(
            Paragraph("Mỗi trường hợp đánh dấu (x) vào một ô."),
            Table(columns, rows),
            Paragraph("Phiếu kín, không ký tên."),
        ),
        filed="",
        footer="",
    )


def counting_minutes(desk: reading.Desk, frame: Frame) -> list[Paper]:
    """The minutes of the counting of the secret ballots, for the tellers to sign."""
    with translation.override("vi"):
        cases = [case for case in desk.standing if case.is_secret]
        tellers = [Signing("Tổ kiểm phiếu", one.seat.person) for one in desk.tellers]
        return [
            _paper(
                desk,
                frame,
                symbol=f"BB-{SYMBOL}",
                date=desk.meeting.day,
                type_name="Biên bản",
                abstract="Kiểm phiếu xét khen thưởng",
                body=(
                    Paragraph(_opening(desk)),
                    Heading("Tổ kiểm phiếu", 1),
                    ListItems(tuple(_titled(one) for one in desk.tellers) or ("…",)),
                    Heading("Kết quả kiểm phiếu", 1),
                    _counted(cases),
                    *_envelopes(desk, cases),
                    Paragraph("Biên bản được lập và thông qua tại phiên họp."),
                    Signatures(tuple(tellers) or (Signing("Tổ kiểm phiếu"),)),
                ),
                filed="hồ sơ phiên họp",
            )
        ]


def _counted(cases: Sequence[reading.Case]) -> Table:
    titles = ("Phát ra", "Thu về", "Hợp lệ", "Không hợp lệ", "Đồng ý", "Không đồng ý")
    columns = (
        Column("STT", 0.8, "center"),
        Column("Đối tượng đề nghị", 2.6),
        Column("Hình thức khen thưởng", 2.4),
        *(Column(title, 1.1, "center") for title in titles),
    )
    return Table(columns, tuple((*_who(n, case), *_numbers(case)) for n, case in _numbered(cases)))


def _numbers(case: reading.Case) -> tuple[str, ...]:
    count = case.count
    if count is None:
        return ("",) * 6
    numbers = (
        count.issued,
        count.returned,
        count.valid,
        count.invalid,
        count.in_favour,
        count.against,
    )
    return tuple(str(number) for number in numbers)


def _envelopes(desk: reading.Desk, cases: Sequence[reading.Case]) -> Iterator[Block]:
    """The envelopes that were opened with the ballots, by their numbers alone."""
    orders = defaultdict(list)
    for order, case in _numbered(cases):
        for seat, letter in case.letters.items():
            if seat in case.roll.letters:
                orders[letter.sealed_number].append(order)
    if orders:
        yield Paragraph("Phiếu gửi bằng văn bản của thành viên vắng mặt được mở cùng lúc:")
        yield ListItems(
            tuple(
                f"Phong bì niêm phong số {number}: trường hợp số {_ranges(held)}"
                for number, held in sorted(orders.items())
            )
        )


def _ranges(numbers: Sequence[int]) -> str:
    """Ascending numbers as they are read: “1 – 4, 6”."""
    words = []
    for _gap, found in groupby(enumerate(numbers), lambda one: one[1] - one[0]):
        run = [number for _place, number in found]
        words.append(f"{run[0]}" if len(run) == 1 else f"{run[0]} – {run[-1]}")
    return ", ".join(words)


def minutes(desk: reading.Desk, frame: Frame) -> list[Paper]:
    """The minutes of the meeting: who was there, the rules, the results, and open votes by name."""
    with translation.override("vi"):
        return [
            _paper(
                desk,
                frame,
                symbol=f"BB-{SYMBOL}",
                date=desk.meeting.day,
                type_name="Biên bản",
                abstract=f"Họp {desk.meeting.council.name}",
                body=tuple(_minutes(desk)),
                appendices=tuple(_by_name(desk)),
                filed="hồ sơ phiên họp",
                recipients=("Thành viên Hội đồng",),
                watermark=" – ".join(_marks(desk, frame)),
            )
        ]


def _marks(desk: reading.Desk, frame: Frame) -> Iterator[str]:
    if desk.meeting.state != MeetingState.CLOSED:
        yield "BẢN NHÁP"
    if frame.is_demo:
        yield DEMONSTRATION


def _minutes(desk: reading.Desk) -> Iterator[Block]:
    yield Paragraph(_opening(desk))
    yield Heading("Thành phần", 1)
    yield Table(
        (
            Column("STT", 0.8, "center"),
            Column("Họ và tên", 2.6),
            Column("Chức vụ trong Hội đồng", 2.4),
            Column("Chức vụ, cơ quan", 3),
            Column("Dự họp", 2),
        ),
        tuple(
            (
                str(order),
                one.seat.person,
                POSITIONS[Position(one.seat.position)],
                one.seat.post,
                PRESENCES[one.presence],
            )
            for order, one in enumerate(desk.members, start=1)
        ),
    )
    members = len(desk.members)
    share = _percent(desk.present, members)
    yield Paragraph(f"Có mặt {desk.present}/{members} thành viên ({share}).")
    yield Heading("Căn cứ biểu quyết", 1)
    yield ListItems(tuple(_rules(desk)) or ("Chưa cấu hình.",))
    yield Heading("Kết quả", 1)
    yield Table(
        (
            Column("STT", 0.8, "center"),
            Column("Đối tượng đề nghị", 2.8),
            Column("Hình thức khen thưởng", 2.4),
            Column("Đồng ý", 1.1, "center"),
            Column("Không đồng ý", 1.2, "center"),
            Column("Không có ý kiến", 1.2, "center"),
            Column("Tỷ lệ", 1.3, "center"),
            Column("Kết quả", 1.3, "center"),
        ),
        tuple(_result(order, case) for order, case in _numbered(desk.cases)),
    )
    stakes = tuple(_stakes(desk))
    if stakes:
        yield Heading("Thành viên không tham gia biểu quyết", 1)
        yield ListItems(stakes)
    yield Paragraph(_closing(desk.meeting))
    secretary = _there(desk, Position.SECRETARY) or str(desk.meeting.closed_by or "")
    presiding = _there(desk, Position.CHAIR) or _there(desk, Position.VICE_CHAIR)
    yield Signatures((Signing("Thư ký", secretary), Signing("Chủ trì", presiding)))


def _opening(desk: reading.Desk) -> str:
    meeting = desk.meeting
    at = lowered(_moment(timezone.localtime(meeting.opened_at or meeting.at)))
    return f"Vào {at}, tại {meeting.place}, {meeting.council.name} họp xét khen thưởng."


def _closing(meeting: Meeting) -> str:
    agreed = "Biên bản được thông qua tại phiên họp."
    if meeting.closed_at is None:
        return agreed
    at = lowered(_moment(timezone.localtime(meeting.closed_at)))
    return f"Phiên họp kết thúc vào {at}. {agreed}"


def _rules(desk: reading.Desk) -> Iterator[str]:
    """Each rule by which the meeting votes, with the paper that sets it."""
    seen: dict[int, VotingRule] = {}
    for case in desk.standing:
        if case.rule:
            seen.setdefault(case.rule.pk, case.rule)
    for rule in seen.values():
        share = "trên" if rule.is_exceeded else "từ"
        words = _percent(rule.share_parts, rule.share_of)
        ballot = (
            "bỏ phiếu kín" if rule.ballot == VotingRule.Ballot.SECRET else "biểu quyết công khai"
        )
        yield (
            f"{rule.basis}: {ballot}, đạt khi có {share} {words} phiếu đồng ý tính trên "
            f"{BASES[VotingRule.Base(rule.base)]}; họp khi có ít nhất "
            f"{rule.quorum_parts}/{rule.quorum_of} số thành viên."
        )


def _result(order: int, case: reading.Case) -> tuple[str, ...]:
    result = RESULTS[CaseState(case.row.state)]
    if not case.row.is_closed:
        return (*_who(order, case), "", "", "", "", result)
    row = case.row
    return (
        *_who(order, case),
        str(row.in_favour),
        str(row.against),
        "–" if case.is_secret else str(case.abstained),
        f"{row.in_favour}/{row.base} ({_percent(row.in_favour or 0, row.base or 1)})",
        result,
    )


def _stakes(desk: reading.Desk) -> Iterator[str]:
    names = {one.seat.pk: one.seat.person for one in desk.members}
    for order, case in _numbered(desk.cases):
        for seat, ground in sorted(case.grounds.items()):
            if seat in names:
                reason = GROUNDS[Recusal.Ground(ground)]
                yield f"Trường hợp số {order}: {names[seat]} ({reason})"


def _by_name(desk: reading.Desk) -> Iterator[Appendix]:
    """The open votes of each closed case, by name, one row a case."""
    names = {one.seat.pk: one.seat.person for one in desk.members}
    rows = tuple(
        (str(order), case.nomination.subject_name, *_voters_by_choice(case, names))
        for order, case in _numbered(desk.cases)
        if case.row.is_closed and not case.is_secret
    )
    if rows:
        columns = (
            Column("Trường hợp", 1, "center"),
            Column("Đối tượng đề nghị", 2.6),
            *VOTERS.values(),
        )
        table = Table(columns, rows)
        yield Appendix("Biểu quyết của từng thành viên", (table,), landscape=True)


def _voters_by_choice(case: reading.Case, names: Mapping[int, str]) -> Iterator[str]:
    """Who voted how, in the order of VOTERS; of a letter with its number."""
    said = {seat: (vote.choice, "") for seat, vote in case.votes.items()}
    said |= {
        seat: (letter.choice, f" (văn bản số {letter.sealed_number})")
        for seat, letter in case.letters.items()
        if seat in case.roll.letters
    }
    for choice in VOTERS:
        yield "; ".join(
            f"{names[seat]}{letter}"
            for seat, (voted, letter) in sorted(said.items())
            if voted == choice and seat in names
        )


# Words


def _numbered(cases: Sequence[reading.Case]) -> Iterator[tuple[int, reading.Case]]:
    return enumerate(cases, start=1)


def _who(order: int, case: reading.Case) -> tuple[str, str, str]:
    return str(order), case.nomination.subject_name, case.nomination.form.name


def _titled(one: reading.Member) -> str:
    """A member with post and position."""
    words = [one.seat.person, one.seat.post, POSITIONS[Position(one.seat.position)]]
    return ", ".join(word for word in words if word)


def _there(desk: reading.Desk, position: Position) -> str:
    """The first member in a position who is present; empty where there is none."""
    return next(
        (
            one.seat.person
            for one in desk.members
            if one.seat.position == position and one.presence == Presence.PRESENT
        ),
        "",
    )


def _chair(desk: reading.Desk) -> str:
    return next(
        (one.seat.person for one in desk.members if one.seat.position == Position.CHAIR), ""
    )


def _moment(at: Any) -> str:
    return f"{at:%H} giờ {at:%M} phút, {date_words(at.date())}"


def _percent(part: int, of: int) -> str:
    share = (Decimal(part) * 100 / of).quantize(Decimal("0.1")).normalize()
    return f"{format_vi_number(share)}%"


PAPERS: dict[str, Callable[[reading.Desk, Frame], list[Paper]]] = {
    "invitation": invitation,
    "ballots": ballots,
    "counting": counting_minutes,
    "minutes": minutes,
}
FILE_NAMES = {
    "invitation": "giay-moi",
    "ballots": "phieu-bieu-quyet",
    "counting": "bien-ban-kiem-phieu",
    "minutes": "bien-ban-hop",
}
