"""The pre-check: before anything is sent, in words, what blocks and what deserves a look."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaign.models import RoundDeadline
from campaign.queries import deadlines_of, nearest_deadline
from core import periods
from criteria import routing, rules
from criteria.evaluation import Form, asks, is_answered, is_counted
from criteria.models import Answer, AnswerVerdict, Assessment, Criterion
from criteria.outcome import Outcome, SetOutcome, Status, TitleOnRecord
from criteria.routing import Receiver


class Level(StrEnum):
    """A red finding blocks the sending, a yellow one deserves a look."""

    RED = "red"
    YELLOW = "yellow"


@dataclass(frozen=True)
class Finding:
    """One sentence of the pre-check, with the article or record behind it and its criterion."""

    level: Level
    text: str
    basis: str = ""
    criterion: Criterion | None = None


@dataclass(frozen=True)
class Frame:
    """The records around an assessment: who receives it, and its deadline; None: not configured."""

    receiving: Receiver | None
    deadline: RoundDeadline | None


def frame_of(assessment: Assessment) -> Frame:
    """The frame of an assessment today (three queries at most)."""
    kind = assessment.unit.kind
    return Frame(
        routing.receiver_of(kind, assessment.path, periods.today()),
        nearest_deadline(deadlines_of(assessment.round, kind), assessment.path),
    )


def check(
    assessment: Assessment,
    form: Form,
    answers: Sequence[Answer],
    outcome: SetOutcome,
    evidence_counts: Counter[int],
    frame: Frame,
) -> list[Finding]:
    """Everything to be said before this assessment is sent, what blocks first.

    Args:
        answers: the assessment's answers, all of them.
        outcome: the set's outcome for them.
        evidence_counts: pieces of evidence by criterion key.
        frame: who would receive it, and until when.
    """
    by_criterion = {answer.criterion_id: answer for answer in answers}
    findings = [
        *_route(frame.receiving),
        *_deadline(frame.deadline),
        *_unit(assessment),
    ]
    for criterion, spec in zip(form.criteria, form.specs, strict=True):
        answer = by_criterion.get(criterion.pk)
        findings += _criterion(criterion, spec, answer, outcome, evidence_counts[criterion.pk])
    return sorted(findings, key=lambda finding: finding.level != Level.RED)


def blocks(findings: Sequence[Finding]) -> bool:
    """Whether anything forbids the sending."""
    return any(finding.level == Level.RED for finding in findings)


def _route(receiving: Receiver | None) -> Iterator[Finding]:
    if receiving is None:
        yield Finding(
            Level.RED,
            _("No office is configured to receive this self-assessment (not configured)."),
        )


def _deadline(deadline: RoundDeadline | None) -> Iterator[Finding]:
    if deadline is None:
        yield Finding(Level.YELLOW, _("The deadline of this round is not configured."))
        return
    late = (periods.today() - deadline.due_on).days
    if late > 0:
        text = ngettext(
            "The deadline passed %(days)d day ago.", "The deadline passed %(days)d days ago.", late
        ) % {"days": late}
        yield Finding(Level.YELLOW, text, deadline.basis)


def _unit(assessment: Assessment) -> Iterator[Finding]:
    if periods.today() not in assessment.placement.period:
        yield Finding(
            Level.YELLOW,
            _("The unit has changed since this self-assessment was begun: %(name)s.")
            % {"name": assessment.placement.name},
            assessment.placement.basis,
        )


def _criterion(
    criterion: Criterion,
    spec: rules.CriterionSpec,
    answer: Answer | None,
    outcome: SetOutcome,
    evidence: int,
) -> Iterator[Finding]:
    basis = spec.document
    if not spec.sourced:
        text = _("No source gives the text of this criterion: the result cannot be concluded.")
        yield Finding(Level.YELLOW, text, basis, criterion)
    if asks(spec):
        value: dict[str, Any] = answer.value if answer else {}
        counted = spec.rule and is_counted(spec.rule, outcome.criteria[criterion.code])
        if spec.rule is None or not (counted or is_answered(spec.rule, value)):
            yield Finding(Level.RED, _("Not answered yet."), basis, criterion)
            return
        if not evidence and (criterion.evidence_hint or _claims(spec, value)):
            yield Finding(Level.YELLOW, _("No evidence is attached."), basis, criterion)
    if answer and needs_correction(answer):
        # What recognitions answer is corrected on their own page.
        yield Finding(
            Level.RED if asks(spec) else Level.YELLOW,
            _("Marked for correction and not corrected yet: %(reason)s")
            % {"reason": answer.verdict_reason},
            basis,
            criterion,
        )
    yield from _result(criterion, basis, outcome)


def _claims(spec: rules.CriterionSpec, value: dict[str, Any]) -> bool:
    """Whether the unit says that it did something, which only evidence shows."""
    return isinstance(spec.rule, rules.AttestedRule) and value.get("value") in ("yes", "partly")


def _result(criterion: Criterion, basis: str, outcome: SetOutcome) -> Iterator[Finding]:
    found = outcome.criteria[criterion.code]
    if found.status == Status.NOT_MET:
        yield Finding(Level.YELLOW, _("By its rule this criterion is not met."), basis, criterion)
    if only_declared(found):
        yield Finding(
            Level.YELLOW,
            _("The title is declared by the unit itself and waits for confirmation."),
            basis,
            criterion,
        )


def only_declared(outcome: Outcome) -> bool:
    """Whether an outcome rests on a title that nobody but the unit vouches for yet."""
    return any(isinstance(step, TitleOnRecord) and not step.confirmed for step in outcome.trace)


def needs_correction(answer: Answer) -> bool:
    """Whether an answer was marked for correction and has not been saved since."""
    return (
        answer.verdict == AnswerVerdict.TO_CORRECT
        and answer.verified_at is not None
        and answer.saved_at <= answer.verified_at
    )
