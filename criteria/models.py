"""Titles, rules as records, self-assessments and what holds titles."""

from collections.abc import Sequence
from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.contrib.postgres.indexes import GistIndex
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import Now, TruncDate
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from campaign.models import Confidence, Document, Register, Round, Source
from core import journal, periods
from core.models import StoredFile
from criteria.facts import Facts
from units import scope
from units.models import COLLATION, MEMBER_KINDS, Member, Placement, Unit, UnitKind


class Unregistered(models.TextChoices):
    """What follows where a unit that did not register is to be recognised."""

    ALLOW = "allow", _("may be recognised")
    WARN = "warn", _("deserves a look")
    REFUSE = "refuse", _("may not be recognised")


class Title(models.Model):
    """A title that a unit of a kind can hold, one per tier; grades where the rules know them."""

    code = models.SlugField(_("code"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=200, db_collation=COLLATION)
    tier = models.CharField(_("tier"), max_length=60, blank=True)
    subject_kinds = ArrayField(
        models.CharField(max_length=20, choices=UnitKind), verbose_name=_("held by")
    )
    grades = ArrayField(models.CharField(max_length=20), default=list, verbose_name=_("grades"))
    valid_months = models.PositiveSmallIntegerField(_("valid for months"), null=True, blank=True)
    recognised_by = models.CharField(_("recognised by"), max_length=300, blank=True)
    recognised_by_note = models.TextField(_("about the recognising authority"), blank=True)
    unregistered = models.CharField(
        _("who did not register"), max_length=10, choices=Unregistered, default=Unregistered.WARN
    )
    unregistered_basis = models.CharField(
        _("by"),
        max_length=300,
        blank=True,
        help_text=_("The text that says so; empty: no source, only deserves a look."),
    )
    document = models.ForeignKey(
        Document, models.PROTECT, null=True, related_name="titles", verbose_name=_("document")
    )
    source = models.ForeignKey(Source, models.PROTECT, related_name="+", verbose_name=_("source"))
    quote = models.TextField(_("quoted text"), blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("title")
        verbose_name_plural = _("titles")
        ordering = ["order", "code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(unregistered=Unregistered.WARN) | ~Q(unregistered_basis=""),
                name="title_unregistered_has_basis",
            ),
        ]
        triggers = journal.journalled()

    def __str__(self) -> str:
        return f"“{self.name}” {self.tier}".strip()


class AwardForm(models.Model):
    """A form of commendation that a document names, with who decides it and when it is given."""

    class Occasion(models.TextChoices):
        YEARLY = "yearly", _("every year")
        PHASE_END = "phase_end", _("at the end of a phase")

    code = models.SlugField(_("code"), max_length=80, unique=True)
    name = models.CharField(_("name"), max_length=300)
    occasion = models.CharField(_("given"), max_length=10, choices=Occasion)
    decided_by = models.CharField(_("decided by"), max_length=300, blank=True)
    subject_kinds = ArrayField(
        models.CharField(max_length=20, choices=UnitKind), default=list, verbose_name=_("for")
    )
    subject_text = models.CharField(_("for, as the text says"), max_length=300, blank=True)
    document = models.ForeignKey(
        Document, models.PROTECT, related_name="award_forms", verbose_name=_("document")
    )
    source = models.ForeignKey(Source, models.PROTECT, related_name="+", verbose_name=_("source"))
    article = models.CharField(_("place in the document"), max_length=60, blank=True)
    quote = models.TextField(_("quoted text"))
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("form of commendation")
        verbose_name_plural = _("forms of commendation")
        ordering = ["document__order", "order"]
        # It was made in the app of the awards; the journal and the loader know the table by name.
        db_table = "awards_awardform"
        triggers = journal.journalled()

    def __str__(self) -> str:
        return self.name


# A published set may only be ended: the successor's publication sets the end of its period.
_FREEZE_SET = """
    IF OLD.published_at IS NOT NULL AND (TG_OP = 'DELETE' OR
        to_jsonb(OLD) - 'period' <> to_jsonb(NEW) - 'period' OR
        lower(OLD.period) IS DISTINCT FROM lower(NEW.period)) THEN
        RAISE EXCEPTION 'criteria set % is published and cannot be changed', OLD.code
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
"""
# Both rows count: a criterion may not be moved into a published set either. (PostgreSQL gives OLD
# as null on INSERT, NEW as null on DELETE.)
_FREEZE_CRITERION = """
    IF EXISTS (SELECT 1 FROM criteria_criteriaset s
               WHERE s.id IN (OLD.criteria_set_id, NEW.criteria_set_id)
               AND s.published_at IS NOT NULL) THEN
        RAISE EXCEPTION 'the criteria of a published set cannot be changed'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
"""


class CriteriaSetQuerySet(models.QuerySet["CriteriaSet"]):
    """Sets by day."""

    def published(self) -> Self:
        """Only what has been published, and so cannot change any more."""
        return self.filter(published_at__isnull=False)

    def on(self, day: periods.Day) -> Self:
        """Sets in force on `day`."""
        return self.filter(period__contains=day)


class CriteriaSet(models.Model):
    """A published, immutable version of the rules for kinds of unit, with territory and period."""

    class Purpose(models.TextChoices):
        EMULATION = "emulation", _("emulation")
        TITLE = "title", _("recognition of a title")

    code = models.SlugField(_("code"), max_length=80)
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    name = models.CharField(_("name"), max_length=300, db_collation=COLLATION)
    purpose = models.CharField(_("purpose"), max_length=10, choices=Purpose)
    title = models.ForeignKey(
        Title, models.PROTECT, null=True, blank=True, related_name="sets", verbose_name=_("title")
    )
    grade = models.CharField(_("grade"), max_length=20, blank=True)
    subject_kinds = ArrayField(
        models.CharField(max_length=20, choices=UnitKind), verbose_name=_("for")
    )
    subject_text = models.CharField(_("for, as the text says"), max_length=300, blank=True)
    owner = models.ForeignKey(
        Unit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="criteria_sets",
        verbose_name=_("owner"),
        help_text=_("Empty: the whole country."),
    )
    owner_name = models.CharField(_("owner"), max_length=200, blank=True)
    period = DateRangeField(_("in force"))
    document = models.ForeignKey(
        Document, models.PROTECT, related_name="criteria_sets", verbose_name=_("document")
    )
    source = models.ForeignKey(Source, models.PROTECT, related_name="+", verbose_name=_("source"))
    article = models.CharField(_("place in the document"), max_length=60, blank=True)
    intro_quote = models.TextField(_("opening words"), blank=True)
    rule = models.JSONField(_("rule of the whole set"))
    note = models.TextField(_("note"), blank=True)
    in_force_basis = models.TextField(_("who decided that it is in force"), blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    published_at = models.DateTimeField(_("published at"), null=True, blank=True)

    objects = CriteriaSetQuerySet.as_manager()

    class Meta:
        verbose_name = _("criteria set")
        verbose_name_plural = _("criteria sets")
        ordering = ["document__order", "order", "code"]
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="criteria_set_version_once"),
        ]
        triggers = [
            *journal.journalled(),
            pgtrigger.Trigger(
                name="freeze_published",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                func=_FREEZE_SET,
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Criterion(models.Model):
    """One rule record: wording, the quoted sentence with its source, and one typed rule."""

    class Status(models.TextChoices):
        KNOWN = "known", _("known from its source")
        NO_SOURCE = "no_source", _("no source yet")

    criteria_set = models.ForeignKey(
        CriteriaSet, models.CASCADE, related_name="criteria", verbose_name=_("criteria set")
    )
    parent = models.ForeignKey(
        "self",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("part of"),
    )
    code = models.CharField(_("code"), max_length=20)
    order = models.PositiveSmallIntegerField(_("order"))
    group = models.CharField(_("group"), max_length=300, blank=True)
    wording = models.TextField(_("wording"))
    quote = models.TextField(_("quoted text"), blank=True)
    source = models.ForeignKey(Source, models.PROTECT, related_name="+", verbose_name=_("source"))
    confidence = models.CharField(
        _("confidence"), max_length=10, choices=Confidence, default=Confidence.STATED
    )
    article = models.CharField(_("place in the document"), max_length=60, blank=True)
    evidence_hint = models.TextField(_("evidence it asks for"), blank=True)
    rule = models.JSONField(_("rule"), null=True)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.KNOWN)
    note = models.TextField(_("note"), blank=True)

    class Meta:
        verbose_name = _("criterion")
        verbose_name_plural = _("criteria")
        ordering = ["criteria_set", "order"]
        constraints = [
            models.UniqueConstraint(fields=["criteria_set", "code"], name="criterion_code_once"),
            # Of a public page no text was kept: it gives a wording, but nothing to quote.
            models.CheckConstraint(
                condition=Q(status="no_source") | ~Q(confidence=Confidence.STATED) | ~Q(quote=""),
                name="criterion_known_has_quote",
            ),
            models.CheckConstraint(
                condition=Q(status="no_source") | Q(rule__isnull=False),
                name="criterion_known_has_rule",
            ),
            # Without a rule it is NULL, and nothing else means that.
            models.CheckConstraint(
                condition=~Q(rule={}) & ~Q(rule=models.Value(None, models.JSONField())),
                name="criterion_rule_is_whole",
            ),
        ]
        triggers = [
            *journal.journalled(),
            pgtrigger.Trigger(
                name="freeze_published",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func=_FREEZE_CRITERION,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code}. {self.wording[:80]}"


class CriterionRegister(models.Model):
    """A criterion speaks of a register of the campaign; its page shows what that holds.

    It stands beside the criterion, not in it: what is shown there changes no published rule.
    """

    criterion = models.OneToOneField(
        Criterion, models.CASCADE, related_name="register_link", verbose_name=_("criterion")
    )
    register = models.CharField(_("register"), max_length=15, choices=Register)
    words = models.CharField(_("words that speak of it"), max_length=300)

    class Meta:
        verbose_name = _("register of a criterion")
        verbose_name_plural = _("registers of criteria")
        triggers = journal.journalled()

    def __str__(self) -> str:
        return str(self.get_register_display())


class RouteMatter(models.TextChoices):
    """What travels along a route."""

    ASSESSMENT = "assessment", _("self-assessment")
    RECOGNITION = "recognition", _("recognition of a title")
    AWARD = "award", _("commendation")
    REGISTRATION = "registration", _("registration")


class Route(models.Model):
    """Who receives and decides what, for a kind of subject in a territory and period."""

    matter = models.CharField(_("matter"), max_length=20, choices=RouteMatter)
    subject_kinds = ArrayField(
        models.CharField(max_length=20, choices=UnitKind), verbose_name=_("for")
    )
    title = models.ForeignKey(
        Title, models.PROTECT, null=True, blank=True, related_name="routes", verbose_name=_("title")
    )
    form_code = models.SlugField(_("form of commendation"), max_length=60, blank=True)
    territory = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("territory")
    )
    period = DateRangeField(_("in force"))
    document = models.ForeignKey(
        Document, models.PROTECT, null=True, related_name="routes", verbose_name=_("document")
    )
    source = models.ForeignKey(
        Source, models.PROTECT, null=True, related_name="+", verbose_name=_("source")
    )
    quote = models.TextField(_("quoted text"), blank=True)
    basis = models.CharField(_("by"), max_length=300, blank=True)
    is_demo = models.BooleanField(_("belongs to the demonstration"), default=False)
    code = models.SlugField(_("code"), max_length=80, unique=True)

    class Meta:
        verbose_name = _("route")
        verbose_name_plural = _("routes")
        triggers = journal.journalled()

    def __str__(self) -> str:
        return self.code


class RouteStep(models.Model):
    """One step of a route: which body does what.

    The body is one `unit`, or of each subject the unit `above` it, such as the commune of a hamlet,
    or its `managing` body, such as the Sở of a school.
    """

    class Act(models.TextChoices):
        PROPOSE = "propose", _("proposes")
        APPRAISE = "appraise", _("appraises")
        RECEIVE = "receive", _("receives")
        DECIDE = "decide", _("decides")

    route = models.ForeignKey(Route, models.CASCADE, related_name="steps", verbose_name=_("route"))
    order = models.PositiveSmallIntegerField(_("order"))
    act = models.CharField(_("act"), max_length=10, choices=Act)
    body = models.CharField(_("body"), max_length=300)
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("unit")
    )
    above = models.CharField(
        _("the unit of this kind in which the subject lies"),
        max_length=20,
        choices=UnitKind,
        blank=True,
    )
    managing = models.BooleanField(_("the body that manages the subject"), default=False)

    class Meta:
        verbose_name = _("step of a route")
        verbose_name_plural = _("steps of a route")
        ordering = ["route", "order"]
        constraints = [
            models.UniqueConstraint(fields=["route", "order"], name="route_step_once"),
            models.CheckConstraint(
                condition=Q(unit=None, above="")
                | Q(unit=None, managing=False)
                | Q(above="", managing=False),
                name="route_step_one_body",
            ),
        ]
        triggers = journal.journalled()

    def __str__(self) -> str:
        return f"{self.order}. {self.body}"


