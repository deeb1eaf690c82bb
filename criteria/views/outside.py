"""The page of the results of congdanhoctap.vn."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from core.access import requires
from core.paging import Pages
from criteria import outside
from criteria.forms.listing import OutsideForm
from criteria.models import OutsideResult
from units import scope

ROWS_A_PAGE = 50


@requires("members.view")
def index(request: HttpRequest) -> HttpResponse:
    """The results of a year; a person counts once, in however many lists."""
    mine = OutsideResult.objects.visible_to(request.user)
    years = list(mine.order_by("-assessed_year").values_list("assessed_year", flat=True).distinct())
    form = OutsideForm(request.GET, years)
    year = form.chosen("year") or (years[0] if years else None)
    found = mine.filter(assessed_year=year) if year else mine.none()
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
