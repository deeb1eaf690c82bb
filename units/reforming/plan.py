"""What a reform makes of the tree: which units end, are founded, change, and where each then lies.

Read once from its lines and from the states of its day; preview, checks and the carrying out ask
the same plan.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from django.db.models import Q
from django.utils.translation import gettext as _

from core import periods
from core.workflow import Refused
from units.models import Extent, Placement, Reform, ReformAct, ReformLine, ReformPart


@dataclass(frozen=True)
class After:
    """A unit as a reform leaves it.

    Attributes:
        unit_id: None of one that is founded, before the day.
        line: of the reform, that says so.
    """

    line: ReformLine
    unit_id: int | None
    kind: str
    name: str
    type_name: str
    code: str
    located_in: int | None
    managed_by: int | None


@dataclass
class Plan:
    """A reform with its lines and the states of the units that they name.

    Attributes:
        states: by the key of a unit, its states that last into the day of the reform or begin
            later, and those that ended on the day before; the earliest first.
    """

    reform: Reform
    lines: list[ReformLine]
    states: dict[int, list[Placement]] = field(default_factory=dict)

    @property
    def day(self) -> periods.Day:
        """The first day of what is after the reform."""
        return self.reform.effective_on

    @cached_property
    def parts(self) -> list[tuple[ReformLine, ReformPart]]:
        """Every unit that goes over, with the line into whose unit it does."""
        return [(line, part) for line in self.lines for part in line.parts.all()]

    @cached_property
    def ending(self) -> dict[int, list[ReformLine]]:
        """The units that end, each with the lines into whose unit it goes over (none: it just
        ends)."""
        found: dict[int, list[ReformLine]] = {
            line.unit_id: []
            for line in self.lines
            if line.act == ReformAct.END and line.unit_id is not None
        }
        for line, part in self.parts:
            found.setdefault(part.unit_id, []).append(line)
        return found

    @cached_property
    def whole(self) -> dict[int, ReformLine]:
        """The units that go over whole, each with the line into whose unit it does: what lies in
        them, is managed by them or at home in them follows."""
        return {part.unit_id: line for line, part in self.parts if part.extent == Extent.WHOLE}

    @property
    def divided(self) -> list[int]:
        """The units that go over in parts: what belongs to them waits for a person."""
        return list(dict.fromkeys(p.unit_id for _line, p in self.parts if p.extent == Extent.PART))

    def state(self, unit_id: int | None) -> Placement | None:
        """The state of a unit on the eve of the reform; None where it has none."""
        eve = self.day - periods.ONE_DAY
        return next((one for one in self.states.get(unit_id or 0, ()) if eve in one.period), None)

    def later(self, unit_id: int) -> Placement | None:
        """The first state of a unit that begins on the day of the reform or later."""
        for one in self.states.get(unit_id, ()):
            first = periods.first_day(one.period)
            if first and first >= self.day:
                return one
        return None

    def name_of(self, unit_id: int | None) -> str:
        """What a unit is called on the eve; a later name where it was not there yet."""
        state = self.state(unit_id)
        known = self.states.get(unit_id or 0) or ()
        return state.name if state else next((one.name for one in known), f"#{unit_id}")

    def after(self, line: ReformLine) -> After:
        """The unit of a line as the reform leaves it: what the line leaves open is as before, of a
        unit that is founded as in the first unit that goes over into it."""
        model = self.state(line.unit_id) or next(
            (self.state(part.unit_id) for part in line.parts.all()), None
        )
        before = self.state(line.unit_id)
        return After(
            line,
            line.unit_id,
            line.kind,
            line.name or (before.name if before else ""),
            line.type_name or (model.type_name if model else ""),
            line.code or (before.code if before else ""),
            line.located_in_id or (model.located_in_id if model else None),
            line.managed_by_id or (model.managed_by_id if model else None),
        )

    def founded(self) -> list[After]:
        """The units that the reform founds."""
        return [self.after(line) for line in self.lines if line.founds]

    def changed(self) -> list[tuple[Placement, After]]:
        """The units that go on in another state, each with its state before."""
        found = []
        for line in self.lines:
            before = self.state(line.unit_id)
            if line.founds or line.act == ReformAct.END or before is None:
                continue
            after = self.after(line)
            if differs(before, after):
                found.append((before, after))
        return found

    # Where everything then lies

    def path_of(self, unit_id: int) -> str:
        """The path of a unit after the reform. Raises Refused where it would lie in itself."""
        return self._path_of(unit_id, ())

    def _path_of(self, unit_id: int, asked: tuple[int, ...]) -> str:
        if unit_id in asked:
            raise Refused(_("%(name)s would lie in itself.") % {"name": self.name_of(unit_id)})
        if unit_id in self.whole and (into := self.whole[unit_id].unit_id):
            return self._path_of(into, (*asked, unit_id))
        if place := self.moved.get(unit_id):
            return f"{self._path_of(place, (*asked, unit_id))}{unit_id}/"
        state = self.state(unit_id)
        if state is None:
            raise Refused(_("%(name)s is not there.") % {"name": self.name_of(unit_id)})
        keys = [int(key) for key in state.path.strip("/").split("/")]
        for position in range(len(keys) - 2, -1, -1):
            above = keys[position]
            if above in self.whole or above in self.moved:
                rest = "".join(f"{key}/" for key in keys[position + 1 :])
                return f"{self._path_of(above, (*asked, unit_id))}{rest}"
        return state.path

    @cached_property
    def moved(self) -> dict[int, int]:
        """Where founded and moved units lie from then on."""
        found = {}
        for line in self.lines:
            if line.unit_id is None or line.act == ReformAct.END:
                continue
            after, before = self.after(line), self.state(line.unit_id)
            if after.located_in and (before is None or before.located_in_id != after.located_in):
                found[line.unit_id] = after.located_in
        return found

    def resolved(self, unit_id: int | None) -> int | None:
        """The unit that a place or managing body is from then on: what it went over into whole."""
        into = self.whole.get(unit_id or 0)
        return self.resolved(into.unit_id) if into else unit_id

    def leaving(self) -> list[str]:
        """Paths below which everything goes elsewhere, also into what is still to be founded."""
        states = map(self.state, (*self.whole, *self.moved))
        return [state.path for state in states if state]

    def roots(self) -> list[tuple[str, str]]:
        """Paths below which everything lies elsewhere from then on: the old one and the new."""
        found = []
        for unit_id in (*self.whole, *self.moved):
            state = self.state(unit_id)
            if state and (new := self.path_of(unit_id)) != state.path:
                found.append((state.path, new))
        return found


def differs(before: Placement, after: After) -> bool:
    """Whether a unit's state after a reform is another than before."""
    return (
        after.name != before.name
        or after.type_name != before.type_name
        or after.code != before.code
        or after.located_in != before.located_in_id
        or after.managed_by != before.managed_by_id
    )


def read(reform: Reform) -> Plan:
    """The plan of a reform (three queries)."""
    plan = Plan(reform, list(reform.lines.prefetch_related("parts")))
    plan.states = states_around(named(plan.lines), reform.effective_on)
    return plan


def named(lines: Iterable[ReformLine]) -> Iterator[int]:
    """The keys of every unit that lines speak of."""
    for line in lines:
        yield from (key for key in (line.unit_id, line.located_in_id, line.managed_by_id) if key)
        for part in line.parts.all():
            yield part.unit_id


def states_around(unit_ids: Iterable[int], day: periods.Day) -> dict[int, list[Placement]]:
    """The states of units, and of what they lie in and who manages them, from the eve of a day on,
    the earliest first (one query)."""
    since = Placement.objects.filter(period__overlap=periods.between(day - periods.ONE_DAY, None))
    own = since.filter(unit__in=set(unit_ids))
    rows = since.filter(
        Q(unit__in=own.values("unit"))
        | Q(unit__in=own.values("located_in"))
        | Q(unit__in=own.values("managed_by"))
    )
    found: dict[int, list[Placement]] = {}
    for one in rows.order_by("unit", "period"):
        found.setdefault(one.unit_id, []).append(one)
    return found
