"""People with their roles, for pages that accounts/ draws without knowing units."""

from dataclasses import dataclass
from typing import Any

from django import template
from django.db.models import OuterRef, Subquery
from django.template.context import RequestContext

from accounts.backends import demonstration_allowed
from accounts.models import User
from core import periods
from units import people_queries, roles
from units.models import Appointment, Placement

register = template.Library()


@dataclass(frozen=True)
class DemonstrationAccount:
    """An account of the demonstration: its name, the person, and each role with its unit."""

    username: str
    full_name: str
    roles: tuple[tuple[str, str], ...]


@register.simple_tag(takes_context=True)
def demonstration_accounts(context: RequestContext) -> list[DemonstrationAccount]:
    """The accounts of the demonstration, where they work: two queries, else none.

    Those of the other communes and offices, called by a hyphen and a code, only fill the lists.
    """
    if not demonstration_allowed(context["request"]):
        return []
    today = periods.today()
    name = Placement.objects.on(today).filter(unit=OuterRef("unit")).values("name")[:1]
    held: dict[int, list[tuple[str, str]]] = {}
    for user_id, role, unit_name in (
        Appointment.objects.on(today)
        .filter(user__is_demo=True)
        .order_by("pk")
        .values_list("user_id", "role", Subquery(name))
    ):
        held.setdefault(user_id, []).append((str(roles.BY_CODE[role].label), unit_name or ""))
    users = (
        User.objects.filter(is_demo=True, is_active=True)
        .exclude(username__contains="-")
        .order_by("pk")
    )
    return [
        DemonstrationAccount(user.username, user.full_name, tuple(held.get(user.pk, ())))
        for user in users
    ]


@register.inclusion_tag("people/own_appointments.html", takes_context=True)
def own_appointments(context: RequestContext) -> dict[str, Any]:
    """What the person holds, and who stands in for them: on the page of the own account."""
    held = people_queries.own(context["request"].user)
    deputies = people_queries.deputies_of([one.appointment for one in held])
    rows = [
        {
            "held": one,
            "capabilities": roles.in_words(one.role),
            "deputies": deputies[one.appointment.pk],
        }
        for one in held
    ]
    return {"rows": rows}
