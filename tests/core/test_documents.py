"""Papers look as Nghị định 30/2020/NĐ-CP, Phụ lục I, wants them: measured in the finished PDF."""

import datetime
import logging
import re
import unicodedata
from io import BytesIO

import pytest
from pdfplumber.page import Page
from PIL import ExifTags, Image
from pypdf import PdfReader

from core.documents.blocks import Bold, Column, Paragraph, Picture, Table
from core.documents.paper import Appendix, OpenDate
from core.documents.render import render_pdf
from tests.core.papers import (
    FACES,
    POINTS_PER_MM,
    TALL,
    WATERMARK,
    centre,
    faces,
    mm,
    overflows,
    pages,
    paper,
    rows,
    rule_under,
    rules,
    style,
    text,
    upright,
    watermark,
    word,
    words,
)

VOWELS = "aăâeêioôơuưy"
TONES = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
LETTERS = unicodedata.normalize("NFC", " ".join(v + tone for v in VOWELS for tone in TONES)) + " đ"


@pytest.fixture(scope="module")
def pdf() -> bytes:
    return render_pdf(paper())


@pytest.fixture(scope="module")
def printed(pdf: bytes) -> list[Page]:
    return pages(pdf)


@pytest.fixture(scope="module")
def reader(pdf: bytes) -> PdfReader:
    return PdfReader(BytesIO(pdf))


def test_sheets_are_a4_and_the_wide_appendix_lies(printed: list[Page]) -> None:
    sizes = [(round(mm(page.width)), round(mm(page.height))) for page in printed]
    assert sizes == [TALL, TALL, TALL[::-1]]


def test_margins_are_those_of_the_decree(printed: list[Page]) -> None:
    for page in printed:
        body = [w for w in words(page) if mm(w["top"]) >= 20 and mm(w["bottom"]) <= 277]
        left, right, _ = zip(*rules(page), strict=True)
        assert 29.9 <= min(*left, mm(min(w["x0"] for w in body))) < 35
        assert 14.9 <= mm(page.width) - max(*right, mm(max(w["x1"] for w in body))) < 20
        assert not list(overflows(page))
    assert 20 <= mm(word(printed[0], "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")["top"]) < 25


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", ("Bold", 13)),
        ("Độc lập - Tự do - Hạnh phúc", ("Bold", 14)),
        ("TỈNH VĨNH LONG", ("Regular", 13)),
        ("XÃ TRÀ CÚ", ("Bold", 13)),
        ("Số: 05/BC-UBND", ("Regular", 13)),
        ("Trà Cú, ngày 05 tháng 01 năm 2026", ("Italic", 14)),
        ("BÁO CÁO", ("Bold", 14)),
        ("Tự đánh giá kết quả thực hiện Phong trào thi đua năm 2026", ("Bold", 14)),
        ("Kính gửi:", ("Regular", 14)),
        ("Căn cứ Kế hoạch số 21/KH-UBND ngày 18 tháng 3 năm 2024.", ("Italic", 14)),
        ("I. ĐẶC ĐIỂM TÌNH HÌNH", ("Bold", 14)),
    ],
)
def test_parts_of_the_first_page_have_face_and_size(
    printed: list[Page], said: str, expected: tuple[str, float]
) -> None:
    assert style(printed[0], said) == expected


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("TM. ỦY BAN NHÂN DÂN", ("Bold", 14)),
        ("KT. CHỦ TỊCH", ("Bold", 14)),
        ("PHÓ CHỦ TỊCH", ("Bold", 14)),
        ("Nguyễn Thị Ánh Tuyết", ("Bold", 14)),
        ("Nơi nhận:", ("Bold-Italic", 12)),
        ("- Như trên;", ("Regular", 11)),
        ("- Lưu: VT, VHXH.", ("Regular", 11)),
    ],
)
def test_parts_of_the_closing_have_face_and_size(
    printed: list[Page], said: str, expected: tuple[str, float]
) -> None:
    assert style(printed[1], said) == expected


