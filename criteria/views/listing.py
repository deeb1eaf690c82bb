"""The list of self-assessments of a round, and its export."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from campaign.models import Round
from core import periods
from core.access import requires
from core.paging import Pages
from core.state_counts import StateCount, state_counts
from core.views.files import workbook
from criteria import bulk, exporters, listing
from criteria.forms.listing import ListingForm
from units import borders
from units.borders import TODAYS, Reading

ROWS_A_PAGE = 50


@dataclass(frozen=True)
class Listing:
    """The list as its address asks for it.

    `everyone` are the rows before any filter but the words, in the same order as `rows`.
    """

    form: ListingForm
    round: Round | None
    rows: list[listing.Row]
    everyone: list[listing.Row]
    counts: list[StateCount]
    sort: str
    reading: Reading


def read(request: HttpRequest) -> Listing:
    """The rows that an address asks for; junk in it is ignored."""
    usual = listing.usual_kinds(request.user)
    form = ListingForm(request.GET, list(Round.objects.all()), usual)
    round_ = form.chosen_round()
    sort = request.GET.get("sort", "")
    if round_ is None:
        return Listing(form, None, [], [], [], sort, TODAYS)
    reading = borders.of_person(request, "assessment.view", listing.day_of(round_))
    listed = listing.rows(request.user, round_, form.chosen("q"), form.kinds(), reading)
    counted = listing.counts(form.matching(listed, but_state=True))
    everyone = listing.ordered(listed, sort)
    shown = form.matching(everyone)
    return Listing(
        form,
        round_,
        shown,
        everyone,
        state_counts(request, form.chosen("state"), counted, listing.STATES),
        sort,
        reading,
    )


@requires("assessment.view")
def index(request: HttpRequest) -> HttpResponse:
    """Every unit in scope with its self-assessment of the round."""
    found = read(request)
    page = Pages(found.rows, ROWS_A_PAGE).get_page(request.GET.get("page"))
    context: dict[str, Any] = {
        "form": found.form,
        "round": found.round,
        "page": page,
        "counts": found.counts,
        "filtered": any(
            request.GET.get(name)
            for name in ("q", "kind", "state", "result", "overdue", "unassigned")
        ),
        "borders": found.reading.choices,
        "unassigned": listing.unassigned(found.everyone),
        "unassigned_url": f"?{urlencode({**request.GET.dict(), 'unassigned': 'on'})}",
        "today": periods.today(),
        "export_url": f"{reverse('assessments:export')}?{request.GET.urlencode()}",
        "query": request.GET.urlencode(),
        "not_configured": sum(row.state == listing.NOT_CONFIGURED for row in found.rows),
        "undated": sum(row.lacks_deadline for row in found.rows),
        "may_set_deadlines": request.user.has_perm("round.manage"),
        "may_review": request.user.has_perm("assessment.review"),
        "may_fill": request.user.has_perm("assessment.fill"),
        "steps": bulk.STEPS.items(),
        "kept": [(name, value) for name, value in request.GET.items() if name != "page" and value],
    }
    return render(request, "criteria/listing.html", context)


@requires("assessment.view")
def export(request: HttpRequest) -> HttpResponse:
    """The same rows in the same order, as an .xlsx file."""
    found = read(request)
    title = found.round.name if found.round else ""
    return workbook(exporters.listing_xlsx(found.rows, title), "tu-danh-gia")
