"""What the page of a unit shows of its self-assessment: beginning it, or where it is."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from campaign.queries import current_round
from core import periods
from core.access import requires
from criteria import assessing
from units.views.access import unit_on


@requires("assessment.fill")
def of_unit(request: HttpRequest, unit_id: int) -> HttpResponse:
    """The self-assessment of a unit in the round of now, as a part of the unit's page: where it is,
    or the button that begins it, with the reason where it cannot be."""
    place = unit_on(request, unit_id, periods.today(), "assessment.view")
    context: dict[str, Any] = {"place": place, "round": current_round(periods.today().year)}
    if context["round"]:
        context["begun"] = assessing.begun_in(context["round"], unit_id)
        if not context["begun"]:
            context["may_begin"] = assessing.may_begin_in(request.user, context["round"], place)
    return render(request, "criteria/of_unit.html", context)
