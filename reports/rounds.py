"""The rounds, and the phases that end with commendations: when what is due, who moved it and why,
and how far everybody is."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from campaign import rounds
from campaign.models import Campaign, Phase, Round, RoundDeadline
from core.access import requires
from criteria import listing
from criteria.models import AwardForm
from units import borders
from units.borders import Reading


@dataclass(frozen=True)
class Progress:
    """How many units stand in a state, and the list that shows them."""

    state: str
    label: str
    number: int
    url: str


@requires("assessment.view")
def index(request: HttpRequest) -> HttpResponse:
    """All rounds, the newest first, and the phases at whose end somebody is commended."""
    context = {
        "rounds": list(Round.objects.select_related("opened_by")),
        "phases": list(phases()),
        "may_open": _may_open(request.user),
    }
    return render(request, "reports/rounds.html", context)


def phases() -> "QuerySet[Phase]":
    """The phases that end with a review, of documents that name forms for it."""
    named = AwardForm.objects.filter(
        document=OuterRef("document"), occasion=AwardForm.Occasion.PHASE_END
    )
    return _reviewed().filter(Exists(named)).order_by("document__order", "order")


def _reviewed() -> "QuerySet[Phase]":
    return Phase.objects.exclude(review=Phase.Review.NONE).select_related("document")


@requires("assessment.view")
def phase(request: HttpRequest, pk: int) -> HttpResponse:
    """One phase: its years, and until when is proposed at its end, as far as it concerns the
    person."""
    found = _reviewed().filter(pk=pk).first()
    if found is None:
        raise Http404
    context = {
        "phase": found,
        "deadlines": [_row(request.user, one) for one in rounds.concerning(request.user, found)],
        "manages": request.user.has_perm("round.manage"),
    }
    return render(request, "reports/phase.html", context)


def _may_open(user: Any) -> bool:
    """Whether the person opens rounds of the campaign; only who keeps any is asked further."""
    if not user.has_perm("round.manage"):
        return False
    campaign = Campaign.objects.select_related("document").order_by("pk").first()
    return campaign is not None and rounds.may_open(user, campaign)[0]


@requires("assessment.view")
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One round: its days, the deadlines that concern the person, the progress in their scope."""
    round_ = Round.objects.select_related("campaign__document", "opened_by").filter(pk=pk).first()
    if round_ is None:
        raise Http404
    manages = request.user.has_perm("round.manage")
    opens = manages and rounds.may_open(request.user, round_.campaign)[0]
    correctable, why_not = rounds.is_correctable(round_) if opens else (False, "")
    reading = borders.of_person(request, "assessment.view", listing.day_of(round_))
    context = {
        "round": round_,
        "deadlines": [_row(request.user, one) for one in rounds.concerning(request.user, round_)],
        "progress": progress(request.user, round_, reading),
        "borders": reading.choices,
        "manages": manages,
        "may_correct": correctable,
        "why_not": why_not,
    }
    return render(request, "reports/round.html", context)


def _row(user: Any, deadline: RoundDeadline) -> dict[str, Any]:
    path = deadline.place_path  # type: ignore[attr-defined]
    mine = any(path.startswith(grant.path) for grant in rounds.managing_grants(user))
    changes = list(deadline.changes.all())
    return {"deadline": deadline, "changes": changes, "may_move": mine}


def progress(user: Any, round_: Round, reading: Reading) -> list[Progress]:
    """How far the units in scope are with their self-assessments, how many are late, and how many
    of them belong to divided units; each with the list that shows them."""
    listed = listing.rows(user, round_, reading=reading)
    if not listed:
        return []
    address = reverse("assessments:index")

    def url(**filters: str) -> str:
        return f"{address}?{urlencode({'round': round_.code, **reading.query, **filters})}"

    counted = listing.counts(listed)
    found = [
        Progress(state, str(listing.STATES[state]), number, url(state=state))
        for state, number in counted.items()
    ]
    overdue = sum(row.overdue for row in listed)
    found.append(Progress("late", _("overdue"), overdue, url(overdue="on")))
    if unassigned := listing.unassigned(listed):
        found.append(Progress("warning", _("not assigned"), unassigned, url(unassigned="on")))
    return found
