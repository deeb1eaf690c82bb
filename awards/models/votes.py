"""Who is out of a vote of the Council, and what was voted: openly, in writing, by ballots."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from awards.models.council import CouncilSeat
from awards.models.meetings import MeetingCase, with_case
from core import journal


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
        triggers = [*journal.journalled(), with_case("freeze_closed")]

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
        triggers = [*journal.journalled(), with_case("freeze_closed")]

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
        triggers = [*journal.journalled(), with_case("freeze_closed")]

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
        triggers = [*journal.journalled(), with_case("freeze_closed")]

    def __str__(self) -> str:
        return f"{self.in_favour}/{self.issued}"
