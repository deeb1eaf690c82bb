"""The registrations of a round: what a unit can register for, the list of all, many at once."""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Case, When
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from campaign.models import Round
from core import periods
from core.access import requires
from core.forms.fields import ReasonForm
from core.paging import Pages
from core.state_counts import StateCount, state_counts
from core.views.files import workbook
from core.views.ticked import ticked
from core.workflow import Refused, Transition
from criteria import exporters
from criteria.forms.registration import RegistrationFilterForm
from criteria.models import RegistrationList, RegistrationState
from criteria.registration import bulk, counting, listing, offers
from criteria.registration.workflow import REGISTRATION, fingerprint
from units import borders, scope
from units.borders import TODAYS, Reading
from units.models import Placement

ROWS_A_PAGE = 50


# What the own unit registers for


@requires("registration.enter", "registration.send")
def own(request: HttpRequest) -> HttpResponse:
    """Everything for which a unit of one's own can register, with where each stands."""
    places = _own_places(request.user)
    if not places:
        raise PermissionDenied(_("You do not enter registrations for this unit."))
    form = RegistrationFilterForm(request.GET, list(Round.objects.all()))
    round_ = form.chosen_round()
    asked = request.GET.get("unit", "")
    place = next((one for one in places if str(one.unit_id) == asked), places[0])
    context = {
        "form": form,
        "round": round_,
        "places": places,
        "place": place,
        "offers": offers.offers(place, round_) if round_ else [],
        "tier_is_unknown": offers.tier_is_unknown(place),
        "may_enter": place.may_enter,  # type: ignore[attr-defined]
        "today": periods.today(),
        "oversees": counting.oversees(request.user),
    }
    return render(request, "criteria/registrations_own.html", context)


def _own_places(user: Any) -> list[Placement]:
    """The units for which `user` registers today, the own one first, then those it manages; each
    with `may_enter` (else they only send)."""
    held = scope.of(user)
    enters, sends = (
        held.q(capability, unit="unit_id", path="path", manager="managed_by_id")
        for capability in ("registration.enter", "registration.send")
    )
    rows = (
        Placement.objects.on(periods.today())
        .filter(enters | sends)
        .annotate(may_enter=Case(When(enters, then=True), default=False))
        .order_by("name", "pk")
    )
    own_units = {grant.unit_id for grant in held.grants}
    return sorted(rows, key=lambda place: place.unit_id not in own_units)


# All registrations in scope


@dataclass(frozen=True)
class Found:
    """The list as its address asks for it; `counts` are those of all states."""

    form: RegistrationFilterForm
    round: Round | None
    rows: listing.Rows
    counts: list[StateCount]
    sums: list[counting.Count]
    reading: Reading


def _find(request: HttpRequest, place: Placement | None) -> Found:
    """The registrations that an address asks for; junk in it is ignored.

    Args:
        place: the unit whose sums are shown besides; None where none are.
    """
    rounds = list(Round.objects.all())
    round_ = RegistrationFilterForm(request.GET, rounds).chosen_round()
    if round_ is None:
        return Found(
            RegistrationFilterForm({}, rounds),
            None,
            RegistrationList.objects.visible_to(request.user).none(),
            [],
            [],
            TODAYS,
        )
    reading = _reading(request, round_)
    sums = counting.counts(place, round_, reading) if place else []
    subjects = {offers.key_of(one.subject): str(one.subject) for one in sums}
    if not place:
        subjects = listing.subjects(round_)
    form = RegistrationFilterForm(request.GET, rounds, list(subjects.items()))
    found = listing.rows(
        request.user,
        round_,
        words=form.chosen("q"),
        subject=form.chosen("subject"),
        kind=form.chosen("kind"),
        reading=reading,
    )
    state = form.chosen("state")
    shown = found.filter(state=state) if state else found
    return Found(
        form,
        round_,
        listing.ordered(shown, request.GET.get("sort", "")),
        state_counts(request, state, listing.counts(found), dict(RegistrationState.choices)),
        sums,
        reading,
    )


def _reading(request: HttpRequest, round_: Round) -> Reading:
    day = counting.first_day(round_)
    return borders.of_person(request, "registration.view", day, always=True)


