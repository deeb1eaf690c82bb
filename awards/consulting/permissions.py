"""Who may ask about nominations, and who may record the answer; if not, why not."""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from awards.models import Consultation, Nomination, NominationQuerySet
from awards.submitting.clock import AT_UNIT, RUNNING
from core.workflow import YES, Verdict
from units import scope

ASKING = frozenset({"submission.prepare", "nomination.appraise"})
ANSWERING = "consultation.answer"


def asking_grant(user: Any, unit_id: int) -> scope.Grant | None:
    """The appointment in whose right `user` asks for a unit: at that very unit."""
    return scope.of(user).grant_at(unit_id, *ASKING)


def askable(user: Any) -> NominationQuerySet:
    """The nominations about which `user` may ask: those that are with an own unit."""
    units = scope.of(user).units_with(*ASKING)
    here = Q(proposer__in=units, state__in=AT_UNIT) | Q(office__in=units, state__in=RUNNING)
    return Nomination.objects.visible_to(user).filter(here)


def may_keep(user: Any, consultation: Consultation) -> Verdict:
    """Whether `user` acts for the unit that asks."""
    if asking_grant(user, consultation.asker_id):
        return YES
    return False, _("Only the office that asked does this.")


def may_answer(user: Any, consultation: Consultation) -> Verdict:
    """Whether `user` may record the answer: for the office that asked, or for who is asked."""
    if asking_grant(user, consultation.asker_id):
        return YES
    if scope.of(user).grant_at(consultation.asked_unit_id, ANSWERING):
        return YES
    return False, _("The answer is recorded by the office that asked, or by who is asked.")


def acting_grant(user: Any, consultation: Consultation) -> scope.Grant | None:
    """The appointment in whose right `user` acts on a consultation."""
    return asking_grant(user, consultation.asker_id) or scope.of(user).grant_at(
        consultation.asked_unit_id, ANSWERING
    )