class AssessmentQuerySet(models.QuerySet["Assessment"]):
    """The only door for views."""

    def visible_to(self, user: Any) -> Self:
        """Assessments in the scope of `user` today."""
        return self.filter(
            scope.of(user).q(
                "assessment.view",
                unit="placement__unit_id",
                path="path",
                manager="placement__managed_by_id",
            )
        )

    def with_subject(self) -> Self:
        """With what `subject_name` needs."""
        number = Subquery(_member_numbers(OuterRef("unit"), OuterRef("placement__unit"))[:1])
        return self.select_related("placement", "unit").annotate(member_number=number)


def _member_numbers(unit: Any, home: Any) -> "models.QuerySet[Member, int]":
    """The number of a household, clan or citizen in the list of a home; it may have moved since."""
    states = Member.objects.filter(unit=unit, home=home).order_by("-period")
    return states.values_list("number", flat=True)


def member_name(kind: UnitKind, number: int | None, home: str) -> str:
    """What a household, clan or citizen is called: by its number at home."""
    said = {"kind": str(kind.label).capitalize(), "number": number or "–", "home": home}
    return gettext("%(kind)s no. %(number)s, %(home)s") % said


class AssessmentState(models.TextChoices):
    DRAFT = "draft", _("draft")
    SENT = "sent", _("sent")
    RECEIVED = "received", _("received")
    RETURNED = "returned", _("returned for completion")
    CONFIRMED = "confirmed", _("result confirmed")


