"""What happens at a meeting: planning it, its nominations, presence, stakes, votes and counts.

Whatever changes a meeting locks its row first, so that what is counted is what stood there.
"""

import datetime
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from awards.council import keeping, permissions, reading, telling, workflow
from awards.models import (
    Attendance,
    BallotCount,
    CaseState,
    Choice,
    Council,
    Meeting,
    MeetingCase,
    MeetingState,
    Nomination,
    NominationQuerySet,
    NominationState,
    Recusal,
    Vote,
    WrittenVote,
)
from core import files, journal
from core.workflow import Outdated, Refused

Presence = Attendance.Presence
OPEN_FOR_CASES = (MeetingState.PLANNED, MeetingState.INVITED)


def plan(user: Any, council: Council, at: datetime.datetime, place: str) -> Meeting:
    """Prepare a meeting. Raises Refused."""
    with keeping.keeping(user, council.pk, "meeting.plan") as kept:
        return Meeting.objects.create(council=kept, at=at, place=place, begun_by=user)


@contextmanager
def _keeping(
    user: Any, pk: int, act: str, *states: str, seen: str | None = None
) -> Iterator[Meeting]:
    """The meeting, locked, for one change by a secretary while it is in one of `states`.

    Raises:
        Outdated: it is no longer as it was `seen`.
        Refused: `user` is no secretary of it, or it is in another state.
    """
    with transaction.atomic():
        meeting = workflow.locked(pk)
        allowed, why_not = permissions.may_keep_meeting(user, meeting)
        if not allowed:
            raise Refused(why_not)
        _require_state(meeting, *states)
        if seen is not None and seen != workflow.meeting_fingerprint(meeting):
            raise Outdated(_("Somebody changed this meanwhile: look at it as it stands now."))
        grant = permissions.keeping_grant(user, meeting.council)
        with journal.act(act, actor=user, behalf=grant):
            yield meeting


def _require_state(meeting: Meeting, *states: str) -> None:
    if meeting.state not in states:
        raise Refused(
            _("This step does not follow from the present state: %(state)s.")
            % {"state": meeting.get_state_display()}
        )


def change(
    user: Any, pk: int, at: datetime.datetime, place: str, *, seen: str | None = None
) -> Meeting:
    """Set time and place anew; who is invited is told. Raises Refused, Outdated."""
    with _keeping(user, pk, "meeting.change", *OPEN_FOR_CASES, seen=seen) as meeting:
        if (at, place) != (meeting.at, meeting.place):
            meeting.at, meeting.place = at, place
            meeting.version += 1
            meeting.save()
            workflow.record(meeting, "change", meeting.state, user)
            if meeting.state == MeetingState.INVITED:
                telling.tell("meeting.changed", meeting, user)
    return meeting


# Nominations


def ready(council: Council) -> NominationQuerySet:
    """The nominations that may go before the Council: appraised by its standing office, and on no
    paper of that office to the next."""
    return (
        Nomination.objects.filter(office=council.office_id, state=NominationState.APPRAISED)
        .exclude(lines__submission__sender=council.office_id)
        .order_by("form", "path", "pk")
    )


def put(user: Any, pk: int, nominations: Collection[int]) -> int:
    """Put nominations on a meeting; gives how many. Raises Refused."""
    with _keeping(user, pk, "meeting.put", *OPEN_FOR_CASES) as meeting:
        chosen = ready(meeting.council).filter(pk__in=nominations)
        last = meeting.cases.aggregate(last=Max("order"))["last"] or 0
        # Locked in the order in which everybody does, then read in that of the list.
        held = chosen.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True)
        found = list(chosen.filter(pk__in=list(held)))
        cases = MeetingCase.objects.bulk_create(
            MeetingCase(meeting=meeting, nomination=nomination, order=order)
            for order, nomination in enumerate(found, start=last + 1)
        )
        workflow.carry(cases, user, "put_before_council", NominationState.COUNCIL)
    return len(found)


# Presence and stakes


def record_presence(
    user: Any, pk: int, said: Mapping[int, str], tellers: Collection[int] = ()
) -> None:
    """Record who is there and who counts the ballots.

    Votes of who is no longer there go; those in writing, of who no longer votes in writing.

    Args:
        said: presence by seat; members who are not in it stay as they are.

    Raises Refused: a count is closed already, or a teller is not there.
    """
    with _keeping(user, pk, "meeting.presence", MeetingState.OPEN) as meeting:
        if any(case.is_closed for case in meeting.cases.all()):
            raise Refused(_("A count is closed: presence stands as it was then."))
        rows = list(meeting.attendances.select_related("seat"))
        for row in rows:
            row.presence = said.get(row.seat_id, row.presence)
            row.is_teller = row.seat_id in tellers
            if row.is_teller and row.presence != Presence.PRESENT:
                sentence = _("%(name)s counts the ballots and must be present.")
                raise Refused(sentence % {"name": row.seat.person})
        for row in rows:
            row.save()
        votes = Vote.objects.filter(case__meeting=meeting)
        votes.exclude(seat__in=_seats(rows, Presence.PRESENT)).delete()
        letters = WrittenVote.objects.filter(case__meeting=meeting)
        letters.exclude(seat__in=_seats(rows, Presence.WRITTEN)).delete()


