"""The Council: who sits on it, by which rules it votes, its meetings and what they voted."""

from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce, Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from awards.models.nominations import Nomination
from campaign.models import Source
from core import journal, periods
from core.models import StepEvent, StoredFile
from criteria.models import AwardForm
from units import scope
from units.models import Unit

# Rows of the demonstration may be deleted, never changed, once they are frozen.
_DEMO_LEAVES = """
    IF TG_OP = 'DELETE' AND EXISTS (
        SELECT 1 FROM awards_meeting m JOIN awards_council c ON c.id = m.council_id
        WHERE m.id = {meeting} AND c.is_demo) THEN
        RETURN OLD;
    END IF;
"""
_RETURN = "RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;"


def _frozen(
    name: str, condition: str, meeting: str, sentence: str, *, inserts: bool = False
) -> pgtrigger.Trigger:
    """Refuses changes of rows for which `condition` holds.

    Args:
        meeting: expression of the key of the meeting to which the row belongs.
        sentence: what the refusal says, with one place for the row's key.
        inserts: whether no row may be added either.
    """
    operation = pgtrigger.Update | pgtrigger.Delete
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | operation if inserts else operation,
        func=f"""
            {_DEMO_LEAVES.format(meeting=meeting)}
            IF {condition} THEN
                RAISE EXCEPTION '{sentence}', coalesce(NEW.id, OLD.id)
                    USING ERRCODE = 'check_violation';
            END IF;
            {_RETURN}
        """,
    )


def _with_case(name: str) -> pgtrigger.Trigger:
    """Refuses changes of what was voted on a case whose count is closed."""
    return _frozen(
        name,
        "EXISTS (SELECT 1 FROM awards_meetingcase c WHERE c.id IN (OLD.case_id, NEW.case_id)"
        " AND c.state IN ('passed', 'failed'))",
        "(SELECT c.meeting_id FROM awards_meetingcase c WHERE c.id = OLD.case_id)",
        "row % belongs to a closed count and cannot be changed",
        inserts=True,
    )


class CouncilQuerySet(models.QuerySet["Council"]):
    """The only door for views."""

    def visible_to(self, user: Any) -> Self:
        """Councils in the scope of `user` today."""
        return self.filter(scope.of(user).q("meeting.view", unit="office_id", path="path"))


class Council(models.Model):
    """The Council for emulation and commendation of a unit.

    `office` is its standing office, where its secretaries and members hold their roles, and whose
    appraised nominations come before it. `path` is the unit's on the day it was entered.
    """

    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="councils", verbose_name=_("Council of")
    )
    office = models.ForeignKey(
        Unit, models.PROTECT, related_name="+", verbose_name=_("standing office")
    )
    path = models.CharField(_("path"), max_length=200, db_collation="C")
    name = models.CharField(_("name of the Council"), max_length=200)
    is_demo = models.BooleanField(_("of the demonstration"), default=False)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.RESTRICT, related_name="+", verbose_name=_("entered by")
    )
    entered_at = models.DateTimeField(_("entered at"), db_default=Now())

    objects = CouncilQuerySet.as_manager()

    class Meta:
        verbose_name = _("Council")
        verbose_name_plural = _("Councils")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["unit"], name="council_once"),
            models.CheckConstraint(condition=~Q(name=""), name="council_has_name"),
        ]
        triggers = journal.journalled()

    def __str__(self) -> str:
        return self.name