class Assessment(models.Model):
    """What a unit says of itself against one set in one round, and how it was verified.

    `placement` and `path` are the unit's place on the day the assessment was begun: a household,
    clan or citizen has none of its own, there they are its home's. It keeps its own set.
    """

    round = models.ForeignKey(
        Round, models.PROTECT, related_name="assessments", verbose_name=_("round")
    )
    criteria_set = models.ForeignKey(
        CriteriaSet, models.PROTECT, related_name="assessments", verbose_name=_("criteria set")
    )
    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="assessments", verbose_name=_("unit")
    )
    placement = models.ForeignKey(
        Placement, models.PROTECT, related_name="+", verbose_name=_("state of the unit")
    )
    path = models.CharField(_("path"), max_length=200, db_collation="C")
    state = models.CharField(
        _("state"), max_length=10, choices=AssessmentState, default=AssessmentState.DRAFT
    )
    receiver = models.ForeignKey(
        Unit,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("received by the office"),
        help_text=_("From the route, at the moment of sending."),
    )
    begun_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.RESTRICT, related_name="+", verbose_name=_("begun by")
    )
    begun_at = models.DateTimeField(_("begun at"), db_default=Now())
    # Everybody who ever worked on it for the unit, also whose work was overwritten or removed:
    # none of them verifies it.
    taken_part = ArrayField(models.BigIntegerField(), default=list, verbose_name=_("took part"))
    submission = models.PositiveSmallIntegerField(_("times sent"), default=0)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.RESTRICT,
        null=True,
        related_name="+",
        verbose_name=_("sent by"),
    )
    sent_at = models.DateTimeField(_("sent at"), null=True)
    received_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.RESTRICT,
        null=True,
        related_name="+",
        verbose_name=_("received by"),
    )
    received_at = models.DateTimeField(_("received at"), null=True)
    returned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.RESTRICT,
        null=True,
        related_name="+",
        verbose_name=_("returned by"),
    )
    returned_at = models.DateTimeField(_("returned at"), null=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.RESTRICT,
        null=True,
        related_name="+",
        verbose_name=_("confirmed by"),
    )
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True)
    # The set's outcome with its explanation: of the last saving, frozen on confirmation.
    result = models.JSONField(_("result"), null=True)
    result_status = models.CharField(_("result"), max_length=20, blank=True)
    answered = models.PositiveSmallIntegerField(_("answered criteria"), default=0)
    asked = models.PositiveSmallIntegerField(_("criteria that ask something"), default=0)

    # For a page that asks often what the portal knows, by day; see `sheets.read_once`.
    facts_once: dict[periods.Day, Facts] | None = None
    # The bodies that manage its unit today, once they were asked for; see `permissions`.
    managers_today: Sequence[int] | None = None

    objects = AssessmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("self-assessment")
        verbose_name_plural = _("self-assessments")
        ordering = ["-round__assessed_year", "pk"]
        indexes = [models.Index(fields=["round", "path"], name="assessment_round_path")]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "unit", "criteria_set"], name="assessment_once"
            ),
            models.CheckConstraint(
                condition=Q(state="draft")
                | Q(sent_by__isnull=False, sent_at__isnull=False, receiver__isnull=False),
                name="assessment_sent_has_actor",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("received", "confirmed"))
                | Q(received_by__isnull=False, received_at__isnull=False),
                name="assessment_received_has_actor",
            ),
            models.CheckConstraint(
                condition=~Q(state="returned")
                | Q(returned_by__isnull=False, returned_at__isnull=False),
                name="assessment_returned_has_actor",
            ),
            models.CheckConstraint(
                condition=Q(
                    state="confirmed",
                    confirmed_by__isnull=False,
                    confirmed_at__isnull=False,
                    result__isnull=False,
                )
                | (~Q(state="confirmed") & Q(confirmed_by=None, confirmed_at=None)),
                name="assessment_confirmed_has_actor_and_result",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("sent_by")),
                name="assessment_confirmed_by_another",
            ),
            models.CheckConstraint(
                condition=Q(receiver=None) | ~Q(receiver=F("unit")),
                name="assessment_received_by_another_office",
            ),
        ]
        triggers = journal.journalled()

    def __str__(self) -> str:
        return f"{self.placement} {self.round}"

    @property
    def subject_name(self) -> str:
        """What it is about: a unit by its name, a household, clan or citizen by its number at home,
        for names of people are personal data (one query for such, unless `with_subject`)."""
        if self.unit.kind not in MEMBER_KINDS:
            return self.placement.name
        number = getattr(self, "member_number", None)
        if number is None:
            number = _member_numbers(self.unit_id, self.placement.unit_id).first()
        return member_name(UnitKind(self.unit.kind), number, self.placement.name)

    def note_part(self, user: Any) -> None:
        """Remember, unsaved, that `user` worked on it for the unit."""
        if user.pk not in self.taken_part:
            self.taken_part.append(user.pk)


