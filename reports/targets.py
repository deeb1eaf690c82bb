"""The targets of the plans: how far the communes in the person's scope are, together and each."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode

from campaign.models import Document, Target
from core import periods
from core.access import requires
from core.paging import Pages
from criteria import allotting, targets
from criteria.targets import Standing
from units import borders
from units.borders import Reading
from units.forms.borders import BorderedDayForm
from units.models import Placement

ROWS_A_PAGE = 50


@dataclass(frozen=True)
class Row:
    """A target, or a commune under one, with how it stands.

    Attributes:
        a_year: how many it takes in each year that is left; None where that cannot be said.
        place: the commune; None for all of them together.
        is_own: whether the commune has to reach another share than the plan's.
    """

    target: Target
    standing: Standing
    a_year: int | None
    place: Placement | None = None
    is_own: bool = False

    @property
    def waits(self) -> bool:
        """Whether the commune is not assigned."""
        return bool(getattr(self.place, "waits", False))


@dataclass(frozen=True)
class _Known:
    """What is known on a day of some targets and communes, read once."""

    day: periods.Day
    numbers: targets.Numbers
    allotted: dict[tuple[int, int], allotting.Allotted]

    def row(self, target: Target, place: Placement) -> Row:
        """A commune under a target."""
        allotted = self.allotted[target.pk, place.unit_id]
        found = targets.standing_of(target, place.unit_id, self.numbers, allotted.share)
        a_year = found.a_year(targets.years_left(target, self.day))
        return Row(target, found, a_year, place, allotted.is_own)

    def together(self, target: Target, rows: Sequence[Row]) -> Row:
        """All communes as one, by the share of the plan; one alone is itself."""
        share = rows[0].standing.share if len(rows) == 1 else target.share
        found = targets.together(share, (one.standing for one in rows))
        return Row(target, found, found.a_year(targets.years_left(target, self.day)))


def _known(found: Iterable[Target], places: Iterable[Placement], day: periods.Day) -> _Known:
    units = {one.unit_id for one in places}
    return _Known(day, targets.numbers(units, day), allotting.of_units(list(found), units))


@dataclass(frozen=True)
class _Asked:
    """The day that an address asks for, and the borders in which its communes count."""

    form: BorderedDayForm
    day: periods.Day
    reading: Reading

    @property
    def context(self) -> dict[str, Any]:
        """What the pages show of it."""
        is_today = self.day == periods.today()
        of_day = {} if is_today else {"day": f"{self.day:%d/%m/%Y}"}
        return {
            "form": self.form,
            "day": self.day,
            "is_today": is_today,
            "borders": self.reading.choices,
            "query": urlencode({**self.reading.query, **of_day}),
        }


def _asked(request: HttpRequest) -> _Asked:
    form = BorderedDayForm(request.GET)
    day = min(form.chosen_day() or periods.today(), periods.today())
    return _Asked(form, day, borders.of_person(request, "figures.view", day))


@requires("figures.view")
def index(request: HttpRequest) -> HttpResponse:
    """All targets that concern the person, by their documents, as of today or a day before."""
    asked = _asked(request)
    found = targets.visible_to(request.user, asked.day, asked.reading)
    known = _known(found, (one for places in found.values() for one in places), asked.day)
    rows = [
        known.together(target, [known.row(target, one) for one in places])
        for target, places in found.items()
    ]
    documents: list[tuple[Document, list[Row]]] = [
        (document, list(of_document))
        for document, of_document in groupby(rows, key=lambda row: row.target.document)
    ]
    return render(request, "reports/targets.html", {"documents": documents, **asked.context})


@requires("figures.view")
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One target: together, and of each commune in the person's scope; else 404."""
    asked = _asked(request)
    found = targets.visible_to(request.user, asked.day, asked.reading)
    target = next((one for one in found if one.pk == pk), None)
    if target is None:
        raise Http404
    known = _known([target], found[target], asked.day)
    rows = [known.row(target, one) for one in found[target]]
    page = Pages(rows, ROWS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "target": target,
        "together": known.together(target, rows),
        "allotted": targets.allotted_together(one.standing for one in rows),
        "page": page,
        "unassigned": sum(row.waits for row in rows),
        **asked.context,
    }
    return render(request, "reports/target.html", context)
