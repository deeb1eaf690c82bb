"""Requests of people about what is kept of them: the register, one request, terms of keeping."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import calendar, periods
from core.access import require, requires
from core.calendar import Term
from core.documents.render import render_pdf
from core.paging import Pages
from core.presentation import HistoryLine
from core.state_counts import state_counts
from core.views import files
from core.views.steps import Look, Refusal, Step, step_of, take, with_refusal
from core.workflow import Refused
from units import erasing, permissions, retention
from units.forms.requests import RequestForm, RetentionForm
from units.models import (
    KeptData,
    PersonalRequest,
    Placement,
    RequestEvent,
    RequestKind,
    RequestState,
    RetentionRule,
)
from units.requesting import copying, entering, terms
from units.requesting.permissions import REQUESTS, acting_grant
from units.requesting.workflow import REQUEST

ROWS_A_PAGE = 50
_LOOKS: dict[str, Look] = {
    "accept": ("primary", "inbox"),
    "carry_out": ("primary", "check"),
    "refuse": ("danger", "cross"),
}
_DONE = {
    "enter": gettext_lazy("Entered"),
    "accept": gettext_lazy("Accepted"),
    copying.COPY: gettext_lazy("Paper made"),
    "carry_out": gettext_lazy("Carried out"),
    "refuse": gettext_lazy("Refused"),
    "reconsider": gettext_lazy("Considered again"),
    "withdraw": gettext_lazy("Withdrawn"),
}


@dataclass(frozen=True)
class Row:
    """A request with the end of its term; None of one that was answered."""

    request: PersonalRequest
    due: Term | None
    late: bool


def _row(request: PersonalRequest, days: calendar.Calendar) -> Row:
    due = terms.due(request, days)
    return Row(request, due, due is not None and due.day < periods.today())


@requires(REQUESTS)
def index(request: HttpRequest) -> HttpResponse:
    """The register: open requests first, with their terms."""
    found = PersonalRequest.objects.visible_to(request.user)
    counted = dict(found.order_by().values_list("state").annotate(Count("pk")))
    ordered = {one: counted[one] for one in RequestState.values if one in counted}
    state = request.GET.get("state", "")
    rows = found.filter(state=state) if state in ordered else found
    # Those that are open have no moment of their answer: they come first.
    rows = rows.with_subject().order_by("-ended_at", "received_on", "pk")
    page = Pages(rows, ROWS_A_PAGE).get_page(request.GET.get("page"))
    days = calendar.load()
    context = {
        "counts": state_counts(request, state, ordered, dict(RequestState.choices)),
        "page": page,
        "rows": [_row(one, days) for one in page],
        "source": terms.SOURCE,
    }
    return render(request, "requests/index.html", context)


def _homes(request: HttpRequest) -> list[Placement]:
    """The hamlets and offices whose people `user` enters requests of."""
    found = Placement.objects.on(periods.today()).with_capability(request.user, REQUESTS)
    return list(found.filter(kind__in=permissions.HOME_KINDS).order_by("name", "pk"))


@requires(REQUESTS, methods=("GET", "POST"))
def new(request: HttpRequest) -> HttpResponseBase:
    """Enter a request."""
    initial = {"home": request.GET.get("home", ""), "of": request.GET.get("of", "")}
    form = RequestForm(_homes(request), request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        entered = _entered(request, form)
        if entered:
            messages.success(request, _("Entered. Now accept it, and tell the person until when."))
            return _to(entered.pk)
    status = 422 if form.errors else 200
    return render(request, "requests/new.html", {"form": form}, status=status)


def _entered(request: HttpRequest, form: RequestForm) -> PersonalRequest | None:
    """The request; else the form says why it cannot be entered."""
    home, said = form.home_place(), form.cleaned_data
    unit_id = entering.numbered(home, said["of"], said["number"])
    if unit_id is None:
        form.add_error("number", _("Nobody has this number in that list."))
        return None
    try:
        return entering.enter(request.user, home, unit_id, form.asked())
    except Refused as refused:
        form.add_error(refused.field or None, str(refused))
        return None


def _to(pk: int) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("requests:detail", args=[pk]))


def _visible(request: HttpRequest, pk: int) -> PersonalRequest:
    """The request with what its page needs. Raises Http404."""
    found = PersonalRequest.objects.visible_to(request.user).with_subject()
    try:
        one: PersonalRequest = found.select_related("entered_by").get(pk=pk)
    except PersonalRequest.DoesNotExist:
        raise Http404 from None
    return one


@requires(REQUESTS)
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """What was asked, until when it is owed, what carrying it out will do, its steps."""
    return _page(request, _visible(request, pk))


def _page(
    request: HttpRequest, found: PersonalRequest, refusal: Refusal | None = None
) -> HttpResponse:
    events = found.events.select_related("user").order_by("-pk")
    makes = copying.may_make(request.user, found)
    context = {
        "may_make": makes[0],
        "why_not_make": makes[1],
        "request_row": _row(found, calendar.load()),
        "one": found,
        "source": terms.SOURCE,
        "steps": with_refusal(request, _steps(request, found), refusal),
        "history": [_line(event) for event in events],
        **_follows(found),
    }
    status = refusal.status if refusal else 200
    return render(request, "requests/detail.html", context, status=status)


def _follows(found: PersonalRequest) -> dict[str, Any]:
    """What an erasure or restriction will leave, what keeps it from being carried out, and who else
    the person is in the lists."""
    nothing: dict[str, Any] = {"kept": [], "blocks": [], "also": []}
    removes = found.kind in (RequestKind.ERASURE, RequestKind.RESTRICTION)
    if not removes or found.state == RequestState.WITHDRAWN:
        return nothing
    person = erasing.person_of(found.unit_id)
    return {
        "kept": erasing.kept(person),
        "blocks": erasing.blocks(person) if found.ended_at is None else [],
        "also": erasing.others(person, found.unit_id) if found.ended_at is None else [],
    }


def _line(event: RequestEvent) -> HistoryLine:
    actor = ", ".join(filter(None, (str(event.user), event.unit_name)))
    said = str(_DONE[event.transition])
    return HistoryLine(event.at, said, actor, event.reason, event.target)


def _steps(request: HttpRequest, found: PersonalRequest) -> list[Step]:
    return [
        step_of(
            "requests:step",
            found.pk,
            arrow,
            (allowed, why_not),
            seen=REQUEST.fingerprint(found),
            looks=_LOOKS,
        )
        for arrow, allowed, why_not in REQUEST.choices(found, request.user)
    ]


@requires(REQUESTS, methods=("POST",))
def step(request: HttpRequest, pk: int, name: str) -> HttpResponseBase:
    """Take a step of a request."""
    found = _visible(request, pk)
    try:
        arrow = REQUEST[name]
    except KeyError:
        raise Http404 from None
    require(arrow.may(request.user, found))

    def perform(reason: str, seen: str) -> str:
        behalf = acting_grant(request.user, found, name)
        REQUEST.perform(name, pk, request.user, reason=reason, behalf=behalf, seen=seen)
        return str(_DONE[name])

    refusal = take(request, name, perform)
    return _page(request, _visible(request, pk), refusal) if refusal else _to(pk)


@requires(REQUESTS, methods=("POST",))
def copy(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The paper of all that is held of who asked to see it (201: that it was made is kept)."""
    require(copying.may_make(request.user, _visible(request, pk)))
    response = files.paper(render_pdf(copying.make(request.user, pk)), f"du-lieu-ca-nhan-{pk}")
    response.status_code = 201
    return response


@requires(REQUESTS, retention.MANAGE, methods=("GET", "POST"))
def kept(request: HttpRequest) -> HttpResponseBase:
    """How long which data are kept, by which text; an administrator of the country enters it."""
    manages = request.user.has_perm(retention.MANAGE)
    form = RetentionForm(request.POST or None)
    if request.method == "POST":
        require((manages, _("An administrator of the country enters these.")))
        if form.is_valid():
            try:
                retention.enter(request.user, **form.cleaned_data)
            except Refused as refused:
                form.add_error("first_day", str(refused))
            else:
                messages.success(request, _("Entered."))
                return HttpResponseRedirect(request.path)
    rules = list(RetentionRule.objects.select_related("entered_by"))
    context = {
        "kinds": [(one.label, [rule for rule in rules if rule.kind == one]) for one in KeptData],
        "form": form if manages else None,
    }
    status = 422 if form.errors else 200
    return render(request, "requests/retention.html", context, status=status)
