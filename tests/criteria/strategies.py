"""Random rules, answers, facts and sets for the properties of the engine."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from criteria.answers import (
    Answer,
    AttestedAnswer,
    HoldsTitleAnswer,
    NumberAnswer,
    ScoreAnswer,
    ShareAnswer,
    ShareHoldingAnswer,
)
from criteria.facts import Facts, HeldTitle, HolderCount, KnownFigure, PlaceFact
from criteria.rules import (
    AllOfRule,
    AtLeastRule,
    AttestedRule,
    Band,
    CriterionSpec,
    HoldsTitleRule,
    LeafRule,
    NumberRule,
    Relaxation,
    ScoreRule,
    ScoreTotalRule,
    SetRule,
    ShareHoldingTitleRule,
    ShareRule,
)

FIGURES_DAY = date(2026, 12, 31)
TITLE = "danh-hieu"
INDICATOR = "tong-so"
FACT = "vung-kho-khan"

counts = st.integers(0, 12).map(Decimal)
amounts = st.decimals(min_value=0, max_value=20, places=2)
percents = st.integers(0, 100).map(Decimal) | st.decimals(min_value=0, max_value=100, places=2)
grades = st.none() | st.integers(1, 3)
days = st.integers(-400, 400).map(lambda offset: FIGURES_DAY + timedelta(days=offset))


@st.composite
def bands(draw: st.DrawFn, limits: st.SearchStrategy[Decimal]) -> tuple[Band, ...]:
    minima = sorted(draw(st.sets(limits, min_size=1, max_size=4)))
    first_met = draw(st.integers(0, len(minima) - 1))
    points = sorted(draw(st.lists(counts, min_size=len(minima), max_size=len(minima))))
    with_points = draw(st.booleans())
    return tuple(
        Band(
            min=minimum,
            label=f"mức {place}",
            met=place >= first_met,
            points=points[place] if with_points else None,
        )
        for place, minimum in enumerate(minima)
    )


def thresholds(limits: st.SearchStrategy[Decimal]) -> st.SearchStrategy[dict[str, Any]]:
    return st.one_of(
        st.fixed_dictionaries({"at_least": limits}),
        st.fixed_dictionaries({"at_most": limits}),
        st.fixed_dictionaries({"bands": bands(limits)}),
    )


attested_rules = st.builds(AttestedRule, partly_is_enough=st.booleans())
number_rules = thresholds(amounts).map(lambda measure: NumberRule(unit="lớp", **measure))
share_rules = st.builds(
    lambda indicator, measure: ShareRule(
        numerator="đạt", denominator="tổng số", denominator_indicator=indicator, **measure
    ),
    st.sampled_from([None, INDICATOR]),
    thresholds(percents),
)
title_rules = st.builds(
    HoldsTitleRule,
    title=st.just(TITLE),
    grade=grades,
    on=st.sampled_from(["figures_day", "decision_day"]),
    of=st.sampled_from(["unit", "member"]),
)
share_holding_rules = st.builds(
    lambda grade, measure: ShareHoldingTitleRule(
        title=TITLE,
        unit_kind="household",
        denominator_indicator=INDICATOR,
        grade=grade,
        **measure,
    ),
    grades,
    thresholds(percents),
)
score_rules = st.builds(
    lambda most, floor: ScoreRule(max=Decimal(most), floor=Decimal(min(most, floor))),
    st.integers(1, 10),
    st.integers(0, 5),
)
leaf_rules: st.SearchStrategy[LeafRule] = st.one_of(
    attested_rules, number_rules, share_rules, title_rules, share_holding_rules, score_rules
)

_codes = st.lists(st.sampled_from("abcdef"), min_size=1, max_size=5, unique=True).map(tuple)
combining_rules = _codes.map(lambda of: AllOfRule(of=of)) | _codes.flatmap(
    lambda of: st.integers(1, len(of)).map(lambda n: AtLeastRule(n=n, of=of))
)


@st.composite
def answers(draw: st.DrawFn, rule: LeafRule, *, complete: bool = False) -> Answer:
    """An answer that the rule accepts; a complete one leaves nothing open."""

    def maybe(values: st.SearchStrategy[Any]) -> Any:
        return draw(values if complete else st.none() | values)

    match rule:
        case AttestedRule():
            return AttestedAnswer(value=maybe(st.sampled_from(["yes", "partly", "no"])))
        case NumberRule():
            return NumberAnswer(value=maybe(amounts))
        case ScoreRule():
            return ScoreAnswer(points=maybe(st.integers(0, int(rule.max)).map(Decimal)))
        case ShareRule():
            return ShareAnswer(numerator=maybe(counts), denominator=maybe(counts))
        case ShareHoldingTitleRule():
            decision = "QĐ 1" if complete else draw(st.sampled_from(["", "QĐ 1"]))
            return ShareHoldingAnswer(
                numerator=maybe(counts), denominator=maybe(counts), decision=decision
            )
        case HoldsTitleRule():
            return HoldsTitleAnswer()


held_titles = st.builds(
    HeldTitle,
    title=st.sampled_from([TITLE] * 4 + ["khác"]),
    grade=grades,
    decision=st.sampled_from(["QĐ 1", "QĐ 2"]),
    valid_from=days,
    valid_until=st.none() | days,
    confirmed=st.booleans(),
    of=st.sampled_from(["unit", "member"]),
)
holder_counts = st.builds(
    HolderCount,
    title=st.just(TITLE),
    unit_kind=st.just("household"),
    grade=grades,
    count=st.integers(0, 6),
)
figures = st.builds(KnownFigure, value=counts, day=st.just(FIGURES_DAY), document=st.just("BC 5"))
place_facts = st.builds(
    PlaceFact,
    code=st.just(FACT),
    name=st.just("Xã đặc biệt khó khăn"),
    valid_from=st.none() | days,
    valid_until=st.none() | days,
    document=st.just("QĐ 861"),
)
facts = st.builds(
    Facts,
    figures_day=st.just(FIGURES_DAY),
    decision_day=days,
    held_titles=st.lists(held_titles, max_size=4).map(tuple),
    holder_counts=st.just(()) | st.lists(holder_counts, max_size=2).map(tuple),
    place_facts=st.lists(place_facts, max_size=1).map(tuple),
    figures=st.dictionaries(st.just(INDICATOR), figures, max_size=1),
)


#: A portal that knows nothing of the place yet.
no_facts = st.just(Facts(figures_day=FIGURES_DAY, decision_day=FIGURES_DAY))


@st.composite
def judged_cases(
    draw: st.DrawFn, rules: st.SearchStrategy[LeafRule]
) -> tuple[LeafRule, Answer, Facts]:
    """A rule, an answer that fits it, and facts."""
    rule = draw(rules)
    known = draw(facts if isinstance(rule, HoldsTitleRule) else facts | no_facts)
    return rule, draw(answers(rule, complete=draw(st.booleans()))), known


@st.composite
def pass_fail_sets(
    draw: st.DrawFn, rules: st.SearchStrategy[LeafRule]
) -> tuple[SetRule, list[CriterionSpec]]:
    """A few criteria, some of which combine others, under all_of or at_least."""
    leaves = draw(st.lists(rules, min_size=1, max_size=3))
    criteria = [
        CriterionSpec(f"c{place}", rule, sourced=draw(st.integers(0, 11)) > 0)
        for place, rule in enumerate(leaves)
    ]
    top = len(criteria)
    if draw(st.booleans()):
        codes = st.sampled_from([criterion.code for criterion in criteria])
        of = tuple(draw(st.lists(codes, min_size=1, unique=True)))
        criteria.append(CriterionSpec("all", draw(_combining(of))))
        top += 1 - len(of)
    set_rule = draw(st.just(AllOfRule()) | st.builds(AtLeastRule, n=st.integers(1, top)))
    return set_rule, criteria


def _combining(of: tuple[str, ...]) -> st.SearchStrategy[AllOfRule | AtLeastRule]:
    return st.just(AllOfRule(of=of)) | st.builds(
        AtLeastRule, n=st.integers(1, len(of)), of=st.just(of)
    )


@st.composite
def scored_sets(draw: st.DrawFn) -> tuple[SetRule, list[CriterionSpec]]:
    """A few scored criteria under a total that can be reached, sometimes relaxed."""
    rules = draw(st.lists(score_rules, min_size=1, max_size=4))
    total = draw(st.integers(0, int(sum(rule.max for rule in rules))))
    relaxed = draw(
        st.none()
        | st.builds(Relaxation, fact=st.just(FACT), total=st.integers(0, total).map(Decimal))
    )
    criteria = [CriterionSpec(f"c{place}", rule) for place, rule in enumerate(rules)]
    return ScoreTotalRule(total=Decimal(total), relaxed=relaxed), criteria


any_sets = pass_fail_sets(leaf_rules) | pass_fail_sets(share_holding_rules) | scored_sets()
