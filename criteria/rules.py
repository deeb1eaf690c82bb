"""Rule records: the small closed family of rules a criterion can be judged by (DESIGN §5).

A rule is data. It is written in the data files and in the database as a plain JSON object with a
`kind` and the parameters of that kind; nothing else is accepted, so that a misspelt parameter is
refused instead of ignored.

===================== ==========================================================================
kind                  parameters (`?` = optional)
===================== ==========================================================================
`attested`            `partly_is_enough?` (default false: "partly" waits for a person's judgement)
`number`              `unit`, `whole?`, and one of `at_least` / `at_most` / `bands`
`share`               `numerator`, `denominator` (labels), `denominator_indicator?`, and one of
                      `at_least` / `at_most` / `bands`, in percent
`holds_title`         `title`, `grade?` (minimum), `on?` (figures_day | decision_day),
                      `of?` (unit | member)
`share_holding_title` `title`, `unit_kind`, `denominator_indicator`, `grade?` (minimum), and one of
                      `at_least` / `at_most` / `bands`, in percent
`score`               `max`, `step?` (default 1), `floor?` (default 0)
`all_of`              `of`: codes of criteria of the same set
`at_least`            `n`, `of`: codes of criteria of the same set
===================== ==========================================================================

A band is `{min, label, level?, points?, met?}`; bands stand in ascending order of `min`.

The set as a whole has a rule too: `all_of` or `at_least` (an empty `of` means every top-level
criterion), or `score_total`: `total`, `relaxed?: {fact, total}`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    TypeAdapter,
    ValidationError,
    model_validator,
)
from pydantic_core import PydanticCustomError


def _refuse_bool(value: object) -> object:
    """Refuse true/false where a number is meant: Python would read them as 1 and 0."""
    if isinstance(value, bool):
        raise PydanticCustomError("not_a_number", "a number is expected, not true or false")
    return value


#: The size limits keep every product of two quantities exact in decimal arithmetic.
Quantity = Annotated[
    Decimal, BeforeValidator(_refuse_bool), Field(ge=0, max_digits=15, decimal_places=4)
]
PositiveCount = Annotated[int, BeforeValidator(_refuse_bool), Field(ge=1)]
Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
Label = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]
AnswerDay = Literal["figures_day", "decision_day"]


class Record(BaseModel):
    """An immutable record that refuses fields it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Band(Record):
    """One step of a scale: what a value of at least `min` reaches."""

    min: Quantity
    label: Label
    level: PositiveCount | None = None
    points: Quantity | None = None
    met: bool = True


class Graded(Record):
    """Parameters shared by the rules that hold a figure against a threshold or a scale."""

    at_least: Quantity | None = None
    at_most: Quantity | None = None
    bands: tuple[Band, ...] | None = None

    @model_validator(mode="after")
    def _has_one_measure(self) -> Self:
        given = [
            name for name in ("at_least", "at_most", "bands") if getattr(self, name) is not None
        ]
        if not given:
            raise ValueError("a threshold is needed: one of at_least, at_most or bands")
        if len(given) > 1:
            raise ValueError(f"only one threshold is possible, not {' and '.join(given)}")
        if self.bands is not None:
            _check_bands(self.bands)
        return self


class GradedShare(Graded):
    """The same in percent, so nothing above 100."""

    @model_validator(mode="after")
    def _is_percentage(self) -> Self:
        limits = [self.at_least, self.at_most, *(band.min for band in self.bands or ())]
        if any(limit is not None and limit > 100 for limit in limits):
            raise ValueError("a threshold of a share is in percent and cannot exceed 100")
        return self


def _check_bands(bands: Sequence[Band]) -> None:
    """Refuse a scale on which a higher value could be worth less."""
    if not bands:
        raise ValueError("bands must not be empty")
    for lower, upper in pairwise(bands):
        if upper.min <= lower.min:
            raise ValueError(f"bands must ascend: {upper.min} follows {lower.min}")
        if lower.met and not upper.met:
            raise ValueError(f"band {upper.label!r} cannot be not met above a band that is met")
        for name in ("points", "level"):
            below, above = getattr(lower, name), getattr(upper, name)
            if (below is None) != (above is None):
                raise ValueError(f"either every band has {name} or none has")
            if below is not None and above < below:
                raise ValueError(f"band {upper.label!r} has lower {name} than the one below it")
    if not bands[-1].met:
        raise ValueError("at least the highest band must be met")


class AttestedRule(Record):
    """Yes / partly / no, with words and evidence, judged by a person."""

    kind: Literal["attested"] = "attested"
    partly_is_enough: bool = False


