"""Outcomes: how a criterion or a set was judged, with the trace that explains it.

An outcome is JSON through and through (`model_dump(mode="json")`, `model_validate`): it is frozen
when a result is confirmed and must be readable years later, without the records it was made from.
So a trace copies names, citations and days instead of pointing at them. `criteria.explain` turns
it into sentences.
"""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from criteria.rules import Band, Record


class Status(StrEnum):
    """MET and NOT_MET are verdicts; the others say what a verdict still waits for."""

    MET = "met"
    NOT_MET = "not_met"
    UNANSWERED = "unanswered"
    """The unit has not answered, or not completely."""
    NO_DATA = "no_data"
    """A figure or a list is missing (chưa có số liệu); never the same as 0 %."""
    INCONCLUSIVE = "inconclusive"
    """No source, contradictory figures, or a person has to judge (chưa thể kết luận)."""


VERDICTS = frozenset({Status.MET, Status.NOT_MET})


class Basis(StrEnum):
    """What the value of an outcome rests on."""

    COUNTED = "counted"
    """Counted from lists of recognitions (đếm từ danh sách)."""
    DECLARED = "declared"
    """Stated by the unit itself (số kê khai)."""
    JUDGED = "judged"
    """Judged by the person who reviews."""
    HELD = "held"
    """Read from the register of recognitions."""


Measure = Literal["number", "percent", "points"]


class RequiredAnswer(Record):
    """A yes is required; or partly, where the rule lets it suffice."""

    step: Literal["required_answer"] = "required_answer"
    partly_is_enough: bool


class RequiredLimit(Record):
    """A figure must be at least / at most a limit. `unit` is the unit of a plain number."""

    step: Literal["required_limit"] = "required_limit"
    compare: Literal["at_least", "at_most"]
    limit: Decimal
    measure: Measure
    unit: str = ""


class RequiredScale(Record):
    """A figure is placed on a scale of bands."""

    step: Literal["required_scale"] = "required_scale"
    bands: tuple[Band, ...]
    measure: Measure
    unit: str = ""


class RequiredTitle(Record):
    """A title, at `grade` or better, must be in force on a day."""

    step: Literal["required_title"] = "required_title"
    name: str
    grade: int | None
    day: date
    of: Literal["unit", "member"]


class RequiredCriteria(Record):
    """At least `n` of the named criteria must be met."""

    step: Literal["required_criteria"] = "required_criteria"
    n: int
    of: tuple[str, ...]


class RequiredTotal(Record):
    """The points must reach `limit`; `relaxed_from` is the ordinary total where the place's
    fact `fact`, by `document`, lowers it."""

    step: Literal["required_total"] = "required_total"
    limit: Decimal
    relaxed_from: Decimal | None = None
    fact: str = ""
    document: str = ""


class Answered(Record):
    """What the unit says of itself."""

    step: Literal["answered"] = "answered"
    value: Literal["yes", "partly", "no"]


class Judged(Record):
    """What the reviewing person decided."""

    step: Literal["judged"] = "judged"
    met: bool


class Measured(Record):
    """A number or points that the unit states."""

    step: Literal["measured"] = "measured"
    value: Decimal
    measure: Measure
    unit: str = ""
    out_of: Decimal | None = None


class Term(Record):
    """One of the two numbers of a quotient and where it comes from."""

    value: Decimal
    label: str
    source: Literal["list", "figure", "answer"]
    day: date | None = None
    document: str = ""


class Quotient(Record):
    """Numerator, denominator, and the percentage, rounded but never across a threshold."""

    step: Literal["quotient"] = "quotient"
    numerator: Term
    denominator: Term
    percent: Decimal


class Reached(Record):
    """The band of the scale that was reached; None below the lowest."""

    step: Literal["reached"] = "reached"
    band: Band | None


class Differs(Record):
    """The unit states another number than the one the portal used."""

    step: Literal["differs"] = "differs"
    what: Literal["numerator", "denominator"]
    used: Decimal
    declared: Decimal
    document: str = ""


