"""What stands at the top of every page of one self-assessment."""

from typing import Any

from django.urls import reverse

from campaign.models import RoundDeadline
from campaign.queries import deadlines_of, nearest_deadline
from criteria.models import Assessment, AssessmentState

# What was due is done, until it comes back.
DELIVERED = frozenset({AssessmentState.SENT, AssessmentState.RECEIVED, AssessmentState.CONFIRMED})


def head(assessment: Assessment, deadline: RoundDeadline | None) -> dict[str, Any]:
    """The context of the heading: unit, round, state, deadline.

    `assessment` comes from `criteria.views.access.visible_assessment`.
    """
    return {
        "assessment": assessment,
        "unit_name": assessment.placement.name,
        "set_url": reverse(
            "criteria:detail",
            args=[assessment.criteria_set.code, assessment.criteria_set.version],
        ),
        "deadline": deadline.due_on if deadline else None,
        "deadline_basis": deadline.basis if deadline else "",
        "delivered": assessment.state in DELIVERED,
    }


def deadline_of(assessment: Assessment) -> RoundDeadline | None:
    """The deadline of an assessment; None is *not configured* (one query)."""
    deadlines = deadlines_of(assessment.round, assessment.placement.kind)
    return nearest_deadline(deadlines, assessment.path)
