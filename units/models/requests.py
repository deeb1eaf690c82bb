"""What people ask of the portal about their own data, and how long what is kept."""

from typing import Any

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from core import journal
from core.models import HasParticipants, StepEvent
from units import scope
from units.models.subjects import OfSubject, SubjectQuerySet
from units.models.tree import Placement, Unit

TEXT_LENGTH = 500


class RequestKind(models.TextChoices):
    """What somebody asks for (Luật 91/2025/QH15, Điều 4)."""

    ACCESS = "access", _("sight of data")
    CORRECTION = "correction", _("correction of data")
    ERASURE = "erasure", _("erasure of data")
    RESTRICTION = "restrict", _("data not to be used")
    LIFTING = "lift", _("data to be used again")


class AskedBy(models.TextChoices):
    """Who brings a request."""

    SUBJECT = "subject", _("the person concerned")
    REPRESENTATIVE = "representative", _("a representative")


class RequestState(models.TextChoices):
    ENTERED = "entered", _("entered, not yet accepted")
    RECEIVED = "received", _("received")
    REFUSED = "refused", _("refused")
    CARRIED_OUT = "carried_out", _("carried out")
    WITHDRAWN = "withdrawn", _("withdrawn")


OPEN_REQUESTS = (RequestState.ENTERED, RequestState.RECEIVED)


class RequestQuerySet(SubjectQuerySet["PersonalRequest"]):
    """The only door for views."""

    def visible_to(self, user: Any) -> "RequestQuerySet":
        """Requests of people whose home of that day lies in the scope of `user`."""
        return self.filter(
            scope.of(user).q(
                "personal.requests",
                unit="placement__unit_id",
                path="path",
                manager="placement__managed_by_id",
            )
        )


class PersonalRequest(OfSubject, HasParticipants):
    """Somebody asks to see what is kept of them, or to have it corrected, erased, or not used.

    `placement` and `path` are those of the home on the day it was entered. What it says of people
    (`representative`, `contact`, `identity_check`, `asks`, the new values) goes when an erasure is
    carried out, else when the term of keeping has run out (units.retention); the journal never has
    it.
    """

    kind = models.CharField(_("asks for"), max_length=10, choices=RequestKind)
    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="requests", verbose_name=_("person concerned")
    )
    placement = models.ForeignKey(
        Placement, models.PROTECT, related_name="+", verbose_name=_("state of the home")
    )
    path = models.CharField(_("path"), max_length=200, db_collation="C")
    asked_by = models.CharField(_("brought by"), max_length=14, choices=AskedBy)
    representative = models.CharField(
        _("name of the representative, and by which paper"), max_length=TEXT_LENGTH, blank=True
    )
    contact = models.CharField(_("where the answer goes"), max_length=TEXT_LENGTH, blank=True)
    identity_check = models.CharField(_("how the identity was checked"), max_length=TEXT_LENGTH)
    asks = models.TextField(_("what is asked for, in the person's words"), blank=True)
    new_name = models.CharField(_("correct full name"), max_length=100, blank=True)
    new_birth_year = models.PositiveSmallIntegerField(
        _("correct year of birth"), null=True, blank=True
    )
    received_on = models.DateField(_("received on"))
    state = models.CharField(
        _("state"), max_length=11, choices=RequestState, default=RequestState.ENTERED
    )
    state_reason = models.TextField(_("answer"), blank=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.RESTRICT, related_name="+", verbose_name=_("entered by")
    )
    entered_at = models.DateTimeField(_("entered at"), db_default=Now())
    accepted_at = models.DateTimeField(_("accepted at"), null=True)
    ended_at = models.DateTimeField(_("answered at"), null=True)
    cleared_on = models.DateField(_("what it said of people was removed on"), null=True)

    #: Of the home, today; read once for the object (units.requesting.permissions).
    managers: tuple[int, ...]

    objects = RequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request about personal data")
        verbose_name_plural = _("requests about personal data")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["path", "state"], name="personal_request_path")]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "kind"],
                condition=Q(state__in=OPEN_REQUESTS),
                name="personal_request_once",
            ),
            models.CheckConstraint(
                condition=Q(state__in=OPEN_REQUESTS) ^ Q(ended_at__isnull=False),
                name="personal_request_ended_has_moment",
            ),
            models.CheckConstraint(
                condition=~Q(state="received") | Q(accepted_at__isnull=False),
                name="personal_request_accepted_has_moment",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("refused", "withdrawn")) | ~Q(state_reason=""),
                name="personal_request_answer_says_why",
            ),
            models.CheckConstraint(
                condition=Q(cleared_on=None)
                | Q(representative="", contact="", identity_check="", asks="", new_name="")
                & Q(new_birth_year=None),
                name="personal_request_cleared_is_empty",
            ),
        ]
        triggers = journal.journalled(
            masked=(
                *("representative", "contact", "identity_check", "asks"),
                *("new_name", "new_birth_year"),
            )
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class RequestEvent(StepEvent):
    """One step of a request, as its history shows it."""

    request = models.ForeignKey(
        PersonalRequest, models.PROTECT, related_name="events", verbose_name=_("request")
    )
    source = models.CharField(_("from"), max_length=11, choices=RequestState)
    target = models.CharField(_("to"), max_length=11, choices=RequestState)

    class Meta(StepEvent.Meta):
        verbose_name = _("step of a request")
        verbose_name_plural = _("steps of requests")


class KeptData(models.TextChoices):
    """Kinds of personal data of which a rule may say how long they are kept."""

    FORMER_MEMBERS = "former_members", _("names of people who are in no list any more")
    REQUESTS = "requests", _("who brought an answered request, and how it was checked")


class RetentionRule(models.Model):
    """How long personal data of a kind are kept, on which days, and which text says so.

    Where there is none nothing is removed: it is *not configured*.
    """

    kind = models.CharField(_("data"), max_length=20, choices=KeptData)
    months = models.PositiveSmallIntegerField(_("kept for so many months"))
    period = DateRangeField(_("in force"))
    basis = models.CharField(_("by"), max_length=300)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.RESTRICT, related_name="+", verbose_name=_("entered by")
    )
    entered_at = models.DateTimeField(_("entered at"), db_default=Now())

    class Meta:
        verbose_name = _("term of keeping")
        verbose_name_plural = _("terms of keeping")
        ordering = ["kind", "period"]
        constraints = [
            ExclusionConstraint(
                name="retention_once_a_day",
                expressions=[
                    ("kind", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(condition=~Q(basis=""), name="retention_has_basis"),
            models.CheckConstraint(condition=Q(months__gt=0), name="retention_has_term"),
        ]
        triggers = journal.journalled()

    def __str__(self) -> str:
        return f"{self.kind} {self.months}"
