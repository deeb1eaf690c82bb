"""What the law and the offices set for commendations: dated, each with the text that says so."""

from typing import Any, Self

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from campaign.models import Phase, Round
from campaign.queries import path_ids
from core import journal, periods
from core.models import StoredFile
from criteria.models import AwardForm
from units import scope
from units.models import Unit, UnitKind


class SubjectGroup(models.TextChoices):
    """How the law tells those who are commended apart (Luật 06/2022/QH15, Điều 8)."""

    COLLECTIVE = "collective", _("collectives")
    HOUSEHOLD = "household", _("households")
    INDIVIDUAL = "individual", _("individuals")

    @classmethod
    def of(cls, kind: str) -> "SubjectGroup":
        """The group of a kind of unit; a clan is a collective."""
        if kind == UnitKind.HOUSEHOLD:
            return cls.HOUSEHOLD
        return cls.INDIVIDUAL if kind == UnitKind.CITIZEN else cls.COLLECTIVE


class QuotaQuerySet(models.QuerySet["Quota"]):
    """The only door for views."""

    def visible_to(self, user: Any) -> Self:
        """Quotas of units whose nominations `user` may read."""
        return self.filter(
            scope.of(user).q("nomination.view", unit="proposer_id", path="proposer_path")
        )

    def in_force(self, day: periods.Day) -> Self:
        """Those that hold on `day`."""
        return self.filter(period__contains=day)


class Quota(models.Model):
    """How many a unit may propose at most for a form, for a round or at the end of a phase.

    Where there is none it is *not configured*: no source states a number for this campaign.
    `proposer_path` is the place of the proposing unit on the day it was entered.
    """

    form = models.ForeignKey(
        AwardForm, models.PROTECT, related_name="quotas", verbose_name=_("form of commendation")
    )
    round = models.ForeignKey(
        Round, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("round")
    )
    phase = models.ForeignKey(
        Phase, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("phase")
    )
    proposer = models.ForeignKey(
        Unit, models.PROTECT, related_name="quotas", verbose_name=_("proposing unit")
    )
    proposer_path = models.CharField(_("path"), max_length=200, db_collation="C")
    group = models.CharField(
        _("for"), max_length=10, choices=SubjectGroup, blank=True, help_text=_("Empty: for all.")
    )
    number = models.PositiveIntegerField(_("at most"))
    period = DateRangeField(_("in force"))
    basis = models.CharField(_("by"), max_length=300)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.RESTRICT, related_name="+", verbose_name=_("entered by")
    )
    entered_at = models.DateTimeField(_("entered at"), db_default=Now())

    objects = QuotaQuerySet.as_manager()

    class Meta:
        verbose_name = _("quota")
        verbose_name_plural = _("quotas")
        constraints = [
            *(
                ExclusionConstraint(
                    name=f"quota_once_a_day_by_{occasion}",
                    expressions=[
                        ("form", RangeOperators.EQUAL),
                        (occasion, RangeOperators.EQUAL),
                        ("proposer", RangeOperators.EQUAL),
                        ("group", RangeOperators.EQUAL),
                        ("period", RangeOperators.OVERLAPS),
                    ],
                    condition=Q(**{f"{occasion}__isnull": False}),
                )
                for occasion in ("round", "phase")
            ),
            models.CheckConstraint(
                condition=Q(round__isnull=False, phase=None) | Q(round=None, phase__isnull=False),
                name="quota_of_round_or_phase",
            ),
            models.CheckConstraint(condition=~Q(basis=""), name="quota_has_basis"),
        ]
        triggers = journal.journalled()

    def __str__(self) -> str:
        return f"{self.form}: {self.number}"


class OfTerritory(models.Model):
    """A rule that an office enters for its territory: it binds whoever lies in it.

    `path` is the place of the territory on the day it was entered.
    """

    territory = models.ForeignKey(
        Unit, models.PROTECT, related_name="+", verbose_name=_("territory")
    )
    path = models.CharField(_("path"), max_length=200, db_collation="C")

    class Meta:
        abstract = True


