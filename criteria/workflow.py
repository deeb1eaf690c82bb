"""The workflows of self-assessments and of declared recognitions, as tables.

draft → sent → received → (returned → sent …) → confirmed, each step with its inverse.
"""

from collections import defaultdict
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import periods
from core.models import keep_step
from core.workflow import GONE, YES, Transition, Verdict, Workflow
from criteria import (
    assessing,
    evaluation,
    explanations,
    following,
    history,
    permissions,
    precheck,
    recognising,
    routing,
    sheets,
    telling,
)
from criteria.models import (
    Answer,
    AnswerVerdict,
    Assessment,
    AssessmentState,
    Recognition,
    RecognitionState,
)
from criteria.registration import standing
from units.scope import Grant

S = AssessmentState
R = RecognitionState


# Conditions: what the rules ask before a step, with the sentence that says what is missing.


def _nothing_blocks(assessment: Assessment) -> Verdict:
    findings = sheets.read_sheet(assessment).findings()
    if precheck.blocks(findings):
        return False, _("The pre-check found something that blocks; it says what and where.")
    return YES


def _never_sent(assessment: Assessment) -> Verdict:
    if assessment.submission:
        return False, _("It has been sent before: what was sent stays on record.")
    return YES


def _holds_nothing(assessment: Assessment) -> Verdict:
    if assessing.holds_nothing(assessment.answers.all(), assessment.evidence.all()):
        return YES
    return False, _("It holds an answer, an explanation or a file, or held a file: it stays.")


def _not_yet_judged(assessment: Assessment) -> Verdict:
    received_at = assessment.received_at
    judged = [answer.verified_at for answer in assessment.answers.all() if answer.verified_at]
    if received_at and any(at >= received_at for at in judged):
        return False, _("Verdicts have been given; return or confirm instead.")
    return YES


def _not_touched_since(assessment: Assessment) -> Verdict:
    """Whether everything stands in the form as it was when it was returned."""
    if history.standing_returns(assessment)[-1].snapshot == _snapshot(assessment):
        return YES
    return False, _("The unit has begun to complete it; it sends it anew.")


def _all_accepted(assessment: Assessment) -> Verdict:
    verdicts = [answer.verdict for answer in assessment.answers.all()]
    if AnswerVerdict.TO_CORRECT in verdicts:
        return False, _("Some criteria are marked for correction: return the self-assessment.")
    form = evaluation.form_of(assessment.criteria_set)
    done = sum(verdict != "" for verdict in verdicts)
    total = len(form.judged)
    if done < total:
        return False, _("%(open)d of %(total)d criteria have no verdict yet.") % {
            "open": total - done,
            "total": total,
        }
    answers = {answer.criterion_id: answer for answer in assessment.answers.all()}
    outcome = evaluation.evaluate(form, answers.values(), evaluation.gather_facts(assessment))
    reopened = ", ".join(criterion.code for criterion in sheets.reopened(form, answers, outcome))
    if reopened:
        return False, _(
            "What criterion %(codes)s rests on has changed since it was judged: judge it again."
        ) % {"codes": reopened}
    return YES


# What each step sets.


def _send(assessment: Assessment, user: Any, reason: str) -> None:
    assessment.note_part(user)
    assessment.sent_by, assessment.sent_at = user, timezone.now()
    assessment.submission += 1
    receiver = routing.receiver_of(assessment.unit.kind, assessment.path, periods.today())
    assessment.receiver_id = receiver.unit_id if receiver else None
    for answer in assessment.answers.filter(verdict=AnswerVerdict.TO_CORRECT):
        answer.clear_verdict()
        answer.save()


def _take_back(assessment: Assessment, user: Any, reason: str) -> None:
    """The dates of sending stay: the history and the number of sendings tell of it."""
    assessment.note_part(user)


def _state_before_sending(assessment: Assessment) -> str:
    return S.RETURNED if assessment.returned_at else S.DRAFT


def _discard(assessment: Assessment, user: Any, reason: str) -> None:
    """What was typed and taken out again goes with it."""
    assessment.answers.all().delete()


def _receive(assessment: Assessment, user: Any, reason: str) -> None:
    assessment.received_by, assessment.received_at = user, timezone.now()


