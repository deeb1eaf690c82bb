"""The campaign, its phases, its rounds, and until when who has to send what."""

from typing import Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from campaign.models.documents import Document, Source
from core import journal
from units.models import Unit, UnitKind


class Campaign(models.Model):
    """The emulation campaign."""

    code = models.SlugField(_("code"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=300)
    from_year = models.PositiveSmallIntegerField(_("from year"))
    to_year = models.PositiveSmallIntegerField(_("to year"))
    document = models.ForeignKey(
        Document, models.PROTECT, related_name="+", verbose_name=_("launched by")
    )

    class Meta:
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")
        triggers = journal.journalled()

    def __str__(self) -> str:
        return self.name


class Phase(models.Model):
    """A phase of the campaign as one document states it."""

    class Review(models.TextChoices):
        INTERIM = "interim", _("interim review")
        FINAL = "final", _("final review")
        NONE = "none", _("not stated")

    document = models.ForeignKey(
        Document, models.CASCADE, related_name="phases", verbose_name=_("document")
    )
    campaign = models.ForeignKey(
        Campaign, models.PROTECT, related_name="phases", null=True, verbose_name=_("campaign")
    )
    code = models.SlugField(_("code"), max_length=60)
    name = models.CharField(_("name"), max_length=200)
    from_year = models.PositiveSmallIntegerField(_("from year"))
    to_year = models.PositiveSmallIntegerField(_("to year"))
    review = models.CharField(_("review"), max_length=10, choices=Review, default=Review.NONE)
    source = models.ForeignKey(Source, models.PROTECT, related_name="+", verbose_name=_("source"))
    quote = models.TextField(_("quoted text"))
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("phase")
        verbose_name_plural = _("phases")
        ordering = ["document", "order"]
        constraints = [
            models.UniqueConstraint(fields=["document", "code"], name="phase_code_once"),
            models.CheckConstraint(
                condition=Q(from_year__lte=F("to_year")), name="phase_years_in_order"
            ),
        ]
        triggers = journal.journalled()

    def __str__(self) -> str:
        years = (str(self.from_year), str(self.to_year))
        if all(year in self.name for year in years):
            return self.name
        return f"{self.name} ({' – '.join(years)})"


class Round(models.Model):
    """One assessed year; deadlines per tier are configured, an absent one is *not configured*.

    A round is the whole campaign's: for a year there is one, whoever opens it. Its deadlines are
    each territory's own.
    """

    campaign = models.ForeignKey(
        Campaign, models.PROTECT, related_name="rounds", verbose_name=_("campaign")
    )
    code = models.SlugField(_("code"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=200)
    assessed_year = models.PositiveSmallIntegerField(_("assessed year"))
    figures_day = models.DateField(_("day its figures are true of"))
    figures_basis = models.CharField(_("basis of that day"), max_length=300, blank=True)
    # Nobody opened a round of the plan files.
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.RESTRICT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("opened by"),
    )
    opened_at = models.DateTimeField(_("opened at"), null=True, blank=True)

    class Meta:
        verbose_name = _("round")
        verbose_name_plural = _("rounds")
        ordering = ["-assessed_year"]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "assessed_year"], name="round_once_a_year")
        ]
        triggers = journal.journalled()

    def __str__(self) -> str:
        return self.name


def _told_change() -> pgtrigger.Trigger:
    """Refuses another day for a deadline unless the change itself is recorded, with its reason."""
    return pgtrigger.Trigger(
        name="told_change",
        when=pgtrigger.Before,
        operation=pgtrigger.UpdateOf("due_on"),  # type: ignore[no-untyped-call]
        condition=pgtrigger.Q(old__due_on__df=pgtrigger.F("new__due_on")),
        func="""
            IF (OLD.due_on, NEW.due_on) IS DISTINCT FROM (
                SELECT (old_due, new_due) FROM campaign_deadlinechange
                WHERE deadline_id = NEW.id ORDER BY id DESC LIMIT 1
            ) THEN
                RAISE EXCEPTION 'deadline: % becomes % without a recorded change',
                    OLD.due_on, NEW.due_on USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        """,
    )


def _begins_with_wider() -> pgtrigger.Trigger:
    """Refuses a deadline where one of a wider territory holds, unless it begins on that day: from
    there it moves as any other, with a recorded change."""
    return pgtrigger.Trigger(
        name="begins_with_wider",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        declare=[("wider", "date")],
        func="""
            SELECT standing.due_on INTO wider
            FROM campaign_rounddeadline standing
            CROSS JOIN LATERAL (
                SELECT path FROM units_placement
                WHERE unit_id = NEW.territory_id ORDER BY period DESC LIMIT 1
            ) own
            WHERE (standing.round_id, standing.phase_id)
                    IS NOT DISTINCT FROM (NEW.round_id, NEW.phase_id)
                AND standing.matter = NEW.matter
                AND standing.subject_kind = NEW.subject_kind
                AND standing.territory_id <> NEW.territory_id
                AND strpos(own.path, '/' || standing.territory_id || '/') > 0
            ORDER BY strpos(own.path, '/' || standing.territory_id || '/') DESC
            LIMIT 1;
            IF NEW.due_on <> wider THEN
                RAISE EXCEPTION 'deadline: % instead of % without a recorded change',
                    NEW.due_on, wider USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        """,
    )


