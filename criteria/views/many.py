"""Many self-assessments at once: what will happen, said and named before it is ordered."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from core.access import requires
from core.workflow import REASON_LENGTH, Refused
from criteria import bulk
from criteria.views import listing


@requires("assessment.review", methods=("GET", "POST"))
def many(request: HttpRequest) -> HttpResponse:
    """What a step would do to the chosen rows of the list; by POST, order it."""
    found = listing.read(request)
    step = request.GET.get("step", "")
    chosen = set(request.GET.getlist("unit"))
    everyone = request.GET.get("all") == "1"
    rows = [row for row in found.rows if everyone or str(row.unit_id) in chosen]
    if chosen - {str(row.unit_id) for row in found.everyone}:
        raise Http404
    if found.round is None or step not in bulk.STEPS or not rows:
        messages.error(request, _("Choose rows of the list and what shall be done with them."))
        return HttpResponseRedirect(_list_url(request))
    prospects = bulk.prospects(request.user, step, found.round, rows)
    going = [one for one in prospects if one.allowed]
    reason = request.POST.get("reason", "").replace("\0", "")[:REASON_LENGTH]
    refusal = ""
    if request.method == "POST":
        try:
            job = bulk.order(request.user, step, found.round, [one.target for one in going], reason)
        except Refused as refused:
            refusal = str(refused)
        else:
            return HttpResponseRedirect(reverse("jobs:detail", args=[job.pk]))
    context: dict[str, Any] = {
        "step": bulk.STEPS[step],
        "round": found.round,
        "going": going,
        "staying": [one for one in prospects if not one.allowed],
        "asks_reason": bulk.needs_reason(step),
        "reason": reason,
        "reason_length": REASON_LENGTH,
        "refusal": refusal,
        "back": _list_url(request),
    }
    return render(request, "criteria/many.html", context, status=422 if refusal else 200)


def _list_url(request: HttpRequest) -> str:
    """The list as it was filtered."""
    kept = {
        name: str(value)
        for name, value in request.GET.items()
        if name not in ("step", "unit", "all") and value
    }
    url = reverse("assessments:index")
    return f"{url}?{urlencode(kept)}" if kept else url
