"""Bringing nominations where a step of what carries them leads: of a submission, meeting, decision.

Their own steps stand in the table of `nominating.workflow`.
"""

from collections.abc import Sequence
from typing import Any

from awards.models import Nomination, NominationEvent, NominationState
from units.scope import Grant

# What such steps set of a nomination.
SET = (
    *("state", "state_reason", "office", "submission", "sent_at", "returned_version"),
    *("appraised_by", "appraised_at", "appraisal"),
)


def carry(
    nominations: Sequence[Nomination],
    step: str,
    target: NominationState,
    *,
    user: Any,
    grant: Grant | None,
    reason: str = "",
) -> None:
    """Bring nominations to a state, with the event of their histories (two queries).

    Args:
        nominations: locked by the caller; what it has set of them (`SET`) is saved, too.
        grant: the appointment in whose right `user` acts.
    """
    events = [
        NominationEvent(
            nomination=one,
            transition=step,
            source=one.state,
            target=target,
            user=user,
            unit_name=grant.unit_name if grant else "",
            reason=reason,
        )
        for one in nominations
    ]
    for one in nominations:
        one.state = target
    Nomination.objects.bulk_update(nominations, SET)
    NominationEvent.objects.bulk_create(events)
