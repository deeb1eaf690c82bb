"""Many self-assessments at once: what will happen, said and named before it is ordered.

The page carries what it showed, row by row: only that is ordered, whatever the list has become.
"""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from campaign.models import Round
from core.access import requires
from core.forms.fields import ReasonForm
from core.jobs import Target
from core.views.steps import reason_of
from core.workflow import Outdated, Refused
from criteria import bulk
from criteria.views import listing

SALT = "criteria.many"


@requires("assessment.review", methods=("GET", "POST"))
def many(request: HttpRequest) -> HttpResponse:
    """What a step would do to the chosen rows of the list; by POST, order it."""
    found = listing.read(request)
    step = request.GET.get("step", "")
    chosen = set(request.GET.getlist("unit"))
    everyone = request.GET.get("all") == "1"
    if chosen - {str(row.unit_id) for row in found.everyone}:
        raise Http404
    if found.round is None or step not in bulk.STEPS or not (chosen or everyone):
        return _nothing_chosen(request)
    refusal = ""
    if request.method == "POST":
        try:
            job = _order(request, step, found.round)
        except Refused as refused:
            refusal = str(refused)
        else:
            return HttpResponseRedirect(reverse("jobs:detail", args=[job.pk]))
    rows = [row for row in found.rows if row.in_scope and (everyone or str(row.unit_id) in chosen)]
    if not rows and not refusal:
        return _nothing_chosen(request)
    prospects = bulk.prospects(request.user, step, found.round, rows)
    return _page(request, step, found.round, prospects, refusal)


def _nothing_chosen(request: HttpRequest) -> HttpResponse:
    messages.error(request, _("Choose rows of the list and what shall be done with them."))
    return HttpResponseRedirect(_list_url(request))


def _order(request: HttpRequest, step: str, round_: Round) -> Any:
    """Order the step for what the page showed. Raises Refused."""
    targets = _opened(request, step, round_)
    return bulk.order(request.user, step, round_, targets, reason_of(request))


def _page(
    request: HttpRequest,
    step: str,
    round_: Round,
    prospects: Sequence[bulk.Prospect],
    refusal: str,
) -> HttpResponse:
    """What would happen to each row; a refusal stands above it."""
    going = [one for one in prospects if one.allowed]
    context: dict[str, Any] = {
        "step": bulk.STEPS[step],
        "round": round_,
        "going": going,
        "staying": [one for one in prospects if not one.allowed],
        "shown": _sealed(request, step, round_, [one.target for one in going]),
        "asks_reason": bulk.needs_reason(step),
        "reason": ReasonForm(request.POST).typed_reason,
        "refusal": refusal,
        "back": _list_url(request),
    }
    return render(request, "criteria/many.html", context, status=422 if refusal else 200)


def _what(request: HttpRequest, step: str, round_: Round) -> list[Any]:
    """What was shown to whom; what is carried for something else is not taken."""
    return [request.user.pk, step, round_.pk]


def _sealed(request: HttpRequest, step: str, round_: Round, targets: Sequence[Target]) -> str:
    """The rows that are shown, for the form to carry: signed, and small for thousands of rows."""
    rows = [(one.key, one.label, one.url, one.seen) for one in targets]
    return signing.dumps([_what(request, step, round_), rows], salt=SALT, compress=True)


def _opened(request: HttpRequest, step: str, round_: Round) -> list[Target]:
    """The rows that were shown. Raises Outdated where the form carries none of this page."""
    try:
        what, rows = signing.loads(request.POST.get("shown", ""), salt=SALT)
    except signing.BadSignature:
        what, rows = None, []
    if what != _what(request, step, round_):
        raise Outdated(_("Look at the rows once more, then order it: nothing was ordered."))
    return [Target(*row) for row in rows]


def _list_url(request: HttpRequest) -> str:
    """The list as it was filtered."""
    kept = {
        name: str(value)
        for name, value in request.GET.items()
        if name not in ("step", "unit", "all") and value
    }
    url = reverse("assessments:index")
    return f"{url}?{urlencode(kept)}" if kept else url
