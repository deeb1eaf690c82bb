"""The roster of a Council and the rules by which it votes."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from awards.council import keeping, listing, permissions
from awards.forms.council import CouncilForm, EndForm, RuleForm, SeatForm, share_words
from awards.models import Council, CouncilSeat, VotingRule
from campaign.models import Source
from core import periods
from core.access import require, requires
from core.workflow import Refused
from criteria.models import AwardForm


def visible_council(request: HttpRequest, pk: int) -> Council:
    """The Council, in the scope of the person. Raises Http404."""
    found = Council.objects.visible_to(request.user).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


@requires("meeting.keep", methods=("GET", "POST"))
def new(request: HttpRequest) -> HttpResponse:
    """Enter the Council of the unit whose office the person keeps."""
    choices = keeping.without_council(request.user)
    if not choices:
        raise PermissionDenied(_("Every unit of your office has its Council already."))
    places = [place for _grant, place in choices]
    form = CouncilForm(places, request.POST or None)
    if request.method == "POST" and form.is_valid():
        grant = next(grant for grant, place in choices if place.unit_id == form.place.unit_id)
        try:
            council = keeping.found(request.user, grant, form.place, form.cleaned_data["name"])
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Entered. Now enter who sits on it, by its decision."))
            return _to(council.pk)
    status = 422 if form.is_bound else 200
    return render(request, "awards/council_form.html", {"form": form}, status=status)


@requires("meeting.view")
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Who sits on the Council, and its voting rules."""
    return _page(request, visible_council(request, pk))


@dataclass(frozen=True)
class ShownRule:
    """A rule as the page says it."""

    row: VotingRule
    share: str
    quorum: str
    is_own: bool
    in_force: bool


def _page(
    request: HttpRequest,
    council: Council,
    *,
    seat_form: SeatForm | None = None,
    rule_form: RuleForm | None = None,
) -> HttpResponse:
    keeps = permissions.keeping_grant(request.user, council) is not None
    today = periods.today()
    context: dict[str, Any] = {
        "council": council,
        "keeps": keeps,
        "today": today,
        "seats": _seats(council),
        "rules": [_shown(rule, council, today) for rule in keeping.rules_of(council)],
        "seat_form": None,
        "rule_form": None,
        "opened": "seat" if seat_form else "rule" if rule_form else "",
    }
    if keeps:
        context["seat_form"] = seat_form or _seat_form(council)
        context["rule_form"] = rule_form or _rule_form()
    status = 422 if seat_form or rule_form else 200
    return render(request, "awards/council.html", context, status=status)


def _seats(council: Council) -> list[CouncilSeat]:
    """The seats, those of today first."""
    today = periods.today()
    rows = list(council.seats.select_related("user").order_by("pk"))
    order = [position.value for position in CouncilSeat.Position]
    return sorted(rows, key=lambda seat: (today not in seat.period, order.index(seat.position)))


def _shown(rule: VotingRule, council: Council, today: periods.Day) -> ShownRule:
    return ShownRule(
        rule,
        share_words(rule.share_parts, rule.share_of),
        share_words(rule.quorum_parts, rule.quorum_of),
        rule.unit_id == council.unit_id,
        today in rule.period,
    )


def _seat_form(council: Council, data: Any = None) -> SeatForm:
    people = keeping.people_for(council)
    places = listing.units_below(council, periods.today())
    return SeatForm(people, places, data, prefix="seat")


def _rule_form(data: Any = None) -> RuleForm:
    award_forms = list(AwardForm.objects.order_by("name", "pk"))
    sources = list(Source.objects.order_by("code"))
    return RuleForm(award_forms, sources, data, prefix="rule")


def _to(pk: int) -> HttpResponse:
    return HttpResponseRedirect(reverse("meetings:council", args=[pk]))


def _kept(request: HttpRequest, pk: int) -> Council:
    """The Council, for one of its secretaries. Raises Http404, PermissionDenied."""
    council = visible_council(request, pk)
    require(permissions.may_keep(request.user, council))
    return council


def _saved(form: forms.Form, save: Callable[[], object]) -> bool:
    """Whether what the form says was saved; else the form says why not."""
    if not form.is_valid():
        return False
    try:
        save()
    except Refused as refused:
        form.add_error(refused.field or None, str(refused))
        return False
    return True


@requires("meeting.keep", methods=("POST",))
def seat(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter who sits on the Council."""
    council = _kept(request, pk)
    form = _seat_form(council, request.POST)
    if not _saved(form, lambda: keeping.seat(request.user, pk, form.said())):
        return _page(request, council, seat_form=form)
    messages.success(request, _("Saved."))
    return _to(pk)


@requires("meeting.keep", methods=("POST",))
def end_seat(request: HttpRequest, pk: int, seat_pk: int) -> HttpResponse:
    """Say until when somebody sits on the Council."""
    council = _kept(request, pk)
    return _end(
        request,
        council,
        lambda last: keeping.end_seat(request.user, pk, seat_pk, last),
        CouncilSeat.DoesNotExist,
    )


@requires("meeting.keep", methods=("POST",))
def rule(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter a voting rule of the Council's own."""
    council = _kept(request, pk)
    form = _rule_form(request.POST)
    if not _saved(form, lambda: keeping.rule(request.user, pk, form.said())):
        return _page(request, council, rule_form=form)
    messages.success(request, _("Saved."))
    return _to(pk)


@requires("meeting.keep", methods=("POST",))
def end_rule(request: HttpRequest, pk: int, rule_pk: int) -> HttpResponse:
    """Say until when a rule is in force."""
    council = _kept(request, pk)
    return _end(
        request,
        council,
        lambda last: keeping.end_rule(request.user, pk, rule_pk, last),
        VotingRule.DoesNotExist,
    )


def _end(
    request: HttpRequest,
    council: Council,
    end: Callable[[periods.Day], object],
    missing: type[Exception],
) -> HttpResponse:
    """End a seat or a rule on the day that was sent; what is wrong stands at the page's top."""
    form = EndForm(request.POST)
    if not form.is_valid():
        messages.error(request, str(form.errors["last"][0]))
        return _page_again(request, council)
    try:
        end(form.cleaned_data["last"])
    except missing:
        raise Http404 from None
    except Refused as refused:
        messages.error(request, str(refused))
        return _page_again(request, council)
    messages.success(request, _("Saved."))
    return _to(council.pk)


def _page_again(request: HttpRequest, council: Council) -> HttpResponse:
    shown = _page(request, council)
    shown.status_code = 422
    return shown
