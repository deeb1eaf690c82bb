"""For what a unit can register in a round: itself, and of its members those who want to."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from django.db.models import Q

from campaign.models import Round, RoundDeadline
from campaign.queries import nearest_deadline, path_ids, registration_deadlines
from core import periods
from criteria.applicability import holding_at
from criteria.models import (
    AwardForm,
    RegistrationList,
    RegistrationState,
    RouteMatter,
    Title,
)
from criteria.routing import Receiver, Receivers
from units.models import MEMBER_KINDS, Placement, Unit, UnitKind
from units.permissions import HOME_KINDS, ORGANISATIONS

Subject = Title | AwardForm
OPEN_FOR_ENTERING = frozenset({RegistrationState.DRAFT, RegistrationState.REJECTED})
# As Thông tư 24/2023/TT-BGDĐT calls the tiers of organisations, and `Title.tier` with it.
DISTRICT_TIER, PROVINCE_TIER = "cấp huyện", "cấp tỉnh"
BELOW_PROVINCE: frozenset[str] = frozenset({UnitKind.COMMUNE, UnitKind.DISTRICT})
DELIVERED = frozenset({RegistrationState.WAITING, RegistrationState.APPROVED})


@dataclass(frozen=True)
class Offer:
    """One thing for which units of a kind can be registered by a unit.

    Attributes:
        place: the unit that keeps the list.
        kind: of those who register.
        receiver: who receives it; None is *not configured*.
        deadline: of the nearest territory; None is *not configured*.
        found: the list, once it is begun.
    """

    place: Placement
    kind: str
    subject: Subject
    receiver: Receiver | None
    deadline: RoundDeadline | None
    found: RegistrationList | None = None

    @property
    def is_own(self) -> bool:
        """Whether the unit registers itself."""
        return self.kind == self.place.kind

    @property
    def kind_label(self) -> str:
        """Who registers, in words."""
        return str(UnitKind(self.kind).label)

    @property
    def occasion_label(self) -> str:
        """When a form of commendation is given, in words; empty for a title."""
        return "" if isinstance(self.subject, Title) else self.subject.get_occasion_display()

    @property
    def due_on(self) -> periods.Day | None:
        """Until when units register; None is *not configured*."""
        return self.deadline.due_on if self.deadline else None

    @property
    def is_open(self) -> bool:
        """Whether it is begun and still to be sent."""
        return self.found is not None and self.found.state in OPEN_FOR_ENTERING

    @property
    def delivered(self) -> bool:
        """Whether what was due has been sent."""
        return self.found is not None and self.found.state in DELIVERED

    @property
    def key(self) -> str:
        """What names it in an address: `title-<code>` or `form-<code>`."""
        return key_of(self.subject)


def key_of(subject: Subject) -> str:
    """What names a title or form in an address."""
    return f"{'title' if isinstance(subject, Title) else 'form'}-{subject.code}"


def kinds_of(place: Placement) -> tuple[str, ...]:
    """The kinds that a unit registers: its own, and those of members that it keeps.

    Clans live in hamlets; offices have citizens who work or learn there.
    """
    if place.kind == UnitKind.HAMLET:
        return (place.kind, *MEMBER_KINDS)
    if place.kind in HOME_KINDS:
        return (place.kind, UnitKind.CITIZEN)
    return (place.kind,)


def offers(place: Placement, round_: Round) -> list[Offer]:
    """Everything for which a unit can register, titles first (eight queries at most).

    Of the titles for organisations those of its tier, which its managing body tells; what was begun
    before stays in sight.
    """
    kinds = kinds_of(place)
    receivers = Receivers(RouteMatter.REGISTRATION, [place.path], periods.today())
    deadlines = registration_deadlines(round_)
    lists = RegistrationList.objects.filter(round=round_, unit=place.unit_id)
    begun = {
        (one.kind, one.title_id, one.form_id): one
        for one in lists.select_related("placement", "round")
    }
    subjects: list[tuple[str, Subject]] = [*_titles(kinds), *_forms(place)]
    foreign = _foreign_tiers(place)
    return [
        Offer(
            place,
            kind,
            subject,
            receivers.of(place.path, kind, subject),
            nearest_deadline(deadlines.get(kind, {}), place.path),
            begun.get(_key(kind, subject)),
        )
        for kind, subject in subjects
        if kind != place.kind or _tier(subject) not in foreign or _key(kind, subject) in begun
    ]


def _tier(subject: Subject) -> str:
    return subject.tier if isinstance(subject, Title) else ""


def tier_is_unknown(place: Placement) -> bool:
    """Whether nobody is known to manage an organisation: then no title of the tier of a district or
    a province is offered to it."""
    return place.kind in ORGANISATIONS and place.managed_by_id is None


def _foreign_tiers(place: Placement) -> frozenset[str]:
    """The tiers of which an organisation is not: of the province where a commune or a district
    manages it, of the district where none lies above it, as nowhere since 01/07/2025; of either
    where nobody is known to manage it (one query)."""
    if place.kind not in ORGANISATIONS:
        return frozenset()
    manager = place.managed_by_id
    if manager is None:
        return frozenset({DISTRICT_TIER, PROVINCE_TIER})
    above = Unit.objects.filter(pk__in=[*path_ids(place.path), manager])
    kinds = dict(above.values_list("pk", "kind"))
    foreign = set()
    if UnitKind.DISTRICT not in kinds.values():
        foreign.add(DISTRICT_TIER)
    if kinds[manager] in BELOW_PROVINCE:
        foreign.add(PROVINCE_TIER)
    return frozenset(foreign)


def offer_of(place: Placement, round_: Round, kind: str, key: str) -> Offer | None:
    """The offer of this kind and key; None where the unit cannot register for it."""
    return next((o for o in offers(place, round_) if (o.kind, o.key) == (kind, key)), None)


def _key(kind: str, subject: Subject) -> tuple[str, int | None, int | None]:
    if isinstance(subject, Title):
        return kind, subject.pk, None
    return kind, None, subject.pk


def _titles(kinds: Iterable[str]) -> Iterator[tuple[str, Title]]:
    kinds = list(kinds)
    for title in Title.objects.filter(subject_kinds__overlap=kinds):
        yield from ((kind, title) for kind in kinds if kind in title.subject_kinds)


def _forms(place: Placement) -> Iterator[tuple[str, AwardForm]]:
    return ((place.kind, form) for form in forms_for(place, [place.kind]))


def forms_for(place: Placement, kinds: Collection[str]) -> list[AwardForm]:
    """The forms of commendation for units of `kinds` in documents that hold for the territory of
    the unit at `place` (two queries at most).

    A form whose document names nobody is for everybody.
    """
    found = AwardForm.objects.filter(Q(subject_kinds__overlap=list(kinds)) | Q(subject_kinds=[]))
    return holding_at([place], found)[place.unit_id]
