"""Signing in, as parts of pages need it."""

from collections.abc import Callable
from typing import Any
from urllib.parse import SplitResult, urlencode, urlsplit

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import resolve_url

from core.middleware import SAFE_METHODS


class SignInRequired(LoginRequiredMiddleware):
    """Django's LoginRequiredMiddleware; a request of htmx is told 401 where a page is sent away.

    htmx would follow the redirect and put the sign-in page into the place of a field. The header
    HX-Reauth names the page where to sign in and come back to; static/js/autosave.js keeps what
    was typed meanwhile. It takes the place of Django's own class, because that would answer first.

    After a POST one comes back to the page with the form, not to the address it was posted to.

    A page says for whom it was made (header X-Page-User): if somebody else has signed in since in
    another window of the same browser, their session does not save what the first one typed.
    """

    def process_view(
        self,
        request: HttpRequest,
        view_func: Callable[..., HttpResponseBase],
        view_args: tuple[Any, ...],
        view_kwargs: dict[str, Any],
    ) -> HttpResponseBase | None:
        page_user = request.headers.get("X-Page-User")
        if page_user and page_user != str(request.user.pk):
            return self.handle_no_permission(request, view_func)
        response: HttpResponseBase | None = super().process_view(
            request, view_func, view_args, view_kwargs
        )
        return response

    def handle_no_permission(  # type: ignore[override]
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]
    ) -> HttpResponseBase:
        if is_htmx(request):
            return sign_in_again(request)
        if request.method not in SAFE_METHODS:
            return redirect_to_login(_page_before(request), resolve_url(settings.LOGIN_URL))
        return super().handle_no_permission(request, view_func)


def _page_before(request: HttpRequest) -> str:
    """The page whose form was posted: where the posted address leads is often no page at all."""
    before = _split(request.headers.get("Referer", ""))
    return _path(before) if before.netloc == request.get_host() else "/"


def _split(address: str) -> SplitResult:
    """An address in its parts; the first page where a header names none."""
    try:
        return urlsplit(address)
    except ValueError:
        return urlsplit("/")


def _path(address: SplitResult) -> str:
    """What an address of the portal says without its host."""
    return f"{address.path}?{address.query}" if address.query else address.path


def is_htmx(request: HttpRequest) -> bool:
    """Whether htmx asks, for a part of a page."""
    return request.headers.get("HX-Request") == "true"


def sign_in_again(request: HttpRequest) -> HttpResponse:
    """Tell htmx (401) where to sign in and come back to the page that asked."""
    page = _split(request.headers.get("HX-Current-URL", "/"))
    back = urlencode({"next": _path(page)})
    sign_in = resolve_url(settings.LOGIN_URL)
    return HttpResponse(status=401, headers={"HX-Reauth": f"{sign_in}?{back}"})
