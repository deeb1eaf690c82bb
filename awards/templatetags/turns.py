"""Whose turn it is, on pages and in lists: one look for nominations and submissions."""

from collections.abc import Iterable

from django import template
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from awards.deciding import turns
from awards.models import Decision
from awards.submitting.clock import Turn
from core.presentation import HistoryLine
from core.templatetags.components import icon, status, term

register = template.Library()

NOBODY = mark_safe('<span class="muted">–</span>')


@register.simple_tag
def turn(found: Turn | None, short: bool = False) -> SafeString:
    """Whose turn it is, since when, and how long it may take; a dash where nobody's.

    Args:
        short: for the row of a list: without what is to be done.
    """
    if found is None:
        return NOBODY
    since = (
        format_html(
            ' <span class="muted nowrap">{} <time datetime="{}">{}</time></span>',
            _("since day"),
            found.since.isoformat(),
            date_format(found.since, "SHORT_DATE_FORMAT"),
        )
        if found.since
        else ""
    )
    task = "" if short else format_html(" {}", found.task)
    return format_html(
        '<span class="turn">{} <strong>{}</strong>{}{}{}</span>',
        icon("clock"),
        found.who,
        task,
        since,
        _until(found),
    )


@register.simple_tag
def decision_turn(
    found: Decision, history: Iterable[HistoryLine] | None = None, short: bool = False
) -> SafeString:
    """Whose turn it is with a decision; nothing once it is published, revoked or dropped.

    Args:
        found: with `since` (awards.deciding.turns.since) where no history is given.
        history: what happened to it, the latest first.
    """
    came = found.since if history is None else turns.came(found, history)  # type: ignore[attr-defined]
    now = turns.turn_of(found, came)
    return turn(now, short) if now else SafeString("")


def _until(found: Turn) -> SafeString:
    """How long it may take, where a term counts."""
    if not found.timed:
        return SafeString("")
    if found.due is None:
        words = _("term not configured")
        return format_html(" · {}", status("not_configured", words))
    mark = format_html(" {}", status("late", _("late"))) if found.is_late else ""
    return format_html(" · {} {}{}", _("until"), term(found.due), mark)
