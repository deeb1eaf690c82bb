"""What lies before a meeting: its roster, its cases, their votes, and what still blocks closing."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from awards.council import counting, stakes
from awards.models import (
    Attendance,
    BallotCount,
    CaseState,
    Choice,
    CouncilSeat,
    Meeting,
    MeetingCase,
    MeetingState,
    Nomination,
    Recusal,
    Vote,
    VotingRule,
    WrittenVote,
)
from core import periods

Presence = Attendance.Presence


@dataclass(frozen=True)
class Member:
    """A member on the roster of a meeting; `presence` is empty while it is not recorded."""

    seat: CouncilSeat
    presence: str = ""
    is_teller: bool = False

    @property
    def presence_label(self) -> Any:
        """The presence in words."""
        return Presence(self.presence).label if self.presence else _("not recorded yet")


@dataclass(frozen=True)
class Case:
    """A case with everything that is known of its vote.

    Attributes:
        rule: the one of the closed count, else the one in force on the meeting's day; None is
            *not configured*.
        grounds: why members are out of the vote, by their seats.
        votes, letters: open votes and votes in writing, by seat.
        count: of the secret ballots, as far as it is entered.
    """

    row: MeetingCase
    rule: VotingRule | None
    roll: counting.Roll
    grounds: dict[int, str]
    votes: dict[int, Vote]
    letters: dict[int, WrittenVote]
    count: BallotCount | None

    @property
    def nomination(self) -> Nomination:
        """Who is proposed for what."""
        return self.row.nomination

    @property
    def is_secret(self) -> bool:
        """Whether it is voted on by secret ballot."""
        return self.rule is not None and self.rule.ballot == VotingRule.Ballot.SECRET

    @property
    def in_favour(self) -> int:
        """Votes in favour so far."""
        if self.is_secret:
            return self.count.in_favour if self.count else 0
        return self._number(Choice.FOR)

    @property
    def against(self) -> int:
        """Votes against so far."""
        if self.is_secret:
            return self.count.against if self.count else 0
        return self._number(Choice.AGAINST)

    @property
    def abstained(self) -> int:
        """How many have said openly that they have no opinion."""
        return 0 if self.is_secret else self._number(Choice.ABSTAIN)

    def _number(self, choice: str) -> int:
        by_hand = sum(
            vote.choice == choice for seat, vote in self.votes.items() if seat in self.roll.hands
        )
        by_letter = sum(
            one.choice == choice for seat, one in self.letters.items() if seat in self.roll.letters
        )
        return by_hand + by_letter

    @property
    def voted(self) -> int:
        """How many have voted so far, openly."""
        return self.in_favour + self.against + self.abstained

    @property
    def outcome(self) -> counting.Outcome | None:
        """What the rule makes of the votes so far; None where no rule is configured."""
        if self.rule is None:
            return None
        return counting.outcome(
            counting.rule_of(self.rule), self.roll, self.in_favour, self.against
        )


@dataclass(frozen=True)
class Desk:
    """A meeting with its roster and cases."""

    meeting: Meeting
    members: Sequence[Member]
    cases: Sequence[Case]

    @property
    def standing(self) -> list[Case]:
        """The cases that were not taken off."""
        return [case for case in self.cases if case.row.state != CaseState.RELEASED]

    @property
    def present(self) -> int:
        """How many members are there."""
        return sum(one.presence == Presence.PRESENT for one in self.members)

    @property
    def tellers(self) -> list[Member]:
        """Who counts the ballots."""
        return [one for one in self.members if one.is_teller]

    def member(self, seat_id: int) -> Member | None:
        """The member of a seat, if it is on the roster."""
        return next((one for one in self.members if one.seat.pk == seat_id), None)


def read(meeting: Meeting, case_pk: int | None = None) -> Desk:
    """The meeting's desk (at most eight queries, whatever it holds).

    Args:
        case_pk: of the only case that is wanted; None for all.
    """
    members = roster(meeting)
    rows = _rows(meeting, case_pk)
    nominations = [row.nomination for row in rows]
    grounds = _grounds(meeting, members, nominations, rows)
    undecided = any(row.rule is None for row in rows)
    rules = rules_on(meeting, meeting.day) if undecided else []
    votes: defaultdict[int, dict[int, Vote]] = defaultdict(dict)
    letters: defaultdict[int, dict[int, WrittenVote]] = defaultdict(dict)
    if meeting.opened_at:
        for vote in Vote.objects.filter(case__in=rows).order_by("pk"):
            votes[vote.case_id][vote.seat_id] = vote
    if any(one.presence == Presence.WRITTEN for one in members):
        for letter in WrittenVote.objects.filter(case__in=rows).order_by("pk"):
            letters[letter.case_id][letter.seat_id] = letter
    here = frozenset(one.seat.pk for one in members if one.presence == Presence.PRESENT)
    writing = frozenset(one.seat.pk for one in members if one.presence == Presence.WRITTEN)
    return Desk(
        meeting,
        members,
        [
            Case(
                row,
                row.rule or chosen_rule(rules, row.nomination.form_id),
                counting.Roll(
                    frozenset(one.seat.pk for one in members),
                    here,
                    writing & letters[row.pk].keys(),
                    frozenset(grounds[row.pk]),
                ),
                grounds[row.pk],
                votes[row.pk],
                letters[row.pk],
                getattr(row, "ballot_count", None),
            )
            for row in rows
        ],
    )


def roster(meeting: Meeting) -> list[Member]:
    """Who belongs to the meeting: from its opening on those who were called up then, before it
    those who sit on the Council on its day (one query)."""
    if meeting.opened_at:
        rows = meeting.attendances.select_related("seat__user").order_by("seat__pk")
        return [Member(row.seat, row.presence, row.is_teller) for row in rows]
    return [Member(seat) for seat in seats_on(meeting, meeting.day)]


def seats_on(meeting: Meeting, day: periods.Day) -> list[CouncilSeat]:
    """The seats of the Council that are held on a day (one query)."""
    held = meeting.council.seats.filter(period__contains=day)
    return list(held.select_related("user").order_by("pk"))


def _rows(meeting: Meeting, case_pk: int | None) -> list[MeetingCase]:
    """The cases, each with its nomination and as `recused` with whom it has out of its vote (two
    queries)."""
    recused = Recusal.objects.filter(case=OuterRef("pk")).order_by("pk")
    named = recused.values(found=JSONObject(seat="seat_id", ground="ground"))
    rows = meeting.cases.select_related("rule", "ballot_count", "closed_by").order_by("order", "pk")
    rows = rows.annotate(recused=ArraySubquery(named))
    if case_pk is not None:
        rows = rows.filter(pk=case_pk)
    found: list[MeetingCase] = list(rows)
    subjects = Nomination.objects.with_subject().select_related(
        "form", "round", "phase", "placement", "unit"
    )
    nominations = subjects.in_bulk([row.nomination_id for row in found])
    for row in found:
        row.meeting = meeting
        row.nomination = nominations[row.nomination_id]
    return found


def _grounds(
    meeting: Meeting,
    members: Sequence[Member],
    nominations: Sequence[Nomination],
    rows: Sequence[MeetingCase],
) -> defaultdict[int, dict[int, str]]:
    """Why members are out of each vote, by case and seat: as kept from the opening on; before it
    what was declared and what the portal knows today."""
    kept: defaultdict[int, dict[int, str]] = defaultdict(dict)
    for row in rows:
        for one in row.recused:  # type: ignore[attr-defined]
            kept[row.pk][one["seat"]] = one["ground"]
    if meeting.opened_at:
        return kept
    seats = [one.seat for one in members]
    known = stakes.found(meeting.council, seats, nominations, meeting.day)
    by_nomination = {row.nomination_id: row.pk for row in rows}
    for (nomination_id, seat_id), ground in known.items():
        kept[by_nomination[nomination_id]].setdefault(seat_id, ground)
    return kept


def rules_on(meeting: Meeting, day: periods.Day) -> list[VotingRule]:
    """The rules in force on a day that concern the Council (one query)."""
    own = VotingRule.objects.filter(unit=meeting.council.unit_id)
    general = VotingRule.objects.filter(unit=None)
    return list((own | general).filter(period__contains=day).order_by("pk"))


def chosen_rule(rules: Sequence[VotingRule], form_id: int) -> VotingRule | None:
    """The rule for a form: one for the form itself goes before one for all forms, and of these
    the Council's own before the general one."""
    ranked = [rule for rule in rules if rule.form_id in (None, form_id)]
    return max(
        ranked,
        key=lambda rule: (rule.form_id is not None, rule.unit_id is not None),
        default=None,
    )