class Gathered(Record):
    """What the parts of a place know of its holders: counted from lists, declared, or not at all.

    Where parts have a list and a figure, the list counts; `also_declared` is what these state, and
    `also_counted` what their lists give.
    """

    step: Literal["gathered"] = "gathered"
    name: str
    listed: int
    listed_places: int
    declared: Decimal
    declared_places: int
    missing: tuple[str, ...]
    also_declared: Decimal | None = None
    also_counted: int = 0


class TitleOnRecord(Record):
    """The recognition that decides, or comes closest, and how it stands on the required day."""

    step: Literal["title_on_record"] = "title_on_record"
    name: str
    grade: int | None
    decision: str
    valid_from: date
    valid_until: date | None
    confirmed: bool
    holder: str
    state: Literal["in_force", "expired", "not_yet"]


class NoTitle(Record):
    """The portal has no recognition with that title."""

    step: Literal["no_title"] = "no_title"
    name: str


class TitleRefused(Record):
    """A recognition that was rejected or revoked, where that is why the title is not held."""

    step: Literal["title_refused"] = "title_refused"
    name: str
    decision: str
    state: Literal["rejected", "revoked"]
    day: date


class Missing(Record):
    """What a verdict waits for; `name` says which figure or title."""

    step: Literal["missing"] = "missing"
    what: Literal[
        "answer",
        "numerator",
        "denominator",
        "decision",
        "figure",
        "holders",
        "grade",
        "judgement",
        "source",
    ]
    name: str = ""


class Contradiction(Record):
    """Two figures that cannot both be right, or a share of nothing."""

    step: Literal["contradiction"] = "contradiction"
    what: Literal["above_whole", "nothing_to_share"]
    numerator: Term
    denominator: Term


class Combined(Record):
    """How the combined criteria stand, by code; `waiting` are those without a verdict."""

    step: Literal["combined"] = "combined"
    met: tuple[str, ...]
    not_met: tuple[str, ...]
    waiting: tuple[str, ...]


class Total(Record):
    """Points gathered so far out of those possible, and the items that fail their own floor."""

    step: Literal["total"] = "total"
    points: Decimal
    out_of: Decimal
    still_possible: Decimal
    below_floor: tuple[str, ...]


class SourceDocument(Record):
    """The document and article that the criterion comes from."""

    step: Literal["source_document"] = "source_document"
    citation: str


Requirement = Annotated[
    RequiredAnswer
    | RequiredLimit
    | RequiredScale
    | RequiredTitle
    | RequiredCriteria
    | RequiredTotal,
    Field(discriminator="step"),
]
Finding = Annotated[
    Answered
    | Judged
    | Measured
    | Quotient
    | Reached
    | Differs
    | Gathered
    | TitleOnRecord
    | NoTitle
    | TitleRefused
    | Missing
    | Contradiction
    | Combined
    | Total
    | SourceDocument,
    Field(discriminator="step"),
]


class Outcome(Record):
    """One judged criterion, or a judged set.

    `value` is the number, or the percentage, that was held against `threshold`; `points` what it
    brings where the rule gives points; `trace` what was found, in the order of telling.
    `threshold` is None only where no source gives a rule.
    """

    status: Status
    threshold: Requirement | None
    trace: tuple[Finding, ...]
    basis: Basis | None = None
    value: Decimal | None = None
    points: Decimal | None = None


class GroupOutcome(Record):
    """How the criteria of one group stand: how many in each status, and their points."""

    group: str
    counts: dict[Status, int]
    points: Decimal
    max_points: Decimal


class SetOutcome(Record):
    """The outcome of a whole set: itself, each criterion by code, each group in order."""

    outcome: Outcome
    criteria: dict[str, Outcome]
    groups: tuple[GroupOutcome, ...]


#: Without a verdict, the obstacle that is hardest to remove is named: an open answer the unit
#: can give itself, a figure has to be found, a source or a judgement lies with others.
_HARDEST_FIRST = (Status.INCONCLUSIVE, Status.NO_DATA, Status.UNANSWERED)


def hardest(statuses: Iterable[Status]) -> Status:
    """The status that stands for several without a verdict. Raises ValueError if there is none."""
    return min(statuses, key=_HARDEST_FIRST.index)
