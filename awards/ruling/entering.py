"""Entering and ending rules: those of an office for its territory, and those of the country."""

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from awards.models import (
    BaseSalary,
    BonusRate,
    ConsultationRule,
    DirectDecision,
    Quota,
    Restriction,
    Term,
)
from campaign.queries import Occasion, occasion_key, path_ids
from core import files, journal, periods
from core.workflow import YES, Refused, Verdict
from units import scope
from units.models import Placement

OF_TERRITORY, OF_COUNTRY = "nomination.rule", "award_rules.manage"
CAPABILITIES = (OF_TERRITORY, OF_COUNTRY)
Rule = Term | Quota | Restriction | ConsultationRule | BaseSalary | BonusRate | DirectDecision
MODELS: Mapping[str, type[Rule]] = {
    "terms": Term,
    "quotas": Quota,
    "consultations": ConsultationRule,
    "restrictions": Restriction,
    "salaries": BaseSalary,
    "bonuses": BonusRate,
    "direct": DirectDecision,
}
# Dated rules that hold for the whole country.
NATIONAL = frozenset({"salaries", "bonuses", "direct"})


def managing_grant(user: Any, kind: str) -> scope.Grant | None:
    """The appointment in whose right `user` sets rules of a kind (`MODELS`)."""
    asked = OF_COUNTRY if kind in NATIONAL else OF_TERRITORY
    grants = scope.of(user).grants
    return next((one for one in grants if asked in one.role.everything), None)


def may_enter(user: Any, kind: str) -> Verdict:
    """Whether `user` sets rules of a kind."""
    if managing_grant(user, kind):
        return YES
    if kind in NATIONAL:
        return False, _("An administrator of the country enters these.")
    return False, _("Only the office in charge of the territory sets its rules.")


def may_end(user: Any, rule: Rule) -> Verdict:
    """Whether `user` may end a rule: of the own territory, or of the country."""
    allowed, why_not = may_enter(user, kind_of(rule))
    if not allowed or isinstance(rule, BaseSalary | BonusRate | DirectDecision):
        return allowed, why_not
    grant = managing_grant(user, kind_of(rule))
    path = rule.proposer_path if isinstance(rule, Quota) else rule.path
    if grant is None or not path.startswith(grant.path):
        return False, _("Only the office in charge of the territory sets its rules.")
    return YES


def kind_of(rule: Rule) -> str:
    """What addresses call rules like this one."""
    return next(kind for kind, model in MODELS.items() if isinstance(rule, model))


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


def enter(
    user: Any, grant: scope.Grant, kind: str, said: Mapping[str, Any], upload: Any = None
) -> Rule:
    """Enter a rule as a form said it.

    Args:
        kind: one of `MODELS`.
        said: the fields of the row, but for who enters it.
        upload: the document of a restriction; None where nobody attaches it.

    Raises:
        Refused: not by this person, or another one holds for the same on one of these days.
        core.files.FileRefused: the file is not taken.
    """
    allowed, why_not = may_enter(user, kind)
    if not allowed:
        raise Refused(why_not)
    try:
        with transaction.atomic(), journal.act(f"rule.{kind}.enter", actor=user, behalf=grant):
            more = {"file": files.store(upload, user)} if upload else {}
            made: Rule = MODELS[kind].objects.create(**said, **more, entered_by=user)
            return made
    except IntegrityError as error:
        if "_once_a_day" not in str(error):
            raise
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
        grant = managing_grant(user, kind_of(locked))
        with journal.act("rule.end", actor=user, reason=reason, behalf=grant):
            locked.period = periods.between(first, last)
            locked.save()
