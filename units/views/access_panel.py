"""Who can see a unit, and what the reader may do there: a panel of its page."""

from collections.abc import Iterator
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from core import periods
from core.access import requires
from core.htmx import is_htmx
from core.workflow import Verdict, Workflow
from units import queries, visibility
from units.views.access import key_of
from units.visibility import Possible


@requires("units.view")
def unit(request: HttpRequest, pk: int) -> HttpResponse:
    """Who can see a unit today, and what the reader may do there; a part of its page for htmx."""
    place = queries.placement_of(key_of(pk), periods.today())
    if place is None:
        raise Http404
    over: dict[str, Any] = {"unit_id": place.unit_id, "path": place.path}
    managers = queries.managers_of([place], periods.today())[place.unit_id]
    context = {
        "title": place.name,
        "back": reverse("units:detail", args=[place.unit_id]),
        "note": _("Everybody with a role sees the units; these have it in their scope."),
        "seers": visibility.who_sees(request.user, "units.view", **over),
        "possible": visibility.abilities(request.user, **over, managers=managers),
    }
    return access_page(request, context)


def possible(label: str, verdict: Verdict) -> Possible:
    """An act that is no step of a workflow, with what its predicate says."""
    return Possible(label, *verdict)


def possible_steps(workflow: Workflow, subject: Any, user: Any) -> Iterator[Possible]:
    """Every step of a workflow, also those that do not follow now."""
    for arrow in workflow.transitions:
        yield possible(str(arrow.label), workflow.allowed(arrow, subject, user))


def access_page(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """The answer to who sees something: a part for htmx, else a page."""
    template = "people/access.html" if is_htmx(request) else "people/access_page.html"
    return render(request, template, context)
