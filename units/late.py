"""Figures and appointments that were dated after the day of a reform that was recorded later."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from units.late_acts import LateKind
from units.models import Appointment, Figure


def _figure(one: Figure) -> str:
    return _("%(kind)s: %(value)s (%(paper)s)") % {
        "kind": one.kind.name,
        "value": "–" if one.value is None else one.value,
        "paper": one.paper,
    }


KINDS = (
    LateKind(
        "appointments",
        gettext_lazy("appointments"),
        Appointment,
        "period__startswith",
        lambda one: f"{one.user.full_name}, {one.get_role_display()}",
        lambda one: reverse("units:detail", args=[one.unit_id]),
        gettext_lazy("A right is given to a person, by an administrator, on that person's page."),
        place="",
        reads=("user",),
    ),
    LateKind(
        "figures",
        gettext_lazy("figures"),
        Figure,
        "day",
        _figure,
        lambda one: reverse("units:figures", args=[one.unit_id]),
        gettext_lazy("It was stated of the unit as it was then; what followed states its own."),
        place="",
        reads=("kind",),
    ),
)
