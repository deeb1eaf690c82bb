"""Who is told: the people who hold a capability at a unit, or over it."""

from typing import Any

from core import periods
from units import roles
from units.models import Appointment, Placement


def people_at(unit_id: int | None, capability: str, day: periods.Day) -> list[int]:
    """Keys of the users whose appointment at this very unit gives `capability` on `day`.

    Args:
        unit_id: None, of what is not known, gives nobody.
    """
    held = Appointment.objects.on(day).filter(
        unit=unit_id, role__in=roles.with_capability(capability), user__is_active=True
    )
    return sorted(set(held.values_list("user_id", flat=True)))


def people_at_any(units: Any, capability: str, day: periods.Day) -> list[int]:
    """As `people_at`, of many units (one query).

    Args:
        units: their keys, or a query that gives them.
    """
    held = Appointment.objects.on(day).filter(
        unit__in=units, role__in=roles.with_capability(capability), user__is_active=True
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
