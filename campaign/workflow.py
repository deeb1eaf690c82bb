"""The workflows of launches, of answers to them, and of entries of registers, as tables.

A launch is open until it is withdrawn. A unit to which it was launched waits, then has responded
or has its own plan; a later answer takes the place of an earlier one, after the day until which it
was to be answered only with a reason. An entry waits until somebody else confirms or refuses it;
what an inspection found is then mended.
"""

import hashlib
import json
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaign import permissions, telling
from campaign.models import (
    EntryState,
    Launch,
    LaunchState,
    Recipient,
    RecipientState,
    RegisterEntry,
)
from core import periods
from core.workflow import YES, Transition, Verdict, Workflow

S = LaunchState
R = RecipientState
E = EntryState
ANSWERED = frozenset({R.SUPPORTED, R.PLANNED})


def _journal_suffices(subject: Any, arrow: Transition, source: str, user: Any, reason: str) -> None:
    """The journal keeps the step; there is no list of steps beside it."""


def _withdraw(launch: Launch, user: Any, reason: str) -> None:
    launch.withdrawn_by, launch.withdrawn_at = user, timezone.now()
    launch.withdrawal_reason = reason


def _tell_withdrawal(launch: Launch, arrow: Transition, source: str, user: Any, why: str) -> None:
    telling.of_withdrawal(launch)


LAUNCH = Workflow(
    name="launch",
    model=Launch,
    fingerprint=lambda launch: f"{launch.state}",
    record=_tell_withdrawal,
    transitions=(
        Transition(
            name="withdraw",
            label=gettext_lazy("Withdraw the launch"),
            sources=frozenset({S.OPEN}),
            target=S.WITHDRAWN,
            may=permissions.may_manage,
            apply=_withdraw,
            reason_required=True,
            told=gettext_lazy(
                "The units see the reason and owe no answer any more; what they answered stays."
            ),
        ),
    ),
)


def _settle(recipient: Recipient, arrow: Transition, source: str, user: Any, why: str) -> None:
    telling.of_answer(recipient)


def _in_time(recipient: Recipient) -> Verdict:
    if permissions.is_late(recipient):
        return False, _("The day until which it was to be answered has passed: say why.")
    return YES


def _too_late(recipient: Recipient) -> Verdict:
    if permissions.is_late(recipient):
        return YES
    return False, _("Until the day of the launch the answer is replaced without a reason.")


def _kind_of_answer(recipient: Recipient) -> str:
    """As the answer says that was just entered (`campaign.launching.answer`)."""
    return R.PLANNED if _latest(recipient).document_id else R.SUPPORTED


def _latest(recipient: Recipient) -> Any:
    return recipient.answers.latest("pk")


def _take_latest(recipient: Recipient, user: Any, reason: str) -> None:
    recipient.answer = _latest(recipient)


ANSWER = Workflow(
    name="launch_answer",
    model=Recipient,
    fingerprint=lambda recipient: f"{recipient.answer_id}",
    record=_settle,
    transitions=(
        Transition(
            name="answer",
            label=gettext_lazy("Answer"),
            sources=frozenset({R.WAITING}),
            target=_kind_of_answer,
            may=permissions.may_answer,
            apply=_take_latest,
            told=gettext_lazy("The unit that launched it sees the answer and its day."),
        ),
        Transition(
            name="replace",
            label=gettext_lazy("Replace the answer"),
            sources=ANSWERED,
            target=_kind_of_answer,
            may=permissions.may_answer,
            conditions=(_in_time,),
            apply=_take_latest,
            told=gettext_lazy("The earlier answer stays in the history."),
        ),
        Transition(
            name="replace_late",
            label=gettext_lazy("Replace the answer after the day"),
            sources=ANSWERED,
            target=_kind_of_answer,
            may=permissions.may_answer,
            conditions=(_too_late,),
            apply=_take_latest,
            reason_required=True,
            told=gettext_lazy("The earlier answer stays in the history, with the reason."),
        ),
    ),
)


def answering_step(recipient: Recipient) -> str:
    """The arrow that a new answer takes: the first, its replacement, or one with a reason."""
    if recipient.state not in ANSWERED:
        return "answer"
    return "replace_late" if permissions.is_late(recipient) else "replace"


def entry_fingerprint(entry: RegisterEntry) -> str:
    """What an entry says and its state, in a few characters: changed if any of it changed."""
    said = [
        entry.kind,
        entry.subject,
        entry.scope_text,
        entry.words,
        str(entry.amount),
        entry.measure,
        str(entry.period),
        str(entry.due_on),
        entry.state,
    ]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:20]


def _check(entry: RegisterEntry, user: Any, reason: str) -> None:
    entry.checked_by, entry.checked_at = user, timezone.now()
    grant = permissions.confirming_grant(user, entry)
    entry.checked_office_id = grant.unit_id if grant else None
    entry.state_reason = reason


def _uncheck(entry: RegisterEntry, user: Any, reason: str) -> None:
    entry.checked_by = entry.checked_at = entry.checked_office = None
    entry.state_reason = reason


def _mend(entry: RegisterEntry, user: Any, reason: str) -> None:
    entry.done_on, entry.done_words = periods.today(), reason


def _unmend(entry: RegisterEntry, user: Any, reason: str) -> None:
    entry.done_on, entry.done_words = None, ""
    entry.state_reason = reason


ENTRY = Workflow(
    name="register",
    model=RegisterEntry,
    fingerprint=entry_fingerprint,
    record=_journal_suffices,
    transitions=(
        Transition(
            name="confirm",
            label=gettext_lazy("Confirm"),
            sources=frozenset({E.ENTERED}),
            target=E.CONFIRMED,
            may=permissions.may_check,
            apply=_check,
            inverse="unconfirm",
            told=gettext_lazy("It counts as confirmed, with your name."),
        ),
        Transition(
            name="reject",
            label=gettext_lazy("Do not confirm"),
            sources=frozenset({E.ENTERED}),
            target=E.REJECTED,
            may=permissions.may_check,
            apply=_check,
            reason_required=True,
            inverse="unconfirm",
            told=gettext_lazy("Who entered it sees the reason; it does not count."),
        ),
        Transition(
            name="unconfirm",
            label=gettext_lazy("Undo"),
            sources=frozenset({E.CONFIRMED, E.REJECTED}),
            target=E.ENTERED,
            may=permissions.may_check,
            apply=_uncheck,
            reason_required=True,
            told=gettext_lazy("It waits for confirmation again, and can be corrected."),
        ),
        Transition(
            name="mend",
            label=gettext_lazy("Say that it is mended"),
            sources=frozenset({E.CONFIRMED}),
            target=E.REMEDIED,
            may=permissions.may_mend,
            apply=_mend,
            reason_required=True,
            inverse="unmend",
            told=gettext_lazy("Write what was done. Who inspected sees it, with today's day."),
        ),
        Transition(
            name="unmend",
            label=gettext_lazy("It is not mended yet"),
            sources=frozenset({E.REMEDIED}),
            target=E.CONFIRMED,
            may=permissions.may_mend,
            apply=_unmend,
            reason_required=True,
            inverse="mend",
            told=gettext_lazy("What was found stands open again."),
        ),
    ),
)
