"""Launching a document, answering a launch, and the filters of their lists."""

from collections.abc import Sequence
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaign.launching import UNKNOWABLE, Answer, Paper, Plan
from campaign.models import Document, DocumentKind, LaunchState, RecipientState
from core import periods
from core.forms.fields import LineField, WordsField, day_field
from core.forms.filters import ALL, FilterForm
from core.forms.kept_file import KeptFileForm
from units.scope import Grant

NEW = "new"
_UNKNOWN_LABELS = {
    "number": gettext_lazy("number and symbol"),
    "issued_on": gettext_lazy("day"),
    "issuer": gettext_lazy("issuer"),
    "signer": gettext_lazy("signer"),
}


class PaperForm(KeptFileForm):
    """A document of a unit; what is not known of it is said so, not left out."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Kind of document"),
        choices=DocumentKind,
        initial=DocumentKind.PLAN,
        required=False,
    )
    title = LineField(label=gettext_lazy("Subject line"), max_length=500, required=False)
    number = LineField(label=gettext_lazy("Number and symbol"), max_length=60, required=False)
    issued_on = day_field(gettext_lazy("Issued on"), required=False)
    issuer = LineField(label=gettext_lazy("Issuer"), max_length=300, required=False)
    signer = LineField(label=gettext_lazy("Signer"), max_length=200, required=False)
    unknown = forms.MultipleChoiceField(
        label=gettext_lazy("Not known of it"),
        required=False,
        choices=list(_UNKNOWN_LABELS.items()),
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.helper = FormHelper(self)
        self.helper.form_tag = False

    def check_paper(self, cleaned: dict[str, Any]) -> None:
        """Each field holds something or is marked as not known, never both."""
        unknown = cleaned.get("unknown", [])
        if not cleaned.get("title") and "title" not in self.errors:
            self.add_error("title", _("Write the subject line of the document."))
        for name in UNKNOWABLE:
            if name in self.errors:
                continue
            if not cleaned.get(name) and name not in unknown:
                self.add_error(name, _("Write it, or mark it below as not known."))
            if cleaned.get(name) and name in unknown:
                self.add_error(name, _("It is written here and marked below as not known."))
        day = cleaned.get("issued_on")
        if day and day > periods.today():
            self.add_error("issued_on", _("This day lies in the future."))

    def paper(self) -> Paper:
        """The document that was entered, with its file."""
        found = self.cleaned_data
        return Paper(
            kind=found["kind"] or DocumentKind.PLAN,
            title=found["title"],
            number=found["number"],
            issuer=found["issuer"],
            signer=found["signer"],
            issued_on=found["issued_on"],
            file=self.kept,
            unknown=frozenset(found["unknown"]),
        )


class LaunchForm(PaperForm):
    """Which document is launched by which unit to which units, until when."""

    by = forms.ChoiceField(label=gettext_lazy("Launched by"))
    document = forms.ChoiceField(label=gettext_lazy("Document"))
    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("To the units of these kinds"), widget=forms.CheckboxSelectMultiple
    )
    direct = forms.BooleanField(
        label=gettext_lazy("only those directly below"),
        required=False,
        initial=True,
        help_text=gettext_lazy("Without it, units at any depth of the territory receive it."),
    )
    due_on = day_field(gettext_lazy("To be answered until"))
    message = WordsField(label=gettext_lazy("Message to the units"), required=False)

    def __init__(
        self,
        user: Any,
        grants: Sequence[Grant],
        documents: Sequence[Document],
        kinds: Sequence[tuple[str, str]],
        *args: Any,
        **options: Any,
    ) -> None:
        """A form for somebody who may launch.

        Args:
            grants: the appointments in whose right they may.
            documents: those that can be launched.
            kinds: the kinds of units in reach, with their words and numbers.
        """
        super().__init__(user, "launch.file", *args, **options)
        self.grants = {f"{grant.appointment_id}": grant for grant in grants}
        self.documents = {document.code: document for document in documents}
        self._offer("by", [(key, grant.unit_name) for key, grant in self.grants.items()])
        known = [(code, str(document)) for code, document in self.documents.items()]
        choices = [(NEW, _("a document that is entered here")), *known]
        self._offer("document", [("", "–"), *choices])
        self._offer("kinds", kinds)

    def _offer(self, name: str, choices: Sequence[tuple[str, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 -- declared above
        field.choices = list(choices)

    def clean_due_on(self) -> periods.Day:
        """A day that has not passed, within what an office plans."""
        day: periods.Day = self.cleaned_data["due_on"]
        if day < periods.today():
            raise forms.ValidationError(_("This day has passed."))
        if day.year > periods.today().year + 1:
            raise forms.ValidationError(_("Check the year: %(year)d.") % {"year": day.year})
        return day

    def clean(self) -> dict[str, Any]:
        """A document that is entered here needs its own particulars."""
        cleaned = super().clean() or {}
        if cleaned.get("document") == NEW:
            self.check_paper(cleaned)
        return cleaned

    def plan(self) -> Plan:
        """What is about to be launched."""
        found = self.cleaned_data
        return Plan(
            grant=self.grants[found["by"]],
            document=self.documents.get(found["document"]) or self.paper(),
            kinds=tuple(found["kinds"]),
            direct=found["direct"],
            due_on=found["due_on"],
            message=found["message"],
        )


class PlanAnswerForm(PaperForm):
    """The unit's own plan as its answer."""

    reason = WordsField(label=gettext_lazy("Reason of the replacement"), rows=2, required=False)

    def __init__(self, user: Any, *args: Any, **options: Any) -> None:
        super().__init__(user, "launch_answer.file", *args, **options)

    def clean(self) -> dict[str, Any]:
        """The plan with its number, day, title and file."""
        cleaned = super().clean() or {}
        self.check_paper(cleaned)
        if not (cleaned.get("file") or cleaned.get("kept_file") or "file" in self.errors):
            self.add_error("file", _("Attach the plan."))
        return cleaned

    def answer(self) -> Answer:
        """The answer: its day is that of the plan, today where that is not known."""
        paper = self.paper()
        return Answer(answered_on=paper.issued_on or periods.today(), paper=paper)


