"""The workflow of registrations, as a table.

not sent yet → waits for approval → approved | refused; withdrawn until the deadline.
"""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaign.models import RoundDeadline
from campaign.queries import nearest_deadline, registration_deadlines
from core import periods
from core.models import keep_step
from core.workflow import YES, Transition, Verdict, Workflow
from criteria.models import RegistrationList, RegistrationState, RouteMatter
from criteria.registration import permissions, telling
from criteria.routing import Receiver, Receivers
from units.scope import Grant

S = RegistrationState


def receiver_of(found: RegistrationList) -> Receiver | None:
    """Who would receive it today; None is *not configured*. Read once for the object."""
    if not hasattr(found, "would_receive"):
        receivers = Receivers(RouteMatter.REGISTRATION, [found.path], periods.today())
        found.would_receive = receivers.of(  # type: ignore[attr-defined]
            found.path, found.kind, found.subject
        )
    receiver: Receiver | None = found.would_receive  # type: ignore[attr-defined]
    return receiver


def deadline_of(found: RegistrationList) -> RoundDeadline | None:
    """Until when it is to be sent, and may be withdrawn; None is *not configured*. Read once."""
    if not hasattr(found, "deadline"):
        deadlines = registration_deadlines(found.round).get(found.kind, {})
        found.deadline = nearest_deadline(deadlines, found.path)  # type: ignore[attr-defined]
    deadline: RoundDeadline | None = found.deadline  # type: ignore[attr-defined]
    return deadline


# Conditions: what the rules ask before a step, with the sentence that says what is missing.


def _somebody_registers(found: RegistrationList) -> Verdict:
    if found.number:
        return YES
    return False, _("Nobody is registered yet: choose members, or state their number.")


def _office_configured(found: RegistrationList) -> Verdict:
    if receiver_of(found):
        return YES
    return False, _("No office is configured to receive this registration (not configured).")


def _in_time(found: RegistrationList) -> Verdict:
    deadline = deadline_of(found)
    if deadline is None or periods.today() <= deadline.due_on:
        return YES
    return False, _(
        "The deadline of registration has passed on %(day)s: only the office that received it can "
        "still refuse it."
    ) % {"day": f"{deadline.due_on:%d/%m/%Y}"}


def _as_sent(found: RegistrationList) -> Verdict:
    if found.version == found.sent_version:
        return YES
    return False, _("The unit has changed its registration meanwhile, and sends it anew.")


# What each step sets.


def _send(found: RegistrationList, user: Any, reason: str) -> None:
    found.note_part(user)
    _uncheck(found, user, "")
    found.sent_by, found.sent_at = user, timezone.now()
    found.sent_version = found.version
    receiver = receiver_of(found)
    found.receiver_id = receiver.unit_id if receiver else None


def _take_back(found: RegistrationList, user: Any, reason: str) -> None:
    """The dates of sending stay: the history tells of it."""
    found.note_part(user)


def _withdraw(found: RegistrationList, user: Any, reason: str) -> None:
    found.note_part(user)
    _uncheck(found, user, reason)
    found.withdrawn_by, found.withdrawn_at = user, timezone.now()


def _reopen(found: RegistrationList, user: Any, reason: str) -> None:
    found.note_part(user)
    found.withdrawn_by = found.withdrawn_at = None
    found.state_reason = ""


def _check(found: RegistrationList, user: Any, reason: str) -> None:
    found.checked_by, found.checked_at = user, timezone.now()
    found.state_reason = reason


def _uncheck(found: RegistrationList, user: Any, reason: str) -> None:
    found.checked_by = found.checked_at = None
    found.state_reason = reason


def acting_grant(user: Any, found: RegistrationList, step: str) -> Grant | None:
    """The appointment in whose right `user` takes a step with this registration."""
    if step in ("send", "take_back", "withdraw", "reopen"):
        return permissions.sending_grant(user, found.placement)
    return permissions.approving_grant(user, found)


def _record(
    found: RegistrationList, arrow: Transition, source: str, user: Any, reason: str
) -> None:
    grant = acting_grant(user, found, arrow.name)
    keep_step(
        found, arrow.name, source, user, grant, reason, listed=found.listed, declared=found.declared
    )
    telling.of_registration(found, arrow, user)


def fingerprint(found: RegistrationList) -> str:
    """What a page shows of a registration, in a word: what it says, its state, since when."""
    checked = f"{found.checked_at:%Y%m%d%H%M%S%f}" if found.checked_at else ""
    return f"{found.version}-{found.state}-{checked}"


REGISTRATION = Workflow(
    name="registration",
    model=RegistrationList,
    fingerprint=fingerprint,
    record=_record,
    transitions=(
        Transition(
            name="send",
            label=gettext_lazy("Send the registration"),
            sources=frozenset({S.DRAFT, S.REJECTED}),
            target=S.WAITING,
            may=permissions.may_send,
            conditions=(_office_configured, _somebody_registers),
            apply=_send,
            inverse="take_back",
            told=gettext_lazy("It stands in the list of the office that approves it."),
            tells="registration.sent",
        ),
        Transition(
            name="take_back",
            label=gettext_lazy("Take back"),
            sources=frozenset({S.WAITING}),
            target=S.DRAFT,
            may=permissions.may_send,
            conditions=(_in_time,),
            apply=_take_back,
            inverse="send",
            told=gettext_lazy("It leaves the list of what the office has to approve."),
            takes_back=("registration.sent",),
        ),
        Transition(
            name="withdraw",
            label=gettext_lazy("Withdraw the registration"),
            sources=frozenset({S.APPROVED}),
            target=S.WITHDRAWN,
            may=permissions.may_send,
            conditions=(_in_time,),
            apply=_withdraw,
            reason_required=True,
            told=gettext_lazy(
                "It no longer counts; the office sees that it was withdrawn, and why."
            ),
            tells="registration.withdrawn",
        ),
        Transition(
            name="reopen",
            label=gettext_lazy("Register again"),
            sources=frozenset({S.WITHDRAWN}),
            target=S.DRAFT,
            may=permissions.may_send,
            apply=_reopen,
            told=gettext_lazy("It can be changed, and has to be sent and approved anew."),
        ),
        Transition(
            name="approve",
            label=gettext_lazy("Approve"),
            sources=frozenset({S.WAITING}),
            target=S.APPROVED,
            may=permissions.may_approve,
            apply=_check,
            inverse="reconsider",
            told=gettext_lazy("It counts as registered; the unit sees it."),
            tells="registration.approved",
            settles=("registration.sent",),
        ),
        Transition(
            name="reject",
            label=gettext_lazy("Refuse"),
            sources=frozenset({S.WAITING}),
            target=S.REJECTED,
            may=permissions.may_approve,
            apply=_check,
            reason_required=True,
            inverse="reconsider",
            told=gettext_lazy("The unit sees the reason; it can correct and send it again."),
            tells="registration.rejected",
            settles=("registration.sent",),
        ),
        Transition(
            name="reconsider",
            label=gettext_lazy("Undo"),
            sources=frozenset({S.APPROVED, S.REJECTED}),
            target=S.WAITING,
            may=permissions.may_approve,
            conditions=(_as_sent,),
            apply=_uncheck,
            reason_required=True,
            told=gettext_lazy("It waits for approval again; the unit sees why."),
            takes_back=("registration.approved", "registration.rejected"),
        ),
    ),
)
