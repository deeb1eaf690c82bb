"""Consultations: the list, asking, one with its answer, and the page for everybody."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from awards.consulting import asking, permissions
from awards.consulting.workflow import CONSULTATION, fingerprint
from awards.forms.consultations import AnswerForm, QuestionForm
from awards.forms.rules import units_in
from awards.models import Consultation, ConsultationKind, ConsultationState
from core import files, periods
from core.access import public, require, requires
from core.paging import Pages
from core.presentation import HistoryLine, history_of
from core.state_counts import state_counts
from core.views.steps import Refusal, step_of, take, with_refusal
from core.views.ticked import keys
from core.workflow import Refused
from units import scope
from units.models import UnitKind

ROWS_A_PAGE = 50
MOST_NOMINATIONS = 100  # to choose from on one page
ASKED_KINDS = (
    UnitKind.PROVINCE,
    UnitKind.COMMUNE,
    UnitKind.AGENCY,
    UnitKind.MASS_ORGANISATION,
)

_SAID = {
    "unanswer": lambda: _("Taken back. The question is open again."),
    "withdraw": lambda: _("Withdrawn. Nobody is asked any more."),
    "ask_again": lambda: _("The question is open again."),
}
_DONE = {
    "answer": lambda: _("Answer recorded"),
    "unanswer": lambda: _("Answer taken back"),
    "withdraw": lambda: _("Withdrawn"),
    "ask_again": lambda: _("Asked again"),
}


@requires("nomination.view")
def index(request: HttpRequest) -> HttpResponse:
    """The consultations of units in scope, those that wait for an answer first."""
    state = request.GET.get("state", "")
    state = state if state in ConsultationState else ""
    found = Consultation.objects.visible_to(request.user)
    counted = dict(found.order_by().values_list("state").annotate(Count("pk")))
    counts = {one: counted[one] for one in ConsultationState.values if one in counted}
    shown = found.filter(state=state) if state else found
    rows = (
        shown.select_related("placement")
        .annotate(number=Count("lines"))
        .order_by("state" if not state else "due_on", "due_on", "-pk")
    )
    number = sum(n for one, n in counts.items() if not state or one == state)
    context = {
        "counts": state_counts(request, state, counts, dict(ConsultationState.choices)),
        "page": Pages(rows, ROWS_A_PAGE, number).get_page(request.GET.get("page")),
        "asks": _asks(request.user),
        "today": periods.today(),
    }
    return render(request, "awards/consultations.html", context)


def _asks(user: Any) -> bool:
    held = scope.of(user)
    return any(held.has(one) for one in permissions.ASKING)


@requires("submission.prepare", "nomination.appraise", methods=("GET", "POST"))
def new(request: HttpRequest) -> HttpResponse:
    """Ask about nominations that are with an own unit."""
    nominations = list(
        permissions.askable(request.user)
        .with_subject()
        .select_related("form", "placement", "unit")
        .order_by("form__name", "path", "pk")[:MOST_NOMINATIONS]
    )
    posted = request.method == "POST"
    data = request.POST if posted else request.GET
    ticked = set(keys(data.getlist("nomination")))
    initial = {"asked_on": periods.today()}
    form = QuestionForm(request.POST if posted else None, _units(request.user), initial)
    if posted and form.is_valid():
        try:
            asked = asking.ask(request.user, form.said(), ticked)
        except Refused as refused:
            form.add_error(refused.field or None, str(refused))
        else:
            messages.success(request, _("Asked. The answer is recorded here."))
            return HttpResponseRedirect(reverse("submissions:consultation", args=[asked.pk]))
    context = {"form": form, "nominations": [(one, one.pk in ticked) for one in nominations]}
    status = 422 if form.errors else 200
    return render(request, "awards/consultation_new.html", context, status=status)


def _units(user: Any) -> list[tuple[str, str]]:
    """The units of the province in which `user` works, as far as they can be asked."""
    grants = scope.of(user).grants
    return units_in(min(grants, key=lambda one: len(one.path)), ASKED_KINDS) if grants else []


def visible(request: HttpRequest, pk: int) -> Consultation:
    """The consultation with what its page shows of it (one query). Raises Http404."""
    found = Consultation.objects.visible_to(request.user).select_related(
        "placement", "asked_by", "recorded_by", "file"
    )
    try:
        one: Consultation = found.get(pk=pk)
    except Consultation.DoesNotExist:
        raise Http404 from None
    return one


@requires("nomination.view")
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """What was asked about whom, and what was answered."""
    return _page(request, visible(request, pk))


def _page(
    request: HttpRequest,
    found: Consultation,
    refusal: Refusal | None = None,
    form: AnswerForm | None = None,
    status: int = 200,
) -> HttpResponse:
    answering = CONSULTATION.allowed(CONSULTATION["answer"], found, request.user)
    public_url = ""
    if found.kind == ConsultationKind.PUBLIC:
        address = reverse("submissions:public_consultation", args=[found.token])
        public_url = request.build_absolute_uri(address)
    context = {
        "found": found,
        "lines": asking.nominations(found),
        "form": (form or AnswerForm(initial={"answered_on": periods.today()}))
        if answering[0]
        else None,
        "why_not": answering[1] if found.state == ConsultationState.ASKED else "",
        "seen": fingerprint(found),
        "public_url": public_url,
        "today": periods.today(),
        "largest_file": settings.EVIDENCE_MAX_BYTES,
        "steps": with_refusal(request, _steps(request.user, found), refusal),
        "history": _history(found),
    }
    status = refusal.status if refusal else status
    return render(request, "awards/consultation.html", context, status=status)


def _steps(user: Any, found: Consultation) -> list[Any]:
    """The steps of who keeps it; the answer is a form of its own."""
    if not permissions.may_keep(user, found)[0]:
        return []
    seen = fingerprint(found)
    return [
        step_of("submissions:consultation_step", found.pk, arrow, (allowed, why), seen=seen)
        for arrow, allowed, why in CONSULTATION.choices(found, user)
        if arrow.name in _SAID
    ]


def _history(found: Consultation) -> list[HistoryLine]:
    """Its steps, the latest first, and who asked."""
    asked = HistoryLine(found.begun_at, _("Asked"), str(found.asked_by), state="sent")
    events = found.events.select_related("user").order_by("-pk")
    return history_of(events, lambda name: _DONE[name](), asked)


@requires("nomination.view", methods=("POST",))
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Record what was answered."""
    found = visible(request, pk)
    require(permissions.may_answer(request.user, found))
    form = AnswerForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, found, form=form, status=422)
    try:
        seen = request.GET.get("seen", "")
        asking.answer(request.user, pk, form.said(), form.cleaned_data["file"], seen=seen)
    except files.FileRefused as refused:
        form.add_error("file", refused)
    except Refused as refused:
        form.add_error(refused.field or None, str(refused))
    else:
        messages.success(request, _("The answer is recorded."))
        return HttpResponseRedirect(reverse("submissions:consultation", args=[pk]))
    return _page(request, visible(request, pk), form=form, status=422)


