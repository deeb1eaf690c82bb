"""What one unit has to reach of a target: reading it, allotting another share, undoing that."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaign.models import Target
from core import periods
from core.access import requires
from core.workflow import Refused
from criteria import allotting, targets
from criteria.forms.targets import AllotmentForm, CommonReasonForm, WishForm
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
    numbers = targets.numbers([target], [place], today)
    standing = targets.standing_of(target, unit_pk, numbers, now.share)
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


@requires("target.allot", methods=("GET", "POST"))
def allot(request: HttpRequest, pk: int) -> HttpResponse:
    """What each commune has to reach, in one grid; the sum of that stands beside the target."""
    found = targets.visible_to(request.user, periods.today())
    target = next((one for one in found if one.pk == pk), None)
    if target is None:
        raise Http404
    places = [one for one in found[target] if allotting.may_allot(request.user, one)[0]]
    now = allotting.of_units([target], [one.unit_id for one in places])
    data = request.POST if request.method == "POST" else None
    rows = [WishForm(one, now[pk, one.unit_id], data) for one in places]
    common = CommonReasonForm(data)
    refusal = ""
    valid = data is not None and all([*(row.is_valid() for row in rows), common.is_valid()])
    if valid and "sum" not in request.POST:
        try:
            return _allot_many(request, target, rows, common.cleaned_data["reason"])
        except allotting.ManyRefused as refused:
            refusal = str(refused)
            for row in rows:
                if fault := refused.rows.get(row.place.unit_id):
                    row.add_error(fault.field or None, str(fault))
    return _grid_page(request, target, rows, common, refusal)


def _allot_many(
    request: HttpRequest, target: Target, rows: list[WishForm], reason: str
) -> HttpResponse:
    """Allot what the grid says. Raises allotting.ManyRefused."""
    wishes = [row.wish(reason) for row in rows]
    number = allotting.allot_many(request.user, target, wishes)
    if number:
        words = ngettext(
            "Allotted to %(number)d unit; it is told, with the reason.",
            "Allotted to %(number)d units; they are told, with the reason.",
            number,
        )
        messages.success(request, words % {"number": number})
    else:
        messages.info(request, _("Nothing was changed."))
    return HttpResponseRedirect(reverse("targets:detail", args=[target.pk]))


def _grid_page(
    request: HttpRequest,
    target: Target,
    rows: list[WishForm],
    common: CommonReasonForm,
    refusal: str,
) -> HttpResponse:
    today = periods.today()
    places = [row.place for row in rows]
    numbers = targets.numbers([target], places, today)
    standings = [
        targets.standing_of(target, row.place.unit_id, numbers, row.wanted) for row in rows
    ]
    faulty = refusal or any(row.errors for row in rows)
    context = {
        "target": target,
        "rows": list(zip(rows, standings, strict=True)),
        "together": targets.together(target.share, standings),
        "allotted": targets.allotted_together(standings),
        "common": common,
        "refusal": refusal,
    }
    return render(request, "criteria/target_grid.html", context, status=422 if faulty else 200)


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
