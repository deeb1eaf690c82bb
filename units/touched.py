"""What a reform of units touches: every app that keeps records of units says which, and where they
are listed.

An app to the right declares with `declare`, when it starts; `counts` asks them all in one query.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db import models
from django.db.models import Count, F, QuerySet, Value
from django.urls import reverse

#: Of the key of a unit and its name the address of the list of its records.
Address = Callable[[int, str], str]


@dataclass(frozen=True)
class Touched:
    """Records of units.

    Attributes:
        label: what they are, in the plural.
        model: their model.
        unit: lookup of the key of the unit (of members: of their home) from such a record.
        address: of their list.
    """

    label: Any
    model: type[models.Model]
    unit: str
    address: Address


_kinds: list[Touched] = []


def declare(*kinds: Touched) -> None:
    """Make known what else is kept of units; an app calls it once, when it starts."""
    _kinds.extend(one for one in kinds if one not in _kinds)


def of_unit(route: str) -> Address:
    """A page that is addressed by the key of the unit."""
    return lambda unit_id, _name: reverse(route, args=[unit_id])


def by_name(route: str) -> Address:
    """A list that is searched by the name of the unit."""
    return lambda _unit_id, name: f"{reverse(route)}?{urlencode({'q': name})}"


def counts(units: QuerySet[Any]) -> list[tuple[Touched, Mapping[int, int]]]:
    """How many records of each kind there are, by the key of the unit (one query).

    Args:
        units: keys of the units that are asked for.
    """
    found: list[dict[int, int]] = [{} for _kind in _kinds]
    queries = [
        one.model._base_manager.filter(**{f"{one.unit}__in": units})
        .order_by()
        .annotate(of=Value(position), at=F(one.unit))
        .values_list("of", "at")
        .annotate(number=Count("pk"))
        for position, one in enumerate(_kinds)
    ]
    for position, unit_id, number in queries[0].union(*queries[1:], all=True):
        found[position][unit_id] = number
    return list(zip(_kinds, found, strict=True))
