"""Signing in and out, the lock-out, the second factor, and the language."""

import base64
from datetime import timedelta
from typing import Any, cast

import qrcode
from django.conf import settings
from django.contrib.auth.views import LoginView, LogoutView
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django_otp.plugins.otp_totp.models import TOTPDevice
from qrcode.image.svg import SvgPathImage

from accounts import lockouts, second_factor, sessions
from accounts.forms import EnrolForm, LanguageForm, SecondFactorForm, SignInForm
from accounts.models import User
from core import journal
from core.access import public, signed_in


class SignIn(LoginView):
    """User name and password; on to `next`, if it is a page of the portal, else to the start."""

    template_name = "accounts/login.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True
    extra_context = {"idle": int(settings.SESSION_IDLE.total_seconds() // 60)}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Sign in; an old hash of the right password is renewed, which the journal notes."""
        with journal.act("accounts.sign_in"):
            return super().post(request, *args, **kwargs)


sign_in = public("GET", "POST")(SignIn.as_view())
sign_out = public("POST")(LogoutView.as_view())


def locked_out(
    request: HttpRequest, response: HttpResponse, credentials: dict[str, Any]
) -> HttpResponse:
    """The page of somebody who failed too often (django-axes asks for it): 429, and until when."""
    return too_many(request, timezone.localtime() + lockouts.COOL_OFF)


def too_many(request: HttpRequest, until: Any) -> HttpResponse:
    """The page of whoever tried something too often: 429, and until when."""
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
def second_factor_page(request: HttpRequest) -> HttpResponse:
    """Show the second factor; without one, set it up.

    Setting up is begun by a POST of its own (`begin`), because a GET may not write. Whoever has a
    device sets up another one only after having shown the present one: a password alone would
    otherwise be enough.
    """
    user = cast(User, request.user)
    present = second_factor.device_of(user)
    if present and not second_factor.is_shown(request):
        return _show(request, present)
    if request.method == "POST" and "begin" in request.POST:
        allowed, reason = second_factor.may_begin(user)
        if not allowed:
            raise PermissionDenied(reason)
        second_factor.begin(user)
        return redirect(request.get_full_path())
    return _set_up(request, user, present)


def _show(request: HttpRequest, device: TOTPDevice) -> HttpResponse:
    if request.method == "POST" and "begin" in request.POST:
        raise PermissionDenied(_("You have a second factor already."))
    form = SecondFactorForm(device, request.POST or None)
    if request.method == "POST" and form.is_valid():
        second_factor.mark_shown(request)
        return redirect(_next_page(request))
    return render(request, "accounts/second_factor.html", {"form": form})


def _set_up(request: HttpRequest, user: User, present: TOTPDevice | None) -> HttpResponse:
    device = TOTPDevice.objects.filter(user=user, confirmed=False).first()
    form = EnrolForm(device, request.POST or None) if device else None
    if request.method == "POST" and device and form and form.is_valid():
        second_factor.mark_shown(request)
        codes = second_factor.confirm(user, device)
        if present:
            sessions.end_all(user, but=request.session.session_key)
        return codes_page(request, codes)
    context = {
        "form": form,
        "device": device,
        "present": present,
        "picture": _picture(device.config_url) if device else "",
        "key": second_factor.key_of(device) if device else "",
        "required": second_factor.is_required(user),
        "closed_because": second_factor.may_begin(user)[1],
    }
    return render(request, "accounts/enrol.html", context)


def codes_page(request: HttpRequest, codes: list[str]) -> HttpResponse:
    """The recovery codes, shown once; 201 because they exist from now on."""
    context = {"codes": codes, "next": _next_page(request)}
    return render(request, "accounts/recovery_codes.html", context, status=201)


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
