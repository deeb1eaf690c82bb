"""How far units are with what the plans for their territory promise."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from math import ceil
from typing import Any

from django.db.models import Case, When
from django.utils.translation import gettext as _

from campaign.models import Target
from campaign.queries import path_ids
from core import periods
from core.numbers import format_vi_number
from criteria.applicability import former_owners
from units import figures
from units.borders import TODAYS, Reading
from units.models import Measure, Placement, UnitKind

# Stated numbers by the key of the unit and of the kind of figure.
Numbers = Mapping[tuple[int, int], int]


@dataclass(frozen=True)
class Standing:
    """How a target stands in one unit, or in several together.

    Attributes:
        share: what is to be reached, in percent.
        counted, among: so many are there, of so many; None where nobody has stated it.
        missing: names of the figures that are not stated.
        places: how many units have stated what is needed, of how many.
    """

    share: Decimal
    counted: int | None
    among: int | None
    missing: tuple[str, ...] = ()
    places: tuple[int, int] = (1, 1)

    @property
    def goal(self) -> str:
        """What is to be reached, in percent, as it is written."""
        return format_vi_number(self.share)

    @property
    def fault(self) -> str:
        """Why the figures give no share although they are there; empty where they do."""
        if self.counted is None or self.among is None:
            return ""
        if self.among == 0:
            return _("It is a share of nothing: the whole is 0.")
        if self.counted > self.among:
            return _("More are counted than there are in all; one of the figures is wrong.")
        return ""

    @property
    def is_known(self) -> bool:
        """Whether there is a share."""
        return self.counted is not None and self.among is not None and not self.fault

    @property
    def exactly(self) -> Fraction | None:
        """The share that is reached, in percent, without rounding."""
        if not self.is_known:
            return None
        return Fraction(100 * (self.counted or 0), self.among or 1)

    @property
    def reached(self) -> Decimal | None:
        """The share that is reached, in percent, to a tenth."""
        return None if self.exactly is None else _tenth(self.exactly)

    @property
    def needed(self) -> int | None:
        """How many there have to be."""
        return ceil(Fraction(self.share) * (self.among or 0) / 100) if self.is_known else None

    @property
    def points(self) -> Decimal | None:
        """The distance, in percentage points to a tenth; 0 where it is reached."""
        if self.exactly is None:
            return None
        return _tenth(max(Fraction(self.share) - self.exactly, Fraction(0)))

    @property
    def wanting(self) -> int | None:
        """The distance, in how many are still wanting."""
        return None if self.needed is None else max(self.needed - (self.counted or 0), 0)

    def a_year(self, years: int) -> int | None:
        """How many it takes in each of `years`; None where there is none left, or nothing to do."""
        return ceil(self.wanting / years) if self.wanting and years > 0 else None


def _tenth(value: Fraction) -> Decimal:
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return exact.quantize(Decimal("0.1"), ROUND_HALF_UP)


def visible_to(
    user: Any, day: periods.Day, reading: Reading = TODAYS
) -> dict[Target, list[Placement]]:
    """The targets that concern a person: each with the communes of a day in the person's scope for
    which its document speaks, by their names (three queries). Each commune has `waits`, whether it
    is not assigned.

    A document speaks for the communes of its territory; where a reform has ended that, for those
    that followed them, and of a document without territory for all.

    Args:
        reading: the borders in which the communes of the day count.
    """
    targets = Target.objects.select_related("document", "source", "counted_kind", "among_kind")
    found = list(targets.order_by("document__order", "document", "order"))
    communes = _communes(user, day, reading)
    owners = {one.document.territory_id for one in found if one.document.territory_id}
    former = former_owners(communes, owners) if owners and communes else {}
    lain = {one.unit_id: {*path_ids(one.path), *former.get(one.unit_id, ())} for one in communes}
    spoken = {
        target: [
            one for one in communes if target.document.territory_id in (None, *lain[one.unit_id])
        ]
        for target in found
    }
    return {target: places for target, places in spoken.items() if places}


def _communes(user: Any, day: periods.Day, reading: Reading) -> Sequence[Placement]:
    reach = {"unit": "unit_id", "path": "path", "manager": "managed_by_id"}
    counted = reading.q(user, "figures.view", **reach)
    waits = Case(When(reading.waiting_q("unit_id"), then=True), default=False)
    there = Placement.objects.on(day).filter(counted, kind=UnitKind.COMMUNE)
    return list(there.annotate(waits=waits).order_by("name", "unit_id"))


def numbers(units: Collection[int], day: periods.Day) -> Numbers:
    """What is counted at each unit on a day, by the kind of figure (one query): the only place that
    knows where the numbers of targets come from."""
    stated = figures.on_day(units, day)
    return {key: figure.value for key, figure in stated.items() if figure.value is not None}


def standing_of(target: Target, unit_id: int, found: Numbers, share: Decimal) -> Standing:
    """How the target stands in one unit, which has to reach `share`."""
    kinds = [kind for kind in (target.counted_kind, target.among_kind) if kind]
    missing = tuple(kind.name for kind in kinds if (unit_id, kind.pk) not in found)
    if not kinds or missing:
        return Standing(share, None, None, missing, (0, 1))
    counted = found[unit_id, kinds[0].pk]
    # A fact is so of the unit or not: of units there is one.
    fact = kinds[0].measure == Measure.FACT
    return Standing(share, counted, 1 if fact else found[unit_id, kinds[-1].pk])


def together(share: Decimal, standings: Iterable[Standing]) -> Standing:
    """Several units as one, which have to reach `share` together; those whose figures are missing
    or cannot be are left out, and their number is told."""
    every = list(standings)
    known = [one for one in every if one.is_known]
    missing = dict.fromkeys(name for one in every for name in one.missing)
    places = len(known), len(every)
    if not known:
        return Standing(share, None, None, tuple(missing), places)
    counted = sum(one.counted or 0 for one in known)
    among = sum(one.among or 0 for one in known)
    return Standing(share, counted, among, tuple(missing), places)


@dataclass(frozen=True)
class Sum:
    """What the units have to reach together, by what each was allotted.

    Attributes:
        share: in percent of all that is counted among, to a tenth.
        needed: how many that are.
    """

    share: Decimal
    needed: int


def allotted_together(standings: Iterable[Standing]) -> Sum | None:
    """The sum of what units have to reach, of those with figures; None where none has any."""
    known = [one for one in standings if one.is_known]
    among = sum(one.among or 0 for one in known)
    if not among:
        return None
    needed = sum(one.needed or 0 for one in known)
    return Sum(_tenth(Fraction(100 * needed, among)), needed)


def years_left(target: Target, day: periods.Day) -> int:
    """How many ends of a year there are until the target's, this year's included; 0 where its year
    is over."""
    return max(target.year - day.year + 1, 0)
