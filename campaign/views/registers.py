"""The registers: the list of each, entering, one entry with its evidence, checking it."""

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from campaign import exporters, permissions, registering
from campaign.forms.registers import EntryFilterForm, EntryForm, EvidenceForm, initial_of
from campaign.models import EntryState, Register, RegisterEntry, RegisterFile
from campaign.register_words import WORDS
from campaign.workflow import ENTRY, entry_fingerprint
from core import files, periods
from core.access import require, requires
from core.models import PreviewPage
from core.paging import Pages
from core.state_counts import state_counts
from core.views.files import ShownFile, pages_of, shown_file, workbook
from core.views.steps import Refusal, Step, step_of, take, with_refusal
from core.workflow import Refused
from units.models import Placement

# What the person reads after a step of theirs.
_SAID: dict[str, Any] = {
    "confirm": lambda: _("Confirmed."),
    "reject": lambda: _("Not confirmed. Who entered it sees the reason."),
    "unconfirm": lambda: _("Undone. It waits for confirmation again."),
    "mend": lambda: _("Noted as mended today."),
    "unmend": lambda: _("It stands open again."),
}
_LOOKS = {"mend": ("primary", "check"), "reject": ("danger", "")}
ROWS_A_PAGE = 50
_ENTERING = ("register.enter", "inspection.enter")
_CHECKING = ("register.confirm", "inspection.confirm")


# The lists


@requires("register.view")
def index(request: HttpRequest) -> HttpResponse:
    """The entries of one register in scope."""
    form, rows, counted = _find(request)
    register = form.chosen_register
    state = form.chosen("state")
    context = {
        "form": form,
        "register": register,
        "words": WORDS[register],
        "registers": [(one, f"?{urlencode({'register': one})}") for one in Register],
        "counts": state_counts(request, state, counted, dict(EntryState.choices)),
        "page": Pages(rows, ROWS_A_PAGE).get_page(request.GET.get("page")),
        "export_url": f"{reverse('registers:export')}?{request.GET.urlencode()}",
        "may_enter": request.user.has_perm(permissions.entering_capability(register)),
    }
    return render(request, "campaign/register.html", context)


def _find(request: HttpRequest) -> tuple[EntryFilterForm, Any, dict[str, int]]:
    form = EntryFilterForm(request.GET)
    year = form.chosen("year") or None
    found = registering.rows(request.user, form.chosen_register, words=form.chosen("q"), year=year)
    state = form.chosen("state")
    shown = found.filter(state=state) if state else found
    rows = registering.ordered(shown, request.GET.get("sort", ""))
    return form, rows, registering.counts(found)


@requires("register.view")
def export(request: HttpRequest) -> HttpResponse:
    """The same rows in the same order, as an .xlsx file."""
    form, rows, _counted = _find(request)
    register = form.chosen_register
    content = exporters.entries_xlsx(rows, register, str(register.label))
    return workbook(content, WORDS[register].file_name)


# Entering


