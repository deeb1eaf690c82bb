"""How far units are with what the plans for their territory promise."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from math import ceil
from typing import Any

from django.db.models import Case, OuterRef, Subquery, When
from django.utils.translation import gettext as _

from campaign.models import Target
from campaign.queries import path_ids
from core import periods
from core.numbers import format_vi_number
from criteria import holders, ledger
from criteria.applicability import Located, former_owners
from criteria.facts import GatheredHolders
from criteria.models import Title
from units.borders import TODAYS, Reading
from units.models import Figure, FigureKind, Measure, Placement, UnitKind


@dataclass(frozen=True)
class Number:
    """How many of something a unit has.

    Attributes:
        value: None where it is not known.
        counted: whether the portal counted it, if only in part, from lists.
        stated: what the unit itself states of it, where the lists count.
        silent: names of its hamlets of which neither a list nor a figure is known.
    """

    value: int | None
    counted: bool = False
    stated: int | None = None
    silent: tuple[str, ...] = ()


# By the key of the unit and of the kind of figure.
Numbers = Mapping[tuple[int, int], Number]


@dataclass(frozen=True)
class Standing:
    """How a target stands in one unit, or in several together.

    Attributes:
        share: what is to be reached, in percent.
        counted, among: so many are there, of so many; None where nobody has stated it.
        missing: names of the figures that are not stated.
        places: how many units have stated what is needed, of how many.
        numerator: of one unit, where `counted` comes from.
    """

    share: Decimal
    counted: int | None
    among: int | None
    missing: tuple[str, ...] = ()
    places: tuple[int, int] = (1, 1)
    numerator: Number | None = None

    @property
    def differs(self) -> int | None:
        """What the unit itself states, where its lists give another number."""
        stated = self.numerator.stated if self.numerator else None
        return None if stated in (None, self.counted) else stated

    @property
    def is_counted(self) -> bool:
        """Whether the portal counted it, if only in part, from lists."""
        return self.numerator is not None and self.numerator.counted

    @property
    def silent(self) -> tuple[str, ...]:
        """Hamlets of which neither a list nor a figure is known, where that is why it is not known
        either."""
        return self.numerator.silent if self.numerator else ()

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
    kinds = Title.objects.filter(code=OuterRef("counted_kind__title_code")).values("subject_kinds")
    targets = Target.objects.select_related("document", "source", "counted_kind", "among_kind")
    targets = targets.annotate(holders=Subquery(kinds))
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


def numbers(found: Iterable[Target], places: Iterable[Located], day: periods.Day) -> Numbers:
    """What is counted at each unit on a day: the only place that knows where the numbers of targets
    come from (one query; three more, and one for each step by which units followed one another,
    where what is counted holds a title).

    Holders of a title are counted from the ledger, as for the shares that criteria ask for
    (decision 53): lists of hamlets, else what hamlets state; where some know nothing, what the unit
    itself states.
    """
    targets = list(found)
    paths = {one.unit_id: one.path for one in places}
    kinds = {one.pk: one for t in targets for one in (t.counted_kind, t.among_kind) if one}
    asked = {
        (target.counted_kind.title_code, kind)
        for target in targets
        if target.counted_kind and target.counted_kind.title_code
        for kind in getattr(target, "holders", None) or ()
    }
    nodes = _nodes(paths, day) if asked else []
    hamlets = [one for one in nodes if one.kind == UnitKind.HAMLET]
    units = {*paths, *(one.unit_id for one in hamlets)}
    stated = {
        (one.unit_id, one.kind_id): one.value or 0
        for one in Figure.objects.filter(unit__in=units, kind__in=kinds).on(day)
    }
    numbers = {
        (unit_id, kind_id): Number(stated[unit_id, kind_id])
        for unit_id in paths
        for kind_id in kinds
        if (unit_id, kind_id) in stated
    }
    if asked:
        gathered = _gathered(asked, paths, day, nodes, hamlets, kinds, stated)
        for kind in kinds.values():
            if kind.title_code:
                for unit_id in paths:
                    own = stated.get((unit_id, kind.pk))
                    of_title = [g for g in gathered[unit_id] if g.title == kind.title_code]
                    numbers[unit_id, kind.pk] = _holding(of_title, own)
    return numbers


def _nodes(paths: Mapping[int, str], day: periods.Day) -> list[Placement]:
    """Everything in the units on a day."""
    there = Placement.objects.on(day).filter(ledger.under(paths.values()))
    return list(there.only("unit_id", "path", "kind", "name").order_by("name", "pk"))


def _gathered(
    asked: Collection[tuple[str, str]],
    paths: Mapping[int, str],
    day: periods.Day,
    nodes: Collection[Placement],
    hamlets: Collection[Placement],
    kinds: Mapping[int, FigureKind],
    stated: Mapping[tuple[int, int], int],
) -> Mapping[int, tuple[GatheredHolders, ...]]:
    """Who holds the titles in each unit, by lists and by what hamlets state."""
    there = {one.unit_id: one.path for one in nodes}
    titles = {title for title, _kind in asked}
    lines = ledger.holders(list(paths.values()), day, titles=titles, there=there)
    declared = {
        (unit_id, kinds[kind_id].title_code): Decimal(value)
        for (unit_id, kind_id), value in stated.items()
        if unit_id not in paths and kinds[kind_id].title_code
    }
    return holders.of_paths(asked, paths, day, hamlets, lines, declared)


def _holding(gathered: Sequence[GatheredHolders], own: int | None) -> Number:
    """How many hold a title in a unit, which itself states `own`."""
    silent = tuple(dict.fromkeys(name for one in gathered for name in one.missing))
    if not any(one.is_known for one in gathered) or (silent and own is not None):
        return Number(own, silent=silent if own is None else ())
    counted = any(one.listed_places for one in gathered)
    if silent:
        return Number(None, counted, silent=silent)
    value = sum(one.listed(None) + int(one.declared) for one in gathered)
    return Number(value, counted, own)


def standing_of(target: Target, unit_id: int, found: Numbers, share: Decimal) -> Standing:
    """How the target stands in one unit, which has to reach `share`."""
    kinds = [kind for kind in (target.counted_kind, target.among_kind) if kind]
    known = [found.get((unit_id, kind.pk), Number(None)) for kind in kinds]
    missing = tuple(
        kind.name for kind, number in zip(kinds, known, strict=True) if number.value is None
    )
    if not kinds or missing:
        return Standing(share, None, None, missing, (0, 1), known[0] if known else None)
    # A fact is so of the unit or not: of units there is one.
    fact = kinds[0].measure == Measure.FACT
    return Standing(share, known[0].value, 1 if fact else known[-1].value, numerator=known[0])


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
