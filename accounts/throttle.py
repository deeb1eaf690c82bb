"""How often one address may try what is open to anyone: links by their token, requests for one.

Counted in each process's own memory: a portal of several processes allows as many times more,
which changes nothing where a token has 256 bits and a mail goes only to who asked to be known.
"""

from django.core.cache import cache
from django.http import HttpRequest

from accounts import addresses

TRIES = 10
SECONDS = 15 * 60


def is_exceeded(what: str, request: HttpRequest) -> bool:
    """Whether this address has tried `what` too often in the last quarter of an hour."""
    return int(cache.get(_key(what, request), 0)) >= TRIES


def note(what: str, request: HttpRequest) -> None:
    """Count a try of this address."""
    key = _key(what, request)
    cache.add(key, 0, SECONDS)
    cache.incr(key)


def _key(what: str, request: HttpRequest) -> str:
    return f"tries-{what}-{addresses.of_client(request)}"