# What still blocks closing


def blocking(desk: Desk, case: Case) -> list[str]:
    """Everything that stands between a case and the closing of its count, in sentences."""
    return list(_blocking(desk, case))


def _blocking(desk: Desk, case: Case) -> Iterator[str]:
    if desk.meeting.state != MeetingState.OPEN:
        yield _("The meeting is not in session.")
        return
    unrecorded = sum(not one.presence for one in desk.members)
    if unrecorded:
        sentence = ngettext(
            "The presence of %(number)d member is not recorded.",
            "The presence of %(number)d members is not recorded.",
            unrecorded,
        )
        yield sentence % {"number": unrecorded}
    outcome = case.outcome
    if outcome is None:
        yield _("No voting rule is configured for this form: enter one with its basis.")
        return
    if not outcome.is_quorate:
        sentence = _("%(present)d members are present; the quorum is %(quorum)d.")
        yield sentence % {"present": outcome.present, "quorum": outcome.quorum}
    if not case.roll.voters:
        yield _without_voters(outcome)
    elif case.is_secret:
        yield from _blocking_secret(desk, case, outcome)
    else:
        yield from _blocking_open(case, outcome)


def _without_voters(outcome: counting.Outcome) -> str:
    if outcome.present:
        return _("Nobody may vote on this case: everybody who is there has a stake.")
    return _("Nobody is recorded as present, so nobody votes.")


def _blocking_open(case: Case, outcome: counting.Outcome) -> Iterator[str]:
    missing = len(case.roll.voters) - case.voted
    if missing:
        sentence = ngettext(
            "%(number)d member has not voted yet.",
            "%(number)d members have not voted yet.",
            missing,
        )
        yield sentence % {"number": missing}
    elif not outcome.base:
        yield _nothing_cast()


def _nothing_cast() -> str:
    return _("Nobody has voted in favour or against: there is nothing to take a share of.")


def _blocking_secret(desk: Desk, case: Case, outcome: counting.Outcome) -> Iterator[str]:
    if case.count is None:
        yield _("The count of the ballots is not entered.")
    else:
        wrong = too_many_ballots(case, case.count.issued)
        if wrong:
            yield wrong
        if not outcome.base:
            yield _nothing_cast()
    if not desk.tellers:
        yield _("Nobody is named to count the ballots.")
    if desk.meeting.scan_id is None:
        yield _("The signed minutes of the counting are not uploaded.")


def too_many_ballots(case: Case, issued: int) -> str:
    """What is wrong with so many ballots; empty where nothing is."""
    voters = len(case.roll.voters)
    if issued <= voters:
        return ""
    sentence = _("%(issued)d ballots were handed out, and only %(voters)d may vote on this case.")
    return sentence % {"issued": issued, "voters": voters}
