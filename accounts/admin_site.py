"""/admin/: for superusers with a second factor, and every change of theirs in the journal."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, resolve_url
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import second_factor
from accounts.backends import demonstration_allowed
from core import journal


class PortalAdminSite(AdminSite):
    """The site; the demonstration's superuser gets along without a second factor on loopback."""

    site_header = site_title = gettext_lazy("Learning Society Emulation Portal")
    index_title = gettext_lazy("Administration")

    def has_permission(self, request: HttpRequest) -> bool:
        """Whether this is a superuser who showed the second factor in this session."""
        user = request.user
        if not (user.is_active and user.is_superuser):
            return False
        if user.is_demo and demonstration_allowed(request):
            return True
        return second_factor.is_shown(request)

    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Ask a superuser for the second factor; the password was asked for on the way here.

        Raises:
            PermissionDenied: the person is no superuser.
        """
        if not (request.user.is_active and request.user.is_superuser):
            raise PermissionDenied(_("Only superusers may enter the administration."))
        page = request.GET.get("next", resolve_url("admin:index"))
        if self.has_permission(request):
            return redirect("admin:index")
        return redirect(f"{resolve_url('accounts:second_factor')}?{urlencode({'next': page})}")

    def admin_view(  # type: ignore[override]  # of the stubs, which name one kind of response
        self, view: Callable[..., HttpResponseBase], cacheable: bool = False
    ) -> Callable[..., HttpResponseBase]:
        """Django's guard around `view`, and an act of the journal around what it writes."""
        guarded = super().admin_view(view, cacheable)

        @wraps(guarded)
        def journalled(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.method != "POST" or not self.has_permission(request):
                return guarded(request, *args, **kwargs)
            with journal.act("admin", actor=request.user):
                return guarded(request, *args, **kwargs)

        return journalled