class DeadlineMatter(models.TextChoices):
    """What is due on the day of a deadline."""

    ASSESSMENT = "assessment", _("self-assessments")
    REGISTRATION = "registration", _("registrations")
    NOMINATION = "nomination", _("nominations for commendation")


class DeadlineQuerySet(models.QuerySet["RoundDeadline"]):
    """Deadlines, by what they are of."""

    def of(self, occasion: Round | Phase) -> Self:
        """Those of a round or phase."""
        field = "round" if isinstance(occasion, Round) else "phase"
        return self.filter(**{field: occasion})

    def like(self, one: "RoundDeadline") -> Self:
        """Those of the same round or phase, for the same matter and kind of unit, it included."""
        return self.filter(
            round=one.round_id,
            phase=one.phase_id,
            matter=one.matter,
            subject_kind=one.subject_kind,
        )


class RoundDeadline(models.Model):
    """The day until which units of a kind in a territory send their assessments, register, or are
    proposed for commendation: in a round, or of nominations at the end of a phase.

    It moves only with a `DeadlineChange` that says who moved it, from when to when, and why; under
    the deadline of a wider territory it begins on that one's day.
    """

    round = models.ForeignKey(
        Round, models.PROTECT, null=True, related_name="deadlines", verbose_name=_("round")
    )
    phase = models.ForeignKey(
        Phase, models.PROTECT, null=True, related_name="deadlines", verbose_name=_("phase")
    )
    matter = models.CharField(
        _("what is due"),
        max_length=20,
        choices=DeadlineMatter,
        default=DeadlineMatter.ASSESSMENT,
    )
    subject_kind = models.CharField(_("for"), max_length=20, choices=UnitKind)
    territory = models.ForeignKey(
        Unit, models.PROTECT, related_name="+", verbose_name=_("territory")
    )
    due_on = models.DateField(_("due on"))
    basis = models.CharField(_("by"), max_length=300)
    is_demo = models.BooleanField(_("belongs to the demonstration"), default=False)

    objects = DeadlineQuerySet.as_manager()

    class Meta:
        verbose_name = _("deadline")
        verbose_name_plural = _("deadlines")
        constraints = [
            models.UniqueConstraint(
                fields=["round", "matter", "subject_kind", "territory"], name="deadline_once"
            ),
            models.UniqueConstraint(
                fields=["phase", "matter", "subject_kind", "territory"],
                name="deadline_of_phase_once",
            ),
            models.CheckConstraint(
                condition=Q(round__isnull=False, phase=None)
                | Q(round=None, phase__isnull=False, matter="nomination"),
                name="deadline_of_round_or_phase",
            ),
        ]
        triggers = [*journal.journalled(), _told_change(), _begins_with_wider()]

    def __str__(self) -> str:
        return f"{self.occasion} {self.due_on:%d/%m/%Y}"

    @property
    def occasion(self) -> Round | Phase:
        """The round or phase whose deadline it is."""
        found = self.round or self.phase
        assert found is not None  # noqa: S101 -- a constraint of the table
        return found


class DeadlineChange(models.Model):
    """A deadline was moved: from when to when, by whom, and why."""

    append_only = True

    deadline = models.ForeignKey(
        RoundDeadline, models.PROTECT, related_name="changes", verbose_name=_("deadline")
    )
    old_due = models.DateField(_("due until then"))
    new_due = models.DateField(_("due now"))
    reason = models.TextField(_("reason"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.RESTRICT, related_name="+", verbose_name=_("by")
    )
    unit_name = models.CharField(_("acting for"), max_length=200, blank=True)
    at = models.DateTimeField(_("at"), db_default=Now())

    class Meta:
        verbose_name = _("change of a deadline")
        verbose_name_plural = _("changes of deadlines")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(old_due=F("new_due")), name="deadline_change_changes"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="deadline_change_has_reason"),
        ]
        triggers = journal.journalled()

    def __str__(self) -> str:
        return f"{self.old_due:%d/%m/%Y} → {self.new_due:%d/%m/%Y}"

    @property
    def extends(self) -> bool:
        """Whether there is more time than before."""
        return self.new_due > self.old_due
