"""Who may do what in a Council, and if not, why not.

Each predicate returns `(allowed, reason)`; pages show the reason on the disabled button.
"""

from typing import Any

from django.utils.translation import gettext as _

from awards.models import Council, CouncilSeat, Meeting
from core import periods
from core.workflow import YES, Verdict
from units import scope


def keeping_grant(user: Any, council: Council) -> scope.Grant | None:
    """The appointment in whose right `user` is secretary of a Council: at its very office."""
    return scope.of(user).grant_at(council.office_id, "meeting.keep")


def may_keep(user: Any, council: Council) -> Verdict:
    """Whether `user` is a secretary of the Council."""
    if keeping_grant(user, council):
        return YES
    return False, _("This is for the secretaries of the Council.")


def may_keep_meeting(user: Any, meeting: Meeting) -> Verdict:
    """Whether `user` is a secretary of the Council that meets."""
    return may_keep(user, meeting.council)


def may_declare(user: Any, meeting: Meeting, seat_pk: int) -> Verdict:
    """Whether `user` may declare a stake of who sits there: a secretary, or the member."""
    if keeping_grant(user, meeting.council):
        return YES
    seat = seat_of(user, meeting.council, meeting.day)
    if seat and seat.pk == seat_pk:
        return YES
    return False, _("This is for the member and for the secretaries of the Council.")


def voting_grant(user: Any, council: Council) -> scope.Grant | None:
    """The appointment in whose right `user` votes in a Council."""
    return scope.of(user).grant_at(council.office_id, "meeting.vote")


def seat_of(user: Any, council: Council, day: periods.Day) -> CouncilSeat | None:
    """The seat that `user` has on the Council on `day`, in the right of an appointment (one
    query)."""
    if voting_grant(user, council) is None:
        return None
    return council.seats.filter(user=user, period__contains=day).first()
