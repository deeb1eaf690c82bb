"""Launches and entries of registers that were dated after the day of a reform that was recorded
later."""

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from campaign.models import EntryState, Recipient, RecipientState, RegisterEntry
from units.late_acts import LateKind

KINDS = (
    LateKind(
        "launches",
        _("launches received"),
        Recipient,
        "launch__launched_on",
        lambda one: one.launch.document.number or one.launch.document.title,
        lambda one: reverse("launches:detail", args=[one.launch_id]),
        _("It was answered, and an answer is never changed."),
        Q(state=RecipientState.WAITING),
        reads=("launch__document",),
    ),
    LateKind(
        "register_entries",
        _("entries of registers"),
        RegisterEntry,
        "entered_at__date",
        lambda one: f"{one.get_kind_display()}, {one.get_state_display()}",
        lambda one: reverse("registers:detail", args=[one.pk]),
        _("It was confirmed or refused for the unit of that time."),
        Q(state=EntryState.ENTERED),
        also=("office_id",),
    ),
)
