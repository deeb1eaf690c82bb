"""Keeping a Council, planning its meetings, counting its ballots."""

import datetime
import re
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from awards.council.keeping import RuleWords, SeatWords
from awards.council.sitting import Ballots
from awards.models import Choice, CouncilSeat, Meeting, VotingRule
from campaign.models import Source
from core import files
from core.forms.fields import LineField, day_field
from criteria.models import AwardForm
from units.models import Placement

_FRACTION = re.compile(r"(\d{1,4})\s*/\s*(\d{1,4})")
_PERCENT = re.compile(r"(\d{1,3}(?:[.,]\d{1,2})?)\s*%")
MOST_BALLOTS = 1000


class ShareField(forms.CharField):
    """A share as regulations write it, 2/3 or 80%; gives its parts, `(2, 3)`."""

    def to_python(self, value: Any) -> Any:
        """The share; None where nothing is written."""
        text = (super().to_python(value) or "").strip()
        if not text:
            return None
        share = _share(text)
        if share is None or not 0 < share <= 1:
            raise forms.ValidationError(_("Write a share such as 2/3 or 80%."))
        return share.numerator, share.denominator


def _share(text: str) -> Fraction | None:
    parts = _FRACTION.fullmatch(text)
    if parts:
        return Fraction(int(parts[1]), int(parts[2])) if int(parts[2]) else None
    percent = _PERCENT.fullmatch(text)
    return Fraction(Decimal(percent[1].replace(",", "."))) / 100 if percent else None


def share_words(parts: int, of: int) -> str:
    """A share as it is read: 80%, or 2/3 where no whole percentage says it."""
    percent = Fraction(100 * parts, of)
    return f"{percent}%" if percent.denominator == 1 else f"{parts}/{of}"


