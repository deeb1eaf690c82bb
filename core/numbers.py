"""Numbers as Vietnamese offices write them: 1.234,5 – a dot between thousands, a decimal comma."""

import re
from decimal import Decimal

from django.utils.translation import gettext as _

#: More digits than any figure of the country needs, few enough for exact decimal arithmetic.
MAX_WHOLE_DIGITS = 15
MAX_DECIMALS = 6

_SPACES_BETWEEN_THOUSANDS = str.maketrans({"\u00a0": " ", "\u202f": " ", "\u2009": " "})
_NUMBER = re.compile(
    r"(?P<sign>-?)(?P<whole>[0-9]+|[0-9]{1,3}(?:\.[0-9]{3})+|[0-9]{1,3}(?: [0-9]{3})+)"
    r"(?:,(?P<decimals>[0-9]+))?"
)
_ENGLISH = re.compile(r"-?[0-9]{1,3}(?:,[0-9]{3})+\.[0-9]+|-?[0-9]+\.[0-9]+")
_COULD_BE_THOUSANDS = re.compile(r"-?[1-9][0-9]{0,2},[0-9]{3}")


def parse_vi_number(text: str) -> Decimal:
    """Read a number that a person typed.

    Thousands may be separated by dots or by spaces, or not at all; the decimal sign is a comma.
    Raises ValueError with a translated sentence for anything else, also for what an English
    keyboard could have meant differently (`1.5`, `1,234`, `1,234.5`): a figure read wrongly by a
    factor of a thousand is worse than a question.
    """
    plain = text.translate(_SPACES_BETWEEN_THOUSANDS).strip().replace("\u2212", "-")
    if not plain:
        raise ValueError(_("Enter a number."))
    if _COULD_BE_THOUSANDS.fullmatch(plain):
        raise ValueError(_ambiguous(plain))
    match = _NUMBER.fullmatch(plain)
    if match is None:
        raise ValueError(_not_a_number(plain))
    whole = re.sub(r"[. ]", "", match["whole"]).lstrip("0") or "0"
    decimals = match["decimals"] or ""
    if len(whole) > MAX_WHOLE_DIGITS or len(decimals) > MAX_DECIMALS:
        raise ValueError(_("This number has too many digits."))
    number = Decimal(f"{match['sign']}{whole}.{decimals}")
    return number or Decimal(0)  # never minus zero


def format_vi_number(value: Decimal | int) -> str:
    """Write a number without loss: no rounding, no trailing zeros, dots between thousands.

    `parse_vi_number` reads the result back as the same number; to keep that true, a fraction of
    exactly three digits that could be taken for thousands gets a fourth (`1,2340`).
    """
    whole, _point, decimals = f"{Decimal(value):f}".partition(".")
    decimals = decimals.rstrip("0")
    if not decimals:
        return f"{int(whole):,}".replace(",", ".")
    sign = "-" if whole.startswith("-") else ""
    grouped = f"{abs(int(whole)):,}".replace(",", ".")
    written = f"{sign}{grouped},{decimals}"
    return f"{written}0" if _COULD_BE_THOUSANDS.fullmatch(written) else written


def _ambiguous(plain: str) -> str:
    return _(
        "“%(text)s” can be read in two ways: write %(thousands)s for the whole number, "
        "or %(fraction)s with a decimal comma."
    ) % {"text": plain, "thousands": plain.replace(",", ""), "fraction": f"{plain}0"}


def _not_a_number(plain: str) -> str:
    shown = plain if len(plain) <= 30 else f"{plain[:30]}…"
    if _ENGLISH.fullmatch(plain):
        return _("“%(text)s”: write a comma before the decimals, as in 1.234,5.") % {"text": shown}
    return _("“%(text)s” is not a number. Write it as in 1.234,5.") % {"text": shown}
