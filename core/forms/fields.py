"""Fields that several forms have in common."""

import re
import unicodedata
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core import periods
from core.workflow import REASON_LENGTH

DAY_FORMAT = "%d/%m/%Y"
# What anybody enters lies well within: outside it is a slip, and periods need a day after the last.
FIRST_YEAR, LAST_YEAR = 1900, 2199

_DAY_AS_WRITTEN = re.compile(r"\d{1,2}/\d{1,2}/\d{4}")


class DayField(forms.DateField):
    """A day as offices write it, dd/mm/yyyy."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            input_formats=[DAY_FORMAT],
            error_messages={
                "invalid": _("Write the day as dd/mm/yyyy, for example 30/06/2025."),
                "required": _("Enter the day."),
            },
            widget=forms.DateInput(
                format=DAY_FORMAT,
                attrs={"placeholder": _("dd/mm/yyyy"), "autocomplete": "off"},
            ),
            **options,
        )

    def to_python(self, value: Any) -> periods.Day | None:
        """The day. Who wrote one as asked, which no month has, is told that; a slip in the year
        too."""
        try:
            day: periods.Day | None = super().to_python(value)
        except forms.ValidationError as error:
            written = str(value).strip()
            if _DAY_AS_WRITTEN.fullmatch(written):
                no_day = _("There is no day %(day)s.")
                raise forms.ValidationError(no_day, "no_day", {"day": written}) from error
            raise
        if day and not FIRST_YEAR <= day.year <= LAST_YEAR:
            sentence = _("Check the year: %(year)d.")
            raise forms.ValidationError(sentence, "year", {"year": day.year})
        return day


def day_field(label: Any, *, required: bool = True) -> DayField:
    """A day as offices write it, dd/mm/yyyy."""
    return DayField(label=label, required=required)


class LineField(forms.CharField):
    """One line of text: one Unicode form, no space more than between words."""

    def to_python(self, value: Any) -> str:
        """The line as it is kept."""
        return unicodedata.normalize("NFC", " ".join(str(super().to_python(value) or "").split()))


class WordsField(forms.CharField):
    """A few lines of text, composed, with one kind of line end.

    What is too long is refused with its length. Browsers are not told the limit: they would cut
    what somebody pastes, and say nothing.
    """

    def __init__(self, *, rows: int = 3, max_length: int = REASON_LENGTH, **options: Any) -> None:
        options.setdefault("widget", forms.Textarea(attrs={"rows": rows}))
        super().__init__(max_length=max_length, **options)

    def to_python(self, value: Any) -> str:
        """One Unicode form; a form sends two characters for each line end."""
        text = super().to_python(value) or ""
        return unicodedata.normalize("NFC", text).replace("\r\n", "\n").strip()

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """The attributes of the widget, without the limit."""
        attrs: dict[str, Any] = super().widget_attrs(widget)
        attrs.pop("maxlength", None)
        return attrs


class ReasonForm(forms.Form):
    """Why somebody takes a step; whether a reason is needed says the step itself."""

    reason = WordsField(
        required=False,
        error_messages={
            "null_characters_not_allowed": _(
                "The reason has a character that cannot be kept. Type it again."
            )
        },
    )

    @property
    def typed_reason(self) -> str:
        """The reason as it was typed, for a page that is shown again."""
        return str(self.data.get("reason", "")).replace("\0", "").strip()

    @property
    def reason_error(self) -> str:
        """What is wrong with the reason; empty where nothing is."""
        return str(self.errors.get("reason", [""])[0])
