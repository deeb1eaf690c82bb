"""Lists of units to be recognised together, from the meeting of a hamlet to the decision."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Count, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, Now
from django.utils.translation import gettext_lazy as _

from campaign.models import Round
from core import journal
from core.models import HasParticipants, StepEvent
from criteria.models.numbers import registered
from criteria.models.titles import Title
from units import scope
from units.models import (
    MEMBER_KINDS,
    Appointment,
    OfSubject,
    Placement,
    SubjectQuerySet,
    Unit,
    UnitKind,
)

WORKING = ("batch.appraise", "batch.sign", "batch.register")


class BatchState(models.TextChoices):
    DRAFT = "draft", _("draft")
    CHECKING = "checking", _("being appraised")
    SUBMITTED = "submitted", _("submitted for signature")
    SIGNED = "signed", _("signed")
    NUMBERED = "numbered", _("numbered")
    ISSUED = "issued", _("issued")
    REVOKED = "revoked", _("decision revoked")
    DROPPED = "dropped", _("draft dropped")


class RecognitionBatchQuerySet(models.QuerySet["RecognitionBatch"]):
    """The only door for views."""

    def visible_to(self, user: Any) -> Self:
        """Lists of places in the scope of `user`, and those that their offices received."""
        held = scope.of(user)
        offices = held.units_with(*WORKING)
        reached = Q(appraiser__in=offices) | Q(decider__in=offices)
        inside = held.q(
            "batch.view", unit="unit_id", path="path", manager="placement__managed_by_id"
        )
        return self.filter(inside | reached & ~Q(sent_at=None))

    def with_reaching(self) -> Self:
        """With `passed`, how many in each reach the title."""
        lines = BatchLine.objects.filter(batch=OuterRef("pk"), passed=True).order_by()
        number = lines.values("batch").annotate(number=Count("pk")).values("number")
        return self.annotate(passed=Coalesce(Subquery(number), 0))


class RecognitionBatch(HasParticipants):
    """Units of one kind at one place that are to be recognised with a title for a round.

    `unit` is the place: the hamlet or office of households, clans and citizens, or the territory of
    these or of units of the tree. `appraiser` and `decider` are the offices of the route at the
    moment of sending. The decision has one number and day; `held_until` None is until it is
    replaced.
    """

    round = models.ForeignKey(
        Round, models.PROTECT, related_name="recognition_batches", verbose_name=_("round")
    )
    title = models.ForeignKey(Title, models.PROTECT, related_name="+", verbose_name=_("title"))
    grade = models.CharField(_("grade"), max_length=20, blank=True)
    kind = models.CharField(_("who is recognised"), max_length=20, choices=UnitKind)
    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="recognition_batches", verbose_name=_("unit")
    )
    placement = models.ForeignKey(
        Placement, models.PROTECT, related_name="+", verbose_name=_("state of the unit")
    )
    path = models.CharField(_("path"), max_length=200, db_collation="C")
    listed = models.PositiveIntegerField(_("in the list"), default=0)
    # The meeting that went through the list, for its minutes.
    met_on = models.DateField(_("day of the meeting"), null=True, blank=True)
    met_at = models.CharField(_("place of the meeting"), max_length=200, blank=True)
    chaired_by = models.CharField(_("chaired by"), max_length=100, blank=True)
    written_by = models.CharField(_("minutes written by"), max_length=100, blank=True)
    invited = models.PositiveIntegerField(_("invited"), null=True, blank=True)
    present = models.PositiveIntegerField(_("present"), null=True, blank=True)
    opinions = models.TextField(_("opinions of the meeting"), blank=True)
    appraiser = models.ForeignKey(
        Unit, models.PROTECT, null=True, related_name="+", verbose_name=_("appraised by the office")
    )
    appraiser_name = models.CharField(_("who appraises"), max_length=300, blank=True)
    decider = models.ForeignKey(
        Unit, models.PROTECT, null=True, related_name="+", verbose_name=_("decided by the office")
    )
    decider_name = models.CharField(_("who decides"), max_length=300, blank=True)
    opinion = models.TextField(_("opinion of who appraised"), blank=True)
    symbol = models.CharField(_("symbol"), max_length=40, blank=True)
    number = models.PositiveIntegerField(_("number"), null=True)
    dated = models.DateField(_("day of the decision"), null=True)
    year = models.PositiveSmallIntegerField(_("year"), null=True)
    held_until = models.DateField(_("held until"), null=True)
    version = models.PositiveIntegerField(_("version"), default=1)
    state = models.CharField(
        _("state"), max_length=10, choices=BatchState, default=BatchState.DRAFT
    )
    state_reason = models.TextField(_("reason of the state"), blank=True)
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
    appraised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.RESTRICT,
        null=True,
        related_name="+",
        verbose_name=_("appraised by"),
    )
    appraised_at = models.DateTimeField(_("appraised at"), null=True)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.RESTRICT,
        null=True,
        related_name="+",
        verbose_name=_("signed by"),
    )
    signed_at = models.DateTimeField(_("signed at"), null=True)
    # The appointment of that day in whose right it was signed.
    appointment = models.ForeignKey(
        Appointment, models.PROTECT, null=True, related_name="+", verbose_name=_("appointment")
    )
    issued_at = models.DateTimeField(_("issued at"), null=True)
    revoked_at = models.DateTimeField(_("revoked at"), null=True)
    revoking_document = models.CharField(_("document that revokes"), max_length=300, blank=True)

    objects = RecognitionBatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("list for recognition")
        verbose_name_plural = _("lists for recognition")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["round", "path"], name="batch_round_path"),
            models.Index(fields=["appraiser", "state"], name="batch_appraiser"),
            models.Index(fields=["decider", "state"], name="batch_decider"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=("draft", "dropped"))
                | Q(
                    sent_by__isnull=False,
                    sent_at__isnull=False,
                    appraiser__isnull=False,
                    decider__isnull=False,
                ),
                name="batch_sent_has_offices",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("draft", "checking", "dropped"))
                | Q(appraised_by__isnull=False, appraised_at__isnull=False),
                name="batch_submitted_was_appraised",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=("signed", "numbered", "issued", "revoked"),
                    signed_by__isnull=False,
                    signed_at__isnull=False,
                    appointment__isnull=False,
                )
                | (
                    ~Q(state__in=("signed", "numbered", "issued", "revoked"))
                    & Q(signed_by=None, signed_at=None, appointment=None)
                ),
                name="batch_signed_has_signer",
            ),
            models.CheckConstraint(
                condition=Q(number=None, dated=None, year=None)
                | Q(number__gt=0, dated__isnull=False, year__isnull=False),
                name="batch_number_has_day",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("numbered", "issued", "revoked")) | Q(number__isnull=False),
                name="batch_numbered_has_number",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("issued", "revoked")) | Q(issued_at__isnull=False),
                name="batch_issued_has_day",
            ),
            models.CheckConstraint(
                condition=~Q(state="revoked")
                | Q(revoked_at__isnull=False) & ~Q(revoking_document="") & ~Q(state_reason=""),
                name="batch_revoked_by_document",
            ),
            models.CheckConstraint(
                condition=Q(held_until=None) | Q(dated=None) | Q(held_until__gte=F("dated")),
                name="batch_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(signed_by=None)
                | ~Q(signed_by=F("appraised_by")) & ~Q(taken_part__contains=[F("signed_by")]),
                name="batch_signed_by_another",
            ),
            models.CheckConstraint(
                condition=Q(appraised_by=None) | ~Q(taken_part__contains=[F("appraised_by")]),
                name="batch_appraised_by_another",
            ),
        ]
        triggers = [*journal.journalled(), registered("decider_id")]

    def __str__(self) -> str:
        return f"{self.title} – {self.placement}"

    @property
    def of_members(self) -> bool:
        """Whether it lists households, clans or citizens, which a meeting goes through."""
        return self.kind in MEMBER_KINDS

    @property
    def is_on_its_way(self) -> bool:
        """Whether it was sent and has not come back."""
        return self.state not in (BatchState.DRAFT, BatchState.DROPPED)

    def reaching(self) -> int:
        """How many in it reach the title (one query, unless `with_reaching`)."""
        known: int | None = getattr(self, "passed", None)
        return self.lines.filter(passed=True).count() if known is None else known

    @property
    def reference(self) -> str:
        """Number and symbol, “05/QĐ-UBND”; dots while there is no number."""
        return f"{'…' if self.number is None else f'{self.number:02d}'}/{self.symbol}"


class BatchLine(OfSubject):
    """One of a list, and whether it reaches the title."""

    batch = models.ForeignKey(
        RecognitionBatch, models.CASCADE, related_name="lines", verbose_name=_("list")
    )
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("unit"))
    # Its own state, or that of its home.
    placement = models.ForeignKey(
        Placement, models.PROTECT, related_name="+", verbose_name=_("state of the unit")
    )
    passed = models.BooleanField(_("reaches the title"), default=False)

    objects = SubjectQuerySet["BatchLine"].as_manager()

    class Meta:
        verbose_name = _("line of a list for recognition")
        verbose_name_plural = _("lines of lists for recognition")
        constraints = [models.UniqueConstraint(fields=["batch", "unit"], name="batch_line_once")]
        triggers = journal.journalled()

    def __str__(self) -> str:
        return f"{self.batch_id} {self.unit_id}"


class BatchEvent(StepEvent):
    """One transition of a list for recognition, as its history shows it."""

    batch = models.ForeignKey(
        RecognitionBatch, models.PROTECT, related_name="events", verbose_name=_("list")
    )
    source = models.CharField(_("from"), max_length=10, choices=BatchState)
    target = models.CharField(_("to"), max_length=10, choices=BatchState)
    passed = models.PositiveIntegerField(_("reach the title"))

    class Meta(StepEvent.Meta):
        verbose_name = _("step of a list for recognition")
        verbose_name_plural = _("steps of lists for recognition")
