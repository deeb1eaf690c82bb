"""Whether an uploaded paper holds the text of the frozen draft."""

import contextlib
import re
import unicodedata

import pypdfium2

from core import files

# A hyphen at the end of a line is read as no letter at all, so that hyphens count for nothing.
_INVISIBLE = re.compile(r"[\s\u00ad\u200b\ufeff\ufffe-]+")


def missing(text: str, content: bytes) -> list[str]:
    """The lines of `text` that a PDF file does not hold, white space aside.

    Args:
        content: of a PDF file; a scan has no text, and so lacks all lines, as does a page that
            cannot be read.
    """
    held = _squeezed(_text_of(content))
    return [line for line in text.splitlines() if _squeezed(line) not in held]


def _text_of(content: bytes) -> str:
    texts = []
    with files.opened_pdf(content) as document:
        for number in range(len(document)):
            with contextlib.suppress(pypdfium2.PdfiumError):
                texts.append(document[number].get_textpage().get_text_range())
    return " ".join(texts)


def _squeezed(text: str) -> str:
    """The letters alone, composed: lines are broken elsewhere by every program."""
    return _INVISIBLE.sub("", unicodedata.normalize("NFC", text))
