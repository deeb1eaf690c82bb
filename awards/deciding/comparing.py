"""Whether an uploaded paper holds the text of the frozen draft."""

import contextlib
import re
import unicodedata

import pypdfium2

# A hyphen at the end of a line is read as no letter at all, so that hyphens count for nothing.
_INVISIBLE = re.compile(r"[\s\u00ad\u200b\ufeff\ufffe-]+")


def missing(text: str, content: bytes) -> list[str]:
    """The lines of `text` that a PDF file does not hold, white space aside.

    Args:
        content: of a PDF file; a scan has no text, and so lacks all lines.
    """
    held = _squeezed(_text_of(content))
    return [line for line in text.splitlines() if _squeezed(line) not in held]


def _text_of(content: bytes) -> str:
    with contextlib.closing(pypdfium2.PdfDocument(content)) as document:
        return " ".join(page.get_textpage().get_text_range() for page in document)


def _squeezed(text: str) -> str:
    """The letters alone, composed: lines are broken elsewhere by every program."""
    return _INVISIBLE.sub("", unicodedata.normalize("NFC", text))
