"""Who registers for what, line by line."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from campaign.models import Round
from core import journal
from core.models import HasParticipants, StepEvent
from criteria.models.titles import AwardForm, Title
from units import scope
from units.models import Placement, Unit, UnitKind


class RegistrationState(models.TextChoices):
    DRAFT = "draft", _("not sent yet")
    WAITING = "waiting", _("waits for approval")
    APPROVED = "approved", _("approved")
    REJECTED = "rejected", _("refused")
    WITHDRAWN = "withdrawn", _("withdrawn")


class RegistrationListQuerySet(models.QuerySet["RegistrationList"]):
    """The only door for views."""

    def visible_to(self, user: Any) -> Self:
        """Lists of units in the scope of `user` today."""
        held = scope.of(user)
        return self.filter(
            held.q(
                "registration.view",
                unit="unit_id",
                path="path",
                manager="placement__managed_by_id",
            )
        )


class RegistrationList(HasParticipants):
    """What one unit registers in a round for one title or form of commendation: itself, or of its
    members those who want to, by a list, by a number, or by both.

    `unit` keeps the list; `kind` is the kind of those who register. `path` is the place of the unit
    on the day the list was begun.
    """

    round = models.ForeignKey(
        Round, models.PROTECT, related_name="registration_lists", verbose_name=_("round")
    )
    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="registration_lists", verbose_name=_("unit")
    )
    placement = models.ForeignKey(
        Placement, models.PROTECT, related_name="+", verbose_name=_("state of the unit")
    )
    path = models.CharField(_("path"), max_length=200, db_collation="C")
    kind = models.CharField(_("who registers"), max_length=20, choices=UnitKind)
    title = models.ForeignKey(
        Title, models.PROTECT, null=True, related_name="+", verbose_name=_("title")
    )
    form = models.ForeignKey(
        AwardForm,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("form of commendation"),
    )
    # How many lines it has: a province sums them without reading a million of them.
    listed = models.PositiveIntegerField(_("in the list"), default=0)
    declared = models.PositiveIntegerField(_("declared number"), null=True)
    # Grows with every change of what it says.
    version = models.PositiveIntegerField(_("version"), default=1)
    state = models.CharField(
        _("state"), max_length=10, choices=RegistrationState, default=RegistrationState.DRAFT
    )
    state_reason = models.TextField(_("reason of the state"), blank=True)
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
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.RESTRICT,
        null=True,
        related_name="+",
        verbose_name=_("sent by"),
    )
    sent_at = models.DateTimeField(_("sent at"), null=True)
    sent_version = models.PositiveIntegerField(_("version that was sent"), default=0)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.RESTRICT,
        null=True,
        related_name="+",
        verbose_name=_("checked by"),
    )
    checked_at = models.DateTimeField(_("checked at"), null=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.RESTRICT,
        null=True,
        related_name="+",
        verbose_name=_("withdrawn by"),
    )
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True)

    objects = RegistrationListQuerySet.as_manager()

    class Meta:
        verbose_name = _("registration")
        verbose_name_plural = _("registrations")
        ordering = ["-round__assessed_year", "pk"]
        indexes = [
            models.Index(fields=["round", "path"], name="registration_round_path"),
            models.Index(fields=["receiver", "state"], name="registration_receiver"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "unit", "kind", "title", "form"],
                nulls_distinct=False,
                name="registration_list_once",
            ),
            models.CheckConstraint(
                condition=Q(title__isnull=False, form=None) | Q(title=None, form__isnull=False),
                name="registration_for_title_or_form",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("waiting", "approved", "rejected"))
                | Q(sent_by__isnull=False, sent_at__isnull=False, receiver__isnull=False),
                name="registration_sent_has_actor",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=("approved", "rejected"),
                    checked_by__isnull=False,
                    checked_at__isnull=False,
                )
                | (~Q(state__in=("approved", "rejected")) & Q(checked_by=None, checked_at=None)),
                name="registration_checked_has_actor",
            ),
            models.CheckConstraint(
                condition=Q(
                    state="withdrawn", withdrawn_by__isnull=False, withdrawn_at__isnull=False
                )
                | (~Q(state="withdrawn") & Q(withdrawn_by=None, withdrawn_at=None)),
                name="registration_withdrawn_has_actor",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("rejected", "withdrawn")) | ~Q(state_reason=""),
                name="registration_refusal_has_reason",
            ),
            # What a rejected list says may be changed again before it is sent once more.
            models.CheckConstraint(
                condition=~Q(state__in=("waiting", "approved")) | Q(sent_version=F("version")),
                name="registration_stands_as_sent",
            ),
            models.CheckConstraint(
                condition=Q(checked_by=None) | ~Q(checked_by=F("sent_by")),
                name="registration_checked_by_another",
            ),
            models.CheckConstraint(
                condition=Q(receiver=None) | ~Q(receiver=F("unit")),
                name="registration_received_by_another_office",
            ),
        ]
        triggers = journal.journalled()

    def __str__(self) -> str:
        return f"{self.subject} – {self.placement}"

    @property
    def subject(self) -> Title | AwardForm:
        """What is registered for."""
        chosen = self.title or self.form
        assert chosen is not None  # noqa: S101 -- a constraint of the table
        return chosen

    @property
    def is_own(self) -> bool:
        """Whether the unit registers itself, not its members."""
        return self.kind == self.placement.kind

    @property
    def number(self) -> int | None:
        """How many register: by the list, else by the declared number; None where neither is."""
        return self.listed or self.declared

    @property
    def difference(self) -> int:
        """How far the declared number is from the list, where both are there; the list wins."""
        if not self.listed or self.declared is None:
            return 0
        return self.declared - self.listed


class Registration(models.Model):
    """One who registers: a line of a list."""

    list = models.ForeignKey(
        RegistrationList, models.PROTECT, related_name="lines", verbose_name=_("list")
    )
    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="registrations", verbose_name=_("unit")
    )
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.RESTRICT, related_name="+", verbose_name=_("entered by")
    )
    entered_at = models.DateTimeField(_("entered at"), db_default=Now())

    class Meta:
        verbose_name = _("line of a registration")
        verbose_name_plural = _("lines of registrations")
        constraints = [
            models.UniqueConstraint(fields=["list", "unit"], name="registration_once"),
        ]
        triggers = journal.journalled()

    def __str__(self) -> str:
        return f"{self.list_id} {self.unit_id}"


class RegistrationEvent(StepEvent):
    """One transition of a registration, as the history shows it."""

    list = models.ForeignKey(
        RegistrationList, models.PROTECT, related_name="events", verbose_name=_("list")
    )
    source = models.CharField(_("from"), max_length=10, choices=RegistrationState)
    target = models.CharField(_("to"), max_length=10, choices=RegistrationState)
    listed = models.PositiveIntegerField(_("in the list"))
    declared = models.PositiveIntegerField(_("declared number"), null=True)

    class Meta(StepEvent.Meta):
        verbose_name = _("step of a registration")
        verbose_name_plural = _("steps of registrations")
