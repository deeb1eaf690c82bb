"""Who may do what to a registration, and if not, why not.

Each predicate returns `(allowed, reason)`; pages show the reason on the disabled button.
"""

from typing import Any

from django.utils.translation import gettext as _

from core import periods
from core.workflow import YES, Verdict
from criteria.models import RegistrationList
from criteria.registration.offers import OPEN_FOR_ENTERING
from units import permissions, queries, scope
from units.models import Placement


def entering_grant(user: Any, place: Placement) -> scope.Grant | None:
    """The appointment in whose right `user` enters registrations of a unit: at the unit itself, or
    at the body that manages it."""
    return permissions.grant_over(user, "registration.enter", place, _managers(place))


def sending_grant(user: Any, place: Placement) -> scope.Grant | None:
    """The appointment in whose right `user` sends registrations of a unit."""
    return permissions.grant_over(user, "registration.send", place, _managers(place))


def reading_grant(user: Any, place: Placement) -> scope.Grant | None:
    """The appointment in whose right `user` may open the names of a unit's members."""
    return permissions.grant_over(user, "personal.read", place, _managers(place))


def _managers(place: Placement) -> tuple[int, ...]:
    """The managing bodies of today, read once for the object of one request."""
    known: tuple[int, ...] | None = getattr(place, "managers_today", None)
    if known is None:
        known = queries.managers_of_unit(place.unit_id, periods.today())
        place.managers_today = known  # type: ignore[attr-defined]
    return known


def sees_content(user: Any, found: RegistrationList) -> Verdict:
    """The unit's own people always; others from the first sending on."""
    place = found.placement
    if found.sent_at or entering_grant(user, place) or sending_grant(user, place):
        return YES
    return False, _("The unit has not sent this registration yet; it is its own draft.")


def may_enter(user: Any, found: RegistrationList) -> Verdict:
    """Whether `user` may change who registers now."""
    if not entering_grant(user, found.placement):
        return False, _("You do not enter registrations for this unit.")
    if found.state not in OPEN_FOR_ENTERING:
        return False, _(
            "Read only: the registration has been sent. It opens again when taken back or refused."
        )
    return YES


def may_send(user: Any, found: RegistrationList) -> Verdict:
    """Whether `user` may send this registration, take it back or withdraw it."""
    if sending_grant(user, found.placement):
        return YES
    return False, _("You do not send registrations for this unit.")


def approving_grant(user: Any, found: RegistrationList) -> scope.Grant | None:
    """The appointment in whose right `user` approves: at the office that received it."""
    held = scope.of(user)
    grants = held.grants_for("registration.approve", unit_id=found.unit_id, path=found.path)
    return next((grant for grant in grants if grant.unit_id == found.receiver_id), None)


def may_approve(user: Any, found: RegistrationList) -> Verdict:
    """Whether `user` may approve or refuse: for the receiving office, and never their own work."""
    if approving_grant(user, found) is None:
        return False, _("This registration is approved by another office.")
    if found.receiver_id == found.unit_id:
        return False, _("No office approves its own registration.")
    if found.took_part(user):
        return False, _("Nobody approves their own: you took part in this registration.")
    return YES
