"""What the figures of a unit give to the judgement of its criteria, on the round's day.

Denominators and facts of the place are stated once, on the unit's page of figures, and read here;
a set whose rules read none costs no query.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from campaign.queries import path_ids
from core import periods
from criteria import rules
from criteria.facts import KnownFigure, PlaceFact
from units.models import Figure, FigureKind, Measure


@dataclass(frozen=True)
class UnitFigures:
    """The figures of a unit that hold on a day.

    Attributes:
        numbers: by code of the kind.
        holders: declared numbers of holders, by code of the title.
        place_facts: what is so of the unit or, nearest first, of a place it lies in.
        names: of all kinds, by code.
    """

    numbers: dict[str, KnownFigure] = field(default_factory=dict)
    holders: dict[str, KnownFigure] = field(default_factory=dict)
    place_facts: tuple[PlaceFact, ...] = ()
    names: dict[str, str] = field(default_factory=dict)


def read_by(set_rule: rules.SetRule, specs: tuple[rules.CriterionSpec, ...]) -> bool:
    """Whether any rule of a set reads a figure or a fact of the place."""
    relaxed = isinstance(set_rule, rules.ScoreTotalRule) and set_rule.relaxed is not None
    return relaxed or any(indicator_of(spec.rule) for spec in specs)


def indicator_of(rule: rules.Rule | None) -> str | None:
    """The code of the figure that is a rule's denominator."""
    if isinstance(rule, rules.ShareRule | rules.ShareHoldingTitleRule):
        return rule.denominator_indicator
    return None


def of_unit(unit_id: int, path: str, day: periods.Day) -> UnitFigures:
    """The figures of a unit and the facts of its places on a day (two queries).

    Args:
        path: where the unit lay, from the country down to itself.
    """
    return of_units({unit_id: path}, day)[unit_id]


def of_units(paths: Mapping[int, str], day: periods.Day) -> dict[int, UnitFigures]:
    """`of_unit` for many units, by their keys (two queries)."""
    nearest_first = {
        unit_id: list(dict.fromkeys([unit_id, *reversed(path_ids(path))]))
        for unit_id, path in paths.items()
    }
    everywhere = {key for keys in nearest_first.values() for key in keys}
    by_unit: defaultdict[int, list[Figure]] = defaultdict(list)
    for figure in Figure.objects.filter(unit__in=everywhere).on(day).select_related("kind"):
        by_unit[figure.unit_id].append(figure)
    names = dict(FigureKind.objects.values_list("code", "name"))
    return {
        unit_id: _figures_of(unit_id, [one for key in keys for one in by_unit[key]], keys, names)
        for unit_id, keys in nearest_first.items()
    }


def _figures_of(
    unit_id: int, found: list[Figure], nearest_first: list[int], names: dict[str, str]
) -> UnitFigures:
    own = [one for one in found if one.unit_id == unit_id and one.kind.measure == Measure.COUNT]
    return UnitFigures(
        numbers={one.kind.code: _known(one) for one in own},
        holders={one.kind.title_code: _known(one) for one in own if one.kind.title_code},
        place_facts=_place_facts(found, nearest_first),
        names=names,
    )


def _known(figure: Figure) -> KnownFigure:
    return KnownFigure(value=Decimal(figure.value or 0), day=figure.day, document=figure.paper)


def _place_facts(found: list[Figure], nearest_first: list[int]) -> tuple[PlaceFact, ...]:
    """Of each fact the nearest place that states it decides; a no of the hamlet goes before a yes
    of its commune."""
    facts = [one for one in found if one.kind.measure == Measure.FACT]
    facts.sort(key=lambda one: nearest_first.index(one.unit_id))
    nearest: dict[str, Figure] = {}
    for one in facts:
        nearest.setdefault(one.kind.code, one)
    return tuple(
        PlaceFact(
            code=code,
            name=one.kind.name,
            valid_from=one.day,
            valid_until=None,
            document=one.paper,
        )
        for code, one in nearest.items()
        if one.value
    )
