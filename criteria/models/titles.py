"""What a document promises: titles, and forms of commendation."""

import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from campaign.models import Document, Source
from core import journal
from units.models import COLLATION, UnitKind


class Unregistered(models.TextChoices):
    """What follows where a unit that did not register is to be recognised."""

    ALLOW = "allow", _("may be recognised")
    WARN = "warn", _("deserves a look")
    REFUSE = "refuse", _("may not be recognised")


class Title(models.Model):
    """A title that a unit of a kind can hold, one per tier; grades where the rules know them."""

    code = models.SlugField(_("code"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=200, db_collation=COLLATION)
    tier = models.CharField(_("tier"), max_length=60, blank=True)
    subject_kinds = ArrayField(
        models.CharField(max_length=20, choices=UnitKind), verbose_name=_("held by")
    )
    grades = ArrayField(models.CharField(max_length=20), default=list, verbose_name=_("grades"))
    valid_months = models.PositiveSmallIntegerField(_("valid for months"), null=True, blank=True)
    waiting_months = models.PositiveSmallIntegerField(
        _("months before a higher grade"), null=True, blank=True
    )
    terms_since = models.DateField(_("these terms hold since"), null=True, blank=True)
    terms_basis = models.CharField(_("these terms by"), max_length=300, blank=True)
    recognised_by = models.CharField(_("recognised by"), max_length=300, blank=True)
    recognised_by_note = models.TextField(_("about the recognising authority"), blank=True)
    unregistered = models.CharField(
        _("who did not register"), max_length=10, choices=Unregistered, default=Unregistered.WARN
    )
    unregistered_basis = models.CharField(
        _("by"),
        max_length=300,
        blank=True,
        help_text=_("The text that says so; empty: no source, only deserves a look."),
    )
    document = models.ForeignKey(
        Document, models.PROTECT, null=True, related_name="titles", verbose_name=_("document")
    )
    source = models.ForeignKey(Source, models.PROTECT, related_name="+", verbose_name=_("source"))
    quote = models.TextField(_("quoted text"), blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("title")
        verbose_name_plural = _("titles")
        ordering = ["order", "code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(unregistered=Unregistered.WARN) | ~Q(unregistered_basis=""),
                name="title_unregistered_has_basis",
            ),
            models.CheckConstraint(
                condition=Q(waiting_months=None) | ~Q(terms_basis=""),
                name="title_waiting_has_basis",
            ),
        ]
        triggers = journal.journalled()

    def __str__(self) -> str:
        return f"“{self.name}” {self.tier}".strip()

    def valid_months_on(self, day: datetime.date) -> int | None:
        """How long it is valid where it is decided on `day`; None is *not configured*."""
        return self.valid_months if self._terms_hold(day) else None

    def waiting_months_on(self, day: datetime.date) -> int | None:
        """How long after it a higher grade is asked for; None is *not configured*."""
        return self.waiting_months if self._terms_hold(day) else None

    def _terms_hold(self, day: datetime.date) -> bool:
        return self.terms_since is None or self.terms_since <= day


class AwardForm(models.Model):
    """A form of commendation that a document names, with who decides it and when it is given.

    One that is open (“bằng hình thức phù hợp”) is proposed as it stands; who decides gives another
    one, which is not.
    """

    class Occasion(models.TextChoices):
        YEARLY = "yearly", _("every year")
        PHASE_END = "phase_end", _("at the end of a phase")

    code = models.SlugField(_("code"), max_length=80, unique=True)
    name = models.CharField(_("name"), max_length=300)
    occasion = models.CharField(_("given"), max_length=10, choices=Occasion)
    is_open = models.BooleanField(
        _("leaves open which form"),
        default=False,
        help_text=_("Who decides chooses the form that is given."),
    )
    decided_by = models.CharField(_("decided by"), max_length=300, blank=True)
    subject_kinds = ArrayField(
        models.CharField(max_length=20, choices=UnitKind), default=list, verbose_name=_("for")
    )
    subject_text = models.CharField(_("for, as the text says"), max_length=300, blank=True)
    document = models.ForeignKey(
        Document, models.PROTECT, related_name="award_forms", verbose_name=_("document")
    )
    source = models.ForeignKey(Source, models.PROTECT, related_name="+", verbose_name=_("source"))
    article = models.CharField(_("place in the document"), max_length=60, blank=True)
    quote = models.TextField(_("quoted text"))
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("form of commendation")
        verbose_name_plural = _("forms of commendation")
        ordering = ["document__order", "order"]
        # It was made in the app of the awards; the journal and the loader know the table by name.
        db_table = "awards_awardform"
        triggers = journal.journalled()

    def __str__(self) -> str:
        return self.name
