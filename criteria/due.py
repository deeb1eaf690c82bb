"""Deadlines that come near: those who owe a self-assessment are told, once for each deadline."""

import datetime
from collections.abc import Iterator

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from campaign.models import DeadlineMatter, Round, RoundDeadline
from campaign.queries import deadlines_of, nearest_deadline
from core import notices, periods
from core.models import Notice
from criteria import listing, telling
from criteria.applicability import applicable_sets
from criteria.models import Assessment
from units import readers
from units.models import Placement, UnitKind

KIND = "assessment.due"


def tell() -> int:
    """Tell the people of units whose deadline comes within the days of the settings.

    Returns:
        How many units were told now; nobody is told twice of one deadline.
    """
    today = periods.today()
    last = today + datetime.timedelta(days=settings.DEADLINE_NOTICE_DAYS)
    near = RoundDeadline.objects.filter(
        matter=DeadlineMatter.ASSESSMENT, subject_kind=UnitKind.COMMUNE, due_on__range=(today, last)
    )
    rounds = Round.objects.filter(pk__in=near.values("round"))
    return sum(
        _tell_unit(round_, place, due_on)
        for round_ in rounds
        for place, due_on in _owing(round_, today)
        if today <= due_on <= last
    )


def _owing(round_: Round, today: periods.Day) -> Iterator[tuple[Placement, periods.Day]]:
    """The communes that have a criteria set and have not sent, each with its deadline."""
    deadlines = deadlines_of(round_, UnitKind.COMMUNE)
    sent = Assessment.objects.filter(round=round_, state__in=listing.DELIVERED)
    found = Placement.objects.on(today).filter(kind=UnitKind.COMMUNE)
    places = list(found.exclude(unit__in=sent.values("unit")))
    sets = applicable_sets(places, min(today, round_.figures_day))
    for place in places:
        deadline = nearest_deadline(deadlines, place.path)
        if deadline and sets[place.unit_id].criteria_set:
            yield place, deadline.due_on


def _tell_unit(round_: Round, place: Placement, due_on: periods.Day) -> bool:
    subject = f"due:{round_.pk}:{place.unit_id}:{due_on.isoformat()}"
    people = readers.people_at(place.unit_id, "assessment.send", periods.today())
    if not people or Notice.objects.filter(kind=KIND, subject=subject).exists():
        return False
    with transaction.atomic():
        notices.tell(
            KIND,
            people,
            subject=subject,
            url=reverse("home"),
            day=f"{due_on:%d/%m/%Y}",
            **telling.words_of(place.name, round_),
        )
    return True
