"""The units: the tree of a day, search, and the page of one unit."""

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from core import periods
from core.access import requires
from core.paging import Pages
from units import borders, lineage, page_parts, permissions, queries, roles, scope
from units.borders import TODAYS, Borders, Counts, Reading
from units.forms.borders import BorderedBrowseForm, BorderedDayForm
from units.forms.units import BrowseForm, DayForm
from units.models import Appointment, Placement, UnitKind
from units.reforming.permissions import PROPOSE
from units.views import keeping

RESULTS_A_PAGE = 50
CHILDREN_A_PAGE = 200  # the largest province has 168 communes


@dataclass(frozen=True)
class Found:
    """A result: the state that matched, what it lay in, and the query string of a day of it."""

    placement: Placement
    chain: list[Placement]
    day_query: str


@requires("units.view")
def index(request: HttpRequest) -> HttpResponse:
    """The tree of a day, or the results of a search."""
    form = BorderedBrowseForm(request.GET)
    asked = form.chosen_day()
    day = asked or periods.today()
    context = {"form": form, "day": day, "asked": asked, "day_query": _day_query(asked)}
    words = form.cleaned_data.get("q", "")
    context |= _results(request, form, day, words) if words else _tree(request, form, day)
    return render(request, "units/index.html", context)


def _results(
    request: HttpRequest, form: BrowseForm, day: periods.Day, words: str
) -> dict[str, Any]:
    ever = form.cleaned_data["ever"]
    page = _page(request, queries.search(words, None if ever else day), RESULTS_A_PAGE)
    chains = queries.chains(page, day)
    at_other_times = 0
    if not page.paginator.count and not ever:
        at_other_times = queries.search(words, None).count()
    return {
        "words": words,
        "page": page,
        "found": [
            Found(one, chains[one.pk], _day_query(queries.day_within(one.period, day)))
            for one in page
        ],
        "too_many": page.paginator.count > queries.MOST_RANKED,
        "most": queries.MOST_RANKED,
        "at_other_times": at_other_times,
    }


def _tree(request: HttpRequest, form: BrowseForm, day: periods.Day) -> dict[str, Any]:
    under = form.cleaned_data.get("under")
    if "under" in form.errors:
        raise Http404
    wanted = Q(unit=under) if under else Q(kind=UnitKind.COUNTRY, located_in=None)
    root = Placement.objects.on(day).filter(wanted).first()
    if under and not root and not Placement.objects.filter(unit=under).exists():
        raise Http404
    reading, counted = _counted(request, root, day) if root else (TODAYS, Counts([]))
    return {
        "words": "",
        "root": root,
        "chain": queries.chains([root], day)[root.pk] if root else [],
        "borders": reading.choices,
        "counted": counted,
        "page": _page(request, queries.children(root.unit_id, day), CHILDREN_A_PAGE)
        if root
        else None,
    }


def _counted(request: HttpRequest, shown: Placement, day: periods.Day) -> tuple[Reading, Counts]:
    """What lies in a unit on a day: as its tree has it, or in today's borders where an address says
    so and the unit is there today (one query; of a day before a reform two more)."""
    present = queries.present(shown) if day < periods.today() else None
    reading = TODAYS
    if present:
        reading = borders.of_unit(request, present.path, day, usual=Borders.THEN)
    if present and reading.choices:
        return reading, borders.counts(present, day, reading)
    return reading, Counts(queries.counts_within(shown.path, day))


@requires("units.view")
def children(request: HttpRequest, pk: int) -> HttpResponse:
    """The part of the tree below one unit, for the page to put in when it is opened."""
    asked = DayForm(request.GET).chosen_day()
    page = _page(request, queries.children(pk, asked or periods.today()), CHILDREN_A_PAGE)
    if not page.object_list and not Placement.objects.filter(unit=pk).exists():
        raise Http404
    context = {"unit_id": pk, "day_query": _day_query(asked), "page": page}
    return render(request, "units/children.html", context)


