"""Until when nominations may be sent: the deadlines of rounds and phases that hold for them.

One place for the pre-check, the lists, the first page and the reminders. Nobody owes a nomination:
who has begun one and not sent it is reminded.
"""

import datetime
from collections import Counter
from collections.abc import Collection, Sequence
from urllib.parse import urlencode

from django.conf import settings
from django.db import transaction
from django.db.models import Count
from django.urls import reverse

from awards.models import OPEN_FOR_WRITING, Nomination, NominationQuerySet
from campaign.models import Phase, Round, RoundDeadline
from campaign.queries import nearest_deadline, nomination_deadlines
from core import notices, periods
from core.models import Notice
from units import readers
from units.models import Placement

DUE = "nomination.due"


class Deadlines:
    """The deadlines of rounds and phases for nominations (one query)."""

    def __init__(self, rounds: Collection[int | None], phases: Collection[int | None]) -> None:
        self._known = nomination_deadlines(rounds, phases)

    def of(
        self, round_id: int | None, phase_id: int | None, kind: str, path: str
    ) -> RoundDeadline | None:
        """That of the nearest territory above a subject of `kind` at `path`; None is *not
        configured*."""
        return nearest_deadline(self._known.get((round_id, phase_id, kind), {}), path)


def of(nominations: Sequence[Nomination]) -> dict[int, RoundDeadline | None]:
    """The deadline that holds for each nomination, by its key (one query).

    Args:
        nominations: with `unit`.
    """
    known = Deadlines({one.round_id for one in nominations}, {one.phase_id for one in nominations})
    return {
        one.pk: known.of(one.round_id, one.phase_id, one.unit.kind, one.path) for one in nominations
    }


# What was begun and not sent, of one unit: its key, round, phase, and until when.
_Begun = tuple[int, int | None, int | None, periods.Day]


def _begun(found: NominationQuerySet) -> Counter[_Begun]:
    """How many of these nominations are still with who proposes, where a day is configured (two
    queries)."""
    fields = ("proposer_id", "round_id", "phase_id", "unit__kind", "path")
    open_ones = found.filter(state__in=OPEN_FOR_WRITING).order_by()
    rows = list(open_ones.values_list(*fields).annotate(Count("pk")))
    known = Deadlines({row[1] for row in rows}, {row[2] for row in rows})
    counted = Counter[_Begun]()
    for proposer, round_id, phase_id, kind, path, number in rows:
        due = known.of(round_id, phase_id, kind, path)
        if due:
            counted[proposer, round_id, phase_id, due.due_on] += number
    return counted


def first_day(found: NominationQuerySet) -> periods.Day | None:
    """The next day until which one of these is to be sent, else the last that has passed; None
    where none is open, or no day is configured (two queries)."""
    days = {day for *_of, day in _begun(found)}
    coming = [day for day in days if day >= periods.today()]
    return min(coming) if coming else max(days, default=None)


def tell() -> int:
    """Tell who has begun nominations that their day comes within the days of the settings.

    Returns:
        How often a unit was told now; it is told once of one day of a round or phase.
    """
    today = periods.today()
    last = today + datetime.timedelta(days=settings.DEADLINE_NOTICE_DAYS)
    begun = _begun(Nomination.objects.all())
    near = {key: number for key, number in begun.items() if today <= key[-1] <= last}
    proposers = {proposer for proposer, *_rest in near}
    people = readers.people_at_each(proposers, "nomination.enter", today)
    places = Placement.objects.on(today).filter(unit__in=proposers)
    names = dict(places.values_list("unit", "name"))
    given_for = _names_of(near)
    return sum(
        _tell_unit(key, number, people[key[0]], names.get(key[0], "–"), given_for[key[1:3]])
        for key, number in near.items()
    )


def _names_of(found: Collection[_Begun]) -> dict[tuple[int | None, int | None], str]:
    """What the rounds and phases are called, by the keys of both (two queries)."""
    rounds = Round.objects.in_bulk({key[1] for key in found if key[1]})
    phases = Phase.objects.in_bulk({key[2] for key in found if key[2]})
    return {
        **{(pk, None): str(one) for pk, one in rounds.items()},
        **{(None, pk): str(one) for pk, one in phases.items()},
    }


def _tell_unit(
    key: _Begun, number: int, people: Collection[int], unit: str, given_for: str
) -> bool:
    proposer, round_id, phase_id, day = key
    subject = f"{DUE}:{proposer}:{round_id or 0}:{phase_id or 0}:{day.isoformat()}"
    if not people or Notice.objects.filter(kind=DUE, subject=subject).exists():
        return False
    occasion = f"round-{round_id}" if round_id else f"phase-{phase_id}"
    with transaction.atomic():
        notices.tell(
            DUE,
            people,
            subject=subject,
            url=f"{reverse('nominations:index')}?{urlencode({'occasion': occasion})}",
            unit=unit,
            number=str(number),
            round=given_for,
            day=f"{day:%d/%m/%Y}",
        )
    return True