@requires("registration.view")
def index(request: HttpRequest) -> HttpResponse:
    """The registrations in scope with their sums; who has only the own unit sees what that can
    register for."""
    place = counting.overseen(request.user)
    if place is None and listing.registers(request.user):
        return own(request)
    found = _find(request, place)
    state = found.form.chosen("state")
    number = sum(one.count for one in found.counts if not state or one.state == state)
    context = {
        "form": found.form,
        "round": found.round,
        "place": place,
        "sums": found.sums,
        "borders": found.reading.choices,
        "borders_query": urlencode(found.reading.query),
        "counts": found.counts,
        "page": Pages(found.rows, ROWS_A_PAGE, number).get_page(request.GET.get("page")),
        "registers": listing.registers(request.user),
        "approves": listing.approving_units(request.user),
        "export_url": f"{reverse('registrations:export')}?{request.GET.urlencode()}",
        "query": request.GET.urlencode(),
    }
    return render(request, "criteria/registrations.html", context)


@requires("registration.view")
def counts(request: HttpRequest) -> HttpResponse:
    """The sums of the newest round for the territory of the person, as a part of other pages, by
    whose address the borders are chosen."""
    place = counting.overseen(request.user)
    round_ = Round.objects.first()
    reading, sums = TODAYS, []
    if place and round_:
        reading = _reading(request, round_)
        sums = counting.counts(place, round_, reading)
    context = {
        "sums": sums,
        "place": place,
        "round": round_,
        "borders": reading.choices,
        "borders_query": urlencode(reading.query),
    }
    return render(request, "criteria/registration_counts.html", context)


@requires("registration.view")
def due(request: HttpRequest) -> HttpResponse:
    """What the person has to do about registrations, as a part of their first page."""
    context = {"due": listing.due(request.user, Round.objects.first())}
    return render(request, "criteria/registrations_due.html", context)


@requires("registration.view")
def export(request: HttpRequest) -> HttpResponse:
    """The same rows in the same order, as an .xlsx file."""
    content = exporters.registrations_xlsx(_find(request, None).rows, _("Registrations"))
    return workbook(content, "dang-ky-thi-dua")


# Many at once


@dataclass(frozen=True)
class Outcome:
    """One of the chosen registrations: whether the step may be taken, and if not, why."""

    found: RegistrationList
    allowed: bool
    why_not: str

    @property
    def shown(self) -> str:
        """What the form carries of it."""
        return f"{self.found.pk}:{fingerprint(self.found)}"


@requires("registration.approve", methods=("POST",))
def selection(request: HttpRequest) -> HttpResponse:
    """Approve or refuse those that were ticked: first which and how many, then in a job that says
    row by row what became of each.
    """
    name = request.POST.get("step", "")
    chosen = _chosen(request) if name in bulk.STEPS else []
    if not chosen:
        return _selection_page(request, None, [])
    arrow = REGISTRATION[name]
    outcomes = [
        Outcome(found, *REGISTRATION.allowed(arrow, found, request.user)) for found in chosen
    ]
    if request.POST.get("confirmed") != "1" or not all(ticked(request, ROWS_A_PAGE).values()):
        return _selection_page(request, arrow, outcomes)
    if not any(outcome.allowed for outcome in outcomes):
        error = _("Nothing was done; each row says why.")
        return _selection_page(request, arrow, outcomes, error)
    form = ReasonForm(request.POST)
    if form.reason_error:
        return _selection_page(request, arrow, outcomes, form.reason_error)
    seen = ticked(request, ROWS_A_PAGE)
    shown = [(found, seen[found.pk]) for found in chosen]
    try:
        job = bulk.order(request.user, name, shown, form.cleaned_data["reason"])
    except Refused as refused:
        return _selection_page(request, arrow, outcomes, str(refused))
    return HttpResponseRedirect(reverse("jobs:detail", args=[job.pk]))


def _selection_page(
    request: HttpRequest, arrow: Transition | None, outcomes: list[Outcome], error: str = ""
) -> HttpResponse:
    """Those that were ticked, with what would follow for each."""
    context = {
        "arrow": arrow,
        "outcomes": outcomes,
        "number": sum(outcome.allowed for outcome in outcomes),
        "error": error,
        "reason": ReasonForm(request.POST).typed_reason,
        "back": f"{reverse('registrations:index')}?{request.GET.urlencode()}",
        "query": request.GET.urlencode(),
    }
    status = 422 if error or not outcomes else 200
    return render(request, "criteria/registrations_selection.html", context, status=status)


def _chosen(request: HttpRequest) -> list[RegistrationList]:
    """Those that were ticked."""
    rows = (
        RegistrationList.objects.visible_to(request.user)
        .filter(pk__in=ticked(request, ROWS_A_PAGE))
        .select_related("placement", "title", "form", "round")
        .order_by("placement__name", "pk")
    )
    return list(rows)
