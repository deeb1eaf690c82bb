"""Who is told what of launches and of deadlines: kinds of notices, and their readers."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from campaign.models import DeadlineMatter, Launch, Recipient, RoundDeadline
from core import notices, periods
from core.notices import NoticeKind
from units import readers
from units.models import Placement

KINDS = (
    NoticeKind(
        "launch.made",
        _("A document was launched to your unit"),
        _("%(office)s has launched %(document)s; it is to be answered until %(day)s."),
        _("%(office)s has withdrawn the launch of %(document)s; no answer is owed."),
    ),
    NoticeKind(
        "launch.reminded",
        _("You are reminded to answer a launch"),
        _("%(office)s reminds your unit to answer %(document)s, until %(day)s."),
        urgent=True,
    ),
    NoticeKind(
        "deadline.moved",
        _("A deadline of your unit was moved"),
        _("The deadline of %(round)s was moved from %(old)s to %(new)s: %(reason)s"),
    ),
)
# What is due decides who is told that its day was moved.
_CONCERNED: dict[str, tuple[str, str]] = {
    DeadlineMatter.ASSESSMENT: ("assessment.fill", "assessment.send"),
    DeadlineMatter.REGISTRATION: ("registration.enter", "registration.send"),
}


def of_launch(made: Launch, code: str, recipients: Iterable[Recipient]) -> None:
    """Tell the units of a launch, or remind them; inside its act."""
    units = [recipient.unit_id for recipient in recipients]
    notices.tell(
        code,
        readers.people_at_any(units, "launch.answer", periods.today()),
        subject=_subject(made),
        url=reverse("launches:detail", args=[made.pk]),
        office=made.placement.name,
        document=made.document.number or made.document.title,
        day=f"{made.due_on:%d/%m/%Y}",
    )


def of_withdrawal(made: Launch) -> None:
    """Tell the units that a launch no longer holds; inside its act."""
    notices.take_back("launch.made", _subject(made))


def _subject(made: Launch) -> str:
    return f"launch:{made.pk}"


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
        url=reverse("rounds:detail", args=[deadline.round_id]),
        round=str(deadline.round),
        old=f"{old:%d/%m/%Y}",
        new=f"{deadline.due_on:%d/%m/%Y}",
        reason=reason,
    )


def _governed_by(deadline: RoundDeadline, place: Placement) -> QuerySet[Placement]:
    """The units of today for which a deadline holds, of members their homes: those under no nearer
    territory that has a deadline of its own."""
    today = periods.today()
    others = RoundDeadline.objects.filter(
        round=deadline.round_id, matter=deadline.matter, subject_kind=deadline.subject_kind
    ).exclude(pk=deadline.pk)
    below = Placement.objects.on(today).under(place.path).exclude(unit=place.unit_id)
    found = Placement.objects.on(today).under(place.path)
    found = found.filter(kind__in=readers.homes_of(deadline.subject_kind))
    for path in below.filter(unit__in=others.values("territory")).values_list("path", flat=True):
        found = found.exclude(path__startswith=path)
    return found
