"""Saving how an issuer's certificates look."""

from typing import Any

from awards.certificates import making
from awards.deciding import permissions
from awards.models import CertificateTemplate, Decision
from core import journal
from core.workflow import Refused


def save(user: Any, decision: Decision, said: dict[str, Any]) -> CertificateTemplate:
    """Keep the template of the issuer and form of a decision.

    Raises Refused: `user` is not the issuer's registrar, or the decision is not published now.
    """
    allowed, why_not = making.may_make(user, decision)
    if not allowed:
        raise Refused(why_not)
    grant = permissions.registering_grant(user, decision)
    with journal.act("certificates.template", actor=user, behalf=grant):
        kept, new = CertificateTemplate.objects.select_for_update().get_or_create(
            issuer_id=decision.issuer_id, form_id=decision.given_id, defaults=said
        )
        if not new:
            for name, value in said.items():
                setattr(kept, name, value)
            kept.version += 1
            kept.save()
    return kept
