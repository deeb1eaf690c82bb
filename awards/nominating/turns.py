"""Whose turn it is with a nomination, since when, and what they have to do."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from awards.models import Nomination, NominationEvent, NominationState

S = NominationState
_TODO: dict[str, Any] = {
    S.DRAFT: _("writes it, and puts it on a submission"),
    S.RETURNED: _("completes it, and sends it again with a submission"),
    S.SENT: _("receives the submission that carries it"),
    S.RECEIVED: _("checks and appraises it"),
    S.APPRAISED: _("decides on it, brings it before the Council, or sends it on"),
    S.COUNCIL: _("votes on it in the Council"),
    S.PASSED: _("decides on it, or sends it on"),
}
_BY_PROPOSER = frozenset({S.DRAFT, S.RETURNED})


@dataclass(frozen=True)
class Turn:
    """Who has to do what.

    Attributes:
        who: name of the unit.
        what: the rest of the sentence.
    """

    who: str
    what: Any
    since: datetime.datetime


def turn_of(nomination: Nomination, events: Sequence[NominationEvent]) -> Turn | None:
    """Whose turn it is; None where nothing is to be done any more.

    Args:
        nomination: with the names that `listing.with_names` brings.
        events: its steps, the latest first.
    """
    todo = _TODO.get(nomination.state)
    if todo is None:
        return None
    by_proposer = nomination.state in _BY_PROPOSER
    who = nomination.proposer_name if by_proposer else nomination.office_name  # type: ignore[attr-defined]
    return Turn(who or "–", todo, events[0].at if events else nomination.begun_at)
