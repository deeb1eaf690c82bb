"""The lists of Councils and meetings, and what waits for whom."""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from awards.models import (
    Attendance,
    CaseState,
    Council,
    CouncilSeat,
    Meeting,
    MeetingState,
    Nomination,
    NominationState,
)
from units import scope
from units.models import Placement

ENDED = (MeetingState.CLOSED, MeetingState.CANCELLED)


def councils(user: Any) -> QuerySet[Council]:
    """The Councils in scope."""
    return Council.objects.visible_to(user).order_by("path", "pk")


def meetings(user: Any) -> QuerySet[Meeting]:
    """The meetings in scope with the number of their nominations, the latest first."""
    standing = Count("cases", filter=~Q(cases__state=CaseState.RELEASED))
    return (
        Meeting.objects.visible_to(user)
        .select_related("council")
        .annotate(number=standing)
        .order_by("-at", "-pk")
    )


def counts(user: Any) -> dict[str, int]:
    """How many of the meetings in scope stand in each state."""
    found = Meeting.objects.visible_to(user).order_by().values_list("state")
    by_state = dict(found.annotate(Count("pk")))
    return {state: by_state[state] for state in MeetingState.values if state in by_state}


@dataclass(frozen=True)
class Due:
    """What waits: for a secretary, meetings that go on and nominations without one; for a member,
    meetings to come and those in session."""

    keeps: list[Meeting] = field(default_factory=list)
    ready: int = 0
    invited: list[Meeting] = field(default_factory=list)
    sitting: list[Meeting] = field(default_factory=list)


def due(user: Any) -> Due:
    """What waits for `user` (at most four queries)."""
    held = scope.of(user)
    found = Due()
    if held.has("meeting.keep"):
        found = _of_secretary(user)
    if held.has("meeting.vote"):
        own = _of_member(user)
        found = Due(found.keeps, found.ready, own.invited, own.sitting)
    return found


def _of_secretary(user: Any) -> Due:
    offices = scope.of(user).units_with("meeting.keep")
    going_on = (
        Meeting.objects.filter(council__office__in=offices)
        .exclude(state__in=ENDED)
        .select_related("council")
    )
    ready = Nomination.objects.filter(office__in=offices, state=NominationState.APPRAISED).exclude(
        lines__submission__sender__in=offices
    )
    return Due(list(going_on.order_by("at", "pk")), ready.count())


def _of_member(user: Any) -> Due:
    offices = scope.of(user).units_with("meeting.vote")
    meetings = Meeting.objects.filter(council__office__in=offices).select_related("council")
    seats = CouncilSeat.objects.filter(
        council=OuterRef("council"), user=user, period__contains=OuterRef("at__date")
    )
    there = Attendance.objects.filter(meeting=OuterRef("pk"), seat__user=user)
    invited = meetings.filter(Exists(seats), state=MeetingState.INVITED)
    sitting = meetings.filter(Exists(there), state=MeetingState.OPEN)
    return Due(invited=list(invited.order_by("at", "pk")), sitting=list(sitting.order_by("at")))


def units_below(council: Council, day: Any) -> list[Placement]:
    """The units from which members of a Council may come: those that its unit manages."""
    rows = Placement.objects.on(day).filter(managed_by=council.unit_id).order_by("name", "pk")
    return list(rows[:300])