class SupportForm(forms.Form):
    """A sentence with which the unit responds, and its day."""

    sentence = WordsField(label=gettext_lazy("How the unit responds"), rows=3)
    answered_on = day_field(gettext_lazy("Day of the response"))
    reason = WordsField(label=gettext_lazy("Reason of the replacement"), rows=2, required=False)

    def __init__(self, launched_on: periods.Day, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.label_suffix = ""
        self.launched_on = launched_on
        self.helper = FormHelper(self)
        self.helper.form_tag = False

    def clean_answered_on(self) -> periods.Day:
        """A day between the launch and today."""
        day: periods.Day = self.cleaned_data["answered_on"]
        if day > periods.today():
            raise forms.ValidationError(_("This day lies in the future."))
        if day < self.launched_on:
            raise forms.ValidationError(
                _("This day lies before the launch, %(day)s.")
                % {"day": f"{self.launched_on:%d/%m/%Y}"}
            )
        return day

    def answer(self) -> Answer:
        """The answer."""
        return Answer(self.cleaned_data["answered_on"], self.cleaned_data["sentence"])


class LaunchFilterForm(FilterForm):
    """The filters of the list of launches."""

    q = LineField(label=gettext_lazy("Words of the document"), required=False, max_length=100)
    state = forms.ChoiceField(
        label=gettext_lazy("State"), required=False, choices=[*ALL, *LaunchState.choices]
    )
    open_answers = forms.BooleanField(
        label=gettext_lazy("only with units that have not answered"), required=False
    )


class RecipientFilterForm(FilterForm):
    """The filters of the units to which something was launched."""

    q = LineField(label=gettext_lazy("Name of the unit"), required=False, max_length=100)
    state = forms.ChoiceField(
        label=gettext_lazy("State"), required=False, choices=[*ALL, *RecipientState.choices]
    )
    late = forms.BooleanField(label=gettext_lazy("only late"), required=False)
