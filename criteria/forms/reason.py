"""Why somebody takes a step: one field, the same wherever a reason is asked for."""

import unicodedata
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from core.workflow import REASON_LENGTH


class ReasonField(forms.CharField):
    """A reason, composed as everything that is compared; its length is that of the stored text."""

    default_error_messages = {
        "null_characters_not_allowed": gettext_lazy(
            "The reason has a character that cannot be kept. Type it again."
        )
    }

    def to_python(self, value: Any) -> str:
        """One Unicode form, and one kind of line end: a form sends two characters for each."""
        text = super().to_python(value) or ""
        return unicodedata.normalize("NFC", text).replace("\r\n", "\n")


class ReasonForm(forms.Form):
    """The reason of a step; whether one is needed says the step itself."""

    reason = ReasonField(max_length=REASON_LENGTH, required=False)

    @property
    def typed_reason(self) -> str:
        """The reason as it was typed."""
        return str(self.data.get("reason", ""))

    @property
    def reason_error(self) -> str:
        """What is wrong with the reason; empty where nothing is."""
        return str(self.errors.get("reason", [""])[0])
