"""Decisions on commendation, their lines, and what sets bonus and authority to decide."""

from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from awards.models.nominations import Nomination
from campaign.models import Phase, Round
from core import journal, periods
from core.documents.blocks import Signing
from core.models import HasParticipants, StepEvent, StoredFile
from criteria.models import AwardForm
from criteria.models.numbers import registered
from units import scope
from units.models import Appointment, Placement, Unit, UnitKind


class DecisionState(models.TextChoices):
    DRAFT = "draft", _("draft decision")
    CHECKING = "checking", _("form being checked")
    SUBMITTED = "submitted", _("submitted for signature")
    SIGNED = "signed", _("signed")
    NUMBERED = "numbered", _("numbered")
    ISSUED = "issued", _("issued")
    PUBLISHED = "published", _("published")
    DROPPED = "dropped", _("draft dropped")
    REVOKED = "revoked", _("decision revoked")


# From here on the signed paper is the decision; it is not drawn anew.
ISSUED_STATES = (DecisionState.ISSUED, DecisionState.PUBLISHED, DecisionState.REVOKED)
# What is the drafting office's own.
UNSEEN_STATES = (DecisionState.DRAFT, DecisionState.DROPPED)
# What everybody concerned may know of; before that nobody is told.
PUBLIC_STATES = (DecisionState.PUBLISHED, DecisionState.REVOKED)
# Of who is commended: a household is called after its place, whose whole name it bears.
NAME_LENGTH = 300
WORKING = ("decision.prepare", "decision.register", "decision.sign")


class Authority(models.TextChoices):
    """By what authority somebody signs (Nghị định 30/2020/NĐ-CP, Phụ lục I, mục II.7)."""

    OWN = "", _("in own right, as the head")
    FOR_HEAD = "KT.", _("KT. – for the head, as a deputy")
    ACTING = "Q.", _("Q. – as acting head")
    COLLECTIVE = "TM.", _("TM. – on behalf of a collective body")
    BY_ORDER = "TL.", _("TL. – by order of the head")
    DELEGATED = "TUQ.", _("TUQ. – by written delegation of the head")


def _was_handed_over() -> Q:
    """Of dropped decisions those that the issuer had before it."""
    events = DecisionEvent.objects.filter(decision=OuterRef("pk"), transition="hand_over")
    return Q(Exists(events), state=DecisionState.DROPPED)


class DecisionQuerySet(models.QuerySet["Decision"]):
    """The only door for views."""

    def visible_to(self, user: Any) -> Self:
        """All of the offices at which `user` works on decisions, as issuer those that were handed
        over; of others those published, where a line concerns the scope of `user`."""
        units = scope.of(user).units_with(*WORKING)
        lines = Award.objects.visible_to(user).filter(decision=OuterRef("pk"))
        return self.filter(
            Q(office__in=units)
            | Q(issuer__in=units) & (~Q(state__in=UNSEEN_STATES) | _was_handed_over())
            | Q(Exists(lines), state__in=PUBLIC_STATES, published_at__isnull=False)
        )


def _frozen() -> pgtrigger.Trigger:
    """Refuses to change what an issued decision says, or to let it go."""
    said = (
        "number",
        "symbol",
        "dated",
        "issuer_id",
        "given_id",
        "text",
        "digest",
        "signed_file_id",
    )
    changed = " OR ".join(f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in said)
    return pgtrigger.Trigger(
        name="decision_frozen",
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
        func=f"""
            IF OLD.state IN ('issued', 'published', 'revoked') AND ({changed}) THEN
                RAISE EXCEPTION 'decision % is issued and cannot be changed', OLD.id
                    USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        """,
    )