class NumberRule(Graded):
    """A number with its unit, held against a threshold or bands."""

    kind: Literal["number"] = "number"
    unit: Label
    whole: bool = False


class ShareRule(GradedShare):
    """A quotient of two numbers in percent; the denominator may be a figure of the place."""

    kind: Literal["share"] = "share"
    numerator: Label
    denominator: Label
    denominator_indicator: Code | None = None


class HoldsTitleRule(Record):
    """The unit, or one of its members, holds a title at a grade (or better) on a day."""

    kind: Literal["holds_title"] = "holds_title"
    title: Code
    grade: PositiveCount | None = None
    on: AnswerDay = "figures_day"
    of: Literal["unit", "member"] = "unit"


class ShareHoldingTitleRule(GradedShare):
    """Among the units of a kind in the place, how many percent hold a title."""

    kind: Literal["share_holding_title"] = "share_holding_title"
    title: Code
    grade: PositiveCount | None = None
    unit_kind: Code
    denominator_indicator: Code


class ScoreRule(Record):
    """Points from 0 to `max` in steps of `step`; fewer than `floor` is not met."""

    kind: Literal["score"] = "score"
    max: Quantity = Field(gt=0)
    step: Quantity = Field(default=Decimal(1), gt=0)
    floor: Quantity = Decimal(0)

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        if self.floor > self.max:
            raise ValueError(f"floor {self.floor} is above max {self.max}")
        if self.max % self.step:
            raise ValueError(f"max {self.max} cannot be reached in steps of {self.step}")
        return self


class _Combining(Record):
    """Parameters shared by the rules that combine other criteria of the same set."""

    of: tuple[Code, ...] = ()

    @model_validator(mode="after")
    def _names_each_once(self) -> Self:
        if len(set(self.of)) < len(self.of):
            raise ValueError("of names a criterion twice")
        return self


class AllOfRule(_Combining):
    """Every one of the named criteria is met."""

    kind: Literal["all_of"] = "all_of"


class AtLeastRule(_Combining):
    """At least `n` of the named criteria are met."""

    kind: Literal["at_least"] = "at_least"
    n: PositiveCount

    @model_validator(mode="after")
    def _can_be_met(self) -> Self:
        if self.of and self.n > len(self.of):
            raise ValueError(f"n is {self.n}, but of names only {len(self.of)} criteria")
        return self


class Relaxation(Record):
    """A lower total where a dated fact of the place holds."""

    fact: Code
    total: Quantity


class ScoreTotalRule(Record):
    """The points of all items reach `total`, and no item lies below its own floor."""

    kind: Literal["score_total"] = "score_total"
    total: Quantity
    relaxed: Relaxation | None = None

    @model_validator(mode="after")
    def _relaxes_downwards(self) -> Self:
        if self.relaxed is not None and self.relaxed.total > self.total:
            raise ValueError(f"relaxed total {self.relaxed.total} is above total {self.total}")
        return self


LeafRule = (
    AttestedRule | NumberRule | ShareRule | HoldsTitleRule | ShareHoldingTitleRule | ScoreRule
)
CombiningRule = AllOfRule | AtLeastRule
Rule = LeafRule | CombiningRule
SetRule = CombiningRule | ScoreTotalRule

_RULES: TypeAdapter[Rule] = TypeAdapter(Annotated[Rule, Field(discriminator="kind")])
_SET_RULES: TypeAdapter[SetRule] = TypeAdapter(Annotated[SetRule, Field(discriminator="kind")])


def parse(data: Mapping[str, Any]) -> Rule:
    """Read the rule of one criterion from its JSON object.

    Raises ValueError with one readable sentence for each thing wrong: an unknown kind or
    parameter, a missing or contradictory threshold, a parameter out of range.
    """
    rule = _validated(_RULES, data)
    if isinstance(rule, AllOfRule | AtLeastRule) and not rule.of:
        raise ValueError(f"of: rule {rule.kind} of a criterion must name the criteria it combines")
    return rule


def parse_set(data: Mapping[str, Any]) -> SetRule:
    """Read the rule of a whole criteria set. Raises ValueError as `parse` does."""
    return _validated(_SET_RULES, data)


def dump(rule: Rule | SetRule) -> dict[str, Any]:
    """The JSON object of a rule: decimals as strings, so that nothing is rounded."""
    return rule.model_dump(mode="json", exclude_none=True)


_Checked = TypeVar("_Checked")


def _validated(adapter: TypeAdapter[_Checked], data: Mapping[str, Any]) -> _Checked:
    try:
        return adapter.validate_python(data)
    except ValidationError as error:
        raise ValueError("; ".join(_describe(error))) from None


