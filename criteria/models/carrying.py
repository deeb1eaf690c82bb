"""Self-assessments that went on under a later version of their criteria set."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from core import journal
from criteria.models.assessments import Assessment
from criteria.models.sets import CriteriaSet


class CarryOver(models.Model):
    """A self-assessment was carried over from one version of its set to a later one.

    `answers` are all its answers as they stood before, by which undoing gives them back.
    """

    assessment = models.ForeignKey(
        Assessment, models.CASCADE, related_name="carryings", verbose_name=_("self-assessment")
    )
    source_set = models.ForeignKey(
        CriteriaSet, models.PROTECT, related_name="+", verbose_name=_("from the version")
    )
    target_set = models.ForeignKey(
        CriteriaSet, models.PROTECT, related_name="+", verbose_name=_("to the version")
    )
    answers = models.JSONField(_("answers before"))
    carried_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.RESTRICT, related_name="+", verbose_name=_("by")
    )
    carried_at = models.DateTimeField(_("at"), db_default=Now())
    undone_at = models.DateTimeField(_("undone at"), null=True)

    class Meta:
        verbose_name = _("self-assessment carried over")
        verbose_name_plural = _("self-assessments carried over")
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "target_set"],
                condition=Q(undone_at=None),
                name="carry_over_once",
            ),
        ]
        triggers = journal.journalled(masked=("answers",))

    def __str__(self) -> str:
        return f"{self.assessment_id} {self.target_set_id}"