class Decision(HasParticipants):
    """A decision on commendation: of an office of the portal, or the result from above.

    `office` prepares it and has the nominations. `issuer` is the unit whose head decides; none
    where an authority outside the portal has decided, called `issuer_name`. `form` is what was
    proposed, `given` what is given: the same, unless the form leaves open which; none until it is
    chosen. `text` is what the draft says, line by line, frozen with its digest once it was handed
    over.
    """

    form = models.ForeignKey(
        AwardForm, models.PROTECT, related_name="decisions", verbose_name=_("form of commendation")
    )
    given = models.ForeignKey(
        AwardForm,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("form that is given"),
    )
    round = models.ForeignKey(
        Round, models.PROTECT, null=True, related_name="+", verbose_name=_("round")
    )
    phase = models.ForeignKey(
        Phase, models.PROTECT, null=True, related_name="+", verbose_name=_("phase")
    )
    office = models.ForeignKey(
        Unit, models.PROTECT, related_name="prepared_decisions", verbose_name=_("prepared by")
    )
    issuer = models.ForeignKey(
        Unit, models.PROTECT, null=True, related_name="decisions", verbose_name=_("issuer")
    )
    placement = models.ForeignKey(
        Placement,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("state of the issuer"),
    )
    issuer_name = models.CharField(_("who decides"), max_length=300)
    symbol = models.CharField(_("symbol"), max_length=40)
    number = models.PositiveIntegerField(_("number"), null=True)
    dated = models.DateField(_("day of the decision"), null=True)
    year = models.PositiveSmallIntegerField(_("year"), null=True)
    basis = models.TextField(_("legal bases, one a line"), blank=True)
    achievement = models.CharField(_("for which achievement"), max_length=500, blank=True)
    recipients = models.TextField(_("recipients, one a line"), blank=True)
    signer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.RESTRICT,
        null=True,
        related_name="+",
        verbose_name=_("who signs"),
    )
    authority = models.CharField(
        _("authority to sign"), max_length=4, choices=Authority, blank=True
    )
    authority_of = models.CharField(_("in the place of"), max_length=100, blank=True)
    position = models.CharField(_("position of who signs"), max_length=100, blank=True)
    # The appointment of that day in whose right it was signed.
    appointment = models.ForeignKey(
        Appointment, models.PROTECT, null=True, related_name="+", verbose_name=_("appointment")
    )
    text = models.TextField(_("text of the draft"), blank=True)
    digest = models.CharField(_("digest of the draft"), max_length=64, blank=True)
    signed_file = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, related_name="+", verbose_name=_("signed paper")
    )
    # Lines of the draft that the signed paper does not hold.
    missing = ArrayField(models.TextField(), default=list, verbose_name=_("what differs"))
    difference_reason = models.TextField(_("why it may differ"), blank=True)
    difference_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.RESTRICT,
        null=True,
        related_name="+",
        verbose_name=_("difference confirmed by"),
    )
    version = models.PositiveIntegerField(_("version"), default=1)
    state = models.CharField(
        _("state"), max_length=10, choices=DecisionState, default=DecisionState.DRAFT
    )
    state_reason = models.TextField(_("reason of the state"), blank=True)
    begun_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.RESTRICT, related_name="+", verbose_name=_("begun by")
    )
    begun_at = models.DateTimeField(_("begun at"), db_default=Now())
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.RESTRICT,
        null=True,
        related_name="+",
        verbose_name=_("form checked by"),
    )
    signed_at = models.DateTimeField(_("signed at"), null=True)
    issued_at = models.DateTimeField(_("issued at"), null=True)
    published_at = models.DateTimeField(_("published at"), null=True)
    revoked_at = models.DateTimeField(_("revoked at"), null=True)
    revoking_document = models.CharField(_("document that revokes"), max_length=300, blank=True)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["office", "state"], name="decision_office"),
            models.Index(fields=["issuer", "state"], name="decision_issuer"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["issuer_name", "symbol", "year", "number", "office"],
                condition=Q(issuer=None) & ~Q(state="revoked"),
                name="decision_from_above_once",
            ),
            models.CheckConstraint(
                condition=Q(round__isnull=False, phase=None) | Q(round=None, phase__isnull=False),
                name="decision_of_round_or_phase",
            ),
            models.CheckConstraint(
                condition=~Q(state="draft") | Q(text=""),
                name="decision_draft_is_open",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("draft", "dropped"))
                | Q(issuer=None)
                | ~Q(digest="") & Q(signer__isnull=False),
                name="decision_handed_over_is_frozen",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("draft", "dropped")) | Q(given__isnull=False),
                name="decision_handed_over_names_form",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("draft", "checking", "dropped"))
                | Q(issuer=None)
                | Q(checked_by__isnull=False),
                name="decision_submitted_was_checked",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("draft", "checking", "submitted", "dropped"))
                | Q(issuer=None)
                | Q(signed_at__isnull=False, appointment__isnull=False),
                name="decision_signed_has_appointment",
            ),
            models.CheckConstraint(
                condition=Q(number=None, dated=None, year=None)
                | Q(number__gt=0, dated__isnull=False, year__isnull=False),
                name="decision_number_has_day",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("draft", "checking", "submitted", "signed", "dropped"))
                | Q(number__isnull=False),
                name="decision_issued_has_number",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("issued", "published"))
                | Q(signed_file__isnull=False) & (Q(missing=[]) | Q(difference_by__isnull=False)),
                name="decision_issued_has_paper",
            ),
            models.CheckConstraint(
                condition=~Q(state="revoked")
                | Q(revoked_at__isnull=False) & ~Q(revoking_document="") & ~Q(state_reason=""),
                name="decision_revoked_by_document",
            ),
        ]
        triggers = [
            *journal.journalled(masked=("text", "missing")),
            _frozen(),
            registered("issuer_id"),
        ]

    def __str__(self) -> str:
        return f"{self.award_form} {self.reference}"

    @property
    def award_form(self) -> AwardForm:
        """The form that it gives; while none is chosen the one that was proposed."""
        return self.given or self.form

    @property
    def occasion(self) -> Round | Phase:
        """The round or phase for which it is given."""
        found = self.round or self.phase
        assert found is not None  # noqa: S101 -- a constraint of the table
        return found

    @property
    def signing(self) -> Signing:
        """Who signs, and by what authority (Nghị định 30/2020/NĐ-CP, Phụ lục I, mục II.7).

        Its `lines` stand in papers, its `words` in running text and on screens. What a draft does
        not say yet stays open.
        """
        name = self.signer.full_name if self.signer else ""
        if self.authority == Authority.ACTING:
            return Signing(f"{self.authority} {self.position}", name)
        above = (f"{self.authority} {self.authority_of or '…'}",) if self.authority else ()
        return Signing(self.position, name, above)

    def lines(self) -> "list[Award]":
        """Its lines in their order, with their subjects; read once for the object."""
        if not hasattr(self, "_lines"):
            found = self.awards.select_related(
                "nomination__unit", "nomination__placement", "nomination__form"
            )
            self._lines = list(found.order_by("order"))
        return self._lines

    @property
    def reference(self) -> str:
        """Number and symbol, “05/QĐ-UBND”; dots while there is no number."""
        return f"{'…' if self.number is None else f'{self.number:02d}'}/{self.symbol}"


