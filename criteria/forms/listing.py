"""The filters of the list of self-assessments."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from campaign.forms.filters import RoundFilterForm
from campaign.models import Round
from core.forms.fields import LineField
from core.forms.filters import ALL, FilterForm
from criteria import listing
from units.forms.borders import BordersForm
from units.models import UnitKind


class ListingForm(RoundFilterForm, BordersForm):
    """The filters of the list of self-assessments."""

    frame = RoundFilterForm.frame | BordersForm.frame

    q = LineField(label=_("Name of the unit"), required=False, max_length=100)
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[*ALL, *listing.STATES.items()]
    )
    kind = forms.ChoiceField(label=_("Kind of unit"), required=False)
    result = forms.ChoiceField(
        label=_("Result"), required=False, choices=[*ALL, *listing.RESULTS.items()]
    )
    overdue = forms.BooleanField(label=_("only overdue"), required=False)
    unassigned = forms.BooleanField(label=_("only not assigned"), required=False)

    def __init__(
        self,
        data: Mapping[str, Any],
        rounds: Sequence[Round],
        usual: Sequence[UnitKind] = (UnitKind.COMMUNE,),
    ) -> None:
        """Args: usual: the kinds of unit that are shown where none is chosen."""
        self.usual = tuple(usual)
        shown = _("communes") if self.usual == (UnitKind.COMMUNE,) else _("all")
        kinds = [("", shown), *((one.value, one.label) for one in self._further())]
        super().__init__(data, rounds, {"kind": kinds})

    def _further(self) -> list[UnitKind]:
        return [kind for kind in listing.KINDS if self.usual != (kind,)]

    def kinds(self) -> tuple[str, ...]:
        """The kinds of unit that are asked for."""
        return (self.chosen("kind"),) if self.chosen("kind") else self.usual

    def matching(
        self, rows: Iterable[listing.Row], *, but_state: bool = False
    ) -> list[listing.Row]:
        """The rows that are shown; with `but_state` by all filters but the state."""
        state = "" if but_state else self.chosen("state")
        result, overdue = self.chosen("result"), self.chosen("overdue")
        unassigned = self.chosen("unassigned")
        return [
            row
            for row in rows
            if state in ("", row.state)
            and result in ("", row.result)
            and (not overdue or row.overdue)
            and (not unassigned or row.unassigned)
        ]


class OutsideForm(FilterForm):
    """The filter of the results of congdanhoctap.vn."""

    year = forms.TypedChoiceField(label=_("Assessed year"), required=False, coerce=int)
    frame = frozenset({"year"})

    def __init__(self, data: Mapping[str, Any], years: Sequence[int]) -> None:
        """Args: years: those of which there are results, the newest first."""
        super().__init__(data, {"year": [(str(year), str(year)) for year in years]})
