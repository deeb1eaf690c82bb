"""What of commendations still stands on a unit, so that none ends over it."""

from collections.abc import Iterable

from django.db.models import Q
from django.utils.translation import gettext as _

from awards.council.listing import ENDED
from awards.models import (
    Decision,
    DecisionState,
    Meeting,
    Nomination,
    NominationState,
    Submission,
    SubmissionState,
)
from core import periods


def nominations(unit_id: int, last_day: periods.Day) -> Iterable[str]:
    """Nominations of the unit, proposed by it, or that lie at it, on which nobody has decided."""
    found = (
        Nomination.objects.standing()
        .filter(Q(unit=unit_id) | Q(proposer=unit_id) | Q(office=unit_id))
        .with_subject()
        .select_related("form")
    )
    for one in found.order_by("pk"):
        yield _("nomination of %(unit)s for %(form)s (%(state)s)") % {
            "unit": one.subject_name,
            "form": one.form.name,
            "state": NominationState(one.state).label,
        }


def submissions(unit_id: int, last_day: periods.Day) -> Iterable[str]:
    """Submissions from or to the unit that nobody has received yet."""
    found = Submission.objects.filter(Q(sender=unit_id) | Q(receiver=unit_id)).exclude(
        state=SubmissionState.RECEIVED
    )
    for one in found.select_related("placement", "form").order_by("pk"):
        yield _("submission of %(unit)s for %(form)s (%(state)s)") % {
            "unit": one.placement.name,
            "form": one.form.name,
            "state": one.get_state_display(),
        }


def meetings(unit_id: int, last_day: periods.Day) -> Iterable[str]:
    """Meetings of the unit's Council, or of one whose standing office it is, that go on."""
    found = Meeting.objects.filter(Q(council__unit=unit_id) | Q(council__office=unit_id))
    for one in found.exclude(state__in=ENDED).select_related("council").order_by("pk"):
        yield _("meeting of %(council)s (%(state)s)") % {
            "council": one.council.name,
            "state": one.get_state_display(),
        }


def decisions(unit_id: int, last_day: periods.Day) -> Iterable[str]:
    """Decisions that the unit drafts or issues and that are not published yet."""
    over = (DecisionState.PUBLISHED, DecisionState.DROPPED, DecisionState.REVOKED)
    found = Decision.objects.filter(Q(office=unit_id) | Q(issuer=unit_id)).exclude(state__in=over)
    for one in found.select_related("form").order_by("pk"):
        yield _("decision %(number)s on %(form)s (%(state)s)") % {
            "number": one.reference,
            "form": one.form.name,
            "state": one.get_state_display(),
        }
