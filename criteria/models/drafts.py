"""Versions of criteria sets that are drafted in the portal, and who published them."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core import journal
from core.models import HasParticipants
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
