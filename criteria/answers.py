"""Answers: what a unit says to each kind of rule, as stored in JSON and as typed by people.

An answer may be incomplete – it is saved field by field while somebody types – so each value may
be None. What is there must be possible: `parse_answer` refuses a share above one, a score off its
scale, part of a person.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Annotated, Any, Literal

from django.utils.translation import gettext as _
from pydantic import StringConstraints, ValidationError
from pydantic_core import ErrorDetails

from core.numbers import format_vi_number, parse_vi_number
from criteria.rules import (
    AllOfRule,
    AtLeastRule,
    AttestedRule,
    HoldsTitleRule,
    LeafRule,
    NumberRule,
    Quantity,
    Record,
    Rule,
    ScoreRule,
    ShareHoldingTitleRule,
    ShareRule,
)

#: PostgreSQL cannot keep the NUL character in JSON.
_WITHOUT_NUL = r"^[^\x00]*$"

Citation = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=300, pattern=_WITHOUT_NUL)
]


class AttestedAnswer(Record):
    """Yes, partly or no; the unit's own words stand beside every kind of answer, not in it."""

    value: Literal["yes", "partly", "no"] | None = None


class NumberAnswer(Record):
    """A number in the unit of measure of its rule."""

    value: Quantity | None = None


class ShareAnswer(Record):
    """Two numbers; the denominator counts only where the portal has no figure for it."""

    numerator: Quantity | None = None
    denominator: Quantity | None = None


class ScoreAnswer(Record):
    """Points on the scale of the rule."""

    points: Quantity | None = None


class ShareHoldingAnswer(Record):
    """A declared number of holders, which must name its decision to count."""

    numerator: Quantity | None = None
    denominator: Quantity | None = None
    decision: Citation = ""


class HoldsTitleAnswer(Record):
    """Nothing is asked: recognitions answer."""


Answer = (
    AttestedAnswer
    | NumberAnswer
    | ShareAnswer
    | ScoreAnswer
    | ShareHoldingAnswer
    | HoldsTitleAnswer
)

_ANSWER_TYPES: dict[type[LeafRule], type[Answer]] = {
    AttestedRule: AttestedAnswer,
    NumberRule: NumberAnswer,
    ShareRule: ShareAnswer,
    ScoreRule: ScoreAnswer,
    ShareHoldingTitleRule: ShareHoldingAnswer,
    HoldsTitleRule: HoldsTitleAnswer,
}

_NUMBER_FIELDS = frozenset({"numerator", "denominator", "points"})


class AnswerError(ValueError):
    """An answer that cannot be; `errors` has one translated sentence for each field."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        self.errors = dict(errors)
        super().__init__(" ".join(errors.values()))


def answer_type(rule: Rule) -> type[Answer]:
    """The shape of the answer to a rule; combining rules ask nothing (raises TypeError)."""
    if isinstance(rule, AllOfRule | AtLeastRule):
        raise TypeError(f"a criterion judged by {rule.kind} is not answered itself")
    return _ANSWER_TYPES[type(rule)]


def parse_answer(rule: Rule, data: Mapping[str, Any]) -> Answer:
    """Read an answer from its JSON object: decimals are strings like `1234.5`, None is open.

    Raises AnswerError with a translated sentence for each field that is impossible under the rule.
    """
    try:
        answer = answer_type(rule).model_validate(dict(data))
    except ValidationError as error:
        raise AnswerError(_sentences(error)) from None
    errors = _impossible(rule, answer)
    if errors:
        raise AnswerError(errors)
    return answer


def parse_typed_answer(rule: Rule, texts: Mapping[str, str]) -> Answer:
    """Read an answer as a person typed it: numbers the Vietnamese way, empty text is open.

    Raises AnswerError like `parse_answer`. All faults of reading are reported together.
    """
    data: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for name, text in texts.items():
        try:
            data[name] = _read(rule, name, text)
        except ValueError as error:
            errors[name] = str(error)
    if errors:
        raise AnswerError(errors)
    return parse_answer(rule, data)


def dump_answer(answer: Answer) -> dict[str, Any]:
    """The JSON object of an answer: decimals as strings, so that nothing is rounded."""
    return answer.model_dump(mode="json")


def is_number(rule: Rule, name: str) -> bool:
    """Whether a field of the answer to `rule` holds a number."""
    return name in _NUMBER_FIELDS or (name == "value" and isinstance(rule, NumberRule))


def _read(rule: Rule, name: str, text: str) -> Decimal | str | None:
    if is_number(rule, name):
        return parse_vi_number(text) if text.strip() else None
    if name == "value":
        return text or None
    return text


def _sentences(error: ValidationError) -> dict[str, str]:
    return {str(fault["loc"][0]): _sentence(fault) for fault in error.errors()}


def _sentence(fault: ErrorDetails) -> str:
    if fault["type"] == "string_too_long":
        limit = format_vi_number(fault["ctx"]["max_length"])
        return _("At most %(limit)s characters are possible.") % {"limit": limit}
    if fault["type"] in _SENTENCES:
        return _SENTENCES[fault["type"]]()
    return _("This value is not possible here.")


_SENTENCES: dict[str, Callable[[], str]] = {
    "greater_than_equal": lambda: _("A number below 0 is not possible here."),
    "decimal_max_digits": lambda: _("This number has too many digits."),
    "decimal_max_places": lambda: _("At most 4 digits are possible after the comma."),
    "decimal_whole_digits": lambda: _("This number has too many digits."),
    "decimal_parsing": lambda: _("Enter a number."),
    "not_a_number": lambda: _("Enter a number."),
    "finite_number": lambda: _("Enter a number."),
    "literal_error": lambda: _("Choose yes, partly or no."),
    "extra_forbidden": lambda: _("This criterion does not ask for that."),
}


def _impossible(rule: Rule, answer: Answer) -> dict[str, str]:
    """Sentences for values that have the right form, but cannot be under this rule."""
    match rule, answer:
        case NumberRule(whole=True), NumberAnswer(value=Decimal() as value) if value % 1:
            return {"value": _("A whole number is expected.")}
        case ScoreRule(), ScoreAnswer(points=Decimal() as points):
            return _off_scale(rule, points)
        case ShareRule(), ShareAnswer(numerator=numerator, denominator=denominator):
            return _above_whole(numerator, denominator)
        case ShareHoldingTitleRule(), ShareHoldingAnswer():
            return _impossible_holders(answer)
    return {}


def _off_scale(rule: ScoreRule, points: Decimal) -> dict[str, str]:
    if points > rule.max:
        text = _("At most %(max)s points are possible.") % {"max": format_vi_number(rule.max)}
        return {"points": text}
    if points % rule.step:
        text = _("Points go in steps of %(step)s.") % {"step": format_vi_number(rule.step)}
        return {"points": text}
    return {}


def _above_whole(numerator: Decimal | None, denominator: Decimal | None) -> dict[str, str]:
    if numerator is None or denominator is None or numerator <= denominator:
        return {}
    text = _("%(part)s is more than the total of %(whole)s.")
    return {
        "numerator": text
        % {"part": format_vi_number(numerator), "whole": format_vi_number(denominator)}
    }


def _impossible_holders(answer: ShareHoldingAnswer) -> dict[str, str]:
    errors = _above_whole(answer.numerator, answer.denominator)
    for name in ("numerator", "denominator"):
        value = getattr(answer, name)
        if value is not None and value % 1:
            errors[name] = _("A whole number is expected.")
    return errors
