"""Revoking a decision or one of its lines by a document, and undoing the revocation of a line."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from awards.deciding import conditions, permissions, telling, workflow
from awards.models import Award, AwardState, Decision, DecisionState
from core import journal
from core.workflow import Refused


def revoke(user: Any, pk: int, document: str, reason: str, *, seen: str | None = None) -> Decision:
    """Revoke an issued decision by a document, with everything that it gave.

    Raises Refused, Outdated.
    """
    document = document.strip()
    if not document:
        raise Refused(_("Name the document that revokes it."), field="document")

    def prepare(decision: Decision) -> None:
        decision.revoking_document = document

    found: Decision = workflow.prepared("revoke", pk, user, reason, seen, prepare)
    return found


def revoke_line(user: Any, award_pk: int, document: str, reason: str) -> Award:
    """Revoke one commendation of a published decision by a document; the others stand.

    Raises Refused, Award.DoesNotExist.
    """
    document, reason = document.strip(), reason.strip()
    if not document or not reason:
        raise Refused(_("Name the document that revokes it, and say why."))
    with transaction.atomic():
        decision = workflow.lock(Award.objects.values_list("decision", flat=True).get(pk=award_pk))
        award = decision.awards.select_related(
            "nomination", "decision__form", "decision__given"
        ).get(pk=award_pk)
        allowed, why_not = permissions.may_revoke(user, decision)
        if allowed and (
            decision.state != DecisionState.PUBLISHED or award.state != AwardState.GRANTED
        ):
            allowed, why_not = False, _("Only a published commendation that stands is revoked.")
        if not allowed:
            raise Refused(why_not)
        grant = workflow.acting_grant(user, decision, "revoke")
        with journal.act("decision.revoke_line", actor=user, reason=reason, behalf=grant):
            award.state, award.revoked_at = AwardState.REVOKED, timezone.now()
            award.state_reason, award.revoking_document = reason, document
            award.save()
            workflow.carry(decision, user, grant, [award.nomination], "revoke", reason)
            workflow.record(decision, "revoke_line", decision.state, user, reason)
            telling.of_revoked_line(award, user)
    return award


def reinstate_line(user: Any, award_pk: int, reason: str) -> Award:
    """Undo the revocation of one commendation: it stands again, with its certificate.

    Raises Refused: not by this person or now, without a reason, or its subject was proposed anew;
    Award.DoesNotExist.
    """
    reason = reason.strip()
    if not reason:
        raise Refused(_("Say why: this step needs a reason."))
    with workflow.unless_taken():
        decision = workflow.lock(Award.objects.values_list("decision", flat=True).get(pk=award_pk))
        award = next(one for one in decision.lines() if one.pk == award_pk)
        allowed, why_not = permissions.may_reinstate(user, decision)
        if allowed and (
            decision.state != DecisionState.PUBLISHED or award.state != AwardState.REVOKED
        ):
            allowed, why_not = False, _("Only a revoked line of a published decision is taken up.")
        if allowed:
            allowed, why_not = conditions.are_free([award], published=True)
        if not allowed:
            raise Refused(why_not)
        grant = workflow.acting_grant(user, decision, "reinstate")
        with journal.act("decision.reinstate_line", actor=user, reason=reason, behalf=grant):
            award.state, award.revoked_at = AwardState.GRANTED, None
            award.state_reason = award.revoking_document = ""
            award.save()
            workflow.carry(decision, user, grant, [award.nomination], "reinstate", reason)
            workflow.record(decision, "reinstate_line", decision.state, user, reason)
            telling.of_reinstated_line(award)
    return award
