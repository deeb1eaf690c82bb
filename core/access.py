"""Every view declares who may call it; a test walks the routes and fails where one does not."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar, cast

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from core.workflow import Verdict

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


@dataclass(frozen=True)
class Access:
    """What a view declares: open to anyone, to anyone signed in, or to holders of a capability."""

    public: bool = False
    capabilities: tuple[str, ...] = ()
    methods: tuple[str, ...] = ("GET",)


def require(verdict: Verdict) -> None:
    """Go on only where it is allowed. Raises PermissionDenied with the reason."""
    allowed, reason = verdict
    if not allowed:
        raise PermissionDenied(reason)


def public(*methods: str) -> Callable[[View], View]:
    """Declare a view that anyone may call, signed in or not."""

    def declare(view: View) -> View:
        return login_not_required(_declared(view, Access(public=True, methods=_methods(methods))))

    return declare


def signed_in(*methods: str) -> Callable[[View], View]:
    """Declare a view that anyone signed in may call; it shows only what is their own."""
    return lambda view: _declared(view, Access(methods=_methods(methods)))


def requires(*capabilities: str, methods: tuple[str, ...] = ("GET",)) -> Callable[[View], View]:
    """Declare a view for people whose appointment gives one of `capabilities` today.

    The view still has to take its objects from `Model.objects.visible_to(request.user)`.

    Raises (in the view):
        PermissionDenied: with the reason, shown on the 403 page.
    """
    return lambda view: _declared(
        view, Access(capabilities=capabilities, methods=_methods(methods))
    )


def _methods(methods: tuple[str, ...]) -> tuple[str, ...]:
    return methods or ("GET",)


def _declared(view: View, access: Access) -> View:
    methods = [*access.methods, *(["HEAD"] if "GET" in access.methods else [])]

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method not in methods:
            refused = render(request, "405.html", status=405)
            refused["Allow"] = ", ".join(methods)
            return refused
        if access.capabilities and not any(map(request.user.has_perm, access.capabilities)):
            raise PermissionDenied(
                _("Your roles do not include this. Ask the administrator of your unit.")
            )
        return view(request, *args, **kwargs)

    guarded.access = access  # type: ignore[attr-defined]
    return cast(View, guarded)
