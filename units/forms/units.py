"""What one can ask of the units."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core import periods, veiled
from core.forms.fields import LineField, ReasonForm, WordsField, day_field
from core.forms.filters import VEILED
from core.numbers import parse_vi_number
from units.acts import NodeEntry
from units.members import MemberEntry
from units.models import SheetGroup
from units.personal import REASON_LENGTH

NAME_LENGTH = 100  # as the lists of members keep it
FIRST_BIRTH_YEAR = 1900
MOST_PEOPLE = 32767
MOST_ROWS = 2147483647


class DayForm(forms.Form):
    """The day of which a page speaks; empty is today."""

    day = day_field(_("As of the day"), required=False)

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


class NodeRowForm(forms.Form):
    """A row of a grid of units."""

    name = forms.CharField(
        label=_("Name"), max_length=200, error_messages={"required": _("Enter the name.")}
    )
    first_day = day_field(_("From the day"), required=False)
    basis = LineField(label=_("By the paper"), max_length=300, required=False)
    last_day = day_field(_("Last day"), required=False)
    end_basis = LineField(label=_("Ended by the paper"), max_length=300, required=False)

    def entry(self) -> NodeEntry:
        """What was typed, once it is valid."""
        return NodeEntry(**self.cleaned_data)


class RenameForm(forms.Form):
    """Another name for a unit, from a day on, by a paper."""

    name = forms.CharField(label=_("New name"), max_length=200)
    day = day_field(_("From the day"))
    basis = forms.CharField(label=_("By the paper"), max_length=300)


class SearchForm(forms.Form):
    """Search in a list."""

    q = forms.CharField(label=_("Name"), required=False, max_length=100)
    ended = forms.BooleanField(label=_("also those that have ended"), required=False)

    def words(self) -> str:
        """What is searched for; empty where it cannot be."""
        return " ".join(self.cleaned_data.get("q", "").split()) if self.is_valid() else ""

    def with_ended(self) -> bool:
        """Whether those that have ended are asked for too."""
        return self.is_valid() and self.cleaned_data["ended"]


class PeopleSearchForm(SearchForm):
    """Search in a list of people: their names are in no address."""

    veils = True

    def __init__(self, data: Mapping[str, Any]) -> None:
        super().__init__(veiled.opened(data, VEILED))


class WholeNumberField(forms.CharField):
    """A whole number as Vietnamese offices write it; empty is None."""

    def __init__(self, *, most: int | None = None, **options: Any) -> None:
        """A field.

        Args:
            most: the largest number that can be; None where others say so.
        """
        super().__init__(**options)
        self.most = most

    def clean(self, value: Any) -> Any:
        """The number. Raises ValidationError with what is wrong."""
        text = super().clean(value)
        if not text.strip():
            return None
        try:
            number = parse_vi_number(text)
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error
        if number % 1 or number < 0:
            raise forms.ValidationError(_("A whole number, 0 or more, is expected."))
        if self.most is not None and number > self.most:
            raise forms.ValidationError(_("This number is too large."))
        return int(number)


class BirthYearField(forms.IntegerField):
    """A year in which somebody living may have been born."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            min_value=FIRST_BIRTH_YEAR,
            error_messages={
                "invalid": _("Write the year with four digits."),
                "min_value": _("Write the year with four digits."),
            },
            **options,
        )

    def clean(self, value: Any) -> int | None:
        """Nobody was born after today."""
        year: int | None = super().clean(value)
        if year and year > periods.today().year:
            raise forms.ValidationError(_("This year has not come yet."))
        return year


class FigureRowForm(forms.Form):
    """The figure of one kind: its value, the day it is true of, and its paper."""

    value = WholeNumberField(required=False, max_length=30)
    day = day_field(_("True of the day"))
    paper = LineField(
        max_length=300,
        error_messages={"required": _("Name the paper on which the number stands.")},
    )


class FrameForm(forms.Form):
    """The day and the paper of all figures of a grid."""

    day = day_field(_("True of the day"), required=False)
    paper = forms.CharField(label=_("On the paper"), required=False, max_length=300)

    def frame(self) -> tuple[periods.Day, str]:
        """The day, today where none was given or it cannot be, and the paper."""
        self.is_valid()
        return self.cleaned_data.get("day") or periods.today(), self.cleaned_data.get("paper", "")


class OpeningForm(ReasonForm):
    """Why somebody opens the names of a place."""

    reason = WordsField(
        max_length=REASON_LENGTH,
        error_messages={"required": _("Say why: this step needs a reason.")},
    )


class MemberRowForm(forms.Form):
    """A row of a list of households, clans or citizens; which of its fields a list has differs."""

    name = LineField(
        label=_("Name"), max_length=NAME_LENGTH, error_messages={"required": _("Enter the name.")}
    )
    people = WholeNumberField(required=False, max_length=10, most=MOST_PEOPLE)
    birth_year = BirthYearField(required=False)
    household = WholeNumberField(required=False, max_length=10, most=MOST_ROWS)
    sheet_group = forms.TypedChoiceField(
        required=False, choices=[("", ""), *SheetGroup.choices], coerce=int, empty_value=None
    )
    identity = forms.CharField(required=False, max_length=30)
    first_day = day_field(_("From the day"), required=False)
    last_day = day_field(_("Last day"), required=False)

    def entry(self) -> MemberEntry:
        """What was typed, once it is valid."""
        return MemberEntry(
            **{**self.cleaned_data, "identity": self.cleaned_data["identity"] or None}
        )
