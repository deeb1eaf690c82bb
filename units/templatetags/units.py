"""Periods and places in templates."""

from collections.abc import Sequence
from functools import lru_cache

from django import template
from django.utils.formats import date_format, localize
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from core import periods
from units import queries
from units.models import Placement

register = template.Library()

register.filter("first_day", periods.first_day)
register.filter("last_day", periods.last_day)


@register.filter
def place(chain: Sequence[Placement]) -> str:
    """What a unit lies in, the nearest first; the country goes without saying.

    Args:
        chain: from the country down.
    """
    return queries.within(chain)


@register.filter
def unit_count(number: int) -> str:
    """How many units, in words."""
    words = ngettext("%(counter)s unit", "%(counter)s units", number)
    return words % {"counter": localize(number)}


@register.simple_tag
def from_until(first: periods.Day | None, last: periods.Day | None) -> SafeString:
    """The first and the last day of a period; None is unknown, and without end."""
    return _from_until(first, last, get_language())


@lru_cache(maxsize=256)
def _from_until(
    first: periods.Day | None, last: periods.Day | None, _language: str | None
) -> SafeString:
    """The same for the many records of one period."""
    begins = _nowrap(first) if first else _("beginning unknown")
    return format_html("{} – {}", begins, _nowrap(last) if last else _("without end"))


def _nowrap(day: periods.Day) -> SafeString:
    return format_html('<span class="nowrap">{}</span>', date_format(day, "SHORT_DATE_FORMAT"))
