"""Who can see a launch or an entry of a register, and why one cannot do something with it."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from campaign import permissions
from campaign.views.launches import own_recipients, visible_launch
from campaign.views.registers import visible_entry
from campaign.workflow import ANSWER, ENTRY, LAUNCH
from core.access import requires
from units import visibility
from units.views.access_panel import access_page, possible, possible_steps


@requires("launch.view")
def launch(request: HttpRequest, pk: int) -> HttpResponse:
    """Who sees a launch, and each act on it with whether the reader may, and why not."""
    found = visible_launch(request, pk)
    user = request.user
    context = {
        "title": str(found.document),
        "back": reverse("launches:detail", args=[pk]),
        "note": _("Whoever has a unit in scope to which it was launched sees it, too."),
        "seers": visibility.who_sees(user, "launch.view", unit_id=found.unit_id, path=found.path),
        "possible": [
            *possible_steps(LAUNCH, found, user),
            *(
                one
                for recipient in own_recipients(request, found)
                for one in possible_steps(ANSWER, recipient, user)
            ),
        ],
    }
    return access_page(request, context)


@requires("register.view")
def entry(request: HttpRequest, pk: int) -> HttpResponse:
    """Who sees an entry, and each act on it with whether the reader may, and why not."""
    found = visible_entry(request, pk)
    user = request.user
    context = {
        "title": f"{found.get_register_display()}: {found.placement.name}",
        "back": reverse("registers:detail", args=[pk]),
        "note": "",
        "seers": visibility.who_sees(user, "register.view", unit_id=found.unit_id, path=found.path),
        "possible": [
            possible(_("Correct the entry"), permissions.may_correct(user, found)),
            *possible_steps(ENTRY, found, user),
        ],
    }
    return access_page(request, context)
