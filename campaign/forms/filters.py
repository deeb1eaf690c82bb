"""The filters of a list that belongs to a round."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from campaign.models import Round
from core.forms.filters import Choices, FilterForm


class RoundFilterForm(FilterForm):
    """What of the list of a round is shown."""

    frame = frozenset({"round"})

    round = forms.ChoiceField(label=_("Round"), required=False)

    def __init__(
        self,
        data: Mapping[str, Any],
        rounds: Sequence[Round],
        offered: Mapping[str, Choices] | None = None,
    ) -> None:
        """Args: rounds: those that can be asked for, the newest first."""
        self.rounds = {one.code: one for one in rounds}
        choices = [(one.code, one.name) for one in rounds]
        super().__init__(data, {"round": choices, **(offered or {})})

    def chosen_round(self) -> Round | None:
        """The round that is asked for, else the newest; None where there is none."""
        newest = next(iter(self.rounds.values()), None)
        return self.rounds.get(self.chosen("round"), newest)
