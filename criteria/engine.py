"""The rule engine: pure functions from a rule, an answer and facts to an explained outcome.

Three things hold for every function here and are held by property tests:

* knowing more – answering, finding a figure, judging – never turns one verdict into the other,
  unless what was known before has changed;
* the order of criteria does not matter;
* nothing is guessed: what is missing gives a status of its own, never a zero.

Answers are those that `criteria.answers.parse_answer` accepted, sets those that
`criteria.rules.check_set` accepted.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import count
from typing import Literal, TypeVar, assert_never

from criteria.answers import (
    Answer,
    AttestedAnswer,
    NumberAnswer,
    ScoreAnswer,
    ShareAnswer,
    ShareHoldingAnswer,
)
from criteria.facts import Facts, GatheredHolders, HeldTitle, in_force, reaches
from criteria.outcome import (
    VERDICTS,
    Answered,
    Basis,
    Combined,
    Contradiction,
    Differs,
    Finding,
    Gathered,
    GroupOutcome,
    Judged,
    Measure,
    Measured,
    Missing,
    NoTitle,
    Outcome,
    Quotient,
    Reached,
    RequiredAnswer,
    RequiredCriteria,
    RequiredLimit,
    RequiredScale,
    RequiredTitle,
    RequiredTotal,
    Requirement,
    SetOutcome,
    SourceDocument,
    Status,
    Term,
    TitleOnRecord,
    TitleRefused,
    Total,
    hardest,
)
from criteria.rules import (
    AllOfRule,
    AtLeastRule,
    AttestedRule,
    Band,
    CombiningRule,
    CriterionSpec,
    Graded,
    GradedShare,
    HoldsTitleRule,
    LeafRule,
    NumberRule,
    ScoreRule,
    ScoreTotalRule,
    SetRule,
    ShareHoldingTitleRule,
    ShareRule,
    children_of,
    items_of,
    max_points,
)

_AnswerKind = TypeVar("_AnswerKind", bound=Answer)


def evaluate(
    rule: LeafRule, answer: Answer | None, facts: Facts, *, judgement: bool | None = None
) -> Outcome:
    """Judge one criterion.

    `answer` is None where nothing was entered. `judgement` is the reviewing person's verdict on an
    attested criterion, None before it; other kinds are calculated and take none. Raises TypeError
    when the answer belongs to another kind of rule.
    """
    match rule:
        case AttestedRule():
            return _attested(rule, _of_type(AttestedAnswer, answer), judgement)
        case NumberRule():
            return _number(rule, _of_type(NumberAnswer, answer))
        case ShareRule():
            return _share(rule, _of_type(ShareAnswer, answer), facts)
        case HoldsTitleRule():
            return _holds_title(rule, facts)
        case ShareHoldingTitleRule():
            return _share_holding_title(rule, _of_type(ShareHoldingAnswer, answer), facts)
        case ScoreRule():
            return _score(rule, _of_type(ScoreAnswer, answer))
        case _:
            assert_never(rule)


def combine(rule: CombiningRule, children: Mapping[str, Outcome]) -> Outcome:
    """Judge a criterion, or a set, by the outcomes of others, keyed by code.

    A verdict is given as soon as nothing still open can change it.
    """
    required = len(children) if isinstance(rule, AllOfRule) else rule.n
    found = _sorted_by_status(children)
    if len(found.met) >= required:
        status = Status.MET
    elif len(found.met) + len(found.waiting) < required:
        status = Status.NOT_MET
    else:
        status = hardest(children[code].status for code in found.waiting)
    threshold = RequiredCriteria(n=required, of=tuple(children))
    return Outcome(status=status, threshold=threshold, trace=(found,))


def evaluate_set(
    set_rule: SetRule,
    criteria: Sequence[CriterionSpec],
    answers: Mapping[str, Answer],
    facts: Facts,
    judgements: Mapping[str, bool] | None = None,
) -> SetOutcome:
    """Judge a whole set.

    `answers` and `judgements` are keyed by criterion code; what is not there is open. A set of
    which a criterion has no source is never concluded, whatever the others say: with a part of
    its text unknown it is not known what the set asks.
    """
    by_code = {criterion.code: criterion for criterion in criteria}
    outcomes = _evaluate_each(by_code, answers, facts, judgements or {})
    items = items_of(set_rule, criteria)
    if isinstance(set_rule, ScoreTotalRule):
        outcome = _score_total(set_rule, items, by_code, outcomes, facts)
    else:
        outcome = combine(set_rule, {code: outcomes[code] for code in items})
    if _has_unsourced(items, by_code):
        outcome = _without_source(outcome)
    return SetOutcome(
        outcome=outcome, criteria=outcomes, groups=_group_outcomes(criteria, outcomes)
    )


# ── attested, number, score ────────────────────────────────────────────────────────────────────


def _attested(rule: AttestedRule, answer: AttestedAnswer, judgement: bool | None) -> Outcome:
    threshold = RequiredAnswer(partly_is_enough=rule.partly_is_enough)
    trace: list[Finding] = [] if answer.value is None else [Answered(value=answer.value)]
    if judgement is not None:
        return Outcome(
            status=_verdict(judgement),
            threshold=threshold,
            trace=(*trace, Judged(met=judgement)),
            basis=Basis.JUDGED,
        )
    if answer.value is None:
        return _waiting(Status.UNANSWERED, threshold, Missing(what="answer"))
    if answer.value == "partly" and not rule.partly_is_enough:
        return _waiting(Status.INCONCLUSIVE, threshold, *trace, Missing(what="judgement"))
    return Outcome(
        status=_verdict(answer.value != "no"),
        threshold=threshold,
        trace=tuple(trace),
        basis=Basis.DECLARED,
    )


def _number(rule: NumberRule, answer: NumberAnswer) -> Outcome:
    threshold = _required(rule, "number", rule.unit)
    if answer.value is None:
        return _waiting(Status.UNANSWERED, threshold, Missing(what="answer"))
    measured = Measured(value=answer.value, measure="number", unit=rule.unit)
    return _graded(rule, Fraction(answer.value), answer.value, threshold, [measured])


def _score(rule: ScoreRule, answer: ScoreAnswer) -> Outcome:
    threshold = RequiredLimit(compare="at_least", limit=rule.floor, measure="points")
    if answer.points is None:
        return _waiting(Status.UNANSWERED, threshold, Missing(what="answer"))
    return Outcome(
        status=_verdict(answer.points >= rule.floor),
        threshold=threshold,
        trace=(Measured(value=answer.points, measure="points", out_of=rule.max),),
        basis=Basis.DECLARED,
        value=answer.points,
        points=answer.points,
    )


# ── shares ─────────────────────────────────────────────────────────────────────────────────────


def _share(rule: ShareRule, answer: ShareAnswer, facts: Facts) -> Outcome:
    threshold = _required(rule, "percent")
    if answer.numerator is None:
        return _waiting(Status.UNANSWERED, threshold, Missing(what="numerator"))
    numerator = Term(value=answer.numerator, label=rule.numerator, source="answer")
    if rule.denominator_indicator is not None:
        denominator = _figure(
            rule.denominator_indicator, rule.denominator, answer.denominator, facts
        )
        if denominator is None:
            missing = Missing(what="figure", name=rule.denominator)
            return _waiting(Status.NO_DATA, threshold, missing)
    elif answer.denominator is not None:
        denominator = Term(value=answer.denominator, label=rule.denominator, source="answer")
    else:
        return _waiting(Status.UNANSWERED, threshold, Missing(what="denominator"))
    differences = _differences("denominator", denominator, answer.denominator)
    return _quotient(rule, numerator, denominator, threshold, differences)


def _share_holding_title(
    rule: ShareHoldingTitleRule, answer: ShareHoldingAnswer, facts: Facts
) -> Outcome:
    threshold = _required(rule, "percent")
    title = facts.title_name(rule.title)
    gathered = facts.gathered_holders(rule.title, rule.unit_kind)
    if gathered is not None and not (rule.grade is None and _stands_alone(rule, gathered, facts)):
        return _share_gathered(rule, answer, facts, gathered)
    counted = facts.count_holders(rule.title, rule.unit_kind, rule.grade)
    if counted is not None:
        numerator = Term(value=Decimal(counted), label=title, source="list", day=facts.figures_day)
    elif rule.grade is None and rule.title in facts.declared_holders:
        stated = facts.declared_holders[rule.title]
        numerator = Term(
            value=stated.value,
            label=title,
            source="figure",
            day=stated.day,
            document=stated.document,
        )
    elif answer.numerator is not None and answer.decision:
        numerator = Term(
            value=answer.numerator, label=title, source="answer", document=answer.decision
        )
    else:
        return _without_holders(threshold, title, answer)
    label = facts.indicator_name(rule.denominator_indicator)
    denominator = _figure(rule.denominator_indicator, label, answer.denominator, facts)
    if denominator is None:
        return _waiting(Status.NO_DATA, threshold, Missing(what="figure", name=label))
    differences = (
        *_differences("numerator", numerator, answer.numerator, answer.decision),
        *_differences("denominator", denominator, answer.denominator),
    )
    return _quotient(rule, numerator, denominator, threshold, differences)


def _stands_alone(rule: ShareHoldingTitleRule, gathered: GatheredHolders, facts: Facts) -> bool:
    """Whether the figure of the whole place has to stand in for parts that know nothing."""
    return bool(gathered.missing) and rule.title in facts.declared_holders


def _share_gathered(
    rule: ShareHoldingTitleRule,
    answer: ShareHoldingAnswer,
    facts: Facts,
    gathered: GatheredHolders,
) -> Outcome:
    """A share whose numerator the parts of the place give, each by its list or its figure.

    What parts without either could add can only raise it: where it is enough without them, it is
    met; else it waits for them.
    """
    threshold = _required(rule, "percent")
    title = facts.title_name(rule.title)
    listed = gathered.listed(rule.grade)
    # A figure knows no grades.
    declared = gathered.declared if rule.grade is None else Decimal()
    is_complete = not gathered.missing and (rule.grade is None or not gathered.declared_places)
    told = Gathered(
        name=title,
        listed=listed,
        listed_places=gathered.listed_places,
        declared=declared,
        declared_places=gathered.declared_places,
        missing=gathered.missing,
        also_declared=gathered.also_declared,
        also_counted=gathered.also_counted,
    )
    numerator = Term(
        value=listed + declared,
        label=title,
        source="figure" if declared else "list",
        day=facts.figures_day,
    )
    label = facts.indicator_name(rule.denominator_indicator)
    denominator = _figure(rule.denominator_indicator, label, answer.denominator, facts)
    if denominator is None:
        return _waiting(Status.NO_DATA, threshold, Missing(what="figure", name=label), told)
    own = facts.declared_holders.get(rule.title) if rule.grade is None else None
    differences = (
        *(
            _differences("numerator", numerator, own.value, own.document)
            if own and not declared
            else ()
        ),
        *_differences("numerator", numerator, answer.numerator, answer.decision),
        *_differences("denominator", denominator, answer.denominator),
    )
    found = _quotient(rule, numerator, denominator, threshold, differences)
    if is_complete or (found.status is Status.MET and rule.at_least is not None):
        return found.model_copy(update={"trace": (*found.trace, told)})
    return _waiting(Status.NO_DATA, threshold, told)


def _without_holders(threshold: Requirement, title: str, answer: ShareHoldingAnswer) -> Outcome:
    """Neither list nor a complete declaration: half a declaration is an open answer."""
    if answer.numerator is not None:
        return _waiting(Status.UNANSWERED, threshold, Missing(what="decision"))
    if answer.decision:
        return _waiting(Status.UNANSWERED, threshold, Missing(what="numerator"))
    return _waiting(Status.NO_DATA, threshold, Missing(what="holders", name=title))


def _figure(indicator: str, label: str, declared: Decimal | None, facts: Facts) -> Term | None:
    """The figure of the place; a declared number stands in where the portal has none."""
    known = facts.figures.get(indicator)
    if known is not None:
        return Term(
            value=known.value, label=label, source="figure", day=known.day, document=known.document
        )
    if declared is not None:
        return Term(value=declared, label=label, source="answer")
    return None


def _differences(
    what: Literal["numerator", "denominator"],
    used: Term,
    declared: Decimal | None,
    document: str = "",
) -> tuple[Differs, ...]:
    if declared is None or declared == used.value:
        return ()
    return (Differs(what=what, used=used.value, declared=declared, document=document),)


def _quotient(
    rule: GradedShare,
    numerator: Term,
    denominator: Term,
    threshold: Requirement,
    differences: Sequence[Differs],
) -> Outcome:
    contradiction = _contradiction(numerator, denominator)
    if contradiction is not None:
        return _waiting(Status.INCONCLUSIVE, threshold, contradiction, *differences)
    exact = 100 * Fraction(numerator.value) / Fraction(denominator.value)
    percent = _shown_percent(rule, exact)
    quotient = Quotient(numerator=numerator, denominator=denominator, percent=percent)
    basis = Basis.COUNTED if numerator.source == "list" else Basis.DECLARED
    return _graded(rule, exact, percent, threshold, [quotient, *differences], basis)


def _contradiction(numerator: Term, denominator: Term) -> Contradiction | None:
    if denominator.value == 0:
        what: Literal["above_whole", "nothing_to_share"] = "nothing_to_share"
    elif numerator.value > denominator.value:
        what = "above_whole"
    else:
        return None
    return Contradiction(what=what, numerator=numerator, denominator=denominator)


def _shown_percent(rule: GradedShare, exact: Fraction) -> Decimal:
    """Two decimals, or as many more as it takes not to show 89,999 % as 90 %."""
    for places in count(2, 2):
        rounded = round(exact, places)
        if _grade(rule, rounded) == _grade(rule, exact):
            return Decimal(rounded.numerator) / Decimal(rounded.denominator)
    raise AssertionError("a finite fraction is told apart from a threshold by finitely many digits")


# ── titles ─────────────────────────────────────────────────────────────────────────────────────


def _holds_title(rule: HoldsTitleRule, facts: Facts) -> Outcome:
    day = facts.figures_day if rule.on == "figures_day" else facts.decision_day
    name = facts.title_name(rule.title)
    threshold = RequiredTitle(name=name, grade=rule.grade, day=day, of=rule.of)
    known = [held for held in facts.held_titles if (held.title, held.of) == (rule.title, rule.of)]
    best = min(known, key=lambda held: _closeness(held, rule.grade, day), default=None)
    if best is None:
        trace = _refused(rule, facts, name) or (NoTitle(name=name),)
        return Outcome(status=Status.NOT_MET, threshold=threshold, trace=trace, basis=Basis.HELD)
    on_record = _on_record(best, name, day)
    if on_record.state == "in_force" and best.grade is None and rule.grade is not None:
        return _waiting(Status.INCONCLUSIVE, threshold, on_record, Missing(what="grade", name=name))
    met = on_record.state == "in_force" and reaches(best.grade, rule.grade)
    return Outcome(
        status=_verdict(met),
        threshold=threshold,
        trace=(on_record, *(() if met else _refused(rule, facts, name))),
        basis=Basis.HELD if best.confirmed else Basis.DECLARED,
    )


def _refused(rule: HoldsTitleRule, facts: Facts, name: str) -> tuple[Finding, ...]:
    """The recognition of the unit that was refused last, if any."""
    found = [one for one in facts.refused_titles if (one.title, rule.of) == (rule.title, "unit")]
    last = max(found, key=lambda one: one.day, default=None)
    if last is None:
        return ()
    return (TitleRefused(name=name, decision=last.decision, state=last.state, day=last.day),)


def _closeness(held: HeldTitle, grade: int | None, day: date) -> tuple[object, ...]:
    """Sort key: the recognition that meets the rule first, then the one that comes closest.

    In force before not in force, enough before unknown before too low, confirmed before declared,
    later end before earlier; citation and beginning make the order complete.
    """
    known_grade = 0 if reaches(held.grade, grade) else 1 if held.grade is None else 2
    last_day = date.max if held.valid_until is None else held.valid_until
    return (
        not in_force(held.valid_from, held.valid_until, day),
        known_grade,
        not held.confirmed,
        -last_day.toordinal(),
        -held.valid_from.toordinal(),
        -(held.grade or 0),
        held.decision,
        held.holder,
    )


def _on_record(held: HeldTitle, name: str, day: date) -> TitleOnRecord:
    state: Literal["in_force", "expired", "not_yet"] = "in_force"
    if day < held.valid_from:
        state = "not_yet"
    elif not in_force(held.valid_from, held.valid_until, day):
        state = "expired"
    return TitleOnRecord(
        name=name,
        grade=held.grade,
        decision=held.decision,
        valid_from=held.valid_from,
        valid_until=held.valid_until,
        confirmed=held.confirmed,
        holder=held.holder,
        state=state,
    )


# ── thresholds and scales ──────────────────────────────────────────────────────────────────────


def _required(rule: Graded, measure: Measure, unit: str = "") -> Requirement:
    if rule.at_least is not None:
        return RequiredLimit(compare="at_least", limit=rule.at_least, measure=measure, unit=unit)
    if rule.at_most is not None:
        return RequiredLimit(compare="at_most", limit=rule.at_most, measure=measure, unit=unit)
    return RequiredScale(bands=rule.bands or (), measure=measure, unit=unit)


def _grade(rule: Graded, value: Fraction) -> tuple[bool, Band | None]:
    """Whether a value meets the rule, and the band it reaches on a scale."""
    if rule.bands is not None:
        reached = [band for band in rule.bands if value >= Fraction(band.min)]
        return bool(reached) and reached[-1].met, reached[-1] if reached else None
    too_low = rule.at_least is not None and value < Fraction(rule.at_least)
    too_high = rule.at_most is not None and value > Fraction(rule.at_most)
    return not too_low and not too_high, None


def _graded(
    rule: Graded,
    exact: Fraction,
    shown: Decimal,
    threshold: Requirement,
    trace: Sequence[Finding],
    basis: Basis = Basis.DECLARED,
) -> Outcome:
    met, band = _grade(rule, exact)
    points = None
    if rule.bands is not None:
        trace = [*trace, Reached(band=band)]
        if rule.bands[0].points is not None:
            points = Decimal(0) if band is None else band.points
    return Outcome(
        status=_verdict(met),
        threshold=threshold,
        trace=tuple(trace),
        basis=basis,
        value=shown,
        points=points,
    )


# ── sets ───────────────────────────────────────────────────────────────────────────────────────


def _evaluate_each(
    by_code: Mapping[str, CriterionSpec],
    answers: Mapping[str, Answer],
    facts: Facts,
    judgements: Mapping[str, bool],
) -> dict[str, Outcome]:
    """The outcome of each criterion in the order of the set, children before what combines them."""
    done: dict[str, Outcome] = {}

    def outcome_of(code: str) -> Outcome:
        if code not in done:
            done[code] = judge(by_code[code])
        return done[code]

    def judge(criterion: CriterionSpec) -> Outcome:
        rule = criterion.rule
        if rule is None:
            outcome = Outcome(status=Status.INCONCLUSIVE, threshold=None, trace=())
        elif isinstance(rule, AllOfRule | AtLeastRule):
            outcome = combine(rule, {code: outcome_of(code) for code in rule.of})
        else:
            answer = answers.get(criterion.code)
            judgement = judgements.get(criterion.code)
            outcome = evaluate(rule, answer, facts, judgement=judgement)
        return _with_source(outcome, criterion)

    return {code: outcome_of(code) for code in by_code}


def _with_source(outcome: Outcome, criterion: CriterionSpec) -> Outcome:
    if not criterion.sourced:
        outcome = _without_source(outcome)
    if not criterion.document:
        return outcome
    trace = (*outcome.trace, SourceDocument(citation=criterion.document))
    return outcome.model_copy(update={"trace": trace})


def _without_source(outcome: Outcome) -> Outcome:
    trace = (*outcome.trace, Missing(what="source"))
    return outcome.model_copy(update={"status": Status.INCONCLUSIVE, "trace": trace})


def _has_unsourced(codes: Sequence[str], by_code: Mapping[str, CriterionSpec]) -> bool:
    """Whether one of the criteria, or one that it combines, has no source."""
    return any(
        not by_code[code].sourced or _has_unsourced(children_of(by_code[code].rule), by_code)
        for code in codes
    )


def _score_total(
    rule: ScoreTotalRule,
    items: Sequence[str],
    by_code: Mapping[str, CriterionSpec],
    outcomes: Mapping[str, Outcome],
    facts: Facts,
) -> Outcome:
    """Add up the points; an open item may still bring all of its points, or fail its floor."""
    possible = {code: max_points(by_code[code].rule) or Decimal(0) for code in items}
    waiting = [code for code in items if outcomes[code].status not in VERDICTS]
    reached = (outcomes[code].points or Decimal(0) for code in items if code not in waiting)
    points = sum(reached, Decimal(0))
    below_floor = tuple(code for code in items if outcomes[code].status is Status.NOT_MET)
    still_possible = sum((possible[code] for code in waiting), Decimal(0))
    threshold = _required_total(rule, facts)
    if below_floor or points + still_possible < threshold.limit:
        status = Status.NOT_MET
    elif waiting:
        status = hardest(outcomes[code].status for code in waiting)
    else:
        status = Status.MET
    total = Total(
        points=points,
        out_of=sum(possible.values(), Decimal(0)),
        still_possible=still_possible,
        below_floor=below_floor,
    )
    return Outcome(status=status, threshold=threshold, trace=(total,), value=points, points=points)


def _required_total(rule: ScoreTotalRule, facts: Facts) -> RequiredTotal:
    fact = facts.place_fact(rule.relaxed.fact) if rule.relaxed is not None else None
    if rule.relaxed is None or fact is None:
        return RequiredTotal(limit=rule.total)
    return RequiredTotal(
        limit=rule.relaxed.total,
        relaxed_from=rule.total,
        fact=fact.name,
        document=fact.document,
    )


def _group_outcomes(
    criteria: Sequence[CriterionSpec], outcomes: Mapping[str, Outcome]
) -> tuple[GroupOutcome, ...]:
    groups: dict[str, list[CriterionSpec]] = {}
    for criterion in criteria:
        groups.setdefault(criterion.group, []).append(criterion)
    return tuple(_group_outcome(group, members, outcomes) for group, members in groups.items())


def _group_outcome(
    group: str, members: Sequence[CriterionSpec], outcomes: Mapping[str, Outcome]
) -> GroupOutcome:
    statuses = [outcomes[member.code].status for member in members]
    return GroupOutcome(
        group=group,
        counts={status: statuses.count(status) for status in Status},
        points=sum((outcomes[member.code].points or Decimal(0) for member in members), Decimal(0)),
        max_points=sum((max_points(member.rule) or Decimal(0) for member in members), Decimal(0)),
    )


# ── small helpers ──────────────────────────────────────────────────────────────────────────────


def _verdict(met: bool) -> Status:
    return Status.MET if met else Status.NOT_MET


def _waiting(status: Status, threshold: Requirement, *trace: Finding) -> Outcome:
    return Outcome(status=status, threshold=threshold, trace=trace)


def _of_type(kind: type[_AnswerKind], answer: Answer | None) -> _AnswerKind:
    if answer is None:
        return kind()
    if not isinstance(answer, kind):
        raise TypeError(f"{kind.__name__} expected, not {type(answer).__name__}")
    return answer


def _sorted_by_status(outcomes: Mapping[str, Outcome]) -> Combined:
    def codes(*statuses: Status) -> tuple[str, ...]:
        return tuple(code for code, outcome in outcomes.items() if outcome.status in statuses)

    return Combined(
        met=codes(Status.MET),
        not_met=codes(Status.NOT_MET),
        waiting=codes(Status.UNANSWERED, Status.NO_DATA, Status.INCONCLUSIVE),
    )
