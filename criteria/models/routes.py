"""Who receives and decides what."""

from django.contrib.postgres.fields import ArrayField, DateRangeField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from campaign.models import Document, Source
from core import journal
from criteria.models.titles import Title
from units.models import Unit, UnitKind


class RouteMatter(models.TextChoices):
    """What travels along a route."""

    ASSESSMENT = "assessment", _("self-assessment")
    RECOGNITION = "recognition", _("recognition of a title")
    AWARD = "award", _("commendation")
    REGISTRATION = "registration", _("registration")


class Route(models.Model):
    """Who receives and decides what, for a kind of subject in a territory and period."""

    matter = models.CharField(_("matter"), max_length=20, choices=RouteMatter)
    subject_kinds = ArrayField(
        models.CharField(max_length=20, choices=UnitKind), verbose_name=_("for")
    )
    title = models.ForeignKey(
        Title, models.PROTECT, null=True, blank=True, related_name="routes", verbose_name=_("title")
    )
    form_code = models.SlugField(_("form of commendation"), max_length=60, blank=True)
    territory = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("territory")
    )
    period = DateRangeField(_("in force"))
    document = models.ForeignKey(
        Document, models.PROTECT, null=True, related_name="routes", verbose_name=_("document")
    )
    source = models.ForeignKey(
        Source, models.PROTECT, null=True, related_name="+", verbose_name=_("source")
    )
    quote = models.TextField(_("quoted text"), blank=True)
    basis = models.CharField(_("by"), max_length=300, blank=True)
    is_demo = models.BooleanField(_("belongs to the demonstration"), default=False)
    code = models.SlugField(_("code"), max_length=80, unique=True)

    class Meta:
        verbose_name = _("route")
        verbose_name_plural = _("routes")
        triggers = journal.journalled()

    def __str__(self) -> str:
        return self.code


class RouteStep(models.Model):
    """One step of a route: which body does what.

    The body is one `unit`, or of each subject the unit `above` it, such as the commune of a hamlet,
    or its `managing` body, such as the Sở of a school.
    """

    class Act(models.TextChoices):
        PROPOSE = "propose", _("proposes")
        APPRAISE = "appraise", _("appraises")
        RECEIVE = "receive", _("receives")
        DECIDE = "decide", _("decides")

    route = models.ForeignKey(Route, models.CASCADE, related_name="steps", verbose_name=_("route"))
    order = models.PositiveSmallIntegerField(_("order"))
    act = models.CharField(_("act"), max_length=10, choices=Act)
    body = models.CharField(_("body"), max_length=300)
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("unit")
    )
    above = models.CharField(
        _("the unit of this kind in which the subject lies"),
        max_length=20,
        choices=UnitKind,
        blank=True,
    )
    managing = models.BooleanField(_("the body that manages the subject"), default=False)

    class Meta:
        verbose_name = _("step of a route")
        verbose_name_plural = _("steps of a route")
        ordering = ["route", "order"]
        constraints = [
            models.UniqueConstraint(fields=["route", "order"], name="route_step_once"),
            models.CheckConstraint(
                condition=Q(unit=None, above="")
                | Q(unit=None, managing=False)
                | Q(above="", managing=False),
                name="route_step_one_body",
            ),
        ]
        triggers = journal.journalled()

    def __str__(self) -> str:
        return f"{self.order}. {self.body}"
