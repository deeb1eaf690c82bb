"""The workflow of reforms, as a table.

draft → proposed → confirmed: carried out, or planned until its day → carried out → undone; refused,
withdrawn.
"""

import logging
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import periods
from core.workflow import GONE, YES, Refused, Transition, Verdict, Workflow
from units.models import Reform, ReformEvent, ReformState
from units.reforming import carrying, entering, permissions, preview, telling, undoing
from units.reforming.checking import forget, sound
from units.scope import Grant

S = ReformState
_log = logging.getLogger(__name__)


def fingerprint(reform: Reform) -> str:
    """What a page shows of a reform, in a word."""
    return f"{reform.state}-{reform.version}"


def is_due(reform: Reform) -> bool:
    """Whether its day has come."""
    return reform.effective_on <= periods.today()


def _due_at_once(reform: Reform) -> bool:
    """Whether a confirmation carries it out: asked once, also where midnight passes meanwhile."""
    if not hasattr(reform, "_due"):
        reform._due = is_due(reform)  # type: ignore[attr-defined]
    due: bool = reform._due  # type: ignore[attr-defined]
    return due


# Conditions


def _day_has_come(reform: Reform) -> Verdict:
    if is_due(reform):
        return YES
    said = {"day": f"{reform.effective_on:%d/%m/%Y}"}
    return False, _("It is carried out on its day, %(day)s.") % said


def _never_proposed(reform: Reform) -> Verdict:
    if reform.proposed_by_id is None:
        return YES
    return False, _("It was proposed once: withdraw it, so that its history stays.")


def _has_lines(reform: Reform) -> Verdict:
    if reform.territory_id is not None:
        return YES
    return False, _("The portal did not carry it out itself.")


# What each step sets


def _propose(reform: Reform, user: Any, reason: str) -> None:
    reform.note_part(user)
    reform.proposed_by, reform.state_reason = user, ""


def _take_back(reform: Reform, user: Any, reason: str) -> None:
    reform.note_part(user)
    reform.state_reason = reason


def _confirm(reform: Reform, user: Any, reason: str) -> None:
    reform.decided_by, reform.state_reason = user, ""
    if _due_at_once(reform):
        _carry_out(reform, user, reason)


def _carry_out(reform: Reform, user: Any, reason: str) -> None:
    """Under the lock of its units what was sound is asked again."""
    carrying.lock(permissions.plan_of(reform))
    forget(reform)
    allowed, why_not = sound(reform)
    if not allowed:
        raise Refused(why_not)
    carrying.carry_out(reform)


def _refuse(reform: Reform, user: Any, reason: str) -> None:
    reform.decided_by, reform.state_reason = user, reason
    _close(reform)


def _unplan(reform: Reform, user: Any, reason: str) -> None:
    reform.decided_by, reform.state_reason = None, reason


def _withdraw(reform: Reform, user: Any, reason: str) -> None:
    reform.state_reason = reason
    _close(reform)


def _undo(reform: Reform, user: Any, reason: str) -> None:
    """What stands on it is asked now, and not on every page: it is in every table of every app."""
    undoing.lock(reform)
    undoing.take_back(reform)
    reform.state_reason = reason
    _close(reform)


def _close(reform: Reform) -> None:
    """Keep what a reform said in words: one that is over names no unit, and stands on none."""
    reform.record = preview.recorded(permissions.plan_of(reform))
    entering.clear(reform)


def _discard(reform: Reform, user: Any, reason: str) -> None:
    entering.clear(reform)


def _confirmed(reform: Reform) -> str:
    """Where a confirmation leads: what is due is carried out at once."""
    return S.CARRIED_OUT if _due_at_once(reform) else S.PLANNED


def acting_grant(user: Any, reform: Reform, step: str) -> Grant | None:
    """The appointment in whose right `user` takes a step."""
    if step in ("propose", "take_back", "discard"):
        return permissions.keeping_grant(user, reform)
    if step == "withdraw" and reform.state != S.PLANNED:
        return permissions.keeping_grant(user, reform)
    return permissions.confirming_grant(user, reform)


def _record(reform: Reform, arrow: Transition, source: str, user: Any, reason: str) -> None:
    grant = acting_grant(user, reform, arrow.name) if user else None
    ReformEvent.objects.create(
        reform=reform,
        transition=arrow.name,
        user=user,
        unit_name=grant.unit_name if grant else "",
        reason=reason,
        source=source,
        target=reform.state,
    )
    telling.of_reform(reform, arrow, user)


