"""The forms of decisions: filters, the draft, number and day, the signed paper, results."""

from collections.abc import Sequence
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from awards.models import Authority, Decision, DecisionState
from core import files, periods
from core.forms.fields import LineField, WordsField, day_field
from core.forms.filters import ALL, FilterForm

LARGEST_NUMBER = 99_999
DRAFT_FIELDS = (
    "issuer_name",
    "symbol",
    "basis",
    "achievement",
    "recipients",
    "position",
    "authority",
    "authority_of",
)


class DecisionFilterForm(FilterForm):
    """What of the list is shown."""

    q = LineField(label=_("Form, symbol or issuer"), required=False, max_length=100)
    year = forms.IntegerField(
        label=_("Year"), required=False, min_value=2000, max_value=2199, widget=forms.TextInput
    )
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[*ALL, *DecisionState.choices]
    )


class PlainForm(forms.Form):
    """A form that a page draws field by field."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.label_suffix = ""
        self.helper = FormHelper(self)
        self.helper.form_tag = False


class DraftForm(PlainForm):
    """What a draft says, and who is to sign it."""

    issuer_name = LineField(
        label=_("Who decides"),
        max_length=300,
        help_text=_("As it stands above the legal bases, in ordinary letters."),
    )
    symbol = LineField(label=_("Symbol"), max_length=40, help_text=_("For example QĐ-UBND."))
    basis = WordsField(
        label=_("Legal bases, one a line"),
        rows=6,
        max_length=4000,
        help_text=_("Without “Căn cứ”; a line that begins with “Theo” stays as it is."),
    )
    achievement = LineField(label=_("For which achievement"), max_length=500)
    recipients = WordsField(
        label=_("Recipients, one a line"), rows=3, required=False, max_length=1000
    )
    signer = forms.TypedChoiceField(label=_("Who signs"), coerce=int)
    position = LineField(label=_("Position of who signs"), max_length=100)
    authority = forms.ChoiceField(
        label=_("Authority to sign"), choices=Authority.choices, required=False
    )
    authority_of = LineField(
        label=_("In the place of"),
        required=False,
        max_length=100,
        help_text=_("With KT., TL., TUQ. and TM.; for example “Chủ tịch”."),
    )
    seen = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    def __init__(self, signers: Sequence[User], *args: Any, **options: Any) -> None:
        """A form of a draft; `signers` may sign for its issuer today."""
        super().__init__(*args, **options)
        self.signers = {one.pk: one for one in signers}
        field = self.fields["signer"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 -- declared above
        field.choices = [("", "–"), *((str(pk), str(one)) for pk, one in self.signers.items())]

    def said(self) -> dict[str, Any]:
        """What a valid form says, by the fields of a decision."""
        found = self.cleaned_data
        chosen = {name: found[name] for name in DRAFT_FIELDS}
        return {**chosen, "signer": self.signers[found["signer"]]}


def initial_of(decision: Decision, seen: str) -> dict[str, Any]:
    """The values of a draft as its form shows them."""
    return {
        **{name: getattr(decision, name) for name in DRAFT_FIELDS},
        "signer": decision.signer_id,
        "seen": seen,
    }


class NumberForm(PlainForm):
    """The number and day of a signed decision."""

    number = forms.IntegerField(
        label=_("Number"),
        min_value=1,
        max_value=LARGEST_NUMBER,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    dated = day_field(_("Day of the decision"))


class SignedPaperForm(PlainForm):
    """The signed paper."""

    file = forms.FileField(
        label=_("Signed paper (PDF)"), widget=forms.FileInput(attrs={"accept": ".pdf"})
    )


class RevokingForm(PlainForm):
    """By which document something is revoked, and why."""

    document = LineField(label=_("Document that revokes it"), max_length=300)
    reason = WordsField(label=_("Reason"), rows=2)


class CorrectionForm(PlainForm):
    """A document that corrects a decision, as it says of itself."""

    number = LineField(label=_("Number and symbol"), max_length=60)
    dated = day_field(_("Day of the document"))
    issuer_name = LineField(label=_("Issued by"), max_length=300)
    says = WordsField(label=_("What it puts right"), rows=3)
    file = forms.FileField(
        label=_("The document"), widget=forms.FileInput(attrs={"accept": ",".join(files.KINDS)})
    )
    seen = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)


class ResultForm(PlainForm):
    """A decision from above as its paper says."""

    issuer_name = LineField(label=_("Who decided"), max_length=300)
    number = forms.IntegerField(
        label=_("Number"),
        min_value=1,
        max_value=LARGEST_NUMBER,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    symbol = LineField(label=_("Symbol"), max_length=40, help_text=_("For example QĐ-TTg."))
    dated = day_field(_("Day of the decision"))
    file = forms.FileField(
        label=_("The decision"), widget=forms.FileInput(attrs={"accept": ",".join(files.KINDS)})
    )

    def clean_dated(self) -> periods.Day:
        """A day that has come."""
        day: periods.Day = self.cleaned_data["dated"]
        if day > periods.today():
            raise forms.ValidationError(_("The day of the decision lies in the future."))
        return day
