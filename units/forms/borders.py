"""The borders in which a page reads its sums, kept while its filters change."""

from django import forms

from core.forms.filters import FilterForm
from units.borders import FIELD, Borders
from units.forms.units import BrowseForm, DayForm


def _field() -> forms.ChoiceField:
    return forms.ChoiceField(required=False, choices=Borders, widget=forms.HiddenInput)


class BordersForm(FilterForm):
    """What of a list is shown, in the borders of the address (units.borders)."""

    frame = frozenset({FIELD})

    borders = _field()


class BorderedDayForm(DayForm):
    """The day of which a page speaks, and the borders in which it counts."""

    borders = _field()


class BorderedBrowseForm(BrowseForm):
    """As `BrowseForm`, with the borders in which the units of the day are counted."""

    borders = _field()
