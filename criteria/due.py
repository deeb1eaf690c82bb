"""Deadlines that come near: those who owe are told, once for each deadline.

Deadlines are of self-assessments or of registrations, each for a kind of unit. What households,
clans and citizens owe is their home's affair: the people of the hamlet or office are told. Nobody
owes a nomination; who has begun one is told by awards.nominating.deadlines.
"""

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from campaign.models import DeadlineMatter, Round, RoundDeadline
from campaign.queries import nearest_deadline
from core import notices, periods
from core.models import Notice
from criteria import listing, permissions, telling
from criteria.applicability import applicable_sets
from criteria.models import Assessment
from criteria.registration import telling as registration
from criteria.registration.offers import offers
from units import readers
from units.models import MEMBER_KINDS, Member, Placement, UnitKind


@dataclass(frozen=True)
class _Matter:
    """What can be due: which notice tells it, to whom, where it leads, and which units owe it."""

    notice: str
    capabilities: tuple[str, ...]
    page: str
    owing: Callable[[Round, str, list[Placement]], Iterable[Placement]]


def tell() -> int:
    """Tell those who act for units whose deadline comes within the days of the settings.

    Returns:
        How many units were told now; nobody is told twice of one deadline.
    """
    today = periods.today()
    last = today + datetime.timedelta(days=settings.DEADLINE_NOTICE_DAYS)
    near = RoundDeadline.objects.filter(due_on__range=(today, last), matter__in=_MATTERS)
    group = ("round_id", "matter", "subject_kind")
    groups = near.order_by(*group).distinct(*group).select_related("round")
    return sum(_tell_group(one, today, last) for one in groups)


def _tell_group(group: RoundDeadline, today: periods.Day, last: periods.Day) -> int:
    """Tell whom the deadlines of one round, matter and kind of unit concern now."""
    assert group.round is not None  # noqa: S101 -- only nominations are of a phase
    matter, kind = _MATTERS[group.matter], group.subject_kind
    due = {
        place.unit_id: (place, due_on)
        for place, due_on in _governed(group, today)
        if today <= due_on <= last
    }
    places = [place for place, _due_on in due.values()]
    acting = readers.acting_for(places, matter.capabilities, today)
    reachable = [place for place in places if acting[place.unit_id].nearest]
    return sum(
        _tell_unit(group, place, due[place.unit_id][1], acting[place.unit_id].nearest)
        for place in matter.owing(group.round, kind, reachable)
    )


def _governed(group: RoundDeadline, today: periods.Day) -> Iterable[tuple[Placement, periods.Day]]:
    """The units of today that act for what is due, each with its day."""
    deadlines = {one.territory_id: one for one in RoundDeadline.objects.like(group)}
    homes = Placement.objects.on(today).filter(kind__in=readers.homes_of(group.subject_kind))
    for place in homes.order_by("pk"):
        deadline = nearest_deadline(deadlines, place.path)
        if deadline:
            yield place, deadline.due_on


def _owing_assessments(round_: Round, kind: str, places: list[Placement]) -> Iterable[Placement]:
    """Those of the places that have not sent, or whose members have not, and have a set."""
    day = min(periods.today(), round_.figures_day)
    sent = Assessment.objects.filter(round=round_, state__in=listing.DELIVERED).values("unit")
    keys = [place.unit_id for place in places]
    if kind in MEMBER_KINDS:
        members = Member.objects.on(periods.today()).filter(kind=kind, home__in=keys)
        owing = set(members.exclude(unit__in=sent).values_list("home", flat=True))
    else:
        owing = set(keys) - set(sent.filter(unit__in=keys).values_list("unit", flat=True))
    asked = [listing.Unbegun(one.unit_id, kind, one.path, one.managed_by_id) for one in places]
    sets = applicable_sets(asked, day)
    return [
        place for place in places if place.unit_id in owing and sets[place.unit_id].criteria_set
    ]


def _owing_registrations(round_: Round, kind: str, places: list[Placement]) -> Iterable[Placement]:
    """Those of the places that can register units of the kind and have sent nothing, or have begun
    something that they have not sent."""
    for place in places:
        lists = [offer for offer in offers(place, round_) if offer.kind == kind]
        untouched = all(offer.found is None for offer in lists)
        if lists and (untouched or any(offer.is_open for offer in lists)):
            yield place


_MATTERS: dict[str, _Matter] = {
    DeadlineMatter.ASSESSMENT: _Matter(
        "assessment.due", permissions.OWN, "home", _owing_assessments
    ),
    DeadlineMatter.REGISTRATION: _Matter(
        "registration.due", registration.OWN, "registrations:own", _owing_registrations
    ),
}


def _tell_unit(
    group: RoundDeadline, place: Placement, due_on: periods.Day, people: Iterable[int]
) -> bool:
    matter, kind = _MATTERS[group.matter], UnitKind(group.subject_kind)
    subject = f"due:{group.round_id}:{place.unit_id}:{kind}:{due_on.isoformat()}"
    if Notice.objects.filter(kind=matter.notice, subject=subject).exists():
        return False
    # What members owe is named by their kind and home: "Ấp Giồng Lớn (hộ gia đình)".
    name = f"{place.name} ({kind.label})" if kind in MEMBER_KINDS else place.name
    with transaction.atomic():
        notices.tell(
            matter.notice,
            people,
            subject=subject,
            url=reverse(matter.page),
            day=f"{due_on:%d/%m/%Y}",
            **telling.words_of(name, group.round),
        )
    return True
