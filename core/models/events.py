"""What a workflow keeps of each step, as the history of the subject shows it."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class StepEvent(models.Model):
    """One transition of a subject; the domain adds the subject, `source` and `target`."""

    append_only = True
    redactable: tuple[str, ...] = ("reason",)

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


def keep_step(
    subject: Any,
    step: str,
    source: str,
    user: Any,
    behalf: Any,
    reason: str = "",
    **more: Any,
) -> None:
    """Keep a step that was taken in the history of `subject`, which stands where it led.

    Args:
        subject: with its `state`, and its `StepEvent`s as `events`.
        source: the state from which it was taken.
        behalf: the appointment in whose right `user` took it, with its `unit_name`; or None.
        more: what the domain keeps of a step besides.
    """
    subject.events.create(
        transition=step,
        source=source,
        target=subject.state,
        user=user,
        unit_name=behalf.unit_name if behalf else "",
        reason=reason,
        **more,
    )
