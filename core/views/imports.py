"""Bringing in a list: choosing it, its template, its check and preview, writing and undoing it."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from core.access import signed_in
from core.forms.fields import ReasonForm
from core.forms.imports import NamesForm, UploadForm
from core.importing import deciding, running, sheets, staging
from core.importing.kinds import KINDS, LEAVE, ImportKind, Place
from core.importing.reading import letters
from core.importing.workflow import IMPORT, KEPT_FOR
from core.models import Import, ImportRow, ImportWork
from core.paging import Pages
from core.views.files import workbook
from core.views.steps import Refusal, step_of, take, with_refusal
from core.workflow import Refused

ROWS_A_PAGE = 50
LOOKS = {
    "order": ("primary", "check"),
    "recheck": ("secondary", "search"),
    "drop": ("danger", "cross"),
    "undo": ("danger", "return"),
}
#: What the page shows first, of what there is.
FIRST = ("wrong", "asked", "changed", "new", "missing", "same")


@signed_in("GET")
def index(request: HttpRequest) -> HttpResponse:
    """The lists that the person may bring in, and what they brought in, the newest first."""
    mine = Import.objects.visible_to(request.user).filter(kind__in=KINDS)
    page = Pages(mine, ROWS_A_PAGE).get_page(request.GET.get("page"))
    offers = [(kind, kind.places(request.user)) for kind in KINDS.values()]
    context = {
        "page": page,
        "rows": [(one, KINDS[one.kind].label) for one in page],
        "offers": [(kind, places) for kind, places in offers if places],
    }
    return render(request, "imports/index.html", context)


def _asked(request: HttpRequest, code: str, key: int) -> tuple[ImportKind, Place]:
    """The kind of list and the place of an address. Raises Http404."""
    kind = KINDS.get(code)
    place = kind.place(request.user, key) if kind else None
    if kind is None or place is None:
        raise Http404
    return kind, place


@signed_in("GET", "POST")
def new(request: HttpRequest, kind: str, place: int) -> HttpResponse:
    """The templates of a list, and the form that takes the file."""
    found, where = _asked(request, kind, place)
    if request.method == "GET":
        return _new_page(request, found, where, UploadForm(asks_reason=found.asks_reason))
    form = UploadForm(request.POST, request.FILES, asks_reason=found.asks_reason)
    if not form.is_valid():
        return _new_page(request, found, where, form)
    upload = form.cleaned_data["file"]
    reason = form.cleaned_data.get("reason", "")
    subject = running.begin(request.user, kind, where, upload.name, upload.read(), reason)
    return HttpResponseRedirect(reverse("imports:detail", args=[subject.pk]))


def _new_page(
    request: HttpRequest,
    kind: ImportKind,
    place: Place,
    form: UploadForm,
    asking: ReasonForm | None = None,
) -> HttpResponse:
    columns = kind.resource(place.key).fields.values()
    context = {
        "kind": kind,
        "place": place,
        "form": form,
        "asking": asking or NamesForm(),
        "asking_error": _reason_error(asking) if asking else "",
        "columns": [(str(one.column_name), one.needed, one.explained) for one in columns],
        "kept_days": KEPT_FOR.days,
    }
    status = 422 if form.is_bound or asking else 200
    return render(request, "imports/new.html", context, status=status)


def _reason_error(form: ReasonForm) -> str:
    return form.reason_error or _("Say why: this step needs a reason.")


@signed_in("GET")
def template(request: HttpRequest, kind: str, place: int) -> HttpResponse:
    """The empty template."""
    found, where = _asked(request, kind, place)
    content = sheets.template(found, found.resource(where.key), [])
    return workbook(content, f"mau-{kind}")


@signed_in("POST")
def known(request: HttpRequest, kind: str, place: int) -> HttpResponse:
    """The template with what the portal knows; of names the reason is asked and kept."""
    found, where = _asked(request, kind, place)
    form = NamesForm(request.POST)
    if not form.is_valid() or (found.asks_reason and not form.cleaned_data["reason"]):
        empty = UploadForm(asks_reason=found.asks_reason)
        return _new_page(request, found, where, empty, form)
    reason = form.cleaned_data["reason"]
    try:
        rows = found.known(request.user, where.key, reason)
    except Refused as refused:
        raise PermissionDenied(str(refused)) from refused
    content = sheets.template(found, found.resource(where.key), rows)
    response = workbook(content, f"danh-sach-{kind}")
    response.status_code = 201 if found.asks_reason else 200  # the mark of the export is new
    return response


# One import


@dataclass(frozen=True)
class Shown:
    """A row of the preview.

    Attributes:
        cells: where something is wrong, and what.
        changes: heading, before, after.
        choices: what a person can decide that it is, code and words; `choice` what was decided.
    """

    line: int
    label: str
    cells: tuple[tuple[str, str], ...]
    changes: tuple[tuple[str, str, str], ...]
    pk: int
    choices: tuple[tuple[str, str], ...] = ()
    choice: str = ""


def _mine(request: HttpRequest, pk: int) -> Import:
    """An import of the person's own, with `has_marks`: whether its file is kept with its errors
    marked. Raises Http404."""
    mine = Import.objects.visible_to(request.user).select_related("work")
    mine = mine.defer("work__content", "work__marked")
    mine = mine.annotate(has_marks=Q(work__marked__isnull=False))
    subject = mine.filter(pk=pk).first()
    if subject is None or subject.kind not in KINDS:
        raise Http404
    return subject


@signed_in("GET")
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """How far an import is, what is wrong with its file, what it would change."""
    return _page(request, _mine(request, pk))


def _page(
    request: HttpRequest,
    subject: Import,
    refusal: Refusal | None = None,
    opening: ReasonForm | None = None,
) -> HttpResponse:
    kind = KINDS[subject.kind]
    is_open = kind.is_open(request.user, subject)
    found = {name: subject.counts.get(name, 0) for name in FIRST}
    has_rows = subject.state in (Import.State.FAULTY, Import.State.CHECKED)
    outcome = request.GET.get("outcome", "")
    if outcome not in found:
        outcome = next((name for name in FIRST if found[name]), "new")
    rows = subject.rows.filter(outcome=outcome).order_by("line", "pk")
    page = Pages(rows, ROWS_A_PAGE).get_page(request.GET.get("page")) if has_rows else None
    status = 422 if opening else refusal.status if refusal else 200
    context = {
        **_progress(subject),
        "kind": kind,
        "place": kind.place(request.user, subject.place),
        "counts": [
            (name, ImportRow.Outcome(name).label, number)
            for name, number in found.items()
            if number
        ],
        "outcome": outcome,
        "page": page,
        "rows": [_shown(subject, row, is_open=is_open) for row in page or ()],
        "is_open": is_open,
        "opening": opening or NamesForm(),
        "opening_error": _reason_error(opening) if opening else "",
        "leave": LEAVE,
        "steps": with_refusal(request, _steps(request, subject), refusal),
        "undo_until": subject.ended_at + KEPT_FOR if subject.ended_at else None,
    }
    return render(request, "imports/detail.html", context, status=status)


def _steps(request: HttpRequest, subject: Import) -> list[Any]:
    seen = IMPORT.fingerprint(subject)
    return [
        step_of("imports:step", subject.pk, arrow, (allowed, why_not), seen=seen, looks=LOOKS)
        for arrow, allowed, why_not in IMPORT.choices(subject, request.user)
        if arrow.name in LOOKS
    ]


def _shown(subject: Import, row: ImportRow, *, is_open: bool) -> Shown:
    cells = tuple((_address(subject, column, row.line), text) for column, text in row.errors)
    changes = tuple(tuple(one) for one in row.changes) if is_open else ()
    choices = tuple((code, words) for code, words in row.data.get("choices", ()) if is_open)
    choice = row.data.get("choice", "")
    return Shown(row.line, row.label, cells, changes, row.pk, choices, choice)


def _address(subject: Import, column: int, line: int) -> str:
    if column < 0:
        return _("row %(row)d") % {"row": line}
    cell = f"{letters(column)}{line}"
    return f"{subject.sheet}!{cell}" if subject.sheet else cell


def _progress(subject: Import) -> dict[str, Any]:
    work: ImportWork | None = getattr(subject, "work", None)
    return {
        "subject": subject,
        "open": subject.state in running.OPEN,
        "done": work.done if work else 0,
        "total": work.total if work else 0,
    }


@signed_in("GET")
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """How far an import is, for its page while a worker is at it; then the page loads anew."""
    context = _progress(_mine(request, pk))
    response = render(request, "imports/progress.html", context)
    if not context["open"]:
        response["HX-Refresh"] = "true"
    return response


@signed_in("GET")
def marked(request: HttpRequest, pk: int) -> HttpResponse:
    """The person's own file with its wrong cells marked."""
    subject = _mine(request, pk)
    content = staging.marked_file(subject)
    if content is None:
        raise Http404
    return workbook(content, f"loi-{pk}")


