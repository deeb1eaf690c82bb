"""What holds for every request: the session's times, second factor, language, counted tries."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import resolve_url
from django.utils import translation

from accounts import second_factor, sessions, throttle
from core.access import Access
from core.htmx import is_htmx
from core.middleware import SAFE_METHODS, Middleware

LANGUAGE_CODES = frozenset(code for code, _ in settings.LANGUAGES)


class PersonalLanguage(Middleware):
    """Speak the language that the person chose; Vietnamese to everybody who has not chosen.

    It takes the place of Django's LocaleMiddleware, which would follow the browser: an officer
    whose Windows is English still works with Vietnamese papers.
    """

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = _chosen(request)
        with translation.override(language):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


def _chosen(request: HttpRequest) -> str:
    """The language of the account, else of the cookie, else of the settings."""
    if request.user.is_authenticated:
        chosen = request.user.language
    else:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    return chosen if chosen in LANGUAGE_CODES else settings.LANGUAGE_CODE


class SessionTimes(Middleware):
    """End sessions that were left alone or have lasted too long; note that one is used.

    A part of a page that htmx asks for by itself does not count as use: a screen that was left open
    would keep its session alive.
    """

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            if sessions.is_over(request):
                logout(request)
            elif not (is_htmx(request) and request.method in SAFE_METHODS):
                sessions.mark_used(request)
        return self.get_response(request)


class TriesCounted(Middleware):
    """Count the tries that a view noted (accounts.throttle), when its transaction is over."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        throttle.count_noted(request)
        return response


class SecondFactorAsked(Middleware):
    """Lead whoever still has to show a second factor, or to set one up, to the page for it.

    Open to anyone are public pages; of the others only the way there and out. /admin/ asks itself.
    """

    WAY = frozenset({"accounts:second_factor", "accounts:logout", "accounts:language"})

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., HttpResponseBase],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
    ) -> HttpResponseBase | None:
        access: Access | None = getattr(view, "access", None)
        match = request.resolver_match
        if access is None or access.public or (match and match.view_name in self.WAY):
            return None
        return _ask(request) if second_factor.is_missing(request) else None


def _ask(request: HttpRequest) -> HttpResponse:
    page = request.get_full_path() if request.method in SAFE_METHODS else "/"
    address = f"{resolve_url('accounts:second_factor')}?{urlencode({'next': page})}"
    if is_htmx(request):
        return HttpResponse(status=401, headers={"HX-Reauth": address})
    return HttpResponse(status=302, headers={"Location": address})
