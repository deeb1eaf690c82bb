"""Questions about units that more than one module asks."""

from dataclasses import dataclass

from django.db.models import OuterRef, Subquery

from core import periods
from units import roles
from units.models import Appointment, Placement


@dataclass(frozen=True)
class AppointmentRow:
    """An appointment of a day with the path under which it has scope."""

    appointment_id: int
    role: str
    unit_id: int
    unit_name: str
    path: str


def appointments_with_paths(user_id: int, day: periods.Day) -> list[AppointmentRow]:
    """The appointments of a user on a day, at units that exist on that day (one query).

    For a role with the reach of the managing body the path is that body's; an appointment whose
    unit has ended, or whose managing body is unknown, gives nothing.
    """
    place = Placement.objects.on(day).filter(unit=OuterRef("unit"))
    manager = Placement.objects.on(day).filter(unit=OuterRef("manager_id"))
    rows = (
        Appointment.objects.on(day)
        .filter(user_id=user_id)
        .annotate(
            unit_name=Subquery(place.values("name")[:1]),
            own_path=Subquery(place.values("path")[:1]),
            manager_id=Subquery(place.values("managed_by")[:1]),
        )
        .annotate(manager_path=Subquery(manager.values("path")[:1]))
        .order_by("pk")
        .values_list("pk", "role", "unit_id", "unit_name", "own_path", "manager_path")
    )
    found = []
    for pk, role, unit_id, name, own_path, manager_path in rows:
        reach = roles.BY_CODE[role].reach
        path = manager_path if reach == roles.Reach.MANAGER_TERRITORY else own_path
        if path:
            found.append(AppointmentRow(pk, role, unit_id, name, path))
    return found


def placement_of(unit_id: int, day: periods.Day) -> Placement | None:
    """The state of a unit on a day; None where it did not exist."""
    return Placement.objects.on(day).filter(unit_id=unit_id).first()
