"""Self-assessments: answers, evidence, steps."""

from collections.abc import Sequence
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from campaign.models import Round
from core import journal, periods
from core.models import HasParticipants, StepEvent, StoredFile
from criteria.facts import Facts
from criteria.models.sets import CriteriaSet, Criterion
from units import scope
from units.models import OfSubject, Placement, SubjectQuerySet, Unit


class AssessmentQuerySet(SubjectQuerySet["Assessment"]):
    """The only door for views."""

    def visible_to(self, user: Any) -> Self:
        """Assessments in the scope of `user` today."""
        return self.filter(
            scope.of(user).q(
                "assessment.view",
                unit="placement__unit_id",
                path="path",
                manager="placement__managed_by_id",
            )
        )


class AssessmentState(models.TextChoices):
    DRAFT = "draft", _("draft")
    SENT = "sent", _("sent")
    RECEIVED = "received", _("received")
    RETURNED = "returned", _("returned for completion")
    CONFIRMED = "confirmed", _("result confirmed")


class Assessment(HasParticipants, OfSubject):
    """What a unit says of itself against one set in one round, and how it was verified.

    `placement` and `path` are the unit's place on the day the assessment was begun: a household,
    clan or citizen has none of its own, there they are its home's. It keeps its own set.
    """

    round = models.ForeignKey(
        Round, models.PROTECT, related_name="assessments", verbose_name=_("round")
    )
    criteria_set = models.ForeignKey(
        CriteriaSet, models.PROTECT, related_name="assessments", verbose_name=_("criteria set")
    )
    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="assessments", verbose_name=_("unit")
    )
    placement = models.ForeignKey(
        Placement, models.PROTECT, related_name="+", verbose_name=_("state of the unit")
    )
    path = models.CharField(_("path"), max_length=200, db_collation="C")
    state = models.CharField(
        _("state"), max_length=10, choices=AssessmentState, default=AssessmentState.DRAFT
    )
    receiver = models.ForeignKey(
        Unit,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("received by the office"),
        help_text=_("From the route, at the moment of sending."),
    )
    begun_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.RESTRICT, related_name="+", verbose_name=_("begun by")
    )
    begun_at = models.DateTimeField(_("begun at"), db_default=Now())
    submission = models.PositiveSmallIntegerField(_("times sent"), default=0)
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
    received_at = models.DateTimeField(_("received at"), null=True)
    returned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.RESTRICT,
        null=True,
        related_name="+",
        verbose_name=_("returned by"),
    )
    returned_at = models.DateTimeField(_("returned at"), null=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.RESTRICT,
        null=True,
        related_name="+",
        verbose_name=_("confirmed by"),
    )
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True)
    # The set's outcome with its explanation: of the last saving, frozen on confirmation.
    result = models.JSONField(_("result"), null=True)
    # Names of people, sources and figures as the result was confirmed (criteria.explanations.Said).
    explained = models.JSONField(_("what its explanation names"), null=True)
    result_status = models.CharField(_("result"), max_length=20, blank=True)
    answered = models.PositiveSmallIntegerField(_("answered criteria"), default=0)
    asked = models.PositiveSmallIntegerField(_("criteria that ask something"), default=0)

    # For a page that asks often what the portal knows, by day; see `sheets.read_once`.
    facts_once: dict[periods.Day, Facts] | None = None
    # The bodies that manage its unit today, once they were asked for; see `permissions`.
    managers_today: Sequence[int] | None = None

    objects = AssessmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("self-assessment")
        verbose_name_plural = _("self-assessments")
        ordering = ["-round__assessed_year", "pk"]
        indexes = [models.Index(fields=["round", "path"], name="assessment_round_path")]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "unit", "criteria_set"], name="assessment_once"
            ),
            models.CheckConstraint(
                condition=Q(state="draft")
                | Q(sent_by__isnull=False, sent_at__isnull=False, receiver__isnull=False),
                name="assessment_sent_has_actor",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("received", "confirmed"))
                | Q(received_by__isnull=False, received_at__isnull=False),
                name="assessment_received_has_actor",
            ),
            models.CheckConstraint(
                condition=~Q(state="returned")
                | Q(returned_by__isnull=False, returned_at__isnull=False),
                name="assessment_returned_has_actor",
            ),
            models.CheckConstraint(
                condition=Q(
                    state="confirmed",
                    confirmed_by__isnull=False,
                    confirmed_at__isnull=False,
                    result__isnull=False,
                )
                | (~Q(state="confirmed") & Q(confirmed_by=None, confirmed_at=None)),
                name="assessment_confirmed_has_actor_and_result",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("sent_by")),
                name="assessment_confirmed_by_another",
            ),
            models.CheckConstraint(
                condition=Q(receiver=None) | ~Q(receiver=F("unit")),
                name="assessment_received_by_another_office",
            ),
        ]
        triggers = journal.journalled()

    def __str__(self) -> str:
        return f"{self.placement} {self.round}"


