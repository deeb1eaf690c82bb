"""One registration: begin it, enter who registers, send and approve it, print it."""

import uuid
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import demonstration, people
from campaign.models import Round
from core import periods, seals
from core.access import require, requires
from core.documents.render import render_pdf
from core.htmx import is_htmx
from core.paging import Pages
from core.presentation import HistoryLine
from core.views import files
from core.views.steps import Refusal, Step, step_of, take, with_refusal
from core.workflow import Outdated, Refused
from criteria import registration_papers
from criteria.forms.registration import NewMemberForm, NumberForm
from criteria.models import RegistrationList
from criteria.registration import entering, members, offers, permissions
from criteria.registration.workflow import (
    REGISTRATION,
    acting_grant,
    deadline_of,
    fingerprint,
    receiver_of,
)
from criteria.routing import Receiver
from units import permissions as unit_permissions
from units import personal
from units.entries import Conflict, EntryError, Row
from units.forms.units import OpeningForm
from units.models import Member, PersonalReading, Placement
from units.views.access import unit_on

ROWS_A_PAGE = 100
EVERYBODY = {"in": True, "out": False}
OWN_STEPS = ("send", "take_back", "withdraw", "reopen")

# What the person reads after a step of theirs, and what the history calls it.
_SAID = {
    "send": lambda: _("Sent. It can be taken back until it is approved, before the deadline."),
    "take_back": lambda: _("Taken back. It can be changed and sent again."),
    "withdraw": lambda: _("Withdrawn. It no longer counts."),
    "reopen": lambda: _("Open again. Send it when it is complete."),
    "approve": lambda: _("Approved. It counts as registered."),
    "reject": lambda: _("Refused. The unit sees the reason."),
    "reconsider": lambda: _("Undone. It waits for approval again."),
}
_DONE = {
    "send": lambda: _("Sent"),
    "take_back": lambda: _("Taken back"),
    "withdraw": lambda: _("Withdrawn"),
    "reopen": lambda: _("Registered again"),
    "approve": lambda: _("Approved"),
    "reject": lambda: _("Refused"),
    "reconsider": lambda: _("Approving or refusing undone"),
}


@requires("registration.enter", methods=("POST",))
def begin(request: HttpRequest, round_id: int, unit_id: int) -> HttpResponse:
    """Begin a registration of a unit in a round, or go on with the one that is there."""
    round_ = Round.objects.filter(pk=round_id).first()
    if round_ is None:
        raise Http404
    place = unit_on(request, unit_id, periods.today(), "registration.enter")
    kind, subject = request.POST.get("kind", ""), request.POST.get("subject", "")
    offer = offers.offer_of(place, round_, kind, subject)
    if offer is None:
        raise Http404
    try:
        begun = entering.begin(request.user, round_, offer)
    except Refused as refused:
        messages.error(request, str(refused))
        return HttpResponseRedirect(f"{reverse('registrations:own')}?unit={unit_id}")
    return _to(begun.pk)


def _to(pk: int, page: str = "") -> HttpResponse:
    """Back to a registration; to the page of its list that was shown."""
    query = f"?page={page}" if page.isdecimal() else ""
    return HttpResponseRedirect(reverse("registrations:detail", args=[pk]) + query)


def visible(request: HttpRequest, pk: int) -> RegistrationList:
    """The registration with what its pages show of it. Raises Http404 outside the scope."""
    found = (
        RegistrationList.objects.visible_to(request.user)
        .select_related(
            "placement",
            "title__document",
            "form__document",
            "round__campaign",
        )
        .filter(pk=pk)
        .order_by()
        .first()
    )
    if found is None:
        raise Http404
    return found


