"""Who is proposed for which form of commendation, with what achievements."""

from typing import Any, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField, DateRangeField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from campaign.models import Phase, Round
from core import journal
from core.models import StepEvent, StoredFile
from criteria.models import AwardForm
from units import scope
from units.models import OfSubject, Placement, SubjectQuerySet, Unit


class NominationQuerySet(SubjectQuerySet["Nomination"]):
    """The only door for views."""

    def visible_to(self, user: Any) -> Self:
        """Nominations of subjects in the scope of `user` today."""
        return self.filter(
            scope.of(user).q(
                "nomination.view",
                unit="placement__unit_id",
                path="path",
                manager="placement__managed_by_id",
            )
        )

    def standing(self) -> Self:
        """Those that may still lead to a commendation, or have led to one that stands."""
        return self.exclude(state__in=ENDED_WITHOUT)


class NominationState(models.TextChoices):
    DRAFT = "draft", _("draft")
    SENT = "sent", _("sent")
    RECEIVED = "received", _("received")
    RETURNED = "returned", _("returned for completion")
    APPRAISED = "appraised", _("appraised")
    COUNCIL = "council", _("before the Council")
    PASSED = "passed", _("voted for")
    FAILED = "failed", _("voted down")
    DECIDED = "decided", _("decided")
    REVOKED = "revoked", _("commendation revoked")
    WITHDRAWN = "withdrawn", _("withdrawn from consideration")
    DROPPED = "dropped", _("not considered")


# While it is with who proposes: it is written, and counts as not sent.
OPEN_FOR_WRITING = frozenset({NominationState.DRAFT, NominationState.RETURNED})
# Where a nomination ended without a commendation that stands: the subject may be proposed again.
ENDED_WITHOUT = (
    NominationState.FAILED,
    NominationState.REVOKED,
    NominationState.WITHDRAWN,
    NominationState.DROPPED,
)


class Nomination(OfSubject):
    """One subject for one form of commendation, with its achievement period.

    `placement` and `path` are the subject's place on the day the nomination was begun; those of a
    household, clan or citizen are its home's. `proposer` is the unit that proposes, the subject
    itself or the body above it. `office` has it now: the proposer's own until it is sent.
    """

    form = models.ForeignKey(
        AwardForm,
        models.PROTECT,
        related_name="nominations",
        verbose_name=_("form of commendation"),
    )
    round = models.ForeignKey(
        Round, models.PROTECT, null=True, related_name="+", verbose_name=_("round")
    )
    phase = models.ForeignKey(
        Phase, models.PROTECT, null=True, related_name="+", verbose_name=_("phase")
    )
    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="nominations", verbose_name=_("subject")
    )
    placement = models.ForeignKey(
        Placement, models.PROTECT, related_name="+", verbose_name=_("state of the subject")
    )
    path = models.CharField(_("path"), max_length=200, db_collation="C")
    proposer = models.ForeignKey(
        Unit, models.PROTECT, related_name="proposed", verbose_name=_("proposed by")
    )
    period = DateRangeField(_("achievement period"))
    summary = models.CharField(_("summary of the achievements"), max_length=1000, blank=True)
    general = models.TextField(_("general information"), blank=True)
    achievements = models.TextField(_("achievements"), blank=True)
    # Grows with every change of what it says.
    version = models.PositiveIntegerField(_("version"), default=1)
    state = models.CharField(
        _("state"), max_length=10, choices=NominationState, default=NominationState.DRAFT
    )
    state_reason = models.TextField(_("reason of the state"), blank=True)
    office = models.ForeignKey(
        Unit, models.PROTECT, null=True, related_name="+", verbose_name=_("office that has it")
    )
    # On which it went to that office; whoever put it on another paper since has it there.
    submission = models.ForeignKey(
        "awards.Submission",
        models.PROTECT,
        null=True,
        related_name="carrying",
        verbose_name=_("submission that brought it"),
    )
    # The proposing unit states that nothing of Nghị định 152/2025/NĐ-CP, Điều 4 stands against it.
    unrestricted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.RESTRICT,
        null=True,
        related_name="+",
        verbose_name=_("stated to be unrestricted by"),
    )
    unrestricted_at = models.DateTimeField(_("stated to be unrestricted at"), null=True)
    begun_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.RESTRICT, related_name="+", verbose_name=_("begun by")
    )
    begun_at = models.DateTimeField(_("begun at"), db_default=Now())
    # Everybody who ever worked on it for the proposing unit: none of them appraises or votes.
    taken_part = ArrayField(models.BigIntegerField(), default=list, verbose_name=_("took part"))
    sent_at = models.DateTimeField(_("sent at"), null=True)
    appraised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.RESTRICT,
        null=True,
        related_name="+",
        verbose_name=_("appraised by"),
    )
    appraised_at = models.DateTimeField(_("appraised at"), null=True)
    appraisal = models.TextField(_("word of the appraisal"), blank=True)
    # What it said when it was returned: whether the unit has begun to complete it.
    returned_version = models.PositiveIntegerField(_("version that was returned"), default=0)

    objects = NominationQuerySet.as_manager()

    class Meta:
        verbose_name = _("nomination")
        verbose_name_plural = _("nominations")
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["path", "state"], name="nomination_path"),
            models.Index(fields=["office", "state"], name="nomination_office"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "form", "round", "phase"],
                condition=~Q(state__in=ENDED_WITHOUT),
                nulls_distinct=False,
                name="nomination_once",
            ),
            models.CheckConstraint(
                condition=Q(round__isnull=False, phase=None) | Q(round=None, phase__isnull=False),
                name="nomination_of_round_or_phase",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("draft", "withdrawn"))
                | Q(sent_at__isnull=False, office__isnull=False),
                name="nomination_sent_has_office",
            ),
            models.CheckConstraint(
                condition=Q(unrestricted_by=None, unrestricted_at=None)
                | Q(unrestricted_by__isnull=False, unrestricted_at__isnull=False),
                name="nomination_statement_has_actor",
            ),
            models.CheckConstraint(
                condition=~Q(state="appraised")
                | Q(appraised_by__isnull=False, appraised_at__isnull=False),
                name="nomination_appraised_has_actor",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("returned", "withdrawn", "dropped")) | ~Q(state_reason=""),
                name="nomination_refusal_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(office=None) | ~Q(office=F("unit")),
                name="nomination_with_another_office",
            ),
        ]
        # What is written of a person is theirs: the journal says that it changed.
        triggers = journal.journalled(masked=("summary", "general", "achievements", "appraisal"))

    def __str__(self) -> str:
        return f"{self.form} – {self.placement}"

    @property
    def occasion(self) -> Round | Phase:
        """The round or phase for which it is proposed."""
        found = self.round or self.phase
        assert found is not None  # noqa: S101 -- a constraint of the table
        return found

    def note_part(self, user: Any) -> None:
        """Remember, unsaved, that `user` worked on it for the proposing unit."""
        if user.pk not in self.taken_part:
            self.taken_part.append(user.pk)


