"""Reforms: the list, entering one, its acts, what it will do, its steps, its page."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.access import require, requires
from core.paging import Pages
from core.presentation import HistoryLine
from core.state_counts import StateCount, state_counts
from core.views import ticked
from core.views.steps import Look, Refusal, Step, step_of, take, with_refusal
from core.workflow import Refused
from units import scope
from units.entries import EntryError
from units.forms import picking
from units.forms.reforms import (
    FORMS,
    ActForm,
    DivideForm,
    FoundForm,
    HeaderForm,
    MergeForm,
    MoveForm,
    PlaceForm,
    ReformFilterForm,
    header_of,
    places,
)
from units.models import (
    Placement,
    Reform,
    ReformAct,
    ReformEvent,
    ReformLine,
    ReformState,
    UnitKind,
)
from units.reforming import assigning, entering, filing, late, listing, permissions, preview
from units.reforming.checking import findings
from units.reforming.entering import Wanted
from units.reforming.permissions import PROPOSE, plan_of
from units.reforming.workflow import REFORM, acting_grant

ROWS_A_PAGE = 50
LARGEST = 2**63 - 1
_LOOKS: dict[str, Look] = {
    "propose": ("primary", "send"),
    "refuse": ("danger", "cross"),
    "carry_out": ("primary", "check"),
    "undo": ("danger", "return"),
}
_DONE = {
    "assign": gettext_lazy("Assigned"),
    "propose": gettext_lazy("Proposed"),
    "take_back": gettext_lazy("Taken back"),
    "confirm": gettext_lazy("Confirmed"),
    "refuse": gettext_lazy("Refused"),
    "carry_out": gettext_lazy("Carried out"),
    "unplan": gettext_lazy("Confirmation taken back"),
    "undo": gettext_lazy("Undone"),
    "withdraw": gettext_lazy("Withdrawn"),
}
# As long as it can be changed or carried out, what keeps it from going on is said.
_CHECKED = (ReformState.DRAFT, ReformState.PROPOSED, ReformState.PLANNED)


# The list


@requires("units.view")
def index(request: HttpRequest) -> HttpResponse:
    """The reforms that the person may read, by words, year and state."""
    form = ReformFilterForm(request.GET)
    found = listing.reforms(
        request.user, words=form.chosen("q").strip(), year=form.chosen("year") or None
    )
    state = form.chosen("state")
    rows = found.filter(state=state) if state else found
    context = {
        "form": form,
        "counts": _counts(request, state, found),
        "page": Pages(rows, ROWS_A_PAGE).get_page(request.GET.get("page")),
        "may_propose": request.user.has_perm(PROPOSE),
    }
    return render(request, "units/reforms.html", context)


def _counts(request: HttpRequest, chosen: str, found: Any) -> list[StateCount]:
    counted = dict(found.order_by().values_list("state").annotate(Count("pk")))
    ordered = {one: counted[one] for one in ReformState.values if one in counted}
    return state_counts(request, chosen, ordered, dict(ReformState.choices))


@requires("units.view")
def of_unit(request: HttpRequest, unit_id: int) -> HttpResponse:
    """The reforms that are proposed or planned for a unit, as a part of its page."""
    if unit_id > LARGEST or not Placement.objects.filter(unit=unit_id).exists():
        raise Http404
    reforms = listing.ahead(request.user, unit_id)
    return render(request, "units/reforms_ahead.html", {"reforms": reforms})


@requires(permissions.CONFIRM)
def due(request: HttpRequest) -> HttpResponse:
    """The reforms that wait for the person, as a part of their first page."""
    context = {"due": listing.to_confirm(request.user)}
    return render(request, "units/reforms_due.html", context)


# Entering


@requires(PROPOSE, methods=("GET", "POST"))
def new(request: HttpRequest) -> HttpResponseBase:
    """Begin a reform: its name, resolution and day."""
    form = HeaderForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reform = entering.begin(request.user, form.header())
        return _to(reform.pk, _unit_query(request))
    return _header_page(request, form, None)


@requires(PROPOSE, methods=("GET", "POST"))
def edit(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Change what a draft says of itself."""
    reform = visible_reform(request, pk)
    require(_may_change(request, reform))
    form = HeaderForm(request.POST or None, initial=header_of(reform))
    if request.method == "POST" and form.is_valid():
        try:
            entering.correct(request.user, pk, form.header())
        except Refused as refused:
            raise PermissionDenied(str(refused)) from refused
        messages.success(request, _("Saved."))
        return _to(pk)
    return _header_page(request, form, reform)


def _header_page(request: HttpRequest, form: HeaderForm, reform: Reform | None) -> HttpResponse:
    context = {"form": form, "reform": reform}
    return render(request, "units/reform_form.html", context, status=422 if form.errors else 200)


