"""The source texts as they are kept, with the words that somebody asks for marked in them."""

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from django.conf import settings

from awards.plans.texts import Span, locate
from campaign.models import Source

TEXTS = Path(settings.BASE_DIR) / "campaign" / "data" / "sources"

# As the loader writes them: `39–145: reason`, one part a line.
_FOREIGN = re.compile(r"(?P<first>\d+)(?:–(?P<last>\d+))?: (?P<reason>.*)")


@dataclass(frozen=True)
class Text:
    """A source text: its characters, and whether they are those whose digest is on record."""

    text: str
    digest: str
    as_recorded: bool


@dataclass(frozen=True)
class Piece:
    """A stretch of a line; the first marked one of the text is where a page is opened."""

    text: str
    marked: bool = False
    first: bool = False


@dataclass(frozen=True)
class Line:
    """One line of a text with its number, from 1."""

    number: int
    pieces: tuple[Piece, ...]
    foreign: str = ""  # why it is not the document's; empty where it is


@dataclass(frozen=True)
class Block:
    """Lines that follow each other and are the document's, or for one reason are not."""

    foreign: str
    lines: tuple[Line, ...]
    marked: bool


def read(source: Source) -> Text | None:
    """The text of a source as the repository keeps it; None where it keeps none.

    Only files of the folder of source texts are read, whatever the record names.
    """
    kept = {path.name: path for path in TEXTS.glob("*.txt")}
    path = kept.get(source.file_name)
    if path is None:
        return None
    content = path.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    return Text(content.decode(), digest, digest == source.sha256)


def find(text: str, quote: str, after: str = "") -> Span | None:
    """Where `quote` stands, white space aside; None where it does not.

    Args:
        after: words that come before it; of several places the first behind them is meant.
    """
    found = locate(text, quote)
    begin = min((span.start for span in locate(text, after)), default=0)
    return next((span for span in found if span.start >= begin), found[0] if found else None)


def blocks(source: Source, text: str, marked: Span | None = None) -> list[Block]:
    """The lines of a text in blocks, those that are not the document's set apart."""
    lines = _lines(text, _foreign_lines(source), marked)
    found = []
    for foreign, members in groupby(lines, key=lambda line: line.foreign):
        together = tuple(members)
        has_mark = any(piece.marked for line in together for piece in line.pieces)
        found.append(Block(foreign, together, has_mark))
    return found


def _lines(text: str, foreign: dict[int, str], marked: Span | None) -> Iterator[Line]:
    offset = 0
    for number, line in enumerate(text.split("\n"), start=1):
        words = line.rstrip("\r")
        if words.strip():
            yield Line(number, _pieces(words, offset, marked), foreign.get(number, ""))
        offset += len(line) + 1


def _pieces(line: str, offset: int, marked: Span | None) -> tuple[Piece, ...]:
    """A line cut where the marked words begin and end."""
    if marked is None:
        return (Piece(line),)
    begin = min(max(marked.start - offset, 0), len(line))
    end = min(max(marked.end - offset, 0), len(line))
    if begin >= end:
        return (Piece(line),)
    cut = (
        Piece(line[:begin]),
        Piece(line[begin:end], marked=True, first=offset + begin == marked.start),
        Piece(line[end:]),
    )
    return tuple(piece for piece in cut if piece.text)


def _foreign_lines(source: Source) -> dict[int, str]:
    """Why lines are not the document's, by their numbers."""
    return {
        number: found["reason"]
        for part in source.foreign_parts.splitlines()
        if (found := _FOREIGN.fullmatch(part))
        for number in range(int(found["first"]), int(found["last"] or found["first"]) + 1)
    }


def numbers(lines: Sequence[Line]) -> str:
    """`39–145`, or `37` where it is one line."""
    first, last = lines[0].number, lines[-1].number
    return str(first) if first == last else f"{first}–{last}"
