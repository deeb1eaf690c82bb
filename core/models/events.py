"""What a workflow keeps of each step, as the history of the subject shows it."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class StepEvent(models.Model):
    """One transition of a subject; the domain adds the subject, `source` and `target`."""

    append_only = True

    transition = models.CharField(_("step"), max_length=30)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.RESTRICT, related_name="+", verbose_name=_("by")
    )
    unit_name = models.CharField(_("acting for"), max_length=200, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    at = models.DateTimeField(_("at"), db_default=Now())

    class Meta:
        abstract = True
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.transition} {self.at:%d/%m/%Y}"
