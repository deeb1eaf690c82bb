"""The list of submissions: what is in scope, what can be begun, what is to be done."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from awards.forms.submissions import SubmissionFilterForm
from awards.models import SubmissionQuerySet, SubmissionState
from awards.submitting import clock, entering, exporting, listing, permissions
from core.access import requires
from core.paging import Pages
from core.state_counts import StateCount, state_counts
from core.views.files import workbook
from core.workflow import Refused
from criteria.models import AwardForm

ROWS_A_PAGE = 50


@dataclass(frozen=True)
class Found:
    """The list as its address asks for it; `counts` are those of all states."""

    form: SubmissionFilterForm
    rows: SubmissionQuerySet
    counts: list[StateCount]


def _find(request: HttpRequest) -> Found:
    """The submissions that an address asks for; junk in it is ignored (four queries)."""
    form = SubmissionFilterForm(
        request.GET,
        listing.forms(request.user),
        listing.occasions(request.user),
    )
    found = listing.rows(
        request.user,
        words=form.words(),
        form=form.chosen("form"),
        occasion=form.chosen("occasion"),
    )
    if form.chosen("late"):
        found = listing.late(found)
    state = form.chosen("state")
    shown = found.filter(state=state) if state else found
    return Found(
        form,
        listing.ordered(shown, request.GET.get("sort", "")),
        state_counts(request, state, listing.counts(found), dict(SubmissionState.choices)),
    )


@requires("nomination.list")
def index(request: HttpRequest) -> HttpResponse:
    """The submissions in scope, whose turn it is with each."""
    found = _find(request)
    state = found.form.chosen("state")
    number = sum(one.count for one in found.counts if not state or one.state == state)
    page = Pages(found.rows, ROWS_A_PAGE, number).get_page(request.GET.get("page"))
    shown = list(page)
    turns = clock.of_submissions(shown) if shown else {}
    context = {
        "form": found.form,
        "counts": found.counts,
        "page": page,
        "rows": [(row, turns[row.pk] if row.is_read else None) for row in shown],
        "prepares": bool(listing.preparing_units(request.user)),
        "export_url": f"{reverse('submissions:export')}?{request.GET.urlencode()}",
    }
    return render(request, "awards/submissions.html", context)


@requires("nomination.list")
def export(request: HttpRequest) -> HttpResponse:
    """The same rows in the same order, as an .xlsx file."""
    rows = list(_find(request).rows)
    content = exporting.submissions_xlsx(rows, clock.of_submissions(rows), _("Submissions"))
    return workbook(content, "to-trinh-khen-thuong")


@requires("nomination.view")
def due(request: HttpRequest) -> HttpResponse:
    """What the person has to do about submissions, as a part of their first page."""
    return render(request, "awards/submissions_due.html", {"due": listing.due(request.user)})


@requires("submission.prepare")
def new(request: HttpRequest) -> HttpResponse:
    """What the own units can begin submissions from, by form and occasion."""
    context = {"offers": listing.offers(request.user)}
    return render(request, "awards/submission_new.html", context)


@requires("submission.prepare", methods=("POST",))
def begin(request: HttpRequest) -> HttpResponse:
    """Begin a submission of an own unit with all that is ready for a form and occasion."""
    unit = request.POST.get("unit", "")
    grants = listing.preparing_units(request.user)
    grant = next((one for key, one in grants.items() if str(key) == unit), None)
    if grant is None:
        raise PermissionDenied(_("You do not prepare submissions of this unit."))
    code = request.POST.get("form", "").replace("\0", "")
    form = AwardForm.objects.filter(code=code).first()
    occasion = listing.occasion_of(request.POST.get("occasion", ""))
    if form is None or occasion is None:
        messages.error(request, _("Nothing is ready for this any more: choose again."))
        return HttpResponseRedirect(reverse("submissions:new"))
    try:
        begun = entering.begin(request.user, grant, form, occasion)
    except Refused as refused:
        messages.error(request, str(refused))
        return HttpResponseRedirect(reverse("submissions:new"))
    if permissions.needs_signature(begun):
        messages.success(request, _("Begun. Attach the minutes, then have it signed off."))
    else:
        messages.success(request, _("Begun. Attach the minutes, then send it."))
    return HttpResponseRedirect(reverse("submissions:detail", args=[begun.pk]))
