"""Rules as records: sets of criteria, and what a criterion speaks of."""

from typing import Self

import pgtrigger
from django.contrib.postgres.fields import ArrayField, DateRangeField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from campaign.models import Confidence, Document, Register, Source
from core import journal, periods
from criteria.models.titles import Title
from units.models import COLLATION, Unit, UnitKind

# A published set may only be ended: the successor's publication sets the end of its period.
_FREEZE_SET = """
    IF OLD.published_at IS NOT NULL AND (TG_OP = 'DELETE' OR
        to_jsonb(OLD) - 'period' <> to_jsonb(NEW) - 'period' OR
        lower(OLD.period) IS DISTINCT FROM lower(NEW.period)) THEN
        RAISE EXCEPTION 'criteria set % is published and cannot be changed', OLD.code
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
"""
# Both rows count: a criterion may not be moved into a published set either. (PostgreSQL gives OLD
# as null on INSERT, NEW as null on DELETE.)
_FREEZE_CRITERION = """
    IF EXISTS (SELECT 1 FROM criteria_criteriaset s
               WHERE s.id IN (OLD.criteria_set_id, NEW.criteria_set_id)
               AND s.published_at IS NOT NULL) THEN
        RAISE EXCEPTION 'the criteria of a published set cannot be changed'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
"""


class CriteriaSetQuerySet(models.QuerySet["CriteriaSet"]):
    """Sets by day."""

    def published(self) -> Self:
        """Only what has been published, and so cannot change any more."""
        return self.filter(published_at__isnull=False)

    def on(self, day: periods.Day) -> Self:
        """Sets in force on `day`."""
        return self.filter(period__contains=day)


class CriteriaSet(models.Model):
    """A published, immutable version of the rules for kinds of unit, with territory and period."""

    class Purpose(models.TextChoices):
        EMULATION = "emulation", _("emulation")
        TITLE = "title", _("recognition of a title")

    code = models.SlugField(_("code"), max_length=80)
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    name = models.CharField(_("name"), max_length=300, db_collation=COLLATION)
    purpose = models.CharField(_("purpose"), max_length=10, choices=Purpose)
    title = models.ForeignKey(
        Title, models.PROTECT, null=True, blank=True, related_name="sets", verbose_name=_("title")
    )
    grade = models.CharField(_("grade"), max_length=20, blank=True)
    subject_kinds = ArrayField(
        models.CharField(max_length=20, choices=UnitKind), verbose_name=_("for")
    )
    subject_text = models.CharField(_("for, as the text says"), max_length=300, blank=True)
    managers = ArrayField(
        models.CharField(max_length=20, choices=UnitKind),
        default=list,
        blank=True,
        verbose_name=_("managed by"),
        help_text=_("Kinds of managing body of which the text speaks. Empty: whoever manages."),
    )
    owner = models.ForeignKey(
        Unit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="criteria_sets",
        verbose_name=_("owner"),
        help_text=_("Empty: the whole country."),
    )
    owner_name = models.CharField(_("owner"), max_length=200, blank=True)
    period = DateRangeField(_("in force"))
    document = models.ForeignKey(
        Document, models.PROTECT, related_name="criteria_sets", verbose_name=_("document")
    )
    source = models.ForeignKey(Source, models.PROTECT, related_name="+", verbose_name=_("source"))
    article = models.CharField(_("place in the document"), max_length=60, blank=True)
    intro_quote = models.TextField(_("opening words"), blank=True)
    rule = models.JSONField(_("rule of the whole set"))
    note = models.TextField(_("note"), blank=True)
    derives_from = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("derives from"),
        help_text=_("The published set of which this one is a variant."),
    )
    in_force_basis = models.TextField(_("who decided that it is in force"), blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    published_at = models.DateTimeField(_("published at"), null=True, blank=True)

    objects = CriteriaSetQuerySet.as_manager()

    class Meta:
        verbose_name = _("criteria set")
        verbose_name_plural = _("criteria sets")
        ordering = ["document__order", "order", "code"]
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="criteria_set_version_once"),
        ]
        triggers = [
            *journal.journalled(),
            pgtrigger.Trigger(
                name="freeze_published",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                func=_FREEZE_SET,
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def managers_words(self) -> str:
        """The kinds of managing body of which it speaks, in words; empty: whoever manages."""
        return ", ".join(str(UnitKind(kind).label) for kind in self.managers)


class Criterion(models.Model):
    """One rule record: wording, the quoted sentence with its source, and one typed rule."""

    class Status(models.TextChoices):
        KNOWN = "known", _("known from its source")
        NO_SOURCE = "no_source", _("no source yet")

    criteria_set = models.ForeignKey(
        CriteriaSet, models.CASCADE, related_name="criteria", verbose_name=_("criteria set")
    )
    parent = models.ForeignKey(
        "self",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("part of"),
    )
    code = models.CharField(_("code"), max_length=20)
    order = models.PositiveSmallIntegerField(_("order"))
    group = models.CharField(_("group"), max_length=300, blank=True)
    wording = models.TextField(_("wording"))
    quote = models.TextField(_("quoted text"), blank=True)
    source = models.ForeignKey(Source, models.PROTECT, related_name="+", verbose_name=_("source"))
    confidence = models.CharField(
        _("confidence"), max_length=10, choices=Confidence, default=Confidence.STATED
    )
    article = models.CharField(_("place in the document"), max_length=60, blank=True)
    evidence_hint = models.TextField(_("evidence it asks for"), blank=True)
    rule = models.JSONField(_("rule"), null=True)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.KNOWN)
    note = models.TextField(_("note"), blank=True)

    class Meta:
        verbose_name = _("criterion")
        verbose_name_plural = _("criteria")
        ordering = ["criteria_set", "order"]
        constraints = [
            models.UniqueConstraint(fields=["criteria_set", "code"], name="criterion_code_once"),
            # Of a public page no text was kept: it gives a wording, but nothing to quote.
            models.CheckConstraint(
                condition=Q(status="no_source") | ~Q(confidence=Confidence.STATED) | ~Q(quote=""),
                name="criterion_known_has_quote",
            ),
            models.CheckConstraint(
                condition=Q(status="no_source") | Q(rule__isnull=False),
                name="criterion_known_has_rule",
            ),
            # Without a rule it is NULL, and nothing else means that.
            models.CheckConstraint(
                condition=~Q(rule={}) & ~Q(rule=models.Value(None, models.JSONField())),
                name="criterion_rule_is_whole",
            ),
        ]
        triggers = [
            *journal.journalled(),
            pgtrigger.Trigger(
                name="freeze_published",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func=_FREEZE_CRITERION,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code}. {self.wording[:80]}"


class CriterionRegister(models.Model):
    """A criterion speaks of a register of the campaign; its page shows what that holds.

    It stands beside the criterion, not in it: what is shown there changes no published rule.
    """

    criterion = models.OneToOneField(
        Criterion, models.CASCADE, related_name="register_link", verbose_name=_("criterion")
    )
    register = models.CharField(_("register"), max_length=15, choices=Register)
    words = models.CharField(_("words that speak of it"), max_length=300)

    class Meta:
        verbose_name = _("register of a criterion")
        verbose_name_plural = _("registers of criteria")
        triggers = journal.journalled()

    def __str__(self) -> str:
        return str(self.get_register_display())
