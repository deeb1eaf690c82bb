"""People: the list of an administrator's area, one person, inviting, roles, deputies, accounts."""

from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import links, lockouts, mails, sessions
from accounts.models import PersonalLink, User
from core import periods
from core.access import requires, signed_in
from core.htmx import is_htmx
from core.workflow import REASON_LENGTH, Refused
from units import (
    people,
    people_history,
    people_queries,
    people_rules,
    queries,
    roles,
    visibility,
)
from units.models import Appointment
from units.people_forms import (
    ChangeForm,
    DeputiseForm,
    FilterForm,
    FindForm,
    GiveForm,
    InviteForm,
    TransferForm,
    label_of,
    suggestions,
)
from units.people_queries import MANAGE, Held

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


@dataclass(frozen=True)
class Step:
    """A button of the page of a person, with whether and why not."""

    label: str
    url: str
    allowed: bool
    why_not: str
    explain: str = ""
    style: str = "secondary"


def _actor(request: HttpRequest) -> User:
    return cast(User, request.user)


# The list


@requires(MANAGE)
def index(request: HttpRequest) -> HttpResponse:
    """The people of the own area, with filters, in Vietnamese order of names."""
    form = FilterForm(request.GET)
    actor = _actor(request)
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
def unit_suggestions(request: HttpRequest) -> HttpResponse:
    """Units of the area for the list under a field, by what was typed so far."""
    words = request.GET.get("unit", "").replace("\0", "")[:100]
    found = suggestions(request.user, words)
    return render(request, "people/units.html", {"found": found})


@requires(MANAGE)
def username(request: HttpRequest) -> HttpResponse:
    """The field of the user name, with a proposal where nothing was typed."""
    full_name = request.GET.get("full_name", "")[:150]
    typed = request.GET.get("username", "")[:150]
    form = InviteForm(
        _actor(request), initial={"username": typed or people.propose_username(full_name)}
    )
    return render(request, "people/username.html", {"form": form})


# Inviting, and giving a role to somebody who has an account


@requires(MANAGE, methods=("GET", "POST"))
def invite(request: HttpRequest) -> HttpResponse:
    """Invite somebody: account, first role, link. The link is shown once, in the answer (201)."""
    actor = _actor(request)
    form = InviteForm(actor, request.POST or None, initial=_wanted_unit(request))
    if request.method == "POST" and form.is_valid():
        said, post = form.cleaned_data, form.post()
        newcomer = people.Newcomer(said["full_name"], said["username"], said["email"])
        try:
            fresh = people.invite(actor, newcomer, cast(people_rules.Post, post))
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return _shown_once(request, fresh)
    context = {"form": form, "find": FindForm(), "units": suggestions(actor, "")}
    return render(request, "people/invite.html", context)


def _wanted_unit(request: HttpRequest) -> dict[str, str]:
    """The unit from whose page one comes."""
    wanted = request.GET.get("unit", "")
    if not wanted.isdecimal() or len(wanted) > 18:
        return {}
    place = people_queries.area(request.user).filter(unit=int(wanted)).first()
    return {"unit": label_of(place, "")} if place else {}


@requires(MANAGE, methods=("POST",))
def find(request: HttpRequest) -> HttpResponse:
    """Go on to giving a role to somebody who has an account already, by the exact user name."""
    form = FindForm(request.POST)
    person = form.person() if form.is_valid() else None
    if person:
        return redirect(
            f"{reverse('people:give', args=[person.pk])}?{urlencode({'name': person.username})}"
        )
    actor = _actor(request)
    context = {"form": InviteForm(actor), "find": form, "units": suggestions(actor, "")}
    return render(request, "people/invite.html", context, status=422)


def _shown_once(request: HttpRequest, fresh: links.Fresh) -> HttpResponse:
    """The page with a link that was just made: 201, because it cannot be asked for again."""
    address = request.build_absolute_uri(reverse("accounts:link", args=[fresh.token]))
    mails.send_link(fresh, address)
    context = {"link": fresh.link, "person": fresh.link.user, "address": address}
    return render(request, "people/link.html", context, status=201)


