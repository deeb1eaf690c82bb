"""Who is told what of submissions: kinds of notices, and their readers."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from awards.models import Submission
from core import notices, periods
from core.notices import NoticeKind
from core.workflow import Transition
from units import readers

KINDS = (
    NoticeKind(
        "submission.signed",
        _("A submission of your unit was signed off"),
        _("The submission of %(unit)s for %(form)s was signed off and can be sent."),
        _("Signing off the submission of %(unit)s for %(form)s was taken back."),
    ),
    NoticeKind(
        "submission.sent",
        _("A unit has sent a submission"),
        _("%(unit)s has sent its submission for %(form)s."),
        _("%(unit)s has taken back its submission for %(form)s."),
    ),
    NoticeKind(
        "submission.received",
        _("A submission of your unit was received"),
        _("The submission of %(unit)s for %(form)s was received."),
        _("Receiving the submission of %(unit)s for %(form)s was undone."),
    ),
    NoticeKind(
        "submission.returned",
        _("A submission of your unit was returned"),
        _("The submission of %(unit)s for %(form)s was returned for completion."),
        _("Returning the submission of %(unit)s for %(form)s was undone."),
        urgent=True,
    ),
)


def of_submission(submission: Submission, arrow: Transition, user: Any) -> None:
    """Tell what a step of a submission means for others; inside the act of the step.

    Nobody is told of what they did themselves.
    """
    subject = f"submission:{submission.pk}:{submission.version}"
    for code in arrow.takes_back:
        notices.take_back(code, subject)
    for code in arrow.settles:
        notices.settle(code, subject)
    if arrow.tells:
        notices.tell(
            arrow.tells,
            [pk for pk in _readers(submission, arrow.tells) if pk != user.pk],
            subject=subject,
            url=reverse("submissions:detail", args=[submission.pk]),
            unit=submission.placement.name,
            form=submission.form.name,
        )


def _readers(submission: Submission, code: str) -> Iterable[int]:
    today = periods.today()
    if code == "submission.sent":
        return readers.people_at(submission.receiver_id, "nomination.appraise", today)
    return readers.people_at(submission.sender_id, "submission.prepare", today)
