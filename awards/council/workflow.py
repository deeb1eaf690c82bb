"""The workflows of meetings and of the cases before them, as tables.

A meeting: planned → invited → open → closed | cancelled.
A case: waiting → passed | failed by closing its count, or released. Its nomination goes along:
appraised → before the Council → voted for | voted down; what is taken off is appraised again.
"""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from awards.council import permissions, reading, stakes, telling
from awards.models import (
    Attendance,
    CaseState,
    Meeting,
    MeetingCase,
    MeetingState,
    Nomination,
    NominationState,
    Recusal,
)
from awards.nominating import carrying
from core import periods
from core.models import keep_step
from core.workflow import YES, Transition, Verdict, Workflow

S = MeetingState
C = CaseState


# Meetings: what the rules ask before a step


def desk_of(meeting: Meeting) -> reading.Desk:
    """The desk of a meeting, read once for the object."""
    if not hasattr(meeting, "read_once"):
        meeting.read_once = reading.read(meeting)  # type: ignore[attr-defined]
    found: reading.Desk = meeting.read_once  # type: ignore[attr-defined]
    return found


def _has_cases(meeting: Meeting) -> Verdict:
    if desk_of(meeting).standing:
        return YES
    return False, _("No nomination is on the meeting: put one on it first.")


def _has_members(meeting: Meeting) -> Verdict:
    if desk_of(meeting).members:
        return YES
    return False, _("Nobody sits on the Council on this day: keep its roster first.")


def _day_has_come(meeting: Meeting) -> Verdict:
    if meeting.day <= periods.today():
        return YES
    return False, _("The meeting is only on %(day)s.") % {"day": f"{meeting.day:%d/%m/%Y}"}


def _nothing_voted(meeting: Meeting) -> Verdict:
    if any(one.votes or one.letters or one.count for one in desk_of(meeting).cases):
        return False, _("Votes have been cast: the meeting goes on to its end.")
    return YES


def _all_counted(meeting: Meeting) -> Verdict:
    states = {case.row.state for case in desk_of(meeting).cases}
    if C.WAITING in states:
        return False, _("Close the count of every nomination first, or take it off.")
    if states <= {C.RELEASED}:
        return False, _("Nothing was voted on: undo opening the meeting, then cancel it.")
    return YES


# What each step sets


def _invite(meeting: Meeting, user: Any, reason: str) -> None:
    meeting.invited_at = timezone.now()


def _uninvite(meeting: Meeting, user: Any, reason: str) -> None:
    meeting.invited_at = None


def _open(meeting: Meeting, user: Any, reason: str) -> None:
    """Call up the roster of the day, and keep who has a stake in what."""
    seats = reading.seats_on(meeting, meeting.day)
    Attendance.objects.bulk_create(Attendance(meeting=meeting, seat=seat) for seat in seats)
    cases = {
        case.nomination_id: case
        for case in meeting.cases.filter(state=C.WAITING).select_related("nomination__placement")
    }
    nominations = [case.nomination for case in cases.values()]
    found = stakes.found(meeting.council, seats, nominations, meeting.day)
    declared = set(
        Recusal.objects.filter(case__meeting=meeting).values_list("case__nomination", "seat")
    )
    Recusal.objects.bulk_create(
        Recusal(case=cases[key[0]], seat_id=key[1], ground=ground, entered_by=user)
        for key, ground in found.items()
        if key not in declared
    )
    meeting.opened_at = timezone.now()


def _unopen(meeting: Meeting, user: Any, reason: str) -> None:
    """As it was before: presence is taken anew, stakes are found anew; what was declared stays."""
    meeting.attendances.all().delete()
    computed = Recusal.objects.filter(case__meeting=meeting)
    computed.exclude(ground__in=Recusal.DECLARED).delete()
    meeting.opened_at = None


def _close(meeting: Meeting, user: Any, reason: str) -> None:
    meeting.closed_by, meeting.closed_at = user, timezone.now()


def _cancel(meeting: Meeting, user: Any, reason: str) -> None:
    """Its nominations are free again."""
    waiting = list(meeting.cases.filter(state=C.WAITING).select_related("meeting__council"))
    for case in waiting:
        case.state, case.state_reason = C.RELEASED, reason
    MeetingCase.objects.bulk_update(waiting, ["state", "state_reason"])
    carry(waiting, user, "take_off_council", NominationState.APPRAISED, reason)
    meeting.state_reason = reason


