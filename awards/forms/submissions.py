"""The forms of submissions: filters, number and day, papers."""

import unicodedata
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from awards.models import SubmissionFile, SubmissionState
from core import files
from core.forms.fields import LineField, WordsField, day_field

ANY = [("", _("all"))]
NOTE_LENGTH = 4000  # characters: some two pages


class SubmissionFilterForm(forms.Form):
    """What of the list is shown; junk in the address is ignored, field by field."""

    q = forms.CharField(label=_("Name of the sending unit"), required=False, max_length=100)
    form = forms.ChoiceField(label=_("Form of commendation"), required=False)
    occasion = forms.ChoiceField(label=_("Round or phase"), required=False)
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[*ANY, *SubmissionState.choices]
    )
    late = forms.BooleanField(label=_("Late only"), required=False)

    def __init__(
        self,
        data: Any,
        forms_: Sequence[tuple[str, str]] = (),
        occasions: Sequence[tuple[str, str]] = (),
    ) -> None:
        super().__init__(data)
        for name, choices in (("form", forms_), ("occasion", occasions)):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 -- declared above
            field.choices = [*ANY, *choices]
        self.is_valid()

    def chosen(self, name: str) -> str:
        """The value of a filter; nothing where it is empty or junk."""
        return self.cleaned_data.get(name) or ""

    def words(self) -> str:
        """The words to look for, in one Unicode form."""
        return unicodedata.normalize("NFC", " ".join(self.chosen("q").split()))

    @property
    def filters(self) -> bool:
        """Whether anything is asked for."""
        return any(map(self.chosen, self.fields))


class WordingForm(forms.Form):
    """Number and symbol, day, and what is to be said besides."""

    number = LineField(label=_("Number and symbol"), required=False, max_length=60)
    dated = day_field(_("Day of the paper"), required=False)
    note = WordsField(
        label=_("What is to be said besides"), required=False, rows=4, max_length=NOTE_LENGTH
    )


class PaperForm(forms.Form):
    """A paper that goes with the submission."""

    kind = forms.ChoiceField(label=_("What it is"), choices=SubmissionFile.Kind)
    file = forms.FileField(
        label=_("File"), widget=forms.FileInput(attrs={"accept": ",".join(files.KINDS)})
    )