@signed_in("POST")
def open_values(request: HttpRequest, pk: int) -> HttpResponse:
    """Open the names that the file is compared with; who opened them, and why, is kept."""
    subject = _mine(request, pk)
    form = NamesForm(request.POST)
    if not form.is_valid() or not form.cleaned_data["reason"]:
        return _page(request, subject, opening=form)
    try:
        KINDS[subject.kind].open(request.user, subject, form.cleaned_data["reason"])
    except Refused as refused:
        raise PermissionDenied(str(refused)) from refused
    return HttpResponseRedirect(reverse("imports:detail", args=[pk]))


@signed_in("POST")
def decide(request: HttpRequest, pk: int, row: int) -> HttpResponse:
    """Decide what a row is of which the portal cannot know."""
    subject = _mine(request, pk)
    choice = request.POST.get("choice", "")
    try:
        deciding.decide(request.user, subject.pk, row, choice)
    except ImportRow.DoesNotExist as gone:
        raise Http404 from gone
    except Refused as refused:
        raise PermissionDenied(str(refused)) from refused
    page = request.POST.get("page", "")
    where = reverse("imports:detail", args=[pk])
    return HttpResponseRedirect(f"{where}?{urlencode({'outcome': 'asked', 'page': page})}")


@signed_in("POST")
def step(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Take a step: check again, write all of it, give up, undo."""
    subject = _mine(request, pk)
    if name not in LOOKS:
        raise Http404

    def perform(reason: str, seen: str) -> str:
        running.take(name, pk, request.user, seen=seen)
        return _("Given up: nothing was written.") if name == "drop" else _("A worker is at it.")

    refusal = take(request, name, perform)
    if refusal:
        return _page(request, _mine(request, subject.pk), refusal)
    return HttpResponseRedirect(reverse("imports:detail", args=[pk]))
