"""Who is told what of nominations: kinds of notices, and their readers."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from awards.models import Nomination
from core import notices, periods
from core.notices import NoticeKind
from core.workflow import Transition
from units import readers

KINDS = (
    NoticeKind(
        "nomination.returned",
        _("A nomination of your unit was returned"),
        _("The nomination of %(unit)s for %(form)s was returned for completion."),
        _("Returning the nomination of %(unit)s for %(form)s was undone."),
        urgent=True,
    ),
    NoticeKind(
        "nomination.dropped",
        _("A nomination of your unit is not considered"),
        _("The nomination of %(unit)s for %(form)s is not considered."),
        _("The nomination of %(unit)s for %(form)s is considered again."),
        urgent=True,
    ),
    NoticeKind(
        "nomination.withdrawn",
        _("A unit has withdrawn a nomination"),
        _("The nomination of %(unit)s for %(form)s was withdrawn."),
    ),
)


def of_nomination(nomination: Nomination, arrow: Transition, user: Any) -> None:
    """Tell what a step of a nomination means for others; inside the act of the step.

    Nobody is told of what they did themselves.
    """
    subject = f"nomination:{nomination.pk}:{nomination.returned_version}"
    for code in arrow.takes_back:
        notices.take_back(code, subject=subject)
    for code in arrow.settles:
        notices.settle(code, subject=subject)
    if arrow.tells:
        notices.tell(
            arrow.tells,
            [pk for pk in _readers(nomination, arrow.tells) if pk != user.pk],
            subject=subject,
            url=reverse("nominations:detail", args=[nomination.pk]),
            form=nomination.form.name,
            unit=nomination.subject_name,
        )


def _readers(nomination: Nomination, code: str) -> Iterable[int]:
    if code == "nomination.withdrawn":
        if nomination.office_id is None:
            return ()
        return readers.people_at(nomination.office_id, "nomination.appraise", periods.today())
    return readers.people_at(nomination.proposer_id, "nomination.enter", periods.today())
