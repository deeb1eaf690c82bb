"""Many registrations at once: the kinds of itemised jobs that approve or refuse them.

Each item takes the step that the page of one registration takes, with all its rules, and only
while it is as it was shown.
"""

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy

from core import jobs
from core.bulk import taking
from core.jobs import JobKind, Target
from core.models import Job, JobItem
from criteria.models import RegistrationList
from criteria.registration.workflow import REGISTRATION, acting_grant

STEPS = ("approve", "reject")
LABEL_LENGTH = JobItem._meta.get_field("label").max_length


def code_of(step: str) -> str:
    """The kind of job that takes a step for many."""
    return f"registrations.{step}"


def order(user: Any, step: str, shown: Iterable[tuple[RegistrationList, str]], reason: str) -> Job:
    """Order the job that takes a step for many.

    Args:
        shown: the registrations, each with its fingerprint as the person saw it.

    Raises:
        Refused: nothing is selected, or the step needs a reason.
    """
    reason = REGISTRATION[step].kept_reason(reason)
    targets = [_target(found, seen) for found, seen in shown]
    return jobs.order(code_of(step), targets, user, reason=reason)


def _target(found: RegistrationList, seen: str) -> Target:
    label = f"{found.placement.name} – {found.subject}"[:LABEL_LENGTH]
    return Target(str(found.pk), label, reverse("registrations:detail", args=[found.pk]), seen)


def _visible(user: Any) -> QuerySet[RegistrationList]:
    return RegistrationList.objects.visible_to(user).select_related("placement")


def _taking(name: str) -> Callable[[Job, JobItem], str]:
    """What a job of this step does for one item."""
    return taking(REGISTRATION, name, visible=_visible, behalf=acting_grant)


JOBS = (
    JobKind(
        code_of("approve"),
        gettext_lazy("Approve many registrations"),
        _taking("approve"),
        inverse=code_of("reconsider"),
        inverse_needs_reason=True,
    ),
    JobKind(
        code_of("reject"),
        gettext_lazy("Refuse many registrations"),
        _taking("reject"),
        inverse=code_of("reconsider"),
        inverse_needs_reason=True,
    ),
    JobKind(
        code_of("reconsider"),
        gettext_lazy("Undo approving or refusing many registrations"),
        _taking("reconsider"),
    ),
)
