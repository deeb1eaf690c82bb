"""What a unit has to reach of a target."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.forms.fields import LineField, WordsField
from core.numbers import format_vi_number, parse_vi_number
from criteria.allotting import Allotted


class AllotmentForm(forms.Form):
    """Another share, with the reason."""

    share = LineField(label=_("Has to reach, %"), max_length=20)
    reason = WordsField(label=_("Reason"))
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, now: Allotted, data: Mapping[str, Any] | None = None) -> None:
        """A form over what stands `now`; with `data` what was typed."""
        initial = {"share": format_vi_number(now.share), "seen": now.seen}
        super().__init__(data, initial=initial)
        self.label_suffix = ""
        self.helper = FormHelper(self)
        self.helper.form_tag = False

    def clean_share(self) -> Decimal:
        """The number, with two decimals at most."""
        try:
            share = parse_vi_number(self.cleaned_data["share"])
        except ValueError as error:
            raise ValidationError(str(error)) from error
        if share != round(share, 2):
            raise ValidationError(_("A share has two decimals at most."))
        return share
