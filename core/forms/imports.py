"""Choosing a file to bring in, and saying why."""

from pathlib import PurePath
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from core.forms.fields import ReasonForm, WordsField
from core.importing import reading
from core.spreadsheets import UnreadableSpreadsheet

ENDINGS = (".xlsx", ".csv")
REASON_LENGTH = 500


class UploadForm(forms.Form):
    """A file, and where it holds personal data the reason."""

    file = forms.FileField(
        label=_("File"),
        widget=forms.FileInput(attrs={"accept": ",".join(ENDINGS)}),
        error_messages={"required": _("Choose a file."), "empty": _("This file is empty.")},
    )
    reason = WordsField(
        label=_("What you need the names for"),
        rows=2,
        max_length=REASON_LENGTH,
        error_messages={"required": _("Say why: this step needs a reason.")},
    )

    def __init__(self, *args: Any, asks_reason: bool, **options: Any) -> None:
        """A form.

        Args:
            asks_reason: whether the list holds personal data.
        """
        super().__init__(*args, **options)
        self.label_suffix = ""
        if not asks_reason:
            del self.fields["reason"]

    def clean_file(self) -> "UploadedFile[Any]":
        """A file of a kind and size that is taken; what is in it is read by a worker."""
        upload: UploadedFile[Any] = self.cleaned_data["file"]
        if PurePath(upload.name or "").suffix.lower() not in ENDINGS:
            raise forms.ValidationError(_("Only .xlsx and .csv files can be taken."))
        try:
            reading.check_size(upload.size or 0)
        except UnreadableSpreadsheet as refused:
            raise forms.ValidationError(str(refused)) from refused
        return upload


class NamesForm(ReasonForm):
    """What somebody needs the names of a list for."""

    reason = WordsField(required=False, max_length=REASON_LENGTH)
