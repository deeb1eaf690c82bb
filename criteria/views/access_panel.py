"""Who can see a self-assessment, a recognition, a list for recognition or a registration, and why
one cannot do something with it."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from core.access import requires
from criteria import permissions, sheets
from criteria.batches import permissions as recognising
from criteria.batches.workflow import BATCH
from criteria.models import Assessment
from criteria.registration import permissions as registering
from criteria.registration.workflow import REGISTRATION
from criteria.views.access import visible_assessment
from criteria.views.batch import visible as visible_batch
from criteria.views.recognitions import visible_recognition
from criteria.views.registration import visible as visible_registration
from criteria.workflow import ASSESSMENT, RECOGNITION
from units import visibility
from units.views.access_panel import access_page, possible, possible_steps


@requires("assessment.view")
def assessment(request: HttpRequest, pk: int) -> HttpResponse:
    """Who sees a self-assessment, and each act on it with whether the reader may, and why not."""
    found = visible_assessment(request, pk, with_managers=True)
    sheets.read_once(found)
    node = found.placement.unit_id
    user = request.user
    acts = [
        possible(_("Fill in and attach evidence"), permissions.may_fill(user, found)),
        possible(_("Read what stands in it"), permissions.sees_content(user, found)),
        possible(_("See the verdicts"), permissions.sees_verdicts(user, found)),
        possible(_("Give verdicts"), permissions.may_judge(user, found)),
        *possible_steps(ASSESSMENT, found, user),
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
            possible(_("Correct the declaration"), permissions.may_correct(user, found)),
            *possible_steps(RECOGNITION, found, user),
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


@requires("batch.view")
def batch(request: HttpRequest, pk: int) -> HttpResponse:
    """Who sees a list for recognition, and each act on it with whether the reader may, and why
    not."""
    found = visible_batch(request, pk)
    user = request.user
    note = "" if found.sent_at else _("Until it is sent, others see neither the list nor whom.")
    context = {
        "title": _("List for recognition of %(name)s") % {"name": found.placement.name},
        "back": reverse("recognitions:batch", args=[pk]),
        "note": note,
        "seers": visibility.who_sees(user, "batch.view", unit_id=found.unit_id, path=found.path),
        "possible": [
            possible(_("Read who is listed"), recognising.sees_content(user, found)),
            possible(_("Read the names"), recognising.may_read_names(user, found)),
            possible(_("Change the list"), recognising.may_enter(user, found)),
            *possible_steps(BATCH, found, user),
        ],
    }
    return access_page(request, context)


@requires("registration.view")
def registration(request: HttpRequest, pk: int) -> HttpResponse:
    """Who sees a registration, and each act on it with whether the reader may, and why not."""
    found = visible_registration(request, pk)
    user = request.user
    note = "" if found.sent_at else _("Until it is sent, others see that it is there, not whom.")
    context = {
        "title": _("Registration of %(name)s") % {"name": found.placement.name},
        "back": reverse("registrations:detail", args=[pk]),
        "note": note,
        "seers": visibility.who_sees(
            user, "registration.view", unit_id=found.unit_id, path=found.path
        ),
        "possible": [
            possible(_("Read who registers"), registering.sees_content(user, found)),
            possible(_("Change who registers"), registering.may_enter(user, found)),
            *possible_steps(REGISTRATION, found, user),
        ],
    }
    return access_page(request, context)
