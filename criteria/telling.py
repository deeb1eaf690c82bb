"""Who is told what of self-assessments and recognitions: kinds of notices, and their readers.

The tables of steps (criteria.workflow) say which step tells which kind, and which step takes it
back; here stands who reads it.
"""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core import notices, periods
from core.notices import NoticeKind
from core.workflow import Transition
from criteria import permissions
from criteria.models import Assessment, Recognition
from units import readers

REMINDED = "assessment.reminded"
KINDS = (
    NoticeKind(
        "assessment.sent",
        _("A unit has sent its self-assessment"),
        _("%(unit)s has sent its self-assessment, %(round)s."),
        _("%(unit)s has taken its self-assessment back, %(round)s."),
    ),
    NoticeKind(
        "assessment.returned",
        _("Your self-assessment was returned"),
        _("The self-assessment of %(unit)s, %(round)s, was returned for completion."),
        _("Returning the self-assessment of %(unit)s, %(round)s, was undone; the review goes on."),
        urgent=True,
    ),
    NoticeKind(
        "assessment.confirmed",
        _("The result of your self-assessment was confirmed"),
        _("The result of the self-assessment of %(unit)s, %(round)s, was confirmed."),
        _("Confirming the result of %(unit)s, %(round)s, was undone; the review goes on."),
    ),
    NoticeKind(
        "assessment.due",
        _("A deadline of your self-assessment is near"),
        _("The self-assessment of %(unit)s, %(round)s, is due on %(day)s."),
    ),
    NoticeKind(
        REMINDED,
        _("The office in charge reminds you of your self-assessment"),
        _("%(office)s reminds %(unit)s of its self-assessment, %(round)s."),
    ),
    NoticeKind(
        "recognition.declared",
        _("A unit has declared a title"),
        _("%(unit)s has declared a title by decision %(decision)s."),
    ),
    NoticeKind(
        "recognition.confirmed",
        _("A title that your unit declared was confirmed"),
        _("The title that %(unit)s declared by decision %(decision)s was confirmed."),
        _("The checking of decision %(decision)s of %(unit)s was undone; it waits again."),
    ),
    NoticeKind(
        "recognition.rejected",
        _("A title that your unit declared was rejected"),
        _("The title that %(unit)s declared by decision %(decision)s was rejected."),
        _("The checking of decision %(decision)s of %(unit)s was undone; it waits again."),
        urgent=True,
    ),
    NoticeKind(
        "recognition.revoked",
        _("A title of your unit was revoked"),
        _("The title that %(unit)s held by decision %(decision)s was revoked."),
        _("Revoking the title of %(unit)s by decision %(decision)s was undone; it counts again."),
        urgent=True,
    ),
)


def of_assessment(assessment: Assessment, arrow: Transition, user: Any) -> None:
    """Tell what a step of a self-assessment means for others; inside the act of the step."""
    subject = f"assessment:{assessment.pk}:{assessment.submission}"
    for code in arrow.takes_back:
        notices.take_back(code, subject=subject)
    for code in arrow.settles:
        notices.settle(code, subject=subject)
    if arrow.tells:
        page = "assessments:review" if arrow.tells == "assessment.sent" else "assessments:detail"
        notices.tell(
            arrow.tells,
            _but(user, _readers_of_assessment(assessment, arrow.tells)),
            subject=subject,
            url=reverse(page, args=[assessment.pk]),
            **words_of(assessment.subject_name, assessment.round),
        )


def _readers_of_assessment(assessment: Assessment, code: str) -> Iterable[int]:
    if code == "assessment.sent":
        return readers.people_at(assessment.receiver_id, "assessment.review", periods.today())
    unit_id = assessment.placement.unit_id
    acting = readers.acting_for_unit(unit_id, permissions.OWN, periods.today())
    return acting.answering(assessment.sent_by_id)


def words_of(unit_name: str, round_: Any) -> dict[str, str]:
    """The words of every notice on a self-assessment."""
    return {"unit": unit_name, "round": str(round_)}


def reminder_of(round_id: int, unit_id: int) -> str:
    """What a reminder speaks of: the self-assessment of a unit in a round, begun or not."""
    return f"reminder:{round_id}:{unit_id}"


def of_recognition(recognition: Recognition, arrow: Transition, user: Any) -> None:
    """Tell what a step of a declared title means for its unit; inside the act of the step."""
    subject = f"recognition:{recognition.pk}"
    for code in arrow.takes_back:
        notices.take_back(code, subject=subject)
    for code in arrow.settles:
        notices.settle(code, subject=subject)
    if arrow.tells:
        found = readers.people_at(recognition.unit_id, "recognition.declare", periods.today())
        _tell_of_title(arrow.tells, recognition, _but(user, found))


def of_declaration(recognition: Recognition) -> None:
    """Tell those who confirm titles of this unit that one waits; inside the act of declaring."""
    found = readers.people_over(recognition.path, "recognition.confirm", periods.today())
    _tell_of_title("recognition.declared", recognition, found)


def _tell_of_title(code: str, recognition: Recognition, people: Iterable[int]) -> None:
    notices.tell(
        code,
        people,
        subject=f"recognition:{recognition.pk}",
        url=reverse("recognitions:detail", args=[recognition.pk]),
        unit=recognition.placement.name,
        decision=recognition.decision_number,
    )


def _but(user: Any, people: Iterable[int]) -> list[int]:
    """Nobody is told of what they did themselves."""
    return [pk for pk in people if pk != user.pk]
