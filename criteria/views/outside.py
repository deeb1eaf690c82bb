"""The page of the results of congdanhoctap.vn."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from core.access import requires
from core.paging import Pages
from criteria import outside
from criteria.forms.listing import OutsideForm
from criteria.models import OutsideResult, OutsideResultQuerySet
from units import scope

ROWS_A_PAGE = 50


@requires("assessment.view")
def totals(request: HttpRequest) -> HttpResponse:
    """The results of a year by commune, and of all together; without anybody's line."""
    mine = outside.of_scope(request.user)
    form, year, found = _of_year(request, mine)
    context = {
        "form": form,
        "year": year,
        "rows": outside.by_commune(found),
        "sums": outside.sums(found),
    }
    return render(request, "criteria/outside_sums.html", context)


def _of_year(
    request: HttpRequest, mine: OutsideResultQuerySet
) -> tuple[OutsideForm, int | None, OutsideResultQuerySet]:
    """The filter, the year that it chooses or the newest, and the results of that year."""
    years = list(mine.order_by("-assessed_year").values_list("assessed_year", flat=True).distinct())
    form = OutsideForm(request.GET, years)
    year = form.chosen("year") or (years[0] if years else None)
    return form, year, mine.filter(assessed_year=year) if year else mine.none()


@requires("members.view")
def index(request: HttpRequest) -> HttpResponse:
    """The results of a year; a person counts once, in however many lists."""
    form, year, found = _of_year(request, OutsideResult.objects.visible_to(request.user))
    page = Pages(outside.rows(found), ROWS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "rows": outside.shown(list(page)),
        "sums": outside.sums(found),
        "year": year,
        "may_bring": scope.of(request.user).has("members.edit"),
    }
    return render(request, "criteria/outside.html", context)
