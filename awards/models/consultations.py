"""What a body, or the public, was asked about nominations, and what it answered."""

import secrets
from typing import Any, Self

from django.conf import settings
from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from awards.models.nominations import Nomination
from awards.models.rules import OfTerritory, SubjectGroup, TerritoryQuerySet
from core import journal
from core.models import StepEvent, StoredFile
from criteria.models import AwardForm
from units import scope
from units.models import Placement, Unit, UnitKind


def _token() -> str:
    """128 random bits: nobody finds a page that they were not told of."""
    return secrets.token_urlsafe(16)


class ConsultationKind(models.TextChoices):
    CONCURRENCE = "concurrence", _("concurrence")
    CONFIRMATION = "confirmation", _("confirmation")
    OPINION = "opinion", _("opinion")
    PUBLIC = "public", _("public opinion")


class ConsultationState(models.TextChoices):
    ASKED = "asked", _("asked")
    ANSWERED = "answered", _("answered")
    WITHDRAWN = "withdrawn", _("question withdrawn")


class ConsultationRule(OfTerritory):
    """Which form requires which consultation, asked by which office.

    Where none is in force nothing is required.
    """

    form = models.ForeignKey(
        AwardForm,
        models.PROTECT,
        related_name="consultation_rules",
        verbose_name=_("form of commendation"),
    )
    kind = models.CharField(_("kind"), max_length=12, choices=ConsultationKind)
    group = models.CharField(
        _("for"), max_length=10, choices=SubjectGroup, blank=True, help_text=_("Empty: for all.")
    )
    office_kind = models.CharField(
        _("asked by the kind of office"), max_length=20, choices=UnitKind
    )
    asked_body = models.CharField(_("who is asked"), max_length=300)
    period = DateRangeField(_("in force"))
    basis = models.CharField(_("by"), max_length=300)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.RESTRICT, related_name="+", verbose_name=_("entered by")
    )
    entered_at = models.DateTimeField(_("entered at"), db_default=Now())

    objects = TerritoryQuerySet.as_manager()

    class Meta:
        verbose_name = _("required consultation")
        verbose_name_plural = _("required consultations")
        constraints = [
            models.CheckConstraint(condition=~Q(basis=""), name="consultation_rule_has_basis"),
        ]
        triggers = journal.journalled()

    def __str__(self) -> str:
        return f"{self.form}: {self.get_kind_display()}"


class ConsultationQuerySet(models.QuerySet["Consultation"]):
    """The only door for views."""

    def visible_to(self, user: Any) -> Self:
        """Those of units in the scope of `user` today, and those that their own units are asked."""
        held = scope.of(user)
        own = {grant.unit_id for grant in held.grants}
        return self.filter(
            held.q("nomination.view", unit="asker_id", path="path") | Q(asked_unit__in=own)
        )


class Consultation(models.Model):
    """One question of an office to a body, or to the public, about one or many nominations.

    `placement` and `path` are those of the asking office on the day it asked.
    """

    class Answer(models.TextChoices):
        AGREE = "agree", _("agrees")
        DISAGREE = "disagree", _("does not agree")
        OTHER = "other", _("other opinion")

    kind = models.CharField(_("kind"), max_length=12, choices=ConsultationKind)
    asker = models.ForeignKey(
        Unit, models.PROTECT, related_name="consultations", verbose_name=_("asked by")
    )
    placement = models.ForeignKey(
        Placement, models.PROTECT, related_name="+", verbose_name=_("state of the asking office")
    )
    path = models.CharField(_("path"), max_length=200, db_collation="C")
    asked_body = models.CharField(_("who is asked"), max_length=300)
    asked_unit = models.ForeignKey(
        Unit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who is asked, in the portal"),
    )
    asked_on = models.DateField(_("asked on"))
    due_on = models.DateField(_("answer expected by"))
    question = models.TextField(_("what is asked"), blank=True)
    # Households and citizens are named in public only where the office has decided to publish it.
    names_basis = models.CharField(_("decision to publish names"), max_length=300, blank=True)
    token = models.CharField(_("token of the public page"), max_length=40, default=_token)
    state = models.CharField(
        _("state"), max_length=10, choices=ConsultationState, default=ConsultationState.ASKED
    )
    state_reason = models.TextField(_("reason of the state"), blank=True)
    answer = models.CharField(_("answer"), max_length=10, choices=Answer, blank=True)
    answer_words = models.TextField(_("words of the answer"), blank=True)
    answered_on = models.DateField(_("answered on"), null=True)
    file = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, related_name="+", verbose_name=_("document")
    )
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.RESTRICT,
        null=True,
        related_name="+",
        verbose_name=_("recorded by"),
    )
    recorded_at = models.DateTimeField(_("recorded at"), null=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.RESTRICT, related_name="+", verbose_name=_("written by")
    )
    begun_at = models.DateTimeField(_("entered at"), db_default=Now())

    objects = ConsultationQuerySet.as_manager()

    class Meta:
        verbose_name = _("consultation")
        verbose_name_plural = _("consultations")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["path"], name="consultation_path")]
        constraints = [
            models.UniqueConstraint(fields=["token"], name="consultation_token"),
            models.CheckConstraint(
                condition=Q(due_on__gte=F("asked_on")), name="consultation_due_after_asked"
            ),
            models.CheckConstraint(
                condition=~Q(state="answered")
                | Q(recorded_by__isnull=False, recorded_at__isnull=False, answered_on__isnull=False)
                & ~Q(answer=""),
                name="consultation_answered_has_answer",
            ),
            models.CheckConstraint(
                condition=~Q(state="withdrawn") | ~Q(state_reason=""),
                name="consultation_withdrawn_has_reason",
            ),
        ]
        triggers = journal.journalled(masked=("question", "answer_words"))

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.asked_body}"


class ConsultationLine(models.Model):
    """A nomination about which is asked."""

    consultation = models.ForeignKey(
        Consultation, models.PROTECT, related_name="lines", verbose_name=_("consultation")
    )
    nomination = models.ForeignKey(
        Nomination, models.PROTECT, related_name="consulted", verbose_name=_("nomination")
    )

    class Meta:
        verbose_name = _("nomination of a consultation")
        verbose_name_plural = _("nominations of consultations")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["consultation", "nomination"], name="consultation_line_once"
            ),
        ]
        triggers = journal.journalled()

    def __str__(self) -> str:
        return f"{self.consultation_id} {self.nomination_id}"


class ConsultationEvent(StepEvent):
    """One transition of a consultation, as its history shows it."""

    consultation = models.ForeignKey(
        Consultation, models.PROTECT, related_name="events", verbose_name=_("consultation")
    )
    source = models.CharField(_("from"), max_length=10, choices=ConsultationState)
    target = models.CharField(_("to"), max_length=10, choices=ConsultationState)

    class Meta(StepEvent.Meta):
        verbose_name = _("step of a consultation")
        verbose_name_plural = _("steps of consultations")