@requires("registration.view")
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Who registers, how it stands, and what can be done with it now."""
    found = visible(request, pk)
    require(permissions.sees_content(request.user, found))
    return _page(request, found)


@dataclass(frozen=True)
class Typed:
    """What was typed into a form that is shown again."""

    number: NumberForm | None = None
    member: NewMemberForm | None = None
    row: str = ""
    opening: OpeningForm | None = None


def _page(
    request: HttpRequest,
    found: RegistrationList,
    refusal: Refusal | None = None,
    typed: Typed | None = None,
    status: int = 200,
) -> HttpResponse:
    typed = typed or Typed()
    people.load([(found, "begun_by"), (found, "checked_by")])
    may_enter = permissions.may_enter(request.user, found)[0]
    deadline = deadline_of(found)
    context: dict[str, Any] = {
        "found": found,
        "is_open": found.state in offers.OPEN_FOR_ENTERING,
        "may_enter": may_enter,
        "office": _office(found),
        "due_on": deadline.due_on if deadline else None,
        "steps": with_refusal(request, _steps(request.user, found), refusal),
        "history": _history(found),
        "number_form": typed.number or _number_form(found),
        "reading": None,
        "list": None,
    }
    if not found.is_own:
        context |= _grid(request, found, typed)
    status = refusal.status if refusal else status
    return render(request, "criteria/registration.html", context, status=status)


def _grid(request: HttpRequest, found: RegistrationList, typed: Typed) -> dict[str, Any]:
    """The members of the list, for those who keep or approve it; others see numbers."""
    may_read = permissions.reading_grant(request.user, found.placement) is not None
    keeps = permissions.may_enter(request.user, found)[0]
    approves = permissions.approving_grant(request.user, found) is not None
    own = permissions.entering_grant(request.user, found.placement) is not None
    if not (may_read or keeps or own or approves):
        return {"may_read": False}
    reading = personal.open_reading(request.user, found.unit_id) if may_read else None
    shown = members.members(found, registered_only=not keeps)
    page = Pages(shown, ROWS_A_PAGE).get_page(request.GET.get("page"))
    return {
        "may_read": may_read,
        "reading": reading,
        "opening": typed.opening or OpeningForm(),
        "reason_length": personal.REASON_LENGTH,
        "list": page,
        "rows": members.rows(page.object_list, names=reading is not None),
        "new_form": typed.member or NewMemberForm(None, found.kind),
        "new_key": typed.row or str(uuid.uuid4()),
    }


def _office(found: RegistrationList) -> Placement | Receiver | None:
    """Who received it; before the sending, who would; None is *not configured*."""
    if found.receiver_id and found.state not in offers.OPEN_FOR_ENTERING:
        return Placement.objects.on(periods.today()).filter(unit=found.receiver_id).first()
    return receiver_of(found)


def _number_form(found: RegistrationList) -> NumberForm:
    form = NumberForm(initial={"declared": found.declared, "seen": found.declared})
    form.fields["declared"].widget.attrs["class"] = "form-control"
    return form


def _steps(user: Any, found: RegistrationList) -> list[Step]:
    """The steps that follow, for those whose work they are: the unit, and the office."""
    sends = permissions.sending_grant(user, found.placement) is not None
    enters = permissions.entering_grant(user, found.placement) is not None
    approves = permissions.approving_grant(user, found) is not None
    seen = fingerprint(found)
    return [
        step_of("registrations:step", found.pk, arrow, (allowed, why_not), seen=seen)
        for arrow, allowed, why_not in REGISTRATION.choices(found, user)
        if (sends or enters if arrow.name in OWN_STEPS else approves)
    ]


def _history(found: RegistrationList) -> list[HistoryLine]:
    """Its steps, the latest first, and who began it."""
    begun = HistoryLine(found.begun_at, _("Begun"), str(found.begun_by), state="draft")
    if not found.sent_at:
        return [begun]
    events = found.events.select_related("user").order_by("-pk")
    return [
        *(
            HistoryLine(
                at=event.at,
                label=_DONE[event.transition](),
                actor=" – ".join(filter(None, (str(event.user), event.unit_name))),
                reason=event.reason,
                state=event.target,
                changes=((_("Registered"), "", str(event.listed or event.declared or 0)),)
                if event.transition == "send"
                else (),
            )
            for event in events
        ),
        begun,
    ]


# Entering


@requires("registration.enter", methods=("POST",))
def line(request: HttpRequest, pk: int, unit_id: int) -> HttpResponse:
    """Put one member into the list or take it out, as its box says (htmx)."""
    found = visible(request, pk)
    require(permissions.may_enter(request.user, found))
    registered = f"unit-{unit_id}" in request.POST
    sentence = ""
    try:
        entering.register(request.user, pk, [unit_id], registered=registered)
    except Refused as refused:
        sentence = str(refused)
    found = visible(request, pk)
    if not is_htmx(request):
        if sentence:
            messages.error(request, sentence)
        return _to(pk, request.GET.get("page", ""))
    member = members.members(found).filter(unit=unit_id).select_related("unit__personal").first()
    if member is None:
        raise Http404
    reading = personal.open_reading(request.user, found.unit_id)
    context = {
        "found": found,
        "row": members.row_of(member, names=reading is not None),
        "may_enter": True,
        "error": sentence,
        "steps": _steps(request.user, found),
    }
    status = 409 if sentence else 200
    return render(request, "criteria/registration_saved.html", context, status=status)


@requires("registration.enter", methods=("POST",))
def lines(request: HttpRequest, pk: int) -> HttpResponse:
    """Save a page of boxes at once, or put everybody in or out of the list."""
    found = visible(request, pk)
    require(permissions.may_enter(request.user, found))
    every = request.POST.get("every", "")
    try:
        if every in EVERYBODY:
            changed = _save_every(request.user, found, registered=EVERYBODY[every])
        else:
            changed = _save_page(request, found)
    except Refused as refused:
        return _refused(request, pk, refused)
    sentence = ngettext("%(number)d row changed.", "%(number)d rows changed.", changed)
    messages.success(request, sentence % {"number": changed})
    return _to(pk, request.GET.get("page", ""))


def _save_every(user: Any, found: RegistrationList, *, registered: bool) -> int:
    keys = members.members(found).filter(period__contains=periods.today())
    unit_ids = list(keys.values_list("unit", flat=True))
    return entering.register(user, found.pk, unit_ids, registered=registered)


def _save_page(request: HttpRequest, found: RegistrationList) -> int:
    shown = {int(key) for key in request.POST.getlist("shown") if key.isdecimal() and len(key) < 19}
    ticked = {key for key in shown if f"unit-{key}" in request.POST}
    changed = entering.register(request.user, found.pk, ticked, registered=True)
    return changed + entering.register(request.user, found.pk, shown - ticked, registered=False)


def _refused(request: HttpRequest, pk: int, refused: Refused) -> HttpResponse:
    """The page as it stands now, with the sentence at its top."""
    messages.error(request, str(refused))
    return _page(request, visible(request, pk), status=409)


@requires("registration.enter", methods=("POST",))
def member(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter somebody whom the unit did not know yet, and register them."""
    found = visible(request, pk)
    require(permissions.may_enter(request.user, found))
    reading = personal.open_reading(request.user, found.unit_id)
    form = NewMemberForm(request.POST, found.kind)
    key = request.POST.get("row", "")
    try:
        row = Row(key=uuid.UUID(key))
    except ValueError:
        row = Row(key=uuid.uuid4())
    if form.is_valid() and _enter(request, found, form, row, reading):
        messages.success(request, _("Entered and registered."))
        last = Pages(members.members(found), ROWS_A_PAGE).num_pages
        return HttpResponseRedirect(f"{reverse('registrations:detail', args=[pk])}?page={last}")
    typed = Typed(member=form, row=str(row.key))
    return _page(request, visible(request, pk), typed=typed, status=422)


