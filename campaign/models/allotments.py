"""What a unit has to reach of a target, where it is not the value of the plan."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from campaign.models.documents import Target
from core import journal
from core.numbers import format_vi_number
from units.models import Unit


class TargetAllotment(models.Model):
    """From now on a unit has to reach this share of a target; what was allotted last stands.

    Nothing is ever changed: each line says who allotted what, and why. Without a share the value of
    the plan stands again.
    """

    append_only = True

    target = models.ForeignKey(
        Target, models.PROTECT, related_name="allotments", verbose_name=_("target")
    )
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("unit"))
    share = models.DecimalField(_("share, %"), max_digits=5, decimal_places=2, null=True)
    reason = models.TextField(_("reason"))
    allotted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("allotted by")
    )
    allotted_at = models.DateTimeField(_("allotted at"), db_default=Now())

    class Meta:
        verbose_name = _("allotment of a target")
        verbose_name_plural = _("allotments of targets")
        ordering = ["pk"]
        indexes = [models.Index(fields=["target", "unit", "-id"], name="allotment_that_stands")]
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=Q(share=None) | Q(share__gte=0, share__lte=100),
                name="allotment_share_in_percent",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="allotment_says_why"),
        ]
        triggers = journal.journalled()

    def __str__(self) -> str:
        return f"{self.target_id} {self.unit_id} {self.share}"

    @property
    def percent(self) -> str:
        """The share as it is written; empty where the value of the plan stands again."""
        return "" if self.share is None else f"{format_vi_number(self.share)}%"
