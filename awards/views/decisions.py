"""The decisions: their list, what is ready to be decided on, drafts begun, results from above."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from awards.deciding import above as results
from awards.deciding import drafting, listing
from awards.deciding.drafting import Ready
from awards.forms.decisions import DecisionFilterForm, ResultForm
from awards.models import DecisionState
from core.access import requires
from core.files import FileRefused
from core.paging import Pages
from core.state_counts import state_counts
from core.views.ticked import keys
from core.workflow import Refused

ROWS_A_PAGE = 50
GRANTED, REFUSED = "granted", "refused"


@requires("decision.view")
def index(request: HttpRequest) -> HttpResponse:
    """The decisions in scope, and above them what the own office can decide on now."""
    form = DecisionFilterForm(request.GET)
    found = listing.rows(request.user, words=form.chosen("q"), year=form.chosen("year") or None)
    state = form.chosen("state")
    shown = found.filter(state=state) if state else found
    counted = listing.counts(found)
    number = counted.get(state, 0) if state else sum(counted.values())
    context = {
        "form": form,
        "counts": state_counts(request, state, counted, dict(DecisionState.choices)),
        "page": Pages(shown, ROWS_A_PAGE, number).get_page(request.GET.get("page")),
        "ready": drafting.ready(request.user),
        "prepares": request.user.has_perm("decision.prepare"),
        "keeps_book": request.user.has_perm("decision.register"),
    }
    return render(request, "awards/decisions.html", context)


@requires("decision.view")
def due(request: HttpRequest) -> HttpResponse:
    """What waits for the person, as a part of their first page."""
    return render(request, "awards/decisions_due.html", {"due": listing.due(request.user)})


def _ready(request: HttpRequest, key: str, *, above: bool) -> Ready | None:
    """What is ready under this key, to be decided here or `above`; None where nothing is (left)."""
    ready = drafting.ready(request.user)
    found = (one for one in ready if one.key == key and (one.issuer is None) == above)
    return next(found, None)


def _nothing_left(request: HttpRequest) -> HttpResponse:
    """The page (404) of a link to what was ready once, or never was; it says the same of both."""
    return render(request, "awards/decision_nothing.html", status=404)


@requires("decision.prepare", methods=("GET", "POST"))
def new(request: HttpRequest, key: str) -> HttpResponse:
    """Choose whom a decision is for, and begin its draft."""
    chosen = _ready(request, key, above=False)
    if chosen is None:
        return _nothing_left(request)
    error = ""
    if request.method == "POST":
        try:
            begun = drafting.begin(request.user, chosen, keys(request.POST.getlist("nomination")))
        except Refused as refused:
            error = str(refused)
        else:
            messages.success(request, _("Begun. Say who signs, then hand it over."))
            return HttpResponseRedirect(reverse("decisions:detail", args=[begun.pk]))
    context = {"chosen": chosen, "error": error}
    return render(request, "awards/decision_new.html", context, status=422 if error else 200)


@requires("decision.prepare", methods=("GET", "POST"))
def above(request: HttpRequest, key: str) -> HttpResponse:
    """Enter what an authority outside the portal decided on those forwarded to it."""
    chosen = _ready(request, key, above=True)
    if chosen is None:
        return _nothing_left(request)
    to_give = results.offered(chosen)
    open_forms = None if to_give is None else list(to_give)
    form = ResultForm(open_forms, request.POST or None, request.FILES or None, initial=_of(chosen))
    if request.method == "POST" and form.is_valid():
        by_word = {word: _said(request, chosen, word) for word in (GRANTED, REFUSED)}
        said = dict(form.cleaned_data)
        upload, given = said.pop("file"), said.pop("given", None)
        try:
            entered = results.enter(
                request.user,
                chosen,
                results.Result(**said, given_id=given),
                by_word[GRANTED],
                by_word[REFUSED],
                upload,
            )
        except FileRefused as refused:
            form.add_error("file", refused)
        except Refused as refused:
            form.add_error(refused.field or None, str(refused))
        else:
            messages.success(request, _("Entered; who proposed them is told."))
            return HttpResponseRedirect(reverse("decisions:detail", args=[entered.pk]))
    words = [(one, request.POST.get(f"result-{one.pk}", "")) for one in chosen.nominations]
    context = {"chosen": chosen, "form": form, "lines": words}
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "awards/decision_above.html", context, status=status)


def _of(chosen: Ready) -> dict[str, Any]:
    return {"issuer_name": chosen.form.decided_by or chosen.body}


def _said(request: HttpRequest, chosen: Ready, word: str) -> list[int]:
    """Keys of the lines for which `word` was chosen."""
    return [one.pk for one in chosen.nominations if request.POST.get(f"result-{one.pk}") == word]
