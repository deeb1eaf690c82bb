"""A form with one file, which need not be sent twice."""

from typing import Any

from django import forms
from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy

from core import files, journal
from core.models import StoredFile


class KeptFileForm(forms.Form):
    """A form with one file, which need not be chosen again while something else is wrong.

    The file is stored as soon as it can be taken; the form carries it on in a signed token that
    only the same person can use again.
    """

    file = forms.FileField(
        label=gettext_lazy("File"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ",".join(files.KINDS)}),
    )
    kept_file = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, user: Any, act: str, *args: Any, **options: Any) -> None:
        """A form of `user`.

        Args:
            act: in the journal, of storing the file.
        """
        super().__init__(*args, **options)
        self.label_suffix = ""
        self.user = user
        self.act = act
        self.kept: StoredFile | None = None

    def clean_file(self) -> "UploadedFile[Any] | None":
        """A file whose content is what its name says; see `core.files`."""
        upload: UploadedFile[Any] | None = self.cleaned_data["file"]
        if upload:
            files.recognise(upload, files.clean_name(upload.name or ""))
        return upload

    def take_file(self) -> StoredFile | None:
        """Keep the file that was sent, if it can be taken, else the one kept from before.

        Call it after `is_valid`, whatever that says.
        """
        upload = self.cleaned_data.get("file")
        if upload:
            with journal.act(self.act, actor=self.user):
                self.kept = files.store(upload, self.user)
        else:
            self.kept = self._opened(str(self.cleaned_data.get("kept_file", "")))
        return self.kept

    def _opened(self, token: str) -> StoredFile | None:
        try:
            file_id, user_id = signing.loads(token, salt=self.act, max_age=files.WAITS_FOR)
        except signing.BadSignature:
            return None
        return files.waiting(file_id) if user_id == self.user.pk else None

    @property
    def kept_token(self) -> str:
        """What the form carries of a file that is already kept."""
        if self.kept is None:
            return ""
        return signing.dumps([self.kept.pk, self.user.pk], salt=self.act)
