"""Certificates: the template, a test page, making them, their files, the book."""

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

from accounts import demonstration
from awards.certificates import book as books
from awards.certificates import drawing, making, templates
from awards.forms.certificates import TemplateForm
from awards.views.decision import visible
from core import files, periods
from core.access import require, requires
from core.documents.render import render_pdf
from core.views.files import paper
from core.views.steps import reason_of, say_refused
from core.workflow import Refused
from units import queries


@requires("decision.register", methods=("POST",))
def make(request: HttpRequest, pk: int) -> HttpResponse:
    """Order the certificates of all lines that have none."""
    found = visible(request, pk)
    require(making.may_make(request.user, found))
    try:
        job = making.order(request.user, found)
    except Refused as refused:
        messages.error(request, str(refused))
        return HttpResponseRedirect(reverse("decisions:detail", args=[pk]))
    return HttpResponseRedirect(reverse("jobs:detail", args=[job.pk]))


@requires("decision.register")
def sheaf(request: HttpRequest, pk: int, sheaf_id: int) -> HttpResponseBase:
    """The file of a sheaf, to be printed, or to be read once the decision is revoked."""
    found = visible(request, pk)
    require(making.may_open(request.user, found))
    kept = found.sheaves.select_related("file").filter(pk=sheaf_id).first()
    if kept is None:
        raise Http404
    return files.attachment(kept.file)


@requires("decision.register", methods=("POST",))
def replace(request: HttpRequest, pk: int, award_id: int) -> HttpResponse:
    """Make one certificate anew that was lost or damaged; the old one is replaced."""
    found = visible(request, pk)
    require(making.may_make(request.user, found))
    if not found.awards.filter(pk=award_id).exists():
        raise Http404
    try:
        making.replace(request.user, found, award_id, reason_of(request))
    except Refused as refused:
        say_refused(request, refused)
    else:
        messages.success(request, _("Made anew; the old one is shown as replaced."))
    return HttpResponseRedirect(reverse("decisions:detail", args=[pk]))


@requires("decision.register", methods=("GET", "POST"))
def template(request: HttpRequest, pk: int) -> HttpResponse:
    """Where each field stands on the certificates of this issuer and form, with a picture."""
    found = visible(request, pk)
    require(making.may_make(request.user, found))
    kept = making.template_of(found)
    form = TemplateForm(kept, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            templates.save(request.user, found, form.said())
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Saved. The picture shows it; print a test page."))
            return HttpResponseRedirect(reverse("decisions:template", args=[pk]))
    context = {"found": found, "form": form}
    status = 422 if form.is_bound else 200
    return render(request, "awards/certificate_template.html", context, status=status)


@requires("decision.register")
def picture(request: HttpRequest, pk: int) -> HttpResponse:
    """How a certificate looks by the template as it is kept, as a PNG picture."""
    found = visible(request, pk)
    require(making.may_make(request.user, found))
    content = drawing.sheets_pdf([making.sample(found)], making.template_of(found))
    return HttpResponse(drawing.picture(content), content_type="image/png")


@requires("decision.register")
def test_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One sheet with the template, to be laid over a blank."""
    found = visible(request, pk)
    require(making.may_make(request.user, found))
    content = drawing.sheets_pdf(
        [making.sample(found)], making.template_of(found), watermark=_("Test page")
    )
    return paper(content, f"in-thu-{pk}")


@requires("decision.register")
def book(request: HttpRequest) -> HttpResponse:
    """The book of commendations of the own unit: its years, and one of them as a PDF file."""
    units = books.issuers(request.user)
    chosen = request.GET.get("unit", "")
    place = queries.placement_of(
        int(chosen) if chosen in {str(one) for one in units} else units[0], periods.today()
    )
    if place is None:
        raise Http404
    years = books.years(place.unit_id)
    year = request.GET.get("year", "")
    if year in {str(one) for one in years}:
        made = books.book_paper(
            place,
            int(year),
            books.rows(place.unit_id, int(year)),
            is_demo=demonstration.is_loaded(),
        )
        return paper(render_pdf(made), f"so-khen-thuong-{place.unit_id}-{year}")
    return render(request, "awards/certificate_book.html", {"place": place, "years": years})
