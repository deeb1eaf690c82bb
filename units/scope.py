"""The scope of a person: what their appointments of the day let them see and do, and where.

`Scope.q` is the one filter behind every `visible_to`; without an appointment it lets nothing pass.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from django.db.models import Q

from core import periods
from units import roles

NOTHING = Q(pk__in=())


class Territory(Protocol):
    """What counts in a territory, where that is more than a range of paths (units.borders)."""

    def q(self, *, unit: str, path: str) -> Q:
        """Filter of the records that count there."""


@dataclass(frozen=True)
class Grant:
    """One appointment of today: a role with its reach resolved to a unit or a path of the tree."""

    appointment_id: int
    role: roles.Role
    unit_id: int
    unit_name: str
    path: str  # what lies under it is in reach; the unit's own path where that is OWN

    @property
    def pk(self) -> int:
        """Key of the appointment, in whose right something is done (core.journal.act)."""
        return self.appointment_id

    @property
    def at_country(self) -> bool:
        """Whether it is held at the country, or for it."""
        return self.path.count("/") == 2


@dataclass(frozen=True)
class Scope:
    """Everything a person holds on a day."""

    grants: tuple[Grant, ...]

    def has(self, capability: str) -> bool:
        """Whether any appointment gives `capability`."""
        national = roles.is_national(capability)
        return any(
            capability in grant.role.everything and (grant.at_country or not national)
            for grant in self.grants
        )

    def q(self, capability: str, *, unit: str, path: str, manager: str = "") -> Q:
        """Filter of the rows over which `capability` is held.

        Args:
            unit: name of the row's unit-key field.
            path: name of the row's path field.
            manager: name of its field of the managing body; rows without one are in nobody's reach
                by that link.
        """
        return self.counted_q(capability, {}, unit=unit, path=path, manager=manager)

    def counted_q(
        self,
        capability: str,
        territories: Mapping[str, Territory],
        *,
        unit: str,
        path: str,
        manager: str = "",
    ) -> Q:
        """As `q`, for sums that are read in other borders than those of the rows.

        Args:
            territories: what counts in a territory, by the path of its grant; of others what lies
                under that path does.
        """
        matches = NOTHING
        for grant in self.grants:
            reaches = grant.role.reaches(capability)
            for reach in reaches:
                # A unit lies in its own territory: one range of paths is enough.
                if reach == roles.Reach.OWN and roles.Reach.TERRITORY in reaches:
                    continue
                if grant.path in territories and reach not in roles.BY_UNIT:
                    matches |= territories[grant.path].q(unit=unit, path=path)
                else:
                    matches |= _within(grant, reach, unit, path, manager)
        return matches

    def grant_for(
        self, capability: str, *, unit_id: int, path: str, managers: Collection[int] = ()
    ) -> Grant | None:
        """The first appointment that gives `capability` over the unit at `path`, if any."""
        found = self.grants_for(capability, unit_id=unit_id, path=path, managers=managers)
        return next(found, None)

    def grants_for(
        self, capability: str, *, unit_id: int, path: str, managers: Collection[int] = ()
    ) -> Iterator[Grant]:
        """Every appointment that gives `capability` over the unit at `path`.

        Args:
            managers: the unit's managing body and what manages that (units.queries.managers_of).
        """
        for grant in self.grants:
            for reach in grant.role.reaches(capability):
                if _reaches(grant, reach, unit_id, path, managers):
                    yield grant
                    break

    def grant_at(self, unit_id: int | None, *capabilities: str) -> Grant | None:
        """The first appointment at this very unit that gives one of `capabilities`, if any."""
        for grant in self.grants:
            if grant.unit_id == unit_id and not grant.role.everything.isdisjoint(capabilities):
                return grant
        return None

    def units_with(self, *capabilities: str) -> set[int]:
        """Keys of the units at which an appointment gives one of `capabilities`."""
        return {
            grant.unit_id
            for grant in self.grants
            if not grant.role.everything.isdisjoint(capabilities)
        }

    def grants_giving(self, capability: str) -> Iterator[Grant]:
        """Every appointment that gives `capability`, over whatever unit."""
        return (grant for grant in self.grants if grant.role.reaches(capability))

    def grants_by_managing(self, capability: str) -> Iterator[Grant]:
        """Every appointment that gives `capability` over what its unit manages."""
        for grant in self.grants:
            if roles.Reach.MANAGED in grant.role.reaches(capability):
                yield grant


def _reaches(
    grant: Grant, reach: roles.Reach, unit_id: int, path: str, managers: Collection[int]
) -> bool:
    if reach == roles.Reach.OWN:
        return grant.unit_id == unit_id
    if reach == roles.Reach.MANAGED:
        return grant.unit_id in managers
    return path.startswith(grant.path)


def _within(grant: Grant, reach: roles.Reach, unit: str, path: str, manager: str) -> Q:
    """`_reaches`, as a filter."""
    if reach == roles.Reach.OWN:
        return Q(**{unit: grant.unit_id})
    if reach != roles.Reach.MANAGED:
        return Q(**{f"{path}__startswith": grant.path})
    if not manager:
        return NOTHING
    from units import queries  # models import this module

    bodies = queries.managed_by(grant.unit_id, periods.today())
    return Q(**{manager: grant.unit_id}) | Q(**{f"{manager}__in": bodies})


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