class EarlierAward(models.Model):
    """A commendation that the subject had before, by the paper on which it stands."""

    nomination = models.ForeignKey(
        Nomination, models.CASCADE, related_name="earlier_awards", verbose_name=_("nomination")
    )
    name = models.CharField(_("form of commendation"), max_length=300)
    decision_number = models.CharField(_("number and symbol of the decision"), max_length=60)
    decided_on = models.DateField(_("day of the decision"))
    decided_by = models.CharField(_("issued by"), max_length=300)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.RESTRICT, related_name="+", verbose_name=_("entered by")
    )

    class Meta:
        verbose_name = _("earlier commendation")
        verbose_name_plural = _("earlier commendations")
        ordering = ["-decided_on", "pk"]
        triggers = journal.journalled()

    def __str__(self) -> str:
        return f"{self.name} {self.decision_number}"


class NominationEvidence(models.Model):
    """A file that supports a nomination."""

    nomination = models.ForeignKey(
        Nomination, models.PROTECT, related_name="evidence", verbose_name=_("nomination")
    )
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", verbose_name=_("file"))
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.RESTRICT,
        null=True,
        related_name="+",
        verbose_name=_("removed by"),
    )
    removed_at = models.DateTimeField(_("removed at"), null=True)

    class Meta:
        verbose_name = _("piece of evidence")
        verbose_name_plural = _("evidence")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["nomination", "file"], name="nomination_evidence_once"),
        ]
        triggers = journal.journalled()

    def __str__(self) -> str:
        return str(self.file)


class NominationEvent(StepEvent):
    """One transition of a nomination, as its history shows it."""

    nomination = models.ForeignKey(
        Nomination, models.PROTECT, related_name="events", verbose_name=_("nomination")
    )
    source = models.CharField(_("from"), max_length=10, choices=NominationState)
    target = models.CharField(_("to"), max_length=10, choices=NominationState)

    class Meta(StepEvent.Meta):
        verbose_name = _("step of a nomination")
        verbose_name_plural = _("steps of nominations")
