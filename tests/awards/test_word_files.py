"""The papers that offices finish by hand look in a word processor as they do in PDF: measured in
what LibreOffice makes of them."""

import re
from dataclasses import replace

import pytest
from pdfplumber.page import Page

from core.documents.blocks import Block, GroupRow, Paragraph, Signatures, Table
from core.documents.docx import render_docx
from core.documents.paper import Paper
from tests.awards.samples import IN_WORDS, sample
from tests.awards.test_papers import letters, plain, said_by
from tests.core.papers import mm, pages, text
from tests.core.word_processor import converted, needs_libreoffice

pytestmark = needs_libreoffice

# Lines before the text, until the signature has stood at each height of a page.
LINES = range(32)
SIZES = {"empty": (0, False), "one": (1, False), "long": (7, True), "many": (60, False)}
Files = dict[tuple[str, str], bytes]


def filled(name: str, lines: int) -> Paper:
    """A paper that begins with so many lines more."""
    paper: Paper = sample(name, 1)
    more: tuple[Block, ...] = tuple(Paragraph(f"Dòng thứ {n}") for n in range(lines))
    return replace(paper, body=(*more, *paper.body))


@pytest.fixture(scope="module")
def shifted(tmp_path_factory: pytest.TempPathFactory) -> Files:
    """Each paper, its end at each height of a page."""
    wanted = {f"{name}-{lines}": filled(name, lines) for name in IN_WORDS for lines in LINES}
    made = converted(
        {name: render_docx(paper) for name, paper in wanted.items()},
        tmp_path_factory.mktemp("shifted"),
    )
    return {
        (name, lines): made[f"{name}-{lines}"] for name in IN_WORDS for lines in map(str, LINES)
    }


@pytest.fixture(scope="module")
def sized(tmp_path_factory: pytest.TempPathFactory) -> Files:
    """Each paper with an empty list, one row, long words, many rows."""
    wanted = {
        f"{name}-{size}": sample(name, rows, long=long)
        for name in IN_WORDS
        for size, (rows, long) in SIZES.items()
    }
    made = converted(
        {name: render_docx(paper) for name, paper in wanted.items()},
        tmp_path_factory.mktemp("sized"),
    )
    return {(name, size): made[f"{name}-{size}"] for name in IN_WORDS for size in SIZES}


def lines_of(page: Page) -> list[str]:
    """The lines of a page but for its number."""
    found = [line.strip() for line in page.extract_text().split("\n") if line.strip()]
    return found[1:] if found and re.fullmatch(r"\d+", found[0]) else found


def closing_of(paper: Paper) -> set[str]:
    """The lines that stand only in recipients and signatures."""
    blocks = [one for one in paper.body if isinstance(one, Signatures)]
    signings = [paper.signing] if paper.signing else []
    signings += [one for block in blocks for one in block.signings]
    return {"Nơi nhận:", *(one.lines[0] for one in signings)}


def groups_of(paper: Paper) -> set[str]:
    """The rows that head a group of others."""
    blocks = [*paper.body, *(one for appendix in paper.appendices for one in appendix.body)]
    rows = [row for block in blocks if isinstance(block, Table) for row in block.rows]
    return {plain(row.text) for row in rows if isinstance(row, GroupRow)}


def closing_on(printed: list[Page], closing: set[str]) -> int:
    """The last page that has something of the closing."""
    texts = enumerate((page.extract_text() for page in printed), start=1)
    return max(number for number, said in texts if any(one in said for one in closing))


@pytest.mark.parametrize("name", IN_WORDS)
def test_no_signature_stands_alone_and_no_page_is_empty(name: str, shifted: Files) -> None:
    closing = closing_of(sample(name, 1))
    for lines in map(str, LINES):
        for page in pages(shifted[name, lines])[1:]:
            first = lines_of(page)[:1]
            assert first, f"{lines} lines: an empty page"
            assert not any(first[0].startswith(one) for one in closing), f"{lines} lines"
    ends = {closing_on(pages(shifted[name, lines]), closing) for lines in map(str, LINES)}
    assert len(ends) > 1  # it went to the next page in some of them


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", IN_WORDS)
def test_it_says_the_same_on_sheets_of_a4(name: str, size: str, sized: Files) -> None:
    rows, long = SIZES[size]
    paper: Paper = sample(name, rows, long=long)
    printed = pages(sized[name, size])
    said = letters(" ".join(text(page) for page in printed))
    assert set(letters("".join(said_by(paper)))) <= set(said)
    for number, page in enumerate(printed, start=1):
        assert {round(mm(page.width)), round(mm(page.height))} == {210, 297}
        first = page.extract_text().split("\n")[0].strip()
        assert (first == str(number)) == (number > 1)
        for char in page.chars:
            if char["text"].strip():
                assert mm(char["x0"]) >= 29.8
                assert mm(char["x1"]) <= mm(page.width) - 14.8


@pytest.mark.parametrize("name", IN_WORDS)
def test_heads_of_lists_stand_on_each_of_their_pages(name: str, sized: Files) -> None:
    tables = [one for page in pages(sized[name, "many"]) for one in page.find_tables()]
    heads = [one.extract()[0] for one in tables]
    firsts = [" ".join((head[0] or "").split()) for head in heads if len(head) > 3]
    assert set(firsts) <= {"STT", "Trường hợp"}
    assert len(firsts) > 1


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", IN_WORDS)
def test_no_page_ends_with_words_that_lead_to_what_follows(
    name: str, size: str, sized: Files
) -> None:
    rows, long = SIZES[size]
    groups = groups_of(sample(name, rows, long=long))
    for page in pages(sized[name, size])[:-1]:
        last = lines_of(page)[-1]
        assert not last.endswith(":")
        assert last not in groups


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", IN_WORDS)
def test_there_is_room_above_a_table(name: str, size: str, sized: Files) -> None:
    for page in pages(sized[name, size]):
        for table in page.find_tables():
            top = table.bbox[1]
            above = [one["bottom"] for one in page.chars if one["top"] < top]
            assert not above or mm(top - max(above)) > 3
