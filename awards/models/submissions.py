"""The paper (tờ trình) that carries a list of nominations to the office that receives it."""

from typing import Any, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from awards.models.nominations import Nomination, NominationState
from campaign.models import Phase, Round
from core import journal
from core.models import StepEvent, StoredFile
from criteria.models import AwardForm
from units import scope
from units.models import Placement, Unit


class SubmissionQuerySet(models.QuerySet["Submission"]):
    """The only door for views."""

    def visible_to(self, user: Any) -> Self:
        """Submissions of units in the scope of `user` today."""
        return self.filter(
            scope.of(user).q(
                "nomination.view",
                unit="sender_id",
                path="path",
                manager="placement__managed_by_id",
            )
        )


class SubmissionState(models.TextChoices):
    DRAFT = "draft", _("draft")
    SIGNED = "signed", _("signed off")
    SENT = "sent", _("sent")
    RECEIVED = "received", _("received")
    RETURNED = "returned", _("returned for completion")


# While the unit prepares it: what it carries stands on no other, and is not put before anybody.
BEING_PREPARED = (SubmissionState.DRAFT, SubmissionState.SIGNED)


class Submission(models.Model):
    """A list of nominations for one form, from one unit to the office that a route names.

    `placement` and `path` are those of the sending unit on the day it was begun.
    """

    form = models.ForeignKey(
        AwardForm,
        models.PROTECT,
        related_name="submissions",
        verbose_name=_("form of commendation"),
    )
    round = models.ForeignKey(
        Round, models.PROTECT, null=True, related_name="+", verbose_name=_("round")
    )
    phase = models.ForeignKey(
        Phase, models.PROTECT, null=True, related_name="+", verbose_name=_("phase")
    )
    sender = models.ForeignKey(
        Unit, models.PROTECT, related_name="submissions", verbose_name=_("from")
    )
    placement = models.ForeignKey(
        Placement, models.PROTECT, related_name="+", verbose_name=_("state of the sender")
    )
    path = models.CharField(_("path"), max_length=200, db_collation="C")
    receiver = models.ForeignKey(
        Unit,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("received by the office"),
        help_text=_("From the route, at the moment of sending."),
    )
    number = models.CharField(_("number and symbol"), max_length=60, blank=True)
    dated = models.DateField(_("day of the paper"), null=True, blank=True)
    note = models.TextField(_("what is to be said besides"), blank=True)
    # Grows with every change of what it says and whom it carries.
    version = models.PositiveIntegerField(_("version"), default=1)
    state = models.CharField(
        _("state"), max_length=10, choices=SubmissionState, default=SubmissionState.DRAFT
    )
    state_reason = models.TextField(_("reason of the state"), blank=True)
    begun_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.RESTRICT, related_name="+", verbose_name=_("begun by")
    )
    begun_at = models.DateTimeField(_("begun at"), db_default=Now())
    taken_part = ArrayField(models.BigIntegerField(), default=list, verbose_name=_("took part"))
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.RESTRICT,
        null=True,
        related_name="+",
        verbose_name=_("signed off by"),
    )
    signed_at = models.DateTimeField(_("signed off at"), null=True)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.RESTRICT,
        null=True,
        related_name="+",
        verbose_name=_("sent by"),
    )
    sent_at = models.DateTimeField(_("sent at"), null=True)
    received_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.RESTRICT,
        null=True,
        related_name="+",
        verbose_name=_("received by"),
    )
    # From here the working days count that the office has.
    received_on = models.DateField(_("received on"), null=True)
    # What it said when it was returned: whether the unit has begun to complete it.
    returned_version = models.PositiveIntegerField(_("version that was returned"), default=0)

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        verbose_name = _("submission")
        verbose_name_plural = _("submissions")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["path"], name="submission_path"),
            models.Index(fields=["receiver", "state"], name="submission_receiver"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(round__isnull=False, phase=None) | Q(round=None, phase__isnull=False),
                name="submission_of_round_or_phase",
            ),
            models.CheckConstraint(
                condition=Q(signed_by=None, signed_at=None) & ~Q(state="signed")
                | Q(signed_by__isnull=False, signed_at__isnull=False),
                name="submission_signed_has_actor",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("draft", "signed"))
                | Q(sent_by__isnull=False, sent_at__isnull=False, receiver__isnull=False),
                name="submission_sent_has_actor",
            ),
            models.CheckConstraint(
                condition=~Q(state="received")
                | Q(received_by__isnull=False, received_on__isnull=False),
                name="submission_received_has_actor",
            ),
            models.CheckConstraint(
                condition=~Q(state="returned") | ~Q(state_reason=""),
                name="submission_return_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(receiver=None) | ~Q(receiver=F("sender")),
                name="submission_to_another_office",
            ),
            models.CheckConstraint(
                condition=Q(signed_by=None) | ~Q(signed_by=F("begun_by")),
                name="submission_signed_by_another",
            ),
        ]
        triggers = journal.journalled()

    def __str__(self) -> str:
        return f"{self.form} – {self.placement}"

    @property
    def occasion(self) -> Round | Phase:
        """The round or phase for which its nominations are."""
        found = self.round or self.phase
        assert found is not None  # noqa: S101 -- a constraint of the table
        return found

    def note_part(self, user: Any) -> None:
        """Remember, unsaved, that `user` worked on it for the sending unit."""
        if user.pk not in self.taken_part:
            self.taken_part.append(user.pk)