class AnswerVerdict(models.TextChoices):
    ACCEPTED = "accepted", _("accepted")
    CHANGED = "changed", _("accepted with another value")
    TO_CORRECT = "to_correct", _("to be corrected")


class Answer(models.Model):
    """What was claimed for one criterion, and how it was verified.

    `version` grows with every saving; a save must name the version that its writer saw.
    """

    assessment = models.ForeignKey(
        Assessment, models.PROTECT, related_name="answers", verbose_name=_("self-assessment")
    )
    criterion = models.ForeignKey(
        Criterion, models.PROTECT, related_name="answers", verbose_name=_("criterion")
    )
    value = models.JSONField(_("value"), default=dict)
    note = models.TextField(_("explanation"), blank=True)
    version = models.PositiveIntegerField(_("version"), default=1)
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.RESTRICT, related_name="+", verbose_name=_("saved by")
    )
    saved_at = models.DateTimeField(_("saved at"), db_default=Now())
    verdict = models.CharField(_("verdict"), max_length=10, choices=AnswerVerdict, blank=True)
    verified_value = models.JSONField(_("verified value"), null=True)
    verdict_reason = models.TextField(_("reason of the verdict"), blank=True)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.RESTRICT,
        null=True,
        related_name="+",
        verbose_name=_("verified by"),
    )
    verified_at = models.DateTimeField(_("verified at"), null=True)
    # How the criterion stood by its rule when it was accepted (criteria.outcome.Outcome).
    judged_outcome = models.JSONField(_("outcome when it was accepted"), null=True)

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        ordering = ["assessment", "criterion__order"]
        constraints = [
            models.UniqueConstraint(fields=["assessment", "criterion"], name="answer_once"),
            models.CheckConstraint(
                condition=Q(verdict="", verified_by=None, verified_at=None)
                | (~Q(verdict="") & Q(verified_by__isnull=False, verified_at__isnull=False)),
                name="answer_verdict_has_actor",
            ),
            models.CheckConstraint(
                condition=~Q(verdict__in=("changed", "to_correct")) | ~Q(verdict_reason=""),
                name="answer_verdict_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(verdict="changed", verified_value__isnull=False)
                | (~Q(verdict="changed") & Q(verified_value=None)),
                name="answer_changed_has_value",
            ),
        ]
        triggers = journal.journalled()

    def __str__(self) -> str:
        return f"{self.assessment_id} {self.criterion_id}"

    def clear_verdict(self) -> None:
        """Take the verdict off, unsaved."""
        self.verdict, self.verdict_reason = "", ""
        self.verified_value = self.verified_by = self.verified_at = self.judged_outcome = None


