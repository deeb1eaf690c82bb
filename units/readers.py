"""Who is told: the people who hold a capability at a unit, for it, or over it."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import Q

from core import periods
from units import permissions, queries, roles
from units.models import MEMBER_KINDS, Appointment, Placement, UnitKind
from units.queries import Managed


def people_at(unit_id: int | None, capability: str, day: periods.Day) -> list[int]:
    """Keys of the users whose appointment at this very unit gives `capability` on `day`.

    Args:
        unit_id: None, of what is not known, gives nobody.
    """
    held = Appointment.objects.on(day).filter(
        unit=unit_id, role__in=roles.with_capability(capability), user__is_active=True
    )
    return sorted(set(held.values_list("user_id", flat=True)))


def people_at_each(
    units: Iterable[int], capability: str, day: periods.Day
) -> defaultdict[int, set[int]]:
    """As `people_at`, of many units, by the unit's key (one query)."""
    held = Appointment.objects.on(day).filter(
        unit__in=units, role__in=roles.with_capability(capability), user__is_active=True
    )
    found: defaultdict[int, set[int]] = defaultdict(set)
    for unit_id, user_id in held.values_list("unit_id", "user_id"):
        found[unit_id].add(user_id)
    return found


@dataclass(frozen=True)
class Acting:
    """The users who act for a unit: its own people, and those of the bodies that manage it."""

    own: frozenset[int] = frozenset()
    managing: frozenset[int] = frozenset()

    @property
    def nearest(self) -> frozenset[int]:
        """The unit's own people; where it has none, those of the bodies that manage it."""
        return self.own or self.managing

    def answering(self, sender: int | None) -> frozenset[int]:
        """Who hears what became of something that `sender` sent for the unit: the nearest, and the
        managing bodies too where one of theirs has sent it."""
        return self.own | self.managing if sender in self.managing else self.nearest


def acting_for(
    places: Iterable[Managed], capabilities: Collection[str], day: periods.Day
) -> defaultdict[int, Acting]:
    """Who acts for each unit on `day`, by the unit's key (two queries).

    Args:
        places: the states of the units on that day.
        capabilities: any of which makes somebody act for a unit.
    """
    managers = queries.managers_of(places, day)
    wanted = set(managers).union(*managers.values())
    able = frozenset[str]().union(*map(roles.with_capability, capabilities))
    held = Appointment.objects.on(day).filter(unit__in=wanted, role__in=able)
    at: defaultdict[int, set[int]] = defaultdict(set)
    managing: defaultdict[int, set[int]] = defaultdict(set)
    for unit_id, role, user_id in held.filter(user__is_active=True).values_list(
        "unit", "role", "user"
    ):
        at[unit_id].add(user_id)
        if any(roles.Reach.MANAGED in roles.BY_CODE[role].reaches(one) for one in capabilities):
            managing[unit_id].add(user_id)
    return defaultdict(
        Acting,
        {
            unit_id: Acting(
                frozenset(at[unit_id]),
                frozenset(user for body in bodies for user in managing[body]),
            )
            for unit_id, bodies in managers.items()
        },
    )


def acting_for_unit(unit_id: int, capabilities: Collection[str], day: periods.Day) -> Acting:
    """As `acting_for`, of one unit; of one that has ended nobody."""
    places = Placement.objects.on(day).filter(unit=unit_id)
    return acting_for(places, capabilities, day)[unit_id]


def homes_of(kind: str) -> tuple[UnitKind, ...]:
    """The kinds of unit that act for what is of `kind`: its own, of members those of homes."""
    if kind == UnitKind.CITIZEN:
        return permissions.HOME_KINDS
    return (UnitKind.HAMLET,) if kind in MEMBER_KINDS else (UnitKind(kind),)


def people_upwards(path: str, capability: str, day: periods.Day) -> list[int]:
    """Keys of the users who have `capability` on `day` at a unit on the way of `path`, itself
    included, or at an office that one of these manages."""
    above = [int(key) for key in path.strip("/").split("/") if key]
    offices = Placement.objects.on(day).filter(managed_by__in=above)
    held = Appointment.objects.on(day).filter(
        Q(unit__in=above) | Q(unit__in=offices.values("unit")),
        role__in=roles.with_capability(capability),
        user__is_active=True,
    )
    return sorted(set(held.values_list("user_id", flat=True)))


def people_over(path: str, capability: str, day: periods.Day) -> list[int]:
    """Keys of the users who have `capability` on `day` at an office of a unit above `path`.

    The office is managed by that unit, as a department by its province.
    """
    above = [int(key) for key in path.strip("/").split("/")]
    offices = Placement.objects.on(day).filter(managed_by__in=above)
    held = Appointment.objects.on(day).filter(
        unit__in=offices.values("unit"),
        role__in=roles.with_capability(capability),
        user__is_active=True,
    )
    return sorted(set(held.values_list("user_id", flat=True)))
