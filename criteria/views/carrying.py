"""Open self-assessments carried over to a later version: what would become of each, then ordered.

The page carries what it showed: only that is ordered, and only while it still is so.
"""

from typing import Any

from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.access import require, requires
from core.jobs import Target
from core.workflow import REASON_LENGTH, Outdated, Refused
from criteria.drafting import carrying, permissions
from criteria.drafting.questions import Fate
from criteria.models import CriteriaSet
from criteria.models.drafts import EDIT

SALT = "criteria.carry"
FATES = {
    Fate.KEPT: gettext_lazy("kept"),
    Fate.REWORDED: gettext_lazy("kept; words or threshold are other ones"),
    Fate.ANEW: gettext_lazy("to be answered anew; explanation and evidence stay"),
    Fate.DROPPED: gettext_lazy("dropped"),
    Fate.ADDED: gettext_lazy("new, to be answered"),
}


@requires(EDIT, methods=("GET", "POST"))
def carry(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """What is kept, dropped, asked anew, criterion by criterion; by POST, order it."""
    found = CriteriaSet.objects.published().select_related("document")
    criteria_set = found.filter(code=code, version=version).first()
    if criteria_set is None:
        raise Http404
    require(permissions.may_begin(request.user, criteria_set))
    refusal = ""
    if request.method == "POST":
        try:
            targets = _opened(request, criteria_set)
            job = carrying.order(request.user, criteria_set, targets, _reason(request))
        except Refused as refused:
            refusal = str(refused)
        else:
            return HttpResponseRedirect(reverse("jobs:detail", args=[job.pk]))
    return _page(request, criteria_set, refusal)


def _page(request: HttpRequest, criteria_set: CriteriaSet, refusal: str) -> HttpResponse:
    user = request.user
    sources = carrying.sources(user, criteria_set)
    fates = {one.pk: carrying.fates_to(one, criteria_set) for one in sources}
    prospects = carrying.prospects(user, criteria_set, fates)
    going = [one for one in prospects if not one.why_not]
    context = {
        "set": criteria_set,
        "versions": [
            (one, [(fated, FATES[fated.fate]) for fated in fates[one.pk].values()])
            for one in sources
        ],
        "going": [
            (one, [(number, FATES[fate]) for fate, number in sorted(one.numbers.items())])
            for one in going
        ],
        "staying": [one for one in prospects if one.why_not],
        "shown": _sealed(request, criteria_set, [one.target for one in going]),
        "reason": _reason(request),
        "reason_length": REASON_LENGTH,
        "refusal": refusal,
    }
    return render(request, "criteria/carry.html", context, status=422 if refusal else 200)


def _reason(request: HttpRequest) -> str:
    return request.POST.get("reason", "").replace("\0", "")[:REASON_LENGTH]


def _sealed(request: HttpRequest, criteria_set: CriteriaSet, targets: list[Target]) -> str:
    """What is shown to whom, for the form to carry: signed, and small for many rows."""
    rows = [(one.key, one.label, one.url, one.seen) for one in targets]
    what = [request.user.pk, criteria_set.pk]
    return signing.dumps([what, rows], salt=SALT, compress=True)


def _opened(request: HttpRequest, criteria_set: CriteriaSet) -> list[Target]:
    """What was shown. Raises Outdated where the form carries none of this page."""
    what: Any
    try:
        what, rows = signing.loads(request.POST.get("shown", ""), salt=SALT)
    except signing.BadSignature:
        what, rows = None, []
    if what != [request.user.pk, criteria_set.pk]:
        raise Outdated(_("Look at the rows once more, then order it: nothing was ordered."))
    return [Target(*row) for row in rows]
