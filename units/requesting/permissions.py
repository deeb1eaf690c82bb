"""Who enters, answers and carries out requests of people, and if not, why not."""

from typing import Any

from django.utils.translation import gettext as _

from core import periods
from core.workflow import YES, Verdict
from units import permissions, queries, scope
from units.models import PersonalRequest, Placement

REQUESTS, FULFIL = "personal.requests", "personal.fulfil"


def may_enter(user: Any, home: Placement) -> Verdict:
    """Whether `user` enters requests of people of a hamlet or office."""
    if permissions.grant_over(user, REQUESTS, home):
        return YES
    return False, _("Requests are entered by the unit itself and by the body that manages it.")


def may_answer(user: Any, request: PersonalRequest) -> Verdict:
    """Whether `user` accepts, refuses or closes a request."""
    if acting_grant(user, request):
        return YES
    return False, _("Requests are answered by the unit itself and by the body that manages it.")


def may_fulfil(user: Any, request: PersonalRequest) -> Verdict:
    """Whether `user` carries a request out: another person than who entered or accepted it."""
    if not acting_grant(user, request, "carry_out"):
        return False, _("A leader, or the officer of the commune, carries requests out.")
    if request.took_part(user):
        return False, _("Another person than who entered or accepted it carries it out.")
    return YES


def acting_grant(user: Any, request: PersonalRequest, step: str = "") -> scope.Grant | None:
    """The appointment in whose right `user` takes a step of a request."""
    capability = FULFIL if step == "carry_out" else REQUESTS
    held = scope.of(user)
    if not held.has(capability):
        return None
    home = request.placement.unit_id
    if not hasattr(request, "managers"):  # asked for each step of a page
        request.managers = queries.managers_of_unit(home, periods.today())
    return held.grant_for(capability, unit_id=home, path=request.path, managers=request.managers)
