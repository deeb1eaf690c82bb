"""The acts of rounds: opening one, correcting it, setting a deadline, moving it."""

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from campaign import rounds
from campaign.forms.rounds import CorrectionForm, DeadlineForm, MoveForm, OpeningForm
from campaign.models import Campaign, Phase, Round, RoundDeadline
from campaign.queries import Occasion
from campaign.telling import page_of
from core import periods
from core.access import require, requires
from core.workflow import Refused
from units.models import Placement
from units.views.access import unit_on

OWN_SHOWN = 20


@requires("round.manage", methods=("GET", "POST"))
def new(request: HttpRequest) -> HttpResponse:
    """Open the round of a year."""
    campaign = Campaign.objects.select_related("document").order_by("pk").first()
    if campaign:
        require(rounds.may_open(request.user, campaign))
    years = rounds.years_to_open(campaign) if campaign else []
    form = OpeningForm(years, request.POST if request.method == "POST" else None)
    if campaign and request.method == "POST" and form.is_valid():

        def act() -> str:
            opened = rounds.open_round(request.user, campaign, form.opening())
            messages.success(request, _("Opened. Set the deadlines of your territory next."))
            return reverse("rounds:detail", args=[opened.pk])

        if target := _done(form, act):
            return HttpResponseRedirect(target)
    context = {"form": form, "years": years}
    return render(request, "campaign/round_form.html", context, status=_status(form))


@requires("round.manage", methods=("GET", "POST"))
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct the name and the day of the figures of a round that was opened with a mistake."""
    found = Round.objects.select_related("campaign__document").filter(pk=pk).first()
    if found is None:
        raise Http404
    require(rounds.may_open(request.user, found.campaign))
    require(rounds.is_correctable(found))
    form = CorrectionForm(found, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():

        def act() -> str:
            seen = form.cleaned_data["seen"]
            rounds.correct_round(request.user, pk, form.correction(), seen=seen)
            messages.success(request, _("Corrected."))
            return reverse("rounds:detail", args=[pk])

        if target := _done(form, act):
            return HttpResponseRedirect(target)
    context = {"form": form, "round": found}
    return render(request, "campaign/round_correct.html", context, status=_status(form))


@requires("round.manage", methods=("GET", "POST"))
def deadline(request: HttpRequest, pk: int) -> HttpResponse:
    """Set the first deadline of a kind of unit in the own territory, in a round."""
    return _set(request, Round.objects.filter(pk=pk).first())


@requires("round.manage", methods=("GET", "POST"))
def phase_deadline(request: HttpRequest, pk: int) -> HttpResponse:
    """Set the first deadline of a kind of unit in the own territory, for the end of a phase."""
    return _set(request, Phase.objects.exclude(review=Phase.Review.NONE).filter(pk=pk).first())


def _set(request: HttpRequest, occasion: Occasion | None) -> HttpResponse:
    if occasion is None:
        raise Http404
    back = page_of(occasion)
    places = [rounds.territory_of(grant) for grant in rounds.managing_grants(request.user)]
    posted = request.POST if request.method == "POST" else None
    form = DeadlineForm(places, rounds.matters_of(occasion), posted)
    if request.method == "POST" and form.is_valid():

        def act() -> str:
            found = form.cleaned_data
            rounds.set_deadline(
                request.user,
                occasion,
                form.place,
                matter=found["matter"],
                kind=found["kind"],
                due_on=found["due_on"],
                basis=found["basis"],
            )
            messages.success(request, _("The deadline is set; the units see it."))
            return back

        if target := _done(form, act):
            return HttpResponseRedirect(target)
    context = {"form": form, "occasion": occasion, "back": back}
    return render(request, "campaign/deadline_form.html", context, status=_status(form))


@requires("round.manage", methods=("GET", "POST"))
def move(request: HttpRequest, deadline_pk: int) -> HttpResponse:
    """Move a deadline, for everybody or for one unit, with the reason."""
    found = _concerning(request, deadline_pk)
    today = periods.today()
    place = unit_on(request, found.territory_id, today)
    require(rounds.may_set(request.user, place, found.subject_kind))
    kinds = rounds.kinds_alone(found.subject_kind)
    below = Placement.objects.on(today).under(place.path).filter(kind__in=kinds)
    alone = list(below.exclude(unit=place.unit_id).order_by("name", "pk"))
    form = MoveForm(found, alone, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():

        def act() -> str:
            moved = rounds.move(request.user, deadline_pk, form.move(), seen=form.day_seen)
            messages.success(
                request,
                _("The deadline is %(day)s now; those concerned see it and the reason.")
                % {"day": f"{moved.due_on:%d/%m/%Y}"},
            )
            return page_of(found.occasion)

        if target := _done(form, act):
            return HttpResponseRedirect(target)
    owns = rounds.given_below(found, place)
    context = {
        "form": form,
        "deadline": found,
        "occasion": found.occasion,
        "back": page_of(found.occasion),
        "place": place,
        "owns": owns[:OWN_SHOWN],
        "more": len(owns) - OWN_SHOWN if len(owns) > OWN_SHOWN else 0,
    }
    return render(request, "campaign/deadline_move.html", context, status=_status(form))


def _concerning(request: HttpRequest, pk: int) -> RoundDeadline:
    """A deadline that concerns the person. Raises Http404 otherwise."""
    asked = RoundDeadline.objects.select_related("round", "phase").filter(pk=pk).first()
    if asked is None:
        raise Http404
    near = {one.pk: one for one in rounds.concerning(request.user, asked.occasion)}
    if pk not in near:
        raise Http404
    return asked


def _done(form: forms.Form, act: Callable[[], str]) -> str:
    """Act, and give where to go on; nothing where it was refused, which the form then says."""
    try:
        return act()
    except Refused as refused:
        form.add_error(refused.field or None, str(refused))
    except PermissionDenied as denied:
        form.add_error(None, str(denied))
    return ""


def _status(form: forms.Form) -> int:
    return 422 if form.errors else 200
