"""The forms of decisions: filters, the draft, number and day, the signed paper, results."""

from collections.abc import Sequence
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from awards.models import Authority, Decision, DecisionState
from core import files
from core.forms.fields import LineField, WordsField, day_field
from core.forms.filters import ALL, FilterForm
from criteria.models import AwardForm

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


def _forms_to_give() -> forms.TypedChoiceField:
    """Which form is given, where the one that was proposed leaves it open."""
    return forms.TypedChoiceField(
        label=_("Form that is given"),
        coerce=int,
        empty_value=None,
        help_text=_(
            "What was proposed leaves open which. These are the forms that the routes of today "
            "let the issuer give to everybody on the list; papers and certificates name the one "
            "that is chosen."
        ),
    )


class DraftForm(PlainForm):
    """What a draft says, which form it gives where that is open, and who is to sign it."""

    given = _forms_to_give()
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

    def __init__(
        self,
        signers: Sequence[User],
        to_give: Sequence[AwardForm] | None,
        *args: Any,
        **options: Any,
    ) -> None:
        """A form of a draft.

        Args:
            signers: who may sign for its issuer today.
            to_give: the forms of which it gives one; None where what was proposed says which.
        """
        super().__init__(*args, **options)
        self.signers = {one.pk: one for one in signers}
        _offer(self, "signer", signers)
        if to_give is None:
            del self.fields["given"]
        else:
            _offer_forms(self, to_give)
            # What else the draft says is kept; handing it over asks for the form.
            self.fields["given"].required = bool(to_give)

    def said(self) -> dict[str, Any]:
        """What a valid form says, by the fields of a decision."""
        found = self.cleaned_data
        chosen = {name: found[name] for name in DRAFT_FIELDS}
        if "given" in found:
            chosen["given_id"] = found["given"]
        return {**chosen, "signer": self.signers[found["signer"]]}


def _offer(form: forms.Form, name: str, rows: Sequence[User | AwardForm]) -> forms.ChoiceField:
    """Let a field choose among rows, none of them at first."""
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)  # noqa: S101 -- declared as one
    field.choices = [("", "–"), *((str(one.pk), str(one)) for one in rows)]
    return field


def _offer_forms(form: forms.Form, to_give: Sequence[AwardForm]) -> None:
    """Let a form choose what is given; where there is nothing to choose, say what is missing."""
    field = _offer(form, "given", to_give)
    if not to_give:
        field.help_text = _(
            "No route says that this body decides on a form that names what is given (not "
            "configured); until one does, the decision cannot be handed over."
        )


def initial_of(decision: Decision, seen: str) -> dict[str, Any]:
    """The values of a draft as its form shows them."""
    return {
        **{name: getattr(decision, name) for name in DRAFT_FIELDS},
        "given": decision.given_id,
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
    reason = WordsField(label=_("Reason"), rows=4)


class ReinstatingForm(PlainForm):
    """Why a revocation is undone."""

    reason = WordsField(label=_("Reason"), rows=3)


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

    given = _forms_to_give()
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

    def __init__(self, to_give: Sequence[AwardForm] | None, *args: Any, **options: Any) -> None:
        """A form of a result.

        Args:
            to_give: the forms of which it gives one; None where what was proposed says which.
        """
        super().__init__(*args, **options)
        if to_give is None:
            del self.fields["given"]
        else:
            _offer_forms(self, to_give)
