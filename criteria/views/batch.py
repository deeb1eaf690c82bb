"""One list for recognition: who reaches the title, the meeting, its steps, papers, revocation."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import demonstration
from core import periods, seals
from core.access import require, requires
from core.documents.render import render_pdf
from core.htmx import is_htmx
from core.paging import Pages
from core.presentation import HistoryLine, history_of
from core.views import files
from core.views.steps import Refusal, Step, step_of, take, with_refusal
from core.views.ticked import keys
from core.workflow import Refused
from criteria import terms
from criteria.batches import entering, listing, papers, permissions, workflow
from criteria.batches.workflow import BATCH, fingerprint
from criteria.forms.batches import IssueForm, MeetingForm, PartForm, RevokingForm
from criteria.models import BatchState, RecognitionBatch
from units import personal
from units.forms.units import OpeningForm
from units.models import Placement

ROWS_A_PAGE = 100
EVERYBODY = {"in": True, "out": False}
# By forms of their own, because they ask for more than a reason.
BY_FORM = ("number", "revoke")

# What the person reads after a step of theirs, and what the history calls it.
_SAID: dict[str, Callable[[], str]] = {
    "send": lambda: _("Sent. It can be taken back until it is appraised."),
    "take_back": lambda: _("Taken back. It can be changed and sent again."),
    "drop": lambda: _("Dropped. Those in it can be listed anew."),
    "submit": lambda: _("Submitted. Who signs finds it in their work."),
    "unsubmit": lambda: _("Taken back. It is appraised again."),
    "return": lambda: _("Returned. Who listed sees the reason."),
    "sign": lambda: _("Signed. The registrar numbers and issues it."),
    "unsign": lambda: _("Undone. It waits for the signature again."),
    "number": lambda: _("Numbered. It can be issued."),
    "unnumber": lambda: _("Undone. The number is free again."),
    "issue": lambda: _("Issued. The titles count from the day of the decision on."),
    "unissue": lambda: _("Undone, as if it had not been issued."),
    "revoke": lambda: _("Revoked. The titles no longer count from today."),
    "reinstate": lambda: _("Undone. The titles count again."),
}
_DONE: dict[str, Callable[[], str]] = {
    "send": lambda: _("Sent"),
    "take_back": lambda: _("Taken back"),
    "drop": lambda: _("Dropped"),
    "submit": lambda: _("Appraised and submitted for signature"),
    "unsubmit": lambda: _("Submission taken back"),
    "return": lambda: _("Returned"),
    "sign": lambda: _("Signed"),
    "unsign": lambda: _("Signature taken back"),
    "number": lambda: _("Numbered"),
    "unnumber": lambda: _("Number taken back"),
    "issue": lambda: _("Issued"),
    "unissue": lambda: _("Issuing undone"),
    "revoke": lambda: _("Revoked"),
    "reinstate": lambda: _("Revocation undone"),
    "revoke_part": lambda: _("Revoked in part"),
    "reinstate_part": lambda: _("Revocation of a part undone"),
}


def visible(request: HttpRequest, pk: int) -> RecognitionBatch:
    """The list with what its pages show of it. Raises Http404 outside the scope."""
    found = (
        RecognitionBatch.objects.visible_to(request.user)
        .select_related("placement", "title__document", "round__campaign", "begun_by", "signed_by")
        .with_reaching()
        .filter(pk=pk)
        .first()
    )
    if found is None:
        raise Http404
    return found


@requires("batch.view")
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Who is listed, how it stands, and what can be done with it now."""
    found = visible(request, pk)
    require(permissions.sees_content(request.user, found))
    return _page(request, found)


@dataclass(frozen=True)
class Typed:
    """What was typed into a form that is shown again."""

    meeting: MeetingForm | None = None
    number: IssueForm | None = None
    revoking: RevokingForm | None = None
    opening: OpeningForm | None = None
    part: PartForm | None = None


