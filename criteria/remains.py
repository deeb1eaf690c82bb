"""What of self-assessments and registrations still stands on a unit, so that none ends over it."""

from collections.abc import Iterable

from django.db.models import Q
from django.utils.translation import gettext as _

from core import periods
from criteria.models import Assessment, AssessmentState, RegistrationList, RegistrationState


def assessments(unit_id: int, last_day: periods.Day) -> Iterable[str]:
    """Self-assessments of the unit, or received by it, that are not confirmed yet.

    A draft of which nothing was answered or sent holds nobody up.
    """
    empty = Q(state=AssessmentState.DRAFT, submission=0, answered=0)
    found = (
        Assessment.objects.filter(Q(unit=unit_id) | Q(receiver=unit_id))
        .exclude(state=AssessmentState.CONFIRMED)
        .exclude(empty)
        .select_related("placement", "round")
    )
    for one in found.order_by("pk"):
        yield _("self-assessment of %(unit)s, %(round)s (%(state)s)") % _words(one)


def registrations(unit_id: int, last_day: periods.Day) -> Iterable[str]:
    """Registrations of the unit, or received by it, that wait for approval, or hold somebody and
    are not sent yet."""
    waiting = Q(state=RegistrationState.WAITING)
    begun = Q(state=RegistrationState.DRAFT) & (Q(listed__gt=0) | Q(declared__gt=0))
    found = RegistrationList.objects.filter(Q(unit=unit_id) | Q(receiver=unit_id), waiting | begun)
    for one in found.select_related("placement", "round").order_by("pk"):
        yield _("registration of %(unit)s, %(round)s (%(state)s)") % _words(one)


def _words(one: Assessment | RegistrationList) -> dict[str, str]:
    state = one.get_state_display()
    return {"unit": one.placement.name, "round": one.round.name, "state": state}
