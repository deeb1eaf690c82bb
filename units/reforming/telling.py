"""Who is told of a reform: who confirms it, who proposed it, who holds a role in what it touched,
and who assigns what waits at a divided unit."""

from collections.abc import Callable, Iterable
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core import notices, periods
from core.notices import NoticeKind
from core.workflow import Transition
from units import lineage, readers
from units.models import Appointment, Placement, Reform, ReformState, ReformTrace
from units.reforming import assigning
from units.reforming.permissions import CONFIRM, PROPOSE, confirming_grant, may_confirm, plan_of
from units.scope import Grant

PROPOSED, CONFIRMED, REFUSED = "reform.proposed", "reform.confirmed", "reform.refused"
CARRIED_OUT, UNASSIGNED = "reform.carried_out", assigning.UNASSIGNED
KINDS = (
    NoticeKind(
        PROPOSED,
        _("A reform of units waits for your confirmation"),
        _("A reform is proposed, in force from %(day)s: %(name)s. It waits for your confirmation."),
        _("The reform “%(name)s” no longer waits for your confirmation."),
    ),
    NoticeKind(
        CONFIRMED,
        _("A reform of units that you proposed was confirmed"),
        _("The reform “%(name)s” was confirmed, in force from %(day)s."),
        _("The confirmation of the reform “%(name)s” was taken back."),
    ),
    NoticeKind(
        REFUSED,
        _("A reform of units that you proposed was refused"),
        _("The reform “%(name)s” was refused: %(reason)s"),
        urgent=True,
    ),
    NoticeKind(
        CARRIED_OUT,
        _("A reform of units touches a unit where you hold a role"),
        _("A reform was carried out, in force from %(day)s: %(name)s. It touches %(unit)s."),
        _("The reform “%(name)s” was undone."),
    ),
    NoticeKind(
        UNASSIGNED,
        _("What belonged to a divided unit waits to be assigned"),
        _("%(unit)s was divided on %(day)s; what belonged to it waits until you assign it."),
        _("The division of %(unit)s was undone."),
    ),
)


def of_reform(reform: Reform, arrow: Transition, user: Any) -> None:
    """Tell what a step of a reform means for others; inside the act of the step.

    Nobody is told of what they did themselves.

    Args:
        user: None where the portal carries it out by itself.
    """
    subject = f"reform:{reform.pk}"
    for code in arrow.takes_back:
        notices.take_back(code, subject, *map(assigning.subject_of, plan_of(reform).divided))
    for code in arrow.settles:
        notices.settle(code, subject)
    if arrow.tells == PROPOSED:
        _tell(PROPOSED, _confirmers(reform), reform, user)
    elif arrow.tells:
        _tell(arrow.tells, {reform.proposed_by_id}, reform, user)
    if reform.state == ReformState.CARRIED_OUT:
        _tell_touched(reform, user)
        _tell_assigners(reform)


def _tell(code: str, people: Iterable[int | None], reform: Reform, user: Any) -> None:
    notices.tell(
        code,
        {pk for pk in people if pk} - {user.pk if user else 0},
        subject=f"reform:{reform.pk}",
        url=reverse("reforms:detail", args=[reform.pk]),
        name=reform.name,
        day=_day(reform),
        **({"reason": reform.state_reason} if code == REFUSED else {}),
    )


def _day(reform: Reform) -> str:
    return date_format(reform.effective_on, "SHORT_DATE_FORMAT")


def _confirmers(reform: Reform) -> set[int]:
    """Those who may confirm it, of the nearest body above."""

    def right(person: User) -> Grant | None:
        return confirming_grant(person, reform) if may_confirm(person, reform)[0] else None

    return _nearest(reform.territory_path, CONFIRM, right)


def _nearest(path: str, capability: str, right: Callable[[User], Grant | None]) -> set[int]:
    """Of the people at units from `path` upwards who have a right, those of the nearest body."""
    people = User.objects.filter(pk__in=readers.people_upwards(path, capability, periods.today()))
    rights = {one.pk: found.path for one in people if (found := right(one))}
    longest = max(map(len, rights.values()), default=0)
    return {pk for pk, its_path in rights.items() if len(its_path) == longest}


def _tell_touched(reform: Reform, user: Any) -> None:
    """Those who hold a role in a unit whose state the reform ended or changed, each of their first
    such unit."""
    closed = ReformTrace.objects.filter(
        reform=reform, table=ReformTrace.Table.PLACEMENT, before__isnull=False
    ).values("row_id")
    places = Placement.objects.filter(pk__in=closed)
    held = Appointment.objects.on(periods.today()).filter(unit__in=places.values("unit"))
    names = dict(places.values_list("unit", "name"))
    units = dict(held.order_by("-pk").values_list("user", "unit"))
    notices.tell_each(
        CARRIED_OUT,
        [
            notices.Telling(
                {person},
                f"reform:{reform.pk}",
                reverse("reforms:detail", args=[reform.pk]),
                {"name": reform.name, "day": _day(reform), "unit": names[unit]},
            )
            for person, unit in units.items()
            if user is None or person != user.pk
        ],
    )


def _tell_assigners(reform: Reform) -> None:
    """Those who assign what waits at each unit that was divided."""
    plan = plan_of(reform)
    for unit_id in plan.divided:
        if not assigning.waits(unit_id):
            continue
        heirs = lineage.heirs([unit_id], periods.today()).get(unit_id, [])
        places = list(Placement.objects.on(periods.today()).filter(unit__in=heirs))
        path = assigning.territory_of(places)

        def right(person: User, over: list[Placement] = places) -> Grant | None:
            return assigning.right_over(person, over)

        notices.tell(
            UNASSIGNED,
            _nearest(path, PROPOSE, right),
            subject=assigning.subject_of(unit_id),
            url=reverse("reforms:assign", args=[unit_id]),
            unit=plan.name_of(unit_id),
            day=_day(reform),
        )