def _unreceive(assessment: Assessment, user: Any, reason: str) -> None:
    assessment.received_by = assessment.received_at = None


def _return(assessment: Assessment, user: Any, reason: str) -> None:
    assessment.returned_by, assessment.returned_at = user, timezone.now()


def _unreturn(assessment: Assessment, user: Any, reason: str) -> None:
    """An earlier return stands again as the last one."""
    earlier = history.standing_returns(assessment)[:-1]
    assessment.returned_by = earlier[-1].user if earlier else None
    assessment.returned_at = earlier[-1].at if earlier else None


def _confirm(assessment: Assessment, user: Any, reason: str) -> None:
    assessing.refresh(assessment)  # judged once more under the lock; this is what stays
    assessment.explained = explanations.said_now(assessment).model_dump(mode="json")
    assessment.confirmed_by, assessment.confirmed_at = user, timezone.now()


def _unconfirm(assessment: Assessment, user: Any, reason: str) -> None:
    assessment.confirmed_by = assessment.confirmed_at = assessment.explained = None


def _snapshot(assessment: Assessment) -> dict[str, Any]:
    """What stands in the form now, by criterion code, for the history to compare."""
    attached: defaultdict[int, list[str]] = defaultdict(list)
    pieces = assessment.evidence.filter(removed_at=None)
    for criterion_id, name in pieces.values_list("criterion_id", "file__name"):
        attached[criterion_id].append(name)
    answers = {answer.criterion_id: answer for answer in assessment.answers.all()}
    return {
        criterion.code: {
            **_standing(answers.get(criterion.pk)),
            "evidence": attached[criterion.pk],
        }
        for criterion in assessment.criteria_set.criteria.all()
        if criterion.pk in answers or criterion.pk in attached
    }


def _standing(answer: Answer | None) -> dict[str, Any]:
    if answer is None:
        return {}
    return {
        "value": answer.value,
        "note": answer.note,
        "verdict": answer.verdict,
        "verified_value": answer.verified_value,
        "reason": answer.verdict_reason,
    }


def acting_grant(user: Any, assessment: Assessment, step: str) -> Grant | None:
    """The appointment in whose right `user` takes a step with this assessment."""
    if step == "discard":
        return permissions.grant_over(user, "assessment.fill", assessment)
    if step not in ("send", "take_back"):
        return permissions.review_grant(user, assessment)
    return permissions.grant_over(user, "assessment.send", assessment)


def _record(assessment: Assessment, arrow: Transition, source: str, user: Any, reason: str) -> None:
    grant = acting_grant(user, assessment, arrow.name)
    keep_event(assessment, arrow.name, source, user, grant, reason)
    telling.of_assessment(assessment, arrow, user)


def keep_event(
    assessment: Assessment, step: str, source: str, user: Any, grant: Grant | None, reason: str
) -> None:
    """Keep what happened to a self-assessment in its history, with what stands in it now."""
    more = {"submission": assessment.submission, "snapshot": _snapshot(assessment)}
    keep_step(assessment, step, source, user, grant, reason, **more)


def _shown(assessment: Assessment) -> str:
    return sheets.fingerprint(sheets.read_sheet(assessment))


