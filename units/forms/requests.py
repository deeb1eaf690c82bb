"""Requests of people about what is kept of them, and how long what is kept."""

from collections.abc import Sequence
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.utils.translation import gettext_lazy as _

from core import periods
from core.forms.fields import LineField, WordsField, day_field
from units.forms.units import MOST_ROWS, NAME_LENGTH, BirthYearField
from units.models import AskedBy, KeptData, Placement, RequestKind, UnitKind
from units.models.requests import TEXT_LENGTH
from units.requesting.entering import Asked

MOST_MONTHS = 1200


def _helper() -> FormHelper:
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True
    return helper


class RequestForm(forms.Form):
    """Whom a request is about, what it asks for, who brought it."""

    home = forms.TypedChoiceField(label=_("Hamlet or office"), coerce=int)
    of = forms.ChoiceField(
        label=_("List"),
        choices=[(one.value, one.label) for one in (UnitKind.CITIZEN, UnitKind.HOUSEHOLD)],
    )
    number = forms.IntegerField(label=_("No. in the list"), min_value=1, max_value=MOST_ROWS)
    kind = forms.ChoiceField(label=_("Asks for"), choices=RequestKind)
    received_on = day_field(_("Received on"))
    asked_by = forms.ChoiceField(label=_("Brought by"), choices=AskedBy)
    representative = LineField(
        label=_("Name of the representative, and by which paper"),
        max_length=TEXT_LENGTH,
        required=False,
    )
    identity_check = LineField(
        label=_("How the identity was checked"),
        max_length=TEXT_LENGTH,
        help_text=_("Without the number itself: for example “compared with the card in person”."),
    )
    contact = LineField(label=_("Where the answer goes"), max_length=TEXT_LENGTH, required=False)
    asks = WordsField(label=_("What is asked for, in the person's words"), required=False)
    new_name = LineField(
        label=_("Correct full name"),
        max_length=NAME_LENGTH,
        required=False,
        help_text=_("For a correction: what is correct; what stays as it is stays empty."),
    )
    new_birth_year = BirthYearField(label=_("Correct year of birth"), required=False)

    def __init__(self, homes: Sequence[Placement], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.homes = {one.unit_id: one for one in homes}
        field: Any = self.fields["home"]
        field.choices = [("", "–"), *((one.unit_id, one.name) for one in homes)]
        self.initial.setdefault("received_on", periods.today())
        self.helper = _helper()

    def home_place(self) -> Placement:
        """The hamlet or office that was chosen."""
        return self.homes[self.cleaned_data["home"]]

    def asked(self) -> Asked:
        """What was typed, once it is valid."""
        said = self.cleaned_data
        return Asked(**{name: said[name] for name in Asked.__dataclass_fields__})


class RetentionForm(forms.Form):
    """A term of keeping, from a day on, by a text."""

    kind = forms.ChoiceField(label=_("Data"), choices=KeptData)
    months = forms.IntegerField(
        label=_("Kept for so many months"), min_value=1, max_value=MOST_MONTHS
    )
    first_day = day_field(_("In force from"))
    basis = LineField(label=_("By the text"), max_length=300)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = _helper()