@requires(*_ENTERING, methods=("GET", "POST"))
def new(request: HttpRequest, register: str) -> HttpResponse:
    """Enter into a register about a unit in one's right."""
    if register not in Register:
        raise Http404
    capability = permissions.entering_capability(register)
    of_today = Placement.objects.on(periods.today())
    places = list(of_today.with_capability(request.user, capability).order_by("name", "pk"))
    if not places:
        raise PermissionDenied(_("You do not enter into this register for this unit."))
    form = EntryForm(register, places, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        key = form.cleaned_data["entry_key"]
        try:
            entry = registering.enter(request.user, register, form.place, form.said(), key)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Entered. Attach the evidence; somebody else confirms it."))
            return HttpResponseRedirect(reverse("registers:detail", args=[entry.pk]))
    return _form_page(request, form, None)


@requires(*_ENTERING, methods=("GET", "POST"))
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct an entry that nobody has checked yet."""
    entry = visible_entry(request, pk)
    require(permissions.may_correct(request.user, entry))
    form = EntryForm(
        entry.register,
        [entry.placement],
        request.POST if request.method == "POST" else None,
        initial=initial_of(entry, entry_fingerprint(entry)),
    )
    if request.method == "POST" and form.is_valid():
        try:
            seen = form.cleaned_data["seen"]
            registering.correct(pk, request.user, form.said(), seen=seen)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Corrected."))
            return HttpResponseRedirect(reverse("registers:detail", args=[pk]))
    return _form_page(request, form, entry)


def _form_page(request: HttpRequest, form: EntryForm, entry: RegisterEntry | None) -> HttpResponse:
    register = Register(form.register)
    context = {"form": form, "entry": entry, "register": register, "words": WORDS[register]}
    status = 422 if form.errors else 200
    return render(request, "campaign/register_form.html", context, status=status)


# One entry


@requires("register.view")
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """What an entry says, its evidence, how it stands."""
    return _entry_page(request, visible_entry(request, pk))


def _entry_page(
    request: HttpRequest, entry: RegisterEntry, refusal: Refusal | None = None
) -> HttpResponse:
    attached = list(entry.files.filter(removed_at=None).select_related("file", "file__uploaded_by"))
    pages = pages_of([one.file for one in attached])
    register = Register(entry.register)
    correcting = _correcting(request, entry)
    context = {
        "entry": entry,
        "register": register,
        "words": WORDS[register],
        "first": periods.first_day(entry.period),
        "last": periods.last_day(entry.period),
        "files": [(one, _shown(one, pages)) for one in attached],
        "correcting": correcting,
        "evidence_form": EvidenceForm() if correcting and correcting[0] else None,
        "largest_file": settings.EVIDENCE_MAX_BYTES,
        "steps": with_refusal(request, _steps(request, entry), refusal),
    }
    status = refusal.status if refusal else 200
    return render(request, "campaign/register_entry.html", context, status=status)


def visible_entry(request: HttpRequest, pk: int) -> RegisterEntry:
    """The entry with what its pages show of it. Raises Http404 outside the scope."""
    found = (
        RegisterEntry.objects.visible_to(request.user)
        .select_related("placement", "entered_by", "checked_by")
        .filter(pk=pk)
        .first()
    )
    if found is None:
        raise Http404
    return found


def _shown(attached: RegisterFile, pages: dict[int, list[PreviewPage]]) -> ShownFile:
    key = [attached.entry_id, attached.pk]
    return shown_file(
        attached.file,
        reverse("registers:file", args=key),
        lambda number: reverse("registers:file_page", args=[*key, number]),
        pages.get(attached.file_id, []),
    )


def _correcting(request: HttpRequest, entry: RegisterEntry) -> tuple[bool, str] | None:
    """Whether the person may correct it, and if not, why not; None where it is not their work."""
    enters, _why_not = permissions.may_enter(
        request.user, entry.register, unit_id=entry.unit_id, path=entry.path
    )
    return permissions.may_correct(request.user, entry) if enters else None


def _steps(request: HttpRequest, entry: RegisterEntry) -> list[Step]:
    """The steps that follow, for people whose roles check this register; others only read."""
    if not permissions.confirming_grants(request.user, entry):
        return []
    seen, route = entry_fingerprint(entry), "registers:step"
    return [
        step_of(route, entry.pk, arrow, (allowed, why_not), seen=seen, looks=_LOOKS)
        for arrow, allowed, why_not in ENTRY.choices(entry, request.user)
        if not (arrow.name == "mend" and entry.register != Register.INSPECTIONS)
    ]


@requires(*_CHECKING, methods=("POST",))
def step(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Carry an entry over one arrow of its workflow."""
    entry = visible_entry(request, pk)
    if name not in _SAID:
        raise Http404
    may = permissions.may_mend if name in ("mend", "unmend") else permissions.may_check
    require(may(request.user, entry))

    def perform(reason: str, seen: str) -> str:
        registering.step(name, pk, request.user, seen=seen, reason=reason)
        return str(_SAID[name]())

    if refusal := take(request, name, perform):
        return _entry_page(request, visible_entry(request, pk), refusal)
    return HttpResponseRedirect(reverse("registers:detail", args=[pk]))


# Evidence


@requires(*_ENTERING, methods=("POST",))
def upload(request: HttpRequest, pk: int) -> HttpResponse:
    """Attach a file."""
    entry = visible_entry(request, pk)
    require(permissions.may_correct(request.user, entry))
    form = EvidenceForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            registering.add_file(pk, request.user, form.cleaned_data["file"])
        except files.FileRefused as refused:
            messages.error(request, "; ".join(refused.messages))
        except Refused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, _("Attached."))
    else:
        messages.error(request, str(form.errors["file"][0]))
    return HttpResponseRedirect(reverse("registers:detail", args=[pk]))


@requires(*_ENTERING, methods=("POST",))
def file_remove(request: HttpRequest, pk: int, file_pk: int) -> HttpResponse:
    """Remove a file; what it was stays on record."""
    entry = visible_entry(request, pk)
    _attached(entry, file_pk)
    require(permissions.may_correct(request.user, entry))
    try:
        registering.remove_file(pk, file_pk, request.user)
    except Refused as refused:
        messages.error(request, str(refused))
    except RegisterFile.DoesNotExist as gone:
        raise Http404 from gone
    else:
        messages.success(request, _("Removed."))
    return HttpResponseRedirect(reverse("registers:detail", args=[pk]))


@requires("register.view")
def file(request: HttpRequest, pk: int, file_pk: int) -> HttpResponseBase:
    """The original of a file, as attachment only."""
    return files.attachment(_attached(visible_entry(request, pk), file_pk).file)


@requires("register.view")
def file_page(request: HttpRequest, pk: int, file_pk: int, number: int) -> HttpResponseBase:
    """The picture of one page of a file."""
    attached = _attached(visible_entry(request, pk), file_pk)
    page = PreviewPage.objects.filter(file=attached.file_id, number=number).first()
    if page is None:
        raise Http404
    return files.picture(page)


def _attached(entry: RegisterEntry, file_pk: int) -> RegisterFile:
    """A file of an entry. Raises Http404."""
    found = entry.files.select_related("file").filter(pk=file_pk, removed_at=None).first()
    if found is None:
        raise Http404
    return found
