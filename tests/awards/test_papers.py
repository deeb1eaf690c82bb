"""The papers of recognition and commendation are those of Nghị định 30/2020/NĐ-CP, whatever they
hold: measured in the finished PDF, with one row and with names and titles of several lines.

The parts of a paper are held to the decree in tests/core/test_documents.py.
"""

import re
import unicodedata
import zipfile
from functools import cache
from io import BytesIO
from xml.etree import ElementTree

import pytest
from pdfplumber.page import Page
from pypdf import PdfReader

from core.documents.blocks import (
    Block,
    Bold,
    GroupRow,
    Heading,
    Italic,
    ListItems,
    Paragraph,
    Signatures,
    Table,
    Text,
)
from core.documents.docx import render_docx
from core.documents.paper import COUNTRY, MOTTO, Paper, date_words
from core.documents.render import render_pdf
from tests.awards.samples import IN_WORDS, LONG_NAME, PAPERS, sample
from tests.core.papers import (
    FACES,
    POINTS_PER_MM,
    TALL,
    centre,
    faces,
    mm,
    overflows,
    pages,
    rule_under,
    style,
    text,
    upright,
    word,
    words,
)

SIZES = ((1, False), (7, True))
EVERY = [(name, rows, long) for name in PAPERS for rows, long in SIZES]
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


@cache
def made(name: str, rows: int, long: bool) -> Paper:
    paper: Paper = sample(name, rows, long=long)
    return paper


@cache
def printed(name: str, rows: int, long: bool) -> bytes:
    return render_pdf(made(name, rows, long))


def plain(said: Text) -> str:
    runs = (said,) if isinstance(said, str) else said
    return "".join(run.text if isinstance(run, Bold | Italic) else run for run in runs)


def letters(said: str) -> str:
    """Letters and digits alone: lines, pages and columns break words wherever they like."""
    return "".join(re.findall(r"\w", unicodedata.normalize("NFC", said)))


def pieces(block: Block) -> list[str]:
    """What a block says, cell by cell."""
    match block:
        case Table():
            cells = [one.title for one in block.columns]
            for row in block.rows:
                cells += [plain(row.text)] if isinstance(row, GroupRow) else map(plain, row)
            return cells
        case ListItems():
            return [plain(item) for item in block.items]
        case Paragraph():
            return [plain(block.text)]
        case Heading():
            return [block.text.upper() if block.level == 1 else block.text]
        case Signatures():
            return [said for one in block.signings for said in (*one.lines, one.name)]
    return []


def said_by(paper: Paper) -> list[str]:
    """All that a paper says, piece by piece."""
    blocks = [*paper.body, *(one for appendix in paper.appendices for one in appendix.body)]
    head = [paper.issuer.upper(), paper.parent.upper(), paper.type_name.upper(), paper.abstract]
    signing = [*paper.signing.lines, paper.signing.name] if paper.signing else []
    return [*head, *(said for block in blocks for said in pieces(block)), *signing]


@pytest.mark.parametrize(("name", "rows", "long"), EVERY)
def test_sheets_margins_and_page_numbers(name: str, rows: int, long: bool) -> None:
    for number, page in enumerate(pages(printed(name, rows, long)), start=1):
        sheet = (round(mm(page.width)), round(mm(page.height)))
        assert sheet in (TALL, TALL[::-1])
        assert not list(overflows(page))
        tops = [mm(one["top"]) for one in words(page)]
        assert [one for one in tops if 13 < one < 19.9] == []
        bottoms = [mm(page.height) - mm(one["bottom"]) for one in words(page)]
        assert [one for one in bottoms if one < 5] == []
        found = words(page.crop((0, 0, page.width, 20 * POINTS_PER_MM)))
        assert [one["text"] for one in found] == ([str(number)] if number > 1 else [])
        for one in found:
            middle = (30 + mm(page.width) - 16) / 2
            assert mm(one["x0"] + one["x1"]) / 2 == pytest.approx(middle, abs=0.5)
            assert round(one["size"], 1) == 13


def line(page: Page, said: str) -> str:
    """The words of a page as they stand, of which `said` may be the beginning."""
    return next(one["text"].strip() for one in words(page) if one["text"].strip().startswith(said))