ASSESSMENT = Workflow(
    name="assessment",
    model=Assessment,
    fingerprint=_shown,
    record=_record,
    transitions=(
        Transition(
            name="send",
            label=gettext_lazy("Send"),
            sources=frozenset({S.DRAFT, S.RETURNED}),
            target=S.SENT,
            may=permissions.may_send,
            conditions=(_nothing_blocks,),
            apply=_send,
            inverse="take_back",
            told=gettext_lazy("It stands in the list of the receiving office."),
            tells="assessment.sent",
        ),
        Transition(
            name="take_back",
            label=gettext_lazy("Take back"),
            sources=frozenset({S.SENT}),
            target=_state_before_sending,
            may=permissions.may_send,
            apply=_take_back,
            inverse="send",
            told=gettext_lazy("It leaves the list of what the office has to receive."),
            takes_back=("assessment.sent",),
        ),
        Transition(
            name="discard",
            label=gettext_lazy("Discard the empty draft"),
            sources=frozenset({S.DRAFT}),
            target=GONE,
            may=permissions.may_begin,
            conditions=(_never_sent, _holds_nothing),
            apply=_discard,
            told=gettext_lazy("Only the journal keeps that it was begun; it can be begun anew."),
        ),
        Transition(
            name="receive",
            label=gettext_lazy("Receive"),
            sources=frozenset({S.SENT}),
            target=S.RECEIVED,
            may=permissions.may_review,
            apply=_receive,
            inverse="unreceive",
            told=gettext_lazy("The unit can no longer take it back."),
            settles=("assessment.sent",),
        ),
        Transition(
            name="unreceive",
            label=gettext_lazy("Undo receiving"),
            sources=frozenset({S.RECEIVED}),
            target=S.SENT,
            may=permissions.may_review,
            conditions=(_not_yet_judged,),
            apply=_unreceive,
            inverse="receive",
            told=gettext_lazy("The unit can take it back again."),
        ),
        Transition(
            name="return",
            label=gettext_lazy("Return for completion"),
            sources=frozenset({S.RECEIVED}),
            target=S.RETURNED,
            may=permissions.may_review,
            apply=_return,
            reason_required=True,
            inverse="unreturn",
            told=gettext_lazy("It stands first in the unit's work, with the marks on its fields."),
            tells="assessment.returned",
        ),
        Transition(
            name="unreturn",
            label=gettext_lazy("Undo returning"),
            sources=frozenset({S.RETURNED}),
            target=S.RECEIVED,
            may=permissions.may_review,
            conditions=(_not_touched_since,),
            apply=_unreturn,
            reason_required=True,
            inverse="return",
            told=gettext_lazy("It leaves the unit's work; the review goes on where it stood."),
            takes_back=("assessment.returned",),
        ),
        Transition(
            name="confirm",
            label=gettext_lazy("Confirm the result"),
            sources=frozenset({S.RECEIVED}),
            target=S.CONFIRMED,
            may=permissions.may_review,
            conditions=(_all_accepted,),
            apply=_confirm,
            inverse="unconfirm",
            told=gettext_lazy("The unit sees the result with its explanation."),
            tells="assessment.confirmed",
        ),
        Transition(
            name="unconfirm",
            label=gettext_lazy("Undo confirming"),
            sources=frozenset({S.CONFIRMED}),
            target=S.RECEIVED,
            may=permissions.may_review,
            apply=_unconfirm,
            reason_required=True,
            inverse="confirm",
            told=gettext_lazy("The unit sees that its result is being looked at again, and why."),
            takes_back=("assessment.confirmed",),
        ),
    ),
)


def _check(recognition: Recognition, user: Any, reason: str) -> None:
    recognition.checked_by, recognition.checked_at = user, timezone.now()
    grant = permissions.checking_grant(user, recognition)
    recognition.checked_office_id = grant.unit_id if grant else None
    recognition.state_reason = reason


def _uncheck(recognition: Recognition, user: Any, reason: str) -> None:
    if recognition.state == R.REJECTED:
        recognising.close_running(recognition)
        recognising.take_up(recognition)
    recognition.checked_by = recognition.checked_at = recognition.checked_office = None
    recognition.refusal_seen_by = recognition.refusal_seen_at = None
    recognition.state_reason = reason


def _revoke(recognition: Recognition, user: Any, reason: str) -> None:
    """What was held stays held until yesterday; a title that had not begun was never held."""
    _check(recognition, user, reason)
    first, last = periods.first_day(recognition.period), periods.last_day(recognition.period)
    today = periods.today()
    recognition.revoked_period = recognition.period
    if (first is None or first < today) and (last is None or last >= today):
        recognition.period = periods.between(first, today - periods.ONE_DAY)


def _unrevoke(recognition: Recognition, user: Any, reason: str) -> None:
    """It is held as long as before; who undoes it answers for that."""
    _check(recognition, user, reason)
    recognition.period = recognition.revoked_period or recognition.period
    recognition.revoked_period = None
    if recognition.closes is None:
        recognising.close_running(recognition)
    recognising.take_up(recognition)


