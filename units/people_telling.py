"""Who is told that their roles were changed: everybody but who did it.

Holders are told by mail, with the reason. Why an account was closed is its person's affair: who
stood in for them reads in a notice that this has ended.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import mails
from accounts.models import User
from core import notices, periods
from core.notices import NoticeKind
from units import people_rules, queries, roles
from units.models import Appointment

CLOSED = "deputising.closed"
KINDS = (
    NoticeKind(
        CLOSED,
        gettext_lazy("The account of somebody for whom you stand in was closed"),
        gettext_lazy(
            "The account of %(person)s was closed: you no longer stand in for them "
            "(%(role)s, %(unit)s)."
        ),
        urgent=True,
    ),
)


def of_roles(changed: Iterable[Appointment], actor: User, reason: str) -> None:
    """Tell the holders of appointments, and those for whom they stand in, how long these run now;
    one mail a person, inside the act."""
    concerned: defaultdict[User, list[Appointment]] = defaultdict(list)
    for appointment in changed:
        concerned[appointment.user].append(appointment)
        if appointment.deputising_for:
            concerned[appointment.deputising_for.user].append(appointment)
    for person, theirs in concerned.items():
        if person.pk != actor.pk:
            with translation.override(person.language):
                said = " ".join(_sentences(person, theirs))
            mails.tell_of_change(person, said, reason)


def of_closing(deputies: Iterable[Appointment], actor: User) -> None:
    """Tell those who stood in for somebody that it ended with that person's account, inside the
    act of closing it.

    Args:
        deputies: their appointments, ended.
    """
    for deputy in deputies:
        original = deputy.deputising_for
        if original is None or deputy.user_id == actor.pk:
            continue
        with translation.override(deputy.user.language):
            role = str(roles.BY_CODE[deputy.role].label)
        notices.tell(
            CLOSED,
            [deputy.user_id],
            subject=f"appointment:{deputy.pk}",
            url=reverse("accounts:me"),
            person=original.user.full_name,
            role=role,
            unit=_place_name(deputy),
        )


def _place_name(appointment: Appointment) -> str:
    place = queries.placement_of(appointment.unit_id, periods.today())
    return place.name if place else "–"


def _sentences(person: User, changed: list[Appointment]) -> Iterator[str]:
    for appointment in changed:
        words = {
            "role": roles.BY_CODE[appointment.role].label,
            "unit": _place_name(appointment),
            "period": people_rules.in_words(appointment.period),
            "deputy": appointment.user.full_name,
        }
        if appointment.period.isempty:
            yield _("The role %(role)s, %(unit)s, was taken back before it began.") % words
        elif appointment.user_id != person.pk:
            yield _("%(deputy)s stands in for you: %(role)s, %(unit)s, %(period)s.") % words
        else:
            yield _("The role %(role)s, %(unit)s, now runs %(period)s.") % words
