"""Who is told what of self-assessments and recognitions: kinds of notices, and their readers.

The tables of steps (criteria.workflow) say which step tells which kind, and which step takes it
back; here stands who reads it.
"""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core import notices, periods
from core.notices import NoticeKind
from core.workflow import Transition
from criteria import permissions
from criteria.models import Assessment, AssessmentState, Recognition, RecognitionState
from units import readers
from units.models import MEMBER_KINDS, UnitKind

REMINDED = "assessment.reminded"
# How what a kind tells of stands, where many are looked at.
_STATES: dict[str, str] = {
    "assessment.sent": AssessmentState.SENT,
    "assessment.returned": AssessmentState.RETURNED,
    "assessment.confirmed": AssessmentState.CONFIRMED,
    "recognition.declared": RecognitionState.DECLARED,
    "recognition.confirmed": RecognitionState.CONFIRMED,
    "recognition.rejected": RecognitionState.REJECTED,
    "recognition.revoked": RecognitionState.REVOKED,
}
KINDS = (
    NoticeKind(
        "assessment.sent",
        _("A unit has sent its self-assessment"),
        _("%(unit)s has sent its self-assessment, %(round)s."),
        _("%(unit)s has taken its self-assessment back, %(round)s."),
        many=_("%(number)d self-assessments were sent: %(group)s, %(round)s."),
        many_correction=_("%(number)d self-assessments were taken back: %(group)s, %(round)s."),
        shared=("group", "round"),
    ),
    NoticeKind(
        "assessment.returned",
        _("Your self-assessment was returned"),
        _("The self-assessment of %(unit)s, %(round)s, was returned for completion."),
        _("Returning the self-assessment of %(unit)s, %(round)s, was undone; the review goes on."),
        many=_("%(number)d self-assessments were returned for completion: %(group)s, %(round)s."),
        many_correction=_(
            "Returning %(number)d self-assessments was undone; the review goes on: %(group)s, "
            "%(round)s."
        ),
        shared=("group", "round"),
        urgent=True,
    ),
    NoticeKind(
        "assessment.confirmed",
        _("The result of your self-assessment was confirmed"),
        _("The result of the self-assessment of %(unit)s, %(round)s, was confirmed."),
        _("Confirming the result of %(unit)s, %(round)s, was undone; the review goes on."),
        many=_("The results of %(number)d self-assessments were confirmed: %(group)s, %(round)s."),
        many_correction=_(
            "Confirming %(number)d results was undone; the review goes on: %(group)s, %(round)s."
        ),
        shared=("group", "round"),
    ),
    NoticeKind(
        "assessment.due",
        _("A deadline of your self-assessment is near"),
        _("The self-assessment of %(unit)s, %(round)s, is due on %(day)s."),
        many=_("Self-assessments of %(number)d units or groups, %(round)s, are due on %(day)s."),
        shared=("round", "day"),
    ),
    NoticeKind(
        REMINDED,
        _("The office in charge reminds you of your self-assessment"),
        _("%(office)s reminds %(unit)s of its self-assessment, %(round)s."),
        many=_("%(office)s reminds you of %(number)d self-assessments, %(round)s."),
        shared=("office", "round"),
    ),
    NoticeKind(
        "recognition.declared",
        _("A unit has declared a title"),
        _("%(unit)s has declared a title by decision %(decision)s."),
        many=_("Units have declared %(number)d titles."),
    ),
    NoticeKind(
        "recognition.confirmed",
        _("A title that your unit declared was confirmed"),
        _("The title that %(unit)s declared by decision %(decision)s was confirmed."),
        _("The checking of decision %(decision)s of %(unit)s was undone; it waits again."),
        many=_("%(number)d titles that your unit declared were confirmed."),
        many_correction=_(
            "The checking of %(number)d titles of your unit was undone; they wait again."
        ),
    ),
    NoticeKind(
        "recognition.rejected",
        _("A title that your unit declared was rejected"),
        _("The title that %(unit)s declared by decision %(decision)s was rejected."),
        _("The checking of decision %(decision)s of %(unit)s was undone; it waits again."),
        many=_("%(number)d titles that your unit declared were rejected."),
        many_correction=_(
            "The checking of %(number)d titles of your unit was undone; they wait again."
        ),
        urgent=True,
    ),
    NoticeKind(
        "recognition.revoked",
        _("A title of your unit was revoked"),
        _("The title that %(unit)s held by decision %(decision)s was revoked."),
        _("Revoking the title of %(unit)s by decision %(decision)s was undone; it counts again."),
        many=_("%(number)d titles of your unit were revoked."),
        many_correction=_("Revoking %(number)d titles of your unit was undone; they count again."),
        urgent=True,
    ),
)


