"""Lists for recognition: all of a round, what a place can list for, beginning one."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from campaign.models import Round
from core import periods
from core.access import requires, signed_in
from core.paging import Pages, capped_counts
from core.state_counts import StateCount, state_counts
from core.views.files import workbook
from core.workflow import Refused
from criteria import exporters, register, running_out
from criteria.batches import entering, listing, offers
from criteria.forms.batches import BatchFilterForm
from criteria.models import BatchState, RecognitionBatch, RecognitionBatchQuerySet

ROWS_A_PAGE = 50


@dataclass(frozen=True)
class Found:
    """The lists as their address asks for them; `counts` are those of all states."""

    form: BatchFilterForm
    round: Round | None
    rows: RecognitionBatchQuerySet
    counts: list[StateCount]


def _find(request: HttpRequest) -> Found:
    form = BatchFilterForm(request.GET, list(Round.objects.all()))
    round_ = form.chosen_round()
    if round_ is None:
        return Found(form, None, RecognitionBatch.objects.visible_to(request.user).none(), [])
    found = listing.rows(request.user, round_, words=form.chosen("q"), kind=form.chosen("kind"))
    state = form.chosen("state")
    shown = found.filter(state=state) if state else found
    return Found(
        form,
        round_,
        listing.ordered(shown, request.GET.get("sort", "")),
        state_counts(request, state, listing.counts(found), dict(BatchState.choices)),
    )


@requires("batch.view")
def index(request: HttpRequest) -> HttpResponse:
    """The lists of a round in scope."""
    found = _find(request)
    context = {
        "form": found.form,
        "round": found.round,
        "counts": found.counts,
        "page": Pages(found.rows, ROWS_A_PAGE).get_page(request.GET.get("page")),
        "may_begin": listing.may_begin(request.user),
        "export_url": f"{reverse('recognitions:batches_export')}?{request.GET.urlencode()}",
    }
    return render(request, "criteria/batches.html", context)


@signed_in("GET")
def due(request: HttpRequest) -> HttpResponse:
    """What lists wait for the person and which titles run out, as a part of their first page."""
    user, today = request.user, periods.today()
    until = running_out.announced_until(today)
    ending = register.rows(user, ends_by=until).order_by("path", "pk") if until else None
    context = {
        "due": listing.due(user),
        "ending": capped_counts([ending], register.MOST)[0] if ending is not None else 0,
        "most": register.MOST,
        "until": until,
        "ending_url": running_out.list_url(),
    }
    return render(request, "criteria/recognitions_due.html", context)


@requires("batch.view")
def export(request: HttpRequest) -> HttpResponse:
    """The same rows in the same order, as an .xlsx file."""
    content = exporters.batches_xlsx(_find(request).rows, _("Lists for recognition"))
    return workbook(content, "danh-sach-de-nghi-cong-nhan")


@requires("batch.enter")
def new(request: HttpRequest) -> HttpResponse:
    """Everything for which a place of one's own can list who is to be recognised."""
    places = offers.places(request.user)
    if not places:
        raise PermissionDenied(_("You do not list who is to be recognised at this unit."))
    form = BatchFilterForm(request.GET, list(Round.objects.all()))
    asked = request.GET.get("unit", "")
    place = next((one for one in places if str(one.unit_id) == asked), places[0])
    context = {
        "form": form,
        "round": form.chosen_round(),
        "places": places,
        "place": place,
        "offers": offers.offers(place),
    }
    return render(request, "criteria/batch_new.html", context)


@requires("batch.enter", methods=("POST",))
def begin(request: HttpRequest, round_id: int, unit_id: int) -> HttpResponse:
    """Begin a list with everybody who comes into question."""
    round_ = Round.objects.filter(pk=round_id).first()
    place = next((one for one in offers.places(request.user) if one.unit_id == unit_id), None)
    if round_ is None or place is None:
        raise Http404
    kind, title = request.POST.get("kind", ""), request.POST.get("title", "")
    offer = offers.offer_of(place, kind, title)
    if offer is None:
        raise Http404
    try:
        begun = entering.begin(request.user, round_, offer, request.POST.get("grade", ""))
    except Refused as refused:
        messages.error(request, str(refused))
        return HttpResponseRedirect(f"{reverse('recognitions:batch_new')}?unit={unit_id}")
    return HttpResponseRedirect(reverse("recognitions:batch", args=[begun.pk]))
