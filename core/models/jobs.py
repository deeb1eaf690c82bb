"""Itemised jobs: one act asked for many subjects, with its outcome row by row."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from core import journal


class Job(models.Model):
    """One act that a person asked for, for many subjects at once."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waits for a worker")
        RUNNING = "running", _("is being done")
        DONE = "done", _("done")
        CANCELLED = "cancelled", _("cancelled")

    kind = models.CharField(_("kind of job"), max_length=60)
    params = models.JSONField(_("what for"), default=dict)
    reason = models.TextField(_("reason"), blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.RESTRICT, related_name="+", verbose_name=_("started by")
    )
    undoes = models.OneToOneField(
        "self", models.RESTRICT, null=True, related_name="undone_by", verbose_name=_("undoes")
    )
    ordered_at = models.DateTimeField(_("ordered at"), db_default=Now())
    ended_at = models.DateTimeField(_("ended at"), null=True)

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=("waiting", "running"), ended_at=None)
                | Q(state__in=("done", "cancelled"), ended_at__isnull=False),
                name="job_ended_has_moment",
            ),
        ]
        triggers = journal.journalled()

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class JobItem(models.Model):
    """One subject of a job and what became of it, written in the transaction that did it.

    It is its own record: the journal has what was done to the subject.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waits")
        DONE = "done", _("done")
        REFUSED = "refused", _("refused")
        FAILED = "failed", _("failed")
        CANCELLED = "cancelled", _("cancelled")

    job = models.ForeignKey(Job, models.CASCADE, related_name="items", verbose_name=_("job"))
    position = models.PositiveIntegerField(_("position"))
    key = models.CharField(_("subject"), max_length=80)
    label = models.CharField(_("name"), max_length=200)
    url = models.CharField(_("page"), max_length=300, blank=True)
    # The subject in a word, as it was shown to who ordered the job, and as the job left it.
    seen = models.CharField(_("as it was shown"), max_length=80, blank=True)
    left = models.CharField(_("as it was left"), max_length=80, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    message = models.TextField(_("message"), blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True)

    class Meta:
        verbose_name = _("item of a job")
        verbose_name_plural = _("items of jobs")
        ordering = ["job", "position"]
        constraints = [
            models.UniqueConstraint(fields=["job", "key"], name="job_item_once"),
            models.UniqueConstraint(fields=["job", "position"], name="job_item_position"),
            models.CheckConstraint(
                condition=Q(state="waiting", ended_at=None)
                | (~Q(state="waiting") & Q(ended_at__isnull=False)),
                name="job_item_ended_has_moment",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.job} {self.label}"
