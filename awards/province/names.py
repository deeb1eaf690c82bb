"""Invented names, as common as they are.

Family names are weighed by Lê Trung Hoa, *Họ và tên người Việt Nam* (2005), in thousandths, as
public pages quote it; Hoàng/Huỳnh and Vũ/Võ are split for the South, and family names of the Khmer
and others of the province are added with a plain five each. For middle and given names no source
with frequencies is at hand: they stand in an assumed order, the weight falling with the rank.
"""

import csv
import itertools
import random
from functools import cache
from pathlib import Path
from typing import NamedTuple

FILE = Path(__file__).with_name("names.csv")


class _Pool(NamedTuple):
    names: list[str]
    up_to: list[int]

    def draw(self, dice: random.Random, number: int) -> list[str]:
        return dice.choices(self.names, cum_weights=self.up_to, k=number)


@cache
def _pools() -> dict[str, _Pool]:
    with FILE.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    return {
        part: _Pool([one["name"] for one in rows_], list(itertools.accumulate(weights)))
        for part, rows_ in _by_part(rows).items()
        for weights in [[int(one["weight"]) for one in rows_]]
    }


def _by_part(rows: list[dict[str, str]]) -> dict[str, list[dict[str, str]]]:
    parts: dict[str, list[dict[str, str]]] = {}
    for row in rows:
        parts.setdefault(row["part"], []).append(row)
    return parts


def families(dice: random.Random, number: int) -> list[str]:
    """So many family names."""
    return _pools()["family"].draw(dice, number)


def people(dice: random.Random, number: int) -> list[str]:
    """So many full names, of women and men in turn."""
    pools = _pools()
    half = (number + 1) // 2
    middles = [pools[f"middle-{sex}"].draw(dice, half) for sex in ("woman", "man")]
    givens = [pools[f"given-{sex}"].draw(dice, half) for sex in ("woman", "man")]
    rest = zip(
        itertools.chain.from_iterable(zip(*middles, strict=True)),
        itertools.chain.from_iterable(zip(*givens, strict=True)),
        strict=True,
    )
    return [
        f"{family} {middle} {given}"
        for family, (middle, given) in zip(families(dice, number), rest, strict=False)
    ]
