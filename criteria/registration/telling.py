"""Who is told what of registrations: kinds of notices, and their readers."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core import notices, periods
from core.notices import NoticeKind
from core.workflow import Transition
from criteria.models import RegistrationList, RegistrationState
from units import readers

KINDS = (
    NoticeKind(
        "registration.sent",
        _("A unit has sent a registration"),
        _("%(unit)s has sent its registration for %(title)s, %(round)s."),
        _("%(unit)s has taken back its registration for %(title)s, %(round)s."),
        many=_("%(number)d registrations were sent, %(round)s."),
        many_correction=_("%(number)d registrations were taken back, %(round)s."),
        shared=("round",),
    ),
    NoticeKind(
        "registration.withdrawn",
        _("A unit has withdrawn a registration"),
        _("%(unit)s has withdrawn its registration for %(title)s, %(round)s."),
        many=_("%(number)d registrations were withdrawn, %(round)s."),
        shared=("round",),
    ),
    NoticeKind(
        "registration.approved",
        _("A registration of your unit was approved"),
        _("The registration of %(unit)s for %(title)s, %(round)s, was approved."),
        _("Approving the registration of %(unit)s for %(title)s, %(round)s, was undone."),
        many=_("%(number)d registrations were approved, %(round)s."),
        many_correction=_("Approving %(number)d registrations, %(round)s, was undone."),
        shared=("round",),
    ),
    NoticeKind(
        "registration.rejected",
        _("A registration of your unit was refused"),
        _("The registration of %(unit)s for %(title)s, %(round)s, was refused."),
        _("Refusing the registration of %(unit)s for %(title)s, %(round)s, was undone."),
        many=_("%(number)d registrations were refused, %(round)s."),
        many_correction=_("Refusing %(number)d registrations, %(round)s, was undone."),
        shared=("round",),
        urgent=True,
    ),
    NoticeKind(
        "registration.due",
        _("A deadline of your registrations is near"),
        _("What %(unit)s registers for, %(round)s, is due on %(day)s."),
        many=_("Registrations of %(number)d units or groups, %(round)s, are due on %(day)s."),
        shared=("round", "day"),
    ),
)
OWN = ("registration.enter", "registration.send")
# How what a kind tells of stands, where many are looked at.
_STATES: dict[str, str] = {
    "registration.sent": RegistrationState.WAITING,
    "registration.withdrawn": RegistrationState.WITHDRAWN,
    "registration.approved": RegistrationState.APPROVED,
    "registration.rejected": RegistrationState.REJECTED,
}
_TO_THE_OFFICE = frozenset({"registration.sent", "registration.withdrawn"})


def of_registration(found: RegistrationList, arrow: Transition, user: Any) -> None:
    """Tell what a step of a registration means for others; inside the act of the step.

    Nobody is told of what they did themselves.
    """
    subject = f"registration:{found.pk}:{found.sent_version}"
    for code in arrow.takes_back:
        notices.take_back(code, subject)
    for code in arrow.settles:
        notices.settle(code, subject)
    if arrow.tells:
        shown = {"round": found.round.code, "state": _STATES[arrow.tells]}
        notices.tell(
            arrow.tells,
            [pk for pk in _readers(found, arrow.tells) if pk != user.pk],
            subject=subject,
            url=reverse("registrations:detail", args=[found.pk]),
            list_url=f"{reverse('registrations:index')}?{urlencode(shown)}",
            unit=found.placement.name,
            title=str(found.subject),
            round=str(found.round),
        )


def _readers(found: RegistrationList, code: str) -> Iterable[int]:
    if code in _TO_THE_OFFICE:
        return readers.people_at(found.receiver_id, "registration.approve", periods.today())
    acting = readers.acting_for_unit(found.unit_id, OWN, periods.today())
    return acting.answering(found.sent_by_id)
