"""Who sees a decision or a meeting, and what the reader may do with it: panels of their pages."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from awards.council import permissions as council
from awards.council.workflow import MEETING
from awards.deciding import correcting, permissions
from awards.deciding.workflow import DECISION
from awards.models import Decision, DecisionState, Meeting, MeetingState
from awards.models.decisions import WORKING
from awards.views.decision import WITH_FORM
from awards.views.decision import visible as visible_decision
from awards.views.meetings import visible as visible_meeting
from core.access import requires
from units import visibility
from units.views.access_panel import access_page, possible, possible_steps
from units.visibility import Possible


@requires("decision.view")
def decision(request: HttpRequest, pk: int) -> HttpResponse:
    """Who sees a decision, and each act on it with whether the reader may, and why not."""
    found = visible_decision(request, pk)
    draft = found.state == DecisionState.DRAFT
    units = (
        [found.office_id] if draft or not found.issuer_id else [found.office_id, found.issuer_id]
    )
    context = {
        "title": _("Decision %(number)s") % {"number": found.reference},
        "back": reverse("decisions:detail", args=[pk]),
        "note": _("Once it is published, whoever has one of its lines in scope sees it, too."),
        "seers": visibility.who_holds(request.user, units, *WORKING),
        "possible": list(_with_decision(request.user, found)),
    }
    return access_page(request, context)


def _with_decision(user: Any, found: Decision) -> Iterator[Possible]:
    yield possible(_("Read its paper with the names"), permissions.sees_paper(user, found))
    yield possible(_("Change the draft"), permissions.may_change(user, found))
    yield possible(_("Correct it by a document"), correcting.may_correct(user, found))
    for arrow in DECISION.transitions:
        # What a form of the page asks for is not missing before it was filled in.
        asked = replace(arrow, conditions=()) if arrow.name in WITH_FORM else arrow
        yield possible(str(arrow.label), DECISION.allowed(asked, found, user))


@requires("meeting.view")
def meeting(request: HttpRequest, pk: int) -> HttpResponse:
    """Who sees a meeting of the Council, and each act on it with whether the reader may."""
    found = visible_meeting(request, pk)
    planned = found.state == MeetingState.PLANNED
    note = _("Until the invitations are out the secretaries alone see it.") if planned else ""
    context = {
        "title": _("Meeting of %(council)s") % {"council": found.council.name},
        "back": reverse("meetings:detail", args=[pk]),
        "note": note,
        "seers": visibility.who_sees(
            request.user,
            "meeting.keep" if planned else "meeting.view",
            unit_id=found.council.office_id,
            path=found.council.path,
        ),
        "possible": list(_with_meeting(request.user, found)),
    }
    return access_page(request, context)


def _with_meeting(user: Any, found: Meeting) -> Iterator[Possible]:
    yield possible(_("Record presence, hands and ballots"), council.may_keep_meeting(user, found))
    yield from possible_steps(MEETING, found, user)
