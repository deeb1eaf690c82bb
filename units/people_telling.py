"""Who is told by mail that their roles were changed: everybody but who did it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from django.utils import translation
from django.utils.translation import gettext as _

from accounts import mails
from accounts.models import User
from core import periods
from units import people_rules, queries, roles
from units.models import Appointment


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


def _sentences(person: User, changed: list[Appointment]) -> Iterator[str]:
    for appointment in changed:
        place = queries.placement_of(appointment.unit_id, periods.today())
        words = {
            "role": roles.BY_CODE[appointment.role].label,
            "unit": place.name if place else "–",
            "period": people_rules.in_words(appointment.period),
            "deputy": appointment.user.full_name,
        }
        if appointment.period.isempty:
            yield _("The role %(role)s, %(unit)s, was taken back before it began.") % words
        elif appointment.user_id != person.pk:
            yield _("%(deputy)s stands in for you: %(role)s, %(unit)s, %(period)s.") % words
        else:
            yield _("The role %(role)s, %(unit)s, now runs %(period)s.") % words
