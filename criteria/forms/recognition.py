"""Entering a title that is held by a paper decision, and the filters of their list."""

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core import files, periods
from core.forms.fields import DAY_FORMAT, LineField, day_field
from core.forms.filters import ALL
from core.models import StoredFile
from criteria import recognising, running_out, terms
from criteria.models import Recognition, RecognitionState, Title
from units.forms.borders import BordersForm
from units.models import Placement

_KEPT_SALT = "recognition.scan"


def year_field(label: Any, *, required: bool = True) -> forms.IntegerField:
    """A year of four digits; any other input gets one sentence that shows how to write it."""
    sentence = gettext_lazy("Write the year with four digits, for example 2026.")
    return forms.IntegerField(
        label=label,
        required=required,
        min_value=recognising.FIRST_YEAR,
        max_value=recognising.LAST_YEAR,
        error_messages={"invalid": sentence, "min_value": sentence, "max_value": sentence},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )


class RecognitionForm(forms.Form):
    """What a paper decision says of one unit.

    It keeps what was typed, and the file that was sent, while something else is wrong. Where the
    days of holding are left out it suggests them and lets the person look before saving.
    """

    unit = forms.TypedChoiceField(label=gettext_lazy("Unit"), coerce=int)
    title = forms.ChoiceField(label=gettext_lazy("Title"))
    grade = forms.ChoiceField(label=gettext_lazy("Grade"), required=False)
    assessed_year = year_field(gettext_lazy("Assessed year"))
    decision_number = forms.CharField(
        label=gettext_lazy("Number and symbol of the decision"), max_length=60
    )
    decided_on = day_field(gettext_lazy("Day of the decision"))
    decided_by = forms.CharField(label=gettext_lazy("Issued by"), max_length=300)
    signer = forms.CharField(label=gettext_lazy("Signed by"), required=False, max_length=200)
    held_from = day_field(gettext_lazy("Held from"), required=False)
    held_until = day_field(gettext_lazy("Held until"), required=False)
    scan = forms.FileField(
        label=gettext_lazy("Scan of the decision"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ",".join(files.KINDS)}),
    )
    kept_scan = forms.CharField(required=False, widget=forms.HiddenInput)
    seen = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    def __init__(
        self,
        user: Any,
        placements: Sequence[Placement],
        titles: Sequence[Title],
        data: Mapping[str, Any] | None = None,
        sent_files: MultiValueDict[str, "UploadedFile[Any]"] | None = None,
        *,
        initial: Mapping[str, Any] | None = None,
        correcting: int | None = None,
    ) -> None:
        """A form for the units and titles that are a person's to declare.

        Args:
            placements: the states of today of the person's own units.
            titles: the titles that a unit of these kinds can hold.
            correcting: the key of the recognition that is corrected; None for a new one.
        """
        super().__init__(
            data, sent_files, initial=dict(initial or {}), auto_id="id_%s", label_suffix=""
        )
        self.user = user
        self.placements = {placement.unit_id: placement for placement in placements}
        self.titles = {title.code: title for title in titles}
        self.correcting = correcting
        self.kept: StoredFile | None = None
        self.suggested: tuple[str, ...] = ()
        self._offer()
        self.helper = FormHelper(self)
        self.helper.form_tag = False

    def _offer(self) -> None:
        """Offer what may be chosen; where it is only one, that is chosen."""
        grades = sorted({grade for title in self.titles.values() for grade in title.grades})
        choices = {
            "unit": [(str(key), placement.name) for key, placement in self.placements.items()],
            "title": [(code, str(title)) for code, title in self.titles.items()],
            "grade": [(grade, _("Grade %(grade)s") % {"grade": grade}) for grade in grades],
        }
        for name, offered in choices.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 -- declared above
            one = len(offered) == 1 and name != "grade"
            field.choices = offered if one else [("", "–"), *offered]
        if not grades:
            del self.fields["grade"]

    def clean_decision_number(self) -> str:
        """One line, composed, as everything that is compared."""
        return _one_line(self.cleaned_data["decision_number"])

    def clean_decided_by(self) -> str:
        """One line."""
        return _one_line(self.cleaned_data["decided_by"])

    def clean_signer(self) -> str:
        """One line."""
        return _one_line(self.cleaned_data["signer"])

    def clean_scan(self) -> "UploadedFile[Any] | None":
        """A file whose content is what its name says; see `core.files`."""
        upload: UploadedFile[Any] | None = self.cleaned_data["scan"]
        if upload:
            files.recognise(upload, files.clean_name(upload.name or ""))
        return upload

    def clean(self) -> dict[str, Any]:
        """What the days say of each other, and whether anything stands against it."""
        cleaned = super().clean() or {}
        self.kept = _opened(cleaned.get("kept_scan", ""), self.user)
        self._suggest(cleaned)
        self.add_faults(recognising.faults_of_days(cleaned))
        if not self.errors:
            self.add_faults(
                recognising.faults_of_record(self.placement, self.declaration(), self.correcting)
            )
        return cleaned

    def _suggest(self, cleaned: dict[str, Any]) -> None:
        """Fill in the days of holding that follow from the rest, for the person to look at."""
        held_from: periods.Day | None = cleaned.get("held_from")
        decided_on: periods.Day | None = cleaned.get("decided_on")
        if decided_on and not held_from and "held_from" not in self.errors:
            held_from = decided_on
            self._fill_in("held_from", held_from, _("Suggested: the day of the decision."))
        title = self.titles.get(cleaned.get("title", ""))
        left_out = not cleaned.get("held_until") and "held_until" not in self.errors
        if not (title and decided_on and held_from and left_out):
            return
        until = (
            terms.valid_until(title, decided_on, held_from)
            if held_from.year <= recognising.LAST_YEAR
            else None
        )
        if until:
            sentence = _("Suggested: the title is valid for %(months)d months.")
            self._fill_in("held_until", until, sentence % {"months": title.valid_months})

    def _fill_in(self, name: str, day: periods.Day, sentence: str) -> None:
        """Put a day into a field and say why; the form is not saved before it comes back."""
        self.data = self.data.copy()  # type: ignore[attr-defined]
        self.data[name] = f"{day:{DAY_FORMAT}}"  # type: ignore[index]
        self.suggested += (name,)
        what_to_do = _("Look at it, then save again.")
        self.add_error(name, f"{sentence} {what_to_do}")

    def add_faults(self, faults: recognising.Faults) -> None:
        """Put each sentence at its field; at the top of the form where it has none."""
        for name, sentences in faults.items():
            for sentence in sentences:
                self.add_error(name if name in self.fields else None, sentence)

    @property
    def placement(self) -> Placement:
        """The state of the chosen unit."""
        return self.placements[self.cleaned_data["unit"]]

    def declaration(self) -> recognising.Declaration:
        """What the form says, once it can be read."""
        found = self.cleaned_data
        return recognising.Declaration(
            title=self.titles[found["title"]],
            grade=found.get("grade", ""),
            assessed_year=found["assessed_year"],
            decision_number=found["decision_number"],
            decided_on=found["decided_on"],
            decided_by=found["decided_by"],
            signer=found["signer"],
            held_from=found["held_from"],
            held_until=found["held_until"],
        )

    def take_scan(self) -> StoredFile | None:
        """Keep the file that was sent, if it can be taken, else the one kept from before."""
        upload = self.cleaned_data.get("scan")
        if upload:
            self.kept = recognising.keep_scan(self.user, upload)
        return self.kept

    @property
    def kept_token(self) -> str:
        """What the form carries of a scan that is already kept."""
        if self.kept is None:
            return ""
        return signing.dumps([self.kept.pk, self.user.pk], salt=_KEPT_SALT)


