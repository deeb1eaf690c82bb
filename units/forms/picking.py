"""Choosing a unit by some letters of its name: the text of a suggestion names it."""

import re
from typing import Any

from django import forms
from django.db.models import CharField, Func, QuerySet, Value
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import periods
from units import queries
from units.models import Placement

SUGGESTIONS = 60
_NUMBER = re.compile(r"#(\d{1,18})\)?\s*$")


def _label(place: Placement, inside: str) -> str:
    """A unit as it is chosen: name, what it lies in, and its number, which is never ambiguous."""
    return ", ".join(filter(None, (place.name, inside))) + f" (#{place.unit_id})"


def suggestions(area: QuerySet[Placement], words: str) -> list[str]:
    """Units of an area whose name holds `words`, as they are chosen (two queries)."""
    return labels_of(list(_named(area, words)[:SUGGESTIONS]))


def labels_of(found: list[Placement]) -> list[str]:
    """Units as they are chosen (one query)."""
    chains = queries.chains(found, periods.today())
    return [_label(one, chains[one.pk][-1].name if chains[one.pk] else "") for one in found]


def _named(area: QuerySet[Placement], words: str) -> QuerySet[Placement]:
    if words.strip():
        key = Func(Value(" ".join(words.split())), function="core_fold", output_field=CharField())
        area = area.filter(name_key__contains=key)
    return area.order_by(queries.BY_KIND, "name", "pk")


class UnitField(forms.CharField):
    """A unit of an area, by the text of a suggestion, or by a name that only one has."""

    def __init__(self, area: QuerySet[Placement], **kwargs: Any) -> None:
        super().__init__(
            max_length=250,
            help_text=gettext_lazy("Type some letters of the name and choose."),
            widget=forms.TextInput(attrs={"list": "units", "autocomplete": "off"}),
            **kwargs,
        )
        self.area = area

    def clean(self, value: Any) -> Any:
        """The placement of today; None where nothing was asked for."""
        text = super().clean(value)
        if not text:
            return None
        number = _NUMBER.search(text)
        if number and int(number[1]) < 2**63:
            found = list(self.area.filter(unit=int(number[1])))
        else:
            found = list(_named(self.area, text)[:SUGGESTIONS])
            found = [one for one in found if one.name == text] or found
        if len(found) == 1:
            return found[0]
        raise forms.ValidationError(
            _("Several units have this in their name; choose one of the list.")
            if found
            else _("No such unit lies in your area.")
        )
