"""Why a self-assessment stands as it does: for each criterion what is required, what was found,
where each value comes from, on which source it rests, and the evidence.

A confirmed one is told from what was frozen then, so that it reads the same years later, whoever
or whatever is called otherwise and whichever figure is corrected since; else from what is known
now.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from core import periods
from core.numbers import format_vi_number
from criteria import answer_texts, explain, rules, sheets, unit_figures
from criteria.models import Answer, Assessment, AssessmentState, Criterion, Evidence
from criteria.outcome import Outcome, SourceDocument, Status
from criteria.rules import Record
from criteria.sheets import Sheet
from units.models import Figure, Measure

Shown = tuple[tuple[str, str], ...]


class SaidFigure(Record):
    """A figure that a rule read: of which day, on which paper, who stated it and when."""

    name: str
    value: int
    day: periods.Day
    paper: str
    by: str
    at: datetime.datetime


class Said(Record):
    """What an explanation names beside outcome and answers.

    Attributes:
        people: names of users by their keys.
        citations: document, article and source of each criterion, by its code.
        figures: of the unit itself, by the code of the criterion that reads them.
    """

    people: dict[int, str]
    citations: dict[str, str]
    figures: dict[str, tuple[SaidFigure, ...]]


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
        figures: the unit's own figures that it reads, each with who stated it.
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
    figures: tuple[str, ...]
    citation: str
    points: str


def explanations(sheet: Sheet) -> list[Explanation]:
    """Every criterion of the set, in its order, in the language of the reader.

    Args:
        sheet: the assessment as its reader may see it, with or without the verdicts.
    """
    kept = sheet.assessment.explained
    said = Said.model_validate(kept) if kept else _said(sheet)
    return [
        _of_criterion(sheet, criterion, spec, said)
        for criterion, spec in zip(sheet.form.criteria, sheet.form.specs, strict=True)
    ]


def frozen_on(sheet: Sheet) -> datetime.date | None:
    """The day on which all this was frozen; None while it goes by what is known today."""
    assessment = sheet.assessment
    if assessment.state != AssessmentState.CONFIRMED or assessment.confirmed_at is None:
        return None
    return timezone.localtime(assessment.confirmed_at).date()


def said_now(assessment: Assessment) -> Said:
    """What the explanation of a result that is being confirmed names from now on."""
    return _said(sheets.read_sheet(assessment))


def _said(sheet: Sheet) -> Said:
    """What is so named today (a query more where rules read figures)."""
    pieces = [piece for found in sheet.evidence.values() for piece in found]
    answers = sheet.answers.values()
    people = [
        *(piece.file.uploaded_by for piece in pieces),
        *(person for one in answers for person in (one.saved_by, one.verified_by)),
    ]
    return Said(
        people={person.pk: str(person) for person in people if person},
        citations={
            spec.code: ", ".join(filter(None, (spec.document, str(criterion.source))))
            for criterion, spec in zip(sheet.form.criteria, sheet.form.specs, strict=True)
        },
        figures=_figures(sheet),
    )


def _figures(sheet: Sheet) -> dict[str, tuple[SaidFigure, ...]]:
    """The unit's own figures that rules read, by the code of the criterion."""
    readers: defaultdict[str, set[str]] = defaultdict(set)
    for spec in sheet.form.specs:
        if indicator := unit_figures.indicator_of(spec.rule):
            readers[indicator].add(spec.code)
        if isinstance(spec.rule, rules.ShareHoldingTitleRule):
            readers[f"title:{spec.rule.title}"].add(spec.code)
    if not readers:
        return {}
    assessment = sheet.assessment
    stated = Figure.objects.filter(unit=assessment.unit_id, kind__measure=Measure.COUNT)
    found: defaultdict[str, list[SaidFigure]] = defaultdict(list)
    for figure in stated.on(assessment.round.figures_day).select_related("kind", "stated_by"):
        kind = figure.kind
        for code in readers[kind.code] | readers[f"title:{kind.title_code}"]:
            found[code].append(_said_figure(figure))
    return {code: tuple(figures) for code, figures in found.items()}


def _said_figure(figure: Figure) -> SaidFigure:
    return SaidFigure(
        name=figure.kind.name,
        value=figure.value or 0,
        day=figure.day,
        paper=figure.paper,
        by=str(figure.stated_by),
        at=figure.stated_at,
    )


def _of_criterion(
    sheet: Sheet, criterion: Criterion, spec: rules.CriterionSpec, said: Said
) -> Explanation:
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
        claimed=_claimed(rule, answer, said.people) if answer else None,
        verdict=str(answer.get_verdict_display()) if answer and judged else "",
        verified=_verified(rule, answer, said.people) if answer and judged else None,
        evidence=tuple(_evidence(sheet.evidence.get(criterion.pk, ()), said.people)),
        figures=tuple(_stated(one) for one in said.figures.get(criterion.code, ())),
        citation=said.citations[criterion.code],
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


def _claimed(rule: rules.Rule | None, answer: Answer, people: Mapping[int, str]) -> Entered | None:
    """What the unit says; None where recognitions answer for it."""
    values = tuple(pair for pair in answer_texts.claimed(rule, answer.value) if pair[1])
    if not values and not answer.note:
        return None
    return Entered(values, _by(people[answer.saved_by_id], answer.saved_at), answer.note)


def _verified(rule: rules.Rule | None, answer: Answer, people: Mapping[int, str]) -> Entered:
    values: Shown = ()
    if answer.verified_value is not None:
        values = answer_texts.verified(rule, answer.verified_value)
    by = people[answer.verified_by_id or 0]
    return Entered(values, _by(by, answer.verified_at), answer.verdict_reason)


def _stated(figure: SaidFigure) -> str:
    """“Số hộ: 1.500 on 01/01/2026 (Báo cáo số 5/BC-UBND), stated by …”"""
    return _("%(name)s: %(value)s on %(day)s (%(paper)s), stated by %(by)s") % {
        "name": figure.name,
        "value": format_vi_number(figure.value),
        "day": f"{figure.day:%d/%m/%Y}",
        "paper": figure.paper,
        "by": _by(figure.by, figure.at),
    }


def _evidence(pieces: Iterable[Evidence], people: Mapping[int, str]) -> Iterator[str]:
    for piece in pieces:
        stored = piece.file
        brought = _by(people.get(stored.uploaded_by_id or 0, ""), stored.uploaded_at)
        yield f"{stored.name} – {brought}, SHA-256 {stored.sha256[:12]}…"


def _by(user: str, moment: datetime.datetime | None) -> str:
    """Who, and when."""
    if moment is None:
        return user
    local = timezone.localtime(moment)
    return _("%(user)s, %(time)s on %(day)s") % {
        "user": user,
        "time": f"{local:%H:%M}",
        "day": f"{local:%d/%m/%Y}",
    }
