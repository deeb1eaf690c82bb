"""A person's own jobs: the list, the progress of one, its outcome row by row, cancel and undo."""

from io import BytesIO
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from core import jobs
from core.access import signed_in
from core.models import Job, JobItem
from core.spreadsheets import write_sheet
from core.views.files import workbook
from core.views.steps import reason_of, say_refused
from core.workflow import Refused

ROWS_A_PAGE = 100


@signed_in("GET")
def index(request: HttpRequest) -> HttpResponse:
    """The jobs that the person started, the newest first."""
    ended = Count("items", filter=~Q(items__state=JobItem.State.WAITING))
    mine = Job.objects.filter(started_by=request.user.pk)
    mine = mine.annotate(total=Count("items"), ended=ended).order_by("-pk")
    page = Paginator(mine, ROWS_A_PAGE).get_page(request.GET.get("page"))
    rows = [(job, jobs.KINDS[job.kind].label) for job in page.object_list]
    return render(request, "jobs/index.html", {"page": page, "rows": rows})


@signed_in("GET")
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """How far a job is, and what became of each of its items."""
    job = _mine(request, pk)
    allowed, why_not = jobs.may_undo(job)
    items = job.items.all()
    state = request.GET.get("state", "")
    if state in JobItem.State.values:
        items = items.filter(state=state)
    context = {
        **_progress(job),
        "page": Paginator(items, ROWS_A_PAGE).get_page(request.GET.get("page")),
        "may_undo": allowed,
        "why_not": why_not,
        "has_inverse": bool(jobs.KINDS[job.kind].inverse),
        "asks_reason": jobs.KINDS[job.kind].inverse_needs_reason,
        "undone_by": getattr(job, "undone_by", None),
    }
    return render(request, "jobs/detail.html", context)


@signed_in("GET")
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """How far a job is, for its page while it is open; when it has ended the page loads anew."""
    context = _progress(_mine(request, pk))
    response = render(request, "jobs/progress.html", context)
    if not context["open"]:
        response["HX-Refresh"] = "true"
    return response


def _progress(job: Job) -> dict[str, Any]:
    counted = jobs.counts(job)
    total = sum(counted.values())
    return {
        "job": job,
        "label": jobs.KINDS[job.kind].label,
        "counts": [
            (state, JobItem.State(state).label, number)
            for state, number in counted.items()
            if number
        ],
        "total": total,
        "ended": total - counted[JobItem.State.WAITING],
        "open": job.state in jobs.OPEN,
    }


@signed_in("GET")
def export(request: HttpRequest, pk: int) -> HttpResponse:
    """What became of each item, as an .xlsx file."""
    job = _mine(request, pk)
    heading = (_("Name"), _("Outcome"), _("Message"), _("Ended at"))
    rows = (
        (item.label, str(item.get_state_display()), item.message, item.ended_at)
        for item in job.items.iterator()
    )
    content = BytesIO()
    write_sheet(content, heading, rows, title=str(jobs.KINDS[job.kind].label))
    return workbook(content.getvalue(), f"ket-qua-{job.pk}")


@signed_in("POST")
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop a job; what is done stays done."""
    job = _mine(request, pk)
    try:
        jobs.cancel(job.pk, request.user)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Cancelled. What was done stays done."))
    return HttpResponseRedirect(reverse("jobs:detail", args=[pk]))


@signed_in("POST")
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Order the job that takes back what was done."""
    job = _mine(request, pk)
    try:
        inverse = jobs.undo(job.pk, request.user, reason=reason_of(request))
    except Refused as refused:
        say_refused(request, refused)
        return HttpResponseRedirect(reverse("jobs:detail", args=[pk]))
    return HttpResponseRedirect(reverse("jobs:detail", args=[inverse.pk]))


def _mine(request: HttpRequest, pk: int) -> Job:
    found = Job.objects.filter(started_by=request.user.pk, pk=pk)
    job = found.select_related("undoes", "undone_by").first()
    if job is None:
        raise Http404
    return job