class TerritoryQuerySet(models.QuerySet[Any]):
    """The only door for views."""

    def visible_to(self, user: Any) -> Self:
        """Rules that bind a unit of `user`, and those of territories in their reach."""
        held = scope.of(user)
        above = {key for grant in held.grants for key in path_ids(grant.path)}
        return self.filter(
            Q(territory__in=above) | held.q("nomination.view", unit="territory_id", path="path")
        )

    def in_force(self, day: periods.Day) -> Self:
        """Those that hold on `day`."""
        return self.filter(period__contains=day)


class Term(OfTerritory):
    """How many working days an office has for a nomination from the day it received it.

    Where none is in force it is *not configured*: the terms under the law of today are unknown.
    """

    form = models.ForeignKey(
        AwardForm, models.PROTECT, related_name="terms", verbose_name=_("form of commendation")
    )
    office_kind = models.CharField(_("kind of office"), max_length=20, choices=UnitKind)
    working_days = models.PositiveSmallIntegerField(_("working days"))
    period = DateRangeField(_("in force"))
    basis = models.CharField(_("by"), max_length=300)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.RESTRICT, related_name="+", verbose_name=_("entered by")
    )
    entered_at = models.DateTimeField(_("entered at"), db_default=Now())

    objects = TerritoryQuerySet.as_manager()

    class Meta:
        verbose_name = _("term")
        verbose_name_plural = _("terms")
        constraints = [
            ExclusionConstraint(
                name="term_once_a_day",
                expressions=[
                    ("territory", RangeOperators.EQUAL),
                    ("form", RangeOperators.EQUAL),
                    ("office_kind", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(condition=~Q(basis=""), name="term_has_basis"),
        ]
        triggers = journal.journalled()

    def __str__(self) -> str:
        return f"{self.form}: {self.working_days}"


class RestrictionQuerySet(models.QuerySet["Restriction"]):
    """The only door for views."""

    def visible_to(self, user: Any) -> Self:
        """Restrictions on the own unit, and on units in the scope of who reviews nominations."""
        held = scope.of(user)
        return self.filter(
            held.q("nomination.appraise", unit="unit_id", path="path")
            | held.q("nomination.enter", unit="unit_id", path="path")
        )

    def in_force(self, day: periods.Day) -> Self:
        """Those that hold on `day`."""
        return self.filter(period__contains=day)


class Restriction(models.Model):
    """Why a subject may not be proposed now (Nghị định 152/2025/NĐ-CP, Điều 4), by a document.

    `path` is the place of the unit, or of its home, on the day it was entered.
    """

    class Ground(models.TextChoices):
        DISCIPLINE = "discipline", _("discipline is being considered or in force")
        INQUIRY = "inquiry", _("investigated, inspected or audited with signs of a breach")
        COMPLAINT = "complaint", _("a complaint or denunciation is being verified")
        PRESS = "press", _("something adverse in the press is being verified")

    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="restrictions", verbose_name=_("subject")
    )
    path = models.CharField(_("path"), max_length=200, db_collation="C")
    ground = models.CharField(_("ground"), max_length=12, choices=Ground)
    document = models.CharField(_("document"), max_length=300)
    file = models.ForeignKey(
        StoredFile,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("file"),
    )
    period = DateRangeField(_("in force"))
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.RESTRICT, related_name="+", verbose_name=_("entered by")
    )
    entered_at = models.DateTimeField(_("entered at"), db_default=Now())

    objects = RestrictionQuerySet.as_manager()

    class Meta:
        verbose_name = _("restriction")
        verbose_name_plural = _("restrictions")
        ordering = ["pk"]
        indexes = [models.Index(fields=["unit"], name="restriction_unit")]
        constraints = [
            models.CheckConstraint(condition=~Q(document=""), name="restriction_has_document"),
        ]
        triggers = journal.journalled()

    def __str__(self) -> str:
        return f"{self.get_ground_display()}: {self.document}"
