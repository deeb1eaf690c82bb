"""Who can see what lies at a unit, and what somebody may do there: asked of the scope itself.

The pages answer *Ai thấy được?* and *Vì sao tôi không thể?* with it. Nothing is decided here: each
appointment is asked by `Scope.grants_for`, the same that every page asks.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from core import periods
from units import roles, scope
from units.models import Appointment, Placement

# Everybody of today who could reach the unit by one of the links; Scope decides who does.
_CANDIDATES = """
    WITH managing AS (
        SELECT array_remove(ARRAY[state.managed_by_id, body.managed_by_id], NULL) AS units
        FROM units_placement state
        LEFT JOIN units_placement body
            ON body.unit_id = state.managed_by_id AND body.period @> %(day)s::date
        WHERE state.unit_id = %(unit)s AND state.period @> %(day)s::date
    )
    SELECT held.id, held.role, held.unit_id, own.name, own.path, manager.path,
           person.full_name, coalesce(managing.units, '{}')
    FROM units_appointment held
    JOIN accounts_user person ON person.id = held.user_id AND person.is_active
    JOIN units_placement own
        ON own.unit_id = held.unit_id AND own.period @> %(day)s::date
    LEFT JOIN units_placement manager
        ON manager.unit_id = own.managed_by_id AND manager.period @> %(day)s::date
    LEFT JOIN managing ON true
    WHERE held.period @> %(day)s::date AND held.role = ANY(%(roles)s)
        AND (held.unit_id = ANY(%(above)s || managing.units)
            OR own.managed_by_id = ANY(%(above)s || managing.units))
    ORDER BY length(own.path) DESC, held.role, held.id
"""


@dataclass(frozen=True)
class Seer:
    """A role at a body whose holders can see something.

    Attributes:
        people: their names, for readers who may know them; else empty.
        count: how many they are.
    """

    role: roles.Role
    unit_name: str
    people: tuple[str, ...]
    count: int


@dataclass(frozen=True)
class Possible:
    """Something that could be done, whether the reader may, and if not, why not."""

    label: str
    allowed: bool
    reason: str


def who_sees(reader: Any, capability: str, *, unit_id: int, path: str) -> list[Seer]:
    """The roles and bodies that hold `capability` over a unit today, the nearest first (one query).

    Args:
        reader: who asks: names show only of people whom the reader may know (units.view).
        path: of the unit, as the record keeps it.
    """
    found: dict[tuple[str, int], list[tuple[scope.Grant, str]]] = {}
    for grant, person, managers in _candidates(capability, unit_id, path):
        held = scope.Scope((grant,))
        if held.grant_for(capability, unit_id=unit_id, path=path, managers=managers):
            found.setdefault((grant.role.code, grant.unit_id), []).append((grant, person))
    return [_seer(reader, together) for together in found.values()]


def who_holds(reader: Any, units: Collection[int], *capabilities: str) -> list[Seer]:
    """The roles at these very units that give one of `capabilities` today, by unit (two queries).

    Args:
        reader: as `who_sees`.
    """
    today = periods.today()
    places = Placement.objects.on(today).filter(unit__in=units)
    by_unit = {place.unit_id: place for place in places}
    codes = set().union(*map(roles.with_capability, capabilities))
    held = Appointment.objects.on(today).filter(
        unit__in=by_unit, role__in=codes, user__is_active=True
    )
    found: dict[tuple[int, str], list[tuple[scope.Grant, str]]] = {}
    for one in held.select_related("user").order_by("unit", "role", "pk"):
        place, role = by_unit[one.unit_id], roles.BY_CODE[one.role]
        grant = scope.Grant(one.pk, role, place.unit_id, place.name, place.path)
        found.setdefault((one.unit_id, one.role), []).append((grant, one.user.full_name))
    return [_seer(reader, together) for together in found.values()]


def _candidates(
    capability: str, unit_id: int, path: str
) -> list[tuple[scope.Grant, str, list[int]]]:
    """Appointments of today at the unit, above it, beside it under one body, or managing it: each
    with the person's name and the bodies that manage the unit."""
    asked: dict[str, Any] = {
        "day": periods.today(),
        "roles": sorted(roles.with_capability(capability)),
        "unit": unit_id,
        "above": sorted({unit_id, *(int(key) for key in path.strip("/").split("/"))}),
    }
    with connection.cursor() as cursor:
        cursor.execute(_CANDIDATES, asked)
        rows = cursor.fetchall()
    found = []
    for pk, code, unit, name, own_path, manager_path, person, managers in rows:
        role = roles.BY_CODE[code]
        reaches = manager_path if role.reach == roles.Reach.MANAGER_TERRITORY else own_path
        if reaches:
            found.append((scope.Grant(pk, role, unit, name, reaches), person, managers))
    return found


def _seer(reader: Any, together: list[tuple[scope.Grant, str]]) -> Seer:
    grant = together[0][0]
    knows = scope.of(reader).grant_for("units.view", unit_id=grant.unit_id, path=grant.path)
    names = tuple(sorted({name for _grant, name in together})) if knows else ()
    return Seer(grant.role, grant.unit_name, names, len(together))


def abilities(
    reader: Any, *, unit_id: int, path: str, managers: Collection[int] = ()
) -> list[Possible]:
    """Everything that roles may do, and whether `reader` may do it over a unit, and if not, why
    not."""
    held = scope.of(reader)
    return [
        _ability(held, one, unit_id=unit_id, path=path, managers=managers)
        for one in roles.CAPABILITIES
    ]


def _ability(
    held: scope.Scope,
    capability: roles.Capability,
    *,
    unit_id: int,
    path: str,
    managers: Collection[int],
) -> Possible:
    label = str(capability.label)
    grant = held.grant_for(capability.code, unit_id=unit_id, path=path, managers=managers)
    if grant:
        said = _("as %(role)s, %(unit)s") % {"role": grant.role.label, "unit": grant.unit_name}
        return Possible(label, True, said)
    if held.has(capability.code):
        return Possible(label, False, _("A role of yours includes it, but not over this unit."))
    having = sorted(roles.with_capability(capability.code))
    named = ", ".join(str(roles.BY_CODE[code].label) for code in having)
    return Possible(
        label,
        False,
        _("No role of yours includes it; it belongs to: %(roles)s.") % {"roles": named},
    )
