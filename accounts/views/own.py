"""The own account: how one is addressed, password, second factor, sessions."""

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.views import PasswordChangeView
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import links, mails, second_factor, sessions, throttle
from accounts.forms import OwnPasswordForm, ProfileForm
from accounts.models import User
from accounts.views.signing_in import codes_page, too_many
from core import journal
from core.access import signed_in


class OwnPassword(PasswordChangeView):
    """Change the own password; other sessions of the person end."""

    template_name = "accounts/password.html"
    form_class = OwnPasswordForm
    success_url = reverse_lazy("accounts:me")

    def form_valid(self, form: Any) -> HttpResponse:
        """Save it as an act of the person."""
        with journal.act("accounts.change_password", actor=form.user):
            response = super().form_valid(form)
            sessions.end_all(form.user, but=self.request.session.session_key)
            mails.tell_of_change(form.user, gettext_lazy("The password was changed."))
        messages.success(self.request, _("Your password was changed; your other sessions ended."))
        return response


own_password = signed_in("GET", "POST")(OwnPassword.as_view())


@signed_in("GET", "POST")
def me(request: HttpRequest) -> HttpResponse:
    """What the portal knows of the person: name, mail, language, sessions, second factor, roles."""
    user = cast(User, request.user)
    saved = User.objects.get(pk=user.pk)  # what is typed does not show in the head of the page
    form = ProfileForm(request.POST or None, instance=saved)
    if request.method == "POST":
        if throttle.is_exceeded("emails", request):
            return too_many(request, timezone.localtime() + throttle.WITHIN)
        if form.is_valid():
            messages.success(request, _change_profile(saved, form))
            return redirect("accounts:me")
        if form.was_tried:
            throttle.note("emails", request)
    context = {
        "form": form,
        "sessions": sessions.of_user(user, request.session.session_key),
        "shown": second_factor.is_shown(request),
        "required": second_factor.is_required(user),
        "codes_left": second_factor.codes_left(user) if user.second_factor_since else 0,
    }
    return render(request, "accounts/me.html", context)


def _change_profile(user: User, form: ProfileForm) -> str:
    """Save what was typed; another address is told at the former one, and confirmed by a link.

    Returns:
        What the person is told.
    """
    email, link = form.cleaned_data["email"], None
    with journal.act("accounts.change_profile", actor=user):
        if form.changes_email:
            mails.tell_of_change(user, mails.sentence_of_address(email))
            link = links.change_address(user, email, by=None)
        form.save()
        if link:
            mails.send_link(link)
    if link is None:
        return _("Saved.")
    return _("Saved. A link was sent to %(address)s; mails go there once it is confirmed.") % {
        "address": email
    }


@signed_in("POST")
def end_session(request: HttpRequest, handle: str) -> HttpResponse:
    """End one of the own sessions; `others`: all but this one.

    Raises:
        Http404: there is no such session of this person.
    """
    user = cast(User, request.user)
    if handle == "others":
        count = sessions.end_all(user, but=request.session.session_key)
        messages.success(request, _("Sessions ended: %(count)d.") % {"count": count})
    elif sessions.end_one(user, handle):
        messages.success(request, _("The session has ended."))
    else:
        raise Http404
    return redirect("accounts:me")


@signed_in("POST")
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """New recovery codes, for whoever has shown the second factor in this session.

    Raises:
        PermissionDenied: it was not shown, so there is nothing to recover.
    """
    if not second_factor.is_shown(request):
        raise PermissionDenied(_("Set up or show your second factor first."))
    return codes_page(request, second_factor.renew_codes(cast(User, request.user)))
