"""The frame of every page: the entries of its navigation."""

from typing import Any

from django import template
from django.template.context import RequestContext
from django.urls import reverse

register = template.Library()


@register.inclusion_tag("components/nav_entry.html", takes_context=True)
def nav_entry(
    context: RequestContext, route: str, label: str, picture: str, capability: str = ""
) -> dict[str, Any]:
    """An entry of the navigation; nothing where its page is not for this person.

    Args:
        route: name of the page.
        label: its translated text.
        picture: name of its icon.
        capability: what the person's appointments must give; empty asks for nothing.

    Raises:
        NoReverseMatch: there is no such page; a misspelt name must not hide one.
    """
    request = context["request"]
    url = reverse(route)
    if capability and not request.user.has_perm(capability):
        return {"url": ""}
    return {"url": url, "label": label, "picture": picture, "current": _current(request.path, url)}


def _current(path: str, url: str) -> str:
    """The value of aria-current: this very page, a page below it, or neither."""
    if path == url:
        return "page"
    return "true" if url != "/" and path.startswith(url) else ""