def _enter(
    request: HttpRequest,
    found: RegistrationList,
    form: NewMemberForm,
    row: Row,
    reading: PersonalReading | None,
) -> Member | None:
    """The member entered; None with what is wrong in the form."""
    if reading is None:
        form.add_error(None, _("Open the names first, and say why."))
        return None
    try:
        return entering.enter_member(request.user, found.pk, row, form.entry(), reading.reason)
    except EntryError as error:
        for name, sentence in error.errors.items():
            form.add_error(name if name in form.fields else None, sentence)
    except (Refused, Conflict) as refused:
        changed = _("Somebody changed this meanwhile: look at it as it stands now.")
        form.add_error(None, str(refused) if isinstance(refused, Refused) else changed)
    return None


@requires("registration.enter", methods=("POST",))
def number(request: HttpRequest, pk: int) -> HttpResponse:
    """State how many register, or take the number away."""
    found = visible(request, pk)
    require(permissions.may_enter(request.user, found))
    form = NumberForm(request.POST)
    form.fields["declared"].widget.attrs["class"] = "form-control"
    if form.is_valid():
        said = form.cleaned_data
        try:
            entering.declare(request.user, pk, said["declared"], seen=said["seen"])
        except Outdated as outdated:
            return _refused(request, pk, outdated)
        except Refused as refused:
            form.add_error("declared", str(refused))
        else:
            messages.success(request, _("Saved."))
            return _to(pk)
    return _page(request, visible(request, pk), typed=Typed(number=form), status=422)