def _place_is_free(recognition: Recognition) -> Verdict:
    if recognition.state == R.CONFIRMED:
        return YES
    if not recognising.is_free(recognition):
        return False, _("The unit has meanwhile entered another decision for the same period.")
    if not recognising.keeps_waiting_time(recognition):
        return False, _("Another decision on another grade leaves too little time between the two.")
    return YES


def _nothing_built_on_revoking(recognition: Recognition) -> Verdict:
    built = Assessment.objects.filter(
        unit=recognition.unit_id,
        confirmed_at__gt=recognition.checked_at,
        criteria_set__criteria__rule__contains={
            "kind": "holds_title",
            "title": recognition.title.code,
        },
    )
    if built.exists():
        return False, _(
            "A self-assessment was confirmed since, without this title: undo that confirmation "
            "first."
        )
    return YES


def _tell_assessments(
    recognition: Recognition, arrow: Transition, source: str, user: Any, reason: str
) -> None:
    """What leans on the title is judged anew; the journal keeps the step itself."""
    if not Recognition.objects.ever_held().filter(pk=recognition.pk).exists():
        recognising.reopen_closed(recognition)
    recognising.refresh_assessments(recognition.unit_id)
    following.of_title(recognition.title, [recognition.path])
    telling.of_recognition(recognition, arrow, user)


RECOGNITION = Workflow(
    name="recognition",
    model=Recognition,
    fingerprint=recognising.fingerprint,
    record=_tell_assessments,
    transitions=(
        Transition(
            name="confirm",
            label=gettext_lazy("Confirm"),
            sources=frozenset({R.DECLARED}),
            target=R.CONFIRMED,
            may=permissions.may_check,
            conditions=(standing.may_be_recognised,),
            apply=_check,
            inverse="unconfirm",
            told=gettext_lazy("It counts as held, by the decision that it names."),
            tells="recognition.confirmed",
            settles=("recognition.declared",),
        ),
        Transition(
            name="unconfirm",
            label=gettext_lazy("Undo"),
            sources=frozenset({R.CONFIRMED, R.REJECTED}),
            target=R.DECLARED,
            may=permissions.may_check,
            conditions=(_place_is_free,),
            apply=_uncheck,
            reason_required=True,
            told=gettext_lazy("It waits for confirmation again."),
            takes_back=("recognition.confirmed", "recognition.rejected"),
        ),
        Transition(
            name="reject",
            label=gettext_lazy("Reject"),
            sources=frozenset({R.DECLARED}),
            target=R.REJECTED,
            may=permissions.may_check,
            apply=_check,
            reason_required=True,
            inverse="unconfirm",
            told=gettext_lazy("The unit sees the reason; it does not count."),
            tells="recognition.rejected",
            settles=("recognition.declared",),
        ),
        Transition(
            name="revoke",
            label=gettext_lazy("Revoke"),
            sources=frozenset({R.CONFIRMED}),
            target=R.REVOKED,
            may=permissions.may_check,
            apply=_revoke,
            reason_required=True,
            inverse="unrevoke",
            told=gettext_lazy("It no longer counts from today; what it was stays on record."),
            tells="recognition.revoked",
        ),
        Transition(
            name="unrevoke",
            label=gettext_lazy("Undo revoking"),
            sources=frozenset({R.REVOKED}),
            target=R.CONFIRMED,
            may=permissions.may_check,
            conditions=(_place_is_free, _nothing_built_on_revoking),
            apply=_unrevoke,
            reason_required=True,
            inverse="revoke",
            told=gettext_lazy("It counts again, as long as before."),
            takes_back=("recognition.revoked",),
        ),
    ),
)


def check_recognition(name: str, pk: int, user: Any, *, seen: str, reason: str = "") -> Recognition:
    """Carry a recognition over the arrow `name`, as somebody who has looked at it.

    Args:
        seen: the fingerprint (`criteria.recognising`) of what the person had before them.

    Raises:
        Recognition.DoesNotExist: there is none such.
        Refused: with the sentence for the person.
    """
    with transaction.atomic():
        recognition = recognising.locked(pk)
        grant = permissions.checking_grant(user, recognition)
        checked: Recognition = RECOGNITION.perform(
            name, pk, user, reason=reason, behalf=grant, seen=seen
        )
    return checked
