"""Where a household, a clan or a citizen moves to."""

from collections.abc import Sequence
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.utils.translation import gettext_lazy as _

from core import periods
from core.forms.fields import WordsField, day_field
from units.forms.units import MOST_ROWS
from units.models import Placement, UnitKind
from units.moving import Move


class MoveForm(forms.Form):
    """The new home, from which day on, and why; of a citizen the household there too."""

    home = forms.ChoiceField(label=_("New home"))
    household = forms.IntegerField(
        label=_("Household no. there"),
        required=False,
        min_value=1,
        max_value=MOST_ROWS,
        help_text=_("Empty: in no household of that list."),
    )
    day = day_field(_("From the day"))
    reason = WordsField(label=_("Reason"), rows=2)

    def __init__(self, kind: str, homes: Sequence[Placement], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.homes = {str(one.unit_id): one for one in homes}
        self.fields["home"] = forms.ChoiceField(
            label=_("New home"),
            choices=[("", "–"), *((key, one.name) for key, one in self.homes.items())],
        )
        if kind != UnitKind.CITIZEN:
            del self.fields["household"]
        self.initial.setdefault("day", periods.today())
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True

    def move(self) -> Move:
        """What was typed, once it is valid."""
        said = self.cleaned_data
        return Move(self.homes[said["home"]], said["day"], said.get("household"))
