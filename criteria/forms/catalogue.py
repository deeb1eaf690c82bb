"""The filters of the catalogue of criteria sets."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms.filters import ALL, FilterForm
from criteria.models import CriteriaSet
from units.models import UnitKind


class CatalogueForm(FilterForm):
    """The filters of the catalogue; it offers what the sets have."""

    kind = forms.ChoiceField(label=_("Kind of unit"), required=False)
    title = forms.ChoiceField(label=_("Title"), required=False)
    document = forms.ChoiceField(label=_("Document"), required=False)

    def __init__(self, data: Mapping[str, Any], sets: list[CriteriaSet]) -> None:
        kinds = {kind for one in sets for kind in one.subject_kinds}
        titles = {one.title.code: str(one.title) for one in sets if one.title}
        documents = {one.document.code: str(one.document) for one in sets}
        offered = {
            "kind": [*ALL, *((kind.value, kind.label) for kind in UnitKind if kind in kinds)],
            "title": [*ALL, *titles.items()],
            "document": [*ALL, *documents.items()],
        }
        super().__init__(data, offered)

    def matches(self, one: CriteriaSet) -> bool:
        """Whether a set is shown."""
        return (
            self.chosen("kind") in ("", *one.subject_kinds)
            and self.chosen("title") in ("", one.title.code if one.title else None)
            and self.chosen("document") in ("", one.document.code)
        )
