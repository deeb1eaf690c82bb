"""Results that change with the day alone: a title that a rule asks for begins or ends.

Most rules ask for the day of the round's figures, which does not move. One that asks for the day
of the decision (`on: decision_day`) is met until the title ends, though nobody does anything that
day. Confirmed results are frozen with the paper that states them, and stay.
"""

from django.db.models import QuerySet

from core import journal, periods
from criteria import evaluation
from criteria.models import Assessment, AssessmentState
from criteria.outcome import SetOutcome


def refresh(day: periods.Day) -> int:
    """Judge again, as of `day`, what depends on the day; gives how many results changed.

    Each self-assessment stands by itself; a second run on the same day changes nothing.
    """
    return sum(_refresh(pk, day) for pk in _ageing().values_list("pk", flat=True))


def _ageing() -> "QuerySet[Assessment]":
    """The unconfirmed self-assessments by sets with a rule that asks for the decision's day."""
    return (
        Assessment.objects.exclude(state=AssessmentState.CONFIRMED)
        .filter(criteria_set__criteria__rule__on="decision_day")
        .order_by("pk")
        .distinct()
    )


def _refresh(pk: int, day: periods.Day) -> bool:
    with journal.act("assessment.refresh"):
        assessment = _locked(pk)
        if assessment is None:
            return False
        form = evaluation.form_of(assessment.criteria_set)
        facts = evaluation.gather_facts(assessment, day)
        outcome = evaluation.evaluate(form, assessment.answers.all(), facts)
        if _statuses(outcome) == _statuses(SetOutcome.model_validate(assessment.result)):
            return False
        assessment.result = outcome.model_dump(mode="json")
        assessment.result_status = outcome.outcome.status
        assessment.save(update_fields=["result", "result_status"])
    return True


def _locked(pk: int) -> Assessment | None:
    """The self-assessment, unless it was confirmed meanwhile."""
    return (
        Assessment.objects.select_for_update(of=("self",))
        .select_related("round", "criteria_set__document", "placement")
        .exclude(state=AssessmentState.CONFIRMED)
        .filter(pk=pk)
        .first()
    )


def _statuses(outcome: SetOutcome) -> tuple[str, dict[str, str]]:
    """Of the set and of each criterion; the days in the explanations move on every night."""
    return outcome.outcome.status, {code: one.status for code, one in outcome.criteria.items()}
