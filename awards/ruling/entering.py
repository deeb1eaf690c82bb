"""Entering and ending the rules of an office for its territory."""

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from awards.models import ConsultationRule, Quota, Restriction, Term
from awards.nominating.entering import Occasion, occasion_key
from campaign.queries import path_ids
from core import journal, periods
from core.workflow import Refused, Verdict
from units import scope
from units.models import Placement

CAPABILITY = "nomination.rule"
Rule = Term | Quota | Restriction | ConsultationRule
MODELS: Mapping[str, type[Rule]] = {
    "terms": Term,
    "quotas": Quota,
    "consultations": ConsultationRule,
    "restrictions": Restriction,
}


def managing_grant(user: Any) -> scope.Grant | None:
    """The appointment in whose right `user` sets the rules of a territory."""
    grants = scope.of(user).grants
    return next((one for one in grants if CAPABILITY in one.role.everything), None)


def path_of(rule: Rule) -> str:
    """The place of whom a rule binds."""
    return rule.proposer_path if isinstance(rule, Quota) else rule.path


def may_end(user: Any, rule: Rule) -> Verdict:
    """Whether `user` may end a rule: in the own territory."""
    grant = managing_grant(user)
    if grant is None or not path_of(rule).startswith(grant.path):
        return False, _("Only the office in charge of the territory sets its rules.")
    return True, ""


def of_territory(grant: scope.Grant) -> dict[str, Any]:
    """The fields of a rule that bind the whole territory of who enters it."""
    return {"territory_id": path_ids(grant.path)[-1], "path": grant.path}


def of_proposer(place: Placement, occasion: Occasion) -> dict[str, Any]:
    """The fields of a quota of a unit for a round or phase."""
    return {
        "proposer_id": place.unit_id,
        "proposer_path": place.path,
        **occasion_key(occasion),
    }


def enter(user: Any, grant: scope.Grant, kind: str, said: Mapping[str, Any]) -> Rule:
    """Enter a rule as a form said it.

    Args:
        kind: one of `MODELS`.
        said: the fields of the row, but for who enters it.

    Raises Refused: another one holds for the same on one of these days.
    """
    try:
        with transaction.atomic(), journal.act(f"rule.{kind}.enter", actor=user, behalf=grant):
            made: Rule = MODELS[kind].objects.create(**said, entered_by=user)
            return made
    except IntegrityError as error:
        raise Refused(
            _("Another one holds for the same on one of these days: end that first.")
        ) from error


def end(user: Any, rule: Rule, last: periods.Day, reason: str) -> None:
    """End a rule earlier than it says; what it says stays as it was.

    Raises Refused: not in this person's territory, without a reason, or not earlier.
    """
    reason = reason.strip()
    with transaction.atomic():
        locked: Rule = type(rule).objects.select_for_update(of=("self",)).get(pk=rule.pk)
        allowed, why_not = may_end(user, locked)
        if not allowed:
            raise Refused(why_not)
        if not reason:
            raise Refused(_("Say why: this step needs a reason."), field="reason")
        first, present = periods.first_day(locked.period), periods.last_day(locked.period)
        if first and last < first:
            raise Refused(_("It ends before it begins."), field="last")
        if present and last >= present:
            raise Refused(_("It ends on that day or earlier already."), field="last")
        with journal.act("rule.end", actor=user, reason=reason, behalf=managing_grant(user)):
            locked.period = periods.between(first, last)
            locked.save()
