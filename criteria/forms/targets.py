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
from criteria.allotting import Allotted, Wish
from units.models import Placement


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
        return _share(self.cleaned_data["share"])


def _share(text: str) -> Decimal:
    """A share as it is typed. Raises ValidationError."""
    try:
        share = parse_vi_number(text)
    except ValueError as error:
        raise ValidationError(str(error)) from error
    if not 0 <= share <= 100:
        raise ValidationError(_("A share lies between 0 and 100 percent."))
    if share != round(share, 2):
        raise ValidationError(_("A share has two decimals at most."))
    return share


class WishForm(forms.Form):
    """One row of the grid: a unit, what it has to reach, and why where that is another share."""

    share = LineField(label=_("Has to reach, %"), max_length=20)
    reason = LineField(label=_("Reason, where it is changed"), max_length=300, required=False)
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self, place: Placement, now: Allotted, data: Mapping[str, Any] | None = None
    ) -> None:
        """A row over what stands `now`; with `data` what was typed."""
        initial = {"share": format_vi_number(now.share), "seen": now.seen}
        super().__init__(data, initial=initial, prefix=f"unit-{place.unit_id}")
        self.place, self.now = place, now

    def clean_share(self) -> Decimal:
        """The number, with two decimals at most."""
        return _share(self.cleaned_data["share"])

    def wish(self, reason: str) -> Wish:
        """What the row says, once it is valid.

        Args:
            reason: for rows that have none of their own.
        """
        found = self.cleaned_data
        return Wish(self.place, found["share"], found["reason"] or reason, found["seen"])

    @property
    def wanted(self) -> Decimal:
        """What the unit would have to reach by what is typed; where that is junk, what it has."""
        share: Decimal | None = self.cleaned_data.get("share") if self.is_bound else None
        return self.now.share if share is None else share


class CommonReasonForm(forms.Form):
    """The reason of all rows that have none of their own."""

    reason = WordsField(label=_("Reason for all changed rows"), rows=2, required=False)
