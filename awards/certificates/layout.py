"""Where each field of a certificate stands on a sheet of A4 that lies, in millimetres."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from decimal import Decimal
from typing import Any, Literal

from django.utils.translation import gettext_lazy as _

from awards.models import CertificateTemplate

WIDTH, HEIGHT = 297, 210  # mm: A4 that lies
SMALLEST, LARGEST = 6, 60  # pt


@dataclass(frozen=True)
class Box:
    """Where a field stands: its upper left corner and width in mm, its letters in points.

    Attributes:
        printed: whether blanks have it printed already.
    """

    x: float
    y: float
    width: float
    size: float
    align: Literal["left", "center"] = "center"
    bold: bool = False
    italic: bool = False
    printed: bool = False


FIELDS: dict[str, tuple[Any, Box]] = {
    "country": (_("name of the state"), Box(40, 20, 217, 14, bold=True, printed=True)),
    "motto": (_("motto"), Box(40, 27, 217, 14, bold=True, printed=True)),
    "issuer": (_("who decides"), Box(30, 43, 237, 16, bold=True, printed=True)),
    "given": (_("“awards”"), Box(30, 54, 237, 16, printed=True)),
    "title": (_("name of the certificate"), Box(30, 62, 237, 40, bold=True, printed=True)),
    "name": (_("name of who is commended"), Box(30, 88, 237, 24, bold=True)),
    "address": (_("unit, address"), Box(30, 102, 237, 14)),
    "achievement": (_("achievement"), Box(40, 112, 217, 15)),
    "dated": (_("place and day"), Box(150, 136, 117, 13, italic=True)),
    "authority": (_("authority and position"), Box(150, 143, 117, 13, bold=True)),
    "signer": (_("name of who signs"), Box(150, 181, 117, 14, bold=True)),
    "decision": (_("number and day of the decision"), Box(30, 146, 100, 11, "left")),
    "entry": (_("number in the book"), Box(30, 152, 100, 11, "left")),
    "serial": (_("serial"), Box(54, 172, 80, 9, "left")),
    "code": (_("code to check it"), Box(30, 160, 22, 9, "left")),
}


def boxes(template: CertificateTemplate | None) -> dict[str, Box]:
    """Each field with its place, as a template moves it; by default where there is none."""
    moved: Mapping[str, Any] = template.layout if template else {}
    return {name: replace(box, **moved.get(name, {})) for name, (_label, box) in FIELDS.items()}


def moved(found: Mapping[str, Box]) -> dict[str, dict[str, float]]:
    """What a template keeps of these places: those that are not by default."""
    kept = {}
    for name, box in found.items():
        by_default = asdict(FIELDS[name][1])
        changed = {key: value for key, value in asdict(box).items() if by_default[key] != value}
        if changed:
            kept[name] = changed
    return kept


def sheet_css(template: CertificateTemplate | None) -> str:
    """The style sheet that puts every field at its place.

    On blanks what is printed already stays away, and all is moved by the template's shift.
    """
    on_blanks = template is not None and template.on_blanks
    shift_x = template.shift_x if template and on_blanks else Decimal(0)
    shift_y = template.shift_y if template and on_blanks else Decimal(0)
    rules = []
    for name, box in boxes(template).items():
        if on_blanks and box.printed:
            rules.append(f".{name} {{ display: none }}")
            continue
        weight = "bold" if box.bold else "normal"
        style = "italic" if box.italic else "normal"
        rules.append(
            f".{name} {{ left: {float(shift_x) + box.x}mm; top: {float(shift_y) + box.y}mm;"
            f" width: {box.width}mm; font: {style} {weight} {box.size}pt/1.15"
            f" 'Liberation Serif Office'; text-align: {box.align} }}"
        )
    if on_blanks:
        rules.append(".frame { display: none }")
    return "\n".join(rules)
