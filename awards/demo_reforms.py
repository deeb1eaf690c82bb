"""What the people of the demonstration reformed, taken back before they and their units go."""

from django.db.models import Q, QuerySet

from accounts.models import User
from units.models import (
    Appointment,
    Figure,
    Reform,
    ReformEvent,
    ReformLine,
    ReformState,
)
from units.reforming import entering, undoing


def remove(people: QuerySet[User]) -> None:
    """Undo and delete the reforms in which `people` took part, the last first (inside an act).

    Raises:
        Refused: real work stands on one of them.
    """
    keys = list(people.values_list("pk", flat=True))
    reforms = Reform.objects.filter(
        Q(taken_part__overlap=keys) | Q(proposed_by__in=keys) | Q(decided_by__in=keys)
    )
    carried_out = list(reforms.filter(state=ReformState.CARRIED_OUT))
    founded = ReformLine.objects.filter(reform__in=carried_out, founds=True).values("unit")
    Appointment.objects.filter(user__in=people, unit__in=founded).delete()
    Figure.objects.filter(stated_by__in=people).delete()
    for reform in [one for one in reforms if one.state != ReformState.CARRIED_OUT]:
        entering.clear(reform)
    for reform in sorted(carried_out, key=_carried_out_at, reverse=True):
        undoing.take_back(reform)
        entering.clear(reform)
    ReformEvent.objects.filter(reform__in=reforms).delete()
    reforms.delete()


def _carried_out_at(reform: Reform) -> int:
    """The key of the last step: each leads a reform on."""
    return int(ReformEvent.objects.filter(reform=reform).latest("pk").pk)
