"""Who may sign in."""

from typing import Any

from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest

from accounts.models import User
from core import notices

LOOPBACK = frozenset({"127.0.0.1", "::1"})


def demonstration_allowed(request: HttpRequest | None) -> bool:
    """Whether the demonstration's accounts work here: with DEMO, and from this machine only."""
    if not settings.DEMO or request is None or "HTTP_X_FORWARDED_FOR" in request.META:
        return False
    return request.META.get("REMOTE_ADDR") in LOOPBACK


class PortalBackend(ModelBackend):
    """User name and password; accounts of the demonstration only where it is allowed."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **kwargs: Any,
    ) -> User | None:
        user = super().authenticate(request, username=username, password=password, **kwargs)
        if isinstance(user, User) and user.is_demo and not demonstration_allowed(request):
            return None
        return user if isinstance(user, User) else None

    def get_user(self, user_id: int) -> User | None:
        """Whose session it is, with the number in the header of every page (`unread_notices`).

        One of a demonstration's account ends when DEMO is switched off.
        """
        people = User.objects.annotate(unread_notices=notices.unread_number("pk"))
        user = people.filter(pk=user_id).first()
        if user is None or not self.user_can_authenticate(user):
            return None
        return None if user.is_demo and not settings.DEMO else user

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        """Django's own permissions open /admin/ alone: others are not looked for in its tables."""
        return bool(user_obj.is_staff) and super().has_perm(user_obj, perm, obj)
