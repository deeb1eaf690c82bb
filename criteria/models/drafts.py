"""Versions of criteria sets that are drafted in the portal, and who published them."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from campaign.models import Round
from core import journal
from core.models import HasParticipants, StepEvent
from criteria.models.sets import CriteriaSet
from units import scope

EDIT = "criteria.edit"


class DraftState(models.TextChoices):
    """Where a version stands that is made in the portal."""

    DRAFT = "draft", _("draft")
    PROPOSED = "proposed", _("put forward, waits for a second person")
    PUBLISHED = "published", _("published")


class SetDraftQuerySet(models.QuerySet["SetDraft"]):
    """Drafts by who may read them."""

    def visible_to(self, user: Any) -> Self:
        """Those of the sets whose rules the person keeps; others read what is published."""
        return self.filter(scope.of(user).q(EDIT, unit="criteria_set__owner", path="path"))

    def unpublished(self) -> Self:
        """What is not in force yet."""
        return self.exclude(state=DraftState.PUBLISHED)


class SetDraft(HasParticipants):
    """A new version of a criteria set: its rows are a `CriteriaSet` without a day of publication.

    Once published it stays, and says that the version was made here and not in the plan files.
    """

    criteria_set = models.OneToOneField(
        CriteriaSet, models.CASCADE, related_name="draft", verbose_name=_("criteria set")
    )
    base = models.ForeignKey(
        CriteriaSet, models.PROTECT, related_name="+", verbose_name=_("begun as a copy of")
    )
    code = models.SlugField(_("code"), max_length=80)
    # Where the owner lies today, or what has followed it: who keeps its rules is asked by that.
    path = models.CharField(_("path of the territory"), max_length=200, db_collation="C")
    state = models.CharField(
        _("state"), max_length=10, choices=DraftState, default=DraftState.DRAFT
    )
    # How often its contents changed, so that nobody overwrites or publishes what they did not see.
    version = models.PositiveIntegerField(_("version"), default=1)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.RESTRICT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("put forward by"),
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.RESTRICT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("published by"),
    )
    state_reason = models.TextField(_("reason"), blank=True)

    # What keeps it from being published (criteria.drafting.checking), read once for one instance.
    problems_once: Any = None

    objects = SetDraftQuerySet.as_manager()

    class Meta:
        verbose_name = _("draft of a criteria set")
        verbose_name_plural = _("drafts of criteria sets")
        constraints = [
            models.UniqueConstraint(
                fields=["code"],
                condition=~Q(state=DraftState.PUBLISHED),
                name="set_draft_once_a_code",
            ),
            models.CheckConstraint(
                condition=Q(state=DraftState.DRAFT) | Q(proposed_by__isnull=False),
                name="set_draft_proposed_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state=DraftState.PUBLISHED) | Q(decided_by__isnull=False),
                name="set_draft_published_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("proposed_by")),
                name="set_draft_published_by_another",
            ),
        ]
        triggers = journal.journalled()

    def __str__(self) -> str:
        return f"{self.code} {self.criteria_set_id}"


class SetDraftEvent(StepEvent):
    """One transition of a draft, as its history shows it."""

    append_only = False  # a draft that is discarded takes them with it; the journal keeps all

    draft = models.ForeignKey(
        SetDraft, models.CASCADE, related_name="events", verbose_name=_("draft of a criteria set")
    )
    source = models.CharField(_("from"), max_length=10, choices=DraftState)
    target = models.CharField(_("to"), max_length=10, choices=DraftState)

    class Meta(StepEvent.Meta):
        verbose_name = _("step of a draft")
        verbose_name_plural = _("steps of drafts")
        triggers = journal.journalled()


class SetTrialQuerySet(models.QuerySet["SetTrial"]):
    """Trials by who may read them."""

    def visible_to(self, user: Any) -> Self:
        """One's own: each covers the self-assessments that its person may read."""
        return self.filter(ordered_by=user, draft__in=SetDraft.objects.visible_to(user))


class SetTrial(models.Model):
    """A draft tried on real answers, beside the version before; the last one of a person stays.

    `rows` holds no word and no name: of each self-assessment that differs or not its key, the
    outcome by the version before and by the draft, and the criteria of which the outcome differs,
    each with both (`criteria.drafting.trying.Row`).
    """

    draft = models.ForeignKey(
        SetDraft, models.CASCADE, related_name="trials", verbose_name=_("draft of a criteria set")
    )
    round = models.ForeignKey(Round, models.PROTECT, related_name="+", verbose_name=_("round"))
    ordered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.RESTRICT, related_name="+", verbose_name=_("tried by")
    )
    ordered_at = models.DateTimeField(_("tried at"), db_default=Now())
    draft_version = models.PositiveIntegerField(_("version of the draft"))
    # None while a worker is at it.
    rows = models.JSONField(_("outcomes"), null=True)

    objects = SetTrialQuerySet.as_manager()

    class Meta:
        verbose_name = _("trial of a draft")
        verbose_name_plural = _("trials of drafts")
        constraints = [
            models.UniqueConstraint(fields=["draft", "ordered_by"], name="set_trial_last_stays"),
        ]
        triggers = journal.journalled(masked=("rows",))

    def __str__(self) -> str:
        return f"{self.draft_id} {self.draft_version}"
