"""The people of an administrator's area: listed, invited, found by name to be given a role."""

from dataclasses import dataclass
from typing import cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from core import veiled
from core.access import requires
from core.workflow import Refused
from units import people, people_queries, people_rules
from units.forms.people import (
    FindForm,
    GiveForm,
    InviteForm,
    PeopleFilterForm,
    suggestions,
)
from units.forms.picking import labels_of
from units.people_queries import MANAGE, Held
from units.views.access import actor_of, key_of, person_in_area
from units.views.person import shown_once

PEOPLE_A_PAGE = 50


@dataclass(frozen=True)
class Row:
    """A person in the list: what they hold in the area, the running first."""

    person: User
    held: list[Held]

    @property
    def shown(self) -> list[Held]:
        """What runs or is to run; where nothing does, the last that ended."""
        return [one for one in self.held if one.is_open] or self.held[-1:]


@requires(MANAGE)
def index(request: HttpRequest) -> HttpResponse:
    """The people of the own area, with filters, in Vietnamese order of names."""
    form = PeopleFilterForm(request.GET)
    actor = actor_of(request)
    found = people_queries.people(
        actor,
        role=form.chosen("role"),
        unit=form.chosen("unit"),
        state=form.chosen("state"),
        words=form.chosen("q"),
    )
    page = Paginator(found, PEOPLE_A_PAGE).get_page(request.GET.get("page"))
    held = people_queries.held_by(page, actor)
    rows = [Row(one, [h for h in held[one.pk] if h.in_area]) for one in page]
    return render(request, "people/index.html", {"form": form, "page": page, "rows": rows})


@requires(MANAGE)
def due(request: HttpRequest) -> HttpResponse:
    """What waits for who administers an area, as a part of their first page."""
    return render(request, "people/due.html", {"due": people_queries.due(actor_of(request))})


@requires(MANAGE)
def unit_suggestions(request: HttpRequest) -> HttpResponse:
    """Units of the area for the list under a field, by what was typed so far."""
    words = request.GET.get("unit", "").replace("\0", "")[:100]
    found = suggestions(request.user, words)
    return render(request, "people/units.html", {"found": found})


@requires(MANAGE, methods=("POST",))
def username(request: HttpRequest) -> HttpResponse:
    """The field of the user name, with a proposal where nothing was typed."""
    full_name = request.POST.get("full_name", "").replace("\0", "")[:150]
    typed = request.POST.get("username", "").replace("\0", "")[:150]
    form = InviteForm(
        actor_of(request), initial={"username": typed or people.propose_username(full_name)}
    )
    return render(request, "people/username.html", {"form": form})


# Inviting, and giving a role to somebody who has an account


@requires(MANAGE, methods=("GET", "POST"))
def invite(request: HttpRequest) -> HttpResponse:
    """Invite somebody: account, first role, link. The link is shown once, in the answer (201)."""
    actor = actor_of(request)
    form = InviteForm(actor, request.POST or None, initial=_wanted_unit(request))
    if request.method == "POST" and form.is_valid():
        said, post = form.cleaned_data, form.post()
        newcomer = people.Newcomer(said["full_name"], said["username"], said["email"])
        try:
            fresh = people.invite(actor, newcomer, cast(people_rules.Post, post))
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return shown_once(request, fresh)
    context = {"form": form, "find": FindForm(), "units": suggestions(actor, "")}
    return render(request, "people/invite.html", context)


def _wanted_unit(request: HttpRequest) -> dict[str, str]:
    """The unit from whose page one comes."""
    wanted = request.GET.get("unit", "")
    if not wanted.isdecimal() or len(wanted) > 18:
        return {}
    found = labels_of(list(people_queries.area(request.user).filter(unit=int(wanted))))
    return {"unit": found[0]} if found else {}


@requires(MANAGE, methods=("POST",))
def find(request: HttpRequest) -> HttpResponse:
    """Go on to giving a role to somebody who has an account already, by the exact user name."""
    form = FindForm(request.POST)
    person = form.person() if form.is_valid() else None
    if person:
        return redirect(veiled.address(reverse("people:give", args=[person.pk]), person.username))
    actor = actor_of(request)
    context = {"form": InviteForm(actor), "find": form, "units": suggestions(actor, "")}
    return render(request, "people/invite.html", context, status=422)


@requires(MANAGE, methods=("GET", "POST"))
def give(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a role to a person of the area, or to whoever has the user name that the query veils.

    Nobody learns the name of somebody outside the area by trying numbers: 404.
    """
    actor, name = actor_of(request), veiled.unveil(request.GET.get(veiled.NAME, ""))
    person = User.objects.filter(pk=key_of(pk), username=name).first() or person_in_area(
        request, pk
    )
    form = GiveForm(actor, person, request.POST or None, initial=_wanted_unit(request))
    if request.method == "POST" and form.is_valid():
        post, reason = form.post(), form.cleaned_data["reason"]
        try:
            people.give(actor, person, cast(people_rules.Post, post), reason=reason)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The role is given."))
            return redirect("people:detail", person.pk)
    context = {"form": form, "person": person, "units": suggestions(actor, "")}
    return render(request, "people/give.html", context)
