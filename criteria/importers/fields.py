"""Fields of cells that no form has."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

_YES, _NO = frozenset({"có", "x", "yes", "1", "v"}), frozenset({"", "không", "no", "0"})


class YesField(forms.CharField):
    """Yes or no as people mark a list; empty is no."""

    def clean(self, value: Any) -> Any:
        """A bool. Raises ValidationError for other words."""
        text = super().clean(value).strip().casefold()
        if text in _YES | _NO:
            return text in _YES
        raise forms.ValidationError(_("Write “có” or “không”."))
