"""One appointment: extended or ended, and who deputises for its holder."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accounts.models import User
from core.access import requires, signed_in
from core.views.steps import reason_of
from core.workflow import Refused
from units import people, people_queries, people_rules
from units.forms.people import ChangeForm, DeputiseForm
from units.models import Appointment
from units.people_queries import MANAGE
from units.views.access import actor_of, key_of


@requires(MANAGE, methods=("GET", "POST"))
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Extend or end an appointment of the area."""
    found = people_queries.in_area(request.user).select_related("user", "deputising_for")
    appointment, actor = get_object_or_404(found, pk=key_of(pk)), actor_of(request)
    allowed, why_not = people_rules.may_change(actor, appointment)
    if not allowed:
        raise PermissionDenied(why_not)
    form = ChangeForm(appointment, request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            people.change_end(actor, appointment, said["last_day"], said["reason"])
        except Refused as refusal:
            form.add_error("last_day", str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect("people:detail", appointment.user_id)
    context = {
        "form": form,
        "held": people_queries.shown(appointment),
        "deputies": people_queries.deputies_of([appointment])[appointment.pk],
    }
    return render(request, "people/change.html", context)


def _own_or_managed(request: HttpRequest, pk: int, **own: Any) -> Appointment:
    """An appointment of the person, or of the area of an administrator; 404 for others."""
    found = Appointment.objects.filter(pk=key_of(pk)).select_related("user", "deputising_for__user")
    mine = found.filter(**own).first()
    if mine:
        return mine
    managed = people_queries.in_area(request.user).filter(pk=pk)
    return get_object_or_404(found.filter(pk__in=managed.values("pk")))


@signed_in("GET", "POST")
def deputise(request: HttpRequest, pk: int) -> HttpResponse:
    """Let somebody stand in for an own role, or for one of the area, for days.

    A holder chooses among the colleagues at the unit; an administrator anybody with an account.
    """
    actor = actor_of(request)
    appointment = _own_or_managed(request, pk, user=actor)
    allowed, why_not = people_rules.may_deputise(actor, appointment)
    if not allowed:
        raise PermissionDenied(why_not)
    form = DeputiseForm(
        appointment,
        people_queries.colleagues(appointment),
        by_name=appointment.user_id != actor.pk,
        data=request.POST or None,
    )
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            people.deputise(actor, appointment, said["person"], said["period"], said["reason"])
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("%(person)s stands in.") % {"person": said["person"]})
            return _back(actor, appointment)
    context = {"form": form, "held": people_queries.shown(appointment)}
    return render(request, "people/deputise.html", context)


@signed_in("POST")
def recall(request: HttpRequest, pk: int) -> HttpResponse:
    """End a deputising at once: for whom it is, or the administrator."""
    actor = actor_of(request)
    deputy = _own_or_managed(request, pk, deputising_for__user=actor)
    original = deputy.deputising_for
    if original is None:
        raise Http404
    try:
        people.recall(actor, deputy, reason_of(request))
    except Refused as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    messages.success(request, _("The deputising has ended."))
    return _back(actor, original)


def _back(actor: User, appointment: Appointment) -> HttpResponse:
    """To the own account, or to the page of the person."""
    if appointment.user_id == actor.pk:
        return redirect("accounts:me")
    return redirect("people:detail", appointment.user_id)
