"""What one says of a reform: its name and resolution, and what it does to which units."""

from collections.abc import Mapping, Sequence
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.forms.fields import FIRST_YEAR, LAST_YEAR, LineField, day_field
from core.forms.filters import ALL, FilterForm
from units.forms.picking import UnitField
from units.models import Placement, Reform, ReformAct, ReformState, UnitKind
from units.reforming.checking import PLACES
from units.reforming.entering import Header, Successor, Wanted

SUCCESSORS = 4


class ReformFilterForm(FilterForm):
    """Which reforms the list shows."""

    q = forms.CharField(
        label=gettext_lazy("Name, resolution or unit"), required=False, max_length=100
    )
    year = forms.IntegerField(
        label=gettext_lazy("Year"), required=False, min_value=FIRST_YEAR, max_value=LAST_YEAR
    )
    province = forms.ChoiceField(label=gettext_lazy("Territory"), required=False)
    state = forms.ChoiceField(
        label=gettext_lazy("State"), required=False, choices=[*ALL, *ReformState.choices]
    )

    def __init__(self, data: Mapping[str, Any], provinces: Sequence[tuple[str, str]]) -> None:
        super().__init__(data, {"province": [*ALL, *provinces]})


class HeaderForm(forms.Form):
    """What a reform says of itself."""

    name = LineField(label=gettext_lazy("Name of the reform"), max_length=300)
    citation = LineField(
        label=gettext_lazy("Resolution"),
        max_length=300,
        required=False,
        help_text=gettext_lazy(
            "Number, day and who issued it. A draft may do without; it is proposed with it."
        ),
    )
    effective_on = day_field(gettext_lazy("In force from the day"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = _plain()

    def header(self) -> Header:
        """What was typed, once it is valid."""
        return Header(**self.cleaned_data)


def header_of(reform: Reform) -> dict[str, Any]:
    """What the form of a reform shows."""
    return {"name": reform.name, "citation": reform.citation, "effective_on": reform.effective_on}


def _plain() -> FormHelper:
    """Only the fields: the template has the form and its buttons."""
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True
    return helper


_SAID = {
    "name": (gettext_lazy("New name"), 200),
    "type_name": (gettext_lazy("New type"), 30),
    "code": (gettext_lazy("New official code"), 20),
}


class ActForm(forms.Form):
    """What is done to units of a place.

    Attributes:
        place: where they lie.
        offered: the units, by their keys as text.
    """

    def __init__(
        self,
        place: Placement,
        units: Sequence[Placement],
        area: QuerySet[Placement],
        *args: Any,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.place = place
        self.offered = {str(one.unit_id): one for one in units}
        self.area = area
        self.helper = _plain()
        self.declare()

    def declare(self) -> None:
        """Add the fields of the act, in their order."""
        raise NotImplementedError

    def say(self, *names: str, required: str = "") -> None:
        """Add fields of what the unit is to be.

        Args:
            names: of `name`, `type_name` and `code`.
            required: the one that has to be said.
        """
        for name in names:
            label, length = _SAID[name]
            self.fields[name] = LineField(label=label, max_length=length, required=name == required)

    def choices(self) -> list[tuple[str, str]]:
        """The units of the place, with their kinds where there are several."""
        kinds = {one.kind for one in self.offered.values()}
        return [
            (key, f"{one.name} ({one.get_kind_display()})" if len(kinds) > 1 else one.name)
            for key, one in self.offered.items()
        ]

    def rows(self) -> list[list[forms.BoundField]]:
        """Fields that stand together, row by row."""
        return []

    def others(self) -> list[forms.BoundField]:
        """The fields that stand in no row, but for the one unit, which stands first."""
        together = {field.name for row in self.rows() for field in row} | {"unit"}
        return [field for field in self if field.name not in together]

    def first(self) -> forms.BoundField | None:
        """The field of the one unit, where it is of one."""
        return self["unit"] if "unit" in self.fields else None

    def one_unit(self, label: Any) -> forms.ChoiceField:
        """A field for one unit of the place."""
        return forms.ChoiceField(label=label, choices=[("", "–"), *self.choices()])

    def wanted(self, **more: Any) -> Wanted:
        """What the units are to be, once it is valid."""
        said = {key: self.cleaned_data.get(key, "") for key in ("name", "type_name", "code")}
        return Wanted(**said, **more)

    def unit(self) -> Placement:
        """The one unit that was chosen."""
        return self.offered[self.cleaned_data["unit"]]


class MergeForm(ActForm):
    """Units that are merged, and what they become."""

    def declare(self) -> None:
        self.fields["units"] = forms.MultipleChoiceField(
            label=gettext_lazy("Units that are merged"),
            choices=self.choices(),
            required=False,
            widget=forms.CheckboxSelectMultiple,
        )
        self.fields["also"] = UnitField(
            self.area, label=gettext_lazy("And one of another place"), required=False
        )
        self.fields["into"] = forms.ChoiceField(
            label=gettext_lazy("Which goes on"),
            choices=[("", _("a new unit")), *self.choices()],
            required=False,
            help_text=gettext_lazy("The unit that goes on keeps its history; the others end."),
        )
        self.say("name", "type_name", "code")

    def merged(self) -> list[Placement]:
        """The units that were chosen."""
        chosen = [self.offered[key] for key in self.cleaned_data["units"]]
        also = self.cleaned_data["also"]
        return [*chosen, also] if also else chosen

    def into(self) -> Placement | None:
        """The unit that goes on; None: a new one."""
        return self.offered.get(self.cleaned_data["into"])


class DivideForm(ActForm):
    """A unit that is divided, and its successors."""

    def declare(self) -> None:
        self.fields["unit"] = self.one_unit(gettext_lazy("Unit that is divided"))
        for number in range(1, SUCCESSORS + 1):
            said = {"number": number}
            self.fields[f"name_{number}"] = LineField(
                label=_("Successor %(number)d: name of a new unit") % said,
                max_length=200,
                required=False,
            )
            self.fields[f"unit_{number}"] = forms.ChoiceField(
                label=_("or a unit that is there"),
                choices=[("", "–"), *self.choices()],
                required=False,
            )
            self.fields[f"code_{number}"] = LineField(
                label=_("Official code"), max_length=20, required=False
            )
        self.fields["default"] = forms.ChoiceField(
            label=gettext_lazy("Proposed for what cannot be divided"),
            choices=[(f"{number}", _("successor %(number)d") % {"number": number})
                     for number in range(1, SUCCESSORS + 1)],
            help_text=gettext_lazy("Only a proposal: a person assigns what belongs to the unit."),
        )  # fmt: skip

    def rows(self) -> list[list[forms.BoundField]]:
        """The fields of each successor."""
        return [
            [self[f"{name}_{number}"] for name in ("name", "unit", "code")]
            for number in range(1, SUCCESSORS + 1)
        ]

    def successors(self) -> tuple[list[Successor], int]:
        """Those that were named, and the position of the proposed one among them."""
        found: list[Successor] = []
        default = 0
        for number in range(1, SUCCESSORS + 1):
            unit = self.offered.get(self.cleaned_data[f"unit_{number}"])
            name = self.cleaned_data[f"name_{number}"]
            if unit or name:
                if self.cleaned_data["default"] == f"{number}":
                    default = len(found)
                code = self.cleaned_data[f"code_{number}"]
                found.append(Successor(unit, name, code=code))
        return found, default


class FoundForm(ActForm):
    """A new unit in the place."""

    def declare(self) -> None:
        kinds = [UnitKind(kind) for kind, places in PLACES.items() if self.place.kind in places]
        self.fields["kind"] = forms.ChoiceField(
            label=gettext_lazy("Kind"),
            choices=[(kind.value, kind.label.capitalize()) for kind in kinds],
        )
        self.say("name", "type_name", "code", required="name")


class RenameForm(ActForm):
    """Another name, perhaps with another code."""

    def declare(self) -> None:
        self.fields["unit"] = self.one_unit(gettext_lazy("Unit that is renamed"))
        self.say("name", "code", required="name")


class RetypeForm(ActForm):
    """Another type, with the name and code that go with it."""

    def declare(self) -> None:
        self.fields["unit"] = self.one_unit(gettext_lazy("Unit whose type changes"))
        self.say("type_name", "name", "code", required="type_name")


class MoveForm(ActForm):
    """Another place, another managing body, or both."""

    def declare(self) -> None:
        self.fields["unit"] = self.one_unit(gettext_lazy("Unit that moves"))
        self.fields["located_in"] = UnitField(
            self.area, label=gettext_lazy("From then on it lies in"), required=False
        )
        self.fields["managed_by"] = UnitField(
            self.area, label=gettext_lazy("From then on it is managed by"), required=False
        )
        self.say("name", "code")

    def clean(self) -> dict[str, Any]:
        """It moves somewhere."""
        said = super().clean() or {}
        if not (said.get("located_in") or said.get("managed_by")) and not self.errors:
            self.add_error("located_in", _("Say where it lies then, or who manages it."))
        return said


class EndForm(ActForm):
    """A unit that just ends."""

    def declare(self) -> None:
        self.fields["unit"] = self.one_unit(gettext_lazy("Unit that ends"))


FORMS: dict[str, type[ActForm]] = {
    ReformAct.MERGE: MergeForm,
    ReformAct.DIVIDE: DivideForm,
    ReformAct.FOUND: FoundForm,
    ReformAct.RENAME: RenameForm,
    ReformAct.RETYPE: RetypeForm,
    ReformAct.MOVE: MoveForm,
    ReformAct.END: EndForm,
}


class PlaceForm(forms.Form):
    """In which place the units lie of which a line speaks."""

    def __init__(self, area: QuerySet[Placement], data: Any) -> None:
        super().__init__(data, label_suffix="")
        self.fields["place"] = UnitField(area, label=gettext_lazy("Units in"), required=False)


def places(area: QuerySet[Placement]) -> QuerySet[Placement]:
    """The units of an area in which others may lie."""
    kinds = {kind for kinds in PLACES.values() for kind in kinds}
    return area.filter(kind__in=kinds)
