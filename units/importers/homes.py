"""Hamlets and offices as a spreadsheet names them: by the portal's number or by name."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from core import periods
from units import names, permissions, queries, scope
from units.models import Placement, Succession

CAPABILITIES = ("members.edit", "personal.read")
EXPLAINED = 200  # names that are no home's and are looked up, of one file


def held_places(user: Any) -> list[Placement]:
    """The units at which `user` holds an appointment, and those whose territory it is over, by name
    (one query, once a request)."""
    found: list[Placement] | None = getattr(user, "_held_places", None)
    if found is None:
        keys = {grant.unit_id for grant in scope.of(user).grants}
        keys |= {int(grant.path.strip("/").split("/")[-1]) for grant in scope.of(user).grants}
        rows = Placement.objects.on(periods.today()).filter(unit__in=keys)
        found = user._held_places = list(rows.order_by("name", "pk"))
    return found


def homes_at(user: Any, place_key: int, kind: str) -> list[Placement]:
    """The hamlets or offices at a place whose lists of a kind `user` keeps and reads (one query).

    Args:
        place_key: of a hamlet or office, or of a commune, for all those in it: asked of who holds
            a role at the commune itself.
    """
    which = Q(unit=place_key)
    if place_key in scope.of(user).units_with(CAPABILITIES[0]):
        which |= Q(located_in=place_key)
    found = Placement.objects.on(periods.today()).filter(kind__in=permissions.homes_of(kind))
    for capability in CAPABILITIES:
        found = found.with_capability(user, capability)
    return list(found.filter(which).order_by("name", "pk"))


def acted_on(user: Any, capability: str) -> list[Placement]:
    """The units of today over which an appointment gives `user` a capability, by name (one query,
    once a request)."""
    known: dict[str, list[Placement]] = user.__dict__.setdefault("_acted_on", {})
    if capability not in known:
        rows = Placement.objects.on(periods.today()).with_capability(user, capability)
        known[capability] = list(rows.order_by("name", "pk"))
    return known[capability]


def acted_on_at(user: Any, capability: str, place_key: int) -> list[Placement]:
    """Of these units the one of a key, and those that lie in it or that it manages."""
    return [place for place in acted_on(user, capability) if place_key in _around(place)]


def places_of(user: Any, capability: str) -> list[Placement]:
    """The units at which `user` holds an appointment and where there is something to act on."""
    around = {key for place in acted_on(user, capability) for key in _around(place)}
    return [place for place in held_places(user) if place.unit_id in around]


def _around(place: Placement) -> tuple[int | None, ...]:
    return place.unit_id, place.located_in_id, place.managed_by_id


class Unknown(ValueError):
    """A cell that names no home to which the list can be brought; says why.

    Attributes:
        field: the column that is wrong.
    """

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


class Homes:
    """The homes of one import, found by what a row says of them."""

    def __init__(
        self, homes: Iterable[Placement], kinds: Collection[str] = permissions.HOME_KINDS
    ) -> None:
        """The homes that a file may name.

        Args:
            kinds: of units that can have such a list, anywhere.
        """
        self._kinds = kinds
        self.all = {home.unit_id: home for home in homes}
        self._by_name: dict[str, list[Placement]] = defaultdict(list)
        for home in self.all.values():
            self._by_name[names.key(home.name)].append(home)
        self._known: dict[tuple[int | None, str], Placement | Unknown] = {}
        self._looked_up = 0

    def find(self, key: int | None, name: str) -> Placement:
        """The home of a row.

        Args:
            key: its number in the portal, where the row has one.
            name: its name; both may be empty where there is one home only.

        Raises:
            Unknown: there is no such home, or more than one.
        """
        asked = (key, name)
        if asked not in self._known:
            try:
                self._known[asked] = self._find(key, name)
            except Unknown as unknown:
                self._known[asked] = unknown
        found = self._known[asked]
        if isinstance(found, Unknown):
            raise found
        return found

    def _find(self, key: int | None, name: str) -> Placement:
        if key is not None:
            return self._by_number(key, name)
        if not name:
            if len(self.all) == 1:
                return next(iter(self.all.values()))
            raise Unknown("place", _("Enter the hamlet or office."))
        named = self._by_name[names.key(name)]
        if len(named) == 1:
            return named[0]
        if named:
            numbers = ", ".join(str(home.unit_id) for home in named)
            said = {"name": name, "numbers": numbers}
            raise Unknown(
                "place",
                _("Several are called “%(name)s”: write the portal's number, %(numbers)s.") % said,
            )
        raise Unknown("place", self._why_not(Q(name__iexact=name) | Q(code=name), name))

    def _by_number(self, key: int, name: str) -> Placement:
        home = self.all.get(key)
        if home is None:
            raise Unknown("place_key", self._why_not(Q(unit=key), str(key)))
        if name and names.key(name) != names.key(home.name):
            said = {"key": key, "home": home.name}
            raise Unknown("place", _("Number %(key)d is %(home)s: number and name differ.") % said)
        return home

    def _why_not(self, which: Q, written: str) -> str:
        """Why what was written is none of the homes: it has ended, lies elsewhere, or is not."""
        self._looked_up += 1
        states = []
        if self._looked_up <= EXPLAINED:
            states = list(Placement.objects.filter(which).order_by("-period", "pk")[:50])
        today = periods.today()
        if any(today in state.period for state in states):
            state = next(state for state in states if today in state.period)
            said = {"written": written, "kind": state.get_kind_display()}
            if state.kind not in self._kinds:
                return _("“%(written)s” is a %(kind)s: such a list cannot stand there.") % said
            return _("“%(written)s” is not among the places whose list you bring in here.") % said
        if states:
            return self._afterwards(states[0], written)
        return _("There is no hamlet or office “%(written)s” here.") % {"written": written}

    def _afterwards(self, state: Placement, written: str) -> str:
        now = queries.placement_of(state.unit_id, periods.today())
        if now:
            said = {"written": written, "name": now.name}
            return _("“%(written)s” is called %(name)s today.") % said
        day = periods.last_day(state.period)
        said = {"written": written, "day": f"{day:%d/%m/%Y}" if day else "–"}
        followed = Succession.objects.filter(predecessor=state.unit_id).values("successor")
        after = Placement.objects.on(periods.today()).filter(unit__in=followed)
        successors = [one.name for one in after.order_by("name")]
        if not successors:
            return _("“%(written)s” ended, its last day was %(day)s.") % said
        said["after"] = ", ".join(successors)
        return _("“%(written)s” ended, its last day was %(day)s. It became: %(after)s.") % said
