"""From the grid of a book onward: many rows carried a step further, and one begun by itself."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from core.access import requires
from core.forms.fields import ReasonForm
from core.views.steps import reason_of
from core.workflow import Refused
from criteria import permissions
from criteria.books import reading, saving, steps
from criteria.views.books import open_for


@requires(*permissions.OWN, methods=("GET", "POST"))
def step(request: HttpRequest, pk: int, kind: str, purpose: str, step: str) -> HttpResponse:
    """What a step would do to the rows of a book that stand where it begins; by POST, order it for
    those that are chosen."""
    if step not in steps.STEPS:
        raise Http404
    try:
        opened = open_for(request, pk, kind, purpose)
    except Refused as refused:
        messages.error(request, str(refused))
        return HttpResponseRedirect(reverse("assessments:books"))
    found = steps.candidates(request.user, opened.book, step)
    chosen, refusal = set(request.POST.getlist("row")), ""
    if request.method == "POST":
        try:
            job = steps.order(request.user, step, found, chosen, reason_of(request))
        except Refused as refused:
            refusal = str(refused)
        else:
            return HttpResponseRedirect(reverse("jobs:detail", args=[job.pk]))
    context = {
        "opened": opened,
        "book": opened.book,
        "back": opened.base_url,
        "step": steps.STEPS[step],
        "told": steps.told(step),
        "going": [one for one in found if one.allowed],
        "staying": [one for one in found if not one.allowed],
        "chosen": chosen if request.method == "POST" else None,
        "more": len(found) == steps.AT_ONCE,
        "asks_reason": steps.needs_reason(step),
        "reason": ReasonForm(request.POST).typed_reason,
        "refusal": refusal,
    }
    return render(request, "criteria/book_step.html", context, status=422 if refusal else 200)


@requires("assessment.fill", methods=("GET", "POST"))
def begin(request: HttpRequest, pk: int, kind: str, purpose: str, unit_id: int) -> HttpResponse:
    """Begin one of a book on a page of its own; what is begun already is gone on with."""
    try:
        opened = open_for(request, pk, kind, purpose)
    except Refused as refused:
        messages.error(request, str(refused))
        return HttpResponseRedirect(reverse("assessments:books"))
    subject = reading.subjects(opened.book, request.user).filter(unit=unit_id).first()
    if subject is None:
        raise Http404
    begun = opened.book.begun.filter(unit=unit_id).first()
    if request.method == "POST" and begun is None:
        begun = saving.begin(request.user, opened.book, unit_id)
    if begun:
        return HttpResponseRedirect(reverse("assessments:detail", args=[begun.pk]))
    context = {
        "opened": opened,
        "book": opened.book,
        "name": reading.name_of(opened.book, subject),
        "back": opened.base_url,
    }
    return render(request, "criteria/book_begin.html", context)
