"""Registrations, self-assessments and recognitions that were dated after the day of a reform that
was recorded later."""

from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from criteria.models import (
    Assessment,
    AssessmentState,
    Recognition,
    RegistrationList,
    RegistrationState,
)
from units.late_acts import LateKind
from units.models import MEMBER_KINDS


def _in_round(one: Any) -> str:
    return f"{one.round.name}, {one.get_state_display()}"


KINDS = (
    LateKind(
        "registrations",
        _("registrations"),
        RegistrationList,
        "begun_at__date",
        lambda one: f"{one.subject}, {_in_round(one)}",
        lambda one: reverse("registrations:detail", args=[one.pk]),
        _("It was decided already."),
        Q(state__in=(RegistrationState.DRAFT, RegistrationState.WAITING)),
        also=("receiver_id",),
        reads=("round", "title", "form"),
    ),
    LateKind(
        "assessments",
        _("self-assessments"),
        Assessment,
        "begun_at__date",
        _in_round,
        lambda one: reverse("assessments:detail", args=[one.pk]),
        _("Its result is confirmed and frozen."),
        ~Q(state=AssessmentState.CONFIRMED),
        also=("receiver_id",),
        reads=("round",),
    ),
    LateKind(
        "recognitions",
        _("recognitions"),
        Recognition,
        "decided_on",
        lambda one: f"{one.title}, {one.decision_number}",
        lambda one: reverse("recognitions:detail", args=[one.pk]),
        _("A decision names the unit of that time; titles of a unit that ended are not inherited."),
        Q(unit__kind__in=MEMBER_KINDS),
        reads=("title",),
    ),
)
