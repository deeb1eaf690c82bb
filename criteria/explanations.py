"""Why a self-assessment stands as it does: for each criterion what is required, what was found,
where each value comes from, on which source it rests, and the evidence.

A confirmed one is told from what was frozen then, so that it reads the same years later; else from
what is known now.
"""

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from core.numbers import format_vi_number
from criteria import answer_texts, explain, rules
from criteria.models import Answer, AssessmentState, Criterion, Evidence
from criteria.outcome import Outcome, SourceDocument, Status
from criteria.sheets import Sheet

Shown = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Entered:
    """What somebody entered.

    Attributes:
        values: field by field, as people read it.
        by: who, and when.
        words: what they wrote beside it; of a verdict why.
    """

    values: Shown
    by: str
    words: str = ""


@dataclass(frozen=True)
class Explanation:
    """Why one criterion stands as it does.

    Attributes:
        found: what is required, then what was found, one sentence each, with where each number
            comes from.
        claimed: what the unit says; None where it was not asked, or has not answered.
        verified: what the reviewing office said to that, `verdict` in a word; None before.
        evidence: each file with its digest and who brought it.
        citation: document, article and source.
        points: `7/10`; empty where the rule gives none.
    """

    criterion: Criterion
    wording: str
    status: Status
    label: str
    found: tuple[str, ...]
    claimed: Entered | None
    verdict: str
    verified: Entered | None
    evidence: tuple[str, ...]
    citation: str
    points: str


def explanations(sheet: Sheet) -> list[Explanation]:
    """Every criterion of the set, in its order, in the language of the reader.

    Args:
        sheet: the assessment as its reader may see it, with or without the verdicts.
    """
    return [
        _of_criterion(sheet, criterion, spec)
        for criterion, spec in zip(sheet.form.criteria, sheet.form.specs, strict=True)
    ]


def frozen_on(sheet: Sheet) -> datetime.date | None:
    """The day on which all this was frozen; None while it goes by what is known today."""
    assessment = sheet.assessment
    if assessment.state != AssessmentState.CONFIRMED or assessment.confirmed_at is None:
        return None
    return timezone.localtime(assessment.confirmed_at).date()


def _of_criterion(sheet: Sheet, criterion: Criterion, spec: rules.CriterionSpec) -> Explanation:
    outcome = sheet.outcome.criteria[criterion.code]
    answer = sheet.answers.get(criterion.pk)
    judged = answer is not None and bool(answer.verdict)
    rule = spec.rule
    return Explanation(
        criterion=criterion,
        wording=criterion.wording[:1].upper() + criterion.wording[1:],
        status=outcome.status,
        label=str(explain.STATUS_LABELS[outcome.status]),
        found=tuple(_found(outcome)),
        claimed=_claimed(rule, answer) if answer else None,
        verdict=str(answer.get_verdict_display()) if answer and judged else "",
        verified=_verified(rule, answer) if answer and judged else None,
        evidence=tuple(_evidence(sheet.evidence.get(criterion.pk, ()))),
        citation=", ".join(filter(None, (spec.document, str(criterion.source)))),
        points=points(rule, outcome),
    )


def _found(outcome: Outcome) -> Iterator[str]:
    """The explanation but for its source, which stands by itself."""
    steps = [outcome.threshold] if outcome.threshold else []
    for step in [*steps, *outcome.trace]:
        if not isinstance(step, SourceDocument):
            yield explain.sentence(step)


def points(rule: rules.Rule | None, outcome: Outcome) -> str:
    """Points reached of those possible: `7/10`, `–/10`; empty where the rule gives none."""
    possible = rules.max_points(rule)
    if possible is None:
        return ""
    reached = "–" if outcome.points is None else format_vi_number(outcome.points)
    return f"{reached}/{format_vi_number(possible)}"


def _claimed(rule: rules.Rule | None, answer: Answer) -> Entered | None:
    """What the unit says; None where recognitions answer for it."""
    values = tuple(pair for pair in answer_texts.claimed(rule, answer.value) if pair[1])
    if not values and not answer.note:
        return None
    return Entered(values, _by(answer.saved_by, answer.saved_at), answer.note)


def _verified(rule: rules.Rule | None, answer: Answer) -> Entered:
    values: Shown = ()
    if answer.verified_value is not None:
        values = answer_texts.verified(rule, answer.verified_value)
    return Entered(values, _by(answer.verified_by, answer.verified_at), answer.verdict_reason)


def _evidence(pieces: Iterable[Evidence]) -> Iterator[str]:
    for piece in pieces:
        stored = piece.file
        brought = _by(stored.uploaded_by, stored.uploaded_at)
        yield f"{stored.name} – {brought}, SHA-256 {stored.sha256[:12]}…"


def _by(user: object, moment: datetime.datetime | None) -> str:
    """Who, and when."""
    if moment is None:
        return str(user)
    local = timezone.localtime(moment)
    return _("%(user)s, %(time)s on %(day)s") % {
        "user": user,
        "time": f"{local:%H:%M}",
        "day": f"{local:%d/%m/%Y}",
    }
