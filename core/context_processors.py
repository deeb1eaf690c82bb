"""What every page knows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def portal(request: HttpRequest) -> dict[str, Any]:
    """Whether the demonstration is loaded, for the banner of every page."""
    return {"demo": settings.DEMO}
