"""What holds for every rule, answer and fact, whatever they are.

Each property counts the statuses that its examples reached, so that none of them holds only
because the interesting cases never came up.
"""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import product

import pytest
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.numbers import format_vi_number
from criteria.answers import (
    Answer,
    NumberAnswer,
    ShareAnswer,
    answer_type,
    dump_answer,
    parse_answer,
)
from criteria.engine import combine, evaluate, evaluate_set
from criteria.explain import explain, sentence
from criteria.facts import Facts, HeldTitle, KnownFigure, PlaceFact
from criteria.outcome import (
    VERDICTS,
    Outcome,
    RequiredLimit,
    RequiredScale,
    RequiredTotal,
    SetOutcome,
    Status,
)
from criteria.rules import (
    AllOfRule,
    AtLeastRule,
    AttestedRule,
    CriterionSpec,
    LeafRule,
    NumberRule,
    Rule,
    SetRule,
    check_set,
    dump,
    parse,
)
from tests.criteria import strategies

# Derandomised, so that the shares of statuses counted below hardly change from run to run.
MANY = settings(
    max_examples=200,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
BORDERLESS_LIMITS = (
    NumberRule(unit="lớp", at_least=Decimal(0)),
    NumberRule(unit="lớp", at_least=Decimal("0.0001")),
)


def assert_reached(reached: Counter[Status], statuses: Iterable[Status], percent: float) -> None:
    """Each status came up in at least this share of the examples."""
    examples = reached.total()
    shares = {status: 100 * reached[status] / examples for status in statuses}
    assert {status for status, share in shares.items() if share < percent} == set(), shares


# ── every single rule ──────────────────────────────────────────────────────────────────────────


@MANY
@given(strategies.leaf_rules | strategies.combining_rules)
def test_a_rule_survives_being_written_and_read(rule: Rule) -> None:
    assert parse(json.loads(json.dumps(dump(rule)))) == rule


@MANY
@given(
    strategies.leaf_rules.flatmap(lambda rule: st.tuples(st.just(rule), strategies.answers(rule)))
)
def test_an_answer_survives_being_written_and_read(case: tuple[LeafRule, Answer]) -> None:
    rule, answer = case
    stored = json.loads(json.dumps(dump_answer(answer)))

    assert answer_type(rule).model_validate(stored) == answer


EACH_KIND = pytest.mark.parametrize(
    ("rules", "statuses"),
    [
        (strategies.attested_rules, set(Status) - {Status.NO_DATA}),
        (strategies.number_rules, {*VERDICTS, Status.UNANSWERED}),
        (strategies.share_rules, set(Status)),
        (strategies.title_rules, {*VERDICTS, Status.INCONCLUSIVE}),
        (strategies.share_holding_rules, set(Status)),
        (strategies.score_rules, {*VERDICTS, Status.UNANSWERED}),
    ],
    ids=["attested", "number", "share", "holds_title", "share_holding_title", "score"],
)


@EACH_KIND
def test_every_outcome_is_frozen_as_json_and_explained_from_it(
    rules: st.SearchStrategy[LeafRule], statuses: set[Status]
) -> None:
    reached: Counter[Status] = Counter()

    @MANY
    @given(strategies.judged_cases(rules), st.sampled_from(["vi", "en"]))
    def check(case: tuple[LeafRule, Answer, Facts], language: str) -> None:
        outcome = evaluate(*case)
        frozen = json.loads(json.dumps(outcome.model_dump(mode="json")))
        thawed = Outcome.model_validate(frozen)

        assert thawed == outcome
        with translation.override(language):
            sentences = explain(thawed)
            assert outcome.threshold is not None
            assert sentences[0] == sentence(outcome.threshold)
            for amount in threshold_amounts(outcome):
                assert amount in sentences[0]
        assert len(sentences) == 1 + len(outcome.trace)
        assert outcome.trace
        reached[outcome.status] += 1

    check()
    assert_reached(reached, statuses, percent=0.5)
    assert set(reached) == statuses


def threshold_amounts(outcome: Outcome) -> list[str]:
    """The figures of the threshold as they must appear in its sentence."""
    match outcome.threshold:
        case RequiredLimit(limit=limit) | RequiredTotal(limit=limit):
            return [format_vi_number(limit)]
        case RequiredScale(bands=bands):
            return [format_vi_number(band.min) for band in bands]
    return []


@EACH_KIND
def test_a_verdict_rests_on_something_and_the_rest_on_nothing(
    rules: st.SearchStrategy[LeafRule], statuses: set[Status]
) -> None:
    reached: Counter[Status] = Counter()

    @MANY
    @given(strategies.judged_cases(rules))
    def check(case: tuple[LeafRule, Answer, Facts]) -> None:
        outcome = evaluate(*case)

        assert (outcome.basis is not None) == (outcome.status in VERDICTS)
        assert outcome.value is None or outcome.status in VERDICTS
        reached[outcome.status] += 1

    check()
    assert_reached(reached, statuses, percent=0.5)


def test_a_higher_number_is_never_worse() -> None:
    reached: Counter[Status] = Counter()
    rising = strategies.number_rules.filter(lambda rule: rule.at_most is None)

    @MANY
    @given(rising, strategies.amounts, strategies.amounts, strategies.facts)
    def check(rule: NumberRule, one: Decimal, other: Decimal, facts: Facts) -> None:
        low, high = (
            evaluate(rule, NumberAnswer(value=value), facts) for value in sorted((one, other))
        )

        assert (low.status, high.status) != (Status.MET, Status.NOT_MET)
        assert (low.points or 0) <= (high.points or 0)
        reached.update((low.status, high.status))

    check()
    assert_reached(reached, VERDICTS, percent=10)


def test_a_higher_share_is_never_worse() -> None:
    reached: Counter[Status] = Counter()
    rising = strategies.share_rules.filter(lambda rule: rule.at_most is None)

    @MANY
    @given(rising, st.lists(st.integers(0, 10**6), min_size=3, max_size=3), strategies.facts)
    def check(rule: Rule, numbers: list[int], facts: Facts) -> None:
        low, high, whole = (Decimal(number) for number in sorted(numbers))
        known = replace(facts, figures={})
        outcomes = [
            evaluate(rule, ShareAnswer(numerator=part, denominator=whole), known)
            for part in (low, high)
        ]

        assert [outcome.status for outcome in outcomes] != [Status.MET, Status.NOT_MET]
        assert (outcomes[0].points or 0) <= (outcomes[1].points or 0)
        reached.update(outcome.status for outcome in outcomes)

    check()
    assert_reached(reached, VERDICTS, percent=10)


def test_the_shown_percentage_never_belies_the_verdict() -> None:
    reached: Counter[Status] = Counter()
    plain = strategies.share_rules.filter(lambda rule: rule.bands is None)

    @MANY
    @given(plain, st.integers(0, 10**6), st.integers(1, 10**6), st.sampled_from([-1, 0, 1]))
    def check(rule: Rule, part: int, whole: int, off_by: int) -> None:
        limit = rule.at_least if rule.at_least is not None else rule.at_most
        near = int(limit * whole / 100) + off_by
        numerator = near if 0 <= near <= whole else min(part, whole)
        answer = ShareAnswer(numerator=Decimal(numerator), denominator=Decimal(whole))
        facts = Facts(figures_day=strategies.FIGURES_DAY, decision_day=strategies.FIGURES_DAY)
        bare = rule.model_copy(update={"denominator_indicator": None})

        outcome = evaluate(bare, answer, facts)

        assert outcome.value is not None
        met = outcome.value >= limit if rule.at_least is not None else outcome.value <= limit
        assert outcome.status is (Status.MET if met else Status.NOT_MET)
        reached[outcome.status] += 1

    check()
    assert_reached(reached, VERDICTS, percent=10)


def test_one_more_recognition_never_takes_a_title_away() -> None:
    reached: Counter[Status] = Counter()

    @MANY
    @given(strategies.title_rules, strategies.facts, strategies.held_titles)
    def check(rule: LeafRule, facts: Facts, held: HeldTitle) -> None:
        before = evaluate(rule, None, facts)
        after = evaluate(rule, None, replace(facts, held_titles=(*facts.held_titles, held)))

        assert after.status is Status.MET or before.status is not Status.MET
        reached.update((before.status, after.status))

    check()
    assert_reached(reached, (*VERDICTS, Status.INCONCLUSIVE), percent=0.5)


def test_the_order_of_recognitions_does_not_matter() -> None:
    reached: Counter[Status] = Counter()

    @MANY
    @given(strategies.title_rules, strategies.facts, st.randoms(use_true_random=False))
    def check(rule: LeafRule, facts: Facts, random) -> None:  # type: ignore[no-untyped-def]
        shuffled = list(facts.held_titles)
        random.shuffle(shuffled)

        outcome = evaluate(rule, None, facts)

        assert evaluate(rule, None, replace(facts, held_titles=tuple(shuffled))) == outcome
        reached[outcome.status] += 1

    check()
    assert_reached(reached, VERDICTS, percent=2)


# ── combining ──────────────────────────────────────────────────────────────────────────────────


def bare(status: Status) -> Outcome:
    return Outcome(status=status, threshold=None, trace=())


def verdict_of(rule: AllOfRule | AtLeastRule, met: Sequence[bool]) -> Status:
    needed = len(met) if isinstance(rule, AllOfRule) else rule.n
    return Status.MET if sum(met) >= needed else Status.NOT_MET


def test_a_combination_is_decided_exactly_when_every_way_it_can_go_agrees() -> None:
    reached: Counter[Status] = Counter()

    @MANY
    @given(strategies.combining_rules, st.data())
    def check(rule: AllOfRule | AtLeastRule, data: st.DataObject) -> None:
        size = len(rule.of)
        statuses = data.draw(
            st.lists(st.sampled_from(Status), min_size=size, max_size=size), label="statuses"
        )
        open_ended = [
            [status is Status.MET] if status in VERDICTS else [False, True] for status in statuses
        ]
        possible = {verdict_of(rule, met) for met in product(*open_ended)}
        children = dict(zip(rule.of, map(bare, statuses), strict=True))

        outcome = combine(rule, children)

        assert (outcome.status in VERDICTS) == (len(possible) == 1)
        if outcome.status in VERDICTS:
            assert possible == {outcome.status}
        else:
            assert outcome.status in statuses
        reached[outcome.status] += 1

    check()
    assert_reached(reached, Status, percent=2)


# ── whole sets ─────────────────────────────────────────────────────────────────────────────────

Set = tuple[SetRule, list[CriterionSpec]]


def draw_answers(data: st.DataObject, criteria: Sequence[CriterionSpec]) -> dict[str, Answer]:
    """Answers to all of the criteria, or to some of them and in part."""
    complete = data.draw(st.booleans(), label="complete")
    return {
        criterion.code: data.draw(
            strategies.answers(criterion.rule, complete=complete), label=criterion.code
        )
        for criterion in criteria
        if not isinstance(criterion.rule, AllOfRule | AtLeastRule | None)
        and (complete or data.draw(st.booleans(), label=f"answers {criterion.code}?"))
    }


def fill_in(
    data: st.DataObject, criteria: Sequence[CriterionSpec], answers: dict[str, Answer]
) -> dict[str, Answer]:
    """The same answers with everything that was open given now; nothing given is changed."""
    filled: dict[str, Answer] = {}
    for criterion in criteria:
        rule = criterion.rule
        if isinstance(rule, AllOfRule | AtLeastRule | None):
            continue
        complete = data.draw(strategies.answers(rule, complete=True), label="filled in")
        given = answers[criterion.code].model_dump() if criterion.code in answers else {}
        known = {name: value for name, value in given.items() if value not in (None, "")}
        filled[criterion.code] = complete.model_copy(update=known)
    return filled


def judge_all(data: st.DataObject, criteria: Sequence[CriterionSpec]) -> dict[str, bool]:
    """A reviewing person's word on whatever was answered partly is drawn at random."""
    return {
        criterion.code: data.draw(st.booleans(), label="judged")
        for criterion in criteria
        if isinstance(criterion.rule, AttestedRule)
    }


def test_knowing_more_never_turns_a_verdict_round() -> None:
    reached: Counter[Status] = Counter()
    decided_later: Counter[bool] = Counter()

    @MANY
    @given(strategies.any_sets, strategies.facts | strategies.no_facts, st.data())
    def check(drawn: Set, facts: Facts, data: st.DataObject) -> None:
        set_rule, criteria = drawn
        check_set(set_rule, criteria)
        answers = draw_answers(data, criteria)
        before = evaluate_set(set_rule, criteria, answers, facts)
        partly = [
            criterion
            for criterion in criteria
            if before.criteria[criterion.code].status is Status.INCONCLUSIVE
        ]
        more = fill_in(data, criteria, answers)
        after = evaluate_set(set_rule, criteria, more, facts, judge_all(data, partly))

        for code, outcome in before.criteria.items():
            if outcome.status in VERDICTS:
                assert after.criteria[code].status is outcome.status
        if before.outcome.status in VERDICTS:
            assert after.outcome.status is before.outcome.status
        reached[before.outcome.status] += 1
        decided_later[
            before.outcome.status not in VERDICTS and after.outcome.status in VERDICTS
        ] += 1

    check()
    assert_reached(reached, Status, percent=1)
    assert decided_later[True] > 0


def test_the_order_of_criteria_does_not_matter() -> None:
    reached: Counter[Status] = Counter()

    @MANY
    @given(strategies.any_sets, strategies.facts | strategies.no_facts, st.data())
    def check(drawn: Set, facts: Facts, data: st.DataObject) -> None:
        set_rule, criteria = drawn
        answers = draw_answers(data, criteria)
        shuffled = data.draw(st.permutations(criteria), label="order")

        straight = evaluate_set(set_rule, criteria, answers, facts)
        mixed = evaluate_set(set_rule, shuffled, answers, facts)

        assert mixed.outcome.status is straight.outcome.status
        assert mixed.outcome.points == straight.outcome.points
        assert mixed.criteria == straight.criteria
        reached[straight.outcome.status] += 1

    check()
    assert_reached(reached, Status, percent=1)


def test_a_set_is_frozen_as_json_with_all_its_criteria() -> None:
    reached: Counter[Status] = Counter()

    @MANY
    @given(strategies.any_sets, strategies.facts | strategies.no_facts, st.data())
    def check(drawn: Set, facts: Facts, data: st.DataObject) -> None:
        set_rule, criteria = drawn
        result = evaluate_set(set_rule, criteria, draw_answers(data, criteria), facts)

        assert SetOutcome.model_validate_json(result.model_dump_json()) == result
        assert list(result.criteria) == [criterion.code for criterion in criteria]
        assert sum(sum(group.counts.values()) for group in result.groups) == len(criteria)
        reached[result.outcome.status] += 1

    check()
    assert_reached(reached, Status, percent=1)


def test_a_relaxed_total_is_never_stricter() -> None:
    reached: Counter[Status] = Counter()
    hard = PlaceFact(
        code=strategies.FACT,
        name="Xã đặc biệt khó khăn",
        valid_from=date(2021, 6, 4),
        valid_until=None,
        document="Quyết định số 861/QĐ-TTg",
    )

    @MANY
    @given(strategies.scored_sets(), strategies.facts, st.data())
    def check(drawn: Set, facts: Facts, data: st.DataObject) -> None:
        set_rule, criteria = drawn
        answers = draw_answers(data, criteria)
        ordinary, relaxed = (
            evaluate_set(set_rule, criteria, answers, replace(facts, place_facts=held)).outcome
            for held in ((), (hard,))
        )

        if ordinary.status is Status.MET:
            assert relaxed.status is Status.MET
        if relaxed.status is Status.NOT_MET:
            assert ordinary.status is Status.NOT_MET
        reached.update((ordinary.status, relaxed.status))

    check()
    assert_reached(reached, (*VERDICTS, Status.UNANSWERED), percent=2)


def test_a_figure_found_later_only_ends_the_waiting() -> None:
    reached: Counter[Status] = Counter()

    @MANY
    @given(
        strategies.share_holding_rules,
        strategies.facts,
        st.integers(1, 12).map(Decimal),
    )
    def check(rule: LeafRule, facts: Facts, whole: Decimal) -> None:
        unknown = evaluate(rule, None, replace(facts, figures={}))
        figure = KnownFigure(value=whole, day=strategies.FIGURES_DAY)
        found = evaluate(rule, None, replace(facts, figures={strategies.INDICATOR: figure}))

        assert unknown.status is Status.NO_DATA
        assert (found.status is Status.NO_DATA) == (not facts.holder_counts)
        reached[found.status] += 1

    check()
    assert_reached(reached, (*VERDICTS, Status.NO_DATA), percent=2)


@pytest.mark.parametrize("rule", BORDERLESS_LIMITS)
def test_zero_is_a_number_and_silence_is_not(rule: NumberRule) -> None:
    facts = Facts(figures_day=strategies.FIGURES_DAY, decision_day=strategies.FIGURES_DAY)

    zero = evaluate(rule, NumberAnswer(value=Decimal(0)), facts).status
    silence = evaluate(rule, parse_answer(rule, {"value": None}), facts).status

    assert (zero in VERDICTS, silence) == (True, Status.UNANSWERED)
