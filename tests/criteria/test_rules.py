"""A rule record is accepted whole or refused with a sentence that says why."""

import re
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from criteria.rules import (
    AllOfRule,
    AtLeastRule,
    AttestedRule,
    Band,
    CriterionSpec,
    HoldsTitleRule,
    NumberRule,
    Relaxation,
    Rule,
    ScoreRule,
    ScoreTotalRule,
    SetRule,
    ShareHoldingTitleRule,
    ShareRule,
    check_set,
    dump,
    max_points,
    parse,
    parse_set,
    top_level,
)

GRADES = (
    Band(min=Decimal(70), label="Khá", level=1),
    Band(min=Decimal(90), label="Tốt", level=2),
)

RULES: list[tuple[dict[str, Any], Rule]] = [
    ({"kind": "attested"}, AttestedRule()),
    ({"kind": "attested", "partly_is_enough": True}, AttestedRule(partly_is_enough=True)),
    (
        {"kind": "number", "unit": "sáng kiến", "whole": True, "at_least": 2},
        NumberRule(unit="sáng kiến", whole=True, at_least=Decimal(2)),
    ),
    (
        {"kind": "number", "unit": "đơn thư", "at_most": "0"},
        NumberRule(unit="đơn thư", at_most=Decimal(0)),
    ),
    (
        {
            "kind": "share",
            "numerator": "thành viên hoàn thành chương trình học tập",
            "denominator": "thành viên",
            "denominator_indicator": "thanh-vien",
            "bands": [
                {"min": 70, "label": "Khá", "level": 1},
                {"min": 90, "label": "Tốt", "level": 2},
            ],
        },
        ShareRule(
            numerator="thành viên hoàn thành chương trình học tập",
            denominator="thành viên",
            denominator_indicator="thanh-vien",
            bands=GRADES,
        ),
    ),
    (
        {"kind": "holds_title", "title": "cong-dong-hoc-tap-xa"},
        HoldsTitleRule(title="cong-dong-hoc-tap-xa"),
    ),
    (
        {
            "kind": "holds_title",
            "title": "don-vi-hoc-tap",
            "grade": 2,
            "on": "decision_day",
            "of": "member",
        },
        HoldsTitleRule(title="don-vi-hoc-tap", grade=2, on="decision_day", of="member"),
    ),
    (
        {
            "kind": "share_holding_title",
            "title": "gia-dinh-hoc-tap",
            "unit_kind": "household",
            "denominator_indicator": "so-ho",
            "at_least": "70.5",
        },
        ShareHoldingTitleRule(
            title="gia-dinh-hoc-tap",
            unit_kind="household",
            denominator_indicator="so-ho",
            at_least=Decimal("70.5"),
        ),
    ),
    ({"kind": "score", "max": 10}, ScoreRule(max=Decimal(10))),
    (
        {"kind": "score", "max": 10, "step": 0.5, "floor": 5},
        ScoreRule(max=Decimal(10), step=Decimal("0.5"), floor=Decimal(5)),
    ),
    ({"kind": "all_of", "of": ["1.1", "1.2"]}, AllOfRule(of=("1.1", "1.2"))),
    ({"kind": "at_least", "n": 2, "of": ["a", "b", "c"]}, AtLeastRule(n=2, of=("a", "b", "c"))),
]

SET_RULES: list[tuple[dict[str, Any], SetRule]] = [
    ({"kind": "all_of"}, AllOfRule()),
    ({"kind": "at_least", "n": 3}, AtLeastRule(n=3)),
    ({"kind": "score_total", "total": 80}, ScoreTotalRule(total=Decimal(80))),
    (
        {
            "kind": "score_total",
            "total": 80,
            "relaxed": {"fact": "vung-dac-biet-kho-khan", "total": 70},
        },
        ScoreTotalRule(
            total=Decimal(80), relaxed=Relaxation(fact="vung-dac-biet-kho-khan", total=Decimal(70))
        ),
    ),
]


def whole(sentence: str) -> str:
    """A pattern for exactly this sentence."""
    return rf"\A{re.escape(sentence)}\Z"


@pytest.mark.parametrize(("data", "rule"), RULES)
def test_reads_each_kind(data: dict[str, Any], rule: Rule) -> None:
    assert parse(data) == rule
    assert parse(dump(rule)) == rule


@pytest.mark.parametrize(("data", "rule"), SET_RULES)
def test_reads_the_rule_of_a_set(data: dict[str, Any], rule: SetRule) -> None:
    assert parse_set(data) == rule
    assert parse_set(dump(rule)) == rule


