"""The forms of certificates: how they look, and what of the book of them is shown."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.formats import localize_input
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from awards.certificates import drawing, layout
from awards.certificates.drawing import Sheet
from awards.certificates.fitting import NoRoom
from awards.certificates.layout import (
    FIELDS,
    LARGEST,
    LONGEST_SIDE,
    SHEETS,
    SHORTEST_SIDE,
    SMALLEST,
    Box,
)
from awards.forms.decisions import PlainForm
from awards.models import CertificateTemplate
from core.forms.fields import LineField
from core.forms.filters import FilterForm
from core.numbers import format_vi_number

OTHER = ""
LARGEST_SHIFT = 50  # mm
ROWS = ("x", "y", "width", "height", "size")
LIMITS = {
    "x": (0, LONGEST_SIDE),
    "y": (0, LONGEST_SIDE),
    "width": (5, LONGEST_SIDE),
    "height": (3, LONGEST_SIDE),
    "size": (SMALLEST, LARGEST),
}
SUMS = {
    "x": gettext_lazy("%(field)s, mm from the left"),
    "y": gettext_lazy("%(field)s, mm from the top"),
    "width": gettext_lazy("%(field)s, width in mm"),
    "height": gettext_lazy("%(field)s, height in mm"),
    "size": gettext_lazy("%(field)s, letters in points"),
}


def _key(width: int, height: int) -> str:
    """A sheet as the form names it: one that is offered by its sides, any other as such."""
    return f"{width}x{height}" if (width, height) in SHEETS else OTHER


def _plain(value: float) -> float:
    """A whole number without its decimal."""
    return int(value) if value == int(value) else value


def _number(**options: Any) -> forms.TextInput:
    return forms.TextInput(
        attrs={"class": "form-control form-control-sm", "inputmode": "decimal", **options}
    )


def _side(label: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        required=False,
        min_value=SHORTEST_SIDE,
        max_value=LONGEST_SIDE,
        widget=_number(),
    )


def _shift(label: Any) -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        min_value=-LARGEST_SHIFT,
        max_value=LARGEST_SHIFT,
        max_digits=4,
        decimal_places=1,
        localize=True,
        widget=_number(),
    )


class BookFilterForm(FilterForm):
    """Which lines of which book are shown; the choices are those that there are."""

    frame = frozenset({"unit"})

    unit = forms.ChoiceField(label=gettext_lazy("Who decides"), required=False)
    year = forms.ChoiceField(label=gettext_lazy("Year"), required=False)


class WordsForm(PlainForm):
    """What is looked for in a book."""

    words = LineField(
        label=gettext_lazy("Name, number in the book, decision or serial"),
        required=False,
        max_length=100,
    )


class TemplateForm(PlainForm):
    """The sheet, the places of all fields, whether sheets are blanks, and by how much to move all.

    Attributes:
        sides: width and height of the sheet in mm, once it is cleaned; None where they are refused.
    """

    paper = forms.ChoiceField(
        label=gettext_lazy("Sheet"),
        required=False,
        choices=[
            *((_key(*sides), label) for sides, label in SHEETS.items()),
            (OTHER, gettext_lazy("another size")),
        ],
        widget=forms.Select(attrs={"class": "form-select form-select-sm"}),
    )
    paper_width = _side(gettext_lazy("Width of another sheet, mm"))
    paper_height = _side(gettext_lazy("Height of another sheet, mm"))
    on_blanks = forms.BooleanField(
        label=gettext_lazy("Print on blanks with a frame: only what differs from sheet to sheet"),
        required=False,
        widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
    )
    shift_x = _shift(gettext_lazy("Shift to the right, mm"))
    shift_y = _shift(gettext_lazy("Shift downwards, mm"))

    def __init__(
        self, template: CertificateTemplate | None, sample: Sheet, *args: Any, **options: Any
    ) -> None:
        """A form of a template; of the layout by default where there is none.

        Args:
            sample: what a sheet says, to see whether it has room.
        """
        self.sample = sample
        self.sides: tuple[int, int] | None = None
        options["initial"] = _initial(template or CertificateTemplate())
        super().__init__(*args, **options)
        for name, (label, _box) in FIELDS.items():
            for row in ROWS:
                least, most = LIMITS[row]
                said = SUMS[row] % {"field": label}
                self.fields[f"{name}-{row}"] = forms.FloatField(
                    label=said,
                    min_value=least,
                    max_value=most,
                    localize=True,
                    widget=_number(**{"aria-label": said}),
                )
        for name, field in self.fields.items():
            field.widget.attrs["aria-describedby"] = f"error-{name}"

    @property
    def of_sheet(self) -> list[BoundField]:
        """The inputs of the sheet."""
        return [self[name] for name in ("paper", "paper_width", "paper_height")]

    @property
    def shifts(self) -> list[BoundField]:
        """The inputs by which all is moved."""
        return [self[name] for name in ("shift_x", "shift_y")]

    def typed(self) -> dict[str, str]:
        """What stands in the inputs, as it would be sent."""
        values = {name: self[name].value() for name in self.fields}
        return {
            name: str(localize_input(value))
            for name, value in values.items()
            if value is not None and value is not False  # no shift, 0, is said
        }

    def rows(self) -> list[tuple[Any, list[BoundField]]]:
        """Each field with the inputs of its place."""
        return [
            (label, [self[f"{name}-{row}"] for row in ROWS])
            for name, (label, _box) in FIELDS.items()
        ]

    def clean(self) -> dict[str, Any]:
        """Refuses sides that contradict the chosen sheet, what leaves the sheet, and fields in
        which the sample has no room."""
        self.sides = self._sides()
        if self.sides and not self.errors:
            for field, sentence in list(self._beyond(*self.sides)):
                self.add_error(field, sentence)
        if not self.errors:
            try:
                drawing.sizes_of(self.sample, self.template())
            except NoRoom as refused:
                self.add_error(f"{refused.name}-height", str(refused))
        return self.cleaned_data

    def _sides(self) -> tuple[int, int] | None:
        chosen = self.cleaned_data.get("paper")
        typed = {name: self.cleaned_data.get(name) for name in ("paper_width", "paper_height")}
        for name, value in typed.items():
            if name in self.errors:
                continue
            if chosen == OTHER and value is None:
                self.add_error(name, _("Say how many mm this sheet has."))
            elif chosen and value is not None:
                self.add_error(name, _("Leave it empty, or choose “another size”."))
        if chosen is None or any(name in self.errors for name in typed):
            return None
        if chosen:
            width, height = chosen.split("x")
            return int(width), int(height)
        width, height = typed["paper_width"], typed["paper_height"]
        return (width, height) if width and height else None

    def _beyond(self, width: int, height: int) -> Iterator[tuple[str, str]]:
        """What leaves the sheet, each with the input that is at fault and a sentence."""
        for name, box in self._boxes().items():
            sums = (("width", box.x + box.width, width), ("height", box.y + box.height, height))
            for row, exact, side in sums:
                end = Decimal(str(round(exact, 1)))
                if end > side:
                    yield (
                        f"{name}-{row}",
                        _("Ends at %(end)s mm; the sheet has %(side)s mm.")
                        % {"end": format_vi_number(end), "side": side},
                    )
        template = self.template()
        if not template.on_blanks:
            return
        for name, box in layout.printed_boxes(template).items():
            words = {"field": FIELDS[name][0]}
            sentence = _("Moved by so much, the field “%(field)s” leaves the sheet.") % words
            if box.x < 0 or box.x + box.width > width:
                yield "shift_x", sentence
                return
            if box.y < 0 or box.y + box.height > height:
                yield "shift_y", sentence
                return

    def _boxes(self) -> dict[str, Box]:
        found = self.cleaned_data
        assert self.sides is not None  # noqa: S101 -- asked only of a sheet that has its sides
        by_default = layout.laid_out(*self.sides)
        return {
            name: replace(box, **{row: round(found[f"{name}-{row}"], 1) for row in ROWS})
            for name, box in by_default.items()
        }

    def said(self) -> dict[str, Any]:
        """What a valid form says, by the fields of a template."""
        assert self.sides is not None  # noqa: S101 -- the form is valid
        width, height = self.sides
        chosen = {name: self.cleaned_data[name] for name in ("on_blanks", "shift_x", "shift_y")}
        kept = layout.moved(self._boxes(), width, height)
        return {"width": width, "height": height, "layout": kept, **chosen}

    def template(self) -> CertificateTemplate:
        """What a valid form says as a template that is not kept."""
        return CertificateTemplate(**self.said())

    def laid_out(self) -> "TemplateForm | None":
        """The form with all fields at their places by default on the sheet that was chosen; what
        else was entered stays. None where the sheet is refused."""
        self.full_clean()
        if self.sides is None:
            return None
        width, height = self.sides
        kept = {name: self.cleaned_data.get(name) or 0 for name in ("shift_x", "shift_y")}
        blanks = self.cleaned_data.get("on_blanks", False)
        template = CertificateTemplate(width=width, height=height, on_blanks=blanks, **kept)
        return TemplateForm(template, self.sample)


def _initial(template: CertificateTemplate) -> dict[str, Any]:
    paper = _key(template.width, template.height)
    sides = {"paper_width": template.width, "paper_height": template.height}
    places = {
        f"{name}-{row}": _plain(getattr(box, row))
        for name, box in layout.boxes(template).items()
        for row in ROWS
    }
    return {
        "paper": paper,
        **(sides if paper == OTHER else {}),
        "on_blanks": template.on_blanks,
        "shift_x": template.shift_x,
        "shift_y": template.shift_y,
        **places,
    }
