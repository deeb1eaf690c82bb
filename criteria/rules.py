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

from django.utils import translation
from django.utils.translation import gettext_lazy as _
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

from core.numbers import format_vi_number


class RuleError(ValueError):
    """One thing wrong with a rule, or with rules that do not fit together.

    As a string it is English, for whoever writes plan files; `sentence` is for the reader.

    Attributes:
        field: the parameter that is wrong, `bands.2` where it is one of the bands; empty: no single
            one.
        code: of the criterion that is wrong, where one of a set is; empty: the set as a whole.
    """

    def __init__(self, message: Any, *, field: str = "", code: str = "", **values: Any) -> None:
        self._message, self._values = message, {"code": code, **values}
        self.field, self.code = field, code
        with translation.override("en"):
            super().__init__(str(message) % self._values)

    @property
    def sentence(self) -> str:
        """What is wrong in the reader's language, numbers as Vietnamese offices write them."""
        shown = {
            name: format_vi_number(value) if isinstance(value, Decimal) else value
            for name, value in self._values.items()
        }
        return str(self._message) % shown


class RuleRefused(ValueError):
    """A record that is no rule; `errors` are all the things wrong with it."""

    def __init__(self, lines: Sequence[str], errors: Sequence[RuleError]) -> None:
        super().__init__("; ".join(lines))
        self.errors = tuple(errors)


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
            raise RuleError(
                _("a threshold is needed: one of at_least, at_most or bands"), field="measure"
            )
        if len(given) > 1:
            raise RuleError(
                _("only one threshold is possible, not %(given)s"),
                field="measure",
                given=" and ".join(given),
            )
        if self.bands is not None:
            _check_bands(self.bands)
        return self


class GradedShare(Graded):
    """The same in percent, so nothing above 100."""

    @model_validator(mode="after")
    def _is_percentage(self) -> Self:
        limits = {"limit": self.at_least or self.at_most}
        limits |= {f"bands.{place}": band.min for place, band in enumerate(self.bands or ())}
        for field, limit in limits.items():
            if limit is not None and limit > 100:
                raise RuleError(
                    _("a threshold of a share is in percent and cannot exceed 100"), field=field
                )
        return self


def _check_bands(bands: Sequence[Band]) -> None:
    """Refuse a scale on which a higher value could be worth less."""
    if not bands:
        raise RuleError(_("bands must not be empty"), field="measure")
    for place, (lower, upper) in enumerate(pairwise(bands), 1):
        _check_step(lower, upper, f"bands.{place}")
    if not bands[-1].met:
        raise RuleError(_("at least the highest band must be met"), field=f"bands.{len(bands) - 1}")


def _check_step(lower: Band, upper: Band, field: str) -> None:
    """Refuse a band that does not follow the one below it."""
    if upper.min <= lower.min:
        raise RuleError(
            _("bands must ascend: %(upper)s follows %(lower)s"),
            field=field,
            upper=upper.min,
            lower=lower.min,
        )
    if lower.met and not upper.met:
        raise RuleError(
            _("band '%(label)s' cannot be not met above a band that is met"),
            field=field,
            label=upper.label,
        )
    for name, uneven, lesser in (
        (
            "points",
            _("either every band has points or none has"),
            _("band '%(label)s' has lower points than the one below it"),
        ),
        (
            "level",
            _("either every band has level or none has"),
            _("band '%(label)s' has lower level than the one below it"),
        ),
    ):
        below, above = getattr(lower, name), getattr(upper, name)
        if (below is None) != (above is None):
            raise RuleError(uneven, field=field)
        if below is not None and above < below:
            raise RuleError(lesser, field=field, label=upper.label)


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
            raise RuleError(
                _("floor %(floor)s is above max %(max)s"),
                field="floor",
                floor=self.floor,
                max=self.max,
            )
        if self.max % self.step:
            raise RuleError(
                _("max %(max)s cannot be reached in steps of %(step)s"),
                field="step",
                max=self.max,
                step=self.step,
            )
        return self


