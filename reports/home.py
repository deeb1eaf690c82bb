"""Việc của tôi: the first page of everybody, with what waits for them and what to do next."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.defaultfilters import date as format_date
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaign.models import Round
from campaign.queries import current_round
from core import periods
from core.access import requires, signed_in
from criteria import listing, permissions
from criteria.books import reading as books
from criteria.explain import STATUS_LABELS
from criteria.models import AssessmentState
from criteria.outcome import Status
from reports import overview, tasks
from reports.tasks import Task
from units import borders, roles, scope
from units.borders import TODAYS, Reading

OWN = frozenset({"assessment.fill", "assessment.send"})


@dataclass(frozen=True)
class Card:
    """One task as the page shows it.

    `lines` say where it stands; `url` is where to go on, by POST where `begins`.
    """

    task: Task
    label: str
    lines: tuple[str, ...]
    url: str
    action: str
    reason: str = ""
    begins: bool = False
    allowed: bool = True
    why_not: str = ""
    result: Status | None = None
    result_label: str = ""


@dataclass(frozen=True)
class Tile:
    """A number that is a link to its list."""

    number: int
    state: str
    label: str
    url: str


@signed_in("GET")
def home(request: HttpRequest) -> HttpResponse:
    """What the person has to do, by what their appointments of today let them do."""
    user = request.user
    held = scope.of(user)
    round_ = current_round(periods.today().year)
    places = tasks.own_units(_own_units(held))
    cards = [_card(user, task) for task in tasks.tasks_of(user, places, round_)] if places else []
    offices = permissions.review_offices(user)
    reviews = offices if _oversees(held) else set()
    reading = TODAYS
    if round_ and _oversees(held):
        reading = borders.of_person(request, "assessment.view", listing.day_of(round_))
    context = {
        "round": round_,
        "has_units": bool(places),
        "cards": cards,
        "launches": tasks.launches_of(user) if held.has("launch.answer") else [],
        "launched": overview.launched(user) if held.has("launch.make") else [],
        "entries": overview.entries_to_check(user) if _checks_registers(held) else [],
        "keeps_members": _keeps_members(held),
        "refused_titles": tasks.refused_of(user, places) if places else [],
        "waiting_titles": [place for place in places if place.waiting],  # type: ignore[attr-defined]
        "to_review": [place for place in places if place.unit_id in offices and place.to_review],  # type: ignore[attr-defined]
        "review": overview.to_review(user, reviews) if reviews else None,
        "confirm": overview.to_confirm(user) if held.has("recognition.confirm") else None,
        "tiles": list(_tiles(user, round_, reading)) if round_ and _oversees(held) else [],
        "borders": reading.choices,
        "has_role": bool(held.grants),
        "manages_people": held.has("people.manage"),
        "confirms_reforms": held.has("units.confirm_reform"),
        "at_meetings": held.has("meeting.keep") or held.has("meeting.vote"),
    }
    return render(request, "reports/home.html", context)


@requires("members.view")
def home_books(request: HttpRequest) -> HttpResponse:
    """The lists of the person's own hamlet or office that are assessed together, for the first page
    to put in once it stands: whoever keeps them has more to read there than one page asks."""
    user = request.user
    round_ = current_round(periods.today().year)
    keeps = _keeps_members(scope.of(user))
    context = {"books": books.overview(user, round_) if keeps and round_ else []}
    return render(request, "reports/home_books.html", context)


def _checks_registers(held: scope.Scope) -> bool:
    return held.has("register.confirm") or held.has("inspection.confirm")


def _keeps_members(held: scope.Scope) -> bool:
    """Whether the person keeps the list of a hamlet or office; a commune has its own page for all
    of them."""
    reaches = (grant.role.reaches("members.view") for grant in held.grants)
    return any(roles.Reach.OWN in one for one in reaches)


def _own_units(held: scope.Scope) -> set[int]:
    return {grant.unit_id for grant in held.grants if grant.role.everything & OWN}


def _oversees(held: scope.Scope) -> bool:
    """Whether the person sees the self-assessments of more than their own unit."""
    return any(
        "assessment.view" in grant.role.everything and grant.role.reach != roles.Reach.OWN
        for grant in held.grants
    )


# Tasks


def _card(user: Any, task: Task) -> Card:
    if task.assessment is None:
        return _card_to_begin(user, task)
    url = reverse("assessments:detail", args=[task.assessment.pk])
    says = {
        AssessmentState.DRAFT: _draft,
        AssessmentState.RETURNED: _returned,
        AssessmentState.SENT: _sent,
        AssessmentState.RECEIVED: _received,
        AssessmentState.CONFIRMED: _confirmed,
    }
    return says[AssessmentState(task.state)](task, task.assessment, url)


def _card_to_begin(user: Any, task: Task) -> Card:
    if task.criteria_set is None:
        return _card_not_configured(task)
    place = task.placement
    allowed = bool(permissions.grant_over(user, "assessment.fill", place))
    return Card(
        task,
        label=_("not begun"),
        lines=(
            ()
            if task.received
            else (_("No office is configured to receive it: it can be filled in, not sent."),)
        ),
        url=reverse("assessments:begin", args=[task.round.pk, place.unit_id]),
        action=_("Begin"),
        begins=True,
        allowed=allowed,
        why_not="" if allowed else _("The officer who fills it in begins it; you send it."),
    )


def _card_not_configured(task: Task) -> Card:
    if task.rivals:
        names = "; ".join(str(rival) for rival in task.rivals)
        line = _("Several criteria sets contradict each other: %(names)s.") % {"names": names}
    elif task.why_none:
        line = task.why_none
    else:
        line = _(
            "Criteria come with a plan of the province, published here once it is issued; none "
            "that holds in this territory speaks of units of this kind."
        )
    hint = _("Nothing is due until then.")
    return Card(
        task,
        label=_("not configured"),
        lines=(line, hint),
        url=reverse("criteria:index"),
        action=_("Look at the criteria sets"),
    )


def _draft(task: Task, assessment: Any, url: str) -> Card:
    label = str(assessment.get_state_display())
    return Card(task, label, (), url, _("Go on"))


def _returned(task: Task, assessment: Any, url: str) -> Card:
    lines: tuple[str, ...] = ()
    if assessment.marks:
        lines = (
            ngettext(
                "%(number)d criterion is marked for correction.",
                "%(number)d criteria are marked for correction.",
                assessment.marks,
            )
            % {"number": assessment.marks},
        )
    label = str(assessment.get_state_display())
    return Card(task, label, lines, url, _("Correct"), reason=assessment.return_reason or "")


def _sent(task: Task, assessment: Any, url: str) -> Card:
    line = _("Sent on %(day)s; waits to be received by %(office)s.") % {
        "day": _day(assessment.sent_at),
        "office": assessment.receiver_name or "–",
    }
    return Card(task, str(assessment.get_state_display()), (line,), url, _("Look at it"))


def _received(task: Task, assessment: Any, url: str) -> Card:
    line = _("Received on %(day)s; %(office)s reviews it.") % {
        "day": _day(assessment.received_at),
        "office": assessment.receiver_name or "–",
    }
    lines: tuple[str, ...] = (line,)
    if assessment.last_reason:  # receiving needs no reason, undoing the confirmation does
        undone = _("Confirming undone: %(reason)s") % {"reason": assessment.last_reason}
        lines = (undone, line)
    return Card(task, str(assessment.get_state_display()), lines, url, _("Look at it"))


def _confirmed(task: Task, assessment: Any, url: str) -> Card:
    status = Status(assessment.result_status)
    return Card(
        task,
        str(assessment.get_state_display()),
        (_("Confirmed on %(day)s.") % {"day": _day(assessment.confirmed_at)},),
        url,
        _("Look at the result"),
        result=status,
        result_label=str(STATUS_LABELS[status]),
    )


def _day(moment: datetime) -> str:
    """The day of a moment on the wall calendar of the office, not of UTC."""
    return format_date(localtime(moment), "d/m/Y")


# Numbers


def _tiles(user: Any, round_: Round, reading: Reading) -> Iterator[Tile]:
    """How many units stand where, as the list of the round counts them."""
    listed = listing.rows(user, round_, reading=reading)
    if not listed:
        return
    counted = listing.counts(listed)
    for state, label in listing.STATES.items():
        if state != listing.NOT_CONFIGURED or state in counted:
            url = _list_url(round_, reading, state=state)
            yield Tile(counted.get(state, 0), state, str(label), url)
    overdue = sum(row.overdue for row in listed)
    yield Tile(overdue, "late", _("overdue"), _list_url(round_, reading, overdue="on"))
    if unassigned := listing.unassigned(listed):
        url = _list_url(round_, reading, unassigned="on")
        yield Tile(unassigned, "warning", _("not assigned"), url)


def _list_url(round_: Round, reading: Reading, **filters: str) -> str:
    """The list of self-assessments in the same borders, filtered."""
    query = {"round": round_.code, **reading.query, **filters}
    return f"{reverse('assessments:index')}?{urlencode(query)}"
