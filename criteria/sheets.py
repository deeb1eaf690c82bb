"""An assessment read whole: for its pages, its paper and its transitions."""

import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Prefetch, QuerySet, prefetch_related_objects
from django.db.models.functions import JSONObject

from core.models import PreviewPage
from criteria import evaluation, precheck
from criteria.facts import Facts
from criteria.models import Answer, Assessment, AssessmentState, Criterion, Evidence
from criteria.outcome import SetOutcome


@dataclass(frozen=True)
class Sheet:
    """An assessment with everything that its page and its transitions look at."""

    assessment: Assessment
    form: evaluation.Form
    answers: dict[int, Answer]
    evidence: dict[int, list[Evidence]]

    @cached_property
    def facts(self) -> Facts:
        """What the portal knows of the unit now (two queries, once)."""
        return evaluation.gather_facts(self.assessment)

    @cached_property
    def outcome(self) -> SetOutcome:
        """How the set stands: as it was frozen once confirmed, else by what is known now."""
        if self.assessment.state == AssessmentState.CONFIRMED:
            return SetOutcome.model_validate(self.assessment.result)
        return evaluation.evaluate(self.form, self.answers.values(), self.facts)

    def criterion(self, pk: int) -> Criterion:
        """One criterion of the set. Raises Criterion.DoesNotExist."""
        for criterion in self.form.criteria:
            if criterion.pk == pk:
                return criterion
        raise Criterion.DoesNotExist

    @cached_property
    def frame(self) -> precheck.Frame:
        """Who would receive it, and until when."""
        return precheck.frame_of(self.assessment)

    def findings(self) -> list[precheck.Finding]:
        """The pre-check of this moment."""
        counts = Counter({key: len(pieces) for key, pieces in self.evidence.items()})
        answers = list(self.answers.values())
        return precheck.check(self.assessment, self.form, answers, self.outcome, counts, self.frame)


def read_sheet(assessment: Assessment, *, as_claimed: bool = False) -> Sheet:
    """Read an assessment whole, in a fixed number of queries.

    A confirmed result is the one that was frozen; else the set is judged by what stands now.

    Args:
        as_claimed: leave out the verdicts; while a review goes on, its half-finished work is no
            result for the unit yet.
    """
    form = evaluation.form_of(assessment.criteria_set)
    answers = {answer.criterion_id: answer for answer in _answers(assessment)}
    if as_claimed:
        for answer in answers.values():
            answer.clear_verdict()
    evidence: dict[int, list[Evidence]] = {}
    for piece in _with_pictures(assessment.evidence.filter(removed_at=None)):
        evidence.setdefault(piece.criterion_id, []).append(piece)
    return Sheet(assessment, form, answers, evidence)


def read_once(assessment: Assessment) -> None:
    """Read answers (one query), and facts at most once, for a page that asks much about them.

    For pages only: a step or a verdict has to look at what stands under its lock.
    """
    assessment.facts_once = {}
    answers = Answer.objects.order_by().select_related("saved_by", "verified_by")
    prefetch_related_objects([assessment], Prefetch("answers", queryset=answers))


def _answers(assessment: Assessment) -> QuerySet[Answer]:
    if "answers" in getattr(assessment, "_prefetched_objects_cache", {}):
        return assessment.answers.all()
    return assessment.answers.order_by().select_related("saved_by", "verified_by")


def evidence_of(assessment: Assessment, criterion_id: int) -> list[Evidence]:
    """What is attached to one criterion now (one query)."""
    pieces = assessment.evidence.filter(removed_at=None, criterion=criterion_id)
    return list(_with_pictures(pieces))


def _with_pictures(pieces: QuerySet[Evidence]) -> QuerySet[Evidence]:
    """Evidence with its file and, as `pictures`, number and size of each drawn page."""
    pages = PreviewPage.objects.filter(file=OuterRef("file")).order_by("number")
    sizes = pages.values(size=JSONObject(number="number", width="width", height="height"))
    return pieces.select_related("file", "file__uploaded_by").annotate(
        pictures=ArraySubquery(sizes)
    )


# Whose acceptance has been overtaken


def reopened(
    form: evaluation.Form, answers: Mapping[int, Answer], outcome: SetOutcome
) -> list[Criterion]:
    """The criteria that stand otherwise by now than when they were accepted."""
    return [
        criterion
        for criterion in form.judged
        if criterion.pk in answers
        and evaluation.outcome_then(answers[criterion.pk], outcome.criteria[criterion.code])
    ]


# What a person saw

WORD = 8  # letters: a change that leaves them the same is one in four thousand million


def seen_of(sheet: Sheet, criterion: Criterion) -> str:
    """What a page shows of one criterion, as a word that what is sent from there sends back.

    It changes with the answer, its evidence, its verdict, and with how it stands by its rule.
    """
    answer = sheet.answers.get(criterion.pk)
    outcome = sheet.outcome.criteria[criterion.code]
    return _word(
        [
            sheet.assessment.submission,
            _said(answer) if answer else None,
            [piece.pk for piece in sheet.evidence.get(criterion.pk, ())],
            # What is required may name the day of today; what was found does not.
            outcome.model_dump(mode="json", exclude={"threshold"}),
        ]
    )


def _said(answer: Answer) -> list[object]:
    given = answer.verified_at.isoformat() if answer.verified_at else ""
    return [answer.version, answer.value, answer.note, answer.verdict, given]


def fingerprint(sheet: Sheet) -> str:
    """What a page shows of the whole: a word for its state, then one for each criterion."""
    return _whole(sheet.assessment) + "".join(
        seen_of(sheet, criterion) for criterion in sheet.form.criteria
    )


def _whole(assessment: Assessment) -> str:
    return _word([assessment.state, assessment.submission])


def is_same_sending(assessment: Assessment, seen: str) -> bool:
    """Whether it stands in the state, and was sent as often, as where its `fingerprint` was `seen`:
    answers and evidence are then the same."""
    return seen.startswith(_whole(assessment))


def changed_since(sheet: Sheet, seen: str) -> list[Criterion]:
    """The criteria that stand otherwise than where a page's `fingerprint` was `seen`."""
    words = [seen[start : start + WORD] for start in range(WORD, len(seen), WORD)]
    words += [""] * (len(sheet.form.criteria) - len(words))
    return [
        criterion
        for criterion, word in zip(sheet.form.criteria, words, strict=False)
        if seen_of(sheet, criterion) != word
    ]


def _word(said: object) -> str:
    text = json.dumps(said, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:WORD]
