"""Who is told what of consultations."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from awards.consulting.permissions import ANSWERING
from awards.models import Consultation
from core import notices, periods
from core.notices import NoticeKind
from core.workflow import Transition
from units import readers

KINDS = (
    NoticeKind(
        "consultation.asked",
        _("Your unit is asked about nominations"),
        _("%(unit)s asks your unit about nominations for commendation."),
        _("%(unit)s does not ask your unit any more."),
    ),
    NoticeKind(
        "consultation.answered",
        _("An answer about nominations was recorded"),
        _("%(body)s has answered about nominations for commendation."),
        _("The answer of %(body)s was taken back."),
    ),
)


def asked(consultation: Consultation, user: Any) -> None:
    """Tell the unit that is asked, where it is in the portal; inside the act of asking."""
    people = readers.people_at(consultation.asked_unit_id, ANSWERING, periods.today())
    _tell("consultation.asked", consultation, people, user)


def of_consultation(consultation: Consultation, arrow: Transition, user: Any) -> None:
    """Tell what a step of a consultation means for others; inside the act of the step."""
    subject = _subject(consultation)
    for code in arrow.takes_back:
        notices.take_back(code, subject)
    for code in arrow.settles:
        notices.settle(code, subject)
    if arrow.tells == "consultation.asked":
        asked(consultation, user)
    elif arrow.tells:
        people = readers.people_at(consultation.asker_id, "submission.prepare", periods.today())
        _tell(arrow.tells, consultation, people, user)


def _subject(consultation: Consultation) -> str:
    return f"consultation:{consultation.pk}"


def _tell(code: str, consultation: Consultation, people: list[int], user: Any) -> None:
    notices.tell(
        code,
        [pk for pk in people if pk != user.pk],
        subject=_subject(consultation),
        url=reverse("submissions:consultation", args=[consultation.pk]),
        unit=consultation.placement.name,
        body=consultation.asked_body,
    )
