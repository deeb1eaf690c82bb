"""The calendar of working days: each year by the document that gives it."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from core import journal
from core.models.records import append_only

FIRST_YEAR, LAST_YEAR = 2000, 2100


class CalendarYear(models.Model):
    """A year whose holidays and swapped days are known, and the document that says so."""

    year = models.PositiveSmallIntegerField(_("year"), unique=True)
    document_number = models.CharField(_("number and symbol"), max_length=60)
    document_day = models.DateField(_("day of the document"))
    document_issuer = models.CharField(_("issued by"), max_length=300)
    # How the document came to be known, where that is not the document itself.
    provenance = models.CharField(_("where the record is from"), max_length=600, blank=True)

    class Meta:
        verbose_name = _("year of the calendar")
        verbose_name_plural = _("years of the calendar")
        ordering = ["-year"]
        constraints = [
            models.CheckConstraint(
                condition=Q(year__gte=FIRST_YEAR, year__lte=LAST_YEAR), name="calendar_year_range"
            ),
            models.CheckConstraint(
                condition=~Q(document_number="") & ~Q(document_issuer=""),
                name="calendar_year_has_document",
            ),
        ]
        triggers = journal.journalled()

    def __str__(self) -> str:
        return str(self.year)


class CalendarDay(models.Model):
    """One day of a year on which it is otherwise than the week says."""

    class Kind(models.TextChoices):
        OFF = "off", _("day off")
        WORKED = "worked", _("worked instead")

    year = models.ForeignKey(
        CalendarYear,
        models.CASCADE,
        to_field="year",
        related_name="days",
        verbose_name=_("year"),
    )
    day = models.DateField(_("day"), unique=True)
    kind = models.CharField(_("off or worked"), max_length=6, choices=Kind)
    name = models.CharField(_("name"), max_length=200)
    # Where it is not the document of the year: an article of law, a later letter.
    basis = models.CharField(_("by"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("day of the calendar")
        verbose_name_plural = _("days of the calendar")
        ordering = ["day"]
        constraints = [
            models.CheckConstraint(condition=Q(day__year=F("year")), name="calendar_day_in_year"),
            models.CheckConstraint(
                condition=Q(kind="off") | Q(day__iso_week_day__gte=6),
                name="calendar_worked_on_weekend",
            ),
        ]
        triggers = journal.journalled()

    def __str__(self) -> str:
        return f"{self.day:%d/%m/%Y} {self.name}"


class CalendarRevision(models.Model):
    """One change of a year: what stood there before and after, by whom and why.

    `before` and `after` hold what `core.calendar.Plan.as_json` gives; null where the year was not
    entered.
    """

    append_only = True

    year = models.PositiveSmallIntegerField(_("year"))
    before = models.JSONField(_("before"), null=True)
    after = models.JSONField(_("after"), null=True)
    reason = models.TextField(_("reason"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.RESTRICT,
        null=True,
        related_name="+",
        verbose_name=_("changed by"),
    )
    at = models.DateTimeField(_("at"), db_default=Now())

    class Meta:
        verbose_name = _("change of the calendar")
        verbose_name_plural = _("changes of the calendar")
        ordering = ["pk"]
        indexes = [models.Index(fields=["year", "id"], name="calendar_revision_year")]
        triggers = [append_only()]

    def __str__(self) -> str:
        return f"{self.year} {self.pk}"
