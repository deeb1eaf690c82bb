"""Who may ask about nominations, and who may record the answer; if not, why not."""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from awards.models import Consultation, Nomination, NominationQuerySet
from awards.submitting.clock import AT_UNIT, RUNNING
from core.workflow import Verdict
from units import scope

YES: Verdict = (True, "")
ASKING = frozenset({"submission.prepare", "nomination.appraise"})
ANSWERING = ASKING | {"submission.sign"}


def _grant_at(user: Any, unit_id: int | None, capabilities: frozenset[str]) -> scope.Grant | None:
    grants = scope.of(user).grants
    return next(
        (one for one in grants if one.unit_id == unit_id and capabilities & one.role.everything),
        None,
    )


def asking_grant(user: Any, unit_id: int) -> scope.Grant | None:
    """The appointment in whose right `user` asks for a unit: at that very unit."""
    return _grant_at(user, unit_id, ASKING)


def askable(user: Any) -> NominationQuerySet:
    """The nominations about which `user` may ask: those that are with an own unit."""
    grants = scope.of(user).grants
    units = {one.unit_id for one in grants if ASKING & one.role.everything}
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
    if consultation.asked_unit_id and _grant_at(user, consultation.asked_unit_id, ANSWERING):
        return YES
    return False, _("The answer is recorded by the office that asked, or by who is asked.")


def acting_grant(user: Any, consultation: Consultation) -> scope.Grant | None:
    """The appointment in whose right `user` acts on a consultation."""
    return asking_grant(user, consultation.asker_id) or _grant_at(
        user, consultation.asked_unit_id, ANSWERING
    )
