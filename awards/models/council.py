"""The Council: who sits on it, and by which rules it votes."""

from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce, Now
from django.utils.translation import gettext_lazy as _

from campaign.models import Source
from core import journal
from criteria.models import AwardForm
from units import scope
from units.models import Unit


class CouncilQuerySet(models.QuerySet["Council"]):
    """The only door for views."""

    def visible_to(self, user: Any) -> Self:
        """Councils in the scope of `user` today."""
        return self.filter(scope.of(user).q("meeting.view", unit="office_id", path="path"))


class Council(models.Model):
    """The Council for emulation and commendation of a unit.

    `office` is its standing office, where its secretaries and members hold their roles, and whose
    appraised nominations come before it. `path` is the unit's on the day it was entered.
    """

    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="councils", verbose_name=_("Council of")
    )
    office = models.ForeignKey(
        Unit, models.PROTECT, related_name="+", verbose_name=_("standing office")
    )
    path = models.CharField(_("path"), max_length=200, db_collation="C")
    name = models.CharField(_("name of the Council"), max_length=200)
    is_demo = models.BooleanField(_("of the demonstration"), default=False)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.RESTRICT, related_name="+", verbose_name=_("entered by")
    )
    entered_at = models.DateTimeField(_("entered at"), db_default=Now())

    objects = CouncilQuerySet.as_manager()

    class Meta:
        verbose_name = _("Council")
        verbose_name_plural = _("Councils")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["unit"], name="council_once"),
            models.CheckConstraint(condition=~Q(name=""), name="council_has_name"),
        ]
        triggers = journal.journalled()

    def __str__(self) -> str:
        return self.name


class CouncilSeat(models.Model):
    """Who sits on a Council, in which position, from which day to which, by which decision.

    A member who uses the portal is named by the account; `person` is the name as the decision
    writes it. `unit` is where the member comes from.
    """

    class Position(models.TextChoices):
        CHAIR = "chair", _("chair of the Council")
        VICE_CHAIR = "vice_chair", _("vice chair of the Council")
        STANDING = "standing", _("standing member")
        MEMBER = "member", _("member of the Council")
        SECRETARY = "secretary", _("member and secretary")

    council = models.ForeignKey(
        Council, models.PROTECT, related_name="seats", verbose_name=_("Council")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.RESTRICT,
        null=True,
        blank=True,
        related_name="council_seats",
        verbose_name=_("account"),
    )
    person = models.CharField(_("full name"), max_length=200)
    position = models.CharField(_("position in the Council"), max_length=12, choices=Position)
    post = models.CharField(_("post and office"), max_length=300, blank=True)
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("comes from")
    )
    period = DateRangeField(_("sits"))
    decision = models.CharField(_("by the decision"), max_length=200)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.RESTRICT, related_name="+", verbose_name=_("entered by")
    )
    entered_at = models.DateTimeField(_("entered at"), db_default=Now())

    class Meta:
        verbose_name = _("seat on a Council")
        verbose_name_plural = _("seats on Councils")
        ordering = ["pk"]
        constraints = [
            ExclusionConstraint(
                name="council_seat_once",
                expressions=[
                    ("council", RangeOperators.EQUAL),
                    ("user", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
            ),
            ExclusionConstraint(
                name="council_one_chair",
                expressions=[
                    ("council", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
                condition=Q(position="chair"),
            ),
            models.CheckConstraint(
                condition=~Q(person="") & ~Q(decision=""), name="council_seat_by_decision"
            ),
        ]
        triggers = journal.journalled()

    def __str__(self) -> str:
        return self.person


class VotingRule(models.Model):
    """By which share of the votes, of which base and quorum, a Council decides, and how it votes.

    Shares are fractions: two thirds of nine are six, which no decimal says. Without a form it
    holds for all forms, without a unit for all Councils. Where none is in force it is *not
    configured*: the secretary enters one with its basis before closing.
    """

    class Base(models.TextChoices):
        ALL_MEMBERS = "all_members", _("all members of the Council")
        PRESENT = "present", _("the members who take part in the vote")
        VOTES_CAST = "votes_cast", _("the votes in favour and against")

    class Ballot(models.TextChoices):
        OPEN = "open", _("open vote by name")
        SECRET = "secret", _("secret ballot on paper")

    form = models.ForeignKey(
        AwardForm,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="voting_rules",
        verbose_name=_("form of commendation"),
    )
    unit = models.ForeignKey(
        Unit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="voting_rules",
        verbose_name=_("Council of"),
    )
    share_parts = models.PositiveSmallIntegerField(
        _("share of the votes"), validators=[MinValueValidator(1)]
    )
    share_of = models.PositiveSmallIntegerField(_("of"), validators=[MaxValueValidator(10_000)])
    # “More than half” asks for more than the share, “at least 80 %” for the share.
    is_exceeded = models.BooleanField(_("more than this share"), default=False)
    base = models.CharField(_("base of the share"), max_length=12, choices=Base)
    quorum_parts = models.PositiveSmallIntegerField(_("quorum"), validators=[MinValueValidator(1)])
    quorum_of = models.PositiveSmallIntegerField(
        _("of the quorum"), validators=[MaxValueValidator(10_000)]
    )
    ballot = models.CharField(_("ballot"), max_length=6, choices=Ballot)
    period = DateRangeField(_("in force"))
    basis = models.CharField(_("by"), max_length=300)
    source = models.ForeignKey(
        Source, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("source")
    )
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.RESTRICT, related_name="+", verbose_name=_("entered by")
    )
    entered_at = models.DateTimeField(_("entered at"), db_default=Now())

    class Meta:
        verbose_name = _("voting rule")
        verbose_name_plural = _("voting rules")
        ordering = ["pk"]
        constraints = [
            ExclusionConstraint(
                name="voting_rule_once_a_day",
                expressions=[
                    (Coalesce(F("form"), 0), RangeOperators.EQUAL),
                    (Coalesce(F("unit"), 0), RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(condition=~Q(basis=""), name="voting_rule_has_basis"),
            models.CheckConstraint(
                condition=Q(share_parts__gt=0, share_parts__lte=F("share_of"))
                & ~Q(is_exceeded=True, share_parts=F("share_of")),
                name="voting_rule_share_can_be_reached",
            ),
            models.CheckConstraint(
                condition=Q(quorum_parts__gt=0, quorum_parts__lte=F("quorum_of")),
                name="voting_rule_quorum_can_be_reached",
            ),
        ]
        triggers = [
            *journal.journalled(),
            pgtrigger.Trigger(
                name="freeze_used",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func="""
                    IF (to_jsonb(OLD) - 'period' <> to_jsonb(NEW) - 'period'
                        OR lower(OLD.period) IS DISTINCT FROM lower(NEW.period))
                        AND EXISTS (SELECT 1 FROM awards_meetingcase c WHERE c.rule_id = OLD.id)
                    THEN
                        RAISE EXCEPTION 'counts were closed by voting rule %', OLD.id
                            USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.basis
