"""Sessions that know whose they are: listed, ended one by one, and at an end after a time.

What a session says of itself – begun, last used, by which browser – stands in its data, which
Django writes anyway, and is copied into columns whenever it is saved.
"""

import datetime
import hashlib
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.http import HttpRequest
from django.utils import timezone

from accounts import devices
from accounts.models import Session, User

BEGUN, USED, AGENT = "begun", "used", "agent"
# Sessions are marked as used at most this often, so that reading pages writes little.
COARSE = datetime.timedelta(minutes=2)


class SessionStore(DatabaseStore):
    """Django's sessions in the database, with their person and times in columns of their own."""

    @classmethod
    def get_model_class(cls) -> type[Session]:
        """Our table."""
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        """The row for `data`."""
        row: Any = super().create_model_instance(data)
        row.user_id = data.get(SESSION_KEY)
        row.agent = data.get(AGENT, "")
        row.begun_at, row.used_at = _moment(data.get(BEGUN)), _moment(data.get(USED))
        return row


@dataclass(frozen=True)
class Listed:
    """A session as its person sees it.

    Attributes:
        handle: names it in addresses; tells nothing of its key.
        device: browser and system, in words.
        here: whether it is the one that asks.
    """

    handle: str
    device: str
    begun_at: datetime.datetime
    used_at: datetime.datetime
    here: bool


def begin(request: HttpRequest) -> None:
    """Note in a new session when it began, and with which browser."""
    now = timezone.now().timestamp()
    request.session[BEGUN] = request.session[USED] = now
    request.session[AGENT] = request.META.get("HTTP_USER_AGENT", "")[:300]


def is_over(request: HttpRequest) -> bool:
    """Whether the session was left alone, or has lasted, for longer than the settings allow."""
    begun, used = (_moment(request.session.get(key)) for key in (BEGUN, USED))
    if begun is None or used is None:
        return True
    now = timezone.now()
    return now - used > settings.SESSION_IDLE or now - begun > settings.SESSION_LONGEST


def mark_used(request: HttpRequest) -> None:
    """Note that the person did something just now; to be saved only if the last time is old."""
    used = _moment(request.session.get(USED))
    if used is None or timezone.now() - used >= COARSE:
        request.session[USED] = timezone.now().timestamp()


def of_user(user: User, own_key: str | None = None) -> list[Listed]:
    """The sessions of `user` that still run, the last used first (one query)."""
    now = timezone.now()
    rows = Session.objects.filter(
        user=user,
        expire_date__gt=now,
        used_at__gte=now - settings.SESSION_IDLE,
        begun_at__gte=now - settings.SESSION_LONGEST,
    ).order_by("-used_at")
    return [
        Listed(
            handle=_handle(row.session_key),
            device=devices.words(row.agent),
            begun_at=row.begun_at,
            used_at=row.used_at,
            here=row.session_key == own_key,
        )
        for row in rows
        if row.begun_at and row.used_at
    ]


def end_one(user: User, handle: str) -> bool:
    """End the session of `user` that `handle` names; whether there was one."""
    for key in Session.objects.filter(user=user).values_list("session_key", flat=True):
        if _handle(key) == handle:
            Session.objects.filter(session_key=key).delete()
            return True
    return False


def end_all(user: User, *, but: str | None = None) -> int:
    """End every session of `user`, except the one of the key `but`; how many there were."""
    count, _by_model = Session.objects.filter(user=user).exclude(session_key=but or "").delete()
    return count


def _handle(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()[:32]


def _moment(seconds: Any) -> datetime.datetime | None:
    if not isinstance(seconds, int | float):
        return None
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC)
