"""Periods and places in templates."""

from collections.abc import Sequence

from django import template

from core import periods
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
    return ", ".join(above.name for above in reversed(chain) if above.located_in_id)