class SubmissionFile(models.Model):
    """A paper that goes with a submission, such as the minutes of the meeting that proposed."""

    class Kind(models.TextChoices):
        MINUTES = "minutes", _("minutes of the meeting that considered the commendation")
        OTHER = "other", _("other paper")

    submission = models.ForeignKey(
        Submission, models.CASCADE, related_name="files", verbose_name=_("submission")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", verbose_name=_("file"))

    class Meta:
        verbose_name = _("paper of a submission")
        verbose_name_plural = _("papers of submissions")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["submission", "file"], name="submission_file_once"),
        ]
        triggers = journal.journalled()

    def __str__(self) -> str:
        return str(self.file)


class SubmissionLine(models.Model):
    """A nomination on a submission."""

    submission = models.ForeignKey(
        Submission, models.CASCADE, related_name="lines", verbose_name=_("submission")
    )
    nomination = models.ForeignKey(
        Nomination, models.PROTECT, related_name="lines", verbose_name=_("nomination")
    )
    order = models.PositiveIntegerField(_("order"))
    # Where the nomination was before it was sent on, for who takes the submission back.
    prior_state = models.CharField(
        _("state before"), max_length=10, choices=NominationState, blank=True
    )
    prior_office = models.ForeignKey(
        Unit, models.PROTECT, null=True, related_name="+", verbose_name=_("office before")
    )
    prior_submission = models.ForeignKey(
        Submission, models.PROTECT, null=True, related_name="+", verbose_name=_("submission before")
    )
    prior_appraised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.RESTRICT,
        null=True,
        related_name="+",
        verbose_name=_("appraised before by"),
    )
    prior_appraised_at = models.DateTimeField(_("appraised before at"), null=True)
    prior_appraisal = models.TextField(_("word of the appraisal before"), blank=True)

    class Meta:
        verbose_name = _("line of a submission")
        verbose_name_plural = _("lines of submissions")
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "nomination"], name="submission_line_once"
            ),
        ]
        triggers = journal.journalled(masked=("prior_appraisal",))

    def __str__(self) -> str:
        return f"{self.submission_id} {self.nomination_id}"


class SubmissionEvent(StepEvent):
    """One transition of a submission, as its history shows it."""

    submission = models.ForeignKey(
        Submission, models.PROTECT, related_name="events", verbose_name=_("submission")
    )
    source = models.CharField(_("from"), max_length=10, choices=SubmissionState)
    target = models.CharField(_("to"), max_length=10, choices=SubmissionState)

    class Meta(StepEvent.Meta):
        verbose_name = _("step of a submission")
        verbose_name_plural = _("steps of submissions")
