"""For which titles a place can list who is to be recognised, and who decides on the list."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from core import periods
from criteria.models import RouteMatter, RouteStep, Title
from criteria.registration.offers import DISTRICT_TIER, PROVINCE_TIER
from criteria.routing import Receivers, Stage
from units import roles, scope
from units.models import MEMBER_KINDS, Placement, UnitKind
from units.permissions import HOME_KINDS, ORGANISATIONS


@dataclass(frozen=True)
class Offer:
    """One title for which units of a kind at a place can be recognised.

    Attributes:
        appraiser, decider: of the route today; None is *not configured*.
    """

    place: Placement
    kind: str
    title: Title
    appraiser: Stage | None
    decider: Stage | None

    @property
    def kind_label(self) -> str:
        """Who is recognised, in words."""
        return str(UnitKind(self.kind).label)

    @property
    def appraised_by(self) -> str:
        """Who appraises, as the route words it; empty is *not configured*."""
        return _body(self.appraiser)

    @property
    def decided_by(self) -> str:
        """Who decides, as the route words it; empty is *not configured*."""
        return _body(self.decider)

    @property
    def is_configured(self) -> bool:
        """Whether a route names offices of the portal that appraise and decide."""
        return bool(self.appraised_by and self.decided_by)


def _body(stage: Stage | None) -> str:
    return stage.body if stage and stage.office else ""


def kinds_at(place: Placement) -> tuple[str, ...]:
    """The kinds of units that a place lists: members of its own or of its hamlets, and the units
    that lie in it."""
    if place.kind == UnitKind.PROVINCE:
        return (UnitKind.COMMUNE, *ORGANISATIONS)
    if place.kind == UnitKind.COMMUNE:
        return (*MEMBER_KINDS, UnitKind.HAMLET, *ORGANISATIONS)
    if place.kind == UnitKind.HAMLET:
        return tuple(MEMBER_KINDS)
    return (UnitKind.CITIZEN,) if place.kind in HOME_KINDS else ()


def offers(place: Placement) -> list[Offer]:
    """Everything for which a place can list, by title (three queries at most)."""
    receivers = Receivers(RouteMatter.RECOGNITION, [place.path], periods.today())
    return [_offer(place, kind, title, receivers) for kind, title in _titles(place)]


def offer_of(place: Placement, kind: str, code: str) -> Offer | None:
    """The offer of this kind and title; None where the place cannot list for it."""
    return next((one for one in offers(place) if (one.kind, one.title.code) == (kind, code)), None)


def stages(
    receivers: Receivers, path: str, kind: str, title: Title
) -> tuple[Stage | None, Stage | None]:
    """Who appraises and who decides, by the route of today."""
    found = {stage.act: stage for stage in receivers.stages(path, kind, title)}
    return found.get(RouteStep.Act.APPRAISE), found.get(RouteStep.Act.DECIDE)


def _offer(place: Placement, kind: str, title: Title, receivers: Receivers) -> Offer:
    return Offer(place, kind, title, *stages(receivers, place.path, kind, title))


def _titles(place: Placement) -> Iterator[tuple[str, Title]]:
    kinds = kinds_at(place)
    for title in Title.objects.filter(subject_kinds__overlap=kinds).select_related("document"):
        yield from (
            (kind, title)
            for kind in kinds
            if kind in title.subject_kinds and _is_of_tier(place, kind, title)
        )


def _is_of_tier(place: Placement, kind: str, title: Title) -> bool:
    """Of organisations those of the province's tier are its own; nothing is of a district's."""
    if kind not in ORGANISATIONS:
        return True
    if title.tier == DISTRICT_TIER or not title.tier:
        return False
    return (title.tier == PROVINCE_TIER) == (place.kind == UnitKind.PROVINCE)


def places(user: Any) -> list[Placement]:
    """The places for which `user` lists today, by name: own ones, those that they manage, and the
    territory of their office (one query)."""
    today = Placement.objects.on(periods.today())
    homes = (UnitKind.COMMUNE, UnitKind.PROVINCE, *HOME_KINDS)
    return list(today.filter(reached(user), kind__in=homes).order_by("name", "pk"))


def reached(user: Any, to: str = "") -> Q:
    """Filter of the states of units, or of what leads `to` one, of the places for which `user`
    lists."""
    found = scope.NOTHING
    for grant in scope.of(user).grants_giving("batch.enter"):
        if grant.role.reach == roles.Reach.MANAGER_TERRITORY:
            found |= Q(**{f"{to}path": grant.path})
        else:
            found |= scope.Scope((grant,)).q(
                "batch.enter",
                unit=f"{to}unit_id",
                path=f"{to}path",
                manager=f"{to}managed_by_id",
            )
    return found
