"""What stands at the top of every page of one self-assessment."""

from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from campaign.models import RoundDeadline
from campaign.queries import deadlines_of, nearest_deadline
from criteria.models import Assessment, AssessmentState
from criteria.permissions import OPEN_FOR_FILLING

# What was due is done, until it comes back.
DELIVERED = frozenset({AssessmentState.SENT, AssessmentState.RECEIVED, AssessmentState.CONFIRMED})


def head(assessment: Assessment, deadline: RoundDeadline | None) -> dict[str, Any]:
    """The context of the heading: unit, round, state, deadline.

    `assessment` comes from `criteria.views.access.visible_assessment`.
    """
    return {
        "assessment": assessment,
        "unit_name": assessment.subject_name,
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
    deadlines = deadlines_of(assessment.round, assessment.unit.kind)
    return nearest_deadline(deadlines, assessment.path)


def correcting(assessment: Assessment) -> str:
    """What its readers have to know while what was sent is being corrected; else empty."""
    if assessment.sent_at is None or assessment.state not in OPEN_FOR_FILLING:
        return ""
    return _(
        "The unit is correcting it: what stands here is what it has saved so far. It was last sent "
        "on %(day)s; what differs from that stands in the history once it is sent again."
    ) % {"day": date_format(localtime(assessment.sent_at), "SHORT_DATE_FORMAT")}