class CouncilSeat(models.Model):
    """Who sits on a Council, in which position, from which day to which, by which decision.

    A member who uses the portal is named by the account; `person` is the name as the decision
    writes it. `unit` is where the member comes from.
    """

    class Position(models.TextChoices):
        CHAIR = "chair", _("chair of the Council")
        VICE_CHAIR = "vice_chair", _("vice chair of the Council")
        STANDING = "standing", _("standing member")
        MEMBER = "member", _("member of the Council")
        SECRETARY = "secretary", _("member and secretary")

    council = models.ForeignKey(
        Council, models.PROTECT, related_name="seats", verbose_name=_("Council")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.RESTRICT,
        null=True,
        blank=True,
        related_name="council_seats",
        verbose_name=_("account"),
    )
    person = models.CharField(_("full name"), max_length=200)
    position = models.CharField(_("position in the Council"), max_length=12, choices=Position)
    post = models.CharField(_("post and office"), max_length=300, blank=True)
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("comes from")
    )
    period = DateRangeField(_("sits"))
    decision = models.CharField(_("by the decision"), max_length=200)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.RESTRICT, related_name="+", verbose_name=_("entered by")
    )
    entered_at = models.DateTimeField(_("entered at"), db_default=Now())

    class Meta:
        verbose_name = _("seat on a Council")
        verbose_name_plural = _("seats on Councils")
        ordering = ["pk"]
        constraints = [
            ExclusionConstraint(
                name="council_seat_once",
                expressions=[
                    ("council", RangeOperators.EQUAL),
                    ("user", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
            ),
            ExclusionConstraint(
                name="council_one_chair",
                expressions=[
                    ("council", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
                condition=Q(position="chair"),
            ),
            models.CheckConstraint(
                condition=~Q(person="") & ~Q(decision=""), name="council_seat_by_decision"
            ),
        ]
        triggers = journal.journalled()

    def __str__(self) -> str:
        return self.person


class VotingRule(models.Model):
    """By which share of the votes, of which base and quorum, a Council decides, and how it votes.

    Shares are fractions: two thirds of nine are six, which no decimal says. Without a form it
    holds for all forms, without a unit for all Councils. Where none is in force it is *not
    configured*: the secretary enters one with its basis before closing.
    """

    class Base(models.TextChoices):
        ALL_MEMBERS = "all_members", _("all members of the Council")
        PRESENT = "present", _("the members who take part in the vote")
        VOTES_CAST = "votes_cast", _("the votes in favour and against")

    class Ballot(models.TextChoices):
        OPEN = "open", _("open vote by name")
        SECRET = "secret", _("secret ballot on paper")

    form = models.ForeignKey(
        AwardForm,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="voting_rules",
        verbose_name=_("form of commendation"),
    )
    unit = models.ForeignKey(
        Unit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="voting_rules",
        verbose_name=_("Council of"),
    )
    share_parts = models.PositiveSmallIntegerField(
        _("share of the votes"), validators=[MinValueValidator(1)]
    )
    share_of = models.PositiveSmallIntegerField(_("of"), validators=[MaxValueValidator(10_000)])
    # “More than half” asks for more than the share, “at least 80 %” for the share.
    is_exceeded = models.BooleanField(_("more than this share"), default=False)
    base = models.CharField(_("base of the share"), max_length=12, choices=Base)
    quorum_parts = models.PositiveSmallIntegerField(_("quorum"), validators=[MinValueValidator(1)])
    quorum_of = models.PositiveSmallIntegerField(
        _("of the quorum"), validators=[MaxValueValidator(10_000)]
    )
    ballot = models.CharField(_("ballot"), max_length=6, choices=Ballot)
    period = DateRangeField(_("in force"))
    basis = models.CharField(_("by"), max_length=300)
    source = models.ForeignKey(
        Source, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("source")
    )
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.RESTRICT, related_name="+", verbose_name=_("entered by")
    )
    entered_at = models.DateTimeField(_("entered at"), db_default=Now())

    class Meta:
        verbose_name = _("voting rule")
        verbose_name_plural = _("voting rules")
        ordering = ["pk"]
        constraints = [
            ExclusionConstraint(
                name="voting_rule_once_a_day",
                expressions=[
                    (Coalesce(F("form"), 0), RangeOperators.EQUAL),
                    (Coalesce(F("unit"), 0), RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(condition=~Q(basis=""), name="voting_rule_has_basis"),
            models.CheckConstraint(
                condition=Q(share_parts__gt=0, share_parts__lte=F("share_of"))
                & ~Q(is_exceeded=True, share_parts=F("share_of")),
                name="voting_rule_share_can_be_reached",
            ),
            models.CheckConstraint(
                condition=Q(quorum_parts__gt=0, quorum_parts__lte=F("quorum_of")),
                name="voting_rule_quorum_can_be_reached",
            ),
        ]
        triggers = [
            *journal.journalled(),
            pgtrigger.Trigger(
                name="freeze_used",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func="""
                    IF (to_jsonb(OLD) - 'period' <> to_jsonb(NEW) - 'period'
                        OR lower(OLD.period) IS DISTINCT FROM lower(NEW.period))
                        AND EXISTS (SELECT 1 FROM awards_meetingcase c WHERE c.rule_id = OLD.id)
                    THEN
                        RAISE EXCEPTION 'counts were closed by voting rule %', OLD.id
                            USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.basis


class MeetingQuerySet(models.QuerySet["Meeting"]):
    """The only door for views."""

    def visible_to(self, user: Any) -> Self:
        """Meetings of Councils in the scope of `user` today; those that are only planned are the
        secretaries' own."""
        held = scope.of(user)
        seen = held.q("meeting.view", unit="council__office_id", path="council__path")
        kept = held.q("meeting.keep", unit="council__office_id", path="council__path")
        return self.filter(kept | (seen & ~Q(state=MeetingState.PLANNED)))


class MeetingState(models.TextChoices):
    PLANNED = "planned", _("being prepared")
    INVITED = "invited", _("invitations are out")
    OPEN = "open", _("in session")
    CLOSED = "closed", _("concluded")
    CANCELLED = "cancelled", _("cancelled")


class Meeting(models.Model):
    """A meeting of a Council."""

    council = models.ForeignKey(
        Council, models.PROTECT, related_name="meetings", verbose_name=_("Council")
    )
    at = models.DateTimeField(_("begins"))
    place = models.CharField(_("place"), max_length=300)
    # Grows with every change of what the invitation says.
    version = models.PositiveIntegerField(_("version"), default=1)
    state = models.CharField(
        _("state"), max_length=10, choices=MeetingState, default=MeetingState.PLANNED
    )
    state_reason = models.TextField(_("reason of the state"), blank=True)
    begun_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.RESTRICT, related_name="+", verbose_name=_("begun by")
    )
    begun_at = models.DateTimeField(_("begun at"), db_default=Now())
    invited_at = models.DateTimeField(_("invited at"), null=True)
    opened_at = models.DateTimeField(_("opened at"), null=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.RESTRICT,
        null=True,
        related_name="+",
        verbose_name=_("concluded by"),
    )
    closed_at = models.DateTimeField(_("concluded at"), null=True)
    # The minutes of the counting as the tellers signed them.
    scan = models.ForeignKey(
        StoredFile,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("signed minutes of the counting"),
    )

    objects = MeetingQuerySet.as_manager()

    class Meta:
        verbose_name = _("meeting of a Council")
        verbose_name_plural = _("meetings of Councils")
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=("invited", "open", "closed")) | Q(invited_at__isnull=False),
                name="meeting_was_invited",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("open", "closed")) | Q(opened_at__isnull=False),
                name="meeting_was_opened",
            ),
            models.CheckConstraint(
                condition=~Q(state="closed") | Q(closed_by__isnull=False, closed_at__isnull=False),
                name="meeting_closed_has_actor",
            ),
            models.CheckConstraint(
                condition=~Q(state="cancelled") | ~Q(state_reason=""),
                name="meeting_cancelled_has_reason",
            ),
        ]
        triggers = [
            *journal.journalled(),
            _frozen(
                "freeze_ended",
                "OLD.state IN ('closed', 'cancelled')",
                "OLD.id",
                "meeting % has ended and cannot be changed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.council}, {timezone.localtime(self.at):%H:%M %d/%m/%Y}"

    @property
    def day(self) -> periods.Day:
        """The day of the meeting, whose roster and rules count."""
        return timezone.localtime(self.at).date()


class MeetingEvent(StepEvent):
    """One step of a meeting, as its history shows it; time and place set anew, too."""

    meeting = models.ForeignKey(
        Meeting, models.PROTECT, related_name="events", verbose_name=_("meeting")
    )
    source = models.CharField(_("from"), max_length=10, choices=MeetingState)
    target = models.CharField(_("to"), max_length=10, choices=MeetingState)

    class Meta(StepEvent.Meta):
        verbose_name = _("step of a meeting")
        verbose_name_plural = _("steps of meetings")


class CaseState(models.TextChoices):
    WAITING = "waiting", _("not voted on yet")
    PASSED = "passed", _("voted for")
    FAILED = "failed", _("voted down")
    RELEASED = "released", _("taken off the meeting")


CLOSED_CASE = (CaseState.PASSED, CaseState.FAILED)


class MeetingCase(models.Model):
    """A nomination before a meeting, and what became of it.

    Once the count is closed the row says by which rule and with which numbers, and the database
    refuses every change of it and of the votes.
    """

    meeting = models.ForeignKey(
        Meeting, models.PROTECT, related_name="cases", verbose_name=_("meeting")
    )
    nomination = models.ForeignKey(
        Nomination, models.PROTECT, related_name="council_cases", verbose_name=_("nomination")
    )
    order = models.PositiveIntegerField(_("order"))
    state = models.CharField(
        _("state"), max_length=10, choices=CaseState, default=CaseState.WAITING
    )
    state_reason = models.TextField(_("reason of the state"), blank=True)
    rule = models.ForeignKey(
        VotingRule,
        models.PROTECT,
        null=True,
        related_name="cases",
        verbose_name=_("voting rule"),
    )
    members = models.PositiveIntegerField(_("members"), null=True)
    present = models.PositiveIntegerField(_("present"), null=True)
    base = models.PositiveIntegerField(_("base"), null=True)
    needed = models.PositiveIntegerField(_("votes needed"), null=True)
    in_favour = models.PositiveIntegerField(_("in favour"), null=True)
    against = models.PositiveIntegerField(_("against"), null=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.RESTRICT,
        null=True,
        related_name="+",
        verbose_name=_("closed by"),
    )
    closed_at = models.DateTimeField(_("closed at"), null=True)

    class Meta:
        verbose_name = _("case of a meeting")
        verbose_name_plural = _("cases of meetings")
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["nomination"], condition=Q(state="waiting"), name="meeting_case_once"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("passed", "failed"))
                | Q(
                    rule__isnull=False,
                    members__isnull=False,
                    present__isnull=False,
                    base__gt=0,
                    needed__gt=0,
                    in_favour__isnull=False,
                    against__isnull=False,
                    closed_by__isnull=False,
                    closed_at__isnull=False,
                ),
                name="meeting_case_closed_has_count",
            ),
            models.CheckConstraint(
                condition=~Q(state="passed") | Q(in_favour__gte=F("needed")),
                name="meeting_case_passed_by_votes",
            ),
            models.CheckConstraint(
                condition=~Q(state="failed") | Q(in_favour__lt=F("needed")),
                name="meeting_case_failed_by_votes",
            ),
            models.CheckConstraint(
                condition=~Q(state="released") | ~Q(state_reason=""),
                name="meeting_case_released_has_reason",
            ),
        ]
        triggers = [
            *journal.journalled(),
            _frozen(
                "freeze_closed",
                "OLD.state IN ('passed', 'failed')",
                "OLD.meeting_id",
                "the count of case % is closed and cannot be changed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.meeting_id} {self.nomination_id}"

    @property
    def is_closed(self) -> bool:
        """Whether its count is closed."""
        return self.state in CLOSED_CASE


class Attendance(models.Model):
    """A member at a meeting; the rows are the roster of the meeting from its opening on."""

    class Presence(models.TextChoices):
        PRESENT = "present", _("present")
        EXCUSED = "excused", _("absent")
        WRITTEN = "written", _("absent, votes in writing")

    meeting = models.ForeignKey(
        Meeting, models.PROTECT, related_name="attendances", verbose_name=_("meeting")
    )
    seat = models.ForeignKey(
        CouncilSeat, models.PROTECT, related_name="attendances", verbose_name=_("member")
    )
    presence = models.CharField(
        _("presence"),
        max_length=10,
        choices=Presence,
        blank=True,
        help_text=_("Empty: not recorded yet."),
    )
    is_teller = models.BooleanField(_("counts the ballots"), default=False)

    class Meta:
        verbose_name = _("presence")
        verbose_name_plural = _("presences")
        ordering = ["seat"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "seat"], name="attendance_once"),
            models.CheckConstraint(
                condition=Q(is_teller=False) | Q(presence="present"), name="teller_is_present"
            ),
        ]
        triggers = [
            *journal.journalled(),
            _frozen(
                "freeze_counted",
                "EXISTS (SELECT 1 FROM awards_meetingcase c"
                " WHERE c.meeting_id IN (OLD.meeting_id, NEW.meeting_id)"
                " AND c.state IN ('passed', 'failed'))",
                "OLD.meeting_id",
                "presence % stands in a closed count and cannot be changed",
                inserts=True,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.seat_id} {self.presence}"


class Recusal(models.Model):
    """A member who has a stake in a case: out of its vote and of its base."""

    class Ground(models.TextChoices):
        OWN_UNIT = "own_unit", _("the member's own unit")
        TAKEN_PART = "taken_part", _("took part in proposing")
        RELATIVE = "relative", _("relative, declared")
        OTHER = "other", _("another stake, declared")

    DECLARED = (Ground.RELATIVE, Ground.OTHER)

    case = models.ForeignKey(
        MeetingCase, models.PROTECT, related_name="recusals", verbose_name=_("case")
    )
    seat = models.ForeignKey(
        CouncilSeat, models.PROTECT, related_name="recusals", verbose_name=_("member")
    )
    ground = models.CharField(_("ground"), max_length=12, choices=Ground)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.RESTRICT, related_name="+", verbose_name=_("entered by")
    )
    entered_at = models.DateTimeField(_("entered at"), db_default=Now())

    class Meta:
        verbose_name = _("recusal")
        verbose_name_plural = _("recusals")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["case", "seat"], name="recusal_once")]
        triggers = [*journal.journalled(), _with_case("freeze_closed")]

    def __str__(self) -> str:
        return f"{self.seat_id}: {self.get_ground_display()}"


