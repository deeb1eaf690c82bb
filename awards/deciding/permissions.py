"""Who may do what to a decision, and if not, why not.

Each predicate returns `(allowed, reason)`; pages show the reason on the disabled button.
"""

from typing import Any

from django.utils.translation import gettext as _

from awards.models import Decision, DecisionState
from core.workflow import YES, Verdict
from units import scope


def preparing_grant(user: Any, decision: Decision) -> scope.Grant | None:
    """The appointment in whose right `user` drafts a decision."""
    return scope.of(user).grant_at(decision.office_id, "decision.prepare")


def registering_grant(user: Any, decision: Decision) -> scope.Grant | None:
    """The appointment in whose right `user` checks, numbers, issues and publishes it."""
    return scope.of(user).grant_at(decision.issuer_id, "decision.register")


def signing_grant(user: Any, decision: Decision) -> scope.Grant | None:
    """The appointment in whose right `user` signs it."""
    return scope.of(user).grant_at(decision.issuer_id, "decision.sign")


def may_prepare(user: Any, decision: Decision) -> Verdict:
    """Whether `user` acts for the office that drafts it."""
    if preparing_grant(user, decision):
        return YES
    return False, _("Only the office that drafts the decision does this.")


def may_change(user: Any, decision: Decision) -> Verdict:
    """Whether `user` may change what the draft says now."""
    allowed, why_not = may_prepare(user, decision)
    if allowed and decision.state != DecisionState.DRAFT:
        return False, _("Read only: the decision was handed over, its text is frozen.")
    return allowed, why_not


def may_register(user: Any, decision: Decision) -> Verdict:
    """Whether `user` is the registrar of the issuer, and did not draft it."""
    if registering_grant(user, decision) is None:
        return False, _("Only the registrar of the issuer does this.")
    if user.pk in decision.taken_part:
        return False, _("A second person checks and numbers: you took part in the draft.")
    return YES


def may_return(user: Any, decision: Decision) -> Verdict:
    """Whether `user` sends it back to be drafted anew: who checks or signs it."""
    if registering_grant(user, decision) or signing_grant(user, decision):
        return YES
    return False, _("Only who checks or signs the decision does this.")


def may_sign(user: Any, decision: Decision) -> Verdict:
    """Whether `user` signs: who the draft names, for the issuer, and nobody on their own."""
    if signing_grant(user, decision) is None:
        return False, _("Only who signs for the issuer does this.")
    if decision.signer_id != user.pk:
        return False, _("The draft names somebody else to sign.")
    if user.pk in decision.taken_part:
        return False, _("A second person signs: you took part in the draft.")
    return _not_their_own(user, decision)


def _not_their_own(user: Any, decision: Decision) -> Verdict:
    units = {grant.unit_id for grant in scope.of(user).grants}
    for award in decision.lines():
        nomination = award.nomination
        if user.pk in nomination.taken_part or nomination.unit_id in units:
            sentence = _("Nobody decides on their own: line %(order)d of the list is yours.")
            return False, sentence % {"order": award.order}
    return YES


def may_revoke(user: Any, decision: Decision) -> Verdict:
    """Whether `user` revokes it: the head of the issuer; of a result from above who entered it."""
    if decision.issuer_id is None:
        return may_prepare(user, decision)
    if signing_grant(user, decision):
        return YES
    return False, _("Only who signs for the issuer does this.")


def may_reinstate(user: Any, decision: Decision) -> Verdict:
    """Whether `user` takes a revocation back: who may revoke, and nobody in favour of their own."""
    allowed, why_not = may_revoke(user, decision)
    return _not_their_own(user, decision) if allowed else (allowed, why_not)


def sees_paper(user: Any, decision: Decision) -> Verdict:
    """Whether `user` reads the paper with the names of people: who works on it."""
    if any(find(user, decision) for find in (preparing_grant, registering_grant, signing_grant)):
        return YES
    return False, _("The paper holds names of people: only who works on the decision reads it.")
