"""The workflow of nominations, as a table.

draft → sent → received → (returned → sent …) → appraised; withdrawn by who proposes, dropped by the
office. Sending and receiving are steps of the submission that carries it (awards.submitting); what
the own leader decides, or the own Council votes on, is put before the own office instead.
"""

from collections.abc import Callable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from awards.models import (
    BEING_PREPARED,
    STANDING_AWARDS,
    Council,
    Nomination,
    NominationState,
)
from awards.nominating import checking, permissions, telling
from core.models import keep_step
from core.workflow import YES, Refused, Transition, Verdict, Workflow
from units import entries
from units.models import UnitKind
from units.scope import Grant

S = NominationState
BY_PROPOSER = frozenset({"put_forward", "call_back", "withdraw", "reopen"})


def _nothing_blocks(nomination: Nomination) -> Verdict:
    if checking.blocks(checking.findings(nomination)):
        return False, _("The pre-check found something that blocks; it says what and where.")
    return YES


def _considered_inside(nomination: Nomination) -> Verdict:
    """Whether the unit that proposes has who decides on it, or a Council that votes on it."""
    proposer = nomination.proposer_id
    if nomination.unit_id == proposer:
        return False, _("No unit considers itself: put it on a submission to the next office.")
    if checking.known(nomination).way.decided_at(proposer):
        return YES
    if Council.objects.filter(office=proposer).exists():
        return YES
    return False, _(
        "Neither does your leader decide on this form, nor have you a Council that votes on it: "
        "put it on a submission."
    )


def _on_no_paper(nomination: Nomination) -> Verdict:
    if nomination.lines.filter(submission__state__in=BEING_PREPARED).exists():
        return False, _(
            "It stands on a submission that is being prepared: take it off there first."
        )
    return YES


def _with_own_office(nomination: Nomination) -> Verdict:
    if is_inside(nomination):
        return YES
    return False, _("Another office has it: that office returns it.")


def _not_proposed_anew(nomination: Nomination) -> Verdict:
    """Whether the subject's place for this form and occasion is still free."""
    same = Nomination.objects.standing().filter(
        unit=nomination.unit_id,
        form=nomination.form_id,
        round=nomination.round_id,
        phase=nomination.phase_id,
    )
    if same.exclude(pk=nomination.pk).exists():
        return False, _("It was proposed anew for this form meanwhile: go on with that nomination.")
    return YES


def is_inside(nomination: Nomination) -> bool:
    """Whether the office of the unit that proposes has it, and no submission brought it there."""
    return nomination.office_id == nomination.proposer_id and nomination.submission_id is None


def _not_touched_since(nomination: Nomination) -> Verdict:
    if nomination.version == nomination.returned_version:
        return YES
    return False, _("The unit has begun to complete it; it sends it anew.")


def _not_sent_on(nomination: Nomination) -> Verdict:
    """Whether it stands on no paper of the office that appraised it, and on no decision; read once
    for the object, because several steps ask."""
    if not hasattr(nomination, "not_sent_on_once"):
        nomination.not_sent_on_once = _stays(nomination)  # type: ignore[attr-defined]
    verdict: Verdict = nomination.not_sent_on_once  # type: ignore[attr-defined]
    return verdict


def _stays(nomination: Nomination) -> Verdict:
    if nomination.awards.filter(state__in=STANDING_AWARDS).exists():
        return False, _("It stands on a decision: take it off there first.")
    if nomination.lines.filter(submission__sender=nomination.office_id).exists():
        return False, _("It stands on a submission to the next office: take it off there first.")
    return YES


def concerns(arrow: Transition, nomination: Nomination) -> bool:
    """Whether a step has to do with this nomination at all: pages do not show it else.

    A hamlet has no office before which it could put anything.
    """
    if arrow.name == "put_forward":
        is_own = nomination.unit_id == nomination.proposer_id
        return not is_own and nomination.proposer.kind != UnitKind.HAMLET
    return arrow.name != "call_back" or is_inside(nomination)


