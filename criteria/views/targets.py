"""What one unit has to reach of a target: reading it, allotting another share, undoing that."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from campaign.models import Target
from core import periods
from core.access import requires
from core.workflow import Refused
from criteria import allotting, targets
from criteria.forms.targets import AllotmentForm
from units.models import Placement


@requires("figures.view", methods=("GET", "POST"))
def unit(request: HttpRequest, pk: int, unit_pk: int) -> HttpResponse:
    """What one commune has to reach, how far it is, who allotted what; 404 outside the scope."""
    target, place = _concerning(request, pk, unit_pk)
    allowed, why_not = allotting.may_allot(request.user, place)
    lines = allotting.history(target, unit_pk)
    now = allotting.of_unit(target, unit_pk)
    form = AllotmentForm(now, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and _allotted(request, form, target, place):
        return HttpResponseRedirect(request.path)
    today = periods.today()
    standing = targets.standing_of(target, unit_pk, targets.numbers([unit_pk], today), now.share)
    context = {
        "target": target,
        "place": place,
        "now": now,
        "standing": standing,
        "a_year": standing.a_year(targets.years_left(target, today)),
        "form": form,
        "lines": lines,
        "may_allot": allowed,
        "why_not": why_not,
    }
    return render(request, "criteria/target_unit.html", context, status=422 if form.errors else 200)


def _allotted(request: HttpRequest, form: AllotmentForm, target: Target, place: Placement) -> bool:
    """Whether the share is allotted; else the form says why not."""
    found = form.cleaned_data
    try:
        allotting.allot(
            request.user, target, place, found["share"], found["reason"], seen=found["seen"]
        )
    except Refused as refused:
        form.add_error(refused.field or None, str(refused))
        return False
    messages.success(request, _("Allotted; the unit is told, with the reason."))
    return True


@requires("figures.view", methods=("POST",))
def undo(request: HttpRequest, pk: int, unit_pk: int) -> HttpResponse:
    """Undo the last allotment to a commune."""
    target, place = _concerning(request, pk, unit_pk)
    seen = request.POST.get("seen", "")
    try:
        allotting.undo(request.user, target, place, seen=int(seen) if seen.isdecimal() else -1)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Undone; the unit is told."))
    return HttpResponseRedirect(reverse("targets:unit", args=[pk, unit_pk]))


def _concerning(request: Any, pk: int, unit_pk: int) -> tuple[Target, Placement]:
    """A target with one of its communes in the person's scope. Raises Http404 otherwise."""
    for target, places in targets.visible_to(request.user, periods.today()).items():
        if target.pk == pk:
            for place in places:
                if place.unit_id == unit_pk:
                    return target, place
    raise Http404
