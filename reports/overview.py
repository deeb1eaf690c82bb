"""How far a round is in the territory of a person, and what waits for them there."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from campaign.models import Round, RoundDeadline
from campaign.queries import nearest_deadline
from core import periods
from criteria.models import (
    Assessment,
    AssessmentState,
    Recognition,
    RecognitionState,
    Route,
    RouteMatter,
)
from units.models import Placement

# What the unit still has to deliver.
OPEN = frozenset({AssessmentState.DRAFT, AssessmentState.RETURNED})
WAITING_SHOWN = 10


@dataclass(frozen=True)
class Progress:
    """How many units stand where; `by_state` counts self-assessments, the rest units.

    `expected` is None where no route says whose self-assessments are received here.
    """

    by_state: Mapping[str, int]
    expected: int | None
    not_begun: int
    overdue: int


@dataclass(frozen=True)
class Waiting:
    """What waits for a person: the first rows, and how many there are."""

    rows: list[Any]
    total: int


def progress(user: Any, round_: Round) -> Progress:
    """How far `round_` is among the units that `user` sees (four queries)."""
    seen = Assessment.objects.visible_to(user).filter(round=round_)
    states = dict(seen.values_list("unit_id", "state"))
    by_state = Counter(states.values())
    kinds = _received_kinds()
    if not kinds:
        return Progress(by_state, None, 0, 0)
    units = (
        Placement.objects.on(periods.today())
        .with_capability(user, "assessment.view")
        .filter(kind__in=kinds)
        .values_list("unit_id", "kind", "path")
    )
    deadlines = _deadlines(round_)
    expected = not_begun = overdue = 0
    for unit_id, kind, path in units:
        state = states.get(unit_id)
        expected += 1
        not_begun += state is None
        if state is None or state in OPEN:
            overdue += _is_past(nearest_deadline(deadlines.get(kind, {}), path))
    return Progress(by_state, expected, not_begun, overdue)


def _received_kinds() -> set[str]:
    """Kinds of unit whose self-assessments somebody receives today."""
    routes = Route.objects.filter(
        matter=RouteMatter.ASSESSMENT, period__contains=periods.today()
    ).values_list("subject_kinds", flat=True)
    return {kind for kinds in routes for kind in kinds}


def _deadlines(round_: Round) -> dict[str, dict[int, RoundDeadline]]:
    """The deadlines of a round by kind of unit and territory."""
    found: dict[str, dict[int, RoundDeadline]] = {}
    for deadline in round_.deadlines.all():
        found.setdefault(deadline.subject_kind, {})[deadline.territory_id] = deadline
    return found


def _is_past(deadline: RoundDeadline | None) -> bool:
    return deadline is not None and deadline.due_on < periods.today()


def to_review(user: Any, offices: set[int]) -> Waiting:
    """Self-assessments that the offices of `user` have to receive or to judge, the oldest first.

    One query: a person has few enough to read their keys, and reads the first.
    """
    rows = list(
        Assessment.objects.visible_to(user)
        .filter(receiver__in=offices, state__in=(AssessmentState.SENT, AssessmentState.RECEIVED))
        .select_related("placement", "round")
        .only("state", "sent_at", "submission", "placement__name", "round__name")
        .order_by("sent_at")
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
