"""The filters of the list of self-assessments."""

import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.utils.translation import gettext_lazy as _

from campaign.models import Round
from criteria import listing
from units.models import UnitKind

ANY = [("", _("all"))]


class ListingForm(forms.Form):
    """What of the list is shown; junk in the address is ignored, field by field."""

    round = forms.ChoiceField(label=_("Round"), required=False)
    q = forms.CharField(label=_("Name of the unit"), required=False, max_length=100)
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[*ANY, *listing.STATES.items()]
    )
    kind = forms.ChoiceField(label=_("Kind of unit"), required=False)
    result = forms.ChoiceField(
        label=_("Result"), required=False, choices=[*ANY, *listing.RESULTS.items()]
    )
    overdue = forms.BooleanField(label=_("only overdue"), required=False)

    def __init__(
        self, data: Any, rounds: Sequence[Round], usual: Sequence[UnitKind] = (UnitKind.COMMUNE,)
    ) -> None:
        """Args: usual: the kinds of unit that are shown where none is chosen."""
        super().__init__(data)
        self.usual = tuple(usual)
        self.rounds = {round_.code: round_ for round_ in rounds}
        field = self.fields["round"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 -- declared above
        field.choices = [(round_.code, round_.name) for round_ in rounds]
        kind = self.fields["kind"]
        assert isinstance(kind, forms.ChoiceField)  # noqa: S101 -- declared above
        shown = _("communes") if self.usual == (UnitKind.COMMUNE,) else _("all")
        kind.choices = [("", shown), *((one.value, one.label) for one in self._further())]
        self.helper = FormHelper(self)
        self.helper.form_tag = False
        self.is_valid()

    def chosen(self, name: str) -> Any:
        """The value of a filter; nothing where it is empty or junk."""
        return self.cleaned_data.get(name) or ""

    def _further(self) -> list[UnitKind]:
        return [kind for kind in listing.KINDS if self.usual != (kind,)]

    def kinds(self) -> tuple[str, ...]:
        """The kinds of unit that are asked for."""
        return (self.chosen("kind"),) if self.chosen("kind") else self.usual

    def chosen_round(self) -> Round | None:
        """The round that is asked for, else the newest; None where there is none."""
        newest = next(iter(self.rounds.values()), None)
        return self.rounds.get(self.chosen("round"), newest)

    def words(self) -> str:
        """The words to look for, in one Unicode form."""
        return unicodedata.normalize("NFC", " ".join(self.chosen("q").split()))

    def matching(
        self, rows: Iterable[listing.Row], *, but_state: bool = False
    ) -> list[listing.Row]:
        """The rows that are shown; with `but_state` by all filters but the state."""
        state = "" if but_state else self.chosen("state")
        result, overdue = self.chosen("result"), self.chosen("overdue")
        return [
            row
            for row in rows
            if state in ("", row.state)
            and result in ("", row.result)
            and (not overdue or row.overdue)
        ]
