"""How often one address may try what is open to anyone: links by their token, requests for one.

Counted in the database, which all processes share. The counting is written by
`accounts.middleware.TriesCounted` after the view, because a GET may not write.
"""

from datetime import timedelta

from django.db import connection
from django.http import HttpRequest
from django.utils import timezone

from accounts import addresses
from accounts.models import Tries

MOST = 10
WITHIN = timedelta(minutes=15)

# One statement, so that tries at once are all counted.
_COUNT = """
    INSERT INTO accounts_tries AS known (what, address, count, since)
    VALUES (%(what)s, %(address)s, 1, %(now)s)
    ON CONFLICT (what, address) DO UPDATE SET
        count = CASE WHEN known.since > %(begin)s THEN known.count + 1 ELSE 1 END,
        since = CASE WHEN known.since > %(begin)s THEN known.since ELSE excluded.since END
"""


def is_exceeded(what: str, request: HttpRequest) -> bool:
    """Whether this address tried `what` too often in the last quarter of an hour (one query)."""
    counted = Tries.objects.filter(what=what, address=_address(request), count__gte=MOST)
    return counted.filter(since__gt=timezone.now() - WITHIN).exists()


def note(what: str, request: HttpRequest) -> None:
    """Let a try of this address be counted after the view."""
    request.tried = what  # type: ignore[attr-defined]


def count_noted(request: HttpRequest) -> None:
    """Count what the view noted, if it did."""
    what = getattr(request, "tried", "")
    if not what:
        return
    now = timezone.now()
    said = {"what": what, "address": _address(request), "now": now, "begin": now - WITHIN}
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, said)


def forget_old() -> None:
    """Remove tries that count no more."""
    Tries.objects.filter(since__lte=timezone.now() - WITHIN).delete()


def _address(request: HttpRequest) -> str:
    return (addresses.of_client(request) or "")[:45]
