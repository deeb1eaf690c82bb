"""Writing a nomination: each text saves by itself, each file is sent by itself."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from awards.forms.nominations import EarlierForm, PeriodForm, TextForm
from awards.models import Nomination
from awards.nominating import entering, permissions
from awards.nominating.entering import TEXTS, version_of
from awards.views.access import readable_nomination
from awards.views.nomination import PRECHECK_AGAIN, Typed, detail_page, key_of
from core import files
from core.access import require, requires
from core.htmx import is_htmx
from core.presentation import OthersValue, SaveState
from core.workflow import Outdated, Refused


def _writable(request: HttpRequest, pk: int) -> Nomination:
    """The nomination, for who may write it now. Raises Http404, PermissionDenied."""
    nomination = readable_nomination(request, pk)
    require(permissions.may_write(request.user, nomination))
    return nomination


def _to(pk: int, part: str = "") -> HttpResponse:
    """Back to the nomination, to the part of its page that was changed."""
    url = reverse("nominations:detail", args=[pk])
    return HttpResponseRedirect(f"{url}#{part}" if part else url)


@requires("nomination.enter", methods=("POST",))
def text(request: HttpRequest, pk: int, name: str) -> HttpResponseBase:
    """Save one text; answered by the line below it, or by the page where nothing scripts."""
    if name not in TEXTS:
        raise Http404
    nomination = _writable(request, pk)
    form = TextForm(request.POST, name)
    if not form.is_valid():
        return _unsaved(request, nomination, form, _invalid(nomination, form), 422)
    try:
        saved = entering.write(
            request.user, pk, name, form.cleaned_data["text"], seen=form.cleaned_data["version"]
        )
    except Outdated:
        unsaved = _unsaved(request, nomination, form, _conflict(request, pk, form), 409)
        return _check_again(unsaved)
    except Refused as refused:
        if not refused.field:
            raise PermissionDenied(str(refused)) from refused
        form.add_error("text", str(refused))
        return _unsaved(request, nomination, form, _invalid(nomination, form), 422)
    if not is_htmx(request):
        messages.success(request, _("Saved."))
        return _to(pk, name)
    version = version_of(getattr(saved, name))
    state = SaveState(key_of(saved, name), version, at=timezone.now())
    return _check_again(render(request, "awards/text_saved.html", {"state": state}))


def _check_again(response: HttpResponse) -> HttpResponse:
    """Let the pre-check beside the report be fetched anew: another text stands than it was of."""
    response["HX-Trigger"] = PRECHECK_AGAIN
    return response


def _invalid(nomination: Nomination, form: TextForm) -> SaveState:
    sentences = tuple(str(error) for errors in form.errors.values() for error in errors)
    stands = getattr(nomination, form.name)
    return SaveState(
        key_of(nomination, form.name), version_of(stands), errors=sentences, invalid=("text",)
    )


def _conflict(request: HttpRequest, pk: int, form: TextForm) -> SaveState:
    """Both texts, for the person to choose."""
    nomination = readable_nomination(request, pk)
    stands = getattr(nomination, form.name)
    key, version = key_of(nomination, form.name), version_of(stands)
    theirs = OthersValue(
        key, version, {"text": stands}, ((str(form.label), stands),), _("Somebody else")
    )
    mine = ((str(form.label), form.cleaned_data["text"]),)
    seen = form.cleaned_data["version"]
    return SaveState(key, seen, mine=mine, theirs=theirs)


def _unsaved(
    request: HttpRequest, nomination: Nomination, form: TextForm, state: SaveState, status: int
) -> HttpResponse:
    if is_htmx(request):
        return render(request, "awards/text_saved.html", {"state": state}, status=status)
    typed = str(form.data.get("text", "")).replace("\0", "")
    if state.theirs:  # who sends the page again has seen the other text
        state = SaveState(state.key, state.theirs.version, mine=state.mine, theirs=state.theirs)
    return detail_page(request, nomination, Typed(texts={form.name: (typed, state)}), status=status)


@requires("nomination.enter", methods=("POST",))
def fill(request: HttpRequest, pk: int) -> HttpResponse:
    """Write into the empty parts of the report what the portal knows."""
    _writable(request, pk)
    said = _("What the portal knows was written into the empty parts. Read it, and go on with it.")
    return _changed(request, pk, lambda: entering.fill(request.user, pk), said, "general")


@requires("nomination.enter", methods=("POST",))
def period(request: HttpRequest, pk: int) -> HttpResponse:
    """Set the achievement period."""
    nomination = _writable(request, pk)
    form = PeriodForm(request.POST)
    if not form.is_valid():
        return detail_page(request, nomination, Typed(period=form), status=422)
    days = form.cleaned_data

    def act() -> object:
        return entering.set_period(request.user, pk, days["first"], days["last"])

    return _changed(request, pk, act, _("Saved."), "period")


@requires("nomination.enter", methods=("POST",))
def unrestricted(request: HttpRequest, pk: int) -> HttpResponse:
    """State that nothing stands against the commendation, or take the statement back."""
    _writable(request, pk)
    stated = request.POST.get("stated") == "1"
    said = _("Stated for your unit, in your name.") if stated else _("The statement is taken back.")

    def act() -> object:
        return entering.state_unrestricted(request.user, pk, stated)

    return _changed(request, pk, act, said, "statement")


@requires("nomination.enter", methods=("POST",))
def earlier(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter a commendation that the subject had before."""
    nomination = _writable(request, pk)
    form = EarlierForm(request.POST)
    if not form.is_valid():
        return detail_page(request, nomination, Typed(earlier=form), status=422)
    try:
        entering.add_earlier(request.user, pk, form.earlier())
    except Refused as refused:
        form.add_error(refused.field or None, str(refused))
        shown = readable_nomination(request, pk)
        return detail_page(request, shown, Typed(earlier=form), status=409)
    messages.success(request, _("Entered."))
    return _to(pk, "earlier")


