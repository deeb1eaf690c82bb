"""What a unit's own people have to do: one task a self-assessment, with where it stands."""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, Subquery

from campaign import telling
from campaign.models import DeadlineMatter, Recipient, Round, RoundDeadline
from campaign.queries import nearest_deadline
from campaign.rounds import with_last_move
from core import periods
from criteria import routing
from criteria.applicability import Applicable, applicable_sets, why_none
from criteria.models import (
    AnswerVerdict,
    Assessment,
    AssessmentEvent,
    AssessmentState,
    Recognition,
    RecognitionState,
)
from units.models import Placement

# What has to be done stands before what is done; what came back stands first.
_URGENCY = (
    AssessmentState.RETURNED,
    AssessmentState.DRAFT,
    "not_begun",
    "not_configured",
    AssessmentState.SENT,
    AssessmentState.RECEIVED,
    AssessmentState.CONFIRMED,
)


@dataclass(frozen=True)
class Task:
    """One self-assessment to do, or done.

    `state` is that of the assessment, else `not_begun`, or `not_configured` where no single
    criteria set applies; `rivals` are then the sets that contradict each other, and `why_none` says
    where one is only for units of other bodies. `due_on` is None
    where no deadline is configured; where it was moved, `moved_from` is the day before and
    `moved_why` the reason. `received` says whether an office is configured to receive what is not
    begun yet.
    """

    placement: Placement
    round: Round
    state: str
    due_on: datetime.date | None
    received: bool = True
    assessment: Assessment | None = None
    criteria_set: Any = None
    rivals: tuple[Any, ...] = ()
    why_none: str = ""
    moved_from: datetime.date | None = None
    moved_why: str = ""

    @property
    def delivered(self) -> bool:
        """Whether nothing is due any more."""
        return self.state in (
            AssessmentState.SENT,
            AssessmentState.RECEIVED,
            AssessmentState.CONFIRMED,
        )


def own_units(unit_ids: Iterable[int]) -> list[Placement]:
    """Units as they are today, each with `waiting`, the number of its declared recognitions that
    wait for confirmation, and `to_review`, the number of self-assessments that it has to receive or
    to judge (one query)."""
    waiting = (
        Recognition.objects.filter(unit=OuterRef("unit"), state=RecognitionState.DECLARED)
        .order_by()
        .values("unit")
        .annotate(number=Count("pk"))
    )
    to_review = (
        Assessment.objects.filter(
            receiver=OuterRef("unit"), state__in=(AssessmentState.SENT, AssessmentState.RECEIVED)
        )
        .order_by()
        .values("receiver")
        .annotate(number=Count("pk"))
    )
    return list(
        Placement.objects.on(periods.today())
        .filter(unit__in=set(unit_ids))
        .annotate(
            waiting=Subquery(waiting.values("number")),
            to_review=Subquery(to_review.values("number")),
        )
        .order_by("name")
    )


def refused_of(user: Any, places: list[Placement]) -> list[Recognition]:
    """The rejected recognitions of units, with title and `placement`, the latest first (one query).

    A rejection is answered by declaring the title once more, or noted as read by the unit: then it
    no longer stands here.
    """
    declared_again = Recognition.objects.filter(
        unit=OuterRef("unit"), title=OuterRef("title"), pk__gt=OuterRef("pk")
    )
    return list(
        Recognition.objects.visible_to(user)
        .filter(
            ~Exists(declared_again),
            unit__in=[place.unit_id for place in places],
            state=RecognitionState.REJECTED,
            refusal_seen_at=None,
        )
        .select_related("title", "placement")
        .order_by("-checked_at", "-pk")
    )


def launches_of(user: Any) -> list[Recipient]:
    """What was launched to units for which `user` answers and still waits, the most urgent first
    (one query)."""
    found = Recipient.objects.visible_to(user).answered_by(user).awaited()
    return list(
        telling.with_reminders(found)
        .select_related("launch__document", "launch__placement", "placement")
        .order_by("launch__due_on", "pk")
    )


