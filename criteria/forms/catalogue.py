"""The filters of the catalogue of criteria sets."""

from collections.abc import Mapping
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.utils.translation import gettext_lazy as _

from criteria.models import CriteriaSet
from units.models import UnitKind

ALL = [("", _("all"))]


class CatalogueForm(forms.Form):
    """What of the catalogue is shown; it offers what the sets have, junk is ignored."""

    kind = forms.ChoiceField(label=_("Kind of unit"), required=False)
    title = forms.ChoiceField(label=_("Title"), required=False)
    document = forms.ChoiceField(label=_("Document"), required=False)

    def __init__(self, data: Mapping[str, Any], sets: list[CriteriaSet]) -> None:
        super().__init__(data, label_suffix="")
        kinds = {kind for one in sets for kind in one.subject_kinds}
        titles = {one.title.code: str(one.title) for one in sets if one.title}
        documents = {one.document.code: str(one.document) for one in sets}
        offered: dict[str, list[tuple[str, Any]]] = {
            "kind": [(kind.value, kind.label) for kind in UnitKind if kind in kinds],
            "title": list(titles.items()),
            "document": list(documents.items()),
        }
        for name, choices in offered.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 -- declared above
            field.choices = [*ALL, *choices]
        self.helper = FormHelper(self)
        self.helper.form_tag = False
        self.is_valid()

    def chosen(self, name: str) -> str:
        """The value of a filter; nothing where it is empty or junk."""
        value: str = self.cleaned_data.get(name) or ""
        return value

    def matches(self, one: CriteriaSet) -> bool:
        """Whether a set is shown."""
        return (
            self.chosen("kind") in ("", *one.subject_kinds)
            and self.chosen("title") in ("", one.title.code if one.title else None)
            and self.chosen("document") in ("", one.document.code)
        )

    @property
    def filters(self) -> bool:
        """Whether anything but everything is asked for."""
        return any(self.chosen(name) for name in self.fields)
