"""Every paper of recognition and commendation, made of rows that no database holds.

The rulers of tests/core/papers.py measure them.
"""

import datetime
from collections.abc import Callable
from typing import Any

from django.utils import timezone

from accounts.models import User
from awards.certificates import book
from awards.council import counting, reading
from awards.council import papers as council
from awards.deciding import papers as deciding
from awards.models import (
    Attendance,
    Award,
    BallotCount,
    CaseState,
    Certificate,
    Choice,
    Council,
    CouncilSeat,
    Decision,
    DecisionState,
    EarlierAward,
    Meeting,
    MeetingCase,
    MeetingState,
    Nomination,
    NominationState,
    Recusal,
    Submission,
    SubmissionFile,
    SubmissionState,
    Vote,
    VotingRule,
    WrittenVote,
)
from awards.nominating import papers as nominating
from awards.submitting import papers as submitting
from campaign.models import Campaign, Document, Round
from core import periods
from core.documents.paper import Paper
from core.models import StoredFile
from criteria.batches import papers as recognising
from criteria.batches.listing import LineRow
from criteria.models import AwardForm, BatchState, RecognitionBatch, Title
from units.models import PersonalRecord, Placement, Unit, UnitKind

DAY = datetime.date(2026, 11, 5)
LONG_NAME = (
    "Hộ gia đình bà Nguyễn Hoàng Thị Ngọc Phương Thảo Vy Khuê, tổ dân phố số 12 khu vực Đa Lộc"
)
LONG_HOME = (
    "Trung tâm Giáo dục nghề nghiệp – Giáo dục thường xuyên và Học tập cộng đồng khu vực Trà Vinh"
)
FORM = "Giấy khen của Chủ tịch Ủy ban nhân dân xã"
LONG_FORM = (
    "Bằng khen của Chủ tịch Ủy ban nhân dân tỉnh về thành tích xuất sắc trong Phong trào thi đua "
    "“Cả nước thi đua xây dựng xã hội học tập, đẩy mạnh học tập suốt đời giai đoạn 2023 – 2030”, "
    "đợt sơ kết giai đoạn 2023 – 2025"
)
SUMMARY = "Cả ba con học hết trung học phổ thông; ủng hộ quỹ khuyến học của ấp."
LONG_SUMMARY = " ".join([SUMMARY] * 8)
KINDS = (UnitKind.HAMLET, UnitKind.HOUSEHOLD, UnitKind.CITIZEN)


class Words:
    """How long what the papers say is: as usual, or as long as it may get."""

    def __init__(self, *, long: bool) -> None:
        self.form = LONG_FORM if long else FORM
        self.name = LONG_NAME if long else "Trần Văn Đức"
        self.home = LONG_HOME if long else "Ấp Giồng Lớn"
        self.summary = LONG_SUMMARY if long else SUMMARY
        self.place = "Hội trường Ủy ban nhân dân xã" + (", ấp Giồng Trôm, xã Đại An" * 2) * long
        self.council = "Hội đồng Thi đua – Khen thưởng xã Đại An" + (
            ", nhiệm kỳ 2026 – 2031, kiện toàn sau khi sắp xếp đơn vị hành chính" * long
        )


def _commune() -> Placement:
    return Placement(pk=1, unit_id=1, kind=UnitKind.COMMUNE, name="Xã Đại An")


def _round() -> Round:
    campaign = Campaign(name="Cả nước thi đua xây dựng xã hội học tập, đẩy mạnh học tập suốt đời")
    return Round(campaign=campaign, assessed_year=2026, name="Năm 2026")


def _nomination(number: int, words: Words) -> Nomination:
    kind = KINDS[min(number % 4, 2)]
    unit = Unit(pk=number, kind=kind)
    home = Placement(
        pk=number, unit_id=9_000 + number, kind=UnitKind.HAMLET, name=f"{words.home} {number}"
    )
    found = Nomination(
        pk=number,
        form=AwardForm(name=words.form),
        unit=unit,
        placement=home,
        round=_round(),
        summary=words.summary,
        state=NominationState.COUNCIL,
        period=periods.between(datetime.date(2026, 1, 1), DAY),
    )
    found.member_number = number
    return found


