"""Who can see a self-assessment or a recognition, and why one cannot do something with it."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from core.access import requires
from core.workflow import Verdict, Workflow
from criteria import permissions
from criteria.models import Assessment
from criteria.views.access import visible_assessment
from criteria.views.recognitions import visible_recognition
from criteria.workflow import ASSESSMENT, RECOGNITION
from units import visibility
from units.views.access_panel import access_page
from units.visibility import Possible


@requires("assessment.view")
def assessment(request: HttpRequest, pk: int) -> HttpResponse:
    """Who sees a self-assessment, and each act on it with whether the reader may, and why not."""
    found = visible_assessment(request, pk, with_managers=True)
    node = found.placement.unit_id
    user = request.user
    acts = [
        _possible(_("Fill in and attach evidence"), permissions.may_fill(user, found)),
        _possible(_("Read what stands in it"), permissions.sees_content(user, found)),
        _possible(_("See the verdicts"), permissions.sees_verdicts(user, found)),
        _possible(_("Give verdicts"), permissions.may_judge(user, found)),
        *_steps(ASSESSMENT, found, user),
    ]
    context = {
        "title": _("Self-assessment of %(name)s") % {"name": found.subject_name},
        "back": reverse("assessments:detail", args=[pk]),
        "note": _draft_note(found),
        "seers": visibility.who_sees(user, "assessment.view", unit_id=node, path=found.path),
        "possible": acts,
    }
    return access_page(request, context)


@requires("recognition.view")
def recognition(request: HttpRequest, pk: int) -> HttpResponse:
    """Who sees a recognition, and each act on it with whether the reader may, and why not."""
    found = visible_recognition(request, pk)
    user = request.user
    context = {
        "title": f"{found.title}, {found.placement}",
        "back": reverse("recognitions:detail", args=[pk]),
        "note": "",
        "seers": visibility.who_sees(
            user, "recognition.view", unit_id=found.unit_id, path=found.path
        ),
        "possible": [
            _possible(_("Correct the declaration"), permissions.may_correct(user, found)),
            *_steps(RECOGNITION, found, user),
        ],
    }
    return access_page(request, context)


def _draft_note(found: Assessment) -> str:
    """Before the first sending the record is seen, its content is the unit's own."""
    if found.submission > 0:
        return ""
    return _(
        "Until it is sent, others see that it is there and how far it is, not what stands in it."
    )


def _steps(workflow: Workflow, subject: Any, user: Any) -> Iterator[Possible]:
    """Every step of the workflow, also those that do not follow now."""
    for arrow in workflow.transitions:
        yield _possible(str(arrow.label), workflow.allowed(arrow, subject, user))


def _possible(label: str, verdict: Verdict) -> Possible:
    return Possible(label, *verdict)
