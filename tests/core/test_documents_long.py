"""Papers with long tables are made in stretches, and nobody can see where they were joined."""

import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader
from pypdf.generic import Destination
from pypdfium2 import PdfDocument

from core.documents.blocks import Column, Heading, Paragraph, Table
from core.documents.paper import Appendix, Paper
from core.documents.render import BATCH, render_pdf
from tests.core.papers import VICE_CHAIR, mm, paper

ROWS, ROWS_ACROSS = 2 * BATCH + 50, BATCH + 50


def table(count: int) -> Table:
    """A list of households, rows of one to three lines."""
    return Table(
        (Column("Số", 1), Column("Tên hộ", 5)),
        tuple(
            (f"r{n}", f"Hộ ông Nguyễn Văn {n}" + " ấp Chợ" * (n % 40)) for n in range(1, count + 1)
        ),
        caption="Danh sách",
    )


def long_paper() -> Paper:
    return paper(
        body=(Paragraph("Danh sách như sau."), table(ROWS), Paragraph("Hết phần danh sách.")),
        appendices=(Appendix("Danh sách ngang", (table(ROWS_ACROSS),), landscape=True),),
        signing=VICE_CHAIR,
        watermark="",  # its letters would be among those that are measured
    )


@pytest.fixture(scope="module")
def pdf() -> bytes:
    return render_pdf(long_paper())


@pytest.fixture(scope="module")
def texts(pdf: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(BytesIO(pdf)).pages]


def test_every_row_comes_once_and_in_order(texts: list[str]) -> None:
    numbers = [int(n) for n in re.findall(r"^r(\d+)\b", "\n".join(texts), re.MULTILINE)]
    assert numbers == [*range(1, ROWS + 1), *range(1, ROWS_ACROSS + 1)]


def test_no_page_shows_a_cut(pdf: bytes, texts: list[str]) -> None:
    """Tables fill all pages but their last: less than one row of three lines stays free."""
    end = next(i for i, said in enumerate(texts) if "Hết phần danh sách." in said)
    rooms = list(free_room(pdf))
    free = [*rooms[:end], *rooms[end + 1 : -1]]
    assert max(free) < 20


def free_room(pdf: bytes) -> Iterator[float]:
    """Of each page, the millimetres between the last line of text and the bottom margin."""
    for page in PdfDocument(pdf):
        text = page.get_textpage()
        bottoms = [text.get_rect(i)[1] for i in range(text.count_rects())]
        yield min(mm(bottom) for bottom in bottoms if mm(bottom) > 20) - 20


def test_head_is_on_every_page_and_caption_on_the_first_only(texts: list[str]) -> None:
    heads = [said.count("Tên hộ") for said in texts]
    assert heads == [1] * len(texts)
    assert sum(said.count("\nDanh sách\n") for said in texts) == 2


def test_page_numbers_run_on(texts: list[str]) -> None:
    alone = [re.findall(r"^\d+$", said, re.MULTILINE) for said in texts]
    assert alone == [[], *([str(number)] for number in range(2, len(texts) + 1))]


def test_letterhead_and_signature_come_once(texts: list[str]) -> None:
    whole = "\n".join(texts)
    assert whole.count("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM") == 1
    assert whole.count("Nguyễn Thị Ánh Tuyết") == 1
    assert len(re.findall(r"^Phụ lục *$", whole, re.MULTILINE)) == 1


def test_appendix_stays_landscape_over_the_joints(pdf: bytes) -> None:
    wide = [page.mediabox.width > page.mediabox.height for page in PdfReader(BytesIO(pdf)).pages]
    assert wide == sorted(wide)
    assert 0 < sum(wide) < len(wide)


def test_joined_file_keeps_one_tree_of_tags_for_all_pages(pdf: bytes) -> None:
    reader = PdfReader(BytesIO(pdf))
    tree = reader.root_object["/StructTreeRoot"]
    (document,) = tree["/K"]
    assert document.get_object()["/S"] == "/Document"
    kids = [kid.get_object() for kid in document.get_object()["/K"]]
    assert {kid.raw_get("/P").idnum for kid in kids} == {document.idnum}
    numbers = tree["/ParentTree"]["/Nums"]
    assert list(numbers[::2]) == list(range(len(reader.pages)))
    assert [page["/StructParents"] for page in reader.pages] == list(range(len(reader.pages)))
    for page, elements in zip(reader.pages, numbers[1::2], strict=True):
        places = {element.get_object().raw_get("/Pg").idnum for element in elements.get_object()}
        assert places == {page.indirect_reference.idnum}


def test_joined_file_keeps_its_metadata(pdf: bytes) -> None:
    reader = PdfReader(BytesIO(pdf))
    assert reader.root_object["/Lang"] == "vi"
    assert reader.root_object["/MarkInfo"]["/Marked"]
    assert reader.metadata is not None
    assert reader.metadata.title == long_paper().title
    assert b'pdfuaid:part="1"' in reader.root_object["/Metadata"].get_data()


def test_same_long_paper_gives_same_bytes() -> None:
    short = paper(body=(table(BATCH + 20),), appendices=())
    once, again = (render_pdf(short) for _ in range(2))
    assert once == again


def test_joined_file_keeps_the_bookmarks_of_all_parts() -> None:
    body = (Heading("Trước"), table(BATCH + 20), Heading("Sau"), Paragraph("Hết."))
    appendix = Appendix("Phần riêng", (Heading("Trong phụ lục"),))
    reader = PdfReader(BytesIO(render_pdf(paper(body=body, appendices=(appendix,)))))
    found = [(b.title, reader.get_destination_page_number(b)) for b in flat(reader.outline)]
    last = len(reader.pages) - 1
    assert found == [
        ("BÁO CÁO", 0),
        ("I. TRƯỚC", 0),
        ("II. SAU", last - 1),
        ("Phụ lục PHẦN RIÊNG", last),
        ("I. TRONG PHỤ LỤC", last),
    ]


def flat(outline: list[Any]) -> Iterator[Destination]:
    for entry in outline:
        if isinstance(entry, list):
            yield from flat(entry)
        else:
            yield entry
