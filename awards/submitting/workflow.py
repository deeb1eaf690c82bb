"""The workflow of submissions, as a table; what each step does to the nominations they carry.

draft → signed off → sent → received → returned | dealt with.
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from awards.models import (
    Nomination,
    NominationState,
    Submission,
    SubmissionFile,
    SubmissionLine,
    SubmissionState,
)
from awards.nominating import carrying, checking
from awards.submitting import entering, permissions, telling
from core import periods
from core.models import keep_step
from core.workflow import YES, Transition, Verdict, Workflow
from criteria.routing import Receiver
from units.scope import Grant

S = SubmissionState
N = NominationState
BY_SENDER = frozenset({"send", "take_back"})
BY_SIGNER = frozenset({"sign", "unsign"})
# What a line keeps of where its nomination was.
REMEMBERED = (
    *("prior_state", "prior_office", "prior_submission"),
    *("prior_appraised_by", "prior_appraised_at", "prior_appraisal"),
)


def _lines(submission: Submission) -> list[Nomination]:
    """What it carries, read once for the object."""
    if not hasattr(submission, "carried_once"):
        submission.carried_once = list(  # type: ignore[attr-defined]
            entering.carried(submission)
        )
    found: list[Nomination] = submission.carried_once  # type: ignore[attr-defined]
    return found


def _here(submission: Submission, *states: str) -> list[Nomination]:
    """What it brought to where that is now, in one of the states; not what was proposed anew, or
    sent on another paper, since."""
    lines = _lines(submission)
    return [one for one in lines if one.submission_id == submission.pk and one.state in states]


def receivers_of(submission: Submission) -> list[Receiver | None]:
    """The offices to which the routes of what it carries lead next; None is *not configured*."""
    ways = checking.ways_of(_lines(submission))
    return list(dict.fromkeys(way.after(submission.sender_id) for way in ways))


# Conditions: what the rules ask before a step, with the sentence that says what is missing.


def _carries_somebody(submission: Submission) -> Verdict:
    if _lines(submission):
        return YES
    return False, _("It carries nobody: put a nomination on it first.")


def _one_receiver(submission: Submission) -> Verdict:
    receivers = receivers_of(submission)
    if None in receivers:
        return False, _("No office is configured to receive this submission (not configured).")
    if len(receivers) > 1:
        names = ", ".join(one.name for one in receivers if one)
        return False, _("Its nominations go to different offices: %(names)s. Divide it.") % {
            "names": names
        }
    return YES


def _nothing_blocks(submission: Submission) -> Verdict:
    lines = _lines(submission)
    findings = checking.findings_of(lines)
    blocked = sum(checking.blocks(findings[one.pk]) for one in lines)
    if not blocked:
        return YES
    return False, ngettext(
        "The pre-check of %(number)d nomination found something that blocks.",
        "The pre-check of %(number)d nominations found something that blocks.",
        blocked,
    ) % {"number": blocked}


def _stands_as_ready(submission: Submission) -> Verdict:
    """Whether all that it carries is still where it was put on it from, or came back with it."""
    sender = submission.sender_id
    returned = _here(submission, N.RETURNED)
    came_back = {one.pk for one in returned if one.prior_office_id == sender}  # type: ignore[attr-defined]
    gone = [
        one
        for one in _lines(submission)
        if one.pk not in came_back and not entering.is_ready(sender, one)
    ]
    if not gone:
        return YES
    names = ", ".join(one.subject_name for one in gone)
    return False, _("Not to be sent any more, take it off: %(names)s.") % {"names": names}


def _minutes_attached(submission: Submission) -> Verdict:
    """Luật Thi đua, khen thưởng 06/2022/QH15, Điều 84."""
    if any(one.kind == SubmissionFile.Kind.MINUTES for one in submission.files.all()):
        return YES
    return False, _(
        "The minutes of the meeting that considered the commendation are missing: attach them "
        "(Luật Thi đua, khen thưởng 06/2022/QH15, Điều 84)."
    )


def _signed_off(submission: Submission) -> Verdict:
    if submission.state == S.SIGNED or not permissions.needs_signature(submission):
        return YES
    return False, _("It is sent once a second person has signed it off.")


def _nothing_appraised_yet(submission: Submission) -> Verdict:
    dealt_with = {*N.values} - {N.RECEIVED, N.WITHDRAWN}
    if not _here(submission, *dealt_with):
        return YES
    return False, _("Some of its nominations have been dealt with already.")


def _not_touched_since(submission: Submission) -> Verdict:
    returned = _here(submission, N.RETURNED)
    same = all(one.version == one.returned_version for one in returned)
    if returned and same and submission.version == submission.returned_version:
        return YES
    return False, _("The unit has begun to complete it; it sends it anew.")


_CONDITIONS = (
    _carries_somebody,
    _stands_as_ready,
    _one_receiver,
    _minutes_attached,
    _nothing_blocks,
)


# These ask the database much: a page shows them in a part of its own.
COSTLY = (_one_receiver, _nothing_blocks)


def _state_before_sending(submission: Submission) -> str:
    return S.SIGNED if submission.signed_by_id else S.DRAFT


# What each step sets.


def _sign(submission: Submission, user: Any, reason: str) -> None:
    submission.signed_by, submission.signed_at = user, timezone.now()


def _unsign(submission: Submission, user: Any, reason: str) -> None:
    submission.signed_by = submission.signed_at = None
    submission.state_reason = reason


def _send(submission: Submission, user: Any, reason: str) -> None:
    (receiver,) = receivers_of(submission)
    assert receiver is not None  # noqa: S101 -- a condition of the step
    now = timezone.now()
    submission.note_part(user)
    submission.sent_by, submission.sent_at = user, now
    submission.receiver_id = receiver.unit_id
    submission.received_by = submission.received_on = None
    submission.state_reason = ""
    nominations = _lines(submission)
    by_nomination = {line.nomination_id: line for line in submission.lines.all()}
    for one in nominations:
        _remember(by_nomination[one.pk], one)
        one.office_id, one.sent_at, one.state_reason = receiver.unit_id, now, ""
        one.submission = submission
    SubmissionLine.objects.bulk_update(by_nomination.values(), REMEMBERED)
    _carry(submission, user, "send", nominations, N.SENT)


def _remember(line: SubmissionLine, one: Nomination) -> None:
    """Keep, unsaved, where a nomination was, for who takes the submission back."""
    line.prior_state, line.prior_office_id = one.state, one.office_id
    line.prior_submission_id = one.submission_id
    line.prior_appraised_by_id, line.prior_appraised_at = one.appraised_by_id, one.appraised_at
    line.prior_appraisal = one.appraisal


def _put_back(line: SubmissionLine, one: Nomination) -> None:
    """Bring a nomination, unsaved, where it was; the caller sets its state."""
    one.office_id, one.submission_id = line.prior_office_id, line.prior_submission_id
    one.appraised_by_id, one.appraised_at = line.prior_appraised_by_id, line.prior_appraised_at
    one.appraisal = line.prior_appraisal


def _take_back(submission: Submission, user: Any, reason: str) -> None:
    submission.note_part(user)
    by_nomination = {line.nomination_id: line for line in submission.lines.all()}
    back: defaultdict[str, list[Nomination]] = defaultdict(list)
    for one in _here(submission, N.SENT):
        line = by_nomination[one.pk]
        _put_back(line, one)
        one.state_reason = reason or _("Taken back.") if line.prior_state == N.RETURNED else ""
        back[line.prior_state].append(one)
    for state, together in back.items():
        _carry(submission, user, "take_back", together, NominationState(state))


def _receive(submission: Submission, user: Any, reason: str) -> None:
    submission.received_by, submission.received_on = user, periods.today()
    waiting = _here(submission, N.SENT)
    for one in waiting:
        one.appraised_by = one.appraised_at = None
        one.appraisal = ""
    _carry(submission, user, "receive", waiting, N.RECEIVED)


def _unreceive(submission: Submission, user: Any, reason: str) -> None:
    submission.received_by = submission.received_on = None
    received = _here(submission, N.RECEIVED)
    _carry(submission, user, "unreceive", received, N.SENT)


def _return(submission: Submission, user: Any, reason: str) -> None:
    submission.state_reason = reason
    submission.returned_version = submission.version
    there = _here(submission, N.RECEIVED)
    for one in there:
        one.state_reason = reason
        one.returned_version = one.version
    _carry(submission, user, "return", there, N.RETURNED)


def _unreturn(submission: Submission, user: Any, reason: str) -> None:
    submission.state_reason = ""
    there = _here(submission, N.RETURNED)
    for one in there:
        one.state_reason = ""
    _carry(submission, user, "unreturn", there, N.RECEIVED)


def _carry(
    submission: Submission,
    user: Any,
    step: str,
    nominations: Sequence[Nomination],
    target: NominationState,
) -> None:
    """Bring the nominations to a state with the step of their submission (two queries)."""
    grant = acting_grant(user, submission, step)
    reason = submission.state_reason
    carrying.carry(nominations, step, target, user=user, grant=grant, reason=reason)


def acting_grant(user: Any, submission: Submission, step: str) -> Grant | None:
    """The appointment in whose right `user` takes a step with this submission."""
    if step in BY_SENDER:
        return permissions.preparing_grant(user, submission.sender_id)
    if step in BY_SIGNER:
        return permissions.signing_grant(user, submission)
    return permissions.receiving_grant(user, submission)


def _record(submission: Submission, arrow: Transition, source: str, user: Any, reason: str) -> None:
    grant = acting_grant(user, submission, arrow.name)
    keep_step(submission, arrow.name, source, user, grant, reason)
    telling.of_submission(submission, arrow, user)


def fingerprint(submission: Submission) -> str:
    """What a page shows of a submission, in a word: what it and its nominations say, its state."""
    said = sum(one.version for one in _lines(submission))
    return f"{submission.version}-{submission.state}-{said}"


SUBMISSION = Workflow(
    name="submission",
    model=Submission,
    fingerprint=fingerprint,
    record=_record,
    transitions=(
        Transition(
            name="sign",
            label=gettext_lazy("Sign off"),
            sources=frozenset({S.DRAFT, S.RETURNED}),
            target=S.SIGNED,
            may=permissions.may_sign,
            conditions=_CONDITIONS,
            apply=_sign,
            told=gettext_lazy("It can be sent, and cannot be changed any more."),
            tells="submission.signed",
            settles=("submission.returned",),
        ),
        Transition(
            name="unsign",
            label=gettext_lazy("Take the signature back"),
            sources=frozenset({S.SIGNED}),
            target=S.DRAFT,
            may=permissions.may_sign,
            apply=_unsign,
            reason_required=True,
            told=gettext_lazy("It can be changed again, and has to be signed off anew."),
            takes_back=("submission.signed",),
        ),
        Transition(
            name="send",
            label=gettext_lazy("Send the submission"),
            sources=frozenset({S.DRAFT, S.RETURNED, S.SIGNED}),
            target=S.SENT,
            may=permissions.may_prepare,
            conditions=(_signed_off, *_CONDITIONS),
            apply=_send,
            inverse="take_back",
            told=gettext_lazy("It stands among the submissions of the receiving office."),
            tells="submission.sent",
            settles=("submission.signed",),
        ),
        Transition(
            name="take_back",
            label=gettext_lazy("Take back"),
            sources=frozenset({S.SENT}),
            target=_state_before_sending,
            may=permissions.may_prepare,
            apply=_take_back,
            inverse="send",
            told=gettext_lazy("It leaves the list of what the office has to receive."),
            takes_back=("submission.sent",),
        ),
        Transition(
            name="receive",
            label=gettext_lazy("Receive"),
            sources=frozenset({S.SENT}),
            target=S.RECEIVED,
            may=permissions.may_receive,
            apply=_receive,
            inverse="unreceive",
            told=gettext_lazy("From today the working days count; it cannot be taken back."),
            tells="submission.received",
            settles=("submission.sent",),
        ),
        Transition(
            name="unreceive",
            label=gettext_lazy("Undo receiving"),
            sources=frozenset({S.RECEIVED}),
            target=S.SENT,
            may=permissions.may_receive,
            conditions=(_nothing_appraised_yet,),
            apply=_unreceive,
            inverse="receive",
            told=gettext_lazy("The unit can take it back again."),
            takes_back=("submission.received",),
        ),
        Transition(
            name="return",
            label=gettext_lazy("Return the whole"),
            sources=frozenset({S.RECEIVED}),
            target=S.RETURNED,
            may=permissions.may_receive,
            conditions=(_nothing_appraised_yet,),
            apply=_return,
            reason_required=True,
            inverse="unreturn",
            told=gettext_lazy("It stands first in the unit's work, with the reason."),
            tells="submission.returned",
        ),
        Transition(
            name="unreturn",
            label=gettext_lazy("Undo returning"),
            sources=frozenset({S.RETURNED}),
            target=S.RECEIVED,
            may=permissions.may_receive,
            conditions=(_not_touched_since,),
            apply=_unreturn,
            reason_required=True,
            inverse="return",
            told=gettext_lazy("It leaves the unit's work; the appraisal goes on where it stood."),
            takes_back=("submission.returned",),
        ),
    ),
)


def perform(name: str, pk: int, user: Any, *, reason: str = "", seen: str | None = None) -> Any:
    """Carry a submission over the step `name`, with everything that it carries locked.

    Raises Refused, Outdated, Submission.DoesNotExist.
    """
    with transaction.atomic():
        entering.locked(pk)
        lines = Nomination.objects.filter(lines__submission=pk)
        list(lines.select_for_update(of=("self",)).order_by("pk"))
        grant = acting_grant(user, Submission.objects.get(pk=pk), name)
        return SUBMISSION.perform(name, pk, user, reason=reason, behalf=grant, seen=seen)