def test_writes_decimals_as_strings() -> None:
    rule = parse({"kind": "number", "unit": "triệu đồng", "at_least": 0.1})

    assert dump(rule) == {
        "kind": "number",
        "unit": "triệu đồng",
        "whole": False,
        "at_least": "0.1",
    }


def test_rules_are_immutable() -> None:
    rule = ScoreRule(max=Decimal(10))

    with pytest.raises(ValidationError):
        rule.max = Decimal(100)


NUMBER = {"kind": "number", "unit": "lớp"}
SHARE = {"kind": "share", "numerator": "đạt", "denominator": "tổng số"}
HOLDERS = {"kind": "share_holding_title", "title": "t", "unit_kind": "k"}


def bands(*values: dict[str, Any]) -> dict[str, Any]:
    return {**NUMBER, "bands": [{"label": f"mức {value['min']}", **value} for value in values]}


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (None, "rule: Input should be a valid dictionary or object to extract fields from"),
        ({}, "kind: missing"),
        (
            {"kind": "weighted"},
            (
                "kind: 'weighted' is unknown, expected 'attested', 'number', 'share', "
                "'holds_title', 'share_holding_title', 'score', 'all_of', 'at_least'"
            ),
        ),
        ({"kind": "attested", "treshold": 1}, "treshold: Extra inputs are not permitted"),
        ({"kind": "number", "at_least": 1}, "unit: Field required"),
        ({**NUMBER, "unit": " ", "at_least": 1}, "unit: String should have at least 1 character"),
        (NUMBER, "rule: a threshold is needed: one of at_least, at_most or bands"),
        (SHARE, "rule: a threshold is needed: one of at_least, at_most or bands"),
        (
            {**HOLDERS, "denominator_indicator": "d"},
            "rule: a threshold is needed: one of at_least, at_most or bands",
        ),
        ({**HOLDERS, "at_least": 70}, "denominator_indicator: Field required"),
        (
            {**NUMBER, "at_least": 1, "at_most": 2},
            "rule: only one threshold is possible, not at_least and at_most",
        ),
        ({**NUMBER, "at_least": True}, "at_least: a number is expected, not true or false"),
        ({**NUMBER, "at_least": -1}, "at_least: Input should be greater than or equal to 0"),
        ({**NUMBER, "at_least": "NaN"}, "at_least: Input should be a finite number"),
        (
            {**NUMBER, "at_least": "0.00001"},
            "at_least: Decimal input should have no more than 4 decimal places",
        ),
        (bands(), "rule: bands must not be empty"),
        (bands({"min": 5}, {"min": 3}), "rule: bands must ascend: 3 follows 5"),
        (bands({"min": 5}, {"min": 5}), "rule: bands must ascend: 5 follows 5"),
        (
            bands({"min": 1}, {"min": 2, "met": False}),
            "rule: band 'mức 2' cannot be not met above a band that is met",
        ),
        (bands({"min": 1, "met": False}), "rule: at least the highest band must be met"),
        (
            bands({"min": 1, "points": 5}, {"min": 2, "points": 4}),
            "rule: band 'mức 2' has lower points than the one below it",
        ),
        (
            bands({"min": 1, "level": 2}, {"min": 2, "level": 1}),
            "rule: band 'mức 2' has lower level than the one below it",
        ),
        (
            bands({"min": 1, "points": 5}, {"min": 2}),
            "rule: either every band has points or none has",
        ),
        (
            {**SHARE, "at_least": 101},
            "rule: a threshold of a share is in percent and cannot exceed 100",
        ),
        (
            {**SHARE, "bands": [{"min": 100.5, "label": "Tốt"}]},
            "rule: a threshold of a share is in percent and cannot exceed 100",
        ),
        (
            {**HOLDERS, "denominator_indicator": "d", "at_most": 200},
            "rule: a threshold of a share is in percent and cannot exceed 100",
        ),
        (
            {"kind": "holds_title", "title": "Cộng đồng"},
            "title: String should match pattern '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$'",
        ),
        (
            {"kind": "holds_title", "title": "t", "grade": 0},
            "grade: Input should be greater than or equal to 1",
        ),
        (
            {"kind": "holds_title", "title": "t", "on": "today"},
            "on: Input should be 'figures_day' or 'decision_day'",
        ),
        ({"kind": "score", "max": 0}, "max: Input should be greater than 0"),
        ({"kind": "score", "max": 10, "floor": 11}, "rule: floor 11 is above max 10"),
        ({"kind": "score", "max": 10, "step": 0}, "step: Input should be greater than 0"),
        (
            {"kind": "score", "max": 10, "step": 3},
            "rule: max 10 cannot be reached in steps of 3",
        ),
        ({"kind": "all_of"}, "of: rule all_of of a criterion must name the criteria it combines"),
        ({"kind": "all_of", "of": ["a", "a"]}, "rule: of names a criterion twice"),
        (
            {"kind": "at_least", "n": 3, "of": ["a", "b"]},
            "rule: n is 3, but of names only 2 criteria",
        ),
        (
            {"kind": "at_least", "n": 0, "of": ["a"]},
            "n: Input should be greater than or equal to 1",
        ),
        (
            {"kind": "number", "foo": 1},
            "unit: Field required; foo: Extra inputs are not permitted",
        ),
    ],
)
def test_refuses_with_the_reason(data: Any, reason: str) -> None:
    with pytest.raises(ValueError, match=whole(reason)):
        parse(data)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (
            {"kind": "score", "max": 10},
            "kind: 'score' is unknown, expected 'all_of', 'at_least', 'score_total'",
        ),
        (
            {"kind": "score_total", "total": 70, "relaxed": {"fact": "f", "total": 80}},
            "rule: relaxed total 80 is above total 70",
        ),
        (
            {"kind": "score_total", "total": 70, "relaxed": {"total": 60}},
            "relaxed.fact: Field required",
        ),
    ],
)
def test_refuses_the_rule_of_a_set_with_the_reason(data: Any, reason: str) -> None:
    with pytest.raises(ValueError, match=whole(reason)):
        parse_set(data)