class Evidence(models.Model):
    """A file that supports the answer to one criterion."""

    assessment = models.ForeignKey(
        Assessment, models.PROTECT, related_name="evidence", verbose_name=_("self-assessment")
    )
    criterion = models.ForeignKey(
        Criterion, models.PROTECT, related_name="evidence", verbose_name=_("criterion")
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
            models.UniqueConstraint(
                fields=["assessment", "criterion", "file"], name="evidence_once"
            ),
        ]
        triggers = journal.journalled()

    def __str__(self) -> str:
        return str(self.file)


class AssessmentEvent(models.Model):
    """One transition of an assessment, as the history shows it."""

    append_only = True

    assessment = models.ForeignKey(
        Assessment, models.PROTECT, related_name="events", verbose_name=_("self-assessment")
    )
    transition = models.CharField(_("step"), max_length=30)
    source = models.CharField(_("from"), max_length=10, choices=AssessmentState)
    target = models.CharField(_("to"), max_length=10, choices=AssessmentState)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.RESTRICT, related_name="+", verbose_name=_("by")
    )
    unit_name = models.CharField(_("acting for"), max_length=200, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    submission = models.PositiveSmallIntegerField(_("times sent"))
    # What stood in the form, by criterion code:
    # {value, note, verdict, verified_value, reason, evidence: [file names]}.
    snapshot = models.JSONField(_("answers at that moment"), default=dict)
    at = models.DateTimeField(_("at"), db_default=Now())

    class Meta:
        verbose_name = _("step of a self-assessment")
        verbose_name_plural = _("steps of self-assessments")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.transition} {self.at:%d/%m/%Y}"