# What each step sets.


def _put_forward(nomination: Nomination, user: Any, reason: str) -> None:
    nomination.note_part(user)
    nomination.state_reason = ""
    nomination.office, nomination.submission = nomination.proposer, None
    nomination.sent_at = timezone.now()


def _withdraw(nomination: Nomination, user: Any, reason: str) -> None:
    nomination.note_part(user)
    nomination.state_reason = reason


def _take_place(nomination: Nomination) -> None:
    """Hold the subject's place until the transaction ends. Raises Refused: somebody has just taken
    it."""
    entries.lock(nomination.unit_id)
    free, why_not = _not_proposed_anew(nomination)
    if not free:
        raise Refused(why_not)


def _reopen(nomination: Nomination, user: Any, reason: str) -> None:
    """It begins anew, as a draft of the unit alone."""
    _take_place(nomination)
    _open_again(nomination, user, reason)
    nomination.note_part(user)
    nomination.office = nomination.sent_at = nomination.submission = None


def _appraise(nomination: Nomination, user: Any, reason: str) -> None:
    nomination.appraised_by, nomination.appraised_at = user, timezone.now()
    nomination.appraisal = reason


def _open_again(nomination: Nomination, user: Any, reason: str) -> None:
    nomination.appraised_by = nomination.appraised_at = None
    nomination.appraisal = nomination.state_reason = ""


def _undrop(nomination: Nomination, user: Any, reason: str) -> None:
    _take_place(nomination)
    _open_again(nomination, user, reason)


def _return(nomination: Nomination, user: Any, reason: str) -> None:
    nomination.appraised_by = nomination.appraised_at = None
    nomination.appraisal = ""
    nomination.state_reason = reason
    nomination.returned_version = nomination.version


def _drop(nomination: Nomination, user: Any, reason: str) -> None:
    nomination.state_reason = reason


def acting_grant(user: Any, nomination: Nomination, step: str) -> Grant | None:
    """The appointment in whose right `user` takes a step with this nomination."""
    if step in BY_PROPOSER:
        return permissions.writing_grant(user, nomination)
    return permissions.appraising_grant(user, nomination)


def record(nomination: Nomination, arrow: Transition, source: str, user: Any, reason: str) -> None:
    """Keep a step that was taken, and tell whom it concerns."""
    grant = acting_grant(user, nomination, arrow.name)
    keep_step(nomination, arrow.name, source, user, grant, reason)
    telling.of_nomination(nomination, arrow, user)


def fingerprint(nomination: Nomination) -> str:
    """What a page shows of a nomination, in a word: what it says, its state, at which office."""
    return f"{nomination.version}-{standing(nomination)}"


def standing(nomination: Nomination) -> str:
    """How a nomination stands, in a word, whatever it says: its state, at which office."""
    appraised = f"{nomination.appraised_at:%Y%m%d%H%M%S%f}" if nomination.appraised_at else ""
    return f"{nomination.state}-{nomination.office_id or 0}-{appraised}"


def seen_for(name: str) -> Callable[[Nomination], str]:
    """What must still be as it was shown when the arrow `name` is taken.

    Who withdraws stands beside texts that save themselves, and gives up what they say.
    """
    return standing if name == "withdraw" else fingerprint


_AT_OFFICE = frozenset({S.RECEIVED, S.APPRAISED})