@requires("nomination.view", methods=("POST",))
def step(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Withdraw a question, ask again, take an answer back."""
    found = visible(request, pk)
    if name not in _SAID:
        raise Http404
    require(permissions.may_keep(request.user, found))
    behalf = permissions.acting_grant(request.user, found)

    def perform(reason: str, seen: str) -> str:
        CONSULTATION.perform(name, pk, request.user, reason=reason, behalf=behalf, seen=seen)
        return str(_SAID[name]())

    refusal = take(request, name, perform)
    if refusal:
        return _page(request, visible(request, pk), refusal)
    return HttpResponseRedirect(reverse("submissions:consultation", args=[pk]))


@requires("nomination.view")
def file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The document of an answer, as attachment only."""
    found = visible(request, pk)
    if found.file is None:
        raise Http404
    return files.attachment(found.file)


@public("GET")
def public_page(request: HttpRequest, token: str) -> HttpResponse:
    """What everybody is asked about: names, units, forms and summaries, on the days of asking."""
    found = asking.public_page(token, periods.today())
    if found is None:
        raise Http404
    lines = asking.public_lines(found)
    context = {"found": found, "lines": lines, "has_units": any(one.unit for one in lines)}
    response = render(request, "awards/consultation_public.html", context)
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Cache-Control"] = "no-store"
    return response