class RecognitionState(models.TextChoices):
    DECLARED = "declared", _("declared, waits for confirmation")
    CONFIRMED = "confirmed", _("confirmed")
    REJECTED = "rejected", _("rejected")
    REVOKED = "revoked", _("revoked")


def _ever_held() -> Q:
    was_held = Q(state=RecognitionState.REVOKED, period__endswith__lte=TruncDate("checked_at"))
    return Q(state__in=(RecognitionState.DECLARED, RecognitionState.CONFIRMED)) | was_held


class RecognitionQuerySet(models.QuerySet["Recognition"]):
    """The only door for views."""

    def visible_to(self, user: Any) -> Self:
        """Recognitions in the scope of `user` today."""
        return self.filter(scope.of(user).q("recognition.view", unit="unit_id", path="path"))

    def standing(self) -> Self:
        """What counts: confirmed, or declared and not yet looked at."""
        return self.filter(state__in=(RecognitionState.DECLARED, RecognitionState.CONFIRMED))

    def ever_held(self) -> Self:
        """What counts, and what counted until it was revoked; a title that was revoked before it
        began was never held."""
        return self.filter(_ever_held())

    def with_ever_held(self) -> Self:
        """With `was_held`, whether each counts or counted, as `ever_held` has it."""
        held = models.ExpressionWrapper(_ever_held(), models.BooleanField())
        return self.annotate(was_held=held)

    def held_on(self, day: periods.Day) -> Self:
        """What units held on `day`, as far as is known today."""
        return self.ever_held().filter(period__contains=day)


