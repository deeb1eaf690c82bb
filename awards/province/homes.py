"""Hamlets and organisations of the invented province, and who acts for them."""

import itertools
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from awards.demo_people import people
from awards.province import names, shares
from awards.province.stage import BASIS, REFORM, Commune, Year
from core import copying, periods
from units.models import Appointment, Placement, Unit, UnitKind


@dataclass(frozen=True)
class Hamlet:
    """A hamlet: in the commune of today, and in the one that it was before the reform.

    Attributes:
        head: key of the user who acts for it.
        number: counted through the province, by which it is decided what it keeps.
    """

    commune: Commune
    now: Placement
    before: Placement
    head: int
    households: int
    number: int

    @property
    def unit_id(self) -> int:
        """The key of the unit."""
        return self.now.unit_id

    def at(self, year: Year) -> Placement:
        """Its state when the decisions of a year were made."""
        return self.before if year.before_reform else self.now

    def above(self, year: Year) -> int:
        """The key of the commune that had it then."""
        above = self.at(year).located_in_id
        assert above is not None  # noqa: S101 -- as they are made here
        return above


def sizes(dice: random.Random, communes: int, households: int) -> list[list[int]]:
    """Of each commune the households of each hamlet: all together so many, a hamlet as large as
    hamlets are."""
    number = max(1, round(households / shares.HOUSEHOLDS_IN_A_HAMLET))
    weights = [dice.uniform(0.6, 1.4) for _hamlet in range(number)]
    ends = list(itertools.accumulate(weights))
    cuts = [0, *(round(households * end / ends[-1]) for end in ends)]
    each = [after - before for before, after in itertools.pairwise(cuts)]
    return [each[position::communes] for position in range(communes)]


def found(
    dice: random.Random, commune: Commune, households: Sequence[int], first: int
) -> list[Hamlet]:
    """Found the hamlets of a commune, each with a head (inside an act)."""
    called = _hamlet_names(dice, len(households))
    code = commune.place.code
    heads = people(
        {
            f"ap-{code}-{number}": name
            for number, name in enumerate(names.people(dice, len(households)), start=1)
        }
    )
    units = _units([UnitKind.HAMLET] * len(households))
    states = Placement.objects.bulk_create(
        itertools.chain.from_iterable(
            _states(unit, name, commune, number)
            for number, (unit, name) in enumerate(zip(units, called, strict=True))
        )
    )
    Appointment.objects.bulk_create(
        Appointment(
            user=head, role="hamlet_head", unit_id=unit, period=periods.between(REFORM, None)
        )
        for unit, head in zip(units, heads, strict=True)
    )
    return [
        Hamlet(commune, now, before, head.pk, size, number)
        for number, (before, now, head, size) in enumerate(
            zip(states[::2], states[1::2], heads, households, strict=True), start=first
        )
    ]


def _hamlet_names(dice: random.Random, number: int) -> list[str]:
    words = list(itertools.product(*shares.HAMLET_WORDS))
    return [f"Ấp {first} {second}" for first, second in dice.sample(words, number)]


def _units(kinds: Sequence[UnitKind]) -> list[int]:
    rows = copying.Copy(Unit, "id", "kind", "is_demo")
    keys = copying.reserve(Unit, len(kinds))
    rows.extend((key, kind.value, True) for key, kind in zip(keys, kinds, strict=True))
    rows.flush()
    return keys


def _states(unit: int, name: str, commune: Commune, number: int) -> Iterator[Placement]:
    """Before the reform in one of the communes that went over into this one, then in it."""
    before = commune.before[number % len(commune.before)]
    for place, period in (
        (before, periods.between(None, REFORM - periods.ONE_DAY)),
        (commune.place, periods.between(REFORM, None)),
    ):
        yield _state(unit, UnitKind.HAMLET, name, place, period)


def _state(
    unit: int, kind: UnitKind, name: str, place: Placement, period: periods.Period
) -> Placement:
    return Placement(
        unit_id=unit,
        kind=kind,
        name=name,
        located_in_id=place.unit_id,
        managed_by_id=place.unit_id,
        path=f"{place.path}{unit}/",
        period=period,
        provenance=BASIS,
    )


def organisations(commune: Commune) -> list[Placement]:
    """Found schools, offices and others of a commune (inside an act)."""
    short = commune.place.name
    since = periods.between(REFORM, None)
    units = _units([kind for kind, _name in shares.ORGANISATIONS])
    return Placement.objects.bulk_create(
        _state(unit, kind, name.format(place=short), commune.place, since)
        for unit, (kind, name) in zip(units, shares.ORGANISATIONS, strict=True)
    )
