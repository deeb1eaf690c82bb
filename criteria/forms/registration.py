"""The forms of registrations: filters, a number, a new member."""

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from campaign.forms.filters import RoundFilterForm
from campaign.models import Round
from core.forms.fields import LineField
from core.forms.filters import ALL
from core.numbers import parse_vi_number
from criteria.models import RegistrationState
from criteria.registration.entering import LARGEST
from units.forms.borders import BordersForm
from units.members import MemberEntry
from units.models import UnitKind


class RegistrationFilterForm(RoundFilterForm, BordersForm):
    """The filters of the list of registrations."""

    frame = RoundFilterForm.frame | BordersForm.frame

    q = LineField(label=_("Name of the unit"), required=False, max_length=100)
    subject = forms.ChoiceField(label=_("Registers for"), required=False)
    kind = forms.ChoiceField(
        label=_("Who registers"), required=False, choices=[*ALL, *UnitKind.choices]
    )
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[*ALL, *RegistrationState.choices]
    )

    def __init__(
        self,
        data: Mapping[str, Any],
        rounds: Sequence[Round],
        subjects: Sequence[tuple[str, str]] = (),
    ) -> None:
        super().__init__(data, rounds, {"subject": [*ALL, *subjects]})


class NumberForm(forms.Form):
    """How many register, as offices write numbers; empty is no number."""

    declared = forms.CharField(
        label=_("Declared number"),
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def clean_declared(self) -> int | None:
        """A whole number that can be; None where nothing was written."""
        text = self.cleaned_data["declared"].strip()
        if not text:
            return None
        try:
            number = parse_vi_number(text)
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error
        if number != number.to_integral_value() or not 0 <= number <= LARGEST:
            raise forms.ValidationError(_("A whole number, 0 or more, is expected."))
        return int(number)


class NewMemberForm(forms.Form):
    """A new row: a household, clan or citizen that the unit did not know yet."""

    name = forms.CharField(max_length=100)
    people = forms.IntegerField(
        label=_("Number of people"), required=False, min_value=1, max_value=100
    )
    birth_year = forms.IntegerField(
        label=_("Year of birth"), required=False, min_value=1900, max_value=2100
    )

    def __init__(self, data: Any, kind: str) -> None:
        super().__init__(data)
        self.fields["name"].label = {
            UnitKind.HOUSEHOLD: _("Full name of the head of household"),
            UnitKind.CLAN: _("Name of the clan"),
        }.get(UnitKind(kind), _("Full name"))
        del self.fields["people" if kind == UnitKind.CITIZEN else "birth_year"]
        for field in self.fields.values():
            field.widget.attrs |= {"class": "form-control", "autocomplete": "off"}

    def clean_name(self) -> str:
        """One Unicode form, one space between words."""
        return unicodedata.normalize("NFC", " ".join(self.cleaned_data["name"].split()))

    def entry(self) -> MemberEntry:
        """What a valid form says."""
        found = self.cleaned_data
        return MemberEntry(
            name=found["name"], people=found.get("people"), birth_year=found.get("birth_year")
        )