NOMINATION = Workflow(
    name="nomination",
    model=Nomination,
    fingerprint=fingerprint,
    record=record,
    transitions=(
        Transition(
            name="put_forward",
            label=gettext_lazy("Put before the own office"),
            sources=frozenset({S.DRAFT, S.RETURNED}),
            target=S.RECEIVED,
            may=permissions.may_write,
            conditions=(_on_no_paper, _considered_inside, _nothing_blocks),
            apply=_put_forward,
            inverse="call_back",
            told=gettext_lazy("A second person of your office appraises it; it is read only."),
            tells="nomination.put_forward",
            settles=("nomination.returned",),
        ),
        Transition(
            name="call_back",
            label=gettext_lazy("Take back from the own office"),
            sources=frozenset({S.RECEIVED}),
            target=S.DRAFT,
            may=permissions.may_withdraw,
            conditions=(_with_own_office,),
            apply=_reopen,
            inverse="put_forward",
            told=gettext_lazy("It can be changed again, and has to be put forward anew."),
            takes_back=("nomination.put_forward",),
        ),
        Transition(
            name="appraise",
            label=gettext_lazy("Appraise: complete and according to the rules"),
            sources=frozenset({S.RECEIVED}),
            target=S.APPRAISED,
            may=permissions.may_appraise,
            conditions=(_nothing_blocks,),
            apply=_appraise,
            inverse="unappraise",
            told=gettext_lazy("It can be decided on, or go on to the next office."),
            settles=("nomination.put_forward",),
        ),
        Transition(
            name="unappraise",
            label=gettext_lazy("Undo appraising"),
            sources=frozenset({S.APPRAISED}),
            target=S.RECEIVED,
            may=permissions.may_appraise,
            conditions=(_not_sent_on,),
            apply=_open_again,
            reason_required=True,
            inverse="appraise",
            told=gettext_lazy("It is being checked again."),
        ),
        Transition(
            name="return",
            label=gettext_lazy("Return for completion"),
            sources=_AT_OFFICE,
            target=S.RETURNED,
            may=permissions.may_appraise,
            conditions=(_not_sent_on,),
            apply=_return,
            reason_required=True,
            inverse="unreturn",
            told=gettext_lazy("It stands first in the unit's work, with the reason."),
            tells="nomination.returned",
            settles=("nomination.put_forward",),
        ),
        Transition(
            name="unreturn",
            label=gettext_lazy("Undo returning"),
            sources=frozenset({S.RETURNED}),
            target=S.RECEIVED,
            may=permissions.may_appraise,
            conditions=(_not_touched_since,),
            apply=_open_again,
            reason_required=True,
            inverse="return",
            told=gettext_lazy("It leaves the unit's work; the appraisal goes on where it stood."),
            takes_back=("nomination.returned",),
        ),
        Transition(
            name="drop",
            label=gettext_lazy("Do not consider"),
            sources=_AT_OFFICE,
            target=S.DROPPED,
            may=permissions.may_appraise,
            conditions=(_not_sent_on,),
            apply=_drop,
            reason_required=True,
            inverse="undrop",
            told=gettext_lazy("The unit sees that it is not considered, and why."),
            tells="nomination.dropped",
            settles=("nomination.put_forward",),
        ),
        Transition(
            name="undrop",
            label=gettext_lazy("Consider it again"),
            sources=frozenset({S.DROPPED}),
            target=S.RECEIVED,
            may=permissions.may_appraise,
            conditions=(_not_proposed_anew,),
            apply=_undrop,
            reason_required=True,
            inverse="drop",
            told=gettext_lazy("The appraisal goes on where it stood."),
            takes_back=("nomination.dropped",),
        ),
        Transition(
            name="withdraw",
            label=gettext_lazy("Withdraw the nomination"),
            sources=frozenset({S.DRAFT, S.SENT, S.RECEIVED, S.RETURNED, S.APPRAISED}),
            target=S.WITHDRAWN,
            may=permissions.may_withdraw,
            conditions=(_not_sent_on,),
            apply=_withdraw,
            reason_required=True,
            inverse="",
            told=gettext_lazy("It is not considered any further; the office sees why."),
            tells="nomination.withdrawn",
            takes_back=("nomination.put_forward",),
            settles=("nomination.returned",),
        ),
        Transition(
            name="reopen",
            label=gettext_lazy("Propose again"),
            sources=frozenset({S.WITHDRAWN}),
            target=S.DRAFT,
            may=permissions.may_withdraw,
            conditions=(_not_proposed_anew,),
            apply=_reopen,
            told=gettext_lazy("It is a draft again, and has to be sent anew."),
        ),
    ),
)
