"""The form of the filters above a list; `{% filters %}` and `{% filter_field %}` draw it."""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from crispy_forms.helper import FormHelper
from django import forms
from django.utils.translation import gettext_lazy as _

from core import veiled

#: The field of words that may name a person.
VEILED = "q"
#: The choice that leaves nothing out.
ALL: list[tuple[str, Any]] = [("", _("all"))]

Choices = Iterable[tuple[str, Any]]


class FilterForm(forms.Form):
    """What of a list is shown; junk in the address is ignored, field by field.

    Attributes:
        frame: fields that say which list it is, such as its round: they leave no row of it out.
        veils: whether its words may name a person: then addresses carry them unreadable.
    """

    frame: ClassVar[frozenset[str]] = frozenset()
    veils: ClassVar[bool] = False

    def __init__(
        self, data: Mapping[str, Any], offered: Mapping[str, Choices] | None = None
    ) -> None:
        """Args: offered: the choices of fields that depend on what there is, by their names."""
        super().__init__(veiled.opened(data, VEILED) if self.veils else data, label_suffix="")
        for name, choices in (offered or {}).items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 -- whoever declares it
            field.choices = list(choices)
        self.helper = FormHelper(self)
        self.helper.form_tag = False
        self.is_valid()

    def chosen(self, name: str) -> Any:
        """The value of a filter; nothing where it is empty or junk."""
        return self.cleaned_data.get(name) or ""

    @property
    def filters(self) -> bool:
        """Whether anything but everything is asked for."""
        return any(self.chosen(name) for name in self.fields if name not in self.frame)
