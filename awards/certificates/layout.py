"""Where each field of a certificate stands on its sheet, in millimetres."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from math import sqrt
from typing import Any, Literal

from django.utils.translation import gettext_lazy as _

from awards.models import CertificateTemplate

WIDTH, HEIGHT = 297, 210  # mm: A4 that lies, for which the fields are laid out
# No text says how large certificates are: offices print on what they have. The sheets of ISO 216
# that printers take are offered by name, any other within what a printer can hold by its sides.
SHEETS = {
    (297, 210): _("A4, lying (297 × 210 mm)"),
    (210, 297): _("A4, upright (210 × 297 mm)"),
    (420, 297): _("A3, lying (420 × 297 mm)"),
    (297, 420): _("A3, upright (297 × 420 mm)"),
}
SHORTEST_SIDE, LONGEST_SIDE = 100, 600  # mm
SMALLEST, LARGEST = 6, 100  # pt
LINE_HEIGHT = 1.15
FRAME, FRAME_RULE = 10, 1.2  # mm: how far inside the frame stands on A4, how thick it is


@dataclass(frozen=True)
class Box:
    """Where a field stands: its upper left corner and its sides in mm, its letters in points.

    What does not fit into it is written smaller (awards.certificates.fitting).

    Attributes:
        capitals: whether it is written in capitals.
        printed: whether blanks have it printed already.
    """

    x: float
    y: float
    width: float
    height: float
    size: float
    align: Literal["left", "center"] = "center"
    bold: bool = False
    italic: bool = False
    capitals: bool = False
    printed: bool = False


FIELDS: dict[str, tuple[Any, Box]] = {
    "country": (
        _("name of the state"),
        Box(40, 20, 217, 6.5, 14, bold=True, capitals=True, printed=True),
    ),
    "motto": (_("motto"), Box(40, 27, 217, 8, 14, bold=True, printed=True)),
    "issuer": (
        _("who decides"),
        Box(30, 43, 237, 10, 16, bold=True, capitals=True, printed=True),
    ),
    "given": (_("“awards”"), Box(30, 54, 237, 7, 16, printed=True)),
    "title": (
        _("name of the certificate"),
        Box(30, 62, 237, 24, 40, bold=True, capitals=True, printed=True),
    ),
    "name": (_("name of who is commended"), Box(30, 88, 237, 13, 24, bold=True)),
    "address": (_("unit, address"), Box(30, 102, 237, 9, 14)),
    "achievement": (_("achievement"), Box(40, 112, 217, 22, 15)),
    "dated": (_("place and day"), Box(150, 136, 117, 6, 13, italic=True)),
    "authority": (_("authority and position"), Box(150, 143, 117, 22, 13, bold=True)),
    "signer": (_("name of who signs"), Box(150, 181, 117, 8, 14, bold=True)),
    "decision": (_("number and day of the decision"), Box(30, 143, 100, 8, 11, "left")),
    "entry": (_("number in the book"), Box(30, 152, 100, 5, 11, "left")),
    "serial": (_("serial"), Box(30, 183, 100, 8, 9, "left")),
    "code": (_("code to check it"), Box(30, 160, 22, 22, 9, "left")),
}


def laid_out(width: int, height: int) -> dict[str, Box]:
    """Each field at its place by default on a sheet of these sides: as on A4 that lies, in
    proportion; the code stays a square."""
    across, down = width / WIDTH, height / HEIGHT
    letters = sqrt(across * down)
    return {
        name: replace(
            box,
            x=round(box.x * across, 1),
            y=round(box.y * down, 1),
            width=round(box.width * (letters if name == "code" else across), 1),
            height=round(box.height * (letters if name == "code" else down), 1),
            size=round(box.size * letters, 1),
        )
        for name, (_label, box) in FIELDS.items()
    }


def boxes(template: CertificateTemplate | None) -> dict[str, Box]:
    """Each field with its place, as a template moves it; by default where there is none."""
    if template is None:
        return laid_out(WIDTH, HEIGHT)
    by_default = laid_out(template.width, template.height)
    return {name: replace(box, **template.layout.get(name, {})) for name, box in by_default.items()}


def moved(found: Mapping[str, Box], width: int, height: int) -> dict[str, dict[str, float]]:
    """What a template keeps of these places: those that are not by default on such a sheet."""
    kept = {}
    by_default = laid_out(width, height)
    for name, box in found.items():
        usual = asdict(by_default[name])
        changed = {key: value for key, value in asdict(box).items() if usual[key] != value}
        if changed:
            kept[name] = changed
    return kept


def printed_boxes(template: CertificateTemplate | None) -> dict[str, Box]:
    """The fields that are printed, where they are: on blanks what is there already stays away, and
    all is moved by the template's shift."""
    found = boxes(template)
    if template is None or not template.on_blanks:
        return found
    right, down = float(template.shift_x), float(template.shift_y)
    return {
        name: replace(box, x=round(box.x + right, 1), y=round(box.y + down, 1))
        for name, box in found.items()
        if not box.printed
    }


def sheet_css(
    template: CertificateTemplate | None,
    sizes: Sequence[Mapping[str, float]],
    *,
    outlined: bool = False,
) -> str:
    """The style sheet that gives sheets their sides and puts every field at its place.

    Args:
        sizes: of each sheet in turn the letters of its fields in points (awards.certificates
            .fitting).
        outlined: whether each field's box is drawn, to be laid over a blank.
    """
    width, height = (template.width, template.height) if template else (WIDTH, HEIGHT)
    shown = printed_boxes(template)
    inset = FRAME * min(width / WIDTH, height / HEIGHT)
    edge = 2 * (inset + FRAME_RULE)
    rules = [
        f"@page {{ size: {width}mm {height}mm }}",
        f".sheet {{ width: {width}mm; height: {height}mm }}",
        f".frame {{ left: {inset:.1f}mm; top: {inset:.1f}mm }}",
        f".frame {{ width: {width - edge:.1f}mm; height: {height - edge:.1f}mm }}",
        f".watermark {{ width: {width}mm; top: {height / 2 - 13:.0f}mm }}",
        *(f".{name} {{ display: none }}" for name in FIELDS if name not in shown),
        *(_box_css(name, box) for name, box in shown.items()),
        _square_css(shown["code"]),
        *(
            f".of-{place} .{name} {{ font-size: {size}pt }}"
            for place, found in enumerate(sizes)
            for name, size in found.items()
            if size != shown[name].size
        ),
    ]
    if template and template.on_blanks:
        rules.append(".frame { display: none }")
    if outlined:
        rules.append(".field { outline: 0.1mm dashed #777 }")
    return "\n".join(rules)


def _box_css(name: str, box: Box) -> str:
    weight = "bold" if box.bold else "normal"
    style = "italic" if box.italic else "normal"
    case = "uppercase" if box.capitals else "none"
    return (
        f".{name} {{ left: {box.x}mm; top: {box.y}mm; width: {box.width}mm; height: {box.height}mm;"
        f" font: {style} {weight} {box.size}pt/{LINE_HEIGHT} 'Liberation Serif Office';"
        f" text-align: {box.align}; text-transform: {case} }}"
    )


def _square_css(box: Box) -> str:
    """The drawn code is as large as its box lets a square be."""
    side = min(box.width, box.height)
    return f".code img {{ width: {side}mm; height: {side}mm }}"
