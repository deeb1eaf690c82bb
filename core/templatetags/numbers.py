"""Numbers in templates; what is not known is said, never shown as 0."""

from decimal import Decimal

from django import template
from django.utils.formats import localize
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

register = template.Library()


@register.simple_tag
def figure(number: int | None) -> SafeString | str:
    """A number with its thousands set apart; None is *chưa có số liệu*."""
    return _no_data() if number is None else localize(number, use_l10n=True)


@register.simple_tag
def percent(share: Decimal | None) -> SafeString | str:
    """A share in percent with one decimal; None is *chưa có số liệu*."""
    return _no_data() if share is None else f"{localize(share, use_l10n=True)}%"


@register.filter
def signed(number: int) -> str:
    """A difference with its sign."""
    return f"{'+' if number > 0 else '−'}{localize(abs(number), use_l10n=True)}"


def _no_data() -> SafeString:
    return format_html('<span class="muted small">{}</span>', _("no data yet"))