def _seats(rows: Collection[Attendance], presence: str) -> list[int]:
    return [row.seat_id for row in rows if row.presence == presence]


def _case(meeting: Meeting, case_pk: int) -> reading.Case:
    """A case of the meeting that is still to be voted on. Raises Refused,
    MeetingCase.DoesNotExist."""
    case = _of(reading.read(meeting, case_pk), case_pk)
    _require_waiting(case)
    return case


def _require_waiting(case: reading.Case) -> None:
    if case.row.state != CaseState.WAITING:
        raise Refused(_("Its vote is over: the count is closed, or it was taken off."))


def declare(user: Any, pk: int, case_pk: int, seat_pk: int, ground: str) -> None:
    """Note that a member has a stake in a case, by the secretary or by the member; a vote of
    theirs goes. Raises Refused."""
    if ground not in Recusal.DECLARED:
        raise Refused(_("Say which stake it is."), field="ground")
    with _acting(user, pk, seat_pk, "meeting.recusal") as meeting:
        case = _case(meeting, case_pk)
        if seat_pk not in case.roll.members:
            raise Refused(_("This person is not on the roster of the meeting."))
        if seat_pk in case.grounds:
            raise Refused(_("This member is out of this vote already."))
        Recusal.objects.create(case=case.row, seat_id=seat_pk, ground=ground, entered_by=user)
        Vote.objects.filter(case=case.row, seat=seat_pk).delete()
        WrittenVote.objects.filter(case=case.row, seat=seat_pk).delete()


def take_back_stake(user: Any, pk: int, case_pk: int, seat_pk: int) -> None:
    """Take back a declared stake; what the portal knows by itself stays. Raises Refused."""
    with _acting(user, pk, seat_pk, "meeting.recusal_taken_back") as meeting:
        case = _case(meeting, case_pk)
        declared = Recusal.objects.filter(case=case.row, seat=seat_pk, ground__in=Recusal.DECLARED)
        if not declared.delete()[0]:
            raise Refused(_("Only a declared stake can be taken back."))


@contextmanager
def _acting(user: Any, pk: int, seat_pk: int, act: str) -> Iterator[Meeting]:
    """The meeting, locked, for a change about one seat: by a secretary, or by who sits there.

    Raises Refused.
    """
    with transaction.atomic():
        meeting = workflow.locked(pk)
        _require_state(meeting, *OPEN_FOR_CASES, MeetingState.OPEN)
        allowed, why_not = permissions.may_declare(user, meeting, seat_pk)
        if not allowed:
            raise Refused(why_not)
        own = permissions.voting_grant(user, meeting.council)
        grant = permissions.keeping_grant(user, meeting.council) or own
        with journal.act(act, actor=user, behalf=grant):
            yield meeting


# Votes


def vote(user: Any, pk: int, said: Mapping[int, str]) -> int:
    """Vote openly on cases, or otherwise than before; gives on how many.

    Args:
        said: `for`, `against` or `abstain`, by case.

    Raises:
        Refused: `user` has no seat or is not present, or on one of the cases a stake, or it is
            closed or voted on by ballot; nothing of it is taken then.
        MeetingCase.DoesNotExist: a case is of another meeting.
    """
    with transaction.atomic():
        meeting = workflow.locked(pk)
        _require_state(meeting, MeetingState.OPEN)
        seat = permissions.seat_of(user, meeting.council, meeting.day)
        if seat is None:
            raise Refused(_("You have no seat on this Council on the day of the meeting."))
        grant = permissions.voting_grant(user, meeting.council)
        desk = reading.read(meeting)
        with journal.act("meeting.vote", actor=user, behalf=grant):
            for case_pk, choice in said.items():
                _vote(user, _of(desk, case_pk), seat.pk, choice)
    return len(said)


def _of(desk: reading.Desk, case_pk: int) -> reading.Case:
    for case in desk.cases:
        if case.row.pk == case_pk:
            return case
    raise MeetingCase.DoesNotExist


