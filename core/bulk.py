"""A step of a workflow for many subjects at once: what the itemised job does for each.

Each item takes the step that the page of one subject takes, with all its rules, and only while it
still is what the person was shown.
"""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from core.journal import HasKey
from core.models import Job, JobItem
from core.workflow import Outdated, Refused, Workflow


def taking(
    workflow: Workflow,
    name: str,
    *,
    visible: Callable[[Any], QuerySet[Any]],
    behalf: Callable[[Any, Any, str], HasKey | None],
    fingerprint: Callable[[Any], str] | None = None,
) -> Callable[[Job, JobItem], str]:
    """What a job does for one item that carries the step `name` of a workflow (`JobKind.perform`).

    Args:
        visible: the subjects that a person sees; the key of an item is that of a subject.
        behalf: in whose right a person takes a step, as `(user, subject, name)`.
        fingerprint: how `JobItem.seen` was taken, where not by the workflow's own fingerprint.
    """
    said = fingerprint or workflow.fingerprint

    def perform(job: Job, item: JobItem) -> str:
        user = job.started_by
        subject = visible(user).filter(pk=item.key).first()
        if subject is None:
            raise Refused(_("It is not in your scope."))
        try:
            done = workflow.perform(
                name,
                subject.pk,
                user,
                reason=job.reason,
                behalf=behalf(user, subject, name),
                seen=item.seen or None,
                fingerprint=fingerprint,
            )
        except Outdated as outdated:
            raise Refused(_("It has changed since it was shown.")) from outdated
        item.left = said(done)
        return ""

    return perform