@requires("nomination.enter", methods=("POST",))
def earlier_remove(request: HttpRequest, pk: int, earlier_id: int) -> HttpResponse:
    """Take an earlier commendation out again."""
    _writable(request, pk)

    def act() -> None:
        entering.remove_earlier(request.user, pk, earlier_id)

    return _changed(request, pk, act, _("Taken off."), "earlier")


@requires("nomination.enter", methods=("POST",))
def upload(request: HttpRequest, pk: int) -> HttpResponse:
    """Attach the files that were sent along, each by itself: one that is refused keeps none out."""
    _writable(request, pk)
    sent = request.FILES.getlist("file")
    errors = [] if sent else [_("Choose a file first.")]
    for one in sent:
        try:
            entering.attach(request.user, pk, one)
        except files.FileRefused as refused:
            errors += refused.messages
        except Refused as refused:
            errors.append(str(refused))
    if errors:
        shown = readable_nomination(request, pk)
        return detail_page(request, shown, Typed(evidence=tuple(errors)), status=422)
    return _to(pk, "evidence")


@requires("nomination.enter", methods=("POST",))
def evidence_remove(request: HttpRequest, pk: int, evidence_id: int) -> HttpResponse:
    """Take a file off; the original is kept, with who took it off."""
    _writable(request, pk)

    def act() -> object:
        return entering.detach(request.user, pk, evidence_id)

    return _changed(request, pk, act, _("Taken off."), "evidence")


@requires("nomination.view")
def evidence(request: HttpRequest, pk: int, evidence_id: int) -> HttpResponseBase:
    """The original of a piece of evidence, as attachment only."""
    nomination = readable_nomination(request, pk)
    found = nomination.evidence.filter(pk=evidence_id, removed_at=None).select_related("file")
    piece = found.first()
    if piece is None:
        raise Http404
    return files.attachment(piece.file)


def _changed(
    request: HttpRequest, pk: int, act: Callable[[], object], said: str, part: str
) -> HttpResponse:
    """Carry a change out, and go back to the page with what came of it."""
    try:
        act()
    except Refused as refused:
        messages.error(request, str(refused))
        return detail_page(request, readable_nomination(request, pk), status=409)
    messages.success(request, said)
    return _to(pk, part)
