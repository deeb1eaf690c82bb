"""What still stands on a unit, so that no unit ends over it: asked of every app that keeps such.

An app to the right declares with `declare`, when it starts, what it keeps; units asks them all.
"""

from collections.abc import Callable, Iterable

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core import periods
from units.models import Appointment

# Of the key of a unit and its last day what stands on it after that day, each in a few words.
Question = Callable[[int, periods.Day], Iterable[str]]

SHOWN = 5

_questions: list[Question] = []


def declare(*questions: Question) -> None:
    """Make known what else can stand on a unit; an app calls it once, when it starts."""
    _questions.extend(one for one in questions if one not in _questions)


def after(unit_id: int, last_day: periods.Day) -> list[str]:
    """What stands on a unit after its last day, in words: the first ones, and how many more."""
    found = [one for ask in (_appointments, *_questions) for one in ask(unit_id, last_day)]
    more = len(found) - SHOWN
    if more <= 0:
        return found
    return [*found[:SHOWN], _("%(number)d more") % {"number": more}]


def _appointments(unit_id: int, last_day: periods.Day) -> Iterable[str]:
    """Who holds a role there after its last day."""
    later = periods.between(last_day + periods.ONE_DAY, None)
    held = Appointment.objects.filter(unit=unit_id, period__overlap=later)
    for one in held.select_related("user").order_by("user__full_name", "pk"):
        until = periods.last_day(one.period)
        said = {
            "person": one.user.full_name,
            "role": one.get_role_display(),
            "day": date_format(until, "SHORT_DATE_FORMAT") if until else "",
        }
        if until:
            yield _("%(person)s, %(role)s until %(day)s") % said
        else:
            yield _("%(person)s, %(role)s without end") % said
