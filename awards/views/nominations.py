"""The nominations in scope: the list, its export, what is to be done, many at once."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from awards import exporters
from awards.forms.nominations import NominationFilterForm
from awards.models import (
    OPEN_FOR_WRITING,
    Nomination,
    NominationQuerySet,
    NominationState,
)
from awards.nominating import bulk, checking, deadlines, listing
from awards.nominating.workflow import NOMINATION, fingerprint
from core.access import requires
from core.forms.fields import ReasonForm
from core.paging import Pages
from core.state_counts import StateCount, state_counts
from core.views.files import workbook
from core.views.ticked import ticked
from core.workflow import Refused, Transition

ROWS_A_PAGE = 50


@dataclass(frozen=True)
class Found:
    """The list as its address asks for it; `counts` are those of all states."""

    form: NominationFilterForm
    rows: NominationQuerySet
    counts: list[StateCount]


def _find(request: HttpRequest) -> Found:
    """The nominations that an address asks for; junk in it is ignored."""
    user = request.user
    form = NominationFilterForm(request.GET, listing.forms(user), listing.occasions(user))
    found = listing.rows(user, form.asked())
    state = form.chosen("state")
    shown = found.filter(state=state) if state else found
    return Found(
        form,
        listing.ordered(shown, request.GET.get("sort", "")),
        state_counts(request, state, listing.counts(found), dict(NominationState.choices)),
    )


@requires("nomination.list")
def index(request: HttpRequest) -> HttpResponse:
    """The nominations in scope, each with where it stands."""
    found = _find(request)
    state = found.form.chosen("state")
    number = sum(one.count for one in found.counts if not state or one.state == state)
    proposes = listing.proposing_units(request.user)
    appraises = listing.offices(request.user)
    page = Pages(found.rows, ROWS_A_PAGE, number).get_page(request.GET.get("page"))
    _with_due_days(page)
    context = {
        "form": found.form,
        "counts": found.counts,
        "page": page,
        "proposes": proposes,
        "appraises": appraises,
        "puts_forward": proposes & appraises,
        "at_unit": OPEN_FOR_WRITING,
        "at_office": (NominationState.RECEIVED, NominationState.APPRAISED),
        "export_url": f"{reverse('nominations:export')}?{request.GET.urlencode()}",
        "query": request.GET.urlencode(),
    }
    return render(request, "awards/nominations.html", context)


def _with_due_days(page: Iterable[Nomination]) -> None:
    """Say of each row as `due_on` until when it is to be sent: while it is with who proposes, and
    where a day is configured (one query)."""
    found = deadlines.of([row for row in page if row.state in OPEN_FOR_WRITING])
    for row in page:
        due = found.get(row.pk)
        row.due_on = due.due_on if due else None  # type: ignore[attr-defined]


@requires("nomination.list")
def export(request: HttpRequest) -> HttpResponse:
    """The same rows in the same order, as an .xlsx file."""
    content = exporters.nominations_xlsx(_find(request).rows, _("Nominations"))
    return workbook(content, "de-nghi-khen-thuong")


@requires("nomination.view")
def due(request: HttpRequest) -> HttpResponse:
    """What the person has to do about nominations, as a part of their first page."""
    return render(request, "awards/nominations_due.html", {"due": listing.due(request.user)})


# Many at once


@dataclass(frozen=True)
class Outcome:
    """One of the chosen nominations: whether the step may be taken, and if not, why."""

    found: Nomination
    allowed: bool
    why_not: str

    @property
    def shown(self) -> str:
        """What the form carries of it."""
        return f"{self.found.pk}:{fingerprint(self.found)}"


@requires("nomination.appraise", methods=("POST",))
def selection(request: HttpRequest) -> HttpResponse:
    """Put forward, appraise or return those that were ticked: first which and how many, then in a
    job that says row by row what became of each.
    """
    name = request.POST.get("step", "")
    seen = ticked(request, ROWS_A_PAGE)
    chosen = list(listing.chosen(request.user, seen)) if name in bulk.STEPS else []
    if not chosen:
        return _selection_page(request, None, [])
    arrow = NOMINATION[name]
    outcomes = _outcomes(arrow, chosen, request.user)
    if request.POST.get("confirmed") != "1" or not all(seen.values()):
        return _selection_page(request, arrow, outcomes)
    if not any(outcome.allowed for outcome in outcomes):
        error = _("Nothing was done; each row says why.")
        return _selection_page(request, arrow, outcomes, error)
    form = ReasonForm(request.POST)
    if form.reason_error:
        return _selection_page(request, arrow, outcomes, form.reason_error)
    shown = [(found, seen[found.pk]) for found in chosen]
    try:
        job = bulk.order(request.user, name, shown, form.cleaned_data["reason"])
    except Refused as refused:
        return _selection_page(request, arrow, outcomes, str(refused))
    return HttpResponseRedirect(reverse("jobs:detail", args=[job.pk]))


def _outcomes(arrow: Transition, chosen: list[Nomination], user: Any) -> list[Outcome]:
    """Whether each may be carried over the arrow; the pre-check is read once for all of them."""
    checking.remember(chosen)
    return [Outcome(found, *NOMINATION.allowed(arrow, found, user)) for found in chosen]


def _selection_page(
    request: HttpRequest, arrow: Transition | None, outcomes: list[Outcome], error: str = ""
) -> HttpResponse:
    """Those that were ticked, with what would follow for each."""
    context = {
        "arrow": arrow,
        "outcomes": outcomes,
        "number": sum(outcome.allowed for outcome in outcomes),
        "error": error,
        "reason": ReasonForm(request.POST).typed_reason,
        "back": f"{reverse('nominations:index')}?{request.GET.urlencode()}",
        "query": request.GET.urlencode(),
    }
    status = 422 if error or not outcomes else 200
    return render(request, "awards/nominations_selection.html", context, status=status)
