"""The households, clans and citizens of a hamlet: what they are, what they register for, hold and
say of themselves."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from awards.province import names, shares
from units.models import UnitKind

SINCE = "[2024-01-01,)"  # when the lists of members were begun


class Years(NamedTuple):
    """In which of the years somebody registers, and holds the title in the end."""

    registers: tuple[bool, ...]
    holds: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class Person:
    """A household, clan or citizen of a hamlet, as the dice had it.

    Attributes:
        household: of a citizen, the number of the household.
    """

    kind: UnitKind
    number: int
    name: str
    years: Years
    people: int | None = None
    household: int | None = None
    birth_year: int | None = None
    group: int | None = None


def of_hamlet(dice: random.Random, households: int) -> Iterator[list[Person]]:
    """The households, the citizens and the clans of a hamlet."""
    heads = names.people(dice, households)
    sizes = dice.choices(shares.PEOPLE_IN_A_HOUSEHOLD, k=households)
    yield [
        Person(UnitKind.HOUSEHOLD, number, name, people=size, years=_years(dice, shares.FAMILY))
        for number, (name, size) in enumerate(zip(heads, sizes, strict=True), start=1)
    ]
    yield _citizens(dice, heads)
    clans = round(households * shares.CLANS_IN_A_HUNDRED_HOUSEHOLDS / 100)
    yield [
        Person(
            UnitKind.CLAN,
            number,
            f"Họ {family}",
            people=dice.randint(20, 90),
            years=_years(dice, shares.CLAN),
        )
        for number, family in enumerate(names.families(dice, clans), start=1)
    ]


def _citizens(dice: random.Random, heads: Sequence[str]) -> list[Person]:
    """Those who register: the head of a household first."""
    found: list[Person] = []
    entered = dice.choices(shares.CITIZENS_OF_A_HOUSEHOLD, k=len(heads))
    others = iter(names.people(dice, sum(entered)))
    for household, (head, number) in enumerate(zip(heads, entered, strict=True), start=1):
        for one in range(number):
            name = next(others)
            found.append(
                Person(
                    UnitKind.CITIZEN,
                    len(found) + 1,
                    name if one else head,
                    years=_years(dice, shares.CITIZEN),
                    household=household,
                    birth_year=dice.randint(*shares.BIRTH_YEARS),
                    group=1 + int(dice.random() ** 2 * 4),
                )
            )
    return found


def _years(dice: random.Random, title: str) -> Years:
    keenness = dice.random() - shares.WAVERING / 2
    holds, registers = [], []
    for share in shares.HOLDING[title]:
        this_year = keenness + shares.WAVERING * dice.random()
        holds.append(this_year < share)
        registers.append(this_year < share + shares.REGISTERED_BESIDE)
    return Years(tuple(registers), tuple(holds))
