"""What waits for a person in their territory."""

from dataclasses import dataclass
from typing import Any

from django.db.models import F
from django.urls import reverse
from django.utils.http import urlencode

from campaign import launch_lists, permissions, registering
from campaign.models import EntryState, Launch, LaunchState, Register
from criteria import permissions as checking
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
        .with_subject()
        .select_related("round")
        .only("state", "sent_at", "submission", "placement__name", "unit__kind", "round__name")
        .order_by("-state", "sent_at")  # sent before received
    )
    return Waiting(rows[:WAITING_SHOWN], len(rows))


def to_confirm(user: Any) -> Waiting:
    """Declared recognitions that wait for confirmation, the oldest first (one query)."""
    rows = list(
        Recognition.objects.visible_to(user)
        .filter(checking.to_check(user), state=RecognitionState.DECLARED)
        .select_related("placement", "title")
        .order_by("declared_at")
    )
    return Waiting(rows[:WAITING_SHOWN], len(rows))


def launched(user: Any) -> list[Launch]:
    """Open launches of the units for which `user` launches, to which not everybody has answered,
    the most urgent first; each with `waiting`, how many units have not (one query)."""
    units = {grant.unit_id for grant in permissions.launching_grants(user)}
    return list(
        launch_lists.launches(user, state=LaunchState.OPEN, open_answers=True)
        .filter(unit__in=units)
        .annotate(waiting=F("received") - F("answered"))
        .select_related("document")
        .order_by("due_on", "pk")[:WAITING_SHOWN]
    )


@dataclass(frozen=True)
class RegisterWaiting:
    """Entries of a register that wait for a person, and the list that shows them."""

    label: str
    number: int
    url: str


def entries_to_check(user: Any) -> list[RegisterWaiting]:
    """What waits in the registers for `user` to confirm it (one query)."""
    waiting = registering.to_check(user)
    return [
        RegisterWaiting(str(register.label), waiting[register], _register_url(register))
        for register in Register
        if register in waiting
    ]


def _register_url(register: Register) -> str:
    query = urlencode({"register": register.value, "state": EntryState.ENTERED.value})
    return f"{reverse('registers:index')}?{query}"
