"""Who is told what of meetings: the members who use the portal."""

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from awards.council import reading
from awards.models import Meeting
from core import notices
from core.notices import NoticeKind
from core.workflow import Transition

KINDS = (
    NoticeKind(
        "meeting.invited",
        _("You are invited to a meeting of the Council"),
        _("%(council)s meets at %(at)s, %(place)s."),
        _("The invitation to %(council)s at %(at)s was taken back."),
        urgent=True,
    ),
    NoticeKind(
        "meeting.changed",
        _("Time or place of a meeting of the Council has changed"),
        _("%(council)s now meets at %(at)s, %(place)s."),
        urgent=True,
    ),
    NoticeKind(
        "meeting.cancelled",
        _("A meeting of the Council was cancelled"),
        _("The meeting of %(council)s at %(at)s was cancelled."),
        urgent=True,
    ),
)


def of_meeting(meeting: Meeting, arrow: Transition, user: Any) -> None:
    """Tell the members what a step of the meeting means for them; inside the act of the step."""
    for code in arrow.takes_back:
        notices.take_back(code, _subject(meeting))
    for code in arrow.settles:
        notices.settle(code, _subject(meeting))
    if arrow.tells and meeting.invited_at:
        tell(arrow.tells, meeting, user)


def tell(code: str, meeting: Meeting, user: Any) -> None:
    """Tell everybody on the roster but `user`."""
    members = [one.seat.user_id for one in reading.roster(meeting)]
    notices.tell(
        code,
        [pk for pk in members if pk and pk != user.pk],
        subject=_subject(meeting),
        url=reverse("meetings:detail", args=[meeting.pk]),
        council=meeting.council.name,
        at=f"{timezone.localtime(meeting.at):%H:%M %d/%m/%Y}",
        place=meeting.place,
    )


def _subject(meeting: Meeting) -> str:
    return f"meeting:{meeting.pk}"
