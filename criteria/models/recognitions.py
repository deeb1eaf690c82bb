"""What holds a title, and since when."""

from typing import Any, Self

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.contrib.postgres.indexes import GistIndex
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Now, TruncDate
from django.utils.translation import gettext_lazy as _

from core import journal, periods
from core.models import HasParticipants, StoredFile
from criteria.models.batches import RecognitionBatch
from criteria.models.ledger import counted
from criteria.models.titles import Title
from units import scope
from units.models import OfSubject, Placement, SubjectQuerySet, Unit


class RecognitionState(models.TextChoices):
    DECLARED = "declared", _("declared, waits for confirmation")
    CONFIRMED = "confirmed", _("confirmed")
    REJECTED = "rejected", _("rejected")
    REVOKED = "revoked", _("revoked")


def _ever_held() -> Q:
    was_held = Q(state=RecognitionState.REVOKED, period__endswith__lte=TruncDate("checked_at"))
    return Q(state__in=(RecognitionState.DECLARED, RecognitionState.CONFIRMED)) | was_held


class RecognitionQuerySet(SubjectQuerySet["Recognition"]):
    """The only door for views."""

    def visible_to(self, user: Any) -> Self:
        """Recognitions in the scope of `user` today."""
        held = scope.of(user)
        return self.filter(
            held.q(
                "recognition.view",
                unit="placement__unit_id",
                path="path",
                manager="placement__managed_by_id",
            )
        )

    def standing(self) -> Self:
        """What counts: confirmed, or declared and not yet looked at."""
        return self.filter(state__in=(RecognitionState.DECLARED, RecognitionState.CONFIRMED))

    def ever_held(self) -> Self:
        """What counts, and what counted until it was revoked; a title that was revoked before it
        began was never held."""
        return self.filter(_ever_held())

    def with_ever_held(self) -> Self:
        """With `was_held`, whether each counts or counted, as `ever_held` has it."""
        held = models.ExpressionWrapper(_ever_held(), models.BooleanField())
        return self.annotate(was_held=held)

    def held_on(self, day: periods.Day) -> Self:
        """What units held on `day`, as far as is known today."""
        return self.ever_held().filter(period__contains=day)


class Recognition(HasParticipants, OfSubject):
    """A unit holds a title, at a grade, for an assessed year, by a decision, from – until.

    `batch` is the list by which it was decided here; without one it was declared by a paper. A
    later one `closes` the one that ran until then, on the day before; `open_period` is what that
    one was held for until then, and is again once the later one no longer counts.
    """

    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="recognitions", verbose_name=_("unit")
    )
    placement = models.ForeignKey(
        Placement, models.PROTECT, related_name="+", verbose_name=_("state of the unit")
    )
    path = models.CharField(_("path"), max_length=200, db_collation="C")
    title = models.ForeignKey(
        Title, models.PROTECT, related_name="recognitions", verbose_name=_("title")
    )
    grade = models.CharField(_("grade"), max_length=20, blank=True)
    assessed_year = models.PositiveSmallIntegerField(_("assessed year"))
    decision_number = models.CharField(_("number and symbol of the decision"), max_length=60)
    decided_on = models.DateField(_("day of the decision"))
    decided_by = models.CharField(_("issued by"), max_length=300)
    signer = models.CharField(_("signed by"), max_length=200, blank=True)
    period = DateRangeField(_("held"))
    # What revoking cut short, for its undoing.
    revoked_period = DateRangeField(_("held before it was revoked"), null=True)
    batch = models.ForeignKey(
        RecognitionBatch,
        models.PROTECT,
        null=True,
        related_name="recognitions",
        verbose_name=_("list"),
    )
    closes = models.ForeignKey(
        "self", models.SET_NULL, null=True, related_name="closed_by", verbose_name=_("replaces")
    )
    open_period = DateRangeField(_("held before a later one closed it"), null=True)
    scan = models.ForeignKey(
        StoredFile,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("scan of the decision"),
    )
    state = models.CharField(
        _("state"), max_length=10, choices=RecognitionState, default=RecognitionState.DECLARED
    )
    declared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.RESTRICT, related_name="+", verbose_name=_("declared by")
    )
    declared_at = models.DateTimeField(_("declared at"), db_default=Now())
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.RESTRICT,
        null=True,
        related_name="+",
        verbose_name=_("checked by"),
    )
    checked_at = models.DateTimeField(_("checked at"), null=True)
    checked_office = models.ForeignKey(
        Unit, models.PROTECT, null=True, related_name="+", verbose_name=_("checked by the unit")
    )
    state_reason = models.TextField(_("reason of the state"), blank=True)
    # The unit has read why it was rejected; until then its first page says so.
    refusal_seen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.RESTRICT,
        null=True,
        related_name="+",
        verbose_name=_("rejection read by"),
    )
    refusal_seen_at = models.DateTimeField(_("rejection read at"), null=True)

    objects = RecognitionQuerySet.as_manager()

    class Meta:
        verbose_name = _("recognition")
        verbose_name_plural = _("recognitions")
        ordering = ["-decided_on", "-pk"]
        indexes = [
            # A long list is read place by place: as it stands, or of one state.
            models.Index(fields=["path", "id"], name="recognition_path"),
            models.Index(fields=["state", "path", "id"], name="recognition_state_path"),
            GistIndex(fields=["period"], name="recognition_period"),
            # What runs out soon.
            models.Index(
                Func("period", function="upper"),
                name="recognition_ends",
                condition=Q(state__in=("declared", "confirmed")),
            ),
        ]
        constraints = [
            ExclusionConstraint(
                name="recognition_no_overlap",
                expressions=[
                    ("unit", RangeOperators.EQUAL),
                    ("title", RangeOperators.EQUAL),
                    ("grade", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
                condition=Q(state__in=("declared", "confirmed")),
            ),
            models.CheckConstraint(
                condition=Q(state="declared", checked_by=None, checked_at=None)
                | (~Q(state="declared") & Q(checked_by__isnull=False, checked_at__isnull=False)),
                name="recognition_checked_has_actor",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("rejected", "revoked")) | ~Q(state_reason=""),
                name="recognition_refusal_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(checked_by=None) | ~Q(checked_by=F("declared_by")),
                name="recognition_checked_by_another",
            ),
            models.CheckConstraint(
                condition=Q(checked_by=None) | ~Q(taken_part__contains=[F("checked_by")]),
                name="recognition_checked_by_nobody_of_it",
            ),
            models.CheckConstraint(
                condition=Q(checked_office=None)
                | Q(~Q(checked_office=F("unit")), checked_by__isnull=False),
                name="recognition_checked_by_another_office",
            ),
            models.CheckConstraint(
                condition=Q(refusal_seen_by=None, refusal_seen_at=None)
                | Q(state="rejected", refusal_seen_by__isnull=False, refusal_seen_at__isnull=False),
                name="recognition_refusal_read",
            ),
        ]
        triggers = [*journal.journalled(), *counted()]

    def __str__(self) -> str:
        return f"{self.title} – {self.decision_number}"