@requires("units.view")
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """What a unit was, is and became, where it lies, what lies in it, who may act for it."""
    form = BorderedDayForm(request.GET)
    asked = form.chosen_day()
    today = periods.today()
    states = queries.states_of([pk])[pk]
    if not states:
        raise Http404
    shown = _nearest(states, asked or today)
    day = queries.day_within(shown.period, asked or today)
    moments = lineage.moments(states, day)
    present = queries.state_on(states, today)
    managers = queries.managers_of([present], today)[present.unit_id] if present else ()
    reading, counted = _counted(request, shown, day)
    context = {
        "form": form,
        "asked": asked,
        "day": day,
        "day_query": _day_query(asked),
        "shown": shown,
        "runs": present is not None,
        "last_day": periods.last_day(states[-1].period),
        "first_day": periods.first_day(states[0].period),
        "moments": moments,
        "chain": next(one.chain for one in moments if one.state is shown),
        "manager": shown.managed_by_id and queries.placement_of(shown.managed_by_id, day),
        "borders": reading.choices,
        "counted": counted,
        **_people(request, present),
        **_assessed(request, present, managers),
        **keeping.part(request, present, counted.numbers, managers),
        **_reforms(request, present, managers),
    }
    return render(request, "units/detail.html", context)


def _people(request: HttpRequest, present: Placement | None) -> dict[str, Any]:
    """Who may act for the unit today: only for people in whose scope it lies."""
    if not present:
        return {"in_scope": False, "appointments": [], "may_appoint": False}
    held = scope.of(request.user)
    grant = held.grant_for("units.view", unit_id=present.unit_id, path=present.path)
    appoints = held.grant_for("people.manage", unit_id=present.unit_id, path=present.path)
    appointments = (
        Appointment.objects.on(periods.today())
        .visible_to(request.user)
        .filter(unit=present.unit_id)
        .select_related("user", "deputising_for__user")
        .order_by("role", "user__full_name", "pk")
    )
    return {
        "in_scope": grant is not None,
        "appointments": list(appointments) if grant else [],
        "may_appoint": appoints is not None,
    }


def _reforms(
    request: HttpRequest, present: Placement | None, managers: tuple[int, ...]
) -> dict[str, Any]:
    """Where the reforms ahead of the unit are told, and where one is proposed, by who may."""
    if not present or present.kind == UnitKind.COUNTRY:
        return {"reforms_url": "", "reform_url": ""}
    grant = permissions.grant_over(request.user, PROPOSE, present, managers)
    proposing = f"{reverse('reforms:new')}?unit={present.unit_id}" if grant else ""
    return {
        "reforms_url": reverse("reforms:of_unit", args=[present.unit_id]),
        "reform_url": proposing,
    }


def _assessed(
    request: HttpRequest, present: Placement | None, managers: tuple[int, ...]
) -> dict[str, Any]:
    """Whether somebody at the unit can fill in its self-assessment, and what other apps have to say
    of it, for who sees that (one query)."""
    if present is None or present.kind not in (UnitKind.COMMUNE, *permissions.KEPT_KINDS):
        return {"is_assessed": False}
    sees = permissions.grant_over(request.user, "assessment.view", present, managers)
    fillers = Appointment.objects.on(periods.today()).filter(
        unit=present.unit_id, role__in=roles.with_capability("assessment.fill")
    )
    if sees is None:
        return {"is_assessed": False}
    return {
        "is_assessed": True,
        "has_assessor": fillers.exists(),
        "parts": page_parts.urls(request.user, present.unit_id),
    }


def _nearest(states: list[Placement], day: periods.Day) -> Placement:
    """The state of `day`, else the last one before it, else the first one."""
    begun = [one for one in states if (periods.first_day(one.period) or periods.Day.min) <= day]
    return (begun or states[:1])[-1]


def _page(request: HttpRequest, rows: Any, size: int) -> "Page[Placement]":
    return Pages(rows, size).get_page(request.GET.get("page"))


def _day_query(day: periods.Day | None) -> str:
    """What links carry on so that they stay on the day; nothing for today."""
    return f"?day={day:%d/%m/%Y}" if day and day != periods.today() else ""
