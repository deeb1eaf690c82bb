"""What waits for a person in their territory."""

from dataclasses import dataclass
from typing import Any

from criteria.models import Assessment, AssessmentState, Recognition, RecognitionState

WAITING_SHOWN = 10


@dataclass(frozen=True)
class Waiting:
    """What waits for a person: the first rows, and how many there are."""

    rows: list[Any]
    total: int


def to_review(user: Any, offices: set[int]) -> Waiting:
    """Self-assessments that the offices of `user` have to receive, then those to judge, each the
    oldest first.

    One query: a person has few enough to read their keys, and reads the first.
    """
    rows = list(
        Assessment.objects.visible_to(user)
        .filter(receiver__in=offices, state__in=(AssessmentState.SENT, AssessmentState.RECEIVED))
        .select_related("placement", "round")
        .only("state", "sent_at", "submission", "placement__name", "round__name")
        .order_by("-state", "sent_at")  # sent before received
    )
    return Waiting(rows[:WAITING_SHOWN], len(rows))


def to_confirm(user: Any) -> Waiting:
    """Declared recognitions that wait for confirmation, the oldest first (one query)."""
    rows = list(
        Recognition.objects.visible_to(user)
        .filter(state=RecognitionState.DECLARED)
        .exclude(declared_by=user)
        .select_related("placement", "title")
        .order_by("declared_at")
    )
    return Waiting(rows[:WAITING_SHOWN], len(rows))
