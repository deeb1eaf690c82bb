"""Acts that were dated between the day of a reform and its recording: how many of each kind, each
kind as a list, and the answers."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from core.access import require, requires
from core.paging import Pages
from core.views import ticked
from core.workflow import Refused
from units.late_acts import KINDS, LateKind
from units.reforming import late
from units.reforming.permissions import PROPOSE
from units.views.reforms import visible_reform

ROWS_A_PAGE = 50


@requires(PROPOSE, methods=("GET", "POST"))
def acts(request: HttpRequest, pk: int) -> HttpResponseBase:
    """What was dated between, by kind, or the acts of one kind; POST answers for some or all."""
    reform = visible_reform(request, pk)
    require(late.may_answer(request.user, reform))
    kind = _kind(request)
    if request.method == "POST":
        return _answer(request, pk, kind)
    context: dict[str, Any] = {"reform": reform, "kind": kind}
    if kind is None:
        context["counts"] = late.counts(reform)
    else:
        page = Pages(late.page_of(kind, reform), ROWS_A_PAGE)
        shown = page.get_page(request.GET.get("page"))
        rows = late.rows(kind, reform, list(shown))
        divided = {one.unit_id: one for row in rows if len(row.targets) > 1 for one in row.targets}
        context |= {"page": shown, "rows": rows, "divided": divided.values()}
    return render(request, "units/reform_late.html", context)


def _kind(request: HttpRequest) -> LateKind | None:
    code = request.GET.get("kind", "")
    if code and code not in KINDS:
        raise Http404
    return KINDS.get(code)


def _answer(request: HttpRequest, pk: int, kind: LateKind | None) -> HttpResponseBase:
    if kind is None:
        raise Http404
    did, chosen = request.POST.get("do", ""), ticked.keys(request.POST.getlist("rows"))
    try:
        if did == "back":
            done, left = late.take_back(request.user, pk, kind, chosen), []
        else:
            moves = did in ("move", "move_all")
            keys = None if did in ("stand_all", "move_all") else chosen
            to = next(iter(ticked.keys([request.POST.get("to", "")])), 0)
            outcome = late.answer(request.user, pk, kind, keys, moves=moves, to=to)
            done, left = outcome.done, outcome.left
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Answered: %(number)d.") % {"number": done})
        for sentence in left:
            messages.warning(request, sentence)
    query = urlencode({"kind": kind.code})
    return HttpResponseRedirect(f"{reverse('reforms:late', args=[pk])}?{query}")