class AwardState(models.TextChoices):
    LISTED = "listed", _("not published yet")
    GRANTED = "granted", _("commended")
    REVOKED = "revoked", _("commendation revoked")
    RELEASED = "released", _("draft dropped")


STANDING_AWARDS = (AwardState.LISTED, AwardState.GRANTED)


class AwardQuerySet(models.QuerySet["Award"]):
    """The only door for views."""

    def visible_to(self, user: Any) -> Self:
        """Lines of subjects in the scope of `user`."""
        return self.filter(nomination__in=Nomination.objects.visible_to(user))


class Award(models.Model):
    """A line of a decision: one subject with its commendation.

    `name` is what the paper calls it, a person by name: set when the draft is frozen. `corrected`
    is what a correction calls it since.
    """

    decision = models.ForeignKey(
        Decision, models.PROTECT, related_name="awards", verbose_name=_("decision")
    )
    nomination = models.ForeignKey(
        Nomination, models.PROTECT, related_name="awards", verbose_name=_("nomination")
    )
    order = models.PositiveIntegerField(_("order"))
    name = models.CharField(_("name on the paper"), max_length=NAME_LENGTH, blank=True)
    corrected = models.CharField(_("corrected name"), max_length=NAME_LENGTH, blank=True)
    bonus = models.PositiveIntegerField(
        _("bonus, đồng"), null=True, help_text=_("Empty: not configured.")
    )
    bonus_basis = models.CharField(_("how the bonus came about"), max_length=100, blank=True)
    bonus_source = models.CharField(_("documents behind the bonus"), max_length=610, blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=AwardState, default=AwardState.LISTED
    )
    state_reason = models.TextField(_("reason of the state"), blank=True)
    revoked_at = models.DateTimeField(_("revoked at"), null=True)
    revoking_document = models.CharField(_("document that revokes"), max_length=300, blank=True)

    objects = AwardQuerySet.as_manager()

    class Meta:
        verbose_name = _("commendation")
        verbose_name_plural = _("commendations")
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["nomination"],
                condition=Q(state__in=STANDING_AWARDS),
                name="award_once",
            ),
            models.CheckConstraint(
                condition=~Q(state="revoked")
                | Q(revoked_at__isnull=False) & ~Q(state_reason="") & ~Q(revoking_document=""),
                name="award_revoked_by_document",
            ),
        ]
        triggers = journal.journalled(masked=("name", "corrected"))

    def __str__(self) -> str:
        return f"{self.decision_id} {self.order}"

    @property
    def called(self) -> str:
        """What it is called now, on certificates and pages."""
        return self.corrected or self.name


