"""Whom to propose: who qualifies for a form, why the others do not, many at once."""

from typing import Any, NamedTuple

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from awards.forms.nominations import ProposingForm
from awards.nominating import candidates, entering, listing
from campaign.queries import Occasion
from core import periods
from core.access import requires
from core.paging import Pages
from core.views.ticked import ticked
from core.workflow import Refused
from criteria.models import AwardForm
from units import permissions as unit_permissions
from units import personal, scope
from units.forms.units import OpeningForm
from units.models import MEMBER_KINDS, Placement

ROWS_A_PAGE = 50


def _places(user: Any) -> list[Placement]:
    """The units for which `user` proposes, by name. Raises PermissionDenied where there is none."""
    found = Placement.objects.on(periods.today()).filter(unit__in=listing.proposing_units(user))
    places = list(found.order_by("name", "pk"))
    if not places:
        raise PermissionDenied(_("You do not propose for any unit today."))
    return places


@requires("nomination.enter")
def new(request: HttpRequest) -> HttpResponse:
    """Whom a unit may propose for a form, each with why or why not."""
    form = ProposingForm(request.GET, _places(request.user))
    return _page(request, form)


def _page(
    request: HttpRequest, form: ProposingForm, opening: OpeningForm | None = None, status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {
        "form": form,
        "query": request.GET.urlencode(),
        "page": None,
        "shows_names": False,
    }
    asked = _asked(form)
    if asked:
        context |= _candidates(request, form.place, asked, opening)
    return render(request, "awards/proposing.html", context, status=status)


class _Asked(NamedTuple):
    """For what, and whom of: all that has to be chosen."""

    form: AwardForm
    occasion: Occasion
    kind: str


def _asked(form: ProposingForm) -> _Asked | None:
    """What was chosen; None where there is nothing to choose."""
    if form.award_form is None or form.chosen_occasion is None or form.chosen_kind is None:
        return None
    return _Asked(form.award_form, form.chosen_occasion, form.chosen_kind)


def _candidates(
    request: HttpRequest, place: Placement, asked: _Asked, opening: OpeningForm | None
) -> dict[str, Any]:
    is_member = asked.kind in MEMBER_KINDS
    # Who proposes is appointed at the unit itself: what manages it needs not be asked.
    right = unit_permissions.grant_over(request.user, "personal.read", place, ())
    may_open = is_member and right is not None
    reading = personal.open_reading(request.user, place.unit_id) if may_open else None
    rows: Any = candidates.rows(place, asked.kind)
    if reading is not None:
        rows = rows.select_related("unit__personal")
    page = Pages(rows, ROWS_A_PAGE).get_page(request.GET.get("page"))
    judged = candidates.judge(list(page.object_list), place, asked.form, asked.occasion)
    return {
        "page": page,
        "rows": judged,
        "shows_names": reading is not None,
        "may_open": may_open and reading is None,
        "opening": opening or OpeningForm(),
        "reason_length": personal.REASON_LENGTH,
        "open_ones": sum(one.nomination is None for one in judged),
    }


@requires("nomination.enter", methods=("POST",))
def begin(request: HttpRequest) -> HttpResponse:
    """Begin a nomination for each of those that were ticked."""
    form = ProposingForm(request.GET, _places(request.user))
    keys = set(ticked(request, ROWS_A_PAGE))
    asked = _asked(form)
    chosen = candidates.chosen(form.place, asked.kind, keys) if asked else []
    if asked is None or not chosen:
        messages.error(request, _("Tick whom you propose first."))
        return _page(request, form, status=422)
    grant = scope.of(request.user).grant_at(form.place.unit_id, "nomination.enter")
    assert grant is not None  # noqa: S101 -- the form takes no other place
    try:
        begun = entering.begin(request.user, grant, asked.form, asked.occasion, chosen)
    except Refused as refused:
        messages.error(request, str(refused))
        return _page(request, form, status=409)
    if not begun:
        messages.error(request, _("All of them are proposed already."))
        return _page(request, form, status=409)
    sentence = ngettext(
        "%(number)d nomination begun. Go on with its report.",
        "%(number)d nominations begun. Go on with their reports.",
        len(begun),
    )
    messages.success(request, sentence % {"number": len(begun)})
    if len(begun) == 1:
        return HttpResponseRedirect(reverse("nominations:detail", args=[begun[0].pk]))
    query = urlencode({"form": asked.form.code, "state": "draft"})
    return HttpResponseRedirect(f"{reverse('nominations:index')}?{query}")


@requires("nomination.enter", methods=("POST",))
def names(request: HttpRequest) -> HttpResponse:
    """Open the names of the unit's members for an hour, saying why."""
    form = ProposingForm(request.GET, _places(request.user))
    allowed, why_not = unit_permissions.may_read_names(request.user, form.place)
    if not allowed:
        raise PermissionDenied(why_not)
    opening = OpeningForm(request.POST)
    if not opening.is_valid():
        return _page(request, form, opening, status=422)
    personal.open_names(request.user, form.place, opening.cleaned_data["reason"])
    return HttpResponseRedirect(f"{reverse('nominations:new')}?{request.GET.urlencode()}")
