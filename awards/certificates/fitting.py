"""How large the letters of a field may be, that all it says stands within its box.

Reckoned by the advance widths of the typeface, in lines as WeasyPrint breaks them: at spaces, and
within a word only where it is longer than a line.
"""

from collections.abc import Sequence
from functools import lru_cache

from django.utils.translation import gettext as _
from fontTools.ttLib import TTFont

from awards.certificates.layout import FIELDS, LINE_HEIGHT, SMALLEST, Box
from core.documents import fonts
from core.workflow import Refused

MM_PER_POINT = 25.4 / 72
STEP = 0.5  # pt
# The typeface is set with kerning, which draws some letters apart, and sizes are rounded.
RESERVE = 1.01
SHOWN = 60  # letters of a text that a sentence repeats


class NoRoom(Refused):
    """What a field says has no room in its box, however small its letters.

    Attributes:
        name: of the field (awards.certificates.layout.FIELDS).
    """

    def __init__(self, name: str, lines: Sequence[str]) -> None:
        said = " ".join(lines)
        words = {
            "field": FIELDS[name][0],
            "said": said if len(said) <= SHOWN else f"{said[:SHOWN]}…",
            "size": SMALLEST,
        }
        super().__init__(
            _(
                "Too small: “%(said)s” has no room in the field “%(field)s”, even in letters of "
                "%(size)d points."
            )
            % words
        )
        self.name = name


@lru_cache(maxsize=4)
def _advances(face: str) -> dict[str, float]:
    """How wide each letter of a face is, as a share of its size."""
    with TTFont(fonts.faces()[face], lazy=True) as font:
        em, metrics = font["head"].unitsPerEm, font["hmtx"].metrics
        return {chr(code): metrics[name][0] / em for code, name in font.getBestCmap().items()}


def _widths(text: str, box: Box) -> list[float]:
    """How wide each letter of a text is in the face of a box, in mm at one point."""
    face = "-".join(name for name, on in (("bold", box.bold), ("italic", box.italic)) if on)
    widths = _advances(face or "regular")
    said = text.upper() if box.capitals else text
    return [widths.get(letter, 1) * MM_PER_POINT * RESERVE for letter in said]


def size_of(name: str, lines: Sequence[str], box: Box) -> float:
    """In which size, in points, a field is written: its own, or the next smaller in which it fits.

    Args:
        lines: what it says, each of which begins a line.

    Raises:
        NoRoom: not even the smallest letters fit.
    """
    measured = [[_widths(word, box) for word in line.split(" ")] for line in lines]
    (space,) = _widths(" ", box)
    size = box.size
    while size >= min(SMALLEST, box.size):
        count = sum(_lines(words, space, box.width / size) for words in measured)
        if count * size * LINE_HEIGHT * MM_PER_POINT <= box.height:
            return size
        size -= STEP
    raise NoRoom(name, lines)


def _lines(words: Sequence[Sequence[float]], space: float, room: float) -> int:
    """In how many lines words stand, given the widths of their letters."""
    count, at = 1, 0.0
    for letters in words:
        width = sum(letters)
        if at and at + space + width <= room:
            at += space + width
            continue
        if at:
            count, at = count + 1, 0.0
        for letter in letters if width > room else ():
            if at and at + letter > room:
                count, at = count + 1, 0.0
            at += letter
        if width <= room:
            at = width
    return count
