"""Figures: dated numbers of a unit and dated facts of a place; a change is a new figure."""

from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from core import journal, periods
from units.models.tree import Placement, Unit, UnitKind


class Measure(models.TextChoices):
    """How a kind of figure is written."""

    COUNT = "count", _("a whole number")
    FACT = "fact", _("yes or no")


class FigureKind(models.Model):
    """A number that rules or targets ask of units, or a fact of the place; loaded as data."""

    code = models.SlugField(_("code"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=200)
    unit_name = models.CharField(_("counted in"), max_length=40, blank=True)
    measure = models.CharField(_("measure"), max_length=10, choices=Measure)
    asked_of = ArrayField(
        models.CharField(max_length=20, choices=UnitKind), verbose_name=_("asked of")
    )
    # A declared number of holders of a title: what counts where no list is kept.
    title_code = models.SlugField(_("holders of the title"), max_length=60, blank=True)
    asked_by = models.TextField(_("asked by"), blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("kind of figure")
        verbose_name_plural = _("kinds of figures")
        ordering = ["order", "code"]
        triggers = journal.journalled()

    def __str__(self) -> str:
        return self.name


class FigureQuerySet(models.QuerySet["Figure"]):
    """Figures by day and by scope."""

    def visible_to(self, user: object, day: periods.Day | None = None) -> Self:
        """Figures of units that lie in the scope of `user` today.

        Args:
            day: the last day of units that are no more, where theirs are asked for.
        """
        units = Placement.objects.on(day or periods.today())
        units = units.with_capability(user, "figures.view")
        return self.filter(unit__in=units.values("unit"))

    def standing(self) -> Self:
        """Of each unit, kind and day what was stated last, withdrawn ones too."""
        return self.order_by("unit", "kind_id", "-day", "-pk").distinct("unit", "kind", "day")

    def on(self, day: periods.Day) -> Self:
        """Of each unit and kind the figure that is true on `day`: the nearest one not after it."""
        standing = self.model._default_manager.filter(
            pk__in=self.filter(day__lte=day).standing().values("pk"), value__isnull=False
        )
        return standing.order_by("unit", "kind_id", "-day").distinct("unit", "kind")  # type: ignore[return-value]


class Figure(models.Model):
    """A number of a unit (a fact of it: 1 or 0) on a day, who stated it, and on which paper.

    Nothing is edited: of two figures for the same day the later one stands, and one without a value
    takes back what was stated for that day.
    """

    append_only = True

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="figures", verbose_name=_("unit"))
    kind = models.ForeignKey(
        FigureKind, models.PROTECT, related_name="figures", verbose_name=_("kind")
    )
    value = models.PositiveBigIntegerField(_("value"), null=True, blank=True)
    day = models.DateField(_("day it is true of"))
    paper = models.CharField(_("on which paper"), max_length=300)
    stated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("stated by")
    )
    stated_at = models.DateTimeField(_("stated at"), db_default=Now())

    objects = FigureQuerySet.as_manager()

    class Meta:
        verbose_name = _("figure")
        verbose_name_plural = _("figures")
        indexes = [models.Index(fields=["unit", "kind", "-day", "-id"], name="figure_on_a_day")]
        constraints = [
            models.CheckConstraint(condition=~Q(paper=""), name="figure_names_its_paper"),
        ]
        triggers = journal.journalled()

    def __str__(self) -> str:
        return f"{self.kind_id} {self.day:%d/%m/%Y}"