class DecisionEvent(StepEvent):
    """One transition of a decision, as its history shows it."""

    decision = models.ForeignKey(
        Decision, models.PROTECT, related_name="events", verbose_name=_("decision")
    )
    source = models.CharField(_("from"), max_length=10, choices=DecisionState)
    target = models.CharField(_("to"), max_length=10, choices=DecisionState)

    class Meta(StepEvent.Meta):
        verbose_name = _("step of a decision")
        verbose_name_plural = _("steps of decisions")


class Correction(models.Model):
    """What a document of its issuer put right in an issued decision (đính chính).

    The decision itself stays as it was frozen; `lines` say whom it calls otherwise from now on.
    """

    append_only = True

    decision = models.ForeignKey(
        Decision, models.PROTECT, related_name="corrections", verbose_name=_("decision")
    )
    number = models.CharField(_("number and symbol"), max_length=60)
    dated = models.DateField(_("day of the document"))
    issuer_name = models.CharField(_("issued by"), max_length=300)
    says = models.TextField(_("what it puts right"))
    file = models.ForeignKey(
        StoredFile, models.PROTECT, related_name="+", verbose_name=_("document")
    )
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.RESTRICT, related_name="+", verbose_name=_("entered by")
    )
    entered_at = models.DateTimeField(_("entered at"), db_default=Now())

    class Meta:
        verbose_name = _("correction of a decision")
        verbose_name_plural = _("corrections of decisions")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["decision", "issuer_name", "number", "dated"],
                name="decision_corrected_once",
            ),
            models.CheckConstraint(
                condition=~Q(number="") & ~Q(issuer_name="") & ~Q(says=""),
                name="decision_correction_is_a_document",
            ),
        ]
        triggers = journal.journalled()

    def __str__(self) -> str:
        return f"{self.number}, {self.dated:%d/%m/%Y}"


class CorrectedLine(models.Model):
    """A commendation whose subject is called otherwise since a correction."""

    append_only = True

    correction = models.ForeignKey(
        Correction, models.PROTECT, related_name="lines", verbose_name=_("correction")
    )
    award = models.ForeignKey(
        Award, models.PROTECT, related_name="corrected_by", verbose_name=_("commendation")
    )
    before = models.CharField(_("name until then"), max_length=NAME_LENGTH)
    name = models.CharField(_("name from now on"), max_length=NAME_LENGTH)

    class Meta:
        verbose_name = _("corrected line")
        verbose_name_plural = _("corrected lines")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["correction", "award"], name="line_corrected_once"),
            models.CheckConstraint(
                condition=~Q(name="") & ~Q(name=F("before")), name="line_correction_corrects"
            ),
        ]
        triggers = journal.journalled(masked=("before", "name"))

    def __str__(self) -> str:
        return f"{self.correction_id} {self.award_id}"


