"""Phát động – hưởng ứng: a document is launched to the units below, and what each answers."""

from typing import Any, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaign.models.documents import Document
from core import journal, periods
from units import scope
from units.models import Placement, Unit, UnitKind


class LaunchState(models.TextChoices):
    OPEN = "open", _("launched")
    WITHDRAWN = "withdrawn", _("launch withdrawn")


class LaunchQuerySet(models.QuerySet["Launch"]):
    """The only door for views."""

    def visible_to(self, user: Any) -> Self:
        """Launches made in the scope of `user` today, and those that a unit of theirs received."""
        received = Recipient.objects.visible_to(user).filter(launch=OuterRef("pk"))
        return self.filter(
            scope.of(user).q("launch.view", unit="unit_id", path="path") | Q(Exists(received))
        )


class Launch(models.Model):
    """A unit launches a document to units below it, to be answered until a day.

    `path` is the territory in which it is launched: that of the managing body where an office
    launches for it.
    """

    document = models.ForeignKey(
        Document, models.PROTECT, related_name="launches", verbose_name=_("document")
    )
    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="launches", verbose_name=_("launched by the unit")
    )
    placement = models.ForeignKey(
        Placement, models.PROTECT, related_name="+", verbose_name=_("state of the unit")
    )
    path = models.CharField(_("path"), max_length=200, db_collation="C")
    kinds = ArrayField(
        models.CharField(max_length=20, choices=UnitKind), verbose_name=_("to the units of kind")
    )
    launched_on = models.DateField(_("day of the launch"))
    due_on = models.DateField(_("to be answered until"))
    message = models.TextField(_("message to the units"), blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=LaunchState, default=LaunchState.OPEN
    )
    launched_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.RESTRICT, related_name="+", verbose_name=_("launched by")
    )
    launched_at = models.DateTimeField(_("launched at"), db_default=Now())
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.RESTRICT,
        null=True,
        related_name="+",
        verbose_name=_("withdrawn by"),
    )
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True)
    withdrawal_reason = models.TextField(_("reason of the withdrawal"), blank=True)

    objects = LaunchQuerySet.as_manager()

    class Meta:
        verbose_name = _("launch")
        verbose_name_plural = _("launches")
        ordering = ["-launched_on", "-pk"]
        indexes = [models.Index(fields=["path"], name="launch_path")]
        constraints = [
            models.CheckConstraint(
                condition=Q(due_on__gte=F("launched_on")), name="launch_days_in_order"
            ),
            models.CheckConstraint(
                condition=Q(
                    state="open", withdrawn_by=None, withdrawn_at=None, withdrawal_reason=""
                )
                | (
                    Q(state="withdrawn", withdrawn_by__isnull=False, withdrawn_at__isnull=False)
                    & ~Q(withdrawal_reason="")
                ),
                name="launch_withdrawn_has_reason",
            ),
        ]
        triggers = journal.journalled()

    def __str__(self) -> str:
        return str(self.document)


class RecipientState(models.TextChoices):
    WAITING = "waiting", _("not answered yet")
    SUPPORTED = "supported", _("has responded")
    PLANNED = "planned", _("has its own plan")


class RecipientQuerySet(models.QuerySet["Recipient"]):
    """The only door for views."""

    def visible_to(self, user: Any) -> Self:
        """What units in the scope of `user` today received."""
        return self.filter(scope.of(user).q("launch.view", unit="unit_id", path="path"))

    def answered_by(self, user: Any) -> Self:
        """What was launched to the units for which `user` answers today."""
        return self.filter(scope.of(user).q("launch.answer", unit="unit_id", path="path"))

    def awaited(self) -> Self:
        """What still waits for an answer."""
        return self.filter(state=RecipientState.WAITING, launch__state=LaunchState.OPEN)


class Recipient(models.Model):
    """A unit to which something was launched, and how it stands with its answer."""

    launch = models.ForeignKey(
        Launch, models.PROTECT, related_name="recipients", verbose_name=_("launch")
    )
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("unit"))
    placement = models.ForeignKey(
        Placement, models.PROTECT, related_name="+", verbose_name=_("state of the unit")
    )
    path = models.CharField(_("path"), max_length=200, db_collation="C")
    state = models.CharField(
        _("state"), max_length=10, choices=RecipientState, default=RecipientState.WAITING
    )
    answer = models.OneToOneField(
        "LaunchAnswer", models.PROTECT, null=True, related_name="+", verbose_name=_("answer")
    )

    objects = RecipientQuerySet.as_manager()

    class Meta:
        verbose_name = _("unit to which something was launched")
        verbose_name_plural = _("units to which something was launched")
        ordering = ["launch", "pk"]
        indexes = [
            models.Index(fields=["path"], name="recipient_path"),
            models.Index(fields=["unit", "state"], name="recipient_unit_state"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["launch", "unit"], name="recipient_once"),
            models.CheckConstraint(
                condition=Q(state="waiting", answer=None)
                | (~Q(state="waiting") & Q(answer__isnull=False)),
                name="recipient_state_has_answer",
            ),
        ]
        triggers = journal.journalled()

    def __str__(self) -> str:
        return f"{self.launch_id} {self.unit_id}"

    @property
    def late(self) -> bool:
        """Whether it has not been answered, or was only after the day."""
        answered = timezone.localdate(self.answer.at) if self.answer else periods.today()
        return self.launch.state == LaunchState.OPEN and answered > self.launch.due_on


class LaunchAnswer(models.Model):
    """What a unit answered: its own plan, or a sentence with which it responds.

    A later answer takes the place of an earlier one, which stays on record.
    """

    append_only = True

    recipient = models.ForeignKey(
        Recipient, models.PROTECT, related_name="answers", verbose_name=_("received as")
    )
    sentence = models.TextField(_("response"), blank=True)
    document = models.ForeignKey(
        Document,
        models.PROTECT,
        null=True,
        related_name="answers",
        verbose_name=_("own plan"),
    )
    answered_on = models.DateField(_("day of the answer"))
    reason = models.TextField(_("reason"), blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.RESTRICT, related_name="+", verbose_name=_("by")
    )
    at = models.DateTimeField(_("at"), db_default=Now())

    class Meta:
        verbose_name = _("answer to a launch")
        verbose_name_plural = _("answers to launches")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=(Q(document=None) & ~Q(sentence=""))
                | Q(document__isnull=False, sentence=""),
                name="launch_answer_one_kind",
            )
        ]
        triggers = journal.journalled()

    def __str__(self) -> str:
        return self.sentence or str(self.document)