def decision(rows: int, *, long: bool) -> Paper:
    """A decision with its list."""
    words = Words(long=long)
    made = Decision(
        form=AwardForm(name=words.form),
        placement=_commune(),
        issuer_name="Chủ tịch Ủy ban nhân dân xã Đại An",
        symbol="QĐ-UBND",
        number=5,
        dated=DAY,
        basis="Luật Tổ chức chính quyền địa phương\nLuật Thi đua, khen thưởng",
        achievement="đã có thành tích xuất sắc trong Phong trào thi đua",
        recipients="Như Điều 4\nSở Nội vụ",
        signer=User(full_name="Thạch Quốc Nam"),
        authority="KT.",
        authority_of="Chủ tịch",
        position="Phó Chủ tịch",
        state=DecisionState.NUMBERED,
    )
    awards = [
        Award(nomination=_nomination(n, words), name=f"{words.name} {n}", bonus=1_138_500)
        for n in range(1, rows + 1)
    ]
    for one in awards:
        one.bonus_source = "Nghị định số 152/2025/NĐ-CP, Điều 54"
        one.address = "Ấp Giồng Lớn, xã Đại An"  # type: ignore[attr-defined]
    awards.sort(key=lambda one: list(deciding.GROUPS).index(deciding.group_of(one)))
    return deciding.decision_paper(made, awards)


def submission(rows: int, *, long: bool) -> Paper:
    """A tờ trình with its list."""
    words = Words(long=long)
    document = Document(
        kind="decision",
        number="1315/QĐ-TTg",
        issued_on=datetime.date(2023, 11, 9),
        issuer="Thủ tướng Chính phủ",
        title="ban hành Kế hoạch tổ chức Phong trào thi đua",
    )
    found = Submission(
        form=AwardForm(name=words.form, document=document),
        round=_round(),
        placement=_commune(),
        number="05/TTr-UBND",
        dated=DAY,
        note=words.summary if long else "",
        state=SubmissionState.SENT,
        signed_by=User(full_name="Thạch Quốc Nam"),
    )
    minutes = SubmissionFile(
        kind=SubmissionFile.Kind.MINUTES, file=StoredFile(name="Biên bản họp.pdf")
    )
    lines = [_nomination(n, words) for n in range(1, rows + 1)]
    frame = submitting.Frame(
        parent="Ủy ban nhân dân\ntỉnh Vĩnh Long",
        office=Placement(kind=UnitKind.PROVINCE, name="Tỉnh Vĩnh Long"),
        names={one.unit_id: f"{words.name} {one.unit_id}" for one in lines},
        digest="0f" * 32,
    )
    return submitting.submission_paper(found, lines, [minutes] if rows else [], frame)


def report(rows: int, *, long: bool) -> Paper:
    """A report of achievements with so many earlier commendations."""
    words = Words(long=long)
    found = _nomination(1, words)
    found.general = words.summary if rows else ""
    found.achievements = "\n".join([words.summary] * min(rows, 60))
    earlier = [
        EarlierAward(
            name=words.form,
            decision_number=f"{n}/QĐ-UBND",
            decided_on=DAY,
            decided_by="Chủ tịch Ủy ban nhân dân xã Đại An",
        )
        for n in range(1, rows + 1)
    ]
    person = PersonalRecord(name=words.name, birth_year=1980) if rows else None
    about = nominating.Circumstances("Ấp Giồng Lớn", UnitKind.HAMLET, "Xã Đại An", person=person)
    return nominating.achievement_report(found, earlier, about)


def _desk(rows: int, words: Words, ballot: str) -> reading.Desk:
    """A concluded meeting; of its members one is absent, one has a stake in the first case, and
    one is without opinion."""
    at = timezone.make_aware(datetime.datetime.combine(DAY, datetime.time(8)))
    council_ = Council(name=words.council)
    meeting = Meeting(
        council=council_, at=at, opened_at=at, place=words.place, state=MeetingState.CLOSED
    )
    seats = [
        CouncilSeat(
            pk=n,
            person=f"{words.name} {n}",
            position=("chair", "vice_chair", "secretary")[n - 1] if n < 4 else "member",
            post="Phó Trưởng Phòng Văn hóa – Xã hội",
        )
        for n in range(1, 8)
    ]
    written = Attendance.Presence.WRITTEN
    members = [
        reading.Member(one, written if one.pk == 7 else "present", one.pk in (3, 4))
        for one in seats
    ]
    rule = VotingRule(
        pk=1,
        share_parts=4,
        share_of=5,
        base=VotingRule.Base.ALL_MEMBERS,
        quorum_parts=2,
        quorum_of=3,
        ballot=ballot,
        basis="Quy chế hoạt động của Hội đồng, Điều 6",
    )
    return reading.Desk(meeting, members, [_case(n, words, rule) for n in range(1, rows + 1)])


