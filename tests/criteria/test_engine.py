"""Each kind of rule judges as its document says, and says what it rests on."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from criteria.answers import (
    Answer,
    AttestedAnswer,
    NumberAnswer,
    ScoreAnswer,
    ShareAnswer,
    ShareHoldingAnswer,
)
from criteria.engine import evaluate, evaluate_set
from criteria.facts import Facts, HeldTitle, HolderCount, KnownFigure, PlaceFact
from criteria.outcome import (
    Basis,
    Contradiction,
    Differs,
    GroupOutcome,
    Missing,
    NoTitle,
    Outcome,
    Quotient,
    Reached,
    RequiredTotal,
    SourceDocument,
    Status,
    Term,
    TitleOnRecord,
    Total,
)
from criteria.rules import (
    AllOfRule,
    AtLeastRule,
    AttestedRule,
    Band,
    CriterionSpec,
    HoldsTitleRule,
    NumberRule,
    Relaxation,
    ScoreRule,
    ScoreTotalRule,
    ShareHoldingTitleRule,
    ShareRule,
)

DAY = date(2026, 12, 31)
FACTS = Facts(
    figures_day=DAY,
    decision_day=date(2027, 3, 1),
    title_names={"cdht-xa": "“Cộng đồng học tập” cấp xã", "gdht": "“Gia đình học tập”"},
    indicator_names={"so-ho": "Số hộ gia đình"},
)
HOUSEHOLDS = KnownFigure(value=Decimal(1500), day=DAY, document="Báo cáo số 5/BC-UBND")


def judged(outcome: Outcome) -> tuple[Status, Basis | None]:
    return outcome.status, outcome.basis


# ── attested ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("value", "judgement", "expected"),
    [
        (None, None, (Status.UNANSWERED, None)),
        ("yes", None, (Status.MET, Basis.DECLARED)),
        ("partly", None, (Status.INCONCLUSIVE, None)),
        ("no", None, (Status.NOT_MET, Basis.DECLARED)),
        ("yes", False, (Status.NOT_MET, Basis.JUDGED)),
        ("partly", True, (Status.MET, Basis.JUDGED)),
        ("no", True, (Status.MET, Basis.JUDGED)),
    ],
)
def test_attested_is_claimed_by_the_unit_and_judged_by_a_person(
    value: Any, judgement: bool | None, expected: tuple[Status, Basis | None]
) -> None:
    answer = AttestedAnswer(value=value)

    assert judged(evaluate(AttestedRule(), answer, FACTS, judgement=judgement)) == expected


def test_partly_may_be_enough() -> None:
    outcome = evaluate(AttestedRule(partly_is_enough=True), AttestedAnswer(value="partly"), FACTS)

    assert judged(outcome) == (Status.MET, Basis.DECLARED)


# ── number and score ───────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("rule", "value", "status"),
    [
        (NumberRule(unit="sáng kiến", at_least=Decimal(2)), "1.9999", Status.NOT_MET),
        (NumberRule(unit="sáng kiến", at_least=Decimal(2)), "2", Status.MET),
        (NumberRule(unit="đơn thư", at_most=Decimal(2)), "2", Status.MET),
        (NumberRule(unit="đơn thư", at_most=Decimal(2)), "2.0001", Status.NOT_MET),
        (NumberRule(unit="đơn thư", at_most=Decimal(0)), "0", Status.MET),
    ],
)
def test_number_is_held_against_its_threshold(rule: NumberRule, value: str, status: Status) -> None:
    outcome = evaluate(rule, NumberAnswer(value=Decimal(value)), FACTS)

    assert (*judged(outcome), outcome.value) == (status, Basis.DECLARED, Decimal(value))


def test_a_number_not_given_is_unanswered_not_zero() -> None:
    outcome = evaluate(NumberRule(unit="đơn thư", at_most=Decimal(5)), None, FACTS)

    assert outcome.status is Status.UNANSWERED
    assert outcome.trace == (Missing(what="answer"),)


LOW = Band(min=Decimal(1), label="ít", points=Decimal(2), met=False)
HIGH = Band(min=Decimal(5), label="nhiều", points=Decimal(6))


@pytest.mark.parametrize(
    ("value", "status", "points", "band"),
    [
        (0, Status.NOT_MET, Decimal(0), None),
        (1, Status.NOT_MET, Decimal(2), LOW),
        (5, Status.MET, Decimal(6), HIGH),
        (9, Status.MET, Decimal(6), HIGH),
    ],
)
def test_bands_give_points_and_a_verdict(
    value: int, status: Status, points: Decimal, band: Band | None
) -> None:
    outcome = evaluate(
        NumberRule(unit="lớp", bands=(LOW, HIGH)), NumberAnswer(value=Decimal(value)), FACTS
    )

    assert (outcome.status, outcome.points) == (status, points)
    assert outcome.trace[-1] == Reached(band=band)


@pytest.mark.parametrize(
    ("points", "status"),
    [(None, Status.UNANSWERED), ("4.5", Status.NOT_MET), ("5", Status.MET), ("10", Status.MET)],
)
def test_score_must_reach_its_floor(points: str | None, status: Status) -> None:
    rule = ScoreRule(max=Decimal(10), step=Decimal("0.5"), floor=Decimal(5))
    given = Decimal(points) if points else None

    outcome = evaluate(rule, ScoreAnswer(points=given), FACTS)

    assert (outcome.status, outcome.points) == (status, given)


# ── share ──────────────────────────────────────────────────────────────────────────────────────

SHARE = ShareRule(numerator="Thành viên đạt", denominator="Thành viên", at_least=Decimal(90))
SHARE_OF_FIGURE = SHARE.model_copy(
    update={"denominator": "Số hộ gia đình", "denominator_indicator": "so-ho"}
)
WITH_FIGURE = replace(FACTS, figures={"so-ho": HOUSEHOLDS})


def share(numerator: int | None, denominator: int | None) -> ShareAnswer:
    return ShareAnswer.model_validate({"numerator": numerator, "denominator": denominator})


@pytest.mark.parametrize(
    ("numerator", "denominator", "status", "shown"),
    [
        (None, None, Status.UNANSWERED, None),
        (None, 10, Status.UNANSWERED, None),
        (9, None, Status.UNANSWERED, None),
        (9, 10, Status.MET, "90"),
        (0, 10, Status.NOT_MET, "0"),
        (2, 3, Status.NOT_MET, "66.67"),
        (899_999, 1_000_000, Status.NOT_MET, "89.9999"),
        (11, 10, Status.INCONCLUSIVE, None),
        (0, 0, Status.INCONCLUSIVE, None),
    ],
)
def test_share_is_compared_exactly_and_shown_without_crossing(
    numerator: int | None, denominator: int | None, status: Status, shown: str | None
) -> None:
    outcome = evaluate(SHARE, share(numerator, denominator), FACTS)

    assert (outcome.status, outcome.value) == (status, Decimal(shown) if shown else None)


def test_the_denominator_is_the_figure_of_the_place_and_a_difference_is_shown() -> None:
    outcome = evaluate(SHARE_OF_FIGURE, share(1400, 1450), WITH_FIGURE)

    assert judged(outcome) == (Status.MET, Basis.DECLARED)
    assert outcome.trace == (
        Quotient(
            numerator=Term(value=Decimal(1400), label="Thành viên đạt", source="answer"),
            denominator=Term(
                value=Decimal(1500),
                label="Số hộ gia đình",
                source="figure",
                day=DAY,
                document="Báo cáo số 5/BC-UBND",
            ),
            percent=Decimal("93.33"),
        ),
        Differs(what="denominator", used=Decimal(1500), declared=Decimal(1450)),
    )


def test_a_declared_denominator_stands_in_for_a_figure_the_portal_lacks() -> None:
    outcome = evaluate(SHARE_OF_FIGURE, share(1400, 1450), FACTS)

    assert judged(outcome) == (Status.MET, Basis.DECLARED)


def test_without_a_figure_there_is_no_data() -> None:
    outcome = evaluate(SHARE_OF_FIGURE, share(1400, None), FACTS)

    assert outcome.status is Status.NO_DATA
    assert outcome.trace == (Missing(what="figure", name="Số hộ gia đình"),)


def test_more_than_the_figure_is_a_contradiction_not_a_success() -> None:
    outcome = evaluate(SHARE_OF_FIGURE, share(1501, None), WITH_FIGURE)

    assert outcome.status is Status.INCONCLUSIVE
    assert [type(step) for step in outcome.trace] == [Contradiction]


# ── holds_title ────────────────────────────────────────────────────────────────────────────────

HELD = HeldTitle(
    title="cdht-xa",
    grade=1,
    decision="Quyết định số 12/QĐ-UBND ngày 05/01/2026",
    valid_from=date(2026, 1, 5),
    valid_until=date(2029, 1, 5),
    confirmed=True,
)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, (Status.MET, Basis.HELD)),
        ({"confirmed": False}, (Status.MET, Basis.DECLARED)),
        ({"grade": 2}, (Status.MET, Basis.HELD)),
        ({"valid_from": DAY}, (Status.MET, Basis.HELD)),
        ({"valid_until": DAY}, (Status.MET, Basis.HELD)),
        ({"valid_until": None}, (Status.MET, Basis.HELD)),
        ({"valid_from": date(2027, 1, 1)}, (Status.NOT_MET, Basis.HELD)),
        ({"valid_until": date(2026, 12, 30)}, (Status.NOT_MET, Basis.HELD)),
        ({"title": "cdht-huyen"}, (Status.NOT_MET, Basis.HELD)),
        ({"of": "member"}, (Status.NOT_MET, Basis.HELD)),
        ({"grade": None}, (Status.INCONCLUSIVE, None)),
    ],
)
def test_a_title_must_be_in_force_at_its_grade_on_the_day(
    change: dict[str, Any], expected: tuple[Status, Basis | None]
) -> None:
    facts = replace(FACTS, held_titles=(replace(HELD, **change),))

    assert judged(evaluate(HoldsTitleRule(title="cdht-xa", grade=1), None, facts)) == expected


def test_a_lower_grade_is_not_enough() -> None:
    facts = replace(FACTS, held_titles=(HELD,))

    assert evaluate(HoldsTitleRule(title="cdht-xa", grade=2), None, facts).status is Status.NOT_MET


@pytest.mark.parametrize(
    ("other", "status"), [({"grade": 2}, Status.MET), ({"grade": None}, Status.INCONCLUSIVE)]
)
def test_a_lower_grade_does_not_hide_a_better_claim(other: dict[str, Any], status: Status) -> None:
    declared = replace(HELD, confirmed=False, **other)
    facts = replace(FACTS, held_titles=(HELD, declared))

    assert evaluate(HoldsTitleRule(title="cdht-xa", grade=2), None, facts).status is status


def test_any_grade_will_do_where_none_is_asked() -> None:
    facts = replace(FACTS, held_titles=(replace(HELD, grade=None),))

    assert evaluate(HoldsTitleRule(title="cdht-xa"), None, facts).status is Status.MET


def test_the_day_of_decision_may_count_instead() -> None:
    late = replace(HELD, valid_from=date(2027, 2, 1))
    rule = HoldsTitleRule(title="cdht-xa", on="decision_day")

    assert evaluate(rule, None, replace(FACTS, held_titles=(late,))).status is Status.MET


def test_a_member_may_hold_it() -> None:
    member = replace(HELD, of="member", holder="Phân xưởng 1")
    rule = HoldsTitleRule(title="cdht-xa", of="member")

    assert evaluate(rule, None, replace(FACTS, held_titles=(member,))).status is Status.MET


def test_the_recognition_that_decides_is_told() -> None:
    expired = replace(HELD, grade=2, valid_until=date(2026, 6, 1), decision="QĐ cũ")
    declared = replace(HELD, confirmed=False, decision="QĐ kê khai")
    outcomes = [
        evaluate(HoldsTitleRule(title="cdht-xa", grade=1), None, replace(FACTS, held_titles=titles))
        for titles in ((expired, declared, HELD), (HELD, declared, expired))
    ]

    told = TitleOnRecord(
        name="“Cộng đồng học tập” cấp xã",
        grade=1,
        decision="Quyết định số 12/QĐ-UBND ngày 05/01/2026",
        valid_from=date(2026, 1, 5),
        valid_until=date(2029, 1, 5),
        confirmed=True,
        holder="",
        state="in_force",
    )
    assert [outcome.trace for outcome in outcomes] == [(told,), (told,)]


def test_of_two_that_have_ended_the_later_is_told() -> None:
    ends = (date(2025, 6, 1), date(2026, 6, 1))
    facts = replace(FACTS, held_titles=tuple(replace(HELD, valid_until=end) for end in ends))

    told = evaluate(HoldsTitleRule(title="cdht-xa"), None, facts).trace[0]

    assert isinstance(told, TitleOnRecord)
    assert (told.state, told.valid_until) == ("expired", date(2026, 6, 1))


def test_no_recognition_at_all_is_told() -> None:
    outcome = evaluate(HoldsTitleRule(title="cdht-xa"), None, FACTS)

    assert outcome.trace == (NoTitle(name="“Cộng đồng học tập” cấp xã"),)


# ── share_holding_title ────────────────────────────────────────────────────────────────────────

FAMILIES = ShareHoldingTitleRule(
    title="gdht", unit_kind="household", denominator_indicator="so-ho", at_least=Decimal(70)
)
COUNT = HolderCount(title="gdht", unit_kind="household", grade=None, count=1100)
DECLARED = ShareHoldingAnswer(numerator=Decimal(1050), decision="Quyết định số 7/QĐ-UBND")
NOT_A_LIST = replace(COUNT, unit_kind="clan")


@pytest.mark.parametrize(
    ("counts", "answer", "expected"),
    [
        ((COUNT,), None, (Status.MET, Basis.COUNTED)),
        ((COUNT,), DECLARED, (Status.MET, Basis.COUNTED)),
        ((replace(COUNT, count=0),), DECLARED, (Status.NOT_MET, Basis.COUNTED)),
        ((), DECLARED, (Status.MET, Basis.DECLARED)),
        ((NOT_A_LIST,), DECLARED, (Status.MET, Basis.DECLARED)),
        ((), DECLARED.model_copy(update={"decision": ""}), (Status.UNANSWERED, None)),
        ((), DECLARED.model_copy(update={"numerator": None}), (Status.UNANSWERED, None)),
        ((), ShareHoldingAnswer(), (Status.NO_DATA, None)),
        ((), None, (Status.NO_DATA, None)),
    ],
)
def test_lists_count_before_declarations_and_nothing_is_no_data(
    counts: tuple[HolderCount, ...],
    answer: Answer | None,
    expected: tuple[Status, Basis | None],
) -> None:
    facts = replace(WITH_FIGURE, holder_counts=counts)

    assert judged(evaluate(FAMILIES, answer, facts)) == expected


def test_the_difference_between_list_and_declaration_is_shown() -> None:
    facts = replace(WITH_FIGURE, holder_counts=(COUNT,))

    outcome = evaluate(FAMILIES, DECLARED, facts)

    assert outcome.trace[1:] == (
        Differs(
            what="numerator",
            used=Decimal(1100),
            declared=Decimal(1050),
            document="Quyết định số 7/QĐ-UBND",
        ),
    )


def test_holders_without_a_figure_to_divide_by_are_no_data() -> None:
    facts = replace(FACTS, holder_counts=(COUNT,))

    outcome = evaluate(FAMILIES, None, facts)

    assert outcome.status is Status.NO_DATA
    assert outcome.trace == (Missing(what="figure", name="Số hộ gia đình"),)


@pytest.mark.parametrize(("grade", "percent"), [(None, "100"), (1, "80"), (2, "20")])
def test_only_holders_known_to_reach_the_grade_count(grade: int | None, percent: str) -> None:
    facts = replace(
        WITH_FIGURE,
        holder_counts=(
            replace(COUNT, count=300),
            replace(COUNT, grade=1, count=900),
            replace(COUNT, grade=2, count=300),
        ),
    )

    outcome = evaluate(FAMILIES.model_copy(update={"grade": grade}), None, facts)

    assert outcome.value == Decimal(percent)


def test_an_answer_of_another_kind_is_an_error_of_the_program() -> None:
    with pytest.raises(TypeError, match="NumberAnswer expected, not ScoreAnswer"):
        evaluate(NumberRule(unit="lớp", at_least=Decimal(1)), ScoreAnswer(), FACTS)


# ── sets ───────────────────────────────────────────────────────────────────────────────────────

YES, PARTLY, NO = (AttestedAnswer(value=value) for value in ("yes", "partly", "no"))
COMMUNE = [
    CriterionSpec("X-1", AttestedRule(), group="I", document="Kế hoạch 21/KH-UBND, mục III.4"),
    CriterionSpec("X-2", AttestedRule(), group="I"),
    CriterionSpec("X-3", HoldsTitleRule(title="cdht-xa"), group="II"),
]
HOLDER = replace(FACTS, held_titles=(HELD,))


@pytest.mark.parametrize(
    ("answers", "facts", "status"),
    [
        ({"X-1": YES, "X-2": YES}, HOLDER, Status.MET),
        ({"X-1": YES, "X-2": NO}, HOLDER, Status.NOT_MET),
        ({"X-1": YES, "X-2": YES}, FACTS, Status.NOT_MET),
        ({"X-1": YES}, FACTS, Status.NOT_MET),
        ({"X-1": YES}, HOLDER, Status.UNANSWERED),
        ({"X-1": PARTLY}, HOLDER, Status.INCONCLUSIVE),
    ],
)
def test_a_set_is_met_when_all_of_it_is(
    answers: dict[str, Answer], facts: Facts, status: Status
) -> None:
    assert evaluate_set(AllOfRule(), COMMUNE, answers, facts).outcome.status is status


def test_judgements_decide_what_was_answered_partly() -> None:
    result = evaluate_set(AllOfRule(), COMMUNE, {"X-1": YES, "X-2": PARTLY}, HOLDER, {"X-2": True})

    assert result.outcome.status is Status.MET


def test_each_criterion_names_its_document_and_each_group_is_counted() -> None:
    result = evaluate_set(AllOfRule(), COMMUNE, {"X-1": YES}, HOLDER)

    assert result.criteria["X-1"].trace[-1] == SourceDocument(
        citation="Kế hoạch 21/KH-UBND, mục III.4"
    )
    none = dict.fromkeys(Status, 0)
    nothing = {"points": Decimal(0), "max_points": Decimal(0)}
    assert result.groups == (
        GroupOutcome(group="I", counts={**none, Status.MET: 1, Status.UNANSWERED: 1}, **nothing),
        GroupOutcome(group="II", counts={**none, Status.MET: 1}, **nothing),
    )


@pytest.mark.parametrize("unsourced_rule", [None, AttestedRule()])
@pytest.mark.parametrize("answer", [YES, NO])
def test_a_set_with_a_criterion_without_source_is_never_concluded(
    unsourced_rule: AttestedRule | None, answer: AttestedAnswer
) -> None:
    criteria = [*COMMUNE[:1], CriterionSpec("3.1", unsourced_rule, sourced=False)]

    result = evaluate_set(AllOfRule(), criteria, {"X-1": answer, "3.1": YES}, FACTS)

    assert result.criteria["3.1"].status is Status.INCONCLUSIVE
    assert result.outcome.status is Status.INCONCLUSIVE
    assert result.outcome.trace[-1] == Missing(what="source")


def test_a_source_missing_below_the_top_counts_as_well() -> None:
    criteria = [
        CriterionSpec("1", AtLeastRule(n=1, of=("1.1", "1.2"))),
        CriterionSpec("1.1", AttestedRule()),
        CriterionSpec("1.2", None, sourced=False),
    ]

    result = evaluate_set(AllOfRule(), criteria, {"1.1": YES}, FACTS)

    assert result.criteria["1"].status is Status.MET
    assert result.outcome.status is Status.INCONCLUSIVE


@pytest.mark.parametrize(
    ("answers", "status"),
    [
        ((YES, YES, None), Status.MET),
        ((YES, YES, NO), Status.MET),
        ((YES, None, None), Status.UNANSWERED),
        ((YES, PARTLY, None), Status.INCONCLUSIVE),
        ((YES, NO, NO), Status.NOT_MET),
        ((NO, NO, None), Status.NOT_MET),
    ],
)
def test_at_least_is_decided_as_soon_as_nothing_open_matters(
    answers: tuple[AttestedAnswer | None, ...], status: Status
) -> None:
    criteria = [
        CriterionSpec("all", AtLeastRule(n=2, of=("0", "1", "2"))),
        *(CriterionSpec(str(number), AttestedRule()) for number in range(3)),
    ]
    given = {str(number): answer for number, answer in enumerate(answers) if answer}

    result = evaluate_set(AllOfRule(), criteria, given, FACTS)

    assert (result.criteria["all"].status, result.outcome.status) == (status, status)


# ── Công dân học tập: ten indicators of ten points ─────────────────────────────────────────────

INDICATORS = [
    CriterionSpec(str(number), ScoreRule(max=Decimal(10), floor=Decimal(5)), group="Năng lực")
    for number in range(1, 11)
]
CITIZEN = ScoreTotalRule(
    total=Decimal(80), relaxed=Relaxation(fact="vung-kho-khan", total=Decimal(70))
)
HARD = PlaceFact(
    code="vung-kho-khan",
    name="Xã đặc biệt khó khăn",
    valid_from=date(2021, 6, 4),
    valid_until=DAY,
    document="Quyết định số 861/QĐ-TTg",
)


def hard_place(**change: Any) -> Facts:
    return replace(FACTS, place_facts=(replace(HARD, **change),))


def scores(*points: int | None) -> dict[str, Answer]:
    return {
        str(number): ScoreAnswer(points=Decimal(given))
        for number, given in enumerate(points, start=1)
        if given is not None
    }


@pytest.mark.parametrize(
    ("answers", "facts", "status"),
    [
        (scores(*[8] * 10), FACTS, Status.MET),
        (scores(*[8] * 9, 7), FACTS, Status.NOT_MET),
        (scores(*[10] * 9, 4), FACTS, Status.NOT_MET),
        (scores(*[7] * 10), FACTS, Status.NOT_MET),
        (scores(*[7] * 10), hard_place(), Status.MET),
        (scores(*[7] * 10), hard_place(valid_from=None, valid_until=None), Status.MET),
        (scores(*[7] * 10), hard_place(valid_until=date(2026, 12, 30)), Status.NOT_MET),
        (scores(*[7] * 10), hard_place(valid_from=date(2027, 1, 1)), Status.NOT_MET),
        (scores(*[7] * 10), hard_place(code="khác"), Status.NOT_MET),
        (scores(*[7] * 9, 6), hard_place(), Status.NOT_MET),
        (scores(*[10] * 9, None), FACTS, Status.UNANSWERED),
        (scores(*[7] * 9, None), FACTS, Status.NOT_MET),
        (scores(4), FACTS, Status.NOT_MET),
        ({}, FACTS, Status.UNANSWERED),
    ],
)
def test_a_learning_citizen_needs_the_total_and_every_floor(
    answers: dict[str, Answer], facts: Facts, status: Status
) -> None:
    assert evaluate_set(CITIZEN, INDICATORS, answers, facts).outcome.status is status


def test_the_total_says_what_was_lowered_and_what_is_open() -> None:
    result = evaluate_set(CITIZEN, INDICATORS, scores(*[9] * 7, 4, 9), hard_place())

    assert result.outcome.threshold == RequiredTotal(
        limit=Decimal(70),
        relaxed_from=Decimal(80),
        fact="Xã đặc biệt khó khăn",
        document="Quyết định số 861/QĐ-TTg",
    )
    assert result.outcome.trace == (
        Total(
            points=Decimal(76),
            out_of=Decimal(100),
            still_possible=Decimal(10),
            below_floor=("8",),
        ),
    )
    assert [(group.points, group.max_points) for group in result.groups] == [
        (Decimal(76), Decimal(100))
    ]
