"""Addresses in the rows of lists."""

from functools import lru_cache

from django import template
from django.urls import reverse

register = template.Library()


@register.simple_tag
@lru_cache(maxsize=32_768)
def link(route: str, *keys: int | str) -> str:
    """The address of a page as `url` gives it, looked up once a process: for rows of lists.

    Args:
        route: name of the page.
        keys: of the record that it shows.

    Raises:
        NoReverseMatch: there is no such page.
    """
    return reverse(route, args=keys)
