"""Who is told what of decisions: kinds of notices, and their readers.

Those who are commended hear of it when the decision is published, and not before.
"""

from collections.abc import Collection, Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from awards.models import Award, Decision
from core import notices, periods
from core.notices import NoticeKind
from core.workflow import Transition
from units import readers

KINDS = (
    NoticeKind(
        "decision.to_check",
        _("The form of a decision is to be checked"),
        _("The form of the decision on %(form)s is to be checked."),
        _("The decision on %(form)s was taken back; there is nothing to check."),
    ),
    NoticeKind(
        "decision.returned",
        _("A decision that you drafted was returned"),
        _("The draft of the decision on %(form)s was returned."),
        urgent=True,
    ),
    NoticeKind(
        "decision.to_sign",
        _("A decision is to be signed"),
        _("The decision on %(form)s is submitted for your signature."),
        _("The decision on %(form)s needs no signature of yours for now."),
        urgent=True,
    ),
    NoticeKind(
        "decision.signed",
        _("A decision was signed and is to be numbered"),
        _("The decision on %(form)s was signed and is to be numbered and issued."),
        _("The signature on the decision on %(form)s was taken back."),
    ),
    NoticeKind(
        "decision.published",
        _("A decision commends somebody whom your unit proposed"),
        _("Decision %(number)s on %(form)s commends whom your unit proposed."),
        urgent=True,
    ),
    NoticeKind(
        "decision.revoked",
        _("A commendation of somebody whom your unit proposed was revoked"),
        _("Commendations by decision %(number)s on %(form)s were revoked."),
        _("The revocation of commendations by decision %(number)s on %(form)s was undone."),
        urgent=True,
    ),
    NoticeKind(
        "decision.corrected",
        _("A decision that commends somebody whom your unit proposed was corrected"),
        _("Decision %(number)s on %(form)s was corrected by a document of its issuer."),
        urgent=True,
    ),
)


def of_decision(decision: Decision, arrow: Transition, user: Any) -> None:
    """Tell what a step of a decision means for others; inside the act of the step.

    Nobody is told of what they did themselves.
    """
    subject = _subject(decision)
    for code in arrow.takes_back:
        notices.take_back(code, subject)
    for code in arrow.settles:
        notices.settle(code, subject)
    if arrow.tells:
        _tell(arrow.tells, _readers(decision, arrow.tells), decision, user)


def of_revoked_line(award: Award, user: Any) -> None:
    """Tell who proposed them that one line of a decision was revoked; inside the act."""
    proposer = award.nomination.proposer_id
    people = readers.people_at(proposer, "nomination.enter", periods.today())
    _tell("decision.revoked", people, award.decision, user, _line(award))


def of_reinstated_line(award: Award) -> None:
    """Take back what was told when the line was revoked; inside the act."""
    notices.take_back("decision.revoked", _line(award))


def of_correction(decision: Decision, lines: Collection[Award], user: Any) -> None:
    """Tell who proposed them that a published decision was corrected; inside the act.

    Args:
        lines: those that are called otherwise; none where it concerns the whole.
    """
    if decision.published_at:
        concerned = [one.nomination.proposer_id for one in lines or decision.lines()]
        told = readers.people_at_each(set(concerned), "nomination.enter", periods.today())
        _tell("decision.corrected", set().union(*told.values()), decision, user)


def _tell(
    code: str, recipients: Iterable[int], decision: Decision, user: Any, subject: str = ""
) -> None:
    notices.tell(
        code,
        [pk for pk in recipients if pk != user.pk],
        subject=subject or _subject(decision),
        url=reverse("decisions:detail", args=[decision.pk]),
        form=decision.award_form.name,
        number=decision.reference,
    )


def _subject(decision: Decision) -> str:
    return f"decision:{decision.pk}"


def _line(award: Award) -> str:
    return f"award:{award.pk}"


def _readers(decision: Decision, code: str) -> Iterable[int]:
    today = periods.today()
    if code == "decision.revoked" and decision.published_at is None:
        return []  # who was never told of it hears nothing of its end
    if code == "decision.to_sign":
        return [decision.signer_id] if decision.signer_id else []
    if code == "decision.returned":
        return readers.people_at(decision.office_id, "decision.prepare", today)
    if code in ("decision.published", "decision.revoked"):
        proposers = decision.awards.values_list("nomination__proposer", flat=True)
        told = readers.people_at_each(set(proposers), "nomination.enter", today)
        return set().union(*told.values())
    return readers.people_at(decision.issuer_id, "decision.register", today)
