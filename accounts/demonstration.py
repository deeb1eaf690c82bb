"""Whether the demonstration is in the database, for the banner of every page and paper."""

from typing import Any

from django.core.cache import cache
from django.http import HttpRequest

from accounts.models import User

CACHE_KEY = "demonstration-is-loaded"
SECONDS = 60


def is_loaded() -> bool:
    """Whether accounts of the demonstration exist: asked once a minute in each process."""
    known: bool | None = cache.get(CACHE_KEY)
    if known is None:
        known = User.objects.filter(is_demo=True).exists()
        cache.set(CACHE_KEY, known, SECONDS)
    return known


def context(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `demo`, true while invented people and results may be on the page."""
    return {"demo": is_loaded()}
