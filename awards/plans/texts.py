"""Where sentences stand in the source texts: cutting, finding a quote, holding records to a text.

Pure functions over ``str``; a place is a pair of character offsets into the text as it was kept.
Two promises of the plan files rest on them (DESIGN §5): each quote is found in its source, white
space aside, and each sentence of a source belongs to exactly one record or exclusion.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

# What may stand before the first word of a sentence: a list mark or the number of a section.
# Its full stop ends no sentence ("1. Mục đích", "IV. GIẢI PHÁP", "2.1 Khen thưởng", "- ", "+ ").
_LABEL = re.compile(r"\s*(?:[-+•*]|\(?[IVXLC]{1,5}[.)]|\d{1,2}(?:\.\d{1,2})*[.)]?|[a-zđ]\))\s+")

# A sentence ends at . ! ? … with the closing marks behind it, where the next word begins like a
# sentence; a colon ends the heading that it introduces whatever follows ("Đối với cấp xã: …").
_END = re.compile(r"(?P<mark>[.!?…]+|:)[\"”’)\]]*(?=\s)")

# Titles and abbreviations whose full stop ends nothing.
_ABBREVIATION = re.compile(r"\b(?:GS|PGS|TS|ThS|BS|TP|TX|TT|Q|P|ông|bà)\.$")


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Half-open range ``[start, end)`` of character offsets in a text."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """The characters of ``text`` that the span covers."""
        return text[self.start : self.end]

    def contains(self, other: "Span") -> bool:
        """Whether ``other`` lies wholly inside this span."""
        return self.start <= other.start and other.end <= self.end

    def meets(self, other: "Span") -> bool:
        """Whether the two spans share at least one character."""
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True)
class Gap:
    """A sentence that the records do not cover as they should.

    ``owners`` are the records that hold a part of it: none (forgotten), several (claimed twice),
    or one that leaves some of its characters out.
    """

    sentence: Span
    owners: tuple[str, ...]


def sentences(text: str) -> list[Span]:
    """Cut ``text`` into sentences, in order.

    The spans are disjoint and leave nothing out but white space: a line break always ends a
    sentence, so a wrong guess inside a line can only make a piece longer or shorter, never drop it.
    """
    return [
        span
        for line in re.finditer(r"[^\r\n]+", text)
        for span in _sentences_of_line(text, line.start(), line.end())
    ]


def _sentences_of_line(text: str, start: int, end: int) -> Iterator[Span]:
    """The sentences of one line ``text[start:end]``."""
    label = _LABEL.match(text, start, end)
    search_from = label.end() if label else start
    for mark in _END.finditer(text, search_from, end):
        if mark.end() < end and _ends_sentence(text, mark, end):
            yield from _trimmed(text, start, mark.end())
            start = mark.end()
    yield from _trimmed(text, start, end)


def _ends_sentence(text: str, mark: re.Match[str], end: int) -> bool:
    """Whether the mark closes a sentence, judged by what stands on both sides of it."""
    if mark["mark"] == ":":
        return True
    if _ABBREVIATION.search(text, max(0, mark.start() - 5), mark.start() + 1):
        return False
    following = text[mark.end() : end].lstrip().lstrip('"“‘([')
    return following[:1].isupper() or following[:1].isdigit()


def _trimmed(text: str, start: int, end: int) -> Iterator[Span]:
    """The span without white space at either end; nothing when only white space is left."""
    piece = text[start:end]
    if stripped := piece.strip():
        first = start + piece.index(stripped)
        yield Span(first, first + len(stripped))


def locate(text: str, quote: str) -> list[Span]:
    """Every place where ``quote`` stands in ``text``, white space aside, at word boundaries.

    An empty list means that the text does not say it; more than one that a line must be named.
    """
    words = quote.split()
    if not words:
        return []
    pattern = r"\s+".join(re.escape(word) for word in words)
    return [Span(*m.span()) for m in re.finditer(rf"(?<!\w){pattern}(?!\w)", text)]


def line_starts(text: str) -> list[int]:
    """Offset of the first character of each line; line numbers begin at 1."""
    return [0, *(match.end() for match in re.finditer("\n", text))]


def line_of(text: str, offset: int) -> int:
    """Number of the line in which the character at ``offset`` stands, from 1."""
    return bisect_right(line_starts(text), offset)


def lines_span(text: str, first: int, last: int) -> Span:
    """The span of whole lines ``first`` to ``last``, both included.

    Raises ``ValueError`` when the text has no such lines.
    """
    starts = [*line_starts(text), len(text)]
    if not 1 <= first <= last < len(starts):
        raise ValueError(f"the text has lines 1 to {len(starts) - 1}, not {first} to {last}")
    return Span(starts[first - 1], starts[last])


def gaps(text: str, owned: Iterable[tuple[str, Span]]) -> list[Gap]:
    """The sentences of ``text`` that do not belong, whole, to exactly one owner.

    ``owned`` are pairs of an owner's name and a span that it holds; one owner may hold several.
    """
    spans = list(owned)
    found = []
    for sentence in sentences(text):
        holders = sorted({owner for owner, span in spans if span.meets(sentence)})
        held = [span for _, span in spans if span.meets(sentence)]
        if len(holders) != 1 or not _covers(text, held, sentence):
            found.append(Gap(sentence, tuple(holders)))
    return found


def _covers(text: str, spans: list[Span], sentence: Span) -> bool:
    """Whether every character of the sentence that is not white space lies in one of the spans."""
    at = sentence.start
    for span in sorted(spans):
        if text[at : max(at, span.start)].strip():
            return False
        at = max(at, span.end)
    return not text[at : sentence.end].strip()
