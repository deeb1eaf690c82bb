"""Numbers, endings and wordings of papers, before anything is printed."""

import datetime

import pytest

from core.documents.blocks import (
    Basis,
    Bold,
    Column,
    Heading,
    ListItems,
    Paragraph,
    Picture,
    Signing,
    Table,
    ended,
    numbered,
    roman,
)
from core.documents.html import block_html
from core.documents.paper import Appendix, OpenDate, date_words
from tests.core.papers import paper


def labels(*blocks: Heading | Paragraph) -> list[str]:
    return [label for label, _ in numbered(blocks)]


def test_headings_are_numbered_by_level_and_begin_again_below_a_new_one() -> None:
    one, two, three = (Heading("x", level) for level in (1, 2, 3))
    assert labels(one, two, three, three, two, three, Paragraph("x"), one, two) == [
        "I.", "1.", "a)", "b)", "2.", "a)", "", "II.", "1.",
    ]  # fmt: skip


def test_points_are_lettered_by_the_vietnamese_alphabet() -> None:
    assert labels(*[Heading("x", 3)] * 8) == ["a)", "b)", "c)", "d)", "đ)", "e)", "g)", "h)"]


def test_heading_with_its_own_label_does_not_count() -> None:
    assert labels(Heading("x"), Heading("x", label="Phần đầu."), Heading("x")) == [
        "I.",
        "Phần đầu.",
        "II.",
    ]


def test_roman_numerals() -> None:
    assert [roman(n) for n in (1, 4, 6, 9, 14, 19, 40, 49)] == [
        "I", "IV", "VI", "IX", "XIV", "XIX", "XL", "XLIX",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("last", "expected"),
    [
        (Paragraph("Trân trọng."), Paragraph("Trân trọng./.")),
        (Paragraph(("Đạt ", Bold("tốt"))), Paragraph(("Đạt ", Bold("tốt"), "./."))),
        (Paragraph((Bold("Đạt"), " tốt.")), Paragraph((Bold("Đạt"), " tốt./."))),
        (ListItems(("một;", "hai.")), ListItems(("một;", "hai./."))),
    ],
)
def test_last_words_get_the_closing_sign(last: Paragraph, expected: Paragraph) -> None:
    assert ended((Heading("x"), last)) == (Heading("x"), expected)


def test_closing_sign_stands_alone_after_a_table_and_in_an_empty_paper() -> None:
    sign = Paragraph("./.", align="left")
    table = Table((Column("A"),), ())
    assert ended((table,)) == (table, sign)
    assert ended(()) == (sign,)


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        (datetime.date(2026, 2, 9), "ngày 09 tháng 02 năm 2026"),
        (datetime.date(2026, 3, 10), "ngày 10 tháng 3 năm 2026"),
        (OpenDate(2026, 1), "ngày … tháng 01 năm 2026"),
        (OpenDate(2026), "ngày … tháng … năm 2026"),
    ],
)
def test_only_days_below_ten_and_months_one_and_two_get_a_zero(
    date: datetime.date | OpenDate, expected: str
) -> None:
    assert date_words(date) == expected


def test_number_has_two_digits_at_least() -> None:
    assert paper(number=5).number_line == "Số: 05/BC-UBND"
    assert paper(number=125).number_line == "Số: 125/BC-UBND"


def test_single_appendix_has_no_numeral() -> None:
    one = Appendix("x", ())
    assert paper(appendices=(one,)).appendix_label(0) == "Phụ lục"
    assert paper(appendices=(one,) * 4).appendix_label(3) == "Phụ lục IV"


def test_recipients_end_with_the_file() -> None:
    assert paper(recipients=("Như trên",), filed="VT, VX").recipient_lines == (
        "- Như trên;",
        "- Lưu: VT, VX.",
    )


def test_bases_end_with_semicolons_and_the_last_with_a_full_stop() -> None:
    assert block_html(Basis(("Căn cứ A;", "Căn cứ B")), "") == (
        "<p class=basis>Căn cứ A;</p>\n<p class=basis>Căn cứ B.</p>"
    )


def test_signing_lines_are_in_capitals() -> None:
    signing = Signing("Phó Chủ tịch", "Lê Văn An", ("TM. Ủy ban nhân dân", "KT. Chủ tịch"))
    assert signing.lines == ("TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH")


def test_unknown_authority_to_sign_is_refused() -> None:
    with pytest.raises(ValueError, match=r"TN\. Chủ tịch"):
        Signing("Phó Chủ tịch", "Lê Văn An", ("TN. Chủ tịch",))


def test_widths_of_columns_are_shares_of_the_table() -> None:
    table = Table((Column("A", 1), Column("B", 3)), ())
    assert table.shares == (0.25, 0.75)


def test_picture_that_is_no_picture_is_refused() -> None:
    with pytest.raises(ValueError, match="PNG or JPEG"):
        Picture(b"<svg xmlns='http://www.w3.org/2000/svg'/>", "hình")
