"""The typeface of papers: Liberation Serif, metric-compatible with Times New Roman.

Fontconfig may hand out another typeface, or Liberation 1.x, which lacks 92 Vietnamese letters.
So the four files are searched for, looked into, and named one by one in the style sheet.
"""

import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from itertools import product
from pathlib import Path

from django.utils.translation import gettext as _
from fontTools.ttLib import TTFont

FACES = {
    "regular": "LiberationSerif-Regular.ttf",
    "bold": "LiberationSerif-Bold.ttf",
    "italic": "LiberationSerif-Italic.ttf",
    "bold-italic": "LiberationSerif-BoldItalic.ttf",
}
DIRECTORIES = (
    Path("/usr/share/fonts"),
    Path("/usr/local/share/fonts"),
    Path("~/.local/share/fonts"),
    Path("~/.fonts"),
)
TONES = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
VIETNAMESE = frozenset(
    letter
    for vowel, tone in product("aăâeêioôơuưy", TONES)
    for letter in (
        unicodedata.normalize("NFC", vowel + tone),
        unicodedata.normalize("NFC", vowel.upper() + tone),
    )
) | {"đ", "Đ"}
# What the papers themselves and thresholds of criteria use beside letters.
SIGNS = frozenset("“”‘’–…≥≤×%")


class FontsMissing(Exception):
    """No complete Liberation Serif is installed; the message says what to do."""


@lru_cache(maxsize=1)
def faces() -> dict[str, Path]:
    """The file of each face, by the names of FACES. Raises FontsMissing."""
    return find_faces(DIRECTORIES)


def find_faces(directories: Iterable[Path]) -> dict[str, Path]:
    """The four faces from the first directory, at any depth, where all of them are complete.

    Raises FontsMissing, with a sentence for the administrator, if there is none.
    """
    roots = [directory.expanduser() for directory in directories]
    folders = {path.parent for root in roots for path in root.rglob(FACES["regular"])}
    for folder in sorted(folders):
        found = {name: folder / file for name, file in FACES.items()}
        if all(path.is_file() and not missing_letters(path) for path in found.values()):
            return found
    raise FontsMissing(
        _(
            "Papers cannot be made: Liberation Serif, version 2 or later, is not installed "
            "(searched in %(directories)s). Install the package fonts-liberation2 (Debian 12) "
            "or fonts-liberation (Debian 13, Ubuntu)."
        )
        % {"directories": ", ".join(map(str, roots))}
    )


def missing_letters(path: Path) -> set[str]:
    """The Vietnamese letters and signs that the font file has no glyph for."""
    with TTFont(path, lazy=True) as font:
        glyphs = font.getBestCmap()
    return {letter for letter in VIETNAMESE | SIGNS if ord(letter) not in glyphs}