def _may_change(request: HttpRequest, reform: Reform) -> tuple[bool, str]:
    if reform.state != ReformState.DRAFT:
        return False, _("It is proposed already: take it back to change it.")
    return permissions.may_keep(request.user, reform)


@requires(PROPOSE, methods=("GET", "POST"))
def add(request: HttpRequest, pk: int, act: str) -> HttpResponseBase:
    """Add to a draft what it does to units of one place."""
    reform = visible_reform(request, pk)
    require(_may_change(request, reform))
    if act not in FORMS:
        raise Http404
    area = listing.area(request.user)
    choosing = PlaceForm(places(area), request.GET or None)
    chosen = choosing.cleaned_data.get("place") if choosing.is_valid() else None
    unit_id = _asked_unit(request)
    place = chosen or listing.place_for(request.user, reform, unit_id)
    if place is None:
        raise Http404
    units = listing.units_in(request.user, place)
    initial = {"unit": f"{unit_id or ''}", "units": [f"{unit_id or ''}"]}
    form = FORMS[act](place, units, area, request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid() and _added(request, reform, act, form):
        return _to(pk)
    context = {
        "reform": reform,
        "act": ReformAct(act),
        "form": form,
        "place": place,
        "choosing": choosing,
        "units": picking.suggestions(area, ""),
        "url": f"{request.path}?{request.GET.urlencode()}",
    }
    return render(request, "units/reform_act.html", context, status=422 if form.errors else 200)


def _added(request: HttpRequest, reform: Reform, act: str, form: ActForm) -> bool:
    """Whether what was typed could be added; else the form says why."""
    try:
        _add(request, reform.pk, ReformAct(act), form)
    except EntryError as error:
        for name, sentence in error.errors.items():
            form.add_error(name if name in form.fields else None, sentence)
        return False
    except Refused as refused:
        raise PermissionDenied(str(refused)) from refused
    messages.success(request, _("Added to the reform."))
    return True


def _add(request: HttpRequest, pk: int, act: ReformAct, form: ActForm) -> None:
    user = request.user
    if isinstance(form, MergeForm):
        entering.merge(user, pk, form.merged(), form.into(), form.wanted())
    elif isinstance(form, DivideForm):
        entering.divide(user, pk, form.unit(), *form.successors())
    elif isinstance(form, FoundForm):
        kind = form.cleaned_data["kind"]
        wanted = form.wanted(located_in=form.place, managed_by=_manager(kind, form.place))
        entering.found(user, pk, kind, wanted)
    elif isinstance(form, MoveForm):
        said = form.cleaned_data
        wanted = form.wanted(located_in=said["located_in"], managed_by=said["managed_by"])
        entering.change(user, pk, act, form.unit(), wanted)
    else:
        wanted = Wanted() if act == ReformAct.END else form.wanted()
        entering.change(user, pk, act, form.unit(), wanted)


def _manager(kind: str, place: Placement) -> Placement | None:
    """Who manages a unit that is founded in a place: the place itself; of the official units above
    the hamlets nobody does."""
    return None if kind in (UnitKind.PROVINCE, UnitKind.COMMUNE) else place


@requires(PROPOSE, methods=("POST",))
def remove(request: HttpRequest, pk: int, line_id: int) -> HttpResponseBase:
    """Take a line out of a draft."""
    reform = visible_reform(request, pk)
    require(_may_change(request, reform))
    try:
        entering.remove(request.user, pk, line_id)
    except ReformLine.DoesNotExist as gone:
        raise Http404 from gone
    except Refused as refused:
        raise PermissionDenied(str(refused)) from refused
    messages.success(request, _("Taken out of the reform."))
    return _to(pk)


@requires(PROPOSE)
def units(request: HttpRequest) -> HttpResponse:
    """Units for the list under a field, by what was typed so far."""
    words = str(next(iter(request.GET.values()), "")).replace("\0", "")[:100]
    found = picking.suggestions(listing.area(request.user), words)
    return render(request, "people/units.html", {"found": found})


# What belongs to divided units


@requires(PROPOSE)
def unassigned(request: HttpRequest) -> HttpResponse:
    """The divided units of the scope to which something belongs still."""
    context = {"divided": assigning.divided(request.user)}
    return render(request, "units/unassigned.html", context)


@requires(PROPOSE, methods=("GET", "POST"))
def assign(request: HttpRequest, unit_id: int) -> HttpResponseBase:
    """What waits at one divided unit; POST assigns some of it, or all, to a successor."""
    at = assigning.waiting(request.user, unit_id) if unit_id <= LARGEST else None
    if at is None:
        raise Http404
    if request.method == "POST":
        try:
            reform = assigning.assign(
                request.user,
                unit_id,
                next(iter(ticked.keys([request.POST.get("to", "")])), 0),
                units=ticked.keys(request.POST.getlist("units")),
                members=ticked.keys(request.POST.getlist("members")),
                everything="everything" in request.POST,
            )
        except Refused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, reform.name)
            return HttpResponseRedirect(request.path)
    context = {"at": at}
    return render(request, "units/assign.html", context, status=409 if request.POST else 200)