REFORM = Workflow(
    name="reform",
    model=Reform,
    fingerprint=fingerprint,
    record=_record,
    transitions=(
        Transition(
            name="propose",
            label=gettext_lazy("Propose it"),
            sources=frozenset({S.DRAFT}),
            target=S.PROPOSED,
            may=permissions.may_keep,
            conditions=(sound,),
            apply=_propose,
            inverse="take_back",
            told=gettext_lazy("The body above sees it, confirms or refuses it."),
            tells=telling.PROPOSED,
        ),
        Transition(
            name="take_back",
            label=gettext_lazy("Take back to change it"),
            sources=frozenset({S.PROPOSED}),
            target=S.DRAFT,
            may=permissions.may_keep,
            apply=_take_back,
            told=gettext_lazy("It is a draft again, and waits for nobody."),
            takes_back=(telling.PROPOSED,),
        ),
        Transition(
            name="confirm",
            label=gettext_lazy("Confirm"),
            sources=frozenset({S.PROPOSED}),
            target=_confirmed,
            may=permissions.may_confirm,
            conditions=(sound,),
            apply=_confirm,
            told=gettext_lazy(
                "If its day has come it is carried out at once; else it is a plan until its day, "
                "and is carried out then by itself."
            ),
            tells=telling.CONFIRMED,
            settles=(telling.PROPOSED,),
        ),
        Transition(
            name="refuse",
            label=gettext_lazy("Refuse"),
            sources=frozenset({S.PROPOSED}),
            target=S.REFUSED,
            may=permissions.may_confirm,
            apply=_refuse,
            reason_required=True,
            told=gettext_lazy("Who proposed it reads the reason."),
            tells=telling.REFUSED,
            settles=(telling.PROPOSED,),
        ),
        Transition(
            name="carry_out",
            label=gettext_lazy("Carry out"),
            sources=frozenset({S.PLANNED}),
            target=S.CARRIED_OUT,
            may=permissions.may_carry_out,
            conditions=(_day_has_come, sound),
            apply=_carry_out,
            told=gettext_lazy("The portal does it by itself after midnight."),
        ),
        Transition(
            name="unplan",
            label=gettext_lazy("Take back the confirmation"),
            sources=frozenset({S.PLANNED}),
            target=S.PROPOSED,
            may=permissions.may_decide_again,
            apply=_unplan,
            reason_required=True,
            told=gettext_lazy("It waits for confirmation again."),
            takes_back=(telling.CONFIRMED,),
        ),
        Transition(
            name="undo",
            label=gettext_lazy("Undo the reform"),
            sources=frozenset({S.CARRIED_OUT}),
            target=S.UNDONE,
            may=permissions.may_decide_again,
            conditions=(_has_lines,),
            apply=_undo,
            reason_required=True,
            told=gettext_lazy("Everything is again as it was before; the journal keeps both."),
            takes_back=(telling.CONFIRMED, telling.CARRIED_OUT, telling.UNASSIGNED),
        ),
        Transition(
            name="withdraw",
            label=gettext_lazy("Withdraw"),
            sources=frozenset({S.DRAFT, S.PROPOSED, S.PLANNED}),
            target=S.WITHDRAWN,
            may=permissions.may_withdraw,
            apply=_withdraw,
            reason_required=True,
            told=gettext_lazy("It stays in the list with the reason, and is never carried out."),
            takes_back=(telling.PROPOSED, telling.CONFIRMED),
        ),
        Transition(
            name="discard",
            label=gettext_lazy("Discard it"),
            sources=frozenset({S.DRAFT}),
            target=GONE,
            may=permissions.may_keep,
            conditions=(_never_proposed,),
            apply=_discard,
            told=gettext_lazy("Nothing of it stays but the journal."),
        ),
    ),
)


def carry_out_due() -> tuple[int, list[str]]:
    """Carry out every plan whose day has come; each stands by itself, and what is done is not done
    again.

    Returns:
        How many were carried out, and of the others what keeps them.
    """
    due = Reform.objects.filter(state=S.PLANNED, effective_on__lte=periods.today())
    done, kept = 0, []
    for reform in due.order_by("effective_on", "pk"):
        try:
            REFORM.perform("carry_out", reform.pk, None)
        except Refused as refused:
            kept.append(f"{reform.pk}: {refused}")
        except Exception as fault:  # noqa: BLE001 -- the others are carried out all the same
            _log.exception("reform %s is not carried out", reform.pk)
            kept.append(f"{reform.pk}: {fault}")
        else:
            done += 1
    return done, kept