def carry(
    cases: Sequence[MeetingCase], user: Any, step: str, target: NominationState, reason: str = ""
) -> None:
    """Bring the nominations of cases of one meeting to a state, with the event of their histories.

    They are locked in the order in which everybody does (three queries).
    """
    held = Nomination.objects.select_for_update(of=("self",)).order_by("pk")
    nominations = list(held.filter(pk__in=[case.nomination_id for case in cases]))
    grant = permissions.keeping_grant(user, cases[0].meeting.council) if cases else None
    carrying.carry(nominations, step, target, user=user, grant=grant, reason=reason)


def _record(meeting: Meeting, arrow: Transition, source: str, user: Any, reason: str) -> None:
    record(meeting, arrow.name, source, user, reason)
    telling.of_meeting(meeting, arrow, user)


def record(meeting: Meeting, step: str, source: str, user: Any, reason: str = "") -> None:
    """Keep a step that was taken."""
    grant = permissions.keeping_grant(user, meeting.council)
    keep_step(meeting, step, source, user, grant, reason)


def meeting_fingerprint(meeting: Meeting) -> str:
    """What a page shows of a meeting, in a word."""
    return f"{meeting.version}-{meeting.state}"


MEETING = Workflow(
    name="meeting",
    model=Meeting,
    fingerprint=meeting_fingerprint,
    record=_record,
    transitions=(
        Transition(
            name="invite",
            label=gettext_lazy("Send the invitations"),
            sources=frozenset({S.PLANNED}),
            target=S.INVITED,
            may=permissions.may_keep_meeting,
            conditions=(_has_cases, _has_members),
            apply=_invite,
            inverse="uninvite",
            told=gettext_lazy("The members see the meeting with its nominations, and are told."),
            tells="meeting.invited",
        ),
        Transition(
            name="uninvite",
            label=gettext_lazy("Take the invitations back"),
            sources=frozenset({S.INVITED}),
            target=S.PLANNED,
            may=permissions.may_keep_meeting,
            apply=_uninvite,
            inverse="invite",
            told=gettext_lazy("The meeting leaves the members' pages; who has read of it is told."),
            takes_back=("meeting.invited",),
        ),
        Transition(
            name="open",
            label=gettext_lazy("Open the meeting"),
            sources=frozenset({S.INVITED}),
            target=S.OPEN,
            may=permissions.may_keep_meeting,
            conditions=(_day_has_come, _has_cases, _has_members),
            apply=_open,
            inverse="unopen",
            told=gettext_lazy("The roster of today is called up; presence and votes are taken."),
            settles=("meeting.invited", "meeting.changed"),
        ),
        Transition(
            name="unopen",
            label=gettext_lazy("Undo opening"),
            sources=frozenset({S.OPEN}),
            target=S.INVITED,
            may=permissions.may_keep_meeting,
            conditions=(_nothing_voted,),
            apply=_unopen,
            inverse="open",
            told=gettext_lazy("The presence that was recorded is given up."),
        ),
        Transition(
            name="close",
            label=gettext_lazy("Conclude the meeting"),
            sources=frozenset({S.OPEN}),
            target=S.CLOSED,
            may=permissions.may_keep_meeting,
            conditions=(_all_counted,),
            apply=_close,
            told=gettext_lazy("Nothing of it can be changed any more."),
        ),
        Transition(
            name="cancel",
            label=gettext_lazy("Cancel the meeting"),
            sources=frozenset({S.PLANNED, S.INVITED}),
            target=S.CANCELLED,
            may=permissions.may_keep_meeting,
            apply=_cancel,
            reason_required=True,
            told=gettext_lazy("The members are told; the nominations can go before another one."),
            tells="meeting.cancelled",
            settles=("meeting.invited", "meeting.changed"),
        ),
    ),
)


# Cases


def of_case(case: MeetingCase) -> tuple[reading.Desk, reading.Case]:
    """The desk with this case alone, read once for the object."""
    if not hasattr(case, "read_once"):
        desk = reading.read(case.meeting, case.pk)
        case.read_once = (desk, desk.cases[0])  # type: ignore[attr-defined]
    found: tuple[reading.Desk, reading.Case] = case.read_once  # type: ignore[attr-defined]
    return found