class Choice(models.TextChoices):
    """How a member votes openly; who abstains takes part, and is neither for nor against."""

    FOR = "for", _("in favour")
    AGAINST = "against", _("against")
    ABSTAIN = "abstain", _("no opinion")


class Vote(models.Model):
    """An open vote by name; until the count is closed a member may vote otherwise."""

    case = models.ForeignKey(
        MeetingCase, models.PROTECT, related_name="votes", verbose_name=_("case")
    )
    seat = models.ForeignKey(
        CouncilSeat, models.PROTECT, related_name="votes", verbose_name=_("member")
    )
    choice = models.CharField(_("vote"), max_length=7, choices=Choice)
    # The member; of one without an account, the secretary who saw the hand.
    cast_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.RESTRICT, related_name="+", verbose_name=_("cast by")
    )
    cast_at = models.DateTimeField(_("cast at"), default=timezone.now)

    class Meta:
        verbose_name = _("vote")
        verbose_name_plural = _("votes")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["case", "seat"], name="vote_once")]
        triggers = [*journal.journalled(), _with_case("freeze_closed")]

    def __str__(self) -> str:
        return f"{self.seat_id}: {self.choice}"


class WrittenVote(models.Model):
    """The vote of an absent member in a sealed envelope with a number.

    Of an open vote it says how; of a secret one never: the envelope is opened with the ballots.
    """

    case = models.ForeignKey(
        MeetingCase, models.PROTECT, related_name="written_votes", verbose_name=_("case")
    )
    seat = models.ForeignKey(
        CouncilSeat, models.PROTECT, related_name="+", verbose_name=_("member")
    )
    sealed_number = models.CharField(_("number of the envelope"), max_length=40)
    choice = models.CharField(_("vote"), max_length=7, choices=Choice, blank=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.RESTRICT, related_name="+", verbose_name=_("entered by")
    )
    entered_at = models.DateTimeField(_("entered at"), db_default=Now())

    class Meta:
        verbose_name = _("vote in writing")
        verbose_name_plural = _("votes in writing")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["case", "seat"], name="written_vote_once"),
            models.UniqueConstraint(
                fields=["case", "sealed_number"], name="written_vote_number_once"
            ),
            models.CheckConstraint(condition=~Q(sealed_number=""), name="written_vote_has_number"),
        ]
        triggers = [*journal.journalled(), _with_case("freeze_closed")]

    def __str__(self) -> str:
        return self.sealed_number