def attested(code: str) -> CriterionSpec:
    return CriterionSpec(code, AttestedRule())


def score(code: str, most: int = 10) -> CriterionSpec:
    return CriterionSpec(code, ScoreRule(max=Decimal(most)))


def test_top_level_are_those_that_no_other_combines() -> None:
    criteria = [
        CriterionSpec("1", AllOfRule(of=("1.1", "1.2"))),
        attested("1.1"),
        attested("1.2"),
        attested("2"),
    ]

    assert top_level(criteria) == ("1", "2")
    check_set(AllOfRule(), criteria)


@pytest.mark.parametrize(
    ("rule", "most"),
    [
        (ScoreRule(max=Decimal(10)), Decimal(10)),
        (
            NumberRule(
                unit="lớp",
                bands=(
                    Band(min=Decimal(0), label="ít", points=Decimal(1)),
                    Band(min=Decimal(5), label="nhiều", points=Decimal(3)),
                ),
            ),
            Decimal(3),
        ),
        (NumberRule(unit="lớp", bands=GRADES), None),
        (NumberRule(unit="lớp", at_least=Decimal(1)), None),
        (AttestedRule(), None),
        (None, None),
    ],
)
def test_knows_the_points_a_rule_can_bring(rule: Rule | None, most: Decimal | None) -> None:
    assert max_points(rule) == most


@pytest.mark.parametrize(
    ("set_rule", "criteria", "reason"),
    [
        (AllOfRule(), [], "a criteria set needs at least one criterion"),
        (
            AllOfRule(),
            [attested("a"), attested("a")],
            "two criteria of the set have the same code",
        ),
        (
            AllOfRule(),
            [CriterionSpec("a", AllOfRule(of=("b", "c"))), attested("b")],
            "a combines criteria not in the set: c",
        ),
        (AllOfRule(of=("z",)), [attested("a")], "the set combines criteria not in the set: z"),
        (
            AllOfRule(),
            [CriterionSpec("a", AllOfRule(of=("b",))), CriterionSpec("b", AllOfRule(of=("a",)))],
            "criteria combine each other in a circle: a → b → a",
        ),
        (
            AtLeastRule(n=2),
            [CriterionSpec("a", AllOfRule(of=("b",))), attested("b")],
            "the set requires 2 criteria, but has only 1",
        ),
        (
            ScoreTotalRule(total=Decimal(10)),
            [score("a"), attested("b")],
            "a total of points counts criteria without points: b",
        ),
        (
            ScoreTotalRule(total=Decimal(21)),
            [score("a"), score("b")],
            "total 21 is above the 20 points there are",
        ),
    ],
)
def test_refuses_a_set_whose_rules_do_not_fit(
    set_rule: SetRule, criteria: list[CriterionSpec], reason: str
) -> None:
    with pytest.raises(ValueError, match=whole(reason)):
        check_set(set_rule, criteria)


def test_a_total_may_wait_for_items_without_a_source() -> None:
    check_set(
        ScoreTotalRule(total=Decimal(80)),
        [score("a"), CriterionSpec("b", None, sourced=False)],
    )


def test_a_criterion_with_a_source_needs_a_rule() -> None:
    with pytest.raises(ValueError, match="a: a criterion with a source needs a rule"):
        CriterionSpec("a", None)