def _may_keep_case(user: Any, case: MeetingCase) -> Verdict:
    return permissions.may_keep(user, case.meeting.council)


def _nothing_blocks(case: MeetingCase) -> Verdict:
    sentences = reading.blocking(*of_case(case))
    return not sentences, " ".join(sentences)


def _meeting_goes_on(case: MeetingCase) -> Verdict:
    if case.meeting.state in (S.PLANNED, S.INVITED, S.OPEN):
        return YES
    return False, _("The meeting has ended.")


def result_of(case: MeetingCase) -> CaseState:
    """Where the votes so far lead once the count is closed."""
    outcome = of_case(case)[1].outcome
    return C.PASSED if outcome and outcome.passed else C.FAILED


def _close_count(case: MeetingCase, user: Any, reason: str) -> None:
    """Write the rule and the numbers down, and bring the nomination where they lead."""
    read = of_case(case)[1]
    outcome = read.outcome
    assert outcome is not None  # noqa: S101 -- a condition of the step
    case.rule = read.rule
    case.members, case.present = outcome.members, outcome.present
    case.base, case.needed = outcome.base, outcome.needed
    case.in_favour, case.against = outcome.in_favour, outcome.against
    case.closed_by, case.closed_at = user, timezone.now()
    target = NominationState.PASSED if outcome.passed else NominationState.FAILED
    carry([case], user, "vote", target)


def _take_off(case: MeetingCase, user: Any, reason: str) -> None:
    case.state_reason = reason
    carry([case], user, "take_off_council", NominationState.APPRAISED, reason)


def case_fingerprint(case: MeetingCase) -> str:
    """What a page shows of a case, in a word: its state, and the votes so far."""
    read = of_case(case)[1]
    rule = read.rule.pk if read.rule else 0
    voters = "/".join(str(len(part)) for part in (read.roll.members, read.roll.voters))
    votes = f"{read.in_favour}-{read.against}-{read.abstained}"
    return f"{case.state}-{rule}-{voters}-{votes}"


def _no_record(case: MeetingCase, arrow: Transition, source: str, user: Any, reason: str) -> None:
    """The nomination's history has the step already; nobody is told before the decision."""


CASE = Workflow(
    name="meeting_case",
    model=MeetingCase,
    fingerprint=case_fingerprint,
    record=_no_record,
    transitions=(
        Transition(
            name="close",
            label=gettext_lazy("Close the count"),
            sources=frozenset({C.WAITING}),
            target=result_of,
            may=_may_keep_case,
            conditions=(_nothing_blocks,),
            apply=_close_count,
            told=gettext_lazy("The result stands; neither votes nor presence can be changed."),
        ),
        Transition(
            name="take_off",
            label=gettext_lazy("Take off the meeting"),
            sources=frozenset({C.WAITING}),
            target=C.RELEASED,
            may=_may_keep_case,
            conditions=(_meeting_goes_on,),
            apply=_take_off,
            reason_required=True,
            told=gettext_lazy("The nomination is appraised again, and can go before another one."),
        ),
    ),
)


def locked(pk: int) -> Meeting:
    """The meeting, locked until the transaction ends. Raises Meeting.DoesNotExist.

    Whatever changes a meeting, its cases or votes locks it first.
    """
    found: Meeting = (
        Meeting.objects.select_for_update(of=("self",)).select_related("council").get(pk=pk)
    )
    return found


def perform(name: str, pk: int, user: Any, *, reason: str = "", seen: str | None = None) -> Meeting:
    """Carry a meeting over the step `name`. Raises Refused, Outdated, Meeting.DoesNotExist."""
    with transaction.atomic():
        grant = permissions.keeping_grant(user, locked(pk).council)
        done: Meeting = MEETING.perform(name, pk, user, reason=reason, behalf=grant, seen=seen)
    return done


def perform_case(
    name: str, pk: int, user: Any, *, reason: str = "", seen: str | None = None
) -> MeetingCase:
    """Carry a case over the step `name`. Raises Refused, Outdated, MeetingCase.DoesNotExist."""
    meeting_id = MeetingCase.objects.values_list("meeting", flat=True).get(pk=pk)
    with transaction.atomic():
        grant = permissions.keeping_grant(user, locked(meeting_id).council)
        done: MeetingCase = CASE.perform(name, pk, user, reason=reason, behalf=grant, seen=seen)
    return done
