"""From the rows of an assessment to the outcome of its set."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal, cast

from django.db.models import Prefetch, prefetch_related_objects
from django.utils import timezone

from core import periods
from criteria import engine, holders, rules, unit_figures
from criteria.answers import Answer as AnswerValue
from criteria.answers import parse_answer
from criteria.facts import Facts, GatheredHolders, HeldTitle, RefusedTitle
from criteria.models import (
    Answer,
    AnswerVerdict,
    Assessment,
    CriteriaSet,
    Criterion,
    Recognition,
    RecognitionState,
    Title,
)
from criteria.outcome import (
    VERDICTS,
    Finding,
    NoTitle,
    Outcome,
    SetOutcome,
    TitleOnRecord,
    TitleRefused,
)


@dataclass(frozen=True)
class Form:
    """The rule records of a set, parsed once: what its form asks and what its engine reads."""

    criteria_set: CriteriaSet
    criteria: tuple[Criterion, ...]
    specs: tuple[rules.CriterionSpec, ...]
    rule: rules.SetRule

    @property
    def asked(self) -> tuple[Criterion, ...]:
        """The criteria that want an answer from the unit."""
        return tuple(c for c, spec in zip(self.criteria, self.specs, strict=True) if asks(spec))

    @property
    def judged(self) -> tuple[Criterion, ...]:
        """The criteria that want a verdict: all that have a rule and do not combine others."""
        return tuple(
            criterion
            for criterion, spec in zip(self.criteria, self.specs, strict=True)
            if wants_verdict(spec.rule)
        )

    def spec(self, code: str) -> rules.CriterionSpec:
        """The specification of one criterion. Raises KeyError."""
        return {spec.code: spec for spec in self.specs}[code]


def asks(spec: rules.CriterionSpec) -> bool:
    """Whether a criterion wants an answer: not what recognitions answer or what combines others."""
    silent = (rules.HoldsTitleRule, rules.AllOfRule, rules.AtLeastRule)
    return spec.rule is not None and not isinstance(spec.rule, silent)


def wants_verdict(rule: rules.Rule | None) -> bool:
    """Whether a criterion wants a verdict of its own: it has a rule and combines no others."""
    return rule is not None and not rules.children_of(rule)


def form_of(criteria_set: CriteriaSet) -> Form:
    """Read a set with its criteria (one query, the first time for one instance)."""
    in_order = Criterion.objects.select_related("source", "register_link").order_by("order")
    prefetch_related_objects([criteria_set], Prefetch("criteria", queryset=in_order))
    criteria = tuple(criteria_set.criteria.all())
    specs = tuple(
        rules.CriterionSpec(
            criterion.code,
            rules.parse(criterion.rule) if criterion.rule else None,
            criterion.group,
            criterion.status == Criterion.Status.KNOWN,
            f"{criteria_set.document.number} {criterion.article}".strip(),
        )
        for criterion in criteria
    )
    return Form(criteria_set, criteria, specs, rules.parse_set(criteria_set.rule))


def gather_facts(assessment: Assessment, day: periods.Day | None = None) -> Facts:
    """What the portal knows of the unit on the round's day (two queries at most; two more where a
    rule of the set reads figures, five where one counts who holds a title in the place, three where
    one asks of its members).

    Args:
        day: the day on which it would be decided; today where None.
    """
    day = day or periods.today()
    if assessment.facts_once is not None and day in assessment.facts_once:
        return assessment.facts_once[day]
    form = form_of(assessment.criteria_set)
    places = {assessment.unit_id: assessment.path}
    facts = facts_of(form, places, assessment.round.figures_day, day)[assessment.unit_id]
    if assessment.facts_once is not None:
        assessment.facts_once[day] = facts
    return facts


def facts_of(
    form: Form, places: Mapping[int, str], figures_day: periods.Day, day: periods.Day | None = None
) -> dict[int, Facts]:
    """`gather_facts` for many units that one set asks, in as many queries as for one.

    Args:
        places: the path of each unit, by its key.
    """
    recognitions: defaultdict[int, list[Recognition]] = defaultdict(list)
    known = Recognition.objects.filter(unit_id__in=places).with_ever_held()
    for one in known.select_related("title"):
        recognitions[one.unit_id].append(one)
    stated: Mapping[int, unit_figures.UnitFigures] = {}
    if unit_figures.read_by(form.rule, form.specs):
        stated = unit_figures.of_units(places, figures_day)
    titles = _title_names(form, recognitions)
    gathered = holders.of_units(holders.asked_by(form.specs), places, figures_day)
    of_members = holders.of_members(_asked_of_members(form), places, figures_day)
    none = unit_figures.UnitFigures()
    days = figures_day, day or periods.today()
    return {
        unit_id: _facts(
            recognitions[unit_id],
            of_members[unit_id],
            stated.get(unit_id, none),
            gathered.get(unit_id, ()),
            titles,
            days,
        )
        for unit_id in places
    }


def _asked_of_members(form: Form) -> set[str]:
    """The titles that rules of a set ask of a member of the unit."""
    found = [spec.rule for spec in form.specs if isinstance(spec.rule, rules.HoldsTitleRule)]
    return {rule.title for rule in found if rule.of == "member"}


def _title_names(form: Form, held: Mapping[int, Iterable[Recognition]]) -> Mapping[str, str]:
    """The titles that rules of a set name, by their code (one query where the units held not all of
    them)."""
    names = {one.title.code: str(one.title) for found in held.values() for one in found}
    asked = (rules.HoldsTitleRule, rules.ShareHoldingTitleRule)
    named = {spec.rule.title for spec in form.specs if isinstance(spec.rule, asked)}
    if unknown := named - names.keys():
        names |= {title.code: str(title) for title in Title.objects.filter(code__in=unknown)}
    return names


def _facts(
    recognitions: Collection[Recognition],
    of_members: Iterable[tuple[Recognition, str]],
    stated: unit_figures.UnitFigures,
    gathered: tuple[GatheredHolders, ...],
    titles: Mapping[str, str],
    days: tuple[periods.Day, periods.Day],
) -> Facts:
    figures_day, decision_day = days
    return Facts(
        figures_day=figures_day,
        decision_day=decision_day,
        held_titles=(
            *(_held(one) for one in recognitions if one.was_held),  # type: ignore[attr-defined]
            *(replace(_held(one), of="member", holder=name) for one, name in of_members),
        ),
        refused_titles=tuple(_refused(one) for one in recognitions if one.state in _REFUSED),
        title_names=titles,
        figures=stated.numbers,
        declared_holders=stated.holders,
        place_facts=stated.place_facts,
        gathered=gathered,
        indicator_names=stated.names,
    )


def _held(recognition: Recognition) -> HeldTitle:
    first = periods.first_day(recognition.period)
    return HeldTitle(
        title=recognition.title.code,
        grade=int(recognition.grade) if recognition.grade else None,
        decision=citation_of(recognition),
        valid_from=first or recognition.decided_on,
        valid_until=periods.last_day(recognition.period),
        confirmed=recognition.state == RecognitionState.CONFIRMED,
    )


_REFUSED: dict[str, Literal["rejected", "revoked"]] = {
    RecognitionState.REJECTED: "rejected",
    RecognitionState.REVOKED: "revoked",
}


def _refused(recognition: Recognition) -> RefusedTitle:
    checked_at = cast(datetime, recognition.checked_at)  # a check constraint
    return RefusedTitle(
        title=recognition.title.code,
        decision=citation_of(recognition),
        state=_REFUSED[recognition.state],
        day=timezone.localtime(checked_at).date(),
    )


def citation_of(recognition: Recognition) -> str:
    """“Quyết định số 12/QĐ-UBND ngày 05/01/2026 của …”, as papers write it."""
    day = f"{recognition.decided_on:%d/%m/%Y}"
    return f"Quyết định số {recognition.decision_number} ngày {day} của {recognition.decided_by}"


def evaluate(form: Form, answers: Iterable[Answer], facts: Facts) -> SetOutcome:
    """Judge the set: verified values go before claimed ones, verdicts before claims."""
    by_id = {criterion.pk: criterion.code for criterion in form.criteria}
    values: dict[str, AnswerValue] = {}
    judgements: dict[str, bool] = {}
    for answer in answers:
        code = by_id[answer.criterion_id]
        spec = form.spec(code)
        if spec.rule is None or not asks(spec):
            continue
        stands = answer.verified_value if answer.verified_value is not None else answer.value
        values[code] = parse_answer(spec.rule, stands)
        judged = _judgement(spec.rule, answer, stands)
        if judged is not None:
            judgements[code] = judged
    return engine.evaluate_set(form.rule, form.specs, values, facts, judgements)


def _judgement(rule: rules.Rule, answer: Answer, stands: Mapping[str, Any]) -> bool | None:
    """The reviewer's word on an attested criterion; other kinds are calculated."""
    if not isinstance(rule, rules.AttestedRule) or stands.get("value") is None:
        return None
    if answer.verdict not in (AnswerVerdict.ACCEPTED, AnswerVerdict.CHANGED):
        return None
    enough = {"yes", "partly"} if rule.partly_is_enough else {"yes"}
    return stands["value"] in enough


