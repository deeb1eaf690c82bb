"""A paper to try things on, and rulers to measure the PDF that comes of it."""

import datetime
import re
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from typing import Any

import pdfplumber
from pdfplumber.page import Page
from pypdf import PdfReader

from core.documents.blocks import (
    Basis,
    Bold,
    Column,
    GroupRow,
    Heading,
    KeyValue,
    ListItems,
    Paragraph,
    Row,
    Signatures,
    Signing,
    Table,
)
from core.documents.paper import Appendix, Paper
from core.documents.render import render_pdf

POINTS_PER_MM = 72 / 25.4
TALL = (210, 297)
WATERMARK = "Dữ liệu minh họa"
FAMILY = "Liberation-Serif-Office"
FACES = {FAMILY, f"{FAMILY}-Bold", f"{FAMILY}-Italic", f"{FAMILY}-Bold-Italic"}

COLUMNS = (
    Column("STT", 0.8, "center"),
    Column("Tiêu chí", 4),
    Column("Minh chứng", 3),
    Column("Tự đánh giá", 1.8),
    Column("Số liệu", 1.5, "right"),
)
VICE_CHAIR = Signing(
    "Phó Chủ tịch", "Nguyễn Thị Ánh Tuyết", ("TM. Ủy ban nhân dân", "KT. Chủ tịch")
)


def rows(count: int) -> tuple[Row, ...]:
    """So many rows for COLUMNS, numbered from 1, of one or more lines."""
    return tuple(
        (
            str(number),
            "Thực hiện đầy đủ chính sách do tỉnh ban hành" + "; tuyên truyền tốt" * (number % 4),
            "Quyết định số 45/QĐ-SGDĐT ngày 12/5/2025",
            "☐ Chưa đạt" if number % 3 else "☑ Đạt",
            "1.234,5",
        )
        for number in range(1, count + 1)
    )


def paper(count: int = 12, **changes: Any) -> Paper:
    """A self-assessment of a commune with `count` criteria, or a variation of it."""
    criteria = Table(COLUMNS, (GroupRow("Nhóm I. Lãnh đạo, chỉ đạo"), *rows(count)))
    makers = Signatures((Signing("Người lập biểu", "Trần Văn Đức"), VICE_CHAIR))
    return replace(
        Paper(
            issuer="Ủy ban nhân dân\nxã Trà Cú",
            parent="Ủy ban nhân dân\ntỉnh Vĩnh Long",
            number=5,
            symbol="BC-UBND",
            place="Trà Cú",
            date=datetime.date(2026, 1, 5),
            type_name="Báo cáo",
            abstract="Tự đánh giá kết quả thực hiện Phong trào thi đua năm 2026",
            addressees=("Ủy ban nhân dân tỉnh Vĩnh Long", "Sở Nội vụ tỉnh Vĩnh Long"),
            body=(
                Basis(
                    (
                        "Căn cứ Quyết định số 1315/QĐ-TTg ngày 09 tháng 11 năm 2023",
                        "Căn cứ Kế hoạch số 21/KH-UBND ngày 18 tháng 3 năm 2024",
                    )
                ),
                Paragraph("Ủy ban nhân dân xã Trà Cú báo cáo kết quả tự đánh giá như sau:"),
                Heading("Đặc điểm tình hình"),
                KeyValue((("Tổng số hộ", "3.214 hộ"), ("Người đứng đầu", ""))),
                Heading("Kết quả"),
                Heading("Kết quả chung", 2),
                Paragraph(("Đã đạt ", Bold("10/12 tiêu chí"), ".")),
                ListItems(("Ban hành kế hoạch hằng năm;", "Tổ chức Tuần lễ học tập suốt đời.")),
                Heading("Theo từng tiêu chí", 2),
                criteria,
                Heading("Kiến nghị"),
                Paragraph("Đề nghị Ủy ban nhân dân tỉnh xác nhận kết quả tự đánh giá của xã."),
            ),
            signing=VICE_CHAIR,
            recipients=("Như trên", "Hội Khuyến học tỉnh"),
            filed="VT, VHXH",
            appendices=(
                Appendix("Bản tổng hợp kết quả", (Table(COLUMNS, rows(5)), makers), landscape=True),
            ),
            watermark=WATERMARK,
            footer="Lập từ Cổng Thi đua Xã hội học tập ngày 05/01/2026",
        ),
        **changes,
    )


