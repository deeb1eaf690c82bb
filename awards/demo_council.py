"""The demonstration's Council: its roster, a rule, a meeting that was held and one to come."""

import datetime
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from awards.council import keeping, sitting, workflow
from awards.council.keeping import RuleWords, SeatWords
from awards.models import (
    Attendance,
    BallotCount,
    Choice,
    Council,
    CouncilSeat,
    Meeting,
    MeetingCase,
    MeetingEvent,
    Nomination,
    Recusal,
    Vote,
    VotingRule,
    WrittenVote,
)
from core.workflow import Refused
from units import scope
from units.letterheads import in_text
from units.models import Placement

BASIS = "Quy chế hoạt động của Hội đồng (minh họa), Điều 6"
DECISION = "Quyết định số 15/QĐ-UBND ngày 05/01/2026 (minh họa)"
SINCE = datetime.date(2026, 1, 5)
Position = CouncilSeat.Position
# By the account, or by the name of who has none: position and post.
SEATS: Mapping[str, tuple[str, str]] = {
    "hoidong1": (Position.CHAIR, "Phó Chủ tịch Ủy ban nhân dân tỉnh"),
    "hoidong2": (Position.VICE_CHAIR, "Giám đốc Sở Nội vụ"),
    "hoidong3": (Position.STANDING, "Phó Giám đốc Sở Nội vụ"),
    "hoidong4": (Position.MEMBER, "Phó Giám đốc Sở Giáo dục và Đào tạo"),
    "hoidong5": (Position.MEMBER, "Phó Chủ tịch Hội Khuyến học tỉnh"),
    "Thạch Ngọc Dung": (Position.MEMBER, "Phó Chủ tịch Liên đoàn Lao động tỉnh"),
    "Võ Hồng Khoa": (Position.MEMBER, "Phó Chánh Văn phòng Ủy ban nhân dân tỉnh"),
}


def play(people: Mapping[str, User], province: Placement) -> None:
    """Found the province's Council, hold a meeting on all that is ready but one, call the next.

    Args:
        people: the accounts of the demonstration, by their names; `thuky` is the secretary.
    """
    secretary = User.objects.get(pk=people["thuky"].pk)
    grant = scope.of(secretary).grants[0]
    name = f"Hội đồng Thi đua – Khen thưởng {in_text(province.name, province.kind)}"
    council = keeping.found(secretary, grant, province, name)
    for who, (position, post) in SEATS.items():
        person = people.get(who)
        words = SeatWords("" if person else who, position, post, DECISION, SINCE, user=person)
        keeping.seat(secretary, council.pk, words)
    keeping.rule(
        secretary,
        council.pk,
        RuleWords(
            form=None,
            share=(4, 5),
            is_exceeded=False,
            base=VotingRule.Base.ALL_MEMBERS,
            quorum=(2, 3),
            ballot=VotingRule.Ballot.OPEN,
            first=SINCE,
            last=None,
            basis=BASIS,
        ),
    )
    ready = list(sitting.ready(council))
    if ready[:-1]:
        _hold(secretary, council, ready[:-1])
    _call(secretary, council, ready[-1:])


def meeting(
    secretary: User, council: Council, hour: int, nominations: Sequence[Nomination]
) -> Meeting:
    """A meeting of today, prepared with its nominations."""
    at = timezone.localtime().replace(hour=hour, minute=0, second=0, microsecond=0)
    place = "Phòng họp số 2, Ủy ban nhân dân tỉnh"
    held = sitting.plan(secretary, council, at, place)
    sitting.put(secretary, held.pk, [one.pk for one in nominations])
    return held


def _hold(secretary: User, council: Council, nominations: Sequence[Nomination]) -> None:
    """Held this morning: one member is away, everybody there votes in favour."""
    held = meeting(secretary, council, 8, nominations)
    for name in ("invite", "open"):
        workflow.perform(name, held.pk, secretary)
    rows = list(held.attendances.select_related("seat__user").order_by("seat"))
    presence = Attendance.Presence
    said = {row.seat_id: presence.PRESENT.value for row in rows}
    said[rows[-1].seat_id] = presence.EXCUSED.value
    sitting.record_presence(secretary, held.pk, said)
    for case in held.cases.all():
        for row in rows[:-1]:
            if row.seat.user:
                sitting.vote(row.seat.user, held.pk, {case.pk: Choice.FOR})
            else:
                sitting.note_hand(secretary, held.pk, case.pk, row.seat_id, Choice.FOR)
        workflow.perform_case("close", case.pk, secretary)
    workflow.perform("close", held.pk, secretary)


def _call(secretary: User, council: Council, nominations: Sequence[Nomination]) -> None:
    """The members are invited for today, so that the meeting can be tried at once."""
    if nominations:
        workflow.perform("invite", meeting(secretary, council, 14, nominations).pk, secretary)


def refuse_real_work(people: QuerySet[User]) -> None:
    """Raises Refused: people outside the demonstration have worked in its Councils, or have put
    nominations of theirs before them."""
    councils = Council.objects.filter(is_demo=True)
    meetings = Meeting.objects.filter(council__in=councils)
    cases = MeetingCase.objects.filter(meeting__in=meetings)
    begun = meetings.exclude(begun_by__in=people)
    proposed = cases.exclude(nomination__begun_by__in=people)
    voted = Vote.objects.filter(case__in=cases).exclude(cast_by__in=people)
    seats = CouncilSeat.objects.filter(council__in=councils).exclude(entered_by__in=people)
    if any(found.exists() for found in (begun, proposed, voted, seats)):
        raise Refused("people outside the demonstration have worked in its Councils")


def rows() -> Iterator[QuerySet[Any]]:
    """What the demonstration's Councils leave, in the order in which it can be taken out."""
    cases = MeetingCase.objects.filter(meeting__council__is_demo=True)
    for model in (Vote, WrittenVote, BallotCount, Recusal):
        yield model._default_manager.filter(case__in=cases)
    yield Attendance.objects.filter(meeting__council__is_demo=True)
    yield cases
    yield MeetingEvent.objects.filter(meeting__council__is_demo=True)
    yield Meeting.objects.filter(council__is_demo=True)
    councils = Council.objects.filter(is_demo=True)
    yield VotingRule.objects.filter(unit__in=councils.values("unit"), entered_by__is_demo=True)
    yield CouncilSeat.objects.filter(council__in=councils)
    yield councils
