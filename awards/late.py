"""Nominations, submissions, commendations, restrictions, quotas and meetings that were dated after
the day of a reform that was recorded later."""

from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from awards.models import Award, Meeting, Nomination, Quota, Restriction, Submission
from awards.models.nominations import OPEN_FOR_WRITING
from units.late_acts import LateKind

EVERY = ~Q(pk__in=())


def _rules(_one: Any) -> str:
    return reverse("submissions:rules")


def _quota(one: Quota) -> str:
    number = ngettext("at most %(number)d", "at most %(number)d", one.number)
    return f"{one.form.name}, {number % {'number': one.number}}"


KINDS = (
    LateKind(
        "nominations",
        _("nominations"),
        Nomination,
        "begun_at__date",
        lambda one: f"{one.subject_name}, {one.form.name}, {one.get_state_display()}",
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
    LateKind(
        "restrictions",
        _("restrictions"),
        Restriction,
        "period__startswith",
        # On which ground is for those who appraise.
        lambda one: gettext("why it may not be proposed now"),
        _rules,
        "",
        EVERY,
        place="",
    ),
    LateKind(
        "quotas",
        _("quotas"),
        Quota,
        "period__startswith",
        _quota,
        _rules,
        "",
        EVERY,
        place="",
        unit="proposer_id",
        path="proposer_path",
        reads=("form",),
    ),
    LateKind(
        "meetings",
        _("meetings of Councils"),
        Meeting,
        "at__date",
        lambda one: f"{one.council.name}, {one.get_state_display()}",
        lambda one: reverse("meetings:detail", args=[one.pk]),
        _("It is its Council's, and a Council is established by a decision of its body."),
        place="",
        unit="council__unit_id",
        reads=("council",),
    ),
)