@pytest.mark.parametrize(("name", "rows", "long"), EVERY)
def test_the_letterhead_has_faces_sizes_and_places(name: str, rows: int, long: bool) -> None:
    paper, page = made(name, rows, long), pages(printed(name, rows, long))[0]
    dated = f"{paper.place}, {date_words(paper.date)}"
    assert [style(page, said) for said in (COUNTRY, MOTTO, dated, paper.type_name.upper())] == [
        ("Bold", 13),
        ("Bold", 14),
        ("Italic", 14),
        ("Bold", 14),
    ]
    state = centre(page, COUNTRY)
    assert state > mm(page.width) / 2
    assert centre(page, MOTTO) == pytest.approx(state, abs=0.5)
    assert centre(page, dated) == pytest.approx(state, abs=0.5)
    motto = word(page, MOTTO)
    assert rule_under(page, MOTTO) == pytest.approx((mm(motto["x0"]), mm(motto["x1"])), abs=0.5)
    left = page.crop((0, 0, page.width * 0.45, word(page, dated)["top"]))
    issuer = [one for one in words(left) if one["fontname"].endswith("Bold")]
    assert letters("".join(one["text"] for one in issuer)).startswith(letters(paper.issuer.upper()))
    assert {round(one["size"], 1) for one in issuer} == {13}
    if paper.symbol:
        number = line(page, "Số:")
        assert style(page, number) == ("Regular", 13)
        assert mm(word(page, number)["bottom"]) == pytest.approx(
            mm(word(page, dated)["bottom"]), abs=1
        )


@pytest.mark.parametrize(("name", "rows", "long"), EVERY)
def test_all_of_it_can_be_read_out_and_copied(name: str, rows: int, long: bool) -> None:
    """Every piece with its accents, in one embedded typeface, tagged, in Vietnamese."""
    reader = PdfReader(BytesIO(printed(name, rows, long)))
    assert faces(reader) <= FACES
    assert reader.root_object["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in reader.root_object
    assert reader.root_object["/Lang"] == "vi"
    read = {char for page in pages(printed(name, rows, long)) for char in letters(text(page))}
    said = said_by(made(name, rows, long))
    assert set(letters("".join(said))) <= read
    spoken = letters(structure(reader))
    for piece in said:
        assert letters(piece) in spoken


def structure(reader: PdfReader) -> str:
    """The text of a file in the order of its content."""
    return "".join(page.extract_text() for page in reader.pages)


@pytest.mark.parametrize(("name", "rows", "long"), [*EVERY, ("decision", 500, False)])
def test_no_heading_ends_a_page_and_no_signature_begins_one(
    name: str, rows: int, long: bool
) -> None:
    paper = made(name, rows, long)
    signed = {line for one in signings(paper) for line in one}
    for page in pages(printed(name, rows, long)):
        shown = page.filter(upright).crop((0, 20 * POINTS_PER_MM, page.width, page.height))
        lines = [
            one["text"].strip() for one in words(shown) if mm(page.height - one["bottom"]) > 19
        ]
        if not lines:
            continue
        assert not re.match(r"[IVX]+\. ", lines[-1])
        assert lines[0] not in signed


def signings(paper: Paper) -> list[tuple[str, ...]]:
    found = [paper.signing] if paper.signing else []
    found += [
        one for block in paper.body if isinstance(block, Signatures) for one in block.signings
    ]
    return [one.lines for one in found]


def test_the_head_of_a_list_stands_on_each_of_its_pages() -> None:
    texts = [text(page) for page in pages(printed("decision", 500, False))]
    head = "Tên tập thể, hộ gia đình, cá nhân"
    heads = [said.count(head) for said in texts]
    assert heads == [0, *[1] * (len(texts) - 1)]
    tops = [
        round(mm(word(page, head)["top"])) for page in pages(printed("decision", 500, False))[2:]
    ]
    assert len(set(tops)) == 1
    rows = re.findall(r"\bTrần Văn Đức \d+", " ".join(texts))
    assert len(set(rows)) == 500


@pytest.mark.parametrize("name", ["decision", "submission", "report", "book", "minutes"])
def test_empty_parts_are_said_to_be_empty(name: str) -> None:
    said = " ".join(text(page) for page in pages(printed(name, 0, False)))
    assert re.search(r"Không có\.|Chưa có|Chưa có trường hợp nào\.", said)


@pytest.mark.parametrize("name", IN_WORDS)
@pytest.mark.parametrize(("rows", "long"), SIZES)
def test_the_word_file_says_what_the_paper_says(name: str, rows: int, long: bool) -> None:
    paper = made(name, rows, long)
    with zipfile.ZipFile(BytesIO(render_docx(paper))) as archive:
        body = ElementTree.fromstring(archive.read("word/document.xml"))
    said = letters("".join(one.text or "" for one in body.iter(f"{WORD}t")))
    for piece in said_by(paper):
        assert letters(piece) in said
    assert letters(LONG_NAME) in said or not long or name == "submission"
