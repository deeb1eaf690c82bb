"""The calendar of working days: its years, counting a term, entering and correcting a year."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from core import calendar, periods
from core.access import requires, signed_in
from core.calendar import Difference, Plan, Special
from core.forms.calendar import (
    DayForms,
    NewYearForm,
    TermForm,
    YearForm,
    initial_of,
    plan_from,
    rows_of,
)
from core.models import CalendarDay, CalendarRevision, CalendarYear
from core.models.calendar import FIRST_YEAR, LAST_YEAR
from core.presentation import HistoryLine
from core.views.steps import reason_of, say_refused
from core.workflow import Refused

MANAGE = "calendar.manage"


@signed_in("GET")
def index(request: HttpRequest) -> HttpResponse:
    """The years that are entered, and a term counted by them."""
    known = calendar.load()
    form = TermForm(request.GET)
    term, why_not = None, ""
    if form.is_bound and form.is_valid():
        try:
            term = calendar.add_working_days(
                form.cleaned_data["day"], form.cleaned_data["number"], known
            )
        except ValueError as error:
            why_not = str(error)
    manages = request.user.has_perm(MANAGE)
    if manages and request.GET.get("year"):
        asked = NewYearForm(request.GET)
        if asked.is_valid():
            return HttpResponseRedirect(reverse("calendar:edit", args=[asked.cleaned_data["year"]]))
    context = {
        "form": form,
        "term": term,
        "why_not": why_not,
        "years": CalendarYear.objects.all(),
        "this_year": periods.today().year,
        "this_year_known": periods.today().year in known.years,
        "next_year": max([periods.today().year, *known.years]) + 1,
        "manages": manages,
    }
    return render(request, "calendar/index.html", context)


@signed_in("GET")
def year(request: HttpRequest, year: int) -> HttpResponse:
    """One year: its document, the days that differ from the week, what was changed and why."""
    plan = calendar.plan_of(year)
    revisions = list(CalendarRevision.objects.filter(year=year).select_related("by"))
    if plan is None and not revisions:
        raise Http404
    context = {
        "year": year,
        "plan": plan,
        "kinds": CalendarDay.Kind,
        "history": [_line(one) for one in reversed(revisions)],
        "last_revision": revisions[-1].pk if revisions else 0,
        "manages": request.user.has_perm(MANAGE),
    }
    return render(request, "calendar/year.html", context)


def _line(revision: CalendarRevision) -> HistoryLine:
    before, after = (
        Plan.of_json(kept) if kept else None for kept in (revision.before, revision.after)
    )
    entered, corrected, taken_out = _("Entered"), _("Corrected"), _("Taken out")
    label = entered if before is None else corrected if after else taken_out
    return HistoryLine(
        revision.at,
        label,
        actor=str(revision.by) if revision.by else _("the portal"),
        reason=revision.reason,
        changes=() if before is None or after is None else _changes(before, after),
    )


def _changes(before: Plan, after: Plan) -> tuple[tuple[str, str, str], ...]:
    """What differs, as (name, before, after)."""
    changed = [
        (one.day.strftime("%d/%m/%Y"), said_of(one.before), said_of(one.after))
        for one in calendar.differences(before, after)
    ]
    if before.citation != after.citation:
        changed.insert(0, (_("Document"), before.citation, after.citation))
    if before.provenance != after.provenance:
        changed.append(
            (_("Where the record is from"), before.provenance or "–", after.provenance or "–")
        )
    return tuple(changed)


def said_of(special: Special | None) -> str:
    """What a plan says of a day, in words."""
    if special is None:
        return _("as the week says")
    kind = str(CalendarDay.Kind(special.kind).label)
    basis = f" ({special.basis})" if special.basis else ""
    return f"{kind}: {special.name}{basis}"


@requires(MANAGE, methods=("GET", "POST"))
def edit(request: HttpRequest, year: int) -> HttpResponse:
    """Enter or correct a year; what will change is shown before it is saved."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Http404
    plan = calendar.plan_of(year)
    if request.method == "GET":
        seen = calendar.latest_revision(year)
        form = YearForm(initial={**initial_of(plan), "seen": seen})
        return _form_page(request, year, form, DayForms(initial=rows_of(year, plan)), plan)
    form, rows = YearForm(request.POST), DayForms(request.POST)
    if not (form.is_valid() and rows.is_valid()):
        return _form_page(request, year, form, rows, plan, status=422)
    will = plan_from(form, rows)
    wrong = calendar.faults(year, will)
    if wrong or "back" in request.POST:
        for sentence in wrong:
            form.add_error(None, sentence)
        return _form_page(request, year, form, rows, plan, status=422 if wrong else 200)
    if "confirm" not in request.POST:
        return _preview(request, year, form, rows, plan, will)
    try:
        calendar.enter(
            year,
            will,
            request.user,
            reason=form.cleaned_data["reason"],
            seen=form.cleaned_data["seen"],
        )
    except Refused as refused:
        form.add_error(None, str(refused))
        return _form_page(request, year, form, rows, plan, status=409)
    messages.success(request, _("Saved. Terms are counted by it from now on."))
    return HttpResponseRedirect(reverse("calendar:year", args=[year]))


def _form_page(
    request: HttpRequest,
    year: int,
    form: YearForm,
    rows: Any,
    plan: Plan | None,
    status: int = 200,
) -> HttpResponse:
    context = {"year": year, "form": form, "rows": rows, "plan": plan}
    return render(request, "calendar/edit.html", context, status=status)


def _preview(
    request: HttpRequest, year: int, form: YearForm, rows: Any, plan: Plan | None, will: Plan
) -> HttpResponse:
    context = {
        "year": year,
        "form": form,
        "rows": rows,
        "plan": plan,
        "will": will,
        "changes": [_shown(one) for one in calendar.differences(plan, will)],
    }
    return render(request, "calendar/preview.html", context)


def _shown(one: Difference) -> tuple[periods.Day, str, str]:
    return one.day, said_of(one.before), said_of(one.after)


@requires(MANAGE, methods=("POST",))
def undo(request: HttpRequest, year: int, revision: int) -> HttpResponse:
    """Take back the last change of a year, with a reason."""
    try:
        calendar.undo(year, request.user, reason=reason_of(request), seen=revision)
    except Refused as refused:
        say_refused(request, refused)
    else:
        messages.success(request, _("The last change is undone."))
    if not CalendarRevision.objects.filter(year=year).exists():
        raise Http404
    return HttpResponseRedirect(reverse("calendar:year", args=[year]))
