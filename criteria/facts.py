"""What the portal knows about a unit when its criteria are judged.

The caller gathers it once, in the borders of the round's day; the engine only reads it. Names are
given as they are to be shown (`“Cộng đồng học tập” cấp xã`) and are copied into each explanation,
so that a frozen result stays readable when titles are renamed later.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal


def in_force(valid_from: date | None, valid_until: date | None, day: date) -> bool:
    """Whether a period holds on a day; both ends belong to it, None is an open end."""
    return (valid_from is None or valid_from <= day) and (valid_until is None or day <= valid_until)


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldTitle:
    """A recognition of the unit itself, or of one of its members.

    `title` is the code, `decision` the citation as printed (`Quyết định số 12/QĐ-UBND ngày
    05/01/2026`). `valid_until` is the last day, also where the decision was revoked. `confirmed`
    is False while nobody but the unit itself vouches for it. `holder` names a member that is an
    organisation; citizens are not named here.
    """

    title: str
    grade: int | None
    decision: str
    valid_from: date
    valid_until: date | None
    confirmed: bool
    of: Literal["unit", "member"] = "unit"
    holder: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedTitle:
    """A recognition of the unit that was rejected or revoked: by which decision, on which day."""

    title: str
    decision: str
    state: Literal["rejected", "revoked"]
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownFigure:
    """A dated number of the place: its value, the day it is true of, the paper that states it."""

    value: Decimal
    day: date
    document: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HolderCount:
    """How many units of a kind the lists show as holding a title at one grade.

    A list that exists and is empty is a count of 0; no list at all is no HolderCount.
    """

    title: str
    unit_kind: str
    grade: int | None
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GatheredHolders:
    """Who holds a title in a place, put together from what the parts of it know.

    `counts` are those of lists by grade, of so many `listed_places`; `declared` is the sum of the
    figures of so many `declared_places`, which keep no list; `missing` are the places that have
    neither, by name. Where places have both, the list counts; `also_declared` is then what they
    state, and `also_counted` what their lists give.
    """

    title: str
    unit_kind: str
    counts: Mapping[int | None, int]
    listed_places: int
    declared: Decimal = Decimal()
    declared_places: int = 0
    missing: tuple[str, ...] = ()
    also_declared: Decimal | None = None
    also_counted: int = 0

    def listed(self, grade: int | None) -> int:
        """How many the lists show at `grade` or better; with None every holder."""
        return sum(count for held, count in self.counts.items() if reaches(held, grade))

    @property
    def is_known(self) -> bool:
        """Whether any part of the place knows anything."""
        return bool(self.listed_places or self.declared_places)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceFact:
    """A dated fact of the place, such as xã đặc biệt khó khăn, and the document that says so."""

    code: str
    name: str
    valid_from: date | None
    valid_until: date | None
    document: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Everything the engine may use beside the unit's own answers.

    `figures_day` is the day the round's figures are true of, `decision_day` the day of the
    decision, or the day of asking while there is none. `figures` is keyed by indicator code,
    `declared_holders` – how many hold a title, at whatever grade, by a figure of the place – and
    `title_names` and `indicator_names` by title and indicator code.
    """

    figures_day: date
    decision_day: date
    held_titles: tuple[HeldTitle, ...] = ()
    refused_titles: tuple[RefusedTitle, ...] = ()
    holder_counts: tuple[HolderCount, ...] = ()
    gathered: tuple[GatheredHolders, ...] = ()
    place_facts: tuple[PlaceFact, ...] = ()
    figures: Mapping[str, KnownFigure] = field(default_factory=dict)
    declared_holders: Mapping[str, KnownFigure] = field(default_factory=dict)
    title_names: Mapping[str, str] = field(default_factory=dict)
    indicator_names: Mapping[str, str] = field(default_factory=dict)

    def title_name(self, code: str) -> str:
        """The shown name of a title, its code where none was given."""
        return self.title_names.get(code, code)

    def indicator_name(self, code: str) -> str:
        """The shown name of an indicator, its code where none was given."""
        return self.indicator_names.get(code, code)

    def place_fact(self, code: str) -> PlaceFact | None:
        """The fact of the place that holds on the figures' day."""
        for fact in self.place_facts:
            if fact.code == code and in_force(fact.valid_from, fact.valid_until, self.figures_day):
                return fact
        return None

    def gathered_holders(self, title: str, unit_kind: str) -> GatheredHolders | None:
        """What lists and figures of the parts of the place know; None where they know nothing."""
        for one in self.gathered:
            if (one.title, one.unit_kind) == (title, unit_kind) and one.is_known:
                return one
        return None

    def count_holders(self, title: str, unit_kind: str, grade: int | None) -> int | None:
        """Holders of a title at `grade` or better according to the lists; None without a list.

        With `grade` None every holder counts; with a grade, holders of unknown grade do not.
        """
        lists = [
            counted
            for counted in self.holder_counts
            if (counted.title, counted.unit_kind) == (title, unit_kind)
        ]
        if not lists:
            return None
        return sum(counted.count for counted in lists if reaches(counted.grade, grade))


def reaches(grade: int | None, minimum: int | None) -> bool:
    """Whether a grade is known to be at least the minimum; no minimum is reached by any."""
    return minimum is None or (grade is not None and grade >= minimum)