class DatedRuleQuerySet(models.QuerySet[Any]):
    """The only door for views."""

    def visible_to(self, user: Any) -> Self:
        """They hold for the whole country: whoever has an appointment reads them."""
        return self.all() if scope.of(user).grants else self.none()

    def in_force(self, day: periods.Day) -> Self:
        """Those that hold on `day`."""
        return self.filter(period__contains=day)


class DatedRule(models.Model):
    """What the law or an office sets, from a day to a day, with the text that says so."""

    period = DateRangeField(_("in force"))
    basis = models.CharField(_("by"), max_length=300)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.RESTRICT,
        null=True,
        related_name="+",
        verbose_name=_("entered by"),
    )
    entered_at = models.DateTimeField(_("entered at"), db_default=Now())

    objects = DatedRuleQuerySet.as_manager()

    class Meta:
        abstract = True


class BaseSalary(DatedRule):
    """The base salary (mức lương cơ sở) of a time, in đồng a month."""

    amount = models.PositiveIntegerField(_("đồng a month"))

    class Meta:
        verbose_name = _("base salary")
        verbose_name_plural = _("base salaries")
        constraints = [
            ExclusionConstraint(
                name="base_salary_once_a_day",
                expressions=[("period", RangeOperators.OVERLAPS)],
            ),
            models.CheckConstraint(condition=~Q(basis=""), name="base_salary_has_basis"),
        ]
        triggers = journal.journalled()

    def __str__(self) -> str:
        return f"{self.amount}"


class BonusRate(DatedRule):
    """How many base salaries go with a form of commendation, and how many times that for
    households and collectives."""

    form = models.ForeignKey(
        AwardForm, models.PROTECT, related_name="bonus_rates", verbose_name=_("form")
    )
    individual = models.DecimalField(
        _("base salaries for an individual"), max_digits=5, decimal_places=2
    )
    household = models.DecimalField(
        _("times as much for a household"), max_digits=4, decimal_places=2
    )
    collective = models.DecimalField(
        _("times as much for a collective"), max_digits=4, decimal_places=2
    )
    # Only where the text says so; empty: the product as it is.
    rounded_up_to = models.PositiveIntegerField(_("rounded up to full, đồng"), null=True)

    class Meta:
        verbose_name = _("bonus")
        verbose_name_plural = _("bonuses")
        constraints = [
            ExclusionConstraint(
                name="bonus_rate_once_a_day",
                expressions=[
                    ("form", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(condition=~Q(basis=""), name="bonus_rate_has_basis"),
            models.CheckConstraint(
                condition=Q(rounded_up_to=None) | Q(rounded_up_to__gt=0),
                name="bonus_rate_is_rounded_to_something",
            ),
        ]
        triggers = journal.journalled()

    def __str__(self) -> str:
        return f"{self.form} {self.individual}"


class DirectDecision(DatedRule):
    """That offices of a kind may decide on a form without a vote of the Council.

    Where none is in force a passed vote is needed.
    """

    form = models.ForeignKey(
        AwardForm, models.PROTECT, related_name="direct_decisions", verbose_name=_("form")
    )
    issuer_kind = models.CharField(_("kind of issuer"), max_length=20, choices=UnitKind)

    class Meta:
        verbose_name = _("authority to decide without a vote")
        verbose_name_plural = _("authorities to decide without a vote")
        constraints = [
            ExclusionConstraint(
                name="direct_decision_once_a_day",
                expressions=[
                    ("form", RangeOperators.EQUAL),
                    ("issuer_kind", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(condition=~Q(basis=""), name="direct_decision_has_basis"),
        ]
        triggers = journal.journalled()

    def __str__(self) -> str:
        return f"{self.form} {self.issuer_kind}"
