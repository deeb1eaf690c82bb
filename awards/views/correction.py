"""Corrections of a decision: the document that corrects, and its file."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
)
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from awards.deciding import correcting, permissions
from awards.deciding.correcting import Document
from awards.deciding.workflow import fingerprint
from awards.forms.decisions import CorrectionForm
from awards.models import STANDING_AWARDS, Award, Decision
from awards.views.decision import visible
from core import files
from core.access import require, requires
from core.workflow import Refused


@dataclass(frozen=True)
class Line:
    """A line of the form: whom it is about, and the name as it was typed."""

    award: Award
    name: str


@requires("decision.register", "decision.prepare", methods=("GET", "POST"))
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter a document that corrects the decision, and who is called otherwise by it."""
    found = visible(request, pk)
    require(correcting.may_correct(request.user, found))
    posted = request.method == "POST"
    initial = {"issuer_name": found.issuer_name, "seen": fingerprint(found)}
    form = CorrectionForm(
        request.POST if posted else None, request.FILES if posted else None, initial=initial
    )
    lines = _lines(request, found)
    if posted and form.is_valid():
        said = dict(form.cleaned_data)
        upload, seen = said.pop("file"), said.pop("seen")
        names = {one.award.pk: one.name for one in lines}
        try:
            correcting.correct(request.user, pk, Document(**said), names, upload, seen=seen)
        except files.FileRefused as refused:
            form.add_error("file", refused)
        except Refused as refused:
            form.add_error(refused.field or None, str(refused))
        else:
            messages.success(request, _("Entered; who proposed them is told."))
            return HttpResponseRedirect(reverse("decisions:detail", args=[pk]))
    context = {"found": found, "form": form, "lines": lines}
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "awards/decision_correct.html", context, status=status)


def _lines(request: HttpRequest, found: Decision) -> list[Line]:
    """The lines that stand, each with the name that was typed, else with the one it has."""
    return [
        Line(one, _typed(request, one)) for one in found.lines() if one.state in STANDING_AWARDS
    ]


def _typed(request: HttpRequest, award: Award) -> str:
    written: str = request.POST.get(f"line-{award.pk}", award.called).replace("\0", "")
    return " ".join(written.split())


@requires("decision.view")
def correction_file(request: HttpRequest, pk: int, correction_id: int) -> HttpResponseBase:
    """The document that corrects, for who works on the decision."""
    found = visible(request, pk)
    require(permissions.sees_paper(request.user, found))
    kept = found.corrections.select_related("file").filter(pk=correction_id).first()
    if kept is None:
        raise Http404
    return files.attachment(kept.file)