class _Form(forms.Form):
    """A form of these pages."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.label_suffix = ""
        self.helper = FormHelper(self)
        self.helper.form_tag = False

    def offer(self, name: str, choices: Sequence[tuple[Any, Any]]) -> None:
        """Offer these choices in the field `name`."""
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 -- declared as one
        field.choices = choices


class CouncilForm(_Form):
    """A Council: whose, and what it is called."""

    unit = forms.TypedChoiceField(label=gettext_lazy("Council of"), coerce=int)
    name = LineField(label=gettext_lazy("Name of the Council"), max_length=200)

    def __init__(self, places: Sequence[Placement], *args: Any, **options: Any) -> None:
        """A form for the Council of one of `places`."""
        super().__init__(*args, **options)
        self.places = {place.unit_id: place for place in places}
        self.offer("unit", [(str(place.unit_id), place.name) for place in places])

    @property
    def place(self) -> Placement:
        """The chosen unit."""
        return self.places[self.cleaned_data["unit"]]


class SeatForm(_Form):
    """Who sits on a Council, as the decision says."""

    user = forms.TypedChoiceField(
        label=gettext_lazy("Account"),
        coerce=int,
        required=False,
        empty_value=None,
        help_text=gettext_lazy(
            "Who is to vote in the portal has the role of a Council member at this office."
        ),
    )
    person = LineField(
        label=gettext_lazy("Full name"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Of a member without an account."),
    )
    position = forms.ChoiceField(
        label=gettext_lazy("Position in the Council"), choices=CouncilSeat.Position
    )
    post = LineField(label=gettext_lazy("Post and office"), max_length=300, required=False)
    unit = forms.TypedChoiceField(
        label=gettext_lazy("Comes from"),
        coerce=int,
        required=False,
        empty_value=None,
        help_text=gettext_lazy("The member is out of the vote on this unit."),
    )
    first = day_field(gettext_lazy("From"))
    last = day_field(gettext_lazy("Until"), required=False)
    decision = LineField(
        label=gettext_lazy("By the decision"),
        max_length=200,
        help_text=gettext_lazy("Number, day and issuer of the decision on the Council."),
    )

    def __init__(
        self, people: Sequence[User], places: Sequence[Placement], *args: Any, **options: Any
    ) -> None:
        """A form that offers these accounts and these units to come from."""
        super().__init__(*args, **options)
        self.people = {person.pk: person for person in people}
        self.offer("user", [("", "–"), *((str(one.pk), str(one)) for one in people)])
        self.offer("unit", [("", "–"), *((str(one.unit_id), one.name) for one in places)])

    def said(self) -> SeatWords:
        """What the form says, once it can be read."""
        found = self.cleaned_data
        return SeatWords(
            person=found["person"],
            position=found["position"],
            post=found["post"],
            decision=found["decision"],
            first=found["first"],
            last=found["last"],
            user=self.people[found["user"]] if found["user"] else None,
            unit_id=found["unit"],
        )


class RuleForm(_Form):
    """A voting rule of a Council, with the paper that sets it."""

    form_code = forms.ChoiceField(label=gettext_lazy("Form of commendation"), required=False)
    share = ShareField(
        label=gettext_lazy("Share of the votes"), help_text=gettext_lazy("For example 80% or 2/3.")
    )
    is_exceeded = forms.BooleanField(
        label=gettext_lazy("more than this share, not just as much"), required=False
    )
    base = forms.ChoiceField(label=gettext_lazy("Base of the share"), choices=VotingRule.Base)
    quorum = ShareField(
        label=gettext_lazy("Quorum"),
        help_text=gettext_lazy("The share of the members who must be present."),
    )
    ballot = forms.ChoiceField(label=gettext_lazy("Ballot"), choices=VotingRule.Ballot)
    first = day_field(gettext_lazy("In force from"))
    last = day_field(gettext_lazy("Until"), required=False)
    basis = LineField(
        label=gettext_lazy("By"),
        max_length=300,
        help_text=gettext_lazy("Document and article, for example the regulation of the Council."),
    )
    source = forms.TypedChoiceField(
        label=gettext_lazy("Source in the portal"), coerce=int, required=False, empty_value=None
    )

    def __init__(
        self,
        award_forms: Sequence[AwardForm],
        sources: Sequence[Source],
        *args: Any,
        **options: Any,
    ) -> None:
        """A form for one of `award_forms`, or all of them."""
        super().__init__(*args, **options)
        self.award_forms = {one.code: one for one in award_forms}
        self.sources = {one.pk: one for one in sources}
        everything = ("", _("all forms"))
        self.offer("form_code", [everything, *((one.code, one.name) for one in award_forms)])
        self.offer("source", [("", "–"), *((str(one.pk), str(one)) for one in sources)])

    def clean(self) -> dict[str, Any]:
        """More than everything cannot be reached."""
        cleaned = super().clean() or {}
        if cleaned.get("is_exceeded") and cleaned.get("share") == (1, 1):
            self.add_error("share", _("More than all votes cannot be reached."))
        return cleaned

    def said(self) -> RuleWords:
        """What the form says, once it can be read."""
        found = self.cleaned_data
        return RuleWords(
            form=self.award_forms.get(found["form_code"]),
            share=found["share"],
            is_exceeded=found["is_exceeded"],
            base=found["base"],
            quorum=found["quorum"],
            ballot=found["ballot"],
            first=found["first"],
            last=found["last"],
            basis=found["basis"],
            source=self.sources.get(found["source"]),
        )


class EndForm(_Form):
    """The last day of a seat or a rule."""

    last = day_field(gettext_lazy("Until"))


class MeetingForm(_Form):
    """When and where a Council meets."""

    day = day_field(gettext_lazy("Day"))
    time = forms.TimeField(
        label=gettext_lazy("Time"),
        input_formats=["%H:%M", "%Hh%M", "%H giờ %M"],
        widget=forms.TimeInput(format="%H:%M", attrs={"placeholder": "08:00"}),
        error_messages={"invalid": gettext_lazy("Write the time as 08:00.")},
    )
    place = LineField(label=gettext_lazy("Venue"), max_length=300)
    seen = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    def at(self) -> datetime.datetime:
        """The moment, once the form can be read."""
        moment = datetime.datetime.combine(self.cleaned_data["day"], self.cleaned_data["time"])
        return timezone.make_aware(moment)


def initial_of(meeting: Meeting, seen: str) -> dict[str, Any]:
    """A meeting as its form shows it."""
    at = timezone.localtime(meeting.at)
    return {"day": at.date(), "time": at.time(), "place": meeting.place, "seen": seen}


def _ballots(label: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        min_value=0,
        max_value=MOST_BALLOTS,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )


class BallotForm(_Form):
    """The count of the secret ballots on a case."""

    issued = _ballots(gettext_lazy("Ballots handed out"))
    returned = _ballots(gettext_lazy("Ballots handed in"))
    valid = _ballots(gettext_lazy("Valid ballots"))
    invalid = _ballots(gettext_lazy("Invalid ballots"))
    in_favour = _ballots(gettext_lazy("In favour"))
    against = _ballots(gettext_lazy("Against"))

    def clean(self) -> dict[str, Any]:
        """Sums that do not add up are said at once, each at its field."""
        cleaned = super().clean() or {}
        if not self.errors:
            for name, sentence in Ballots(**cleaned).wrong().items():
                self.add_error(name, sentence)
        return cleaned

    def said(self) -> Ballots:
        """What the form says, once it can be read."""
        return Ballots(**self.cleaned_data)


class LetterForm(_Form):
    """The sealed vote of an absent member."""

    number = LineField(label=gettext_lazy("Number of the envelope"), max_length=40)
    choice = forms.ChoiceField(
        label=gettext_lazy("Vote"), required=False, choices=[("", "–"), *Choice.choices]
    )


class ScanForm(_Form):
    """The minutes of the counting as the tellers signed them."""

    file = forms.FileField(
        label=gettext_lazy("Signed minutes of the counting"),
        widget=forms.FileInput(attrs={"accept": ",".join(files.KINDS)}),
    )