class Recognition(models.Model):
    """A unit holds a title, at a grade, for an assessed year, by a decision, from – until."""

    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="recognitions", verbose_name=_("unit")
    )
    placement = models.ForeignKey(
        Placement, models.PROTECT, related_name="+", verbose_name=_("state of the unit")
    )
    path = models.CharField(_("path"), max_length=200, db_collation="C")
    title = models.ForeignKey(
        Title, models.PROTECT, related_name="recognitions", verbose_name=_("title")
    )
    grade = models.CharField(_("grade"), max_length=20, blank=True)
    assessed_year = models.PositiveSmallIntegerField(_("assessed year"))
    decision_number = models.CharField(_("number and symbol of the decision"), max_length=60)
    decided_on = models.DateField(_("day of the decision"))
    decided_by = models.CharField(_("issued by"), max_length=300)
    signer = models.CharField(_("signed by"), max_length=200, blank=True)
    period = DateRangeField(_("held"))
    # What revoking cut short, for its undoing.
    revoked_period = DateRangeField(_("held before it was revoked"), null=True)
    scan = models.ForeignKey(
        StoredFile,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("scan of the decision"),
    )
    state = models.CharField(
        _("state"), max_length=10, choices=RecognitionState, default=RecognitionState.DECLARED
    )
    declared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.RESTRICT, related_name="+", verbose_name=_("declared by")
    )
    declared_at = models.DateTimeField(_("declared at"), db_default=Now())
    # Everybody who ever declared or corrected it: none of them checks it.
    taken_part = ArrayField(models.BigIntegerField(), default=list, verbose_name=_("took part"))
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.RESTRICT,
        null=True,
        related_name="+",
        verbose_name=_("checked by"),
    )
    checked_at = models.DateTimeField(_("checked at"), null=True)
    checked_office = models.ForeignKey(
        Unit, models.PROTECT, null=True, related_name="+", verbose_name=_("checked by the unit")
    )
    state_reason = models.TextField(_("reason of the state"), blank=True)
    # The unit has read why it was rejected; until then its first page says so.
    refusal_seen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.RESTRICT,
        null=True,
        related_name="+",
        verbose_name=_("rejection read by"),
    )
    refusal_seen_at = models.DateTimeField(_("rejection read at"), null=True)

    objects = RecognitionQuerySet.as_manager()

    class Meta:
        verbose_name = _("recognition")
        verbose_name_plural = _("recognitions")
        ordering = ["-decided_on", "-pk"]
        indexes = [
            models.Index(fields=["path"], name="recognition_path"),
            GistIndex(fields=["period"], name="recognition_period"),
        ]
        constraints = [
            ExclusionConstraint(
                name="recognition_no_overlap",
                expressions=[
                    ("unit", RangeOperators.EQUAL),
                    ("title", RangeOperators.EQUAL),
                    ("grade", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
                condition=Q(state__in=("declared", "confirmed")),
            ),
            models.CheckConstraint(
                condition=Q(state="declared", checked_by=None, checked_at=None)
                | (~Q(state="declared") & Q(checked_by__isnull=False, checked_at__isnull=False)),
                name="recognition_checked_has_actor",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("rejected", "revoked")) | ~Q(state_reason=""),
                name="recognition_refusal_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(checked_by=None) | ~Q(checked_by=F("declared_by")),
                name="recognition_checked_by_another",
            ),
            models.CheckConstraint(
                condition=Q(checked_by=None) | ~Q(taken_part__contains=[F("checked_by")]),
                name="recognition_checked_by_nobody_of_it",
            ),
            models.CheckConstraint(
                condition=Q(checked_office=None)
                | Q(~Q(checked_office=F("unit")), checked_by__isnull=False),
                name="recognition_checked_by_another_office",
            ),
            models.CheckConstraint(
                condition=Q(refusal_seen_by=None, refusal_seen_at=None)
                | Q(state="rejected", refusal_seen_by__isnull=False, refusal_seen_at__isnull=False),
                name="recognition_refusal_read",
            ),
        ]
        triggers = journal.journalled()

    def __str__(self) -> str:
        return f"{self.title} – {self.decision_number}"

    def note_part(self, user: Any) -> None:
        """Remember, unsaved, that `user` worked on it for the unit."""
        if user.pk not in self.taken_part:
            self.taken_part.append(user.pk)


class RegistrationState(models.TextChoices):
    DRAFT = "draft", _("not sent yet")
    WAITING = "waiting", _("waits for approval")
    APPROVED = "approved", _("approved")
    REJECTED = "rejected", _("refused")
    WITHDRAWN = "withdrawn", _("withdrawn")


class RegistrationListQuerySet(models.QuerySet["RegistrationList"]):
    """The only door for views."""

    def visible_to(self, user: Any) -> Self:
        """Lists of units in the scope of `user` today."""
        held = scope.of(user)
        return self.filter(
            held.q(
                "registration.view",
                unit="unit_id",
                path="path",
                manager="placement__managed_by_id",
            )
        )


class RegistrationList(models.Model):
    """What one unit registers in a round for one title or form of commendation: itself, or of its
    members those who want to, by a list, by a number, or by both.

    `unit` keeps the list; `kind` is the kind of those who register. `path` is the place of the unit
    on the day the list was begun.
    """

    round = models.ForeignKey(
        Round, models.PROTECT, related_name="registration_lists", verbose_name=_("round")
    )
    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="registration_lists", verbose_name=_("unit")
    )
    placement = models.ForeignKey(
        Placement, models.PROTECT, related_name="+", verbose_name=_("state of the unit")
    )
    path = models.CharField(_("path"), max_length=200, db_collation="C")
    kind = models.CharField(_("who registers"), max_length=20, choices=UnitKind)
    title = models.ForeignKey(
        Title, models.PROTECT, null=True, related_name="+", verbose_name=_("title")
    )
    form = models.ForeignKey(
        AwardForm,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("form of commendation"),
    )
    # How many lines it has: a province sums them without reading a million of them.
    listed = models.PositiveIntegerField(_("in the list"), default=0)
    declared = models.PositiveIntegerField(_("declared number"), null=True)
    # Grows with every change of what it says.
    version = models.PositiveIntegerField(_("version"), default=1)
    state = models.CharField(
        _("state"), max_length=10, choices=RegistrationState, default=RegistrationState.DRAFT
    )
    state_reason = models.TextField(_("reason of the state"), blank=True)
    receiver = models.ForeignKey(
        Unit,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("received by the office"),
        help_text=_("From the route, at the moment of sending."),
    )
    begun_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.RESTRICT, related_name="+", verbose_name=_("begun by")
    )
    begun_at = models.DateTimeField(_("begun at"), db_default=Now())
    # Everybody who ever worked on it for the unit: none of them approves it.
    taken_part = ArrayField(models.BigIntegerField(), default=list, verbose_name=_("took part"))
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.RESTRICT,
        null=True,
        related_name="+",
        verbose_name=_("sent by"),
    )
    sent_at = models.DateTimeField(_("sent at"), null=True)
    sent_version = models.PositiveIntegerField(_("version that was sent"), default=0)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.RESTRICT,
        null=True,
        related_name="+",
        verbose_name=_("checked by"),
    )
    checked_at = models.DateTimeField(_("checked at"), null=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.RESTRICT,
        null=True,
        related_name="+",
        verbose_name=_("withdrawn by"),
    )
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True)

    objects = RegistrationListQuerySet.as_manager()

    class Meta:
        verbose_name = _("registration")
        verbose_name_plural = _("registrations")
        ordering = ["-round__assessed_year", "pk"]
        indexes = [
            models.Index(fields=["round", "path"], name="registration_round_path"),
            models.Index(fields=["receiver", "state"], name="registration_receiver"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "unit", "kind", "title", "form"],
                nulls_distinct=False,
                name="registration_list_once",
            ),
            models.CheckConstraint(
                condition=Q(title__isnull=False, form=None) | Q(title=None, form__isnull=False),
                name="registration_for_title_or_form",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("waiting", "approved", "rejected"))
                | Q(sent_by__isnull=False, sent_at__isnull=False, receiver__isnull=False),
                name="registration_sent_has_actor",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=("approved", "rejected"),
                    checked_by__isnull=False,
                    checked_at__isnull=False,
                )
                | (~Q(state__in=("approved", "rejected")) & Q(checked_by=None, checked_at=None)),
                name="registration_checked_has_actor",
            ),
            models.CheckConstraint(
                condition=Q(
                    state="withdrawn", withdrawn_by__isnull=False, withdrawn_at__isnull=False
                )
                | (~Q(state="withdrawn") & Q(withdrawn_by=None, withdrawn_at=None)),
                name="registration_withdrawn_has_actor",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("rejected", "withdrawn")) | ~Q(state_reason=""),
                name="registration_refusal_has_reason",
            ),
            # What a rejected list says may be changed again before it is sent once more.
            models.CheckConstraint(
                condition=~Q(state__in=("waiting", "approved")) | Q(sent_version=F("version")),
                name="registration_stands_as_sent",
            ),
            models.CheckConstraint(
                condition=Q(checked_by=None) | ~Q(checked_by=F("sent_by")),
                name="registration_checked_by_another",
            ),
            models.CheckConstraint(
                condition=Q(receiver=None) | ~Q(receiver=F("unit")),
                name="registration_received_by_another_office",
            ),
        ]
        triggers = journal.journalled()

    def __str__(self) -> str:
        return f"{self.subject} – {self.placement}"

    @property
    def subject(self) -> Title | AwardForm:
        """What is registered for."""
        chosen = self.title or self.form
        assert chosen is not None  # noqa: S101 -- a constraint of the table
        return chosen

    @property
    def is_own(self) -> bool:
        """Whether the unit registers itself, not its members."""
        return self.kind == self.placement.kind

    @property
    def number(self) -> int | None:
        """How many register: by the list, else by the declared number; None where neither is."""
        return self.listed or self.declared

    @property
    def difference(self) -> int:
        """How far the declared number is from the list, where both are there; the list wins."""
        if not self.listed or self.declared is None:
            return 0
        return self.declared - self.listed

    def note_part(self, user: Any) -> None:
        """Remember, unsaved, that `user` worked on it for the unit."""
        if user.pk not in self.taken_part:
            self.taken_part.append(user.pk)