def outcome_then(answer: Answer, now: Outcome) -> Outcome | None:
    """How a criterion stood when it was accepted, where it stands otherwise `now`; else None.

    An acceptance rests on what the portal knew then: a title that was revoked since, a figure that
    was corrected, open the criterion again.
    """
    if answer.judged_outcome is None:
        return None
    then = Outcome.model_validate(answer.judged_outcome)
    return None if _fact(then) == _fact(now) else then


def _fact(outcome: Outcome) -> tuple[object, ...]:
    """What an acceptance rests on; that a title has been confirmed since does not shake it, nor
    that what did not count has been refused."""
    trace = [
        _as_confirmed(step)
        for step in outcome.trace
        if not isinstance(step, NoTitle | TitleRefused)
    ]
    return outcome.status, outcome.value, outcome.points, trace


def _as_confirmed(step: Finding) -> Finding:
    if isinstance(step, TitleOnRecord):
        return step.model_copy(update={"confirmed": True})
    return step


def count_answered(form: Form, answers: Iterable[Answer], outcome: SetOutcome) -> int:
    """How many of the criteria that want an answer have a whole one, or are counted without."""
    values = {answer.criterion_id: answer.value for answer in answers}
    return sum(
        spec.rule is not None
        and asks(spec)
        and (
            is_answered(spec.rule, values.get(criterion.pk, {}))
            or is_counted(spec.rule, outcome.criteria[criterion.code])
        )
        for criterion, spec in zip(form.criteria, form.specs, strict=True)
    )


def is_counted(rule: rules.Rule, outcome: Outcome) -> bool:
    """Whether the portal counted what the rule asks for: then nobody has to type it."""
    return isinstance(rule, rules.ShareHoldingTitleRule) and outcome.status in VERDICTS


def is_answered(rule: rules.Rule, value: Mapping[str, Any]) -> bool:
    """Whether every part that the rule needs has been entered."""
    match rule:
        case rules.ShareRule(denominator_indicator=str()):
            return value.get("numerator") is not None
        case rules.ShareRule():
            return value.get("numerator") is not None and value.get("denominator") is not None
        case rules.ShareHoldingTitleRule():
            return value.get("numerator") is not None and bool(value.get("decision"))
        case rules.ScoreRule():
            return value.get("points") is not None
        case _:
            return value.get("value") is not None