# One of them


@requires("units.view")
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """What a reform says, how it stands, what keeps it from going on, and what happened to it."""
    return _page(request, visible_reform(request, pk))


def _page(request: HttpRequest, reform: Reform, refusal: Refusal | None = None) -> HttpResponse:
    plan = plan_of(reform)
    events = reform.events.select_related("user").order_by("-pk")
    context = {
        "reform": reform,
        "territory": plan.state(reform.territory_id),
        "acts": preview.acts_of(reform),
        "changes": _may_change(request, reform)[0],
        "previews": _previews(request, reform),
        "assigns": request.user.has_perm(PROPOSE),
        "kinds": [(act.value, act.label) for act in ReformAct],
        "query": _unit_query(request),
        "attaches": filing.may_attach(request.user, reform)[0],
        "asks_late": _asks_late(request, reform),
        "findings": findings(reform) if reform.state in _CHECKED else [],
        "steps": with_refusal(request, _steps(request, reform), refusal),
        "history": [_line(event) for event in events],
    }
    status = refusal.status if refusal else 200
    return render(request, "units/reform.html", context, status=status)


def _asks_late(request: HttpRequest, reform: Reform) -> bool:
    """Whether the person says what becomes of acts that were dated between."""
    return reform.assigns_id is None and late.may_answer(request.user, reform)[0]


def _line(event: ReformEvent) -> HistoryLine:
    actor = ", ".join(filter(None, (str(event.user or ""), event.unit_name)))
    said = str(_DONE[event.transition])
    return HistoryLine(event.at, said, actor or _("the portal"), event.reason, event.target)


def _steps(request: HttpRequest, reform: Reform) -> list[Step]:
    """The steps for people who propose or confirm; others only read."""
    if not any(map(request.user.has_perm, (PROPOSE, permissions.CONFIRM))):
        return []
    return [
        step_of(
            "reforms:step",
            reform.pk,
            arrow,
            (allowed, reason),
            seen=REFORM.fingerprint(reform),
            looks=_LOOKS,
        )
        for arrow, allowed, reason in REFORM.choices(reform, request.user)
    ]


def _previews(request: HttpRequest, reform: Reform) -> bool:
    """Whether the person reads what a reform touches: it counts records of its territory."""
    if reform.territory_id is None:
        return reform.took_part(request.user)
    path = reform.territory_path
    held = scope.of(request.user)
    return held.grant_for("units.view", unit_id=reform.territory_id, path=path) is not None


@requires("units.view")
def will_do(request: HttpRequest, pk: int) -> HttpResponse:
    """What a reform will end, begin, move and touch, before it does."""
    reform = visible_reform(request, pk)
    if not _previews(request, reform):
        raise Http404
    if reform.state not in _CHECKED:
        return HttpResponseRedirect(reverse("reforms:detail", args=[pk]))
    context = {"reform": reform, "preview": preview.preview(reform)}
    return render(request, "units/reform_preview.html", context)


@requires(PROPOSE, permissions.CONFIRM, methods=("POST",))
def step(request: HttpRequest, pk: int, name: str) -> HttpResponseBase:
    """Take a step with a reform."""
    reform = visible_reform(request, pk)
    try:
        arrow = REFORM[name]
    except KeyError as unknown:
        raise Http404 from unknown
    require(arrow.may(request.user, reform))

    def perform(reason: str, seen: str) -> str:
        behalf = acting_grant(request.user, reform, name)
        REFORM.perform(name, pk, request.user, reason=reason, behalf=behalf, seen=seen)
        return _("Done: %(step)s.") % {"step": arrow.label}

    refusal = take(request, name, perform)
    if refusal:
        return _page(request, visible_reform(request, pk), refusal)
    if name == "discard":
        return HttpResponseRedirect(reverse("reforms:index"))
    return _to(pk)


def visible_reform(request: HttpRequest, pk: int) -> Reform:
    """The reform, with who proposed and decided it. Raises Http404 outside the scope."""
    found = Reform.objects.visible_to(request.user).filter(pk=min(pk, LARGEST))
    reform = found.select_related("proposed_by", "decided_by", "file").first()
    if reform is None:
        raise Http404
    return reform


def _asked_unit(request: HttpRequest) -> int | None:
    text = request.GET.get("unit", "")
    return int(text) if text.isdecimal() and len(text) < 18 else None


def _unit_query(request: HttpRequest) -> str:
    unit_id = _asked_unit(request)
    return f"?{urlencode({'unit': unit_id})}" if unit_id else ""


def _to(pk: int, query: str = "") -> HttpResponseRedirect:
    return HttpResponseRedirect(f"{reverse('reforms:detail', args=[pk])}{query}")
