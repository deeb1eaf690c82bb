"""A Council with its secretaries and members, its rule and meetings, each by the acts of people."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from accounts.models import User
from awards.council import keeping, sitting, workflow
from awards.council.keeping import RuleWords, SeatWords
from awards.models import (
    Attendance,
    Council,
    CouncilSeat,
    Meeting,
    MeetingCase,
    Nomination,
    VotingRule,
)
from tests import award_factories, factories
from tests.award_factories import Awarding
from units import scope
from units.models import Placement

DECISION = "Quyết định số 12/QĐ-UBND ngày 05/01/2026"
REGULATION = "Quy chế hoạt động của Hội đồng, Điều 6"
Presence = Attendance.Presence
LONG_AGO = datetime.date(2020, 1, 1)


@dataclass(frozen=True)
class Sitting:
    """A Council of the commune, which is its own standing office.

    `seats` are of five members with accounts and of two without.
    """

    made: Awarding
    council: Council
    thuky: User
    thuky_b: User
    members: tuple[User, ...]
    seats: tuple[CouncilSeat, ...]


def council(made: Awarding | None = None, at: Placement | None = None, **of: Any) -> Sitting:
    """A Council with two secretaries and seven members.

    Args:
        at: its standing office, the commune unless told.
        of: the unit whose Council it is, where it is another one.
    """
    made = made or award_factories.awarding()
    at = at or made.land.commune
    suffix = "" if at == made.land.commune else f"-{at.unit_id}"
    thuky, thuky_b = (factories.user(f"{name}{suffix}") for name in ("thuky", "thuky_b"))
    for person in (thuky, thuky_b):
        factories.appoint(person, "council_secretary", at)
    members = tuple(
        factories.user(f"hoidong{number}{suffix}", full_name=f"Ủy Viên {number}")
        for number in range(1, 6)
    )
    for person in members:
        factories.appoint(person, "council_member", at)
    founded = keeping.found(
        thuky, scope.of(thuky).grants[0], of.get("of", at), f"Hội đồng Thi đua – Khen thưởng {at}"
    )
    position = CouncilSeat.Position
    seats = [seat(thuky, founded, user=members[0], position=position.CHAIR)]
    seats += [seat(thuky, founded, user=one) for one in members[1:]]
    seats += [seat(thuky, founded, person=name) for name in ("Thạch Không Máy", "Kim Viết Tay")]
    return Sitting(made, founded, thuky, thuky_b, members, tuple(seats))


def seat(by: User, founded: Council, **said: Any) -> CouncilSeat:
    """A seat since long ago."""
    words = {
        "person": "",
        "position": CouncilSeat.Position.MEMBER,
        "post": "Ban Văn hóa – Xã hội",
        "decision": DECISION,
        "first": LONG_AGO,
    }
    return keeping.seat(by, founded.pk, SeatWords(**{**words, **said}))


def rule(found: Sitting, **said: Any) -> VotingRule:
    """The Council's own rule: at least 80 % of all members openly, two thirds there."""
    words: dict[str, Any] = {
        "form": None,
        "share": (4, 5),
        "is_exceeded": False,
        "base": VotingRule.Base.ALL_MEMBERS,
        "quorum": (2, 3),
        "ballot": VotingRule.Ballot.OPEN,
        "first": LONG_AGO,
        "last": None,
        "basis": REGULATION,
    }
    return keeping.rule(found.thuky, found.council.pk, RuleWords(**{**words, **said}))


def appraised(made: Awarding, number: int = 1) -> list[Nomination]:
    """Households of the hamlet, proposed by its head and appraised by the commune."""
    return [
        award_factories.nomination(
            made, award_factories.household(made, f"Trần Văn {order}"), state="appraised"
        )
        for order in range(1, number + 1)
    ]


def meeting(found: Sitting, nominations: Sequence[Nomination], state: str = "planned") -> Meeting:
    """A meeting of today with these nominations, carried to `planned`, `invited` or `open`."""
    at = timezone.localtime().replace(hour=8, minute=0, second=0, microsecond=0)
    planned = sitting.plan(found.thuky, found.council, at, "Hội trường Ủy ban nhân dân xã")
    sitting.put(found.thuky, planned.pk, [one.pk for one in nominations])
    for name in {"planned": (), "invited": ("invite",), "open": ("invite", "open")}[state]:
        workflow.perform(name, planned.pk, found.thuky)
    return fresh(planned)


def everybody_there(found: Sitting, held: Meeting, **others: str) -> None:
    """All members are recorded as present but those named by their seat's key in `others`."""
    said = {one.seat_id: Presence.PRESENT.value for one in held.attendances.all()}
    said |= {int(key.removeprefix("s")): presence for key, presence in others.items()}
    sitting.record_presence(found.thuky, held.pk, said)


def cases(held: Meeting) -> list[MeetingCase]:
    """The cases of a meeting in their order."""
    return list(held.cases.order_by("order"))


def vote(found: Sitting, held: Meeting, case: MeetingCase, favour: int) -> None:
    """Everybody votes openly; the first `favour` members in favour."""
    for order, one in enumerate(found.seats):
        choice = "for" if order < favour else "against"
        if one.user is None:
            sitting.note_hand(found.thuky, held.pk, case.pk, one.pk, choice)
        else:
            person = User.objects.get(pk=one.user_id)
            sitting.vote(person, held.pk, {case.pk: choice})


def fresh(held: Meeting) -> Meeting:
    """The meeting as the database has it now."""
    return Meeting.objects.select_related("council").get(pk=held.pk)
