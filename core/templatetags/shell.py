"""The frame of every page: the entries of its navigation."""

from functools import lru_cache

from django import template
from django.template.context import RequestContext
from django.urls import get_script_prefix, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from core.templatetags.components import icon

register = template.Library()


@register.simple_tag(takes_context=True)
def nav_entry(
    context: RequestContext, route: str, label: str, picture: str, capability: str = ""
) -> SafeString:
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
    url = _address(route, get_script_prefix())
    if capability and not request.user.has_perm(capability):
        return SafeString("")
    return _entry(url, _current(request.path, url), picture, str(label))


@register.simple_tag(takes_context=True)
def crumb(context: RequestContext, route: str, label: str, capability: str) -> SafeString:
    """A list on the way to a page: a link, or its name alone where the list is not for this person.

    Args:
        route: name of the list.
        label: its translated text.
        capability: what the person's appointments must give.

    Raises:
        NoReverseMatch: there is no such page.
    """
    if not context["request"].user.has_perm(capability):
        return format_html('<li class="breadcrumb-item">{}</li>', label)
    url = _address(route, get_script_prefix())
    return format_html('<li class="breadcrumb-item"><a href="{}">{}</a></li>', url, label)


@lru_cache(maxsize=64)
def _address(route: str, prefix: str) -> str:
    """The address of a page that needs no record; it differs by where the portal is mounted."""
    return reverse(route)


@lru_cache(maxsize=256)  # every page has all of them: its routes in two languages, or current
def _entry(url: str, current: SafeString, picture: str, label: str) -> SafeString:
    return format_html(
        '<li><a href="{}"{}>{}<span>{}</span></a></li>', url, current, icon(picture), label
    )


@register.simple_tag(takes_context=True)
def help_url(context: RequestContext) -> str:
    """Where help says how to work with the part of the portal to which the page belongs."""
    match = context["request"].resolver_match
    part = match and (match.namespace or match.url_name)
    return f"{reverse('help')}#{part}" if part else reverse("help")


@register.simple_tag(takes_context=True)
def unread_notices(context: RequestContext) -> int:
    """How many notices the person has not read; it came with the session's user."""
    return int(getattr(context["request"].user, "unread_notices", 0))


def _current(path: str, url: str) -> SafeString:
    """The attribute aria-current: this very page, a page below it, or none."""
    if path == url:
        return SafeString(' aria-current="page"')
    return SafeString(' aria-current="true"' if url != "/" and path.startswith(url) else "")
