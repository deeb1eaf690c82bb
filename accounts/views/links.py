"""The page of a personal link: a password, or an address to confirm; asking for one by mail."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import links, mails, tasks, throttle
from accounts.forms import FirstPasswordForm, ResetForm
from accounts.models import PersonalLink
from accounts.views.signing_in import too_many
from core.access import public
from core.workflow import Refused


@public("GET", "POST")
def link(request: HttpRequest, token: str) -> HttpResponse:
    """Set a password, or confirm an address, by a personal link, once; a link that is no longer
    good says why.

    Whoever tries tokens has to wait after some of them.
    """
    if throttle.is_exceeded("links", request):
        return _wait(request)
    found = links.find(token)
    state = found.state(timezone.now()) if found else None
    if found is None or state != PersonalLink.State.OPEN:
        throttle.note("links", request)
        context = {"link": found, "state": state}
        return render(request, "accounts/link_ended.html", context, status=410 if found else 404)
    if found.purpose == PersonalLink.Purpose.ADDRESS:
        return _confirm(request, found, token)
    return _set_password(request, found, token)


def _confirm(request: HttpRequest, found: PersonalLink, token: str) -> HttpResponse:
    """Confirm by a button of one's own: programs that look into mails open every link in them."""
    if request.method != "POST":
        return render(request, "accounts/link_address.html", {"link": found})
    try:
        confirmed = links.confirm_address(token)
    except Refused:
        return redirect(request.path)  # somebody was faster: the page says so
    mails.tell_of_change(found.user, gettext_lazy("Mails go to another address from now on."))
    messages.success(
        request, _("Mails go to %(address)s from now on.") % {"address": confirmed.address}
    )
    return redirect("accounts:login")


def _set_password(request: HttpRequest, found: PersonalLink, token: str) -> HttpResponse:
    form = FirstPasswordForm(found.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            user = links.use(token, form.cleaned_data["new_password1"])
        except Refused:
            return redirect(request.path)  # somebody was faster: the page says so
        login(request, user, backend="accounts.backends.PortalBackend")
        return redirect("home")
    return render(request, "accounts/link.html", {"form": form, "link": found})


@public("GET", "POST")
def reset(request: HttpRequest) -> HttpResponse:
    """Ask for a link to a new password by mail; the answer is the same whoever is asked for."""
    form, sends = ResetForm(request.POST or None), settings.MAIL_CONFIGURED
    if sends and request.method == "POST" and form.is_valid():
        if throttle.is_exceeded("resets", request):
            return _wait(request)
        throttle.note("resets", request)
        for user in form.people():
            tasks.mail_reset_link.defer(user_id=user.pk)
        return render(request, "accounts/reset_sent.html")
    return render(request, "accounts/reset.html", {"form": form, "mails": sends})


def _wait(request: HttpRequest) -> HttpResponse:
    return too_many(request, timezone.localtime() + throttle.WITHIN)
