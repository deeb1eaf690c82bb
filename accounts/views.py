"""Signing in and out, and what a person decides about the own account."""

import base64
from datetime import timedelta
from typing import Any, cast

import django_otp
import qrcode
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import LoginView, LogoutView, PasswordChangeView
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django_otp.plugins.otp_totp.models import TOTPDevice
from qrcode.image.svg import SvgPathImage

from accounts.forms import LanguageForm, OwnPasswordForm, SecondFactorForm, SignInForm
from accounts.models import User
from core import journal
from core.access import public, signed_in


class SignIn(LoginView):
    """User name and password; on to `next`, if it is a page of the portal, else to the start."""

    template_name = "accounts/login.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Sign in; an old hash of the right password is renewed, which the journal notes."""
        with journal.act("accounts.sign_in"):
            return super().post(request, *args, **kwargs)


class OwnPassword(PasswordChangeView):
    """Change the own password; other sessions of the person end."""

    template_name = "accounts/password.html"
    form_class = OwnPasswordForm
    success_url = reverse_lazy("home")

    def form_valid(self, form: Any) -> HttpResponse:
        """Save it as an act of the person."""
        with journal.act("accounts.change_password", actor=form.user):
            response = super().form_valid(form)
        messages.success(self.request, _("Your password was changed."))
        return response


sign_in = public("GET", "POST")(SignIn.as_view())
sign_out = public("POST")(LogoutView.as_view())
own_password = signed_in("GET", "POST")(OwnPassword.as_view())


def locked_out(
    request: HttpRequest, response: HttpResponse, credentials: dict[str, Any]
) -> HttpResponse:
    """The page of somebody who failed too often (django-axes asks for it): 429, and until when."""
    until = timezone.localtime() + timedelta(hours=settings.AXES_COOLOFF_TIME)
    return render(request, "accounts/locked_out.html", {"until": until}, status=429)


@public("POST")
def language(request: HttpRequest) -> HttpResponse:
    """Speak another language from now on: kept with the person, and in a cookie for the sign-in."""
    form = LanguageForm(request.POST)
    response = HttpResponseRedirect(_next_page(request))
    if not form.is_valid():
        return response
    code = form.cleaned_data["language"]
    if request.user.is_authenticated:
        with journal.act("accounts.change_language", actor=request.user):
            request.user.language = code
            request.user.save(update_fields=["language"])
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        code,
        max_age=timedelta(days=365),
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",
    )
    return response


@signed_in("GET", "POST")
def second_factor(request: HttpRequest) -> HttpResponse:
    """Show the second factor, which /admin/ asks for; without one, set it up.

    Setting up is begun by a POST of its own (`begin`), because a GET may not write. Whoever has a
    confirmed device sets up no other one here: that would make the password alone enough.
    """
    user = cast(User, request.user)
    devices = TOTPDevice.objects.filter(user=user)
    if request.method == "POST" and "begin" in request.POST:
        if devices.filter(confirmed=True).exists():
            raise PermissionDenied(_("You have a second factor already."))
        devices.delete()
        TOTPDevice.objects.create(user=user, name=settings.PORTAL_NAME, confirmed=False)
        return redirect(request.get_full_path())
    form = SecondFactorForm(user, request.POST or None)
    if request.method == "POST" and form.is_valid() and form.device:
        form.device.confirmed = True
        form.device.save(update_fields=["confirmed"])
        django_otp.login(request, form.device)
        return redirect(_next_page(request))
    device = devices.order_by("-confirmed").first()
    picture = _picture(device.config_url) if device and not device.confirmed else ""
    return render(
        request, "accounts/second_factor.html", {"form": form, "device": device, "picture": picture}
    )


def _picture(text: str) -> str:
    """`text` as a QR code: an SVG in a data: address."""
    svg = qrcode.make(text, image_factory=SvgPathImage).to_string()
    return f"data:image/svg+xml;base64,{base64.b64encode(svg).decode()}"


def _next_page(request: HttpRequest) -> str:
    """The page of the portal that `next` names; the start where it names none, or another site."""
    page = request.POST.get("next") or request.GET.get("next", "")
    allowed = url_has_allowed_host_and_scheme(
        page, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return page if allowed else resolve_url(settings.LOGIN_REDIRECT_URL)