class BallotCount(models.Model):
    """The count of the secret ballots on a case, as the tellers give it."""

    case = models.OneToOneField(
        MeetingCase, models.PROTECT, related_name="ballot_count", verbose_name=_("case")
    )
    issued = models.PositiveIntegerField(_("ballots handed out"))
    returned = models.PositiveIntegerField(_("ballots handed in"))
    valid = models.PositiveIntegerField(_("valid ballots"))
    invalid = models.PositiveIntegerField(_("invalid ballots"))
    in_favour = models.PositiveIntegerField(_("in favour"))
    against = models.PositiveIntegerField(_("against"))
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.RESTRICT, related_name="+", verbose_name=_("entered by")
    )
    entered_at = models.DateTimeField(_("entered at"), default=timezone.now)

    class Meta:
        verbose_name = _("count of ballots")
        verbose_name_plural = _("counts of ballots")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(returned__lte=F("issued")), name="ballots_returned_were_issued"
            ),
            models.CheckConstraint(
                condition=Q(returned=F("valid") + F("invalid")), name="ballots_returned_add_up"
            ),
            models.CheckConstraint(
                condition=Q(valid=F("in_favour") + F("against")), name="ballots_valid_add_up"
            ),
        ]
        triggers = [*journal.journalled(), _with_case("freeze_closed")]

    def __str__(self) -> str:
        return f"{self.in_favour}/{self.issued}"