@requires("registration.enter", "registration.approve", methods=("POST",))
def names(request: HttpRequest, pk: int) -> HttpResponse:
    """Open the names of the unit's members for an hour, saying why."""
    found = visible(request, pk)
    require(unit_permissions.may_read_names(request.user, found.placement))
    form = OpeningForm(request.POST)
    if not form.is_valid():
        return _page(request, found, typed=Typed(opening=form), status=422)
    personal.open_names(request.user, found.placement, form.cleaned_data["reason"])
    return _to(pk)


# Steps


@requires("registration.send", "registration.approve", methods=("POST",))
def step(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Carry a registration over one arrow of its workflow."""
    found = visible(request, pk)
    if name not in _SAID:
        raise Http404
    require(REGISTRATION[name].may(request.user, found))
    behalf = acting_grant(request.user, found, name)

    def perform(reason: str, seen: str) -> str:
        REGISTRATION.perform(name, pk, request.user, reason=reason, behalf=behalf, seen=seen)
        return _SAID[name]()

    refusal = take(request, name, perform)
    if refusal:
        return _page(request, visible(request, pk), refusal)
    return _to(pk)


# Papers


@requires("registration.view")
def paper(request: HttpRequest, pk: int) -> HttpResponse:
    """The registration as it stands, as a PDF file."""
    return _pdf(request, pk, blank=False)


@requires("registration.enter")
def blank(request: HttpRequest, pk: int) -> HttpResponse:
    """The list to be filled in by hand and signed by each, with the members that are known."""
    return _pdf(request, pk, blank=True)


def _pdf(request: HttpRequest, pk: int, *, blank: bool) -> HttpResponse:
    found = visible(request, pk)
    require(permissions.sees_content(request.user, found))
    if blank and found.is_own:
        raise Http404
    may_read = permissions.reading_grant(request.user, found.placement) is not None
    reading = personal.open_reading(request.user, found.unit_id) if may_read else None
    rows = []
    if not found.is_own:
        shown = members.members(found, registered_only=not blank)
        rows = members.rows(shown, names=reading is not None)
    frame = registration_papers.Frame(
        inside=_inside(found),
        office=_office(found),
        digest=seals.day_root(periods.today()),
        is_demo=demonstration.is_loaded(),
    )
    content = render_pdf(registration_papers.registration_paper(found, rows, frame, blank=blank))
    kind = "mau-" if blank else ""
    stem = f"{kind}dang-ky-{found.subject.code}-{found.unit_id}-{found.round.assessed_year}"
    return files.paper(content, stem)


def _inside(found: RegistrationList) -> str:
    """The name of the unit in which the unit lies today."""
    above = Placement.objects.on(periods.today()).filter(unit=found.placement.located_in_id)
    return above.values_list("name", flat=True).first() or ""
