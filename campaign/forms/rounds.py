"""Opening a round, correcting it, setting a deadline, moving it."""

from collections.abc import Sequence
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaign.models import DeadlineMatter, Round, RoundDeadline
from campaign.rounds import Correction, Move, Opening, fingerprint
from core import periods
from core.forms.fields import DAY_FORMAT, LineField, WordsField, day_field
from units.models import Placement, UnitKind


def _choices(form: forms.Form, name: str, choices: Sequence[tuple[Any, Any]]) -> None:
    """Offer what may be chosen; where it is only one, that is chosen."""
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)  # noqa: S101 -- declared as one
    field.choices = list(choices)


class _Form(forms.Form):
    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.label_suffix = ""
        self.helper = FormHelper(self)
        self.helper.form_tag = False


class _RoundForm(_Form):
    """What a round says of itself."""

    name = LineField(label=gettext_lazy("Name of the round"), max_length=200)
    figures_day = day_field(gettext_lazy("Day of the figures"))
    figures_basis = LineField(
        label=gettext_lazy("Basis of that day"),
        max_length=300,
        help_text=gettext_lazy("The document that fixes the day of the figures."),
    )


class OpeningForm(_RoundForm):
    """The round of a year."""

    assessed_year = forms.TypedChoiceField(label=gettext_lazy("Assessed year"), coerce=int)

    field_order = ["assessed_year"]

    def __init__(self, years: Sequence[int], *args: Any, **options: Any) -> None:
        """A form for the years that have no round yet, the proposed one first."""
        super().__init__(*args, **options)
        _choices(self, "assessed_year", [(year, str(year)) for year in years])

    def opening(self) -> Opening:
        """The round as it is to be opened."""
        found = self.cleaned_data
        return Opening(
            name=found["name"],
            assessed_year=found["assessed_year"],
            figures_day=found["figures_day"],
            figures_basis=found["figures_basis"],
        )


class CorrectionForm(_RoundForm):
    """What a round says that was opened with something wrong."""

    reason = WordsField(label=gettext_lazy("Reason"))
    seen = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    def __init__(self, round_: Round, *args: Any, **options: Any) -> None:
        """A form that shows a round as it stands."""
        said = {
            "name": round_.name,
            "figures_day": round_.figures_day,
            "figures_basis": round_.figures_basis,
            "seen": fingerprint(round_),
        }
        super().__init__(*args, initial=said, **options)

    def correction(self) -> Correction:
        """The round as it is to become."""
        found = self.cleaned_data
        names = ("name", "figures_day", "figures_basis", "reason")
        return Correction(**{name: found[name] for name in names})


class DeadlineForm(_Form):
    """The first deadline of a kind of unit in a territory."""

    territory = forms.TypedChoiceField(label=gettext_lazy("Territory"), coerce=int)
    matter = forms.ChoiceField(label=gettext_lazy("What is due"))
    kind = forms.ChoiceField(
        label=gettext_lazy("For units of the kind"),
        choices=[one for one in UnitKind.choices if one[0] != UnitKind.COUNTRY],
        initial=UnitKind.COMMUNE,
    )
    due_on = day_field(gettext_lazy("Due on"))
    basis = LineField(
        label=gettext_lazy("By the document"),
        max_length=300,
        help_text=gettext_lazy("Number and day of the document that sets the deadline."),
    )

    def __init__(
        self,
        places: Sequence[Placement],
        matters: Sequence[DeadlineMatter],
        *args: Any,
        **options: Any,
    ) -> None:
        """A form for the territories in which the person sets deadlines, of what can be due."""
        super().__init__(*args, **options)
        _choices(self, "matter", [(one.value, one.label) for one in matters])
        self.places = {place.unit_id: place for place in places}
        _choices(self, "territory", [(place.unit_id, place.name) for place in places])

    @property
    def place(self) -> Placement:
        """The chosen territory."""
        return self.places[self.cleaned_data["territory"]]


class MoveForm(_Form):
    """Another day for a deadline, with the reason."""

    due_on = day_field(gettext_lazy("New day"))
    reason = WordsField(label=gettext_lazy("Reason"))
    only_for = forms.TypedChoiceField(
        label=gettext_lazy("For whom"), coerce=int, required=False, empty_value=None
    )
    shortens = forms.BooleanField(
        label=gettext_lazy("I know that the new day takes time away from the units"),
        required=False,
    )
    seen = forms.DateField(required=False, input_formats=[DAY_FORMAT], widget=forms.HiddenInput)

    def __init__(
        self, deadline: RoundDeadline, places: Sequence[Placement], *args: Any, **options: Any
    ) -> None:
        """A form for a deadline.

        Args:
            places: units and territories for which it holds, each of which may get more time
                alone.
        """
        seen = f"{deadline.due_on:{DAY_FORMAT}}"
        super().__init__(*args, initial={"seen": seen}, **options)
        self.places = {place.unit_id: place for place in places}
        everybody = ("", _("everybody for whom the deadline holds"))
        alone = [(place.unit_id, place.name) for place in places]
        _choices(self, "only_for", [everybody, *alone])

    def move(self) -> Move:
        """The day as it is to become."""
        found = self.cleaned_data
        return Move(
            due_on=found["due_on"],
            reason=found["reason"],
            shortens=found["shortens"],
            only_for=self.places.get(found["only_for"]),
        )

    @property
    def day_seen(self) -> periods.Day:
        """The day that the person had before them; no real one where the form was changed."""
        seen: periods.Day | None = self.cleaned_data["seen"]
        return seen or periods.Day.min
