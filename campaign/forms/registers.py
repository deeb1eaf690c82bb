"""Entering into a register, its evidence, and the filters of the lists."""

import uuid
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaign.models import KINDS, EntryState, Register, RegisterEntry
from campaign.register_words import WORDS
from campaign.registering import Words
from core import files, periods
from core.forms.fields import LineField, WordsField, day_field
from core.forms.filters import ALL, FilterForm
from core.numbers import format_vi_number, parse_vi_number
from units.models import Placement

FIRST_YEAR, LAST_YEAR = 2000, 2100
LARGEST = Decimal(10) ** 15


class AmountField(forms.CharField):
    """A number as offices write it: 1.234,5."""

    def to_python(self, value: Any) -> Any:
        """The number; None where nothing is written."""
        text = (super().to_python(value) or "").strip()
        if not text:
            return None
        try:
            number = parse_vi_number(text)
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error
        if not 0 < number < LARGEST or number != round(number, 2):
            raise forms.ValidationError(_("Write a value above 0 with at most two decimals."))
        return number


class EntryForm(forms.Form):
    """One entry of a register."""

    unit = forms.TypedChoiceField(label=gettext_lazy("Unit"), coerce=int)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"))
    subject = LineField(max_length=300)
    scope_text = LineField(max_length=300)
    words = WordsField(rows=4)
    amount = AmountField(label=gettext_lazy("Value"), required=False)
    measure = LineField(
        label=gettext_lazy("Unit of the value"),
        max_length=30,
        required=False,
        help_text=gettext_lazy("For example đồng, ngày công, cuốn sách."),
    )
    first = day_field("")
    last = day_field("", required=False)
    due_on = day_field(gettext_lazy("To be mended until"), required=False)
    seen = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    entry_key = forms.UUIDField(required=False, widget=forms.HiddenInput, initial=uuid.uuid4)

    def __init__(
        self, register: str, places: Sequence[Placement], *args: Any, **options: Any
    ) -> None:
        """A form for a register.

        Args:
            places: the states of today of the units about which the person enters.
        """
        super().__init__(*args, **options)
        self.label_suffix = ""
        self.register = register
        self.words_of = WORDS[register]
        self.places = {place.unit_id: place for place in places}
        self._fit()
        self.helper = FormHelper(self)
        self.helper.form_tag = False

    def _fit(self) -> None:
        """The register's own words and fields; what can be only one is chosen."""
        words = self.words_of
        labels = {
            "subject": words.subject,
            "scope_text": words.scope,
            "words": words.details,
            "first": words.first,
            "last": words.last,
        }
        for name, label in labels.items():
            self.fields[name].label = label
        names = [(str(key), place.name) for key, place in self.places.items()]
        choices: dict[str, list[tuple[str, Any]]] = {
            "unit": names if len(names) == 1 else [("", "–"), *names],
            "kind": [(kind.value, kind.label) for kind in KINDS[self.register]],
        }
        for name, offered in choices.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 -- declared above
            field.choices = offered
        if not words.has_value:
            del self.fields["amount"], self.fields["measure"]
        if not words.has_due:
            del self.fields["due_on"]

    def clean(self) -> dict[str, Any]:
        """What the days and the value say of each other."""
        cleaned = super().clean() or {}
        self._check_days(cleaned)
        if self.words_of.has_value and "amount" not in self.errors:
            if cleaned.get("amount") and not cleaned.get("measure"):
                self.add_error("measure", _("Say in which unit the value is counted."))
            if cleaned.get("measure") and not cleaned.get("amount"):
                self.add_error("amount", _("Write the value, or leave both empty."))
        return cleaned

    def _check_days(self, cleaned: dict[str, Any]) -> None:
        first, last, due = (cleaned.get(name) for name in ("first", "last", "due_on"))
        for name, day in (("first", first), ("last", last), ("due_on", due)):
            if day and not FIRST_YEAR <= day.year <= LAST_YEAR:
                self.add_error(name, _("Check the year: %(year)d.") % {"year": day.year})
        if first and first > periods.today():
            self.add_error("first", _("This day lies in the future."))
        if first and last and last < first:
            sentence = _("It ends before it begins, on %(day)s.")
            self.add_error("last", sentence % {"day": f"{first:%d/%m/%Y}"})
        if first and due and due < first:
            self.add_error("due_on", _("This day lies before the inspection."))

    @property
    def place(self) -> Placement:
        """The state of the chosen unit."""
        return self.places[self.cleaned_data["unit"]]

    def said(self) -> Words:
        """What the form says, once it can be read."""
        found = self.cleaned_data
        last = found["last"] or (None if self.words_of.goes_on else found["first"])
        return Words(
            kind=found["kind"],
            subject=found["subject"],
            scope_text=found["scope_text"],
            words=found["words"],
            period=periods.between(found["first"], last),
            amount=found.get("amount"),
            measure=found.get("measure", ""),
            due_on=found.get("due_on"),
        )


def initial_of(entry: RegisterEntry, seen: str) -> dict[str, Any]:
    """An entry as its form shows it."""
    first, last = periods.first_day(entry.period), periods.last_day(entry.period)
    return {
        "unit": entry.unit_id,
        "kind": entry.kind,
        "subject": entry.subject,
        "scope_text": entry.scope_text,
        "words": entry.words,
        "amount": format_vi_number(entry.amount.normalize()) if entry.amount else "",
        "measure": entry.measure,
        "first": first,
        "last": None if last == first else last,
        "due_on": entry.due_on,
        "seen": seen,
    }


class EvidenceForm(forms.Form):
    """One file that proves an entry."""

    file = forms.FileField(
        label=gettext_lazy("File"), widget=forms.FileInput(attrs={"accept": ",".join(files.KINDS)})
    )


class EntryFilterForm(FilterForm):
    """The filters of the list of a register."""

    veils = True

    frame = frozenset({"register"})

    register = forms.ChoiceField(
        label=gettext_lazy("Register"),
        required=False,
        choices=Register,
        widget=forms.HiddenInput,
    )
    q = LineField(label=gettext_lazy("Unit or subject"), required=False, max_length=100)
    year = forms.IntegerField(
        label=gettext_lazy("Year"),
        required=False,
        min_value=FIRST_YEAR,
        max_value=LAST_YEAR,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    state = forms.ChoiceField(
        label=gettext_lazy("State"), required=False, choices=[*ALL, *EntryState.choices]
    )

    def __init__(self, data: Mapping[str, Any]) -> None:
        super().__init__(data)
        self.chosen_register = Register(self.chosen("register") or Register.CONTRIBUTIONS)