class Registration(models.Model):
    """One who registers: a line of a list."""

    list = models.ForeignKey(
        RegistrationList, models.PROTECT, related_name="lines", verbose_name=_("list")
    )
    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="registrations", verbose_name=_("unit")
    )
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.RESTRICT, related_name="+", verbose_name=_("entered by")
    )
    entered_at = models.DateTimeField(_("entered at"), db_default=Now())

    class Meta:
        verbose_name = _("line of a registration")
        verbose_name_plural = _("lines of registrations")
        constraints = [
            models.UniqueConstraint(fields=["list", "unit"], name="registration_once"),
        ]
        triggers = journal.journalled()

    def __str__(self) -> str:
        return f"{self.list_id} {self.unit_id}"


class RegistrationEvent(models.Model):
    """One transition of a registration, as the history shows it."""

    append_only = True

    list = models.ForeignKey(
        RegistrationList, models.PROTECT, related_name="events", verbose_name=_("list")
    )
    transition = models.CharField(_("step"), max_length=30)
    source = models.CharField(_("from"), max_length=10, choices=RegistrationState)
    target = models.CharField(_("to"), max_length=10, choices=RegistrationState)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.RESTRICT, related_name="+", verbose_name=_("by")
    )
    unit_name = models.CharField(_("acting for"), max_length=200, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    listed = models.PositiveIntegerField(_("in the list"))
    declared = models.PositiveIntegerField(_("declared number"), null=True)
    at = models.DateTimeField(_("at"), db_default=Now())

    class Meta:
        verbose_name = _("step of a registration")
        verbose_name_plural = _("steps of registrations")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.transition} {self.at:%d/%m/%Y}"
