"""Certificates: the template, a test page, making them, their files, the book."""

from collections.abc import Sequence
from urllib.parse import urlencode

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
from awards.forms.certificates import BookFilterForm, TemplateForm, WordsForm
from awards.views.decision import visible
from core import files, veiled
from core.access import require, requires
from core.documents.render import render_pdf
from core.forms.filters import ALL, Choices
from core.paging import Pages
from core.views.files import paper
from core.views.steps import reason_of, say_refused
from core.workflow import Refused
from units.models import Placement

ROWS_A_PAGE = 50


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
    """On which sheet, and where on it each field stands, on the certificates of this issuer and
    form, with a picture."""
    found = visible(request, pk)
    require(making.may_make(request.user, found))
    kept, sample = making.template_of(found), making.sample(found)
    form = TemplateForm(kept, sample, request.POST if request.method == "POST" else None)
    if "lay_out" in request.POST:
        form = form.laid_out() or form
    elif form.is_bound and form.is_valid():
        try:
            templates.save(request.user, found, form.said())
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Saved. Print a test page and lay it over a blank."))
            return HttpResponseRedirect(reverse("decisions:template", args=[pk]))
    status = 422 if form.is_bound else 200
    context = {"found": found, "form": form, "picture_url": _picture_url(pk, form)}
    return render(request, "awards/certificate_template.html", context, status=status)


def _picture_url(pk: int, form: TemplateForm) -> str:
    """The address of the picture of what a form says; empty where that is refused."""
    if form.is_bound and not form.is_valid():
        return ""
    return f"{reverse('decisions:picture', args=[pk])}?{urlencode(form.typed())}"


@requires("decision.register")
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The picture of what the form says, saved or not, and at each field what is refused."""
    found = visible(request, pk)
    require(making.may_make(request.user, found))
    form = TemplateForm(None, making.sample(found), request.GET)
    context = {"form": form, "picture_url": _picture_url(pk, form)}
    return render(request, "awards/certificate_preview.html", context)


@requires("decision.register")
def picture(request: HttpRequest, pk: int) -> HttpResponse:
    """How a certificate looks by what the form says, as a PNG picture."""
    found = visible(request, pk)
    require(making.may_make(request.user, found))
    sample = making.sample(found)
    form = TemplateForm(None, sample, request.GET)
    if not form.is_valid():
        raise Http404
    content = drawing.sheets_pdf([sample], form.template())
    return HttpResponse(drawing.picture(content), content_type="image/png")


@requires("decision.register")
def test_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One sheet with the template and the boxes of its fields, to be laid over a blank."""
    found = visible(request, pk)
    require(making.may_make(request.user, found))
    try:
        content = drawing.sheets_pdf(
            [making.sample(found)],
            making.template_of(found),
            watermark=_("Test page"),
            outlined=True,
        )
    except Refused as refused:
        messages.error(request, str(refused))
        return HttpResponseRedirect(reverse("decisions:template", args=[pk]))
    return paper(content, f"in-thu-{pk}")


@requires("decision.register", methods=("GET", "POST"))
def book(request: HttpRequest) -> HttpResponse:
    """The lines of the book of commendations; POST takes the words to look for, which may be a
    person's name and travel veiled."""
    place = _issuer(request)
    years = books.years(place.unit_id)
    form = BookFilterForm(request.GET, _offered(books.issuers(request.user), years))
    if request.method == "POST":
        words = WordsForm(request.POST)
        found = words.cleaned_data["words"] if words.is_valid() else ""
        query = {**form.cleaned_data, "w": veiled.veil(found) if found else ""}
        said = urlencode({name: value for name, value in query.items() if value})
        return HttpResponseRedirect(f"{reverse('decisions:book')}?{said}")
    looked_for = veiled.unveil(request.GET.get("w", ""))
    year = form.chosen("year")
    rows = books.rows(place.unit_id, int(year) if year else None, looked_for)
    context = {
        "place": place,
        "years": years,
        "form": form,
        "words": WordsForm(initial={"words": looked_for}),
        "looked_for": looked_for,
        "page": Pages(rows, ROWS_A_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "awards/certificate_book.html", context)


def _issuer(request: HttpRequest) -> Placement:
    """The unit whose book is asked for, the first one where none is named. Raises Http404."""
    kept = books.issuers(request.user)
    asked = request.GET.get("unit", "")
    found = next((one for one in kept if str(one.unit_id) == asked), kept[0] if kept else None)
    if found is None:
        raise Http404
    return found


def _offered(issuers: Sequence[Placement], years: Sequence[int]) -> dict[str, Choices]:
    return {
        "unit": [(str(one.unit_id), one.name) for one in issuers],
        "year": [*ALL, *((str(year), str(year)) for year in years)],
    }


@requires("decision.register")
def book_paper(request: HttpRequest) -> HttpResponse:
    """The book of a unit and year as a PDF file."""
    place = _issuer(request)
    year = request.GET.get("year", "")
    if year not in map(str, books.years(place.unit_id)):
        raise Http404
    made = books.book_paper(
        place,
        int(year),
        books.rows(place.unit_id, int(year)),
        is_demo=demonstration.is_loaded(),
    )
    return paper(render_pdf(made), f"so-khen-thuong-{place.unit_id}-{year}")