def of_assessment(assessment: Assessment, arrow: Transition, user: Any) -> None:
    """Tell what a step of a self-assessment means for others; inside the act of the step."""
    subject = f"assessment:{assessment.pk}:{assessment.submission}"
    for code in arrow.takes_back:
        notices.take_back(code, subject)
    for code in arrow.settles:
        notices.settle(code, subject)
    if arrow.tells:
        page = "assessments:review" if arrow.tells == "assessment.sent" else "assessments:detail"
        notices.tell(
            arrow.tells,
            _but(user, _readers_of_assessment(assessment, arrow.tells)),
            subject=subject,
            url=reverse(page, args=[assessment.pk]),
            list_url=_list_of(assessment, arrow.tells),
            group=_group_of(assessment),
            **words_of(assessment.subject_name, assessment.round),
        )


def _list_of(assessment: Assessment, code: str) -> str:
    """Where it stands among others: in the book of its home, or in the list of its kind."""
    kind, round_ = assessment.unit.kind, assessment.round.code
    if kind in MEMBER_KINDS:
        book = [assessment.placement.unit_id, kind, assessment.criteria_set.purpose]
        return f"{reverse('assessments:book', args=book)}?{urlencode({'round': round_})}"
    shown = {"round": round_, "kind": kind, "state": _STATES[code]}
    return f"{reverse('assessments:index')}?{urlencode(shown)}"


def _group_of(assessment: Assessment) -> str:
    """Of whom the others there are: "Ấp Giồng Lớn (hộ gia đình)", or a kind of unit."""
    kind = UnitKind(assessment.unit.kind)
    label = str(kind.label)
    return f"{assessment.placement.name} ({label})" if kind in MEMBER_KINDS else label


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
        notices.take_back(code, subject)
    for code in arrow.settles:
        notices.settle(code, subject)
    if arrow.tells:
        found = readers.people_at(recognition.unit_id, "recognition.declare", periods.today())
        _tell_of_title(arrow.tells, recognition, _but(user, found))


def of_declaration(recognition: Recognition) -> None:
    """Tell those who confirm titles of this unit that one waits; inside the act of declaring."""
    found = readers.people_over(recognition.path, "recognition.confirm", periods.today())
    _tell_of_title("recognition.declared", recognition, found)


def of_taking_out(recognition: Recognition) -> None:
    """What was told of a declaration no longer holds: it was never made."""
    notices.take_back("recognition.declared", f"recognition:{recognition.pk}")


def _tell_of_title(code: str, recognition: Recognition, people: Iterable[int]) -> None:
    notices.tell(
        code,
        people,
        subject=f"recognition:{recognition.pk}",
        url=reverse("recognitions:detail", args=[recognition.pk]),
        list_url=f"{reverse('recognitions:index')}?{urlencode({'state': _STATES[code]})}",
        unit=recognition.placement.name,
        decision=recognition.decision_number,
    )


def _but(user: Any, people: Iterable[int]) -> list[int]:
    """Nobody is told of what they did themselves."""
    return [pk for pk in people if pk != user.pk]
