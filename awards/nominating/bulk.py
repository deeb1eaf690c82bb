"""Many nominations at once: the kinds of itemised jobs that put forward, appraise or return them.

Each item takes the step that the page of one nomination takes, with all its rules, and only while
it is as it was shown.
"""

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy

from awards.models import Nomination
from awards.nominating.workflow import NOMINATION, acting_grant
from core import jobs
from core.bulk import taking
from core.jobs import JobKind, Target
from core.models import Job, JobItem

STEPS = ("put_forward", "appraise", "return")
LABEL_LENGTH = JobItem._meta.get_field("label").max_length


def code_of(step: str) -> str:
    """The kind of job that takes a step for many."""
    return f"nominations.{step}"


def order(user: Any, step: str, shown: Iterable[tuple[Nomination, str]], reason: str) -> Job:
    """Order the job that takes a step for many.

    Args:
        shown: the nominations, each with its fingerprint as the person saw it.

    Raises:
        Refused: nothing is selected, or the step needs a reason.
    """
    reason = NOMINATION[step].kept_reason(reason)
    targets = [_target(found, seen) for found, seen in shown]
    return jobs.order(code_of(step), targets, user, reason=reason)


def _target(found: Nomination, seen: str) -> Target:
    label = f"{found.subject_name} – {found.form}"[:LABEL_LENGTH]
    return Target(str(found.pk), label, reverse("nominations:detail", args=[found.pk]), seen)


def _visible(user: Any) -> QuerySet[Nomination]:
    return Nomination.objects.visible_to(user).select_related("placement")


def _taking(name: str) -> Callable[[Job, JobItem], str]:
    """What a job of this step does for one item."""
    return taking(NOMINATION, name, visible=_visible, behalf=acting_grant)


JOBS = (
    JobKind(
        code_of("put_forward"),
        gettext_lazy("Put many nominations before the own office"),
        _taking("put_forward"),
        inverse=code_of("call_back"),
    ),
    JobKind(
        code_of("call_back"),
        gettext_lazy("Take many nominations back from the own office"),
        _taking("call_back"),
    ),
    JobKind(
        code_of("appraise"),
        gettext_lazy("Appraise many nominations"),
        _taking("appraise"),
        inverse=code_of("unappraise"),
        inverse_needs_reason=True,
    ),
    JobKind(
        code_of("return"),
        gettext_lazy("Return many nominations"),
        _taking("return"),
        inverse=code_of("unreturn"),
        inverse_needs_reason=True,
    ),
    JobKind(
        code_of("unappraise"),
        gettext_lazy("Undo appraising many nominations"),
        _taking("unappraise"),
    ),
    JobKind(
        code_of("unreturn"),
        gettext_lazy("Undo returning many nominations"),
        _taking("unreturn"),
    ),
)
