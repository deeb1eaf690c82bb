"""The forms of lists for recognition: filters, the meeting, number and term, revocation."""

from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.utils.translation import gettext_lazy as _

from campaign.forms.filters import RoundFilterForm
from core import periods
from core.forms.fields import LineField, WordsField, day_field
from core.forms.filters import ALL
from criteria.models import BatchState
from units.models import UnitKind

LARGEST_NUMBER = 99_999
MOST_PEOPLE = 100_000


class BatchFilterForm(RoundFilterForm):
    """The filters of the lists for recognition."""

    q = LineField(label=_("Name of the unit"), required=False, max_length=100)
    kind = forms.ChoiceField(
        label=_("Who is recognised"), required=False, choices=[*ALL, *UnitKind.choices]
    )
    state = forms.ChoiceField(label=_("State"), required=False, choices=[*ALL, *BatchState.choices])


class _PlainForm(forms.Form):
    """A form that a page draws field by field."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.label_suffix = ""
        self.helper = FormHelper(self)
        self.helper.form_tag = False


class MeetingForm(_PlainForm):
    """What the minutes of the meeting say."""

    met_on = day_field(_("Day of the meeting"))
    met_at = LineField(label=_("Place of the meeting"), max_length=200, required=False)
    chaired_by = LineField(label=_("Chaired by"), max_length=100)
    written_by = LineField(label=_("Minutes written by"), max_length=100, required=False)
    invited = forms.IntegerField(
        label=_("Invited"), required=False, min_value=1, max_value=MOST_PEOPLE
    )
    present = forms.IntegerField(label=_("Present"), min_value=1, max_value=MOST_PEOPLE)
    opinions = WordsField(label=_("Opinions of the meeting"), required=False)

    def clean_met_on(self) -> periods.Day:
        """A day that has come."""
        day: periods.Day = self.cleaned_data["met_on"]
        if day > periods.today():
            raise forms.ValidationError(_("This day lies in the future."))
        return day

    def clean(self) -> dict[str, Any]:
        """No more are present than were invited."""
        found: dict[str, Any] = super().clean() or self.cleaned_data
        invited, present = found.get("invited"), found.get("present")
        if invited is not None and present is not None and present > invited:
            self.add_error("present", _("More are present than were invited."))
        return found


class IssueForm(_PlainForm):
    """Number, day and term of the decision."""

    number = forms.IntegerField(label=_("Number"), min_value=1, max_value=LARGEST_NUMBER)
    dated = day_field(_("Day of the decision"))
    held_until = day_field(_("Held until"), required=False)


class RevokingForm(_PlainForm):
    """By which document a recognition is revoked, and why."""

    document = LineField(label=_("Document that revokes it"), max_length=300)
    reason = WordsField(label=_("Reason"), rows=2)


class PartForm(_PlainForm):
    """The same for some of a list, or why that is undone; what is missing says the step itself."""

    document = LineField(label=_("Document that revokes it"), max_length=300, required=False)
    reason = WordsField(label=_("Reason"), rows=2, required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        """It stands on one page with the form that revokes the whole list."""
        super().__init__(*args, auto_id="part-%s", **options)
