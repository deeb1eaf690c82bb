"""Answers are saved as they grow, and what cannot be is refused field by field."""

import json
from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation

from criteria import answer_texts
from criteria.answers import (
    Answer,
    AnswerError,
    AttestedAnswer,
    HoldsTitleAnswer,
    NumberAnswer,
    ScoreAnswer,
    ShareAnswer,
    ShareHoldingAnswer,
    answer_type,
    dump_answer,
    parse_answer,
    parse_typed_answer,
)
from criteria.rules import (
    AllOfRule,
    AttestedRule,
    HoldsTitleRule,
    NumberRule,
    Rule,
    ScoreRule,
    ShareHoldingTitleRule,
    ShareRule,
)

ATTESTED = AttestedRule()
NUMBER = NumberRule(unit="triệu đồng", at_least=Decimal(1))
WHOLE = NumberRule(unit="lớp", whole=True, at_least=Decimal(1))
SHARE = ShareRule(numerator="đạt", denominator="tổng số", at_least=Decimal(90))
SCORE = ScoreRule(max=Decimal(10), step=Decimal("0.5"))
HOLDERS = ShareHoldingTitleRule(
    title="gdht", unit_kind="household", denominator_indicator="so-ho", at_least=Decimal(70)
)
TITLE = HoldsTitleRule(title="cdht-xa")


@pytest.mark.parametrize(
    ("rule", "typed", "answer", "stored"),
    [
        (ATTESTED, {"value": "partly"}, AttestedAnswer(value="partly"), {"value": "partly"}),
        (ATTESTED, {"value": ""}, AttestedAnswer(), {"value": None}),
        (
            NUMBER,
            {"value": "1.234,5"},
            NumberAnswer(value=Decimal("1234.5")),
            {"value": "1234.5"},
        ),
        (NUMBER, {"value": "  "}, NumberAnswer(), {"value": None}),
        (WHOLE, {"value": "1.200"}, NumberAnswer(value=Decimal(1200)), {"value": "1200"}),
        (
            SHARE,
            {"numerator": "9", "denominator": ""},
            ShareAnswer(numerator=Decimal(9)),
            {"numerator": "9", "denominator": None},
        ),
        (SCORE, {"points": "7,5"}, ScoreAnswer(points=Decimal("7.5")), {"points": "7.5"}),
        (
            HOLDERS,
            {"numerator": "1.050", "denominator": "1.500", "decision": " Quyết định số 7 "},
            ShareHoldingAnswer(
                numerator=Decimal(1050), denominator=Decimal(1500), decision="Quyết định số 7"
            ),
            {"numerator": "1050", "denominator": "1500", "decision": "Quyết định số 7"},
        ),
        (TITLE, {}, HoldsTitleAnswer(), {}),
    ],
)
def test_what_is_typed_is_kept_exactly(
    rule: Rule, typed: dict[str, str], answer: Answer, stored: dict[str, Any]
) -> None:
    assert parse_typed_answer(rule, typed) == answer
    assert dump_answer(answer) == stored
    assert parse_answer(rule, json.loads(json.dumps(stored))) == answer


def test_nothing_typed_is_an_open_answer() -> None:
    assert [dump_answer(parse_answer(rule, {})) for rule in (ATTESTED, NUMBER, SHARE)] == [
        {"value": None},
        {"value": None},
        {"numerator": None, "denominator": None},
    ]


@pytest.mark.parametrize(
    ("rule", "data", "errors"),
    [
        (ATTESTED, {"value": "maybe"}, {"value": "Choose yes, partly or no."}),
        (HOLDERS, {"decision": "a\x00b"}, {"decision": "This value is not possible here."}),
        (HOLDERS, {"decision": 5}, {"decision": "This value is not possible here."}),
        (ATTESTED, {"points": 5}, {"points": "This criterion does not ask for that."}),
        (TITLE, {"value": "yes"}, {"value": "This criterion does not ask for that."}),
        (NUMBER, {"value": "-1"}, {"value": "A number below 0 is not possible here."}),
        (NUMBER, {"value": "1,5"}, {"value": "Enter a number."}),
        (NUMBER, {"value": True}, {"value": "Enter a number."}),
        (NUMBER, {"value": "Infinity"}, {"value": "Enter a number."}),
        (NUMBER, {"value": "1" * 16}, {"value": "This number has too many digits."}),
        (
            NUMBER,
            {"value": "0.00001"},
            {"value": "At most 4 digits are possible after the comma."},
        ),
        (WHOLE, {"value": "1.5"}, {"value": "A whole number is expected."}),
        (
            SHARE,
            {"numerator": "1001", "denominator": "1000"},
            {"numerator": "1.001 is more than the total of 1.000."},
        ),
        (
            SHARE,
            {"numerator": "-1", "denominator": "x"},
            {
                "numerator": "A number below 0 is not possible here.",
                "denominator": "Enter a number.",
            },
        ),
        (SCORE, {"points": "10.5"}, {"points": "At most 10 points are possible."}),
        (SCORE, {"points": "7.25"}, {"points": "Points go in steps of 0,5."}),
        (
            HOLDERS,
            {"numerator": "0.5", "denominator": "2.5"},
            {
                "numerator": "A whole number is expected.",
                "denominator": "A whole number is expected.",
            },
        ),
        (
            HOLDERS,
            {"numerator": "3", "denominator": "2"},
            {"numerator": "3 is more than the total of 2."},
        ),
        (
            HOLDERS,
            {"decision": "x" * 301},
            {"decision": "At most 300 characters are possible."},
        ),
    ],
)
def test_the_impossible_is_refused_field_by_field(
    rule: Rule, data: dict[str, Any], errors: dict[str, str]
) -> None:
    with translation.override("en"), pytest.raises(AnswerError) as refusal:
        parse_answer(rule, data)

    assert refusal.value.errors == errors
    assert str(refusal.value) == " ".join(errors.values())


def test_all_unreadable_numbers_are_told_together_in_vietnamese() -> None:
    with translation.override("vi"), pytest.raises(AnswerError) as refusal:
        parse_typed_answer(SHARE, {"numerator": "chín", "denominator": "1.5"})

    assert refusal.value.errors == {
        "numerator": "“chín” không phải là số. Hãy viết như 1.234,5.",
        "denominator": "“1.5”: hãy viết dấu phẩy trước phần thập phân, ví dụ 1.234,5.",
    }


def test_combining_rules_ask_nothing() -> None:
    with pytest.raises(TypeError, match="a criterion judged by all_of is not answered itself"):
        answer_type(AllOfRule(of=("a",)))


@pytest.mark.parametrize(
    ("rule", "value", "shown"),
    [
        (ATTESTED, {"value": "partly"}, ["Một phần"]),
        (HOLDERS, {"numerator": "3", "denominator": None, "decision": "no"}, ["3", "", "no"]),
    ],
)
def test_only_choices_are_put_into_words(
    rule: Rule, value: dict[str, Any], shown: list[str]
) -> None:
    with translation.override("vi"):
        assert [text for _label, text in answer_texts.shown(rule, value)] == shown
