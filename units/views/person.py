"""One person: what they hold and held, their account, links, everything ended on transfer."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import links, mails
from accounts.models import PersonalLink, User
from core.access import requires
from core.views.steps import Step, reason_of, say_refused
from core.workflow import Refused, Verdict
from units import people, people_history, people_queries, people_rules, roles
from units.forms.people import CorrectionForm, TransferForm, suggestions
from units.people_queries import MANAGE, Held
from units.views.access import actor_of, person_in_area


@requires(MANAGE)
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """What a person holds and held, what each role may do and why they have it; their account."""
    person, actor = person_in_area(request, pk), actor_of(request)
    everything = people_queries.held_by([person], actor)[person.pk]
    held = [one for one in everything if one.in_area]
    people_rules.look_up(actor, [one.appointment.unit_id for one in held])
    origins = people_history.origins([one.appointment for one in held])
    may_act = people_rules.may_act_on(actor, person, everything)
    account = people.Account(person)
    made = list(PersonalLink.objects.filter(user=person).order_by("-pk"))
    link = next((one for one in made if not one.address), None)
    waits = next((one for one in made if one.address), None)
    context = {
        "person": person,
        "rows": [_held_row(actor, one, origins.get(one.appointment.pk)) for one in held],
        "elsewhere": sum(one.is_open and not one.in_area for one in everything),
        "may_act": may_act,
        "account": _account_steps(account, may_act),
        "locked": account.locked_until,
        "sessions": account.signed_in,
        "has_password": people_queries.has_password(person),
        "link": link,
        "link_state": link.state(timezone.now()) if link else "",
        "waits": waits if waits and waits.state(timezone.now()) == waits.State.OPEN else None,
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


def _account_steps(account: people.Account, may_act: Verdict) -> list[Step]:
    steps = []
    for name, act in people.account_acts().items():
        allowed, why_not = act.allowed(account) if may_act[0] else may_act
        if not allowed and name in ("unlock", "reopen", "end_sessions") and may_act[0]:
            continue  # nothing is locked, closed or signed in: there is nothing to be said
        url = reverse("people:account", args=[account.person.pk, name])
        style = "danger" if act.danger else "secondary"
        step = Step(act.label, url, allowed, why_not, act.explain, style, ask_reason=True)
        steps.append(step)
    return steps


@requires(MANAGE)
def history(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything that was done with a person's roles and account."""
    person = person_in_area(request, pk)
    context = {"person": person, "lines": people_history.lines(person, request.user)}
    return render(request, "people/history.html", context)


@requires(MANAGE, methods=("GET", "POST"))
def transfer(request: HttpRequest, pk: int) -> HttpResponse:
    """End everything that a person holds in the area on one day, and perhaps give a new post."""
    person, actor = person_in_area(request, pk), actor_of(request)
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


@requires(MANAGE, methods=("GET", "POST"))
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct the name or the address of a person; a new address is confirmed by a link."""
    person, actor = person_in_area(request, pk), actor_of(request)
    allowed, why_not = people_rules.may_act_on(actor, person)
    if not allowed:
        raise PermissionDenied(why_not)
    form = CorrectionForm(person, request.POST or None)
    if request.method == "POST" and form.is_valid():
        correction = form.correction()
        try:
            link = people.correct(actor, person, correction, form.cleaned_data["reason"])
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            _say_corrected(request, correction, link)
            return redirect("people:detail", person.pk)
    return render(request, "people/correct.html", {"form": form, "person": person})


def _say_corrected(
    request: HttpRequest, correction: people.Correction, link: PersonalLink | None
) -> None:
    """Mail the link that confirms an address, and tell the administrator what follows."""
    if link is None:
        messages.success(request, _("Corrected."))
        return
    mails.send_link(link)
    messages.success(
        request,
        _("Corrected. A link was sent to %(address)s; mails go there once it is confirmed.")
        % {"address": correction.email},
    )


@requires(MANAGE, methods=("POST",))
def link(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a link by which the person sets a password; shown once, in the answer (201)."""
    person = person_in_area(request, pk)
    allowed, why_not = people_rules.may_act_on(request.user, person)
    if not allowed:
        raise PermissionDenied(why_not)
    try:
        fresh = people.new_link(actor_of(request), person, reason_of(request))
    except Refused as refusal:
        say_refused(request, refusal)
        return redirect("people:detail", person.pk)
    return shown_once(request, fresh)


@requires(MANAGE, methods=("POST",))
def account(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """One of the acts on an account: unlock, end sessions, second factor, close, reopen."""
    person = person_in_area(request, pk)
    if name not in people.account_acts():
        raise Http404
    allowed, why_not = people_rules.may_act_on(request.user, person)
    if not allowed:
        raise PermissionDenied(why_not)
    try:
        act = people.act_on(actor_of(request), person, name, reason_of(request))
    except Refused as refusal:
        say_refused(request, refusal)
    else:
        messages.success(request, act.done)
    return redirect("people:detail", person.pk)


def shown_once(request: HttpRequest, fresh: links.Fresh) -> HttpResponse:
    """The page with a link that was just made: 201, because it cannot be asked for again."""
    address = request.build_absolute_uri(reverse("accounts:link", args=[fresh.token]))
    mails.send_link(fresh.link)
    mailed = settings.MAIL_CONFIGURED and fresh.link.user.email
    context = {
        "link": fresh.link,
        "person": fresh.link.user,
        "address": address,
        "mailed": bool(mailed),
    }
    return render(request, "people/link.html", context, status=201)
