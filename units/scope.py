"""The scope of a person: what their appointments of the day let them see and do, and where.

`Scope.q` is the one filter behind every `visible_to`; without an appointment it lets nothing pass.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from core import periods
from units import roles

NOTHING = Q(pk__in=())


@dataclass(frozen=True)
class Grant:
    """One appointment of today: a role with its reach resolved to a unit or a path of the tree."""

    appointment_id: int
    role: roles.Role
    unit_id: int
    unit_name: str
    path: str  # what lies under it is in reach; the unit's own path where the reach is OWN


@dataclass(frozen=True)
class Scope:
    """Everything a person holds on a day."""

    grants: tuple[Grant, ...]

    def has(self, capability: str) -> bool:
        """Whether any appointment gives `capability`."""
        return any(capability in grant.role.capabilities for grant in self.grants)

    def q(self, capability: str, *, unit: str, path: str) -> Q:
        """Filter of the rows over which `capability` is held.

        Args:
            unit: name of the row's unit-key field.
            path: name of the row's path field.
        """
        matches = NOTHING
        for grant in self.grants:
            if capability in grant.role.capabilities:
                if grant.role.reach == roles.Reach.OWN:
                    matches |= Q(**{unit: grant.unit_id})
                else:
                    matches |= Q(**{f"{path}__startswith": grant.path})
        return matches

    def grant_for(self, capability: str, *, unit_id: int, path: str) -> Grant | None:
        """The first appointment that gives `capability` over the unit at `path`, if any."""
        return next(self.grants_for(capability, unit_id=unit_id, path=path), None)

    def grants_for(self, capability: str, *, unit_id: int, path: str) -> Iterator[Grant]:
        """Every appointment that gives `capability` over the unit at `path`."""
        for grant in self.grants:
            if capability not in grant.role.capabilities:
                continue
            own = grant.role.reach == roles.Reach.OWN
            if grant.unit_id == unit_id if own else path.startswith(grant.path):
                yield grant


EMPTY = Scope(())


def of(user: Any) -> Scope:
    """The scope of `user` today, read once a request (kept on the user object)."""
    if user is None or not user.is_authenticated or not user.is_active:
        return EMPTY
    cached: tuple[periods.Day, Scope] | None = getattr(user, "_scope", None)
    today = periods.today()
    if cached is None or cached[0] != today:
        cached = user._scope = (today, _read(user.pk, today))
    return cached[1]


def _read(user_id: int, day: periods.Day) -> Scope:
    from units import queries  # models import this module

    return Scope(
        tuple(
            Grant(row.appointment_id, roles.BY_CODE[row.role], row.unit_id, row.unit_name, row.path)
            for row in queries.appointments_with_paths(user_id, day)
        )
    )