def _page(
    request: HttpRequest,
    found: RecognitionBatch,
    refusal: Refusal | None = None,
    typed: Typed | None = None,
    status: int = 200,
) -> HttpResponse:
    typed = typed or Typed()
    user = request.user
    may_enter = permissions.may_enter(user, found)[0]
    works = permissions.works(user, found)
    choices = _own_choices(found, user)
    open_to = {arrow.name for arrow, _allowed, _why in choices if arrow.may(user, found)[0]}
    reading = _reading(request, found) if works else None
    lines = listing.lines_of(found)
    page = Pages(lines, ROWS_A_PAGE, found.listed).get_page(request.GET.get("page"))
    appraiser, decider = _offices(found)
    context: dict[str, Any] = {
        "found": found,
        "works": works,
        "may_enter": may_enter,
        "import_kind": f"recognition-{found.kind}",
        "passed": found.reaching(),
        "waiting_time": terms.words_of_waiting(found.title, found.grade),
        "appraiser": appraiser,
        "decider": decider,
        "list": page,
        "rows": listing.line_rows(found, page.object_list, names=bool(reading)),
        "may_read": works and found.of_members and _may_read(request, found),
        "reading": reading,
        "opening": typed.opening or OpeningForm(),
        "part": typed.part or PartForm(),
        "reason_length": personal.REASON_LENGTH,
        "meeting": _meeting(found, typed) if may_enter and found.of_members else None,
        "number": (typed.number or _issue_form(found)) if "number" in open_to else None,
        "revoking": (typed.revoking or RevokingForm()) if "revoke" in open_to else None,
        "reinstates": found.state == BatchState.ISSUED and "revoke" in open_to,
        "seen": fingerprint(found),
        "papers": papers.offered(found) if works else [],
        "steps": with_refusal(request, _steps(found, choices), refusal),
        "history": _history(found),
    }
    return render(
        request,
        "criteria/batch.html",
        context,
        status=refusal.status if refusal else status,
    )


def _offices(found: RecognitionBatch) -> tuple[str, str]:
    """Who appraises and who decides, in words; before the sending, who would."""
    if found.is_on_its_way:
        return found.appraiser_name, found.decider_name
    appraiser, decider = workflow.stages_of(found)
    return (
        appraiser.body if appraiser and appraiser.office else "",
        decider.body if decider and decider.office else "",
    )


def _meeting(found: RecognitionBatch, typed: Typed) -> MeetingForm:
    values = {name: getattr(found, name) for name in entering.MEETING}
    return typed.meeting or MeetingForm(initial=values)


def _issue_form(found: RecognitionBatch) -> IssueForm:
    """The next day is today; the term is what a text says of the title."""
    today = periods.today()
    until = terms.valid_until(found.title, today, today)
    return IssueForm(initial={"dated": today, "held_until": until})


def _own_choices(found: RecognitionBatch, user: Any) -> list[Any]:
    """The steps that are the work of an office of `user`, each with whether and why not."""
    return [
        choice
        for choice in BATCH.choices(found, user)
        if workflow.acting_grant(user, found, choice[0].name)
    ]


def _steps(found: RecognitionBatch, choices: list[Any]) -> list[Step]:
    seen = fingerprint(found)
    looks = {
        "submit": ("primary", "send"),
        "sign": ("primary", "check"),
        "issue": ("primary", "flag"),
        "drop": ("danger", "cross"),
    }
    return [
        step_of("recognitions:batch_step", found.pk, arrow, (allowed, why), seen=seen, looks=looks)
        for arrow, allowed, why in choices
        if arrow.name not in BY_FORM
    ]


def _history(found: RecognitionBatch) -> list[HistoryLine]:
    begun = HistoryLine(found.begun_at, _("Begun"), str(found.begun_by), state="draft")
    if found.sent_at is None and found.state == BatchState.DRAFT:
        return [begun]
    events = found.events.select_related("user").order_by("-pk")
    return history_of(events, lambda name: _DONE[name](), begun)


# Names


def _may_read(request: HttpRequest, found: RecognitionBatch) -> bool:
    return permissions.may_read_names(request.user, found)[0]


