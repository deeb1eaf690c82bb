"""What the body of a paper is made of: plain data that says nothing of HTML, PDF or .docx.

Text is a `str`, or a tuple of runs where parts of it are bold or italic. The signs ☐ ☑ ✓ may
stand anywhere in it: no Times-metric font has them, so that each writer draws them its own way.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal, TypeAlias

ENDING = "./."

# Points are lettered by the Vietnamese alphabet: after d comes đ, and there is no f, j, w, z.
LETTERS = "abcdđeghiklmnopqrstuvxy"
ROMAN = ((40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))


@dataclass(frozen=True)
class Bold:
    """A run of bold letters."""

    text: str


@dataclass(frozen=True)
class Italic:
    """A run of italic letters."""

    text: str


@dataclass(frozen=True)
class Bar:
    """A picture of a share in a line of text: as long as what is reached, with a mark at the goal.

    Lengths and places say all of it, colours nothing. `text` says it in words, for who does not see
    it and where nothing can be drawn.
    """

    reached: Decimal  # percent, 0 to 100
    goal: Decimal  # percent, 0 to 100
    text: str


Run: TypeAlias = str | Bold | Italic | Bar
Text: TypeAlias = str | tuple[Run, ...]
Alignment: TypeAlias = Literal["left", "center", "right", "justify"]


@dataclass(frozen=True)
class Heading:
    """A heading of level 1 (I.), 2 (1.) or 3 (a)); `label` replaces the automatic number."""

    text: str
    level: Literal[1, 2, 3] = 1
    label: str | None = None


@dataclass(frozen=True)
class Paragraph:
    """A paragraph; only justified ones have their first line indented."""

    text: Text
    align: Alignment = "justify"


@dataclass(frozen=True)
class Basis:
    """The legal bases (căn cứ) of a paper, one a line, without their closing punctuation."""

    texts: tuple[str, ...]


@dataclass(frozen=True)
class ListItems:
    """Items of a list, each a paragraph that begins with the marker."""

    items: tuple[Text, ...]
    marker: Literal["-", "+"] = "-"


@dataclass(frozen=True)
class Column:
    """A column of a table; `width` is its weight among the widths of all columns."""

    title: str
    width: float = 1
    align: Alignment = "left"


@dataclass(frozen=True)
class GroupRow:
    """A row of a table that is one bold cell over all columns."""

    text: Text


Row: TypeAlias = tuple[Text, ...] | GroupRow


@dataclass(frozen=True)
class Table:
    """A ruled table. Its header is repeated on each page; `empty` is said when it has no rows.

    Raises ValueError if a row has not as many cells as there are columns.
    """

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    caption: str = ""
    empty: str = "Không có."

    def __post_init__(self) -> None:
        for index, row in enumerate(self.rows, start=1):
            if not isinstance(row, GroupRow) and len(row) != len(self.columns):
                raise ValueError(f"row {index}: {len(row)} cells for {len(self.columns)} columns")

    @property
    def shares(self) -> tuple[float, ...]:
        """The width of each column as a share of the table's, together 1."""
        total = sum(column.width for column in self.columns)
        return tuple(column.width / total for column in self.columns)


@dataclass(frozen=True)
class KeyValue:
    """Lines “label: value”; an empty value is a line of dots to be filled in by hand."""

    pairs: tuple[tuple[str, Text], ...]


@dataclass(frozen=True)
class Picture:
    """A picture from the record, at most `width` millimetres wide.

    `content` is a PNG or JPEG file; ValueError for anything else. `description` is what a screen
    reader says of it, and stands below the picture.
    """

    content: bytes
    description: str
    width: int = 120

    def __post_init__(self) -> None:
        if not self.content.startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")):
            raise ValueError("a picture in a paper is a PNG or JPEG file")

    @property
    def media_type(self) -> str:
        """The media type, by the first byte of the file."""
        return "image/png" if self.content[:1] == b"\x89" else "image/jpeg"


@dataclass(frozen=True)
class Signing:
    """Who signs: name, position, and above it the lines that say by what authority.

    `authority` lines begin with TM., Q., KT., TL. or TUQ. (Nghị định 30/2020/NĐ-CP, Phụ lục I,
    mục II.7); ValueError otherwise. Names and positions are given in ordinary letters.
    """

    position: str
    name: str = ""
    authority: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for line in self.authority:
            if not line.startswith(("TM. ", "Q. ", "KT. ", "TL. ", "TUQ. ")):
                raise ValueError(f"not an authority to sign: {line!r}")

    @property
    def lines(self) -> tuple[str, ...]:
        """Authority and position as they stand above the signature, one a line, in capitals."""
        return tuple(line.upper() for line in (*self.authority, self.position))

    @property
    def words(self) -> str:
        """Authority and position as running text has them: “KT. Chủ tịch, Phó Chủ tịch”."""
        return ", ".join((*self.authority, self.position))


@dataclass(frozen=True)
class Signatures:
    """Several signatures side by side, as at the foot of minutes or of an appendix."""

    signings: tuple[Signing, ...]


Block: TypeAlias = Heading | Paragraph | Basis | ListItems | Table | KeyValue | Picture | Signatures


def numbered(blocks: Iterable[Block]) -> Iterator[tuple[str, Block]]:
    """Each block with its number: “I.”, “1.”, “a)” for headings, “” for all others.

    A heading with its own label keeps it and does not count.
    """
    counts = [0, 0, 0]
    for block in blocks:
        label = ""
        if isinstance(block, Heading):
            level = block.level - 1
            if block.label is None:
                counts[level] += 1
            counts[level + 1 :] = [0] * (2 - level)
            label = _label(level, counts[level]) if block.label is None else block.label
        yield label, block


def _label(level: int, count: int) -> str:
    if level == 0:
        return f"{roman(count)}."
    return f"{count}." if level == 1 else f"{LETTERS[(count - 1) % len(LETTERS)]})"


def roman(number: int) -> str:
    """The Roman numeral of a number from 1 to 49."""
    digits = ""
    for value, letters in ROMAN:
        digits += letters * (number // value)
        number %= value
    return digits


def ended(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """The blocks with the sign “./.” at the end of the last words, where a paper ends.

    After a block that is not running text it stands on a line of its own; signatures follow it.
    """
    if blocks and isinstance(blocks[-1], Signatures):
        return (*ended(blocks[:-1]), blocks[-1])
    match blocks[-1] if blocks else None:
        case Paragraph(text=text) as last:
            return (*blocks[:-1], replace(last, text=_close(text)))
        case ListItems(items=(*items, text)) as last:
            return (*blocks[:-1], replace(last, items=(*items, _close(text))))
    return (*blocks, Paragraph(ENDING, align="left"))


def _close(text: Text) -> Text:
    if isinstance(text, str):
        return text.rstrip(" .;") + ENDING
    last = text[-1]
    if isinstance(last, str):
        return (*text[:-1], last.rstrip(" .;") + ENDING)
    return (*text, ENDING)
