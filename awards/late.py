"""Nominations, submissions and commendations that were dated after the day of a reform that was
recorded later."""

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from awards.models import Award, Nomination, Submission
from awards.models.nominations import OPEN_FOR_WRITING
from units.late_acts import LateKind

KINDS = (
    LateKind(
        "nominations",
        _("nominations"),
        Nomination,
        "begun_at__date",
        lambda one: f"{one.form.name}, {one.get_state_display()}",
        lambda one: reverse("nominations:detail", args=[one.pk]),
        _("It lies with another office, or was decided: it stands as it was proposed."),
        Q(state__in=OPEN_FOR_WRITING),
        also=("proposer_id", "office_id"),
        reads=("form",),
    ),
    LateKind(
        "submissions",
        _("submissions"),
        Submission,
        "begun_at__date",
        lambda one: f"{one.form.name}, {one.get_state_display()}",
        lambda one: reverse("submissions:detail", args=[one.pk]),
        _("A paper of the body that made it stands as it is."),
        reads=("form",),
    ),
    LateKind(
        "awards",
        _("commendations"),
        Award,
        "decision__published_at__date",
        lambda one: one.decision.reference,
        lambda one: reverse("nominations:detail", args=[one.nomination_id]),
        _("An issued decision stands as it was signed."),
        place="nomination__placement_id",
        reads=("decision",),
    ),
)