def pages(of: Paper | bytes) -> list[Page]:
    """The pages of a paper, or of its PDF file, as pdfplumber sees them."""
    return pdfplumber.open(BytesIO(of if isinstance(of, bytes) else render_pdf(of))).pages


def mm(points: float) -> float:
    """Points as millimetres."""
    return points / POINTS_PER_MM


def upright(thing: dict[str, Any]) -> bool:
    """Whether a letter stands straight; those of the watermark lie aslant."""
    return "matrix" not in thing or not thing["matrix"][1]


def words(page: Page) -> list[dict[str, Any]]:
    """The words of a page but for its watermark, with font, size and place."""
    straight = page.filter(upright)
    return straight.extract_words(extra_attrs=["fontname", "size"], keep_blank_chars=True)


def word(page: Page, text: str) -> dict[str, Any]:
    """The one stretch of words of a page that reads `text`."""
    (found,) = [each for each in words(page) if each["text"].strip() == text]
    return found


def text(page: Page) -> str:
    """What a page says, without the watermark, white space as single spaces."""
    return " ".join(each["text"].strip() for each in words(page))


def watermark(page: Page) -> str:
    """The letters of a page that lie aslant."""
    return "".join(char["text"] for char in page.chars if not upright(char))


def overflows(page: Page) -> Iterator[str]:
    """Letters that leave the type area (but for page number and footer) or cross a rule."""
    for char in page.chars:
        if not upright(char) or not char["text"].strip():
            continue
        x0, x1, middle = char["x0"], char["x1"], (char["top"] + char["bottom"]) / 2
        if mm(x0) < 29.9 or mm(x1) > mm(page.width) - 14.9:
            yield f"{char['text']!r} beside the type area at {mm(x0):.0f} mm"
        if any(
            edge["top"] < middle < edge["bottom"] and x0 + 0.5 < edge["x0"] < x1 - 0.5
            for edge in page.edges
            if edge["orientation"] == "v"
        ):
            yield f"{char['text']!r} over a rule at {mm(x0):.0f} mm"


def style(page: Page, said: str) -> tuple[str, float]:
    """Face and size of some words of a page."""
    found = word(page, said)
    face = found["fontname"].partition("Liberation-Serif-Office")[2].removeprefix("-")
    return face or "Regular", round(found["size"], 1)


def centre(page: Page, said: str) -> float:
    """The middle of some words, in millimetres from the left edge of the page."""
    found = word(page, said)
    return mm(found["x0"] + found["x1"]) / 2


def rules(page: Page) -> list[tuple[float, float, float]]:
    """Left, right and height of the horizontal rules of a page, in millimetres."""
    return [
        (mm(edge["x0"]), mm(edge["x1"]), mm(edge["top"]))
        for edge in page.edges
        if edge["orientation"] == "h"
    ]


def rule_under(page: Page, said: str) -> tuple[float, float]:
    """Left and right end of the first rule below some words, in millimetres."""
    above = word(page, said)
    below = [
        one
        for one in rules(page)
        if one[2] > mm(above["bottom"]) - 1
        and one[0] < mm(above["x1"])
        and one[1] > mm(above["x0"])
    ]
    left, right, _ = min(below, key=lambda one: one[2])
    return left, right


def faces(reader: PdfReader) -> set[str]:
    """The faces of a PDF file, each of which it brings along."""
    fonts = {
        font.get_object()["/BaseFont"]: font.get_object()["/DescendantFonts"][0]
        .get_object()["/FontDescriptor"]
        .get_object()
        for page in reader.pages
        for font in page["/Resources"]["/Font"].values()
    }
    assert all("/FontFile2" in descriptor for descriptor in fonts.values())
    return {re.sub(r"^/[A-Z]{6}\+", "", name) for name in fonts}
