"""Many counts of a meeting at once: the itemised job that closes them.

Each count is closed as its own page closes it, with all its rules, and only while it is as it was
shown. It cannot be undone: a closed count stands.
"""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy

from awards.council import permissions
from awards.council.workflow import CASE
from awards.models import Meeting, MeetingCase, Nomination
from core import jobs
from core.bulk import taking
from core.jobs import JobKind, Target
from core.models import Job, JobItem
from units import scope

CODE = "meeting_cases.close"
LABEL_LENGTH = JobItem._meta.get_field("label").max_length


def order(user: Any, shown: Iterable[tuple[MeetingCase, str]]) -> Job:
    """Order the job that closes many counts.

    Args:
        shown: the cases with their nominations, each with its fingerprint as the person saw it.

    Raises:
        Refused: nothing is selected.
    """
    return jobs.order(CODE, [_target(case, seen) for case, seen in shown], user)


def _target(case: MeetingCase, seen: str) -> Target:
    label = name_of(case.nomination)[:LABEL_LENGTH]
    return Target(
        str(case.pk), label, reverse("meetings:case", args=[case.meeting_id, case.pk]), seen
    )


def name_of(nomination: Nomination) -> str:
    """A nomination as lists of results name it."""
    return f"{nomination.subject_name} – {nomination.form}"


def _visible(user: Any) -> QuerySet[MeetingCase]:
    meetings = Meeting.objects.visible_to(user)
    return MeetingCase.objects.filter(meeting__in=meetings).select_related("meeting__council")


def _behalf(user: Any, case: MeetingCase, name: str) -> scope.Grant | None:
    return permissions.keeping_grant(user, case.meeting.council)


_take = taking(CASE, "close", visible=_visible, behalf=_behalf)


def _close(job: Job, item: JobItem) -> str:
    """Close one count, its meeting locked first: no vote and no presence slips in meanwhile."""
    meetings = Meeting.objects.select_for_update(of=("self",))
    meetings.filter(cases=int(item.key)).first()
    return _take(job, item)


JOBS = (JobKind(CODE, gettext_lazy("Close many counts"), _close),)