def _vote(user: Any, case: reading.Case, seat_pk: int, choice: str) -> None:
    if choice not in Choice:
        raise Refused(_("Vote in favour or against, or say that you have no opinion."))
    _require_waiting(case)
    if case.rule is None:
        raise Refused(_("No voting rule is configured for this form: enter one with its basis."))
    if case.is_secret:
        raise Refused(_("This case is voted on by secret ballot on paper."))
    if seat_pk in case.roll.recused:
        raise Refused(_("Nobody votes on their own: there is a stake in this case."))
    if seat_pk not in case.roll.hands:
        raise Refused(_("Only who is recorded as present votes."))
    Vote.objects.update_or_create(
        case=case.row,
        seat_id=seat_pk,
        defaults={"choice": choice, "cast_by": user, "cast_at": timezone.now()},
    )


def note_hand(user: Any, pk: int, case_pk: int, seat_pk: int, choice: str) -> None:
    """Note the raised hand of a member who has no account. Raises Refused."""
    with _keeping(user, pk, "meeting.hand", MeetingState.OPEN) as meeting:
        desk = reading.read(meeting, case_pk)
        member = desk.member(seat_pk)
        if member is None or member.seat.user_id:
            raise Refused(_("Who has an account votes with it."))
        _vote(user, _of(desk, case_pk), seat_pk, choice)


def take_letter(
    user: Any, pk: int, case_pk: int, seat_pk: int, sealed_number: str, choice: str = ""
) -> None:
    """Enter the sealed vote of an absent member.

    Args:
        choice: of an open vote; of a secret one the envelope stays closed until the counting.

    Raises Refused.
    """
    with _keeping(user, pk, "meeting.letter", MeetingState.OPEN) as meeting:
        desk = reading.read(meeting, case_pk)
        case, member = _of(desk, case_pk), desk.member(seat_pk)
        _require_waiting(case)
        if member is None or member.presence != Presence.WRITTEN:
            raise Refused(_("Only who is recorded as voting in writing sends an envelope."))
        if seat_pk in case.roll.recused:
            raise Refused(_("Nobody votes on their own: there is a stake in this case."))
        if case.rule is None:
            raise Refused(
                _("No voting rule is configured for this form: enter one with its basis.")
            )
        if case.is_secret and choice:
            raise Refused(_("Of a secret ballot only the number of the envelope is kept."))
        if not case.is_secret and choice not in Choice:
            raise Refused(_("Vote in favour or against, or say that you have no opinion."))
        others = WrittenVote.objects.filter(case=case.row, sealed_number=sealed_number)
        if others.exclude(seat=seat_pk).exists():
            raise Refused(_("An envelope with this number is entered already."), field="number")
        WrittenVote.objects.update_or_create(
            case=case.row,
            seat_id=seat_pk,
            defaults={"sealed_number": sealed_number, "choice": choice, "entered_by": user},
        )


# Counting ballots


@dataclass(frozen=True)
class Ballots:
    """The count of secret ballots on a case, as the tellers give it."""

    issued: int
    returned: int
    valid: int
    invalid: int
    in_favour: int
    against: int

    def wrong(self) -> dict[str, str]:
        """What does not add up, by the field that is to be looked at."""
        found = {}
        if self.returned > self.issued:
            found["returned"] = _("More ballots were handed in than handed out.")
        if self.valid + self.invalid != self.returned:
            found["invalid"] = _("Valid and invalid ballots together are not those handed in.")
        if self.in_favour + self.against != self.valid:
            found["against"] = _("In favour and against together are not the valid ballots.")
        return found


def count(user: Any, pk: int, case_pk: int, ballots: Ballots) -> None:
    """Enter the count of the secret ballots on a case, or correct it.

    Raises Refused: it does not add up, more ballots were handed out than members may vote, the
    case is not voted on by ballot, or its count is closed.
    """
    for field, sentence in ballots.wrong().items():
        raise Refused(sentence, field=field)
    with _keeping(user, pk, "meeting.count", MeetingState.OPEN) as meeting:
        case = _case(meeting, case_pk)
        if not case.is_secret:
            raise Refused(_("This case is not voted on by secret ballot."))
        too_many = reading.too_many_ballots(case, ballots.issued)
        if too_many:
            raise Refused(too_many, field="issued")
        BallotCount.objects.update_or_create(
            case=case.row,
            defaults={**vars(ballots), "entered_by": user, "entered_at": timezone.now()},
        )


def attach_scan(user: Any, pk: int, upload: "UploadedFile[Any]") -> None:
    """Keep the minutes of the counting as the tellers signed them.

    Raises Refused, core.files.FileRefused.
    """
    with _keeping(user, pk, "meeting.scan", MeetingState.OPEN) as meeting:
        if meeting.scan_id and any(case.is_closed for case in meeting.cases.all()):
            raise Refused(_("A count is closed: its minutes stand as they were then."))
        meeting.scan = files.store(upload, user)
        meeting.save()