def _reading(request: HttpRequest, found: RecognitionBatch) -> bool:
    """Whether the names of those in the list are open to the person now; of units always."""
    if not found.of_members:
        return True
    if not permissions.may_read_names(request.user, found)[0]:
        return False
    return personal.all_open(request.user, listing.homes_of(found))


@requires("batch.enter", "batch.appraise", "batch.sign", "batch.register", methods=("POST",))
def names(request: HttpRequest, pk: int) -> HttpResponse:
    """Open the names of those in the list for an hour, saying why."""
    found = visible(request, pk)
    require(permissions.sees_content(request.user, found))
    require(permissions.may_read_names(request.user, found))
    form = OpeningForm(request.POST)
    if not form.is_valid():
        return _page(request, found, typed=Typed(opening=form), status=422)
    personal.open_by_work(request.user, listing.homes_of(found), form.cleaned_data["reason"])
    return _to(pk)


def _to(pk: int, page: str = "") -> HttpResponse:
    query = f"?page={page}" if page.isdecimal() else ""
    return HttpResponseRedirect(reverse("recognitions:batch", args=[pk]) + query)


# The list


@requires("batch.enter", methods=("POST",))
def line(request: HttpRequest, pk: int, unit_id: int) -> HttpResponse:
    """Say of one whether it reaches the title, as its box says (htmx)."""
    found = visible(request, pk)
    require(permissions.may_enter(request.user, found))
    sentence = ""
    try:
        entering.mark(request.user, pk, [unit_id], passed=f"unit-{unit_id}" in request.POST)
    except Refused as refused:
        sentence = str(refused)
    found = visible(request, pk)
    if not is_htmx(request):
        if sentence:
            messages.error(request, sentence)
        return _to(pk, request.GET.get("page", ""))
    lines = listing.lines_of(found).filter(unit=unit_id)
    rows = listing.line_rows(found, lines, names=_reading(request, found))
    if not rows:
        raise Http404
    context = {
        "found": found,
        "row": rows[0],
        "may_enter": True,
        "error": sentence,
        "passed": found.reaching(),
        "steps": _steps(found, _own_choices(found, request.user)),
    }
    status = 409 if sentence else 200
    return render(request, "criteria/batch_saved.html", context, status=status)


@requires("batch.enter", methods=("POST",))
def lines(request: HttpRequest, pk: int) -> HttpResponse:
    """Save a page of boxes at once, or say that everybody, or nobody, reaches the title."""
    found = visible(request, pk)
    require(permissions.may_enter(request.user, found))
    every = request.POST.get("every", "")
    try:
        if every in EVERYBODY:
            entering.mark(request.user, pk, None, passed=EVERYBODY[every])
        else:
            shown = set(keys(request.POST.getlist("shown")))
            ticked = {key for key in shown if f"unit-{key}" in request.POST}
            entering.mark(request.user, pk, ticked, passed=True)
            entering.mark(request.user, pk, shown - ticked, passed=False)
    except Refused as refused:
        return _refused(request, pk, refused)
    messages.success(request, _("Saved."))
    return _to(pk, request.GET.get("page", ""))


def _refused(
    request: HttpRequest, pk: int, refused: Refused, typed: Typed | None = None
) -> HttpResponse:
    """The page as it stands now, with the sentence at its top."""
    messages.error(request, str(refused))
    return _page(request, visible(request, pk), typed=typed, status=409)