def tasks_of(user: Any, places: list[Placement], round_: Round | None) -> list[Task]:
    """The tasks of units in the current round, and those still open of earlier ones.

    Two queries, and those of `applicable_sets` where a unit has not begun.
    """
    found = _assessments(user, places, round_)
    if not found and round_ is None:
        return []
    deadlines = _deadlines({assessment.round_id for assessment in found}, round_)
    by_place = {place.unit_id: place for place in places}
    tasks = [_begun(by_place[one.unit_id], one, deadlines) for one in found]
    if round_ is not None:
        begun = {one.unit_id for one in found if one.round_id == round_.pk}
        open_places = [place for place in places if place.unit_id not in begun]
        tasks += _not_begun(open_places, round_, deadlines)
    return sorted(tasks, key=_urgency)


def _urgency(task: Task) -> tuple[int, datetime.date]:
    return _URGENCY.index(task.state), task.due_on or datetime.date.max


def _assessments(user: Any, places: list[Placement], round_: Round | None) -> list[Assessment]:
    """With why it was returned last, the reason of its last step, how many answers are marked, and
    who receives it."""
    steps = AssessmentEvent.objects.filter(assessment=OuterRef("pk")).order_by("-pk")
    returns = steps.filter(transition="return")
    offices = Placement.objects.on(periods.today()).filter(unit=OuterRef("receiver"))
    still_open = Q(state__in=(AssessmentState.DRAFT, AssessmentState.RETURNED))
    return list(
        Assessment.objects.visible_to(user)
        .filter(still_open | Q(round=round_), unit__in=[place.unit_id for place in places])
        .select_related("round", "criteria_set")
        .annotate(
            return_reason=Subquery(returns.values("reason")[:1]),
            last_reason=Subquery(steps.values("reason")[:1]),
            receiver_name=Subquery(offices.values("name")[:1]),
            marks=Count("answers", filter=Q(answers__verdict=AnswerVerdict.TO_CORRECT)),
        )
    )


def _deadlines(
    round_ids: set[int], round_: Round | None
) -> Mapping[tuple[int | None, str], dict[int, RoundDeadline]]:
    wanted = round_ids | ({round_.pk} if round_ else set())
    found: dict[tuple[int | None, str], dict[int, RoundDeadline]] = {}
    due = RoundDeadline.objects.filter(round__in=wanted, matter=DeadlineMatter.ASSESSMENT)
    for deadline in with_last_move(due):
        key = (deadline.round_id, deadline.subject_kind)
        found.setdefault(key, {})[deadline.territory_id] = deadline
    return found


def _due(
    deadlines: Mapping[tuple[int | None, str], dict[int, RoundDeadline]],
    round_: Round,
    place: Placement,
    path: str,
) -> dict[str, Any]:
    """The day that holds, with the last move of it, as fields of a task."""
    found: Any = nearest_deadline(deadlines.get((round_.pk, place.kind), {}), path)
    if found is None:
        return {"due_on": None}
    moved = {"moved_from": found.moved_from, "moved_why": found.moved_why or ""}
    return {"due_on": found.due_on, **moved}


def _begun(
    place: Placement,
    assessment: Assessment,
    deadlines: Mapping[tuple[int | None, str], dict[int, RoundDeadline]],
) -> Task:
    return Task(
        placement=place,
        round=assessment.round,
        state=assessment.state,
        **_due(deadlines, assessment.round, place, assessment.path),
        assessment=assessment,
        criteria_set=assessment.criteria_set,
    )


def _not_begun(
    places: list[Placement],
    round_: Round,
    deadlines: Mapping[tuple[int | None, str], dict[int, RoundDeadline]],
) -> list[Task]:
    if not places:
        return []
    sets = applicable_sets(places, min(periods.today(), round_.figures_day))
    received = routing.received(places, periods.today())
    return [
        Task(
            placement=place,
            round=round_,
            state=_state_before(sets[place.unit_id]),
            **_due(deadlines, round_, place, place.path),
            received=place.unit_id in received,
            criteria_set=sets[place.unit_id].criteria_set,
            rivals=sets[place.unit_id].rivals,
            why_none=why_none(sets[place.unit_id]),
        )
        for place in places
    ]


def _state_before(applicable: Applicable) -> str:
    return "not_begun" if applicable.criteria_set else "not_configured"
