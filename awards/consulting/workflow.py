"""The workflow of consultations, as a table: asked → answered | withdrawn, each undone."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from awards.consulting import permissions, telling
from awards.models import Consultation, ConsultationState
from awards.submitting.clock import AT_UNIT
from core.models import keep_step
from core.workflow import YES, Transition, Verdict, Workflow

S = ConsultationState


def _still_there(consultation: Consultation) -> Verdict:
    """An answer on which somebody has built is not taken back."""
    office = consultation.asker_id
    gone = consultation.lines.exclude(nomination__office=office).exclude(
        nomination__proposer=office, nomination__state__in=AT_UNIT
    )
    if gone.exists():
        return False, _("A nomination has gone on from the office that asked.")
    return YES


def _answer(consultation: Consultation, user: Any, reason: str) -> None:
    consultation.recorded_by, consultation.recorded_at = user, timezone.now()


def _unanswer(consultation: Consultation, user: Any, reason: str) -> None:
    consultation.recorded_by = consultation.recorded_at = consultation.answered_on = None
    consultation.answer = consultation.answer_words = ""
    consultation.file = None


def _withdraw(consultation: Consultation, user: Any, reason: str) -> None:
    consultation.state_reason = reason


def _ask_again(consultation: Consultation, user: Any, reason: str) -> None:
    consultation.state_reason = ""


def _record(
    consultation: Consultation, arrow: Transition, source: str, user: Any, reason: str
) -> None:
    grant = permissions.acting_grant(user, consultation)
    keep_step(consultation, arrow.name, source, user, grant, reason)
    telling.of_consultation(consultation, arrow, user)


def fingerprint(consultation: Consultation) -> str:
    """What a page shows of a consultation, in a word."""
    recorded = consultation.recorded_at
    return f"{consultation.state}-{recorded:%Y%m%d%H%M%S%f}" if recorded else consultation.state


CONSULTATION = Workflow(
    name="consultation",
    model=Consultation,
    fingerprint=fingerprint,
    record=_record,
    transitions=(
        Transition(
            name="answer",
            label=gettext_lazy("Record the answer"),
            sources=frozenset({S.ASKED}),
            target=S.ANSWERED,
            may=permissions.may_answer,
            apply=_answer,
            inverse="unanswer",
            told=gettext_lazy("It stands with each nomination."),
            tells="consultation.answered",
            settles=("consultation.asked",),
        ),
        Transition(
            name="unanswer",
            label=gettext_lazy("Take the answer back"),
            sources=frozenset({S.ANSWERED}),
            target=S.ASKED,
            may=permissions.may_keep,
            conditions=(_still_there,),
            apply=_unanswer,
            reason_required=True,
            inverse="answer",
            told=gettext_lazy("The question is open again; the journal keeps the answer."),
            takes_back=("consultation.answered",),
        ),
        Transition(
            name="withdraw",
            label=gettext_lazy("Withdraw the question"),
            sources=frozenset({S.ASKED}),
            target=S.WITHDRAWN,
            may=permissions.may_keep,
            apply=_withdraw,
            reason_required=True,
            inverse="ask_again",
            told=gettext_lazy("Nobody is asked any more; a public page goes."),
            takes_back=("consultation.asked",),
        ),
        Transition(
            name="ask_again",
            label=gettext_lazy("Ask again"),
            sources=frozenset({S.WITHDRAWN}),
            target=S.ASKED,
            may=permissions.may_keep,
            apply=_ask_again,
            inverse="withdraw",
            told=gettext_lazy("The question is open again, with its days."),
            tells="consultation.asked",
        ),
    ),
)