def _describe(error: ValidationError) -> Iterator[str]:
    """One line for each fault pydantic found: `where: what is wrong`."""
    for fault in error.errors(include_url=False):
        if fault["type"] == "union_tag_invalid":
            context = fault["ctx"]
            yield f"kind: {context['tag']!r} is unknown, expected {context['expected_tags']}"
        elif fault["type"] == "union_tag_not_found":
            yield "kind: missing"
        else:
            where = ".".join(str(part) for part in fault["loc"][1:]) or "rule"
            yield f"{where}: {fault['msg'].removeprefix('Value error, ')}"


@dataclass(frozen=True, slots=True)
class CriterionSpec:
    """What the engine has to know of one criterion of a set.

    `rule` is None where no source gives it, and `sourced` is False where the criterion is known
    to exist but its text or its figure is not (chưa có nguồn); such a criterion may still ask
    something, but is never concluded.
    """

    code: str
    rule: Rule | None
    group: str = ""
    sourced: bool = True
    document: str = ""

    def __post_init__(self) -> None:
        if self.rule is None and self.sourced:
            raise ValueError(f"{self.code}: a criterion with a source needs a rule")


def children_of(rule: Rule | SetRule | None) -> tuple[str, ...]:
    """Codes of the criteria that a rule combines."""
    return rule.of if isinstance(rule, AllOfRule | AtLeastRule) else ()


def top_level(criteria: Sequence[CriterionSpec]) -> tuple[str, ...]:
    """Codes, in order, of the criteria that no other criterion combines."""
    combined = {code for criterion in criteria for code in children_of(criterion.rule)}
    return tuple(criterion.code for criterion in criteria if criterion.code not in combined)


def max_points(rule: Rule | None) -> Decimal | None:
    """The most points a criterion can bring, None where it brings none."""
    if isinstance(rule, ScoreRule):
        return rule.max
    if isinstance(rule, Graded) and rule.bands is not None:
        return rule.bands[-1].points
    return None


def items_of(set_rule: SetRule, criteria: Sequence[CriterionSpec]) -> tuple[str, ...]:
    """Codes of the criteria that the rule of the set looks at."""
    return children_of(set_rule) or top_level(criteria)


def check_set(set_rule: SetRule, criteria: Sequence[CriterionSpec]) -> None:
    """Refuse a set whose rules do not fit together.

    Raises ValueError: no criterion at all, a code used twice, a combined criterion that does not
    exist or that is combined in a circle, more criteria required than there are, or a total that
    cannot be reached or that counts criteria without points.
    """
    by_code = {criterion.code: criterion for criterion in criteria}
    if not criteria:
        raise ValueError("a criteria set needs at least one criterion")
    if len(by_code) < len(criteria):
        raise ValueError("two criteria of the set have the same code")
    for criterion in criteria:
        _check_children(criterion.code, children_of(criterion.rule), by_code)
    _check_no_circle(by_code)
    _check_children("the set", children_of(set_rule), by_code)
    items = [by_code[code] for code in items_of(set_rule, criteria)]
    if isinstance(set_rule, AtLeastRule) and set_rule.n > len(items):
        raise ValueError(f"the set requires {set_rule.n} criteria, but has only {len(items)}")
    if isinstance(set_rule, ScoreTotalRule):
        _check_total(set_rule, items)


def _check_children(
    parent: str, children: Sequence[str], by_code: Mapping[str, CriterionSpec]
) -> None:
    unknown = [code for code in children if code not in by_code]
    if unknown:
        raise ValueError(f"{parent} combines criteria not in the set: {', '.join(unknown)}")


def _check_no_circle(by_code: Mapping[str, CriterionSpec]) -> None:
    finished: set[str] = set()

    def visit(code: str, path: tuple[str, ...]) -> None:
        if code in path:
            raise ValueError(
                f"criteria combine each other in a circle: {' → '.join(path)} → {code}"
            )
        if code not in finished:
            for child in children_of(by_code[code].rule):
                visit(child, (*path, code))
            finished.add(code)

    for code in by_code:
        visit(code, ())


def _check_total(set_rule: ScoreTotalRule, items: Sequence[CriterionSpec]) -> None:
    without = [item.code for item in items if item.sourced and max_points(item.rule) is None]
    if without:
        raise ValueError(f"a total of points counts criteria without points: {', '.join(without)}")
    known = [points for item in items if (points := max_points(item.rule)) is not None]
    if len(known) == len(items) and sum(known) < set_rule.total:
        raise ValueError(f"total {set_rule.total} is above the {sum(known)} points there are")
