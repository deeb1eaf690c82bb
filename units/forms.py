"""What one can ask of the units."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core import periods


class DayForm(forms.Form):
    """The day of which a page speaks; empty is today."""

    day = forms.DateField(
        label=_("As of the day"),
        required=False,
        input_formats=["%d/%m/%Y"],
        error_messages={
            "invalid": _("Write the day as dd/mm/yyyy, for example 30/06/2025."),
        },
        widget=forms.DateInput(
            format="%d/%m/%Y", attrs={"placeholder": _("dd/mm/yyyy"), "autocomplete": "off"}
        ),
    )

    def chosen_day(self) -> periods.Day | None:
        """The day asked for; None for today, also where what was written is no day."""
        self.is_valid()  # what is wrong in another field leaves the day as it is
        day: periods.Day | None = self.cleaned_data.get("day")
        return day


class BrowseForm(DayForm):
    """Search by name or code, on a day or at any time."""

    q = forms.CharField(label=_("Name or code"), required=False, max_length=100)
    ever = forms.BooleanField(label=_("also units of other times"), required=False)
    under = forms.IntegerField(required=False, widget=forms.HiddenInput)

    field_order = ["q", "day", "ever"]
