"""The workflow of decisions, as a table; what each step does to the nominations they decide on.

draft → form being checked → submitted for signature → signed → numbered → issued → published
→ revoked; a draft may be dropped, and everything before the number be sent back.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import demonstration
from awards.deciding import conditions, drafting, papers, permissions, telling
from awards.deciding.bonus import Bonuses
from awards.models import (
    Award,
    AwardState,
    Decision,
    DecisionState,
    Nomination,
    NominationState,
)
from awards.nominating import carrying
from core import journal, periods
from core.happened import refuse_unless_past
from core.models import keep_step
from core.workflow import Outdated, Refused, Transition, Workflow
from criteria.models.numbers import TAKEN_ONCE
from units.scope import Grant

S = DecisionState
BY_OFFICE = frozenset({"hand_over", "take_back", "drop"})
BY_SIGNER = frozenset({"sign", "unsign", "revoke", "reinstate"})


# What each step sets.


def _nothing(decision: Decision, user: Any, reason: str) -> None:
    decision.state_reason = reason


def _hand_over(decision: Decision, user: Any, reason: str) -> None:
    """Names, bonus and text are from now on what they are today."""
    decision.note_part(user)
    lines = decision.lines()
    names = drafting.names_of([one.nomination for one in lines])
    bonuses = Bonuses(decision.award_form, periods.today())
    for award in lines:
        bonus = bonuses.of(award.nomination.unit.kind)
        award.name = names[award.nomination_id]
        award.bonus = bonus.amount
        award.bonus_basis, award.bonus_source = bonus.basis, bonus.source
    Award.objects.bulk_update(lines, ["name", "bonus", "bonus_basis", "bonus_source"])
    decision.text = conditions.frozen_text(decision)
    decision.digest = papers.digest_of(decision.text)
    decision.state_reason = ""


def _thaw(decision: Decision, user: Any, reason: str) -> None:
    decision.text = decision.digest = ""
    decision.checked_by = None
    decision.state_reason = reason
    decision.awards.update(name="", bonus=None, bonus_basis="", bonus_source="")


def _drop(decision: Decision, user: Any, reason: str) -> None:
    decision.state_reason = reason
    decision.awards.update(state=AwardState.RELEASED)


def _submit(decision: Decision, user: Any, reason: str) -> None:
    decision.state_reason = ""
    decision.checked_by = user


def _sign(decision: Decision, user: Any, reason: str) -> None:
    decision.state_reason = ""
    decision.signed_at = timezone.now()
    decision.appointment = conditions.appointment_of_signer(decision, periods.today())


def _unsign(decision: Decision, user: Any, reason: str) -> None:
    decision.signed_at = decision.appointment = decision.signed_file = None
    decision.missing, decision.difference_by, decision.difference_reason = [], None, ""
    decision.state_reason = reason


def _unnumber(decision: Decision, user: Any, reason: str) -> None:
    decision.number = decision.dated = decision.year = None
    decision.state_reason = reason


def _issue(decision: Decision, user: Any, reason: str) -> None:
    decision.state_reason = ""
    decision.issued_at = timezone.now()


def _publish(decision: Decision, user: Any, reason: str) -> None:
    decision.published_at = timezone.now()
    grant = acting_grant(user, decision, "publish")
    carry(decision, user, grant, nominations_of(decision.lines()), "decide", "")
    decision.awards.filter(state=AwardState.LISTED).update(state=AwardState.GRANTED)


def _revoke(decision: Decision, user: Any, reason: str) -> None:
    now = timezone.now()
    decision.revoked_at, decision.state_reason = now, reason
    standing = [one for one in decision.lines() if one.state == AwardState.GRANTED]
    grant = acting_grant(user, decision, "revoke")
    carry(decision, user, grant, nominations_of(standing), "revoke", reason)
    decision.awards.exclude(state=AwardState.REVOKED).update(
        state=AwardState.REVOKED,
        revoked_at=now,
        state_reason=reason,
        revoking_document=decision.revoking_document,
    )


def _reinstate(decision: Decision, user: Any, reason: str) -> None:
    """What the revocation ended stands again; lines that were revoked before it stay revoked."""
    ended = conditions.ended_with(decision)
    if decision.published_at:
        grant = acting_grant(user, decision, "reinstate")
        carry(decision, user, grant, nominations_of(ended), "reinstate", reason)
    decision.awards.filter(pk__in=[one.pk for one in ended]).update(
        state=AwardState.GRANTED if decision.published_at else AwardState.LISTED,
        revoked_at=None,
        state_reason="",
        revoking_document="",
    )
    decision.revoked_at, decision.revoking_document = None, ""
    decision.state_reason = reason


CARRIED = {
    "decide": NominationState.DECIDED,
    "revoke": NominationState.REVOKED,
    "reinstate": NominationState.DECIDED,
    "drop": NominationState.DROPPED,
}


def nominations_of(lines: Sequence[Award]) -> list[Nomination]:
    """What the lines are about."""
    return [one.nomination for one in lines]


def carry(
    decision: Decision,
    user: Any,
    grant: Grant | None,
    nominations: Sequence[Nomination],
    step: str,
    reason: str,
) -> None:
    """Bring nominations where a step of their decision (`CARRIED`) leads (two queries)."""
    for one in nominations:
        one.state_reason = reason
    told = reason or str(decision)
    carrying.carry(nominations, step, CARRIED[step], user=user, grant=grant, reason=told)


def acting_grant(user: Any, decision: Decision, step: str) -> Grant | None:
    """The appointment in whose right `user` takes a step with this decision."""
    if step in BY_OFFICE or decision.issuer_id is None:
        return permissions.preparing_grant(user, decision)
    if step in BY_SIGNER:
        return permissions.signing_grant(user, decision)
    registering = permissions.registering_grant(user, decision)
    return registering or permissions.signing_grant(user, decision)


def _record(decision: Decision, arrow: Transition, source: str, user: Any, reason: str) -> None:
    record(decision, arrow.name, source, user, reason)
    telling.of_decision(decision, arrow, user)


def record(decision: Decision, step: str, source: str, user: Any, reason: str) -> None:
    """Keep a step that was taken."""
    grant = acting_grant(user, decision, step)
    keep_step(decision, step, source, user, grant, reason)


def tell_published(decision: Decision, user: Any) -> None:
    """Tell who proposed them of a result from above; inside the act."""
    telling.of_decision(decision, DECISION["publish"], user)


def fingerprint(decision: Decision) -> str:
    """What a page shows of a decision, in a word: what it says, its state."""
    return f"{decision.version}-{decision.state}-{decision.number or 0}"


def _state_before_revoking(decision: Decision) -> str:
    return S.PUBLISHED if decision.published_at else S.ISSUED


_LAWFUL = (
    conditions.carries_somebody,
    conditions.names_the_form,
    conditions.may_be_decided,
    conditions.nobody_restricted,
    conditions.nobody_has_it,
)

DECISION = Workflow(
    name="decision",
    model=Decision,
    fingerprint=fingerprint,
    record=_record,
    transitions=(
        Transition(
            name="hand_over",
            label=gettext_lazy("Hand over to have the form checked"),
            sources=frozenset({S.DRAFT}),
            target=S.CHECKING,
            may=permissions.may_prepare,
            conditions=(*_LAWFUL, conditions.is_worded, conditions.authority_fits),
            apply=_hand_over,
            inverse="take_back",
            told=gettext_lazy("Its text, names and bonus are frozen; the registrar checks it."),
            tells="decision.to_check",
            settles=("decision.returned",),
        ),
        Transition(
            name="take_back",
            label=gettext_lazy("Take back"),
            sources=frozenset({S.CHECKING}),
            target=S.DRAFT,
            may=permissions.may_prepare,
            apply=_thaw,
            inverse="hand_over",
            told=gettext_lazy("The decision can be changed again."),
            takes_back=("decision.to_check",),
        ),
        Transition(
            name="submit",
            label=gettext_lazy("The form is right: submit for signature"),
            sources=frozenset({S.CHECKING}),
            target=S.SUBMITTED,
            may=permissions.may_register,
            conditions=(conditions.stands_as_frozen,),
            apply=_submit,
            told=gettext_lazy("Who signs finds it in their work."),
            tells="decision.to_sign",
            settles=("decision.to_check",),
        ),
        Transition(
            name="return",
            label=gettext_lazy("Return to be drafted anew"),
            sources=frozenset({S.CHECKING, S.SUBMITTED}),
            target=S.DRAFT,
            may=permissions.may_return,
            apply=_thaw,
            reason_required=True,
            told=gettext_lazy("The office that drafts it reads why; it is checked again after."),
            tells="decision.returned",
            takes_back=("decision.to_sign",),
            settles=("decision.to_check",),
        ),
        Transition(
            name="drop",
            label=gettext_lazy("Drop the draft"),
            sources=frozenset({S.DRAFT}),
            target=S.DROPPED,
            may=permissions.may_prepare,
            apply=_drop,
            reason_required=True,
            told=gettext_lazy("Its nominations can be decided on by another decision."),
            settles=("decision.returned",),
        ),
        Transition(
            name="sign",
            label=gettext_lazy("Sign"),
            sources=frozenset({S.SUBMITTED}),
            target=S.SIGNED,
            may=permissions.may_sign,
            conditions=(*_LAWFUL, conditions.authority_fits, conditions.stands_as_frozen),
            apply=_sign,
            inverse="unsign",
            told=gettext_lazy("The registrar numbers and issues it; until then it can be undone."),
            tells="decision.signed",
            settles=("decision.to_sign",),
        ),
        Transition(
            name="unsign",
            label=gettext_lazy("Take the signature off again"),
            sources=frozenset({S.SIGNED}),
            target=S.SUBMITTED,
            may=permissions.may_sign,
            apply=_unsign,
            reason_required=True,
            inverse="sign",
            told=gettext_lazy("It waits for the signature again, or is returned to the draft."),
            takes_back=("decision.signed",),
        ),
        Transition(
            name="number",
            label=gettext_lazy("Give number and day"),
            sources=frozenset({S.SIGNED}),
            target=S.NUMBERED,
            may=permissions.may_register,
            conditions=(conditions.has_number, conditions.authority_fits),
            apply=_nothing,
            inverse="unnumber",
            told=gettext_lazy("The number stands in the register of the issuer."),
        ),
        Transition(
            name="unnumber",
            label=gettext_lazy("Take the number back"),
            sources=frozenset({S.NUMBERED}),
            target=S.SIGNED,
            may=permissions.may_register,
            apply=_unnumber,
            reason_required=True,
            inverse="number",
            told=gettext_lazy("The number is free again."),
        ),
        Transition(
            name="issue",
            label=gettext_lazy("Issue"),
            sources=frozenset({S.NUMBERED}),
            target=S.ISSUED,
            may=permissions.may_register,
            conditions=(conditions.has_signed_paper, conditions.stands_as_frozen),
            apply=_issue,
            told=gettext_lazy("From now on it can only be revoked. Nobody is told yet."),
            settles=("decision.signed",),
        ),
        Transition(
            name="publish",
            label=gettext_lazy("Publish"),
            sources=frozenset({S.ISSUED}),
            target=S.PUBLISHED,
            may=permissions.may_register,
            apply=_publish,
            told=gettext_lazy("Who proposed them is told; papers can be checked by anybody."),
            tells="decision.published",
        ),
        Transition(
            name="revoke",
            label=gettext_lazy("Revoke the decision"),
            sources=frozenset({S.ISSUED, S.PUBLISHED}),
            target=S.REVOKED,
            may=permissions.may_revoke,
            apply=_revoke,
            reason_required=True,
            told=gettext_lazy(
                "All its commendations and certificates end; who proposed them is told."
            ),
            inverse="reinstate",
            tells="decision.revoked",
        ),
        Transition(
            name="reinstate",
            label=gettext_lazy("Undo the revocation"),
            sources=frozenset({S.REVOKED}),
            target=_state_before_revoking,
            may=permissions.may_reinstate,
            conditions=(conditions.is_free_again,),
            apply=_reinstate,
            reason_required=True,
            inverse="revoke",
            told=gettext_lazy(
                "Its commendations and certificates stand again; lines that were revoked before "
                "stay revoked."
            ),
            takes_back=("decision.revoked",),
        ),
    ),
)


def perform(name: str, pk: int, user: Any, *, reason: str = "", seen: str | None = None) -> Any:
    """Carry a decision over the step `name`, with everything that it decides on locked.

    Raises Refused, Outdated, Decision.DoesNotExist.
    """
    with unless_taken():
        decision = lock(pk)
        grant = acting_grant(user, decision, name)
        return DECISION.perform(name, pk, user, reason=reason, behalf=grant, seen=seen)


def lock(pk: int) -> Decision:
    """The decision with everything that it decides on, locked until the transaction ends. Raises
    Decision.DoesNotExist."""
    decision = drafting.locked(pk)
    nominations = Nomination.objects.filter(awards__decision=pk)
    list(nominations.select_for_update(of=("self",)).order_by("pk"))
    return decision


def prepared(
    name: str,
    pk: int,
    user: Any,
    reason: str,
    seen: str | None,
    prepare: Callable[[Decision], None],
) -> Any:
    """Take a step that asks for more than a reason: `prepare` sets it first, under the lock.

    Raises Refused, Outdated, and what `prepare` raises.
    """
    with transaction.atomic():
        decision = lock(pk)
        if seen is not None and seen != fingerprint(decision):
            raise Outdated(_("Somebody changed this meanwhile: look at it as it stands now."))
        allowed, why_not = DECISION[name].may(user, decision)
        if not allowed or decision.state not in DECISION[name].sources:
            raise Refused(why_not or DECISION.allowed(DECISION[name], decision, user)[1])
        grant = acting_grant(user, decision, name)
        with journal.act(f"decision.{name}", actor=user, reason=reason, behalf=grant):
            prepare(decision)
            decision.save()
        return DECISION.perform(name, pk, user, reason=reason, behalf=grant)


def give_number(
    user: Any, pk: int, number: int, dated: periods.Day, *, seen: str | None = None
) -> Decision:
    """Give a signed decision its number and day; of two that take one number one is refused.

    Raises:
        Outdated: the decision is no longer what the person saw.
        Refused: the number is taken, the day cannot be, or not by this person or now.
    """

    def prepare(decision: Decision) -> None:
        signed = decision.signed_at
        refuse_unless_past(dated, "dated", since=timezone.localdate(signed) if signed else None)
        conditions.bonus_is_of(decision, dated)
        decision.number, decision.dated, decision.year = number, dated, dated.year

    try:
        found: Decision = prepared("number", pk, user, "", seen, prepare)
    except IntegrityError as error:
        if TAKEN_ONCE not in str(error):
            raise
        raise Refused(
            _("Number %(number)d is taken by another decision of this year.") % {"number": number},
            field="number",
        ) from error
    return found


@contextmanager
def unless_taken() -> Iterator[None]:
    """One transaction; who proposed or decided anew in the same moment has won. Raises Refused."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if not any(name in str(error) for name in ("nomination_once", "award_once", "above_once")):
            raise
        raise Refused(_("Somebody has proposed or decided on the same anew just now.")) from error


def paper_of(decision: Decision) -> Any:
    """The paper of a decision as it stands now (core.documents.paper.Paper)."""
    return papers.decision_paper(
        decision,
        papers.lines_of(decision),
        is_demo=demonstration.is_loaded(),
    )
