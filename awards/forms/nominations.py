"""The forms of nominations: filters, whom to propose, the period, earlier commendations."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from awards.models import NominationState
from awards.nominating import candidates
from awards.nominating.entering import Earlier
from awards.nominating.listing import Asked
from campaign.queries import Occasion
from core.forms.fields import LineField, WordsField, day_field
from core.forms.filters import ALL, FilterForm
from criteria.models import AwardForm
from units.models import Placement, UnitKind

TEXT_LENGTH = 20_000  # characters: some ten pages
LABELS: dict[str, Any] = {
    "summary": gettext_lazy("Summary of the achievements, for the list"),
    "general": gettext_lazy("I. General information"),
    "achievements": gettext_lazy("II. Achievements"),
}


# Nobody proposes the country, and there are no districts any more.
KINDS = [
    (kind.value, kind.label)
    for kind in UnitKind
    if kind not in (UnitKind.COUNTRY, UnitKind.DISTRICT)
]


class NominationFilterForm(FilterForm):
    """The filters of the list of nominations."""

    q = LineField(label=gettext_lazy("Name of the unit"), required=False, max_length=100)
    form = forms.ChoiceField(label=gettext_lazy("Form of commendation"), required=False)
    occasion = forms.ChoiceField(label=gettext_lazy("Round or phase"), required=False)
    kind = forms.ChoiceField(
        label=gettext_lazy("Who is proposed"), required=False, choices=[*ALL, *KINDS]
    )
    state = forms.ChoiceField(
        label=gettext_lazy("State"), required=False, choices=[*ALL, *NominationState.choices]
    )

    def __init__(
        self,
        data: Mapping[str, Any],
        award_forms: Sequence[AwardForm],
        occasions: Sequence[Occasion],
    ) -> None:
        super().__init__(
            data,
            {
                "form": [*ALL, *((one.code, one.name) for one in award_forms)],
                "occasion": [*ALL, *((candidates.key_of(one), one.name) for one in occasions)],
            },
        )

    def asked(self) -> Asked:
        """What the list is asked for, but for the state."""
        return Asked(*(self.chosen(name) for name in ("q", "form", "kind", "occasion")))


class ProposingForm(forms.Form):
    """Whom a unit proposes for what: each choice narrows the next; junk falls back to the first.

    Attributes:
        place: the unit that proposes.
        award_form, chosen_occasion, chosen_kind: None where there is nothing to choose.
    """

    unit = forms.ChoiceField(label=gettext_lazy("Proposed by"), required=False)
    form = forms.ChoiceField(label=gettext_lazy("Form of commendation"), required=False)
    occasion = forms.ChoiceField(label=gettext_lazy("Round or phase"), required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Who is proposed"), required=False)

    def __init__(self, data: Any, places: Sequence[Placement]) -> None:
        super().__init__(data)
        self.place: Placement = self._choose(
            "unit", {str(one.unit_id): (one, one.name) for one in places}
        )
        offered = candidates.forms_for(self.place)
        self.award_form: AwardForm | None = self._choose(
            "form", {one.code: (one, _named(one)) for one in offered}
        )
        occasions = candidates.occasions_of(self.award_form) if self.award_form else []
        self.chosen_occasion: Occasion | None = self._choose(
            "occasion", {candidates.key_of(one): (one, one.name) for one in occasions}
        )
        kinds = candidates.kinds_for(self.award_form, self.place) if self.award_form else ()
        self.chosen_kind: str | None = self._choose(
            "kind", {one: (one, UnitKind(one).label) for one in kinds}
        )
        self.is_valid()

    def _choose(self, name: str, choices: dict[str, tuple[Any, Any]]) -> Any:
        """What was chosen of these, else the first; None where there is none."""
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 -- declared above
        field.choices = [(key, label) for key, (_value, label) in choices.items()]
        first = next(iter(choices.values()), (None, ""))
        return choices.get(self.data.get(name, ""), first)[0]


def _named(form: AwardForm) -> str:
    """A form with when it is given and by which document: two may bear one name."""
    return f"{form.name} ({form.get_occasion_display()}, {form.document.number or form.document})"


class TextForm(forms.Form):
    """One text of a nomination, with the version that the person had before them."""

    text = WordsField(required=False, max_length=TEXT_LENGTH)
    version = forms.IntegerField(min_value=0, max_value=2**48)

    def __init__(self, data: Any, name: str) -> None:
        super().__init__(data)
        self.name = name
        self.label = LABELS[name]


class PeriodForm(forms.Form):
    """The achievement period; both days belong to it."""

    first = day_field(gettext_lazy("From"))
    last = day_field(gettext_lazy("Until"))

    def clean(self) -> dict[str, Any]:
        """It ends after it begins."""
        said = super().clean() or {}
        first, last = said.get("first"), said.get("last")
        if first and last and last < first:
            self.add_error("last", _("The period ends before it begins."))
        return said


class EarlierForm(forms.Form):
    """A commendation that the subject had before, as its decision says."""

    name = LineField(label=gettext_lazy("Form of commendation"), max_length=300)
    decision_number = LineField(
        label=gettext_lazy("Number and symbol of the decision"), max_length=60
    )
    decided_on = day_field(gettext_lazy("Day of the decision"))
    decided_by = LineField(label=gettext_lazy("Issued by"), max_length=300)

    def earlier(self) -> Earlier:
        """What a valid form says."""
        return Earlier(**self.cleaned_data)