@requires("batch.enter", methods=("POST",))
def meeting(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what the minutes of the meeting say."""
    found = visible(request, pk)
    require(permissions.may_enter(request.user, found))
    form = MeetingForm(request.POST)
    typed = Typed(meeting=form)
    if not form.is_valid():
        return _page(request, found, typed=typed, status=422)
    try:
        entering.write_meeting(request.user, pk, form.cleaned_data)
    except Refused as refused:
        return _refused(request, pk, refused, typed)
    messages.success(request, _("Saved."))
    return _to(pk)


# Steps


@requires("batch.enter", "batch.appraise", "batch.sign", "batch.register", methods=("POST",))
def step(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Carry a list over one arrow of its workflow."""
    found = visible(request, pk)
    if name not in _SAID or name in BY_FORM:
        raise Http404
    require(BATCH[name].may(request.user, found))

    def perform(reason: str, seen: str) -> str:
        workflow.perform(name, pk, request.user, reason=reason, seen=seen)
        return _SAID[name]()

    refusal = take(request, name, perform)
    if refusal:
        return _page(request, visible(request, pk), refusal)
    return _to(pk)


@requires("batch.register", methods=("POST",))
def number(request: HttpRequest, pk: int) -> HttpResponse:
    """Give number, day and term."""
    found = visible(request, pk)
    require(permissions.may_register(request.user, found))
    form = IssueForm(request.POST)
    if form.is_valid():
        said = form.cleaned_data
        values = (said["number"], said["dated"], said["held_until"])
        seen = request.GET.get("seen", "")
        try:
            workflow.number(pk, request.user, *values, seen=seen)
        except Refused as refused:
            if not refused.field:
                return _refused(request, pk, refused, Typed(number=form))
            form.add_error(refused.field, str(refused))
        else:
            messages.success(request, _SAID["number"]())
            return _to(pk)
    return _page(request, visible(request, pk), typed=Typed(number=form), status=422)


@requires("batch.sign", methods=("POST",))
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Revoke the whole decision by a document."""
    found = visible(request, pk)
    require(permissions.may_sign(request.user, found))
    form = RevokingForm(request.POST)
    if not form.is_valid():
        return _page(request, found, typed=Typed(revoking=form), status=422)
    said, seen = form.cleaned_data, request.GET.get("seen", "")
    try:
        workflow.revoke(pk, request.user, said["document"], said["reason"], seen=seen)
    except Refused as refused:
        return _refused(request, pk, refused, Typed(revoking=form))
    messages.success(request, _SAID["revoke"]())
    return _to(pk)


@requires("batch.sign", methods=("POST",))
def part(request: HttpRequest, pk: int) -> HttpResponse:
    """Revoke the titles of some in the list by a document, or undo that."""
    found = visible(request, pk)
    require(permissions.may_sign(request.user, found))
    units, seen = keys(request.POST.getlist("chosen")), request.GET.get("seen", "")
    form = PartForm(request.POST)
    typed = Typed(part=form)
    if not form.is_valid():
        return _page(request, found, typed=typed, status=422)
    document, reason = form.cleaned_data["document"], form.cleaned_data["reason"]
    back = request.POST.get("do") == "reinstate"
    try:
        if back:
            changed = workflow.reinstate_part(pk, request.user, units, reason, seen=seen)
        else:
            changed = workflow.revoke_part(pk, request.user, units, document, reason, seen=seen)
    except Refused as refused:
        return _refused(request, pk, refused, typed)
    if back:
        said = ngettext("%(number)d title counts again.", "%(number)d titles count again.", changed)
    else:
        said = ngettext("%(number)d title was revoked.", "%(number)d titles were revoked.", changed)
    messages.success(request, said % {"number": changed})
    return _to(pk, request.GET.get("page", ""))


# Papers


@requires("batch.view")
def paper(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """A paper of the list as it stands, as a PDF file; with names while they are open."""
    found = visible(request, pk)
    require(permissions.sees_content(request.user, found))
    offered = {one.name: one for one in papers.offered(found)}
    if name not in offered or not permissions.works(request.user, found):
        raise Http404
    chosen = listing.lines_of(found, passed_only=name != "bien-ban")
    rows = listing.line_rows(found, chosen, names=_reading(request, found))
    frame = papers.Frame(
        inside=_inside(found),
        digest=seals.day_root(periods.today()),
        is_demo=demonstration.is_loaded(),
    )
    content = render_pdf(papers.paper_of(name, found, rows, frame))
    return files.paper(content, f"{name}-{found.title.code}-{found.unit_id}")


def _inside(found: RecognitionBatch) -> str:
    """The name of the unit in which the place lies today."""
    above = Placement.objects.on(periods.today()).filter(unit=found.placement.located_in_id)
    return above.values_list("name", flat=True).first() or ""
