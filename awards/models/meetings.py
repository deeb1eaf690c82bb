"""Meetings of a Council: their steps, the cases before them, who is there."""

from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from awards.models.council import Council, CouncilSeat, VotingRule
from awards.models.nominations import Nomination
from core import journal, periods
from core.models import StepEvent, StoredFile
from units import scope

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


def with_case(name: str) -> pgtrigger.Trigger:
    """Refuses changes of what was voted on a case whose count is closed."""
    return _frozen(
        name,
        "EXISTS (SELECT 1 FROM awards_meetingcase c WHERE c.id IN (OLD.case_id, NEW.case_id)"
        " AND c.state IN ('passed', 'failed'))",
        "(SELECT c.meeting_id FROM awards_meetingcase c WHERE c.id = OLD.case_id)",
        "row % belongs to a closed count and cannot be changed",
        inserts=True,
    )


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