class _Combining(Record):
    """Parameters shared by the rules that combine other criteria of the same set."""

    of: tuple[Code, ...] = ()

    @model_validator(mode="after")
    def _names_each_once(self) -> Self:
        if len(set(self.of)) < len(self.of):
            raise RuleError(_("of names a criterion twice"), field="of")
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
            raise RuleError(
                _("n is %(n)s, but of names only %(named)s criteria"),
                field="n",
                n=self.n,
                named=len(self.of),
            )
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
            raise RuleError(
                _("relaxed total %(relaxed)s is above total %(total)s"),
                field="relaxed_total",
                relaxed=self.relaxed.total,
                total=self.total,
            )
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

    Raises RuleRefused, a ValueError with one readable sentence for each thing wrong: an unknown
    kind or parameter, a missing or contradictory threshold, a parameter out of range.
    """
    rule = _validated(_RULES, data)
    if isinstance(rule, AllOfRule | AtLeastRule) and not rule.of:
        error = RuleError(
            _("rule %(kind)s of a criterion must name the criteria it combines"),
            field="of",
            kind=rule.kind,
        )
        raise RuleRefused([f"of: {error}"], [error])
    return rule


def parse_set(data: Mapping[str, Any]) -> SetRule:
    """Read the rule of a whole criteria set. Raises RuleRefused as `parse` does."""
    return _validated(_SET_RULES, data)


def dump(rule: Rule | SetRule) -> dict[str, Any]:
    """The JSON object of a rule: decimals as strings, so that nothing is rounded."""
    return rule.model_dump(mode="json", exclude_none=True)


_Checked = TypeVar("_Checked")


def _validated(adapter: TypeAdapter[_Checked], data: Mapping[str, Any]) -> _Checked:
    try:
        return adapter.validate_python(data)
    except ValidationError as error:
        raise RuleRefused(list(_describe(error)), list(_errors(error))) from None


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


def _errors(error: ValidationError) -> Iterator[RuleError]:
    """What is wrong, each at its parameter; what is not a sentence of ours keeps pydantic's."""
    for fault in error.errors(include_url=False):
        said = fault.get("ctx", {}).get("error")
        if isinstance(said, RuleError):
            yield said
        else:
            field = "_".join(str(part) for part in fault["loc"][1:])
            yield RuleError("%(said)s", field=field, said=fault["msg"])


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
            raise RuleError(
                _("%(code)s: a criterion with a source needs a rule"),
                code=self.code,
            )


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

    Raises RuleError, the first of `errors_of_set`.
    """
    for error in errors_of_set(set_rule, criteria):
        raise error


def errors_of_set(set_rule: SetRule, criteria: Sequence[CriterionSpec]) -> Iterator[RuleError]:
    """What keeps the rules of a set from fitting together.

    No criterion at all, a code used twice, a combined criterion that does not exist or that is
    combined in a circle, more criteria required than there are, or a total that cannot be reached
    or that counts criteria without points.
    """
    by_code = {criterion.code: criterion for criterion in criteria}
    if not criteria:
        yield RuleError(_("a criteria set needs at least one criterion"))
        return
    if len(by_code) < len(criteria):
        yield RuleError(_("two criteria of the set have the same code"))
        return
    wrong = [*_unknown_children(set_rule, criteria, by_code), *_circles(by_code)]
    if wrong:
        yield from wrong
        return
    items = [by_code[code] for code in items_of(set_rule, criteria)]
    if isinstance(set_rule, AtLeastRule) and set_rule.n > len(items):
        yield RuleError(
            _("the set requires %(n)s criteria, but has only %(there)s"),
            n=set_rule.n,
            there=len(items),
        )
    if isinstance(set_rule, ScoreTotalRule):
        yield from _errors_of_total(set_rule, items)


def _unknown_children(
    set_rule: SetRule, criteria: Sequence[CriterionSpec], by_code: Mapping[str, CriterionSpec]
) -> Iterator[RuleError]:
    for criterion in criteria:
        if unknown := _unknown(children_of(criterion.rule), by_code):
            yield RuleError(
                _("%(code)s combines criteria not in the set: %(unknown)s"),
                code=criterion.code,
                unknown=unknown,
            )
    if unknown := _unknown(children_of(set_rule), by_code):
        yield RuleError(_("the set combines criteria not in the set: %(unknown)s"), unknown=unknown)


def _unknown(children: Sequence[str], by_code: Mapping[str, CriterionSpec]) -> str:
    return ", ".join(code for code in children if code not in by_code)


def _circles(by_code: Mapping[str, CriterionSpec]) -> Iterator[RuleError]:
    """Criteria that reach themselves; a circle is named once, from where it is first entered."""
    finished: set[str] = set()

    def visit(code: str, path: tuple[str, ...]) -> Iterator[RuleError]:
        if code in path:
            yield RuleError(
                _("criteria combine each other in a circle: %(circle)s"),
                code=code,
                circle=" → ".join((*path[path.index(code) :], code)),
            )
        elif code not in finished:
            for child in children_of(by_code[code].rule):
                if child in by_code:
                    yield from visit(child, (*path, code))
            finished.add(code)

    for code in by_code:
        yield from visit(code, ())


def _errors_of_total(
    set_rule: ScoreTotalRule, items: Sequence[CriterionSpec]
) -> Iterator[RuleError]:
    without = [item.code for item in items if item.sourced and max_points(item.rule) is None]
    if without:
        yield RuleError(
            _("a total of points counts criteria without points: %(codes)s"),
            codes=", ".join(without),
        )
        return
    known = [points for item in items if (points := max_points(item.rule)) is not None]
    if len(known) == len(items) and sum(known) < set_rule.total:
        yield RuleError(
            _("total %(total)s is above the %(points)s points there are"),
            total=set_rule.total,
            points=Decimal(sum(known)),
        )
