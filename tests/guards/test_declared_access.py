"""Every view declares who may; a view that does not is found."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, get_resolver, path

from core.access import Access, public
from units import roles

# The administration of Django itself: superusers with a second factor (accounts.admin_site).
OTHERS = ("admin/",)

CAPABILITIES = frozenset(c for role in roles.ROLES for c in role.everything)


def routes(patterns: list[Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Every route with its view."""
    for entry in patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from routes(entry.url_patterns, route)
        elif isinstance(entry, URLPattern):
            yield route, entry.callback


def undeclared(patterns: list[Any]) -> list[str]:
    """Routes whose view declares nothing, or a capability that no role has."""
    found = []
    for route, view in routes(patterns):
        access = getattr(view, "access", None)
        if not route.startswith(OTHERS) and (
            not isinstance(access, Access) or not CAPABILITIES.issuperset(access.capabilities)
        ):
            found.append(route)
    return found


def test_every_view_declares_who_may() -> None:
    assert undeclared(get_resolver().url_patterns) == []


@pytest.mark.parametrize("guarded", [True, False])
def test_a_view_without_a_declaration_is_caught(guarded: bool) -> None:
    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    shown = public()(view) if guarded else view
    assert undeclared([path("x/", shown)]) == ([] if guarded else ["x/"])
