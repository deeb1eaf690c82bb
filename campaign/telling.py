"""Who is told what of launches and of deadlines: kinds of notices, and their readers."""

from collections.abc import Collection
from typing import Any

from django.db.models import OuterRef, QuerySet, TextField, Value
from django.db.models.functions import Cast, Concat
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaign.models import DeadlineMatter, Launch, Recipient, Round, RoundDeadline
from campaign.queries import Occasion
from core import notices, periods
from core.notices import NoticeKind, Telling
from units import readers
from units.models import Placement

MADE, REMINDED = "launch.made", "launch.reminded"
KINDS = (
    NoticeKind(
        MADE,
        _("A document was launched to your unit"),
        _("%(office)s has launched %(document)s; it is to be answered until %(day)s."),
        _("%(office)s has withdrawn the launch of %(document)s; no answer is owed."),
        many=_(
            "%(office)s has launched %(document)s to %(number)d of your units; it is to be "
            "answered until %(day)s."
        ),
        many_correction=_(
            "%(office)s has withdrawn the launch of %(document)s to %(number)d of your units; no "
            "answer is owed."
        ),
        shared=("office", "document", "day"),
    ),
    NoticeKind(
        REMINDED,
        _("You are reminded to answer a launch"),
        _("%(office)s reminds your unit to answer %(document)s, until %(day)s."),
        many=_(
            "%(office)s reminds %(number)d of your units to answer %(document)s, until %(day)s."
        ),
        shared=("office", "document", "day"),
        urgent=True,
    ),
    NoticeKind(
        "deadline.moved",
        _("A deadline of your unit was moved"),
        _("The deadline of %(round)s was moved from %(old)s to %(new)s: %(reason)s"),
    ),
)
_SUBJECT = "recipient:"
# What is due decides who is told that its day was moved.
_CONCERNED: dict[str, tuple[str, str]] = {
    DeadlineMatter.ASSESSMENT: ("assessment.fill", "assessment.send"),
    DeadlineMatter.REGISTRATION: ("registration.enter", "registration.send"),
    DeadlineMatter.NOMINATION: ("nomination.enter", "submission.prepare"),
}


def of_launch(made: Launch, recipients: Collection[Recipient]) -> None:
    """Tell the units of a launch; inside its act."""
    _tell(MADE, made, recipients)


def of_reminder(made: Launch, recipients: Collection[Recipient], user: Any) -> int:
    """Remind units of a launch; inside its act.

    The notice keeps who reminded, beside the words of its sentence.

    Returns:
        Of how many units somebody was told.
    """
    return len(_tell(REMINDED, made, recipients, by=user.username))


def _tell(code: str, made: Launch, recipients: Collection[Recipient], **more: str) -> set[str]:
    units = [recipient.unit_id for recipient in recipients]
    people = readers.people_at_each(units, "launch.answer", periods.today())
    page = reverse("launches:detail", args=[made.pk])
    words = {
        "office": made.placement.name,
        "document": made.document.number or made.document.title,
        "day": f"{made.due_on:%d/%m/%Y}",
        **more,
    }
    return notices.tell_each(
        code,
        [
            Telling(
                people[recipient.unit_id],
                subject_of(recipient),
                page,
                words,
                page,
                key=str(recipient.unit_id),
            )
            for recipient in recipients
        ],
    )


def subject_of(recipient: Recipient) -> str:
    """What notices of a launch speak of: one unit that received it."""
    return f"{_SUBJECT}{recipient.pk}"


def with_reminders(found: QuerySet[Recipient]) -> QuerySet[Recipient]:
    """The units with `reminders`, how often each was reminded, and `reminded_at`, when last."""
    return found.annotate(
        reminders=notices.times_told(REMINDED, _outer_subject()),
        reminded_at=notices.last_told(REMINDED, _outer_subject()),
    )


def not_reminded_today(found: QuerySet[Recipient]) -> QuerySet[Recipient]:
    """The units of which nobody was reminded today."""
    return found.exclude(notices.is_told_on(REMINDED, _outer_subject(), timezone.localdate()))


def _outer_subject() -> Concat:
    """As `subject_of`, of the recipient in the outer query."""
    return Concat(Value(_SUBJECT), Cast(OuterRef("pk"), TextField()))


def of_answer(recipient: Recipient) -> None:
    """What the launch and reminders of it asked of a unit is done; inside the act of answering."""
    for code in (MADE, REMINDED):
        notices.settle(code, subject_of(recipient))


def of_withdrawal(made: Launch) -> None:
    """Tell the units that a launch no longer holds, and settle its reminders; inside its act."""
    subjects = [subject_of(recipient) for recipient in made.recipients.all()]
    notices.take_back(MADE, *subjects)
    notices.settle(REMINDED, *subjects)


def page_of(occasion: Occasion) -> str:
    """The address of the page of a round or phase."""
    name = "rounds:detail" if isinstance(occasion, Round) else "rounds:phase"
    return reverse(name, args=[occasion.pk])


def of_move(
    deadline: RoundDeadline, place: Placement, user: Any, *, old: periods.Day, reason: str
) -> None:
    """Tell the units for which a deadline holds that it was moved, and why; inside the act.

    Where nobody acts for a unit itself, the bodies that manage it are told.

    Args:
        place: of the territory for which it holds.
    """
    places = _governed_by(deadline, place)
    acting = readers.acting_for(places, _CONCERNED[deadline.matter], periods.today())
    people = {pk for one in acting.values() for pk in one.nearest}
    notices.tell(
        "deadline.moved",
        people - {user.pk},
        subject=f"deadline:{deadline.pk}:{deadline.due_on.isoformat()}",
        url=page_of(deadline.occasion),
        round=str(deadline.occasion),
        old=f"{old:%d/%m/%Y}",
        new=f"{deadline.due_on:%d/%m/%Y}",
        reason=reason,
    )


def _governed_by(deadline: RoundDeadline, place: Placement) -> QuerySet[Placement]:
    """The units of today for which a deadline holds, of members their homes: those under no nearer
    territory that has a deadline of its own."""
    today = periods.today()
    others = RoundDeadline.objects.like(deadline).exclude(pk=deadline.pk)
    below = Placement.objects.on(today).under(place.path).exclude(unit=place.unit_id)
    found = Placement.objects.on(today).under(place.path)
    found = found.filter(kind__in=readers.homes_of(deadline.subject_kind))
    for path in below.filter(unit__in=others.values("territory")).values_list("path", flat=True):
        found = found.exclude(path__startswith=path)
    return found
