"""What lists of congdanhoctap.vn say of citizens."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from core import journal, periods
from units.models import Member, Placement, Unit


class OutsideResultQuerySet(models.QuerySet["OutsideResult"]):
    """The only door for views."""

    def visible_to(self, user: Any) -> Self:
        """Results of the lists of hamlets and offices whose members `user` sees, and of their
        members by the lists of others: who stands in two communes is shown to both."""
        today = periods.today()
        homes = Placement.objects.on(today).with_capability(user, "members.view").values("unit")
        members = Member.objects.on(today).filter(home__in=homes)
        return self.filter(Q(home__in=homes) | Q(unit__in=members.values("unit")))


class OutsideResult(models.Model):
    """The result of a citizen in a year, as a list of congdanhoctap.vn of one hamlet or office says
    it; it is not scored again. A person counts once, in however many lists."""

    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="outside_results", verbose_name=_("citizen")
    )
    home = models.ForeignKey(
        Unit, models.PROTECT, related_name="+", verbose_name=_("in the list of")
    )
    assessed_year = models.PositiveSmallIntegerField(_("assessed year"))
    points = models.DecimalField(_("points"), max_digits=5, decimal_places=2, null=True)
    passed = models.BooleanField(_("reached"), null=True)
    brought_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.RESTRICT, related_name="+", verbose_name=_("brought in by")
    )
    brought_at = models.DateTimeField(_("brought in at"), db_default=Now())

    objects = OutsideResultQuerySet.as_manager()

    class Meta:
        verbose_name = _("result of congdanhoctap.vn")
        verbose_name_plural = _("results of congdanhoctap.vn")
        ordering = ["-assessed_year", "home", "pk"]
        indexes = [models.Index(fields=["home", "assessed_year"], name="outside_result_list")]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "home", "assessed_year"], name="outside_result_once_a_list"
            ),
            models.CheckConstraint(
                condition=Q(points=None) | Q(points__range=(0, 100)), name="outside_result_points"
            ),
            models.CheckConstraint(
                condition=Q(points__isnull=False) | Q(passed__isnull=False),
                name="outside_result_says_something",
            ),
        ]
        triggers = journal.journalled()

    def __str__(self) -> str:
        return f"{self.unit_id} {self.assessed_year}"