class AnswerVerdict(models.TextChoices):
    ACCEPTED = "accepted", _("accepted")
    CHANGED = "changed", _("accepted with another value")
    TO_CORRECT = "to_correct", _("to be corrected")


class Answer(models.Model):
    """What was claimed for one criterion, and how it was verified.

    `version` grows with every saving; a save must name the version that its writer saw.
    """

    assessment = models.ForeignKey(
        Assessment, models.PROTECT, related_name="answers", verbose_name=_("self-assessment")
    )
    criterion = models.ForeignKey(
        Criterion, models.PROTECT, related_name="answers", verbose_name=_("criterion")
    )
    value = models.JSONField(_("value"), default=dict)
    note = models.TextField(_("explanation"), blank=True)
    version = models.PositiveIntegerField(_("version"), default=1)
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.RESTRICT, related_name="+", verbose_name=_("saved by")
    )
    saved_at = models.DateTimeField(_("saved at"), db_default=Now())
    verdict = models.CharField(_("verdict"), max_length=10, choices=AnswerVerdict, blank=True)
    verified_value = models.JSONField(_("verified value"), null=True)
    verdict_reason = models.TextField(_("reason of the verdict"), blank=True)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.RESTRICT,
        null=True,
        related_name="+",
        verbose_name=_("verified by"),
    )
    verified_at = models.DateTimeField(_("verified at"), null=True)
    # How the criterion stood by its rule when it was accepted (criteria.outcome.Outcome).
    judged_outcome = models.JSONField(_("outcome when it was accepted"), null=True)

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        ordering = ["assessment", "criterion__order"]
        constraints = [
            models.UniqueConstraint(fields=["assessment", "criterion"], name="answer_once"),
            models.CheckConstraint(
                condition=Q(verdict="", verified_by=None, verified_at=None)
                | (~Q(verdict="") & Q(verified_by__isnull=False, verified_at__isnull=False)),
                name="answer_verdict_has_actor",
            ),
            models.CheckConstraint(
                condition=~Q(verdict__in=("changed", "to_correct")) | ~Q(verdict_reason=""),
                name="answer_verdict_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(verdict="changed", verified_value__isnull=False)
                | (~Q(verdict="changed") & Q(verified_value=None)),
                name="answer_changed_has_value",
            ),
        ]
        triggers = journal.journalled(masked=("note", "verdict_reason"))

    def __str__(self) -> str:
        return f"{self.assessment_id} {self.criterion_id}"

    def clear_verdict(self) -> None:
        """Take the verdict off, unsaved."""
        self.verdict, self.verdict_reason = "", ""
        self.verified_value = self.verified_by = self.verified_at = self.judged_outcome = None


class Evidence(models.Model):
    """A file that supports the answer to one criterion."""

    assessment = models.ForeignKey(
        Assessment, models.PROTECT, related_name="evidence", verbose_name=_("self-assessment")
    )
    criterion = models.ForeignKey(
        Criterion, models.PROTECT, related_name="evidence", verbose_name=_("criterion")
    )
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", verbose_name=_("file"))
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.RESTRICT,
        null=True,
        related_name="+",
        verbose_name=_("removed by"),
    )
    removed_at = models.DateTimeField(_("removed at"), null=True)

    class Meta:
        verbose_name = _("piece of evidence")
        verbose_name_plural = _("evidence")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "criterion", "file"], name="evidence_once"
            ),
        ]
        triggers = journal.journalled()

    def __str__(self) -> str:
        return str(self.file)


class AssessmentEvent(StepEvent):
    """One transition of an assessment, as the history shows it."""

    redactable = ("reason", "snapshot")

    assessment = models.ForeignKey(
        Assessment, models.PROTECT, related_name="events", verbose_name=_("self-assessment")
    )
    source = models.CharField(_("from"), max_length=10, choices=AssessmentState)
    target = models.CharField(_("to"), max_length=10, choices=AssessmentState)
    submission = models.PositiveSmallIntegerField(_("times sent"))
    # What stood in the form, by criterion code:
    # {value, note, verdict, verified_value, reason, evidence: [file names]}.
    snapshot = models.JSONField(_("answers at that moment"), default=dict)

    class Meta(StepEvent.Meta):
        verbose_name = _("step of a self-assessment")
        verbose_name_plural = _("steps of self-assessments")
