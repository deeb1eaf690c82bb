"""Reading from a streaming replica, where the settings name one (docs/deployment.md).

A request that only asks is answered from the replica if that has all that the same browser wrote,
and what everybody wrote up to some seconds ago; else, and where it does not answer, from the
primary. What is written, sessions among it, goes to the primary always.
"""

import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import OperationalError, connections
from django.http import HttpRequest, HttpResponse

from core.middleware import SAFE_METHODS, Middleware

ALIAS = "replica"
COOKIE = "written"  # the primary's position when this browser wrote last
KEPT_FOR = 60  # seconds: by then a replica that is read from has it
ASKED_EVERY = 5.0  # seconds; what everybody wrote is read at most twice as late
_POSITION = re.compile(r"[0-9A-F]{1,8}/[0-9A-F]{1,8}")


class Positions:
    """Where the primary has been, as this process asked it: now and `ASKED_EVERY` before."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._asked_at = float("-inf")
        self._latest = self._before = ""

    def before(self) -> str:
        """A position of the primary of at least `ASKED_EVERY` seconds ago, and at most twice that
        where requests come in; at first the one of now."""
        with self._lock:
            now = time.monotonic()
            if now - self._asked_at >= ASKED_EVERY:
                self._asked_at, position = now, written_up_to()
                self._before, self._latest = self._latest or position, position
            return self._before


_positions = Positions()


def written_up_to() -> str:
    """The position of the primary in its log."""
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT pg_current_wal_insert_lsn()::text")
        (position,) = cursor.fetchone()
    return str(position)


class ReplicaReads(Middleware):
    """Middleware: answer what only asks from the replica, and note what a browser wrote."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if ALIAS not in settings.DATABASES:
            return self.get_response(request)
        if request.method in SAFE_METHODS:
            with _reading(request.COOKIES.get(COOKIE, "")):
                return self.get_response(request)
        response = self.get_response(request)
        response.set_cookie(
            COOKIE,
            written_up_to(),
            max_age=KEPT_FOR,
            httponly=True,
            secure=settings.SESSION_COOKIE_SECURE,
            samesite="Lax",
        )
        return response


@contextmanager
def _reading(own: str) -> Iterator[None]:
    """Let every question of the block go to the replica, if it has got far enough."""
    known = [position for position in (own, _positions.before()) if _POSITION.fullmatch(position)]
    if not has(known):
        yield
        return
    primary = connections["default"]
    connections["default"] = connections[ALIAS]
    try:
        yield
    finally:
        connections["default"] = primary


def has(positions: list[str]) -> bool:
    """Whether the replica answers, and has replayed the log up to all these positions."""
    try:
        with connections[ALIAS].cursor() as cursor:
            cursor.execute("SELECT pg_last_wal_replay_lsn() >= ALL(%s::pg_lsn[])", [positions])
            return bool(cursor.fetchone()[0])
    except OperationalError:
        connections[ALIAS].close()
        return False
