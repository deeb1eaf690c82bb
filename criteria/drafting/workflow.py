"""The workflow of a new version of a criteria set, as a table.

draft → put forward → published; taken back or returned to be changed; discarded.
"""

from typing import Any

from django.utils.translation import gettext_lazy as _

from campaign.queries import path_ids
from core.models import keep_step
from core.workflow import GONE, Refused, Transition, Workflow
from criteria.drafting import permissions, telling, writing
from criteria.drafting.checking import forget, sound
from criteria.models import DraftState, SetDraft
from units.models import Unit

S = DraftState


def fingerprint(draft: SetDraft) -> str:
    """What a page shows of a draft, in a word."""
    return f"{draft.state}-{draft.version}"


def _propose(draft: SetDraft, user: Any, reason: str) -> None:
    draft.note_part(user)
    draft.proposed_by, draft.state_reason = user, ""


def _reopen(draft: SetDraft, user: Any, reason: str) -> None:
    draft.state_reason = reason


def _publish(draft: SetDraft, user: Any, reason: str) -> None:
    """Under the lock of the territory it is asked again: another set may have come into force."""
    Unit.objects.select_for_update(of=("self",)).get(pk=path_ids(draft.path)[-1])
    forget(draft)
    allowed, why_not = sound(draft)
    if not allowed:
        raise Refused(why_not)
    writing.publish(draft)
    draft.decided_by, draft.state_reason = user, ""


def _discard(draft: SetDraft, user: Any, reason: str) -> None:
    writing.discard(draft)


def _record(draft: SetDraft, arrow: Transition, source: str, user: Any, reason: str) -> None:
    grant = permissions.editing_grant(user, draft.path)
    keep_step(draft, arrow.name, source, user, grant, reason)
    telling.of_draft(draft, arrow, user)


SET_DRAFT = Workflow(
    name="set_draft",
    model=SetDraft,
    fingerprint=fingerprint,
    record=_record,
    transitions=(
        Transition(
            name="propose",
            label=_("Put forward"),
            sources=frozenset({S.DRAFT}),
            target=S.PROPOSED,
            may=permissions.may_keep,
            conditions=(sound,),
            apply=_propose,
            inverse="take_back",
            told=_(
                "It can no longer be changed; a second person reads it, publishes or returns it."
            ),
            tells="set_draft.proposed",
        ),
        Transition(
            name="take_back",
            label=_("Take back to change it"),
            sources=frozenset({S.PROPOSED}),
            target=S.DRAFT,
            may=permissions.may_keep,
            apply=_reopen,
            told=_("It is a draft again, and waits for nobody."),
            takes_back=("set_draft.proposed",),
        ),
        Transition(
            name="return",
            label=_("Return to be changed"),
            sources=frozenset({S.PROPOSED}),
            target=S.DRAFT,
            may=permissions.may_decide,
            apply=_reopen,
            reason_required=True,
            told=_("Who drafted it reads the reason."),
            tells="set_draft.returned",
            settles=("set_draft.proposed",),
        ),
        Transition(
            name="publish",
            label=_("Publish"),
            sources=frozenset({S.PROPOSED}),
            target=S.PUBLISHED,
            may=permissions.may_decide,
            conditions=(sound,),
            apply=_publish,
            told=_(
                "It is in force from its day and cannot be changed any more; the version before "
                "ends on the day before. Self-assessments that are begun stay on their version."
            ),
            tells="set_draft.published",
            settles=("set_draft.proposed",),
        ),
        Transition(
            name="discard",
            label=_("Discard it"),
            sources=frozenset({S.DRAFT}),
            target=GONE,
            may=permissions.may_keep,
            apply=_discard,
            told=_("Nothing of it stays but the journal."),
        ),
    ),
)
