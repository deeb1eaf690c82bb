"""The own account: how one is addressed, password, second factor, sessions."""

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.views import PasswordChangeView
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils.translation import gettext as _

from accounts import links, mails, second_factor, sessions
from accounts.forms import OwnPasswordForm, ProfileForm
from accounts.models import User
from accounts.views.signing_in import codes_page
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
            mails.tell_of_change(form.user, _("The password was changed."))
        messages.success(self.request, _("Your password was changed; your other sessions ended."))
        return response


own_password = signed_in("GET", "POST")(OwnPassword.as_view())


@signed_in("GET", "POST")
def me(request: HttpRequest) -> HttpResponse:
    """What the portal knows of the person: name, mail, language, sessions, second factor, roles."""
    user = cast(User, request.user)
    saved = User.objects.get(pk=user.pk)  # what is typed does not show in the head of the page
    form = ProfileForm(request.POST or None, instance=saved)
    if request.method == "POST" and form.is_valid():
        with journal.act("accounts.change_profile", actor=user):
            form.save()
            if "email" in form.changed_data:
                links.forget_address(saved)
        messages.success(request, _("Saved."))
        return redirect("accounts:me")
    context = {
        "form": form,
        "sessions": sessions.of_user(user, request.session.session_key),
        "shown": second_factor.is_shown(request),
        "required": second_factor.is_required(user),
        "codes_left": second_factor.codes_left(user) if user.second_factor_since else 0,
    }
    return render(request, "accounts/me.html", context)


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