def _case(number: int, words: Words, rule: VotingRule) -> reading.Case:
    everybody = frozenset(range(1, 8))
    recused = frozenset({4}) if number == 1 else frozenset()
    row = MeetingCase(
        pk=number,
        nomination=_nomination(number, words),
        state=CaseState.PASSED,
        in_favour=6,
        against=0,
        base=7,
        needed=6,
    )
    is_open = rule.ballot == VotingRule.Ballot.OPEN
    choices = {n: Choice.ABSTAIN if n == 2 else Choice.FOR for n in everybody - {7} - recused}
    return reading.Case(
        row,
        rule,
        counting.Roll(everybody, everybody - {7}, frozenset({7}), recused),
        dict.fromkeys(recused, Recusal.Ground.RELATIVE.value),
        {n: Vote(seat_id=n, choice=one) for n, one in choices.items()} if is_open else {},
        {7: WrittenVote(sealed_number="01", choice=Choice.FOR if is_open else "")},
        None
        if is_open
        else BallotCount(issued=7, returned=7, valid=6, invalid=1, in_favour=6, against=0),
    )


def _of_meeting(name: str, ballot: str) -> Callable[..., Paper]:
    def made(rows: int, *, long: bool) -> Paper:
        desk = _desk(rows, Words(long=long), ballot)
        frame = council.Frame("Ủy ban nhân dân\nxã Đại An", "Đại An", "0f" * 32)
        return council.PAPERS[name](desk, frame)[0]

    return made


def book_of_year(rows: int, *, long: bool) -> Paper:
    """A book of commendations."""
    words = Words(long=long)
    given = Decision(
        form=AwardForm(name=words.form), number=5, symbol="QĐ-UBND", dated=DAY, year=2026
    )
    lines = [
        Certificate(
            award=Award(decision=given, state="granted"),
            entry=n,
            year=2026,
            serial="ABCD-EFGH-JKMN",
            name=f"{words.name} {n}",
        )
        for n in range(1, rows + 1)
    ]
    return book.book_paper(_commune(), 2026, lines, is_demo=False)


def _of_recognition(name: str) -> Callable[..., Paper]:
    def made(rows: int, *, long: bool) -> Paper:
        words = Words(long=long)
        batch = RecognitionBatch(
            title=Title(name=words.form if long else "Gia đình học tập"),
            kind=UnitKind.HOUSEHOLD,
            placement=Placement(unit_id=9_001, kind=UnitKind.HAMLET, name="Ấp Giồng Lớn"),
            round=_round(),
            met_on=DAY,
            met_at=words.place,
            chaired_by=words.name,
            written_by=words.name,
            present=45,
            invited=52,
            opinion=words.summary,
            appraiser_name="Phòng Văn hóa – Xã hội xã Đại An",
            decider_name="Chủ tịch Ủy ban nhân dân xã Đại An",
            symbol="QĐ-UBND",
            number=12,
            dated=DAY,
            state=BatchState.ISSUED,
            signed_by=User(full_name="Thạch Quốc Nam"),
        )
        lines = [
            LineRow(n, n, f"{words.name} {n}", "Ấp Giồng Lớn", passed=n % 3 != 0)
            for n in range(1, rows + 1)
        ]
        frame = recognising.Frame("Xã Đại An", "0f" * 32)
        return recognising.paper_of(name, batch, lines, frame)

    return made


PAPERS: dict[str, Callable[..., Paper]] = {
    "decision": decision,
    "submission": submission,
    "report": report,
    "invitation": _of_meeting("invitation", VotingRule.Ballot.OPEN),
    "ballots": _of_meeting("ballots", VotingRule.Ballot.SECRET),
    "counting": _of_meeting("counting", VotingRule.Ballot.SECRET),
    "minutes": _of_meeting("minutes", VotingRule.Ballot.OPEN),
    "book": book_of_year,
    "recognition-minutes": _of_recognition("bien-ban"),
    "recognition-list": _of_recognition("danh-sach"),
    "recognition-submission": _of_recognition("to-trinh"),
    "recognition-decision": _of_recognition("quyet-dinh"),
}
# Papers that offices finish by hand, and have as .docx too.
IN_WORDS = ("decision", "submission", "report", "invitation", "counting", "minutes")


def sample(name: str, rows: int, *, long: bool = False) -> Any:
    """The paper `name` with so many rows in its list."""
    return PAPERS[name](rows, long=long)