@requires(MANAGE, methods=("GET", "POST"))
def give(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a role to a person of the area, or to whoever has the user name `name` of the query.

    Nobody learns the name of somebody outside the area by trying numbers: 404.
    """
    actor, name = _actor(request), request.GET.get("name", "").replace("\0", "")
    person = User.objects.filter(pk=_key(pk), username=name).first() or _person(request, pk)
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


# One person


def _person(request: HttpRequest, pk: int) -> User:
    """Somebody of the area; 404 for anybody else."""
    return get_object_or_404(people_queries.people(request.user), pk=_key(pk))


def _key(pk: int) -> int:
    """A key that the database can hold."""
    if pk >= 2**63:
        raise Http404
    return pk


@requires(MANAGE)
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """What a person holds and held, what each role may do and why they have it; their account."""
    person, actor = _person(request, pk), _actor(request)
    everything = people_queries.held_by([person], actor)[person.pk]
    held = [one for one in everything if one.in_area]
    people_rules.look_up(actor, [one.appointment.unit_id for one in held])
    origins = people_history.origins([one.appointment for one in held])
    may_act = people_rules.may_act_on(actor, person, everything)
    locked, signed_in_at = lockouts.until(person), sessions.of_user(person)
    link = PersonalLink.objects.filter(user=person).order_by("-pk").first()
    context = {
        "person": person,
        "rows": [_held_row(actor, one, origins.get(one.appointment.pk)) for one in held],
        "elsewhere": sum(one.is_open and not one.in_area for one in everything),
        "may_act": may_act,
        "account": _account_steps(actor, person, may_act),
        "locked": locked,
        "sessions": signed_in_at,
        "has_password": people_queries.has_password(person),
        "link": link,
        "link_state": link.state(timezone.now()) if link else "",
        "may_give": people_rules.may_receive(actor, person),
        "ending": [row for row in held if people_rules.may_change(actor, row.appointment)[0]],
    }
    return render(request, "people/detail.html", context)


def _held_row(actor: User, held: Held, origin: people_history.Origin | None) -> dict[str, Any]:
    return {
        "held": held,
        "origin": origin,
        "capabilities": roles.in_words(held.role),
        "change": people_rules.may_change(actor, held.appointment),
        "deputise": people_rules.may_deputise(actor, held.appointment),
    }


def _account_steps(actor: User, person: User, may_act: people_rules.Verdict) -> list[Step]:
    steps = []
    for name, act in people.account_acts().items():
        allowed, why_not = act.allowed(person) if may_act[0] else may_act
        if not allowed and name in ("unlock", "reopen", "end_sessions") and may_act[0]:
            continue  # nothing is locked, closed or signed in: there is nothing to be said
        url = reverse("people:account", args=[person.pk, name])
        style = "danger" if act.danger else "secondary"
        steps.append(Step(str(act.label), url, allowed, why_not, str(act.explain), style))
    return steps


@requires(MANAGE)
def history(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything that was done with a person's roles and account."""
    person = _person(request, pk)
    context = {"person": person, "lines": people_history.lines(person, request.user)}
    return render(request, "people/history.html", context)


@requires(MANAGE, methods=("GET", "POST"))
def transfer(request: HttpRequest, pk: int) -> HttpResponse:
    """End everything that a person holds in the area on one day, and perhaps give a new post."""
    person, actor = _person(request, pk), _actor(request)
    ending = people.endable(actor, person)
    if not ending:
        raise PermissionDenied(_("There is nothing of this person that you could end."))
    form = TransferForm(actor, request.POST or None)
    if request.method == "POST" and form.is_valid():
        said, post = form.cleaned_data, form.post()
        if not form.errors:
            try:
                count = people.transfer(actor, person, said["ends_on"], said["reason"], post)
            except Refused as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, _("Roles ended: %(count)d.") % {"count": count})
                return redirect("people:detail", person.pk)
    names = {one.appointment.pk: one for one in people_queries.own(person)}
    context = {
        "form": form,
        "person": person,
        "ending": [names[one.pk] for one in ending],
        "units": suggestions(actor, ""),
    }
    return render(request, "people/transfer.html", context)


@requires(MANAGE, methods=("POST",))
def link(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a link by which the person sets a password; shown once, in the answer (201)."""
    person = _person(request, pk)
    try:
        fresh = people.new_link(_actor(request), person)
    except Refused as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    return _shown_once(request, fresh)


@requires(MANAGE, methods=("POST",))
def account(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """One of the acts on an account: unlock, end sessions, second factor, close, reopen."""
    person = _person(request, pk)
    if name not in people.account_acts():
        raise Http404
    allowed, why_not = people_rules.may_act_on(request.user, person)
    if not allowed:
        raise PermissionDenied(why_not)
    try:
        act = people.act_on(_actor(request), person, name, _reason(request))
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, act.done)
    return redirect("people:detail", person.pk)


def _reason(request: HttpRequest) -> str:
    return request.POST.get("reason", "").replace("\0", "")[:REASON_LENGTH]


# One appointment


@requires(MANAGE, methods=("GET", "POST"))
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Extend or end an appointment of the area."""
    found = people_queries.in_area(request.user).select_related("user", "deputising_for")
    appointment, actor = get_object_or_404(found, pk=_key(pk)), _actor(request)
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
    found = Appointment.objects.filter(pk=_key(pk)).select_related("user", "deputising_for__user")
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
    actor = _actor(request)
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
    actor = _actor(request)
    deputy = _own_or_managed(request, pk, deputising_for__user=actor)
    original = deputy.deputising_for
    if original is None:
        raise Http404
    try:
        people.recall(actor, deputy, _reason(request))
    except Refused as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    messages.success(request, _("The deputising has ended."))
    return _back(actor, original)


def _back(actor: User, appointment: Appointment) -> HttpResponse:
    """To the own account, or to the page of the person."""
    if appointment.user_id == actor.pk:
        return redirect("accounts:me")
    return redirect("people:detail", appointment.user_id)


# Who can see a unit


@requires("units.view")
def access(request: HttpRequest, pk: int) -> HttpResponse:
    """Who can see a unit today, and what the reader may do there; a part of its page for htmx."""
    place = queries.placement_of(_key(pk), periods.today())
    if place is None:
        raise Http404
    over: dict[str, Any] = {"unit_id": place.unit_id, "path": place.path}
    managers = queries.managers_of([place], periods.today())[place.unit_id]
    context = {
        "title": place.name,
        "back": reverse("units:detail", args=[place.unit_id]),
        "note": _("Everybody with a role sees the units; these have it in their scope."),
        "seers": visibility.who_sees(request.user, "units.view", **over),
        "possible": visibility.abilities(request.user, **over, managers=managers),
    }
    return access_page(request, context)


def access_page(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """The answer to who sees something: a part for htmx, else a page."""
    template = "people/access.html" if is_htmx(request) else "people/access_page.html"
    return render(request, template, context)