def _opened(token: str, user: Any) -> StoredFile | None:
    """The scan that the same person sent shortly before with this form."""
    try:
        file_id, user_id = signing.loads(token, salt=_KEPT_SALT, max_age=files.WAITS_FOR)
    except signing.BadSignature:
        return None
    return files.waiting(file_id) if user_id == user.pk else None


def _one_line(text: str) -> str:
    return unicodedata.normalize("NFC", " ".join(text.split()))


def initial_of(recognition: Recognition) -> dict[str, Any]:
    """A recognition as its form shows it."""
    return {
        "unit": recognition.unit_id,
        "title": recognition.title.code,
        "grade": recognition.grade,
        "assessed_year": recognition.assessed_year,
        "decision_number": recognition.decision_number,
        "decided_on": recognition.decided_on,
        "decided_by": recognition.decided_by,
        "signer": recognition.signer,
        "held_from": periods.first_day(recognition.period),
        "held_until": periods.last_day(recognition.period),
        "seen": recognising.fingerprint(recognition),
    }


class RecognitionFilterForm(BordersForm):
    """The filters of the list of recognitions."""

    q = LineField(label=gettext_lazy("Name of the unit"), required=False, max_length=100)
    title = forms.ChoiceField(label=gettext_lazy("Title"), required=False)
    state = forms.ChoiceField(
        label=gettext_lazy("State"), required=False, choices=[*ALL, *RecognitionState.choices]
    )
    year = year_field(gettext_lazy("Assessed year"), required=False)
    day = day_field(gettext_lazy("Held on the day"), required=False)
    ends = forms.ChoiceField(label=gettext_lazy("Runs out"), required=False)

    def __init__(self, data: Mapping[str, Any], titles: Sequence[Title]) -> None:
        offered = {
            "title": [*ALL, *((one.code, str(one)) for one in titles)],
            "ends": [*ALL, *_endings()],
        }
        super().__init__(data, offered)

    def ends_by(self) -> periods.Day | None:
        """The last day of what is asked for as running out; None where that is not asked."""
        chosen, today = self.chosen("ends"), periods.today()
        if chosen == running_out.ANNOUNCED:
            return running_out.announced_until(today)
        return terms.last_day(today, int(chosen)) if chosen else None


_MONTHS = (1, 3, 6, 12)


def _endings() -> list[tuple[str, str]]:
    """Within which times it can be asked what runs out; as it is announced, where that is
    configured."""
    days = running_out.notice_days()
    announced = (
        []
        if days is None
        else [(running_out.ANNOUNCED, _("soon (within %(days)d days)") % {"days": days})]
    )
    within = [
        (
            str(months),
            ngettext("within %(months)d month", "within %(months)d months", months)
            % {"months": months},
        )
        for months in _MONTHS
    ]
    return [*announced, *within]
