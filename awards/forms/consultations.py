"""The forms of consultations: asking, answering."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from awards.consulting.asking import Question, Said
from awards.models import Consultation, ConsultationKind
from core import files
from core.forms.fields import LineField, WordsField, day_field


class QuestionForm(forms.Form):
    """Whom an office asks, about what, until when."""

    kind = forms.ChoiceField(label=_("Kind"), choices=ConsultationKind)
    asked_body = LineField(label=_("Who is asked"), max_length=300)
    asked_unit = forms.ChoiceField(
        label=_("Who is asked, in the portal"),
        required=False,
        help_text=_("Its people are told, and can record the answer."),
    )
    asked_on = day_field(_("Asked on"))
    due_on = day_field(_("Answer expected by"))
    question = WordsField(label=_("What is asked"), required=False)
    names_basis = LineField(
        label=_("Decision to publish names"),
        required=False,
        max_length=300,
        help_text=_(
            "Only of a public question: without it households and citizens stand there by number."
        ),
    )

    def __init__(self, data: Any, units: Sequence[tuple[str, str]], initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        field = self.fields["asked_unit"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 -- declared above
        field.choices = [("", "—"), *units]

    def clean(self) -> dict[str, Any]:
        """The answer is expected after it is asked for."""
        cleaned: dict[str, Any] = super().clean() or {}
        asked, due = cleaned.get("asked_on"), cleaned.get("due_on")
        if asked and due and due < asked:
            self.add_error("due_on", _("The period ends before it begins."))
        return cleaned

    def said(self) -> Question:
        """What a valid form says."""
        cleaned = dict(self.cleaned_data)
        unit = cleaned.pop("asked_unit")
        return Question(**cleaned, asked_unit_id=int(unit) if unit else None)


class AnswerForm(forms.Form):
    """What was answered."""

    answer = forms.ChoiceField(
        label=_("Answer"),
        choices=[("", "–"), *Consultation.Answer.choices],
        error_messages={"required": _("Choose what was answered.")},
    )
    answer_words = WordsField(label=_("In words"), required=False)
    answered_on = day_field(_("Answered on"))
    file = forms.FileField(
        label=_("Document"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ",".join(files.KINDS)}),
    )

    def said(self) -> Said:
        """What a valid form says."""
        cleaned = self.cleaned_data
        return Said(cleaned["answer"], cleaned["answer_words"], cleaned["answered_on"])
