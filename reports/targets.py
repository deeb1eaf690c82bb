"""The targets of the plans: how far the communes in the person's scope are, together and each."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode

from accounts import demonstration
from campaign.models import Document, Target
from core import periods, seals
from core.access import requires
from core.documents.render import render_pdf
from core.paging import Pages
from core.views import files
from criteria import allotting, targets
from reports import target_papers
from reports.target_rows import Row
from units import borders, scope
from units.borders import Reading
from units.forms.borders import BorderedDayForm
from units.models import Placement

ROWS_A_PAGE = 50


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
    wanted, there = list(found), {one.unit_id: one for one in places}
    numbers = targets.numbers(wanted, there.values(), day)
    return _Known(day, numbers, allotting.of_units(wanted, there))


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
    target, together, rows = _whole(request, pk, asked)
    context = {
        "target": target,
        "together": together,
        "allotted": targets.allotted_together(one.standing for one in rows),
        "page": Pages(rows, ROWS_A_PAGE).get_page(request.GET.get("page")),
        "unassigned": sum(row.waits for row in rows),
        "may_allot": scope.of(request.user).has("target.allot"),
        **asked.context,
    }
    return render(request, "reports/target.html", context)


def _whole(request: HttpRequest, pk: int, asked: _Asked) -> tuple[Target, Row, list[Row]]:
    """A target, together and of each commune. Raises Http404."""
    found = targets.visible_to(request.user, asked.day, asked.reading)
    target = next((one for one in found if one.pk == pk), None)
    if target is None:
        raise Http404
    known = _known([target], found[target], asked.day)
    rows = [known.row(target, one) for one in found[target]]
    return target, known.together(target, rows), rows


@requires("figures.view")
def paper(request: HttpRequest, pk: int) -> HttpResponse:
    """The same as a PDF file, with the same picture, as of the same day and in the same borders."""
    asked = _asked(request)
    target, together, rows = _whole(request, pk, asked)
    content = target_papers.standing(
        target,
        together,
        rows,
        day=asked.day,
        issuer=scope.of(request.user).grants[0].unit_name,
        digest=seals.day_root(periods.today()),
        is_demo=demonstration.is_loaded(),
    )
    return files.paper(render_pdf(content), f"chi-tieu-{target.year}-{target.code}")
