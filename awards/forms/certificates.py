"""The forms of certificates: where each field stands on the sheet, and a name made anew."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from awards.certificates import layout
from awards.certificates.layout import FIELDS, HEIGHT, LARGEST, SMALLEST, WIDTH, Box
from awards.forms.decisions import PlainForm
from awards.models import CertificateTemplate

LARGEST_SHIFT = 50  # mm
ROWS = ("x", "y", "width", "size")
LIMITS = {"x": (0, WIDTH), "y": (0, HEIGHT), "width": (5, WIDTH), "size": (SMALLEST, LARGEST)}
SUMS = {
    "x": _("%(field)s, mm from the left"),
    "y": _("%(field)s, mm from the top"),
    "width": _("%(field)s, width in mm"),
    "size": _("%(field)s, letters in points"),
}


class TemplateForm(PlainForm):
    """The places of all fields, whether sheets are blanks, and by how much to move all."""

    on_blanks = forms.BooleanField(
        label=_("Print on blanks with a frame: only what differs from sheet to sheet"),
        required=False,
    )
    shift_x = forms.DecimalField(
        label=_("Shift to the right, mm"),
        min_value=-LARGEST_SHIFT,
        max_value=LARGEST_SHIFT,
        max_digits=4,
        decimal_places=1,
        localize=True,
    )
    shift_y = forms.DecimalField(
        label=_("Shift downwards, mm"),
        min_value=-LARGEST_SHIFT,
        max_value=LARGEST_SHIFT,
        max_digits=4,
        decimal_places=1,
        localize=True,
    )

    def __init__(self, template: CertificateTemplate | None, *args: Any, **options: Any) -> None:
        """A form of a template; of the layout by default where there is none."""
        found = layout.boxes(template)
        options["initial"] = {
            "on_blanks": template.on_blanks if template else False,
            "shift_x": template.shift_x if template else 0,
            "shift_y": template.shift_y if template else 0,
            **{f"{name}-{row}": getattr(box, row) for name, box in found.items() for row in ROWS},
        }
        super().__init__(*args, **options)
        for name, (label, _box) in FIELDS.items():
            for row in ROWS:
                least, most = LIMITS[row]
                self.fields[f"{name}-{row}"] = forms.FloatField(
                    label=SUMS[row] % {"field": label},
                    min_value=least,
                    max_value=most,
                    localize=True,
                    widget=forms.TextInput(
                        attrs={
                            "class": "form-control form-control-sm",
                            "inputmode": "decimal",
                            "aria-label": SUMS[row] % {"field": label},
                        }
                    ),
                )

    def rows(self) -> list[tuple[Any, list[Any]]]:
        """Each field with the inputs of its place."""
        return [
            (label, [self[f"{name}-{row}"] for row in ROWS])
            for name, (label, _box) in FIELDS.items()
        ]

    def said(self) -> dict[str, Any]:
        """What a valid form says, by the fields of a template."""
        found = self.cleaned_data
        placed = {
            name: Box(
                **{row: round(found[f"{name}-{row}"], 1) for row in ROWS},
                align=box.align,
                bold=box.bold,
                italic=box.italic,
                printed=box.printed,
            )
            for name, (_label, box) in FIELDS.items()
        }
        chosen = {name: found[name] for name in ("on_blanks", "shift_x", "shift_y")}
        return {"layout": layout.moved(placed), **chosen}
