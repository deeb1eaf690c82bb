"""From which address a request comes; the lock-out tells by it who guesses from who owns a name."""

from django.conf import settings
from django.http import HttpRequest


def of_client(request: HttpRequest) -> str | None:
    """The address of the browser, None where the server does not know it.

    Behind the proxy of docs/deployment.md (HTTPS) every connection comes from the proxy, which
    writes the browser's address last into `X-Forwarded-For`; what stands before it anybody may
    have written. Without that proxy the header proves nothing.
    """
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "") if settings.HTTPS else ""
    last: str = forwarded.rpartition(",")[2].strip()
    return last or request.META.get("REMOTE_ADDR")
