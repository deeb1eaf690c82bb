"""Fields that several forms have in common."""

import unicodedata
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

DAY_FORMAT = "%d/%m/%Y"


def day_field(label: Any, *, required: bool = True) -> forms.DateField:
    """A day as offices write it, dd/mm/yyyy."""
    return forms.DateField(
        label=label,
        required=required,
        input_formats=[DAY_FORMAT],
        error_messages={"invalid": _("Write the day as dd/mm/yyyy, for example 30/06/2025.")},
        widget=forms.DateInput(
            format=DAY_FORMAT,
            attrs={"placeholder": _("dd/mm/yyyy"), "autocomplete": "off"},
        ),
    )


class LineField(forms.CharField):
    """One line of text: one Unicode form, no space more than between words."""

    def to_python(self, value: Any) -> str:
        """The line as it is kept."""
        return unicodedata.normalize("NFC", " ".join(str(super().to_python(value) or "").split()))