def test_the_state_stands_at_the_right_the_issuer_at_the_left(printed: list[Page]) -> None:
    page = printed[0]
    country = word(page, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")
    assert mm(country["x0"]) > mm(page.width) / 2 - 15
    assert mm(word(page, "TỈNH VĨNH LONG")["x1"]) < mm(country["x0"])
    state = centre(page, country["text"])
    assert centre(page, "Độc lập - Tự do - Hạnh phúc") == pytest.approx(state, abs=0.5)
    assert centre(page, "Trà Cú, ngày 05 tháng 01 năm 2026") == pytest.approx(state, abs=0.5)
    assert centre(page, "Số: 05/BC-UBND") == pytest.approx(centre(page, "XÃ TRÀ CÚ"), abs=0.5)


def test_number_and_date_stand_in_one_line(printed: list[Page]) -> None:
    number = word(printed[0], "Số: 05/BC-UBND")
    date = word(printed[0], "Trà Cú, ngày 05 tháng 01 năm 2026")
    assert mm(number["bottom"]) == pytest.approx(mm(date["bottom"]), abs=1)


def test_rule_under_the_motto_is_as_long_as_the_motto(printed: list[Page]) -> None:
    motto = word(printed[0], "Độc lập - Tự do - Hạnh phúc")
    assert rule_under(printed[0], motto["text"]) == pytest.approx(
        (mm(motto["x0"]), mm(motto["x1"])), abs=0.5
    )


@pytest.mark.parametrize(
    ("last_line", "longest_line"),
    [
        ("XÃ TRÀ CÚ", "ỦY BAN NHÂN DÂN"),
        ("Tự đánh giá kết quả thực hiện Phong trào thi đua năm 2026",) * 2,
    ],
)
def test_rules_under_issuer_and_abstract_are_a_third_to_a_half(
    printed: list[Page], last_line: str, longest_line: str
) -> None:
    left, right = rule_under(printed[0], last_line)
    longest = max(w["x1"] - w["x0"] for w in words(printed[0]) if w["text"] == longest_line)
    assert 1 / 3 <= (right - left) / mm(longest) <= 1 / 2
    assert (left + right) / 2 == pytest.approx(centre(printed[0], last_line), abs=0.5)


def test_page_numbers_stand_in_the_top_margin_from_the_second_page(printed: list[Page]) -> None:
    for number, page in enumerate(printed, start=1):
        found = words(page.crop((0, 0, page.width, 20 * POINTS_PER_MM)))
        assert [w["text"] for w in found] == ([str(number)] if number > 1 else [])
        for w in found:
            assert (round(w["size"], 1), w["fontname"][-7:]) == (13, "-Office")
            # Centred over the text, which is what a reader sees as the middle of the page.
            middle = (30 + mm(page.width) - 16) / 2
            assert mm(w["x0"] + w["x1"]) / 2 == pytest.approx(middle, abs=0.5)
            assert mm(w["top"] + w["bottom"]) / 2 == pytest.approx(10, abs=1.5)


def test_first_lines_are_indented_and_text_is_justified(printed: list[Page]) -> None:
    assert mm(word(printed[0], "I. ĐẶC ĐIỂM TÌNH HÌNH")["x0"]) == pytest.approx(42.7, abs=0.3)


def test_a_line_breaks_at_its_end_before_bold_words() -> None:
    said = "Đối chiếu tiêu chí: Yêu cầu: có. Trả lời: có một"
    ends = [f"{said} {'i' * count}. Kết quả: " for count in range(60)]
    blocks = tuple(Paragraph((end, Bold("Chưa đạt"), ".")) for end in ends)
    printed = pages(paper(body=blocks, appendices=()))
    lines = "\n".join(page.filter(upright).extract_text() for page in printed).split("\n")
    begun = [line for line in lines if line.startswith("Đối")]
    assert [line.startswith(said) for line in begun] == [True] * 60


def test_every_page_bears_watermark_and_footer(printed: list[Page]) -> None:
    for page in printed:
        assert watermark(page) == WATERMARK
        aslant = [c for c in page.chars if not upright(c)]
        middle = sum(c["x0"] + c["x1"] for c in aslant) / 2 / len(aslant)
        assert middle == pytest.approx(float(page.width) / 2, abs=30)
        assert text(page).count("Lập từ Cổng Thi đua Xã hội học tập ngày 05/01/2026") == 1


def test_paper_without_watermark_and_footer_has_none() -> None:
    page = pages(paper(1, watermark="", footer="", appendices=()))[0]
    assert watermark(page) == ""
    assert mm(max(w["bottom"] for w in words(page))) < 277


def test_paper_ends_with_its_sign_and_the_signature_keeps_to_the_text(printed: list[Page]) -> None:
    said = text(printed[1])
    assert "kết quả tự đánh giá của xã./." in said
    assert said.count("./.") == 1
    assert said.index("của xã./.") < said.index("TM. ỦY BAN NHÂN DÂN")


def test_appendix_names_the_paper_it_belongs_to(printed: list[Page]) -> None:
    page = printed[2]
    assert style(page, "Phụ lục") == ("Bold", 14)
    assert style(page, "BẢN TỔNG HỢP KẾT QUẢ") == ("Bold", 14)
    line = (
        "(Kèm theo Báo cáo số 05/BC-UBND ngày 05 tháng 01 năm 2026 của Ủy ban nhân dân xã Trà Cú)"
    )
    assert style(page, line) == ("Italic", 14)


def test_several_appendices_are_counted_and_each_begins_a_page() -> None:
    body = (Paragraph("Nội dung."),)
    printed = pages(paper(1, appendices=(Appendix("Một", body), Appendix("Hai", body))))
    heads = [w["text"].strip() for page in printed for w in words(page)]
    heads = [said for said in heads if said.startswith("Phụ lục")]
    assert heads == ["Phụ lục I", "Phụ lục II"]


def test_names_of_signatories_stand_in_one_line(printed: list[Page]) -> None:
    left = word(printed[2], "Trần Văn Đức")
    assert left["top"] == pytest.approx(word(printed[2], "Nguyễn Thị Ánh Tuyết")["top"])


def test_every_vietnamese_letter_can_be_copied_from_every_face() -> None:
    said = f"{LETTERS} {LETTERS.upper()} “ngoặc” – ≥ ≤"
    (page,) = pages(
        paper(body=(Paragraph(said),), abstract=said, place=said, appendices=(), recipients=(said,))
    )
    chars = page.filter(upright).chars
    for face in ("Office", "Office-Bold", "Office-Italic"):
        copied = {c["text"] for c in chars if c["fontname"].endswith(face)}
        assert set(said) - {" "} <= copied


def test_decomposed_letters_come_out_composed() -> None:
    (page,) = pages(
        paper(body=(Paragraph(unicodedata.normalize("NFD", "Tiếng Việt")),), appendices=())
    )
    assert "Tiếng Việt./." in text(page)


def test_only_the_named_typeface_is_used_and_all_of_it_is_embedded(reader: PdfReader) -> None:
    assert faces(reader) == FACES


def test_pdf_says_its_title_author_and_language(reader: PdfReader) -> None:
    assert reader.metadata is not None
    assert reader.metadata.title == (
        "Báo cáo Tự đánh giá kết quả thực hiện Phong trào thi đua năm 2026"
    )
    assert reader.metadata.author == "Ủy ban nhân dân xã Trà Cú"
    assert reader.root_object["/Lang"] == "vi"
    assert b'pdfuaid:part="1"' in reader.root_object["/Metadata"].get_data()


def test_signs_are_drawn_and_can_be_heard() -> None:
    body = (Table((Column("A"),), (("☐",), ("☑",), ("✓ Có",))),)
    pdf = render_pdf(paper(body=body, appendices=()))
    assert not set("☐☑✓") & set(text(pages(pdf)[0]))
    assert re.findall(r"Chưa chọn|Đã chọn|Có\b", spoken(pdf)) == ["Chưa chọn", "Đã chọn", "Có"]


def spoken(pdf: bytes) -> str:
    """The alternative texts of the figures of a PDF, in order."""
    said: list[str] = []

    def walk(element: object) -> None:
        element = element.get_object()
        if isinstance(element, dict):
            if "/Alt" in element:
                said.append(str(element["/Alt"]))
            for kid in element.get("/K", []):
                walk(kid)

    walk(PdfReader(BytesIO(pdf)).root_object["/StructTreeRoot"])
    return "\n".join(said)


def photo(*, width: int = 3000) -> bytes:
    """A photograph as a telephone makes it, with its notes."""
    notes = Image.Exif()
    notes[ExifTags.Base.Artist] = "OWNER OF THE TELEPHONE"
    target = BytesIO()
    Image.new("RGB", (width, width // 2), "green").save(target, "JPEG", exif=notes)
    return target.getvalue()


def test_pictures_of_the_record_are_shown_with_their_description() -> None:
    pdf = render_pdf(paper(body=(Picture(photo(), "Ảnh lễ phát động", width=60),), appendices=()))
    (page,) = pages(pdf)
    (image,) = page.images
    assert mm(image["x1"] - image["x0"]) == pytest.approx(60, abs=0.3)
    assert spoken(pdf) == "Ảnh lễ phát động"
    assert "Ảnh lễ phát động" in text(page)


def test_pictures_are_no_larger_than_print_needs_and_lose_their_notes() -> None:
    content = photo()
    assert b"OWNER OF THE TELEPHONE" in content
    pdf = render_pdf(paper(body=(Picture(content, "Ảnh", width=127),), appendices=()))
    (image,) = PdfReader(BytesIO(pdf)).pages[0].images
    assert image.image is not None
    assert image.image.width == pytest.approx(1000, abs=2)  # 5 inches at 200 dpi
    assert b"OWNER" not in image.data


def test_a_broken_picture_leaves_its_description() -> None:
    pdf = render_pdf(paper(body=(Picture(photo()[:300], "Ảnh hỏng"),), appendices=()))
    assert text(pages(pdf)[0]).count("Ảnh hỏng") == 2


def test_same_paper_gives_same_bytes(pdf: bytes) -> None:
    assert render_pdf(paper()) == pdf


def test_nothing_is_said_to_be_wrong(caplog: pytest.LogCaptureFixture) -> None:
    """WeasyPrint logs what it cannot do: unknown properties, images without description …"""
    render_pdf(paper())
    assert [r.getMessage() for r in caplog.records if r.levelno >= logging.WARNING] == []


def test_open_number_and_date_leave_room_to_write() -> None:
    page = pages(paper(1, number=None, date=OpenDate(2026)))[0]
    said = text(page).replace("\N{NO-BREAK SPACE}", " ")
    assert re.search(r"Số: {6,}/BC-UBND", said)
    assert "Trà Cú, ngày … tháng … năm 2026" in said


def test_text_of_users_is_never_markup() -> None:
    evil = "<img src='file:///etc/passwd'><script>x</script> {{ 7 }} & “x”"
    (page,) = pages(
        paper(body=(Paragraph(evil),), abstract=evil, appendices=(), recipients=(evil,))
    )
    assert text(page).replace(" ", "").count("<script>x</script>{{7}}&“x”") == 3
    assert not page.images


LONG = "Ủy ban nhân dân thành phố trực thuộc trung ương rất dài dòng và không ai rút gọn được"


@pytest.mark.parametrize(
    "changes",
    [
        {"issuer": LONG, "parent": LONG, "place": "Thành phố Hồ Chí Minh"},
        {"abstract": " ".join([LONG] * 3)},
        {"addressees": (LONG, LONG, LONG)},
        {"addressees": (LONG,)},
        {"addressees": (), "recipients": (), "body": (), "parent": "", "abstract": ""},
        {"recipients": (LONG,) * 12},
        {"body": (Paragraph("a" * 300), Table((Column("A"), Column("B")), (("x" * 200, "y"),)))},
        {"body": (Table((Column("Cột có tên dài"),) * 9, (("1.234.567,8",) * 9,)),)},
        {"watermark": "Bản dự thảo không có giá trị pháp lý"},
        {"date": datetime.date(2026, 12, 31), "number": 12345, "symbol": "QĐ-UBND-VHXH-ABC"},
    ],
    ids="+".join,
)
def test_nothing_runs_out_of_its_place(changes: dict[str, object]) -> None:
    for page in pages(paper(3, **changes)):
        assert not list(overflows(page))


def test_table_without_rows_says_so() -> None:
    body = (Table((Column("STT"), Column("Tên")), (), empty="Không có đề nghị nào."),)
    assert "Không có đề nghị nào." in text(pages(paper(body=body))[0])


def test_long_place_breaks_before_the_date() -> None:
    page = pages(paper(place="Thành phố Hồ Chí Minh", date=datetime.date(2026, 11, 21)))[0]
    assert word(page, "ngày 21 tháng 11 năm 2026")


def test_rows_are_not_torn_and_the_head_comes_again() -> None:
    tables = [page.extract_table() for page in pages(paper(200, watermark=""))[1:-1]]
    assert all(table[0] == [column.title for column in paper_columns()] for table in tables)
    assert [len(row) for table in tables for row in table] == [5] * sum(map(len, tables))


def paper_columns() -> tuple[Column, ...]:
    return next(block for block in paper().body if isinstance(block, Table)).columns


def test_rows_need_as_many_cells_as_columns() -> None:
    with pytest.raises(ValueError, match="row 2: 1 cells for 5 columns"):
        Table(paper_columns(), (*rows(1), ("1",)))
