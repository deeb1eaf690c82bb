"""What the head of every page says of the person: in which role, at which unit."""

from typing import Any

from django.http import HttpRequest

from units import scope


def person(request: HttpRequest) -> dict[str, Any]:
    """The appointments of today of who is signed in; no query before a template asks.

    Returns:
        `grants`: callable for templates, tuple of units.scope.Grant.
    """
    user = getattr(request, "user", None)  # an early error page has none
    return {"grants": lambda: scope.of(user).grants}
