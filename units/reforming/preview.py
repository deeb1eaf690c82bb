"""What a reform will do, before it does: what ends, begins, changes and moves along, what waits for
a person, and how much of every kind of record it touches."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, Value
from django.urls import reverse

from core import periods
from units import touched
from units.late_acts import LateKind
from units.models import Member, Placement, Reform, ReformAct, UnitKind
from units.reforming import late
from units.reforming.permissions import plan_of
from units.reforming.plan import After, Plan


@dataclass(frozen=True)
class Named:
    """A unit with its address; empty of one that is to be founded."""

    name: str
    url: str = ""


@dataclass(frozen=True)
class Act:
    """One thing that a reform does.

    Attributes:
        line_id: of the line that says it; of a division the first; 0 of what is only recorded.
        act: which, as `ReformAct`.
        before: the units that go over, or the one that changes or ends.
        after: what is there afterwards.
        details: what changes, as (name, before, after).
        default: of a division the successor that is proposed for what cannot be divided.
    """

    line_id: int
    act: str
    before: list[Named]
    after: list[Named]
    details: list[tuple[Any, str, str]]
    default: str = ""

    @property
    def label(self) -> Any:
        """The act in words."""
        return ReformAct(self.act).label


@dataclass(frozen=True)
class Kept:
    """Records of a kind that a reform touches, by the unit in which they stand.

    Attributes:
        rows: name of each touched unit, how many, and where they are listed.
    """

    label: Any
    number: int
    rows: list[tuple[str, int, str]]


Counted = list[tuple[UnitKind, int]]


@dataclass(frozen=True)
class Preview:
    """What a reform will do.

    Attributes:
        moves, members: units and members, by kind, that follow what they lie in or belong to.
        waiting: those that wait for a person, because what they belong to is divided.
        kept: records that it touches.
        late: acts of each kind that are dated between already, of one that is recorded late.
    """

    ends: list[Named]
    founds: list[Named]
    changes: list[Named]
    moves: Counted
    members: Counted
    waiting: Counted
    kept: list[Kept]
    late: list[tuple[LateKind, int]]


def _named(place: Placement) -> Named:
    return Named(place.name, reverse("units:detail", args=[place.unit_id]))


def acts(plan: Plan) -> list[Act]:
    """What a reform says, act by act (no query)."""
    found: list[Act] = []
    divided: set[int] = set()
    for line in plan.lines:
        if line.act == ReformAct.DIVIDE:
            part = line.parts.all()[0]
            if part.unit_id not in divided:
                divided.add(part.unit_id)
                found.append(_division(plan, part.unit_id))
            continue
        own = plan.state(line.unit_id)
        before = [plan.state(part.unit_id) for part in line.parts.all()]
        if not line.founds and line.act != ReformAct.MERGE:
            before = [own]
        after = plan.after(line)
        found.append(
            Act(
                line.pk,
                line.act,
                [_named(one) for one in before if one],
                [] if line.act == ReformAct.END else [_result(plan, after)],
                _details(plan, own, after),
            )
        )
    return found


def recorded(plan: Plan) -> list[dict[str, Any]]:
    """What a reform says, in words, for its record."""
    return [
        {
            "act": one.act,
            "before": [named.name for named in one.before],
            "after": [named.name for named in one.after],
        }
        for one in acts(plan)
    ]


def acts_of(reform: Reform) -> list[Act]:
    """What a reform says, or said where it is over."""
    if not reform.record:
        return acts(plan_of(reform))
    return [
        Act(0, one["act"], list(map(Named, one["before"])), list(map(Named, one["after"])), [])
        for one in reform.record
    ]


def _division(plan: Plan, unit_id: int) -> Act:
    lines = plan.ending[unit_id]
    defaults = [
        plan.after(line).name
        for line in lines
        for part in line.parts.all()
        if part.unit_id == unit_id and part.is_default
    ]
    state = plan.state(unit_id)
    return Act(
        lines[0].pk,
        ReformAct.DIVIDE,
        [_named(state)] if state else [],
        [_result(plan, plan.after(line)) for line in lines],
        [],
        "".join(defaults),
    )


def _result(plan: Plan, after: After) -> Named:
    url = reverse("units:detail", args=[after.unit_id]) if after.unit_id else ""
    return Named(after.name or plan.name_of(after.unit_id), url)


def _details(plan: Plan, before: Placement | None, after: After) -> list[tuple[Any, str, str]]:
    """The fields that change, each with both values; of what is founded where it will lie."""
    field = Placement._meta.get_field

    def name(unit_id: int | None) -> str:
        return plan.name_of(unit_id) if unit_id else ""

    if after.line.act == ReformAct.END:
        return []
    values = [
        ("name", before.name if before else "", after.name),
        ("type_name", before.type_name if before else "", after.type_name),
        ("code", before.code if before else "", after.code),
        ("located_in", name(before.located_in_id if before else None), name(after.located_in)),
        ("managed_by", name(before.managed_by_id if before else None), name(after.managed_by)),
    ]
    return [
        (getattr(field(key), "verbose_name", key), old, new)
        for key, old, new in values
        if old != new and (before or key != "name")
    ]


def preview(reform: Reform) -> Preview:
    """What a reform will do (three queries beyond its plan; of one that is recorded late one more
    for each five kinds of acts)."""
    plan = plan_of(reform)
    ending = [state for state in map(plan.state, plan.ending) if state]
    changed = plan.changed()
    moves, members, waiting = _followers(plan)
    return Preview(
        ends=[_named(one) for one in ending],
        founds=[Named(one.name) for one in plan.founded()],
        changes=[_named(before) for before, _after in changed],
        moves=moves,
        members=members,
        waiting=waiting,
        kept=_kept([*ending, *(before for before, _after in changed)], plan.day),
        late=late.ahead(plan),
    )


def _under(paths: Iterable[str]) -> Q:
    found = Q(pk__in=())
    for path in paths:
        found |= Q(path__startswith=path)
    return found


def _followers(plan: Plan) -> tuple[Counted, Counted, Counted]:
    """Which units and members follow, and which wait for a person, by kind (one query)."""
    states, members = Placement.objects.on(plan.day), Member.objects.on(plan.day)
    heads = [*plan.ending, *(before.unit_id for before, _after in plan.changed())]
    moving = _under(plan.leaving())
    rows = (
        states.filter(moving).exclude(unit__in=heads),
        members.filter(home__in=plan.whole),
        states.filter(located_in__in=plan.divided).exclude(unit__in=heads),
        members.filter(home__in=plan.divided),
    )
    first, *others = (
        found.order_by()
        .annotate(of=Value(position))
        .values_list("of", "kind")
        .annotate(number=Count("pk"))
        for position, found in enumerate(rows)
    )
    numbers = {(of, kind): number for of, kind, number in first.union(*others, all=True)}

    def counted(*positions: int) -> Counted:
        sums = [(kind, sum(numbers.get((of, kind), 0) for of in positions)) for kind in UnitKind]
        return [(kind, number) for kind, number in sums if number]

    return counted(0), counted(1), counted(2, 3)


def _kept(roots: list[Placement], day: periods.Day) -> list[Kept]:
    """The records of the units of a reform and of all that lies in them, by those units."""
    if not roots:
        return []
    roots = sorted(roots, key=lambda one: -len(one.path))
    under = Placement.objects.filter(_under(one.path for one in roots))
    paths = dict(under.on(day).values_list("unit", "path"))
    found = []
    for kind, counted in touched.counts(under.values("unit")):
        numbers = _by_root(roots, paths, counted)
        if numbers:
            rows = [
                (one.name, numbers[one.unit_id], kind.address(one.unit_id, one.name))
                for one in roots
                if one.unit_id in numbers
            ]
            found.append(Kept(kind.label, sum(numbers.values()), rows))
    return found


def _by_root(
    roots: list[Placement], paths: Mapping[int, str], counted: Mapping[int, int]
) -> Counter[int]:
    """The numbers of each unit given to the nearest unit of the reform above it."""
    numbers: Counter[int] = Counter()
    for unit_id, number in counted.items():
        path = paths.get(unit_id, "")
        root = next((one for one in roots if path.startswith(one.path)), roots[-1])
        numbers[root.unit_id] += number
    return numbers
