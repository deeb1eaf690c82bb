"""Fields of cells that no form has."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.numbers import parse_vi_number

_YES, _NO = frozenset({"có", "x", "yes", "1", "v"}), frozenset({"", "không", "no", "0"})


class YesField(forms.CharField):
    """Yes or no as people mark a list; empty is no."""

    def clean(self, value: Any) -> Any:
        """A bool. Raises ValidationError for other words."""
        text = super().clean(value).strip().casefold()
        if text in _YES | _NO:
            return text in _YES
        raise forms.ValidationError(_("Write “có” or “không”."))


class ReachedField(forms.CharField):
    """Whether something was reached, as lists say it; empty is None."""

    def clean(self, value: Any) -> Any:
        """A bool or None. Raises ValidationError for other words."""
        text = super().clean(value).strip().casefold()
        if text in _REACHED:
            return _REACHED[text]
        raise forms.ValidationError(_("Write “đạt” or “không đạt”."))


_REACHED = {"": None, "đạt": True, "không đạt": False, "chưa đạt": False}


class PointsField(forms.CharField):
    """Points of 100 as Vietnamese offices write numbers; empty is None."""

    def clean(self, value: Any) -> Any:
        """A Decimal with two places at most. Raises ValidationError with what is wrong."""
        text = super().clean(value).strip()
        if not text:
            return None
        try:
            points = parse_vi_number(text)
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error
        if not 0 <= points <= MOST_POINTS or points != round(points, 2):
            raise forms.ValidationError(_("Points lie between 0 and 100, with two decimals."))
        return points


#: Ten indicators of ten points each (Quyết định 244/QĐ-KHVN).
MOST_POINTS = 100
