"""Files are read as what they say, whoever wrote them; what cannot be read is refused in words."""

import contextlib
import datetime
import time
import unicodedata
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django import forms
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st
from import_export import resources
from xlsxwriter import Workbook

from core.forms.fields import LineField, day_field
from core.importing import columns, reading
from core.importing.columns import Line, ListColumn
from core.importing.legacy import is_legacy
from core.importing.reading import as_text, letters
from core.spreadsheets import UnreadableSpreadsheet
from tests.importing.files import Row, saved, text, xlsx
from units.forms.units import WholeNumberField

HEADINGS = ("Tên", "Số người", "Từ ngày")
DAY = datetime.date(2025, 6, 30)


class Three(resources.Resource):
    """A name, a number and a day."""

    name = ListColumn("name", "Tên", LineField(max_length=50), explained="", needed=True)
    people = ListColumn(
        "people", "Số người", WholeNumberField(required=False, most=9_999), explained=""
    )
    first_day = ListColumn(
        "first_day", "Từ ngày", day_field("Từ ngày", required=False), explained=""
    )


def lines(content: bytes, name: str = "a.xlsx") -> list[Line]:
    """The rows of a file, by the columns of `Three`."""
    table = reading.read(name, content)
    resource = Three()
    matched = columns.match(table, resource)
    return list(columns.lines(table, matched, resource, lambda done, total: None))


def values(content: bytes, name: str = "a.xlsx") -> list[tuple[Any, ...]]:
    """The values of a file that is right."""
    found = lines(content, name)
    assert [line.errors for line in found] == [{}] * len(found)
    return [tuple(line.values[one] for one in ("name", "people", "first_day")) for line in found]


def errors(*cells: Any) -> dict[str, str]:
    """What is said of the one row of a workbook."""
    (line,) = lines(xlsx([HEADINGS, cells]))
    return line.errors


def refusal(content: bytes, name: str = "a.xlsx") -> str:
    """Why a file is not read."""
    with pytest.raises(UnreadableSpreadsheet) as refused:
        lines(content, name)
    return str(refused.value)


names = st.text(
    st.characters(max_codepoint=0x1EFF, exclude_categories=("C", "Z")), min_size=1, max_size=20
).filter(lambda name: as_text(name)[:1] not in ("", "=", "#") and not is_legacy(as_text(name)))
typed = st.tuples(
    names, st.none() | st.integers(0, 999), st.none() | st.dates(datetime.date(1930, 1, 1), DAY)
)


@given(rows=st.lists(typed, min_size=1, max_size=20), order=st.permutations(range(4)))
def test_what_openpyxl_writes_in_any_order_comes_back_equal(
    rows: list[tuple[Any, ...]], order: list[int]
) -> None:
    table = [(*HEADINGS, "Ghi chú"), *((*row, "x") for row in rows)]
    content = xlsx([[row[at] for at in order] for row in table])
    assert values(content) == [(as_text(name), people, day) for name, people, day in rows]


@given(
    rows=st.lists(typed, min_size=1, max_size=20),
    order=st.permutations(range(3)),
    separator=st.sampled_from(";,\t"),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_what_a_csv_file_says_comes_back_equal(
    rows: list[tuple[Any, ...]], order: list[int], separator: str, encoding: str
) -> None:
    words = [[name, people, f"{day:%d/%m/%Y}" if day else ""] for name, people, day in rows]
    table: list[Row] = [[row[at] for at in order] for row in (list(HEADINGS), *words)]
    content = text(table, separator, encoding)
    assert values(content, "a.csv") == [(as_text(name), people, day) for name, people, day in rows]


def test_a_title_may_stand_above_the_headings() -> None:
    rows: list[Row] = [("DANH SÁCH HỘ",), (), HEADINGS, ("An", 3, None)]
    assert values(xlsx(rows)) == [("An", 3, None)]
    assert lines(xlsx(rows))[0].row == 3


def test_headings_are_known_whatever_their_capitals_and_marks() -> None:
    rows: list[Row] = [("TÊN *", " số  người:", unicodedata.normalize("NFD", "Từ ngày"))]
    assert values(xlsx([*rows, ("An", 3, DAY)])) == [("An", 3, DAY)]


def test_headings_that_mean_nothing_are_named_and_missing_ones_too() -> None:
    table = reading.read("a.xlsx", xlsx([("Ghi chú", "Tên"), ("x", "An")]))
    matched = columns.match(table, Three())
    assert (matched.ignored, matched.missing) == (("Ghi chú",), ("Số người", "Từ ngày"))


def test_a_needed_heading_that_is_missing_is_named() -> None:
    assert "“Tên”" in refusal(xlsx([("Số người",), (3,)]))


def test_a_heading_that_stands_twice_is_refused_with_both_places() -> None:
    said = refusal(xlsx([("Tên", "Số người", "tên"), ("An", 3, "Bình")]))
    assert "Hộ gia đình!A1" in said
    assert "Hộ gia đình!C1" in said


def test_rows_without_anything_are_no_rows() -> None:
    rows: list[Row] = [HEADINGS, ("An", 3, None), (None, " ", None), ("Bình", 4, None)]
    assert [line.row for line in lines(xlsx(rows))] == [1, 3]


def test_spaces_and_decomposed_letters_are_put_right() -> None:
    name = unicodedata.normalize("NFD", "  Trần  Thị Hường ")
    assert values(xlsx([HEADINGS, (name, 1, None)])) == [("Trần Thị Hường", 1, None)]


@pytest.mark.parametrize(
    ("cell", "people"), [(3, 3), (3.0, 3), ("3", 3), ("1.234", 1234), ("1 234", 1234), ("", None)]
)
def test_numbers_are_read_as_offices_write_them(cell: Any, people: int | None) -> None:
    assert values(xlsx([HEADINGS, ("An", cell, None)])) == [("An", people, None)]


@pytest.mark.parametrize("cell", ["1,234", "1,234.5", "1.234,5", 2.5, "ba", -3])
def test_numbers_that_could_be_others_are_refused(cell: Any) -> None:
    assert list(errors("An", cell, None)) == ["people"]


@pytest.mark.parametrize(
    "cell",
    [DAY, datetime.datetime.combine(DAY, datetime.time(8)), "30/06/2025", " 30/6/2025", 45838],
)
def test_days_are_read_as_text_and_as_numbers(cell: Any) -> None:
    assert values(xlsx([HEADINGS, ("An", 1, cell)])) == [("An", 1, DAY)]


@pytest.mark.parametrize("cell", ["30/02/2025", "2025", 2025, "06/30/2025", "hôm qua"])
def test_what_is_no_day_is_refused(cell: Any) -> None:
    assert list(errors("An", 1, cell)) == ["first_day"]


def test_merged_cells_are_refused_where_they_stand() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (HEADINGS, ("An", 3, DAY), ("Bình", 3, DAY)):
        sheet.append(row)
    sheet.merge_cells("B2:B3")
    found = lines(saved(book))
    assert [list(line.errors) for line in found] == [["people"], []]
    assert "B2:B3" in found[0].errors["people"]


def test_merged_cells_above_the_list_do_not_matter() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (("DANH SÁCH",), HEADINGS, ("An", 3, DAY)):
        sheet.append(row)
    sheet.merge_cells("A1:C1")
    assert values(saved(book)) == [("An", 3, DAY)]


def test_a_formula_is_its_value_and_one_without_is_refused() -> None:
    target = BytesIO()
    with Workbook(target) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADINGS)
        sheet.write_row(1, 0, ["An"])
        sheet.write_formula(1, 1, "=1+2", None, 3)
    assert values(target.getvalue()) == [("An", 3, None)]
    assert reading.read("a.xlsx", target.getvalue()).formulas == 1
    # openpyxl writes formulas that nobody has worked out
    assert list(errors("An", "=1+2", None)) == ["people"]


def test_old_encodings_are_told_from_damage_in_csv() -> None:
    tcvn3 = "Tªn;Sè ng­êi\nNguyÔn V¨n An;3\n".encode("cp1252")
    vni = "Teân;Soá ngöôøi\nNguyeãn Vaên An;3\n".encode("cp1252")
    other = b"T\xffn;S\xfe\n"
    said = [refusal(content, "a.csv") for content in (tcvn3, vni, other)]
    assert ["TCVN3" in one for one in said] == [True, True, False]


@pytest.mark.parametrize("name", ["NguyÔn V¨n An", "Nguyeãn Vaên An", "Lª ThÞ Hoa", "Leâ Thò Hoa"])
def test_old_encodings_are_refused_in_a_cell(name: str) -> None:
    assert list(errors(name, 1, None)) == ["name"]


def test_no_name_of_an_official_unit_looks_like_an_old_encoding() -> None:
    folder = Path(settings.BASE_DIR) / "units" / "data"
    found = [
        cell
        for path in sorted(folder.rglob("*.csv"))
        for line in path.read_text(encoding="utf-8").splitlines()
        for cell in line.split(",")
        if is_legacy(unicodedata.normalize("NFC", cell))
    ]
    assert found == []


@pytest.mark.parametrize("name", ["Müller", "José", "Hoà", "Kim Thuý", "Y Ê Ban", "Tuân", "Huê"])
def test_other_names_do_not_look_like_an_old_encoding(name: str) -> None:
    assert not is_legacy(name)


def test_what_is_no_spreadsheet_is_refused() -> None:
    plain = BytesIO()
    with zipfile.ZipFile(plain, "w") as archive:
        archive.writestr("readme.txt", "x")
    for content in (b"hello", plain.getvalue(), b"PK\x03\x04broken", b"\xd0\xcf\x11\xe0old"):
        assert refusal(content)
    assert refusal(b"", "a.csv")
    assert refusal(b"a\0b", "a.csv")
    assert refusal('Tên\n"An'.encode(), "a.csv")
    assert refusal(xlsx([]))


def test_a_zip_bomb_is_refused() -> None:
    bomb = BytesIO(xlsx([HEADINGS]))
    with zipfile.ZipFile(bomb, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/big", b"0" * (301 * 1024 * 1024))
    assert len(bomb.getvalue()) < 1024 * 1024
    assert refusal(bomb.getvalue())


def test_too_many_cells_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_CELLS", 8)
    rows: list[Row] = [HEADINGS, ("An", 1, DAY), ("Bình", 2, DAY)]
    assert "8" in refusal(xlsx(rows))
    assert "8" in refusal(text(rows), "a.csv")


def test_too_many_bytes_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_BYTES", 10)
    assert refusal(xlsx([HEADINGS]))


def test_columns_have_their_letters() -> None:
    assert [letters(at) for at in (0, 25, 26, 51, 701, 702)] == ["A", "Z", "AA", "AZ", "ZZ", "AAA"]


def test_a_field_that_is_required_says_so_at_its_cell() -> None:
    assert list(errors(None, 3, None)) == ["name"]
    assert isinstance(Three().fields["name"].widget.form_field, forms.CharField)


def test_a_file_made_to_be_slow_is_not() -> None:
    book = BytesIO(xlsx([HEADINGS, ("An", 3, None)]))
    cells = b'<c r="A1" t="n"><f>' * 200_000
    slow = BytesIO()
    with zipfile.ZipFile(book) as archive, zipfile.ZipFile(slow, "w", zipfile.ZIP_DEFLATED) as copy:
        for name in archive.namelist():
            part = archive.read(name)
            if name == "xl/worksheets/sheet1.xml":
                part = part.replace(b"<sheetData>", b"<sheetData>" + cells)
            copy.writestr(name, part)
    began = time.process_time()
    with contextlib.suppress(UnreadableSpreadsheet):
        reading.read("a.xlsx", slow.getvalue())
    assert time.process_time() - began < 30


def test_what_no_page_can_show_is_left_out_and_what_is_no_number_is_text() -> None:
    assert reading.as_text("Ghi chú\x00\x0b  thêm") == "Ghi chú thêm"
    assert [reading.as_text(one) for one in (float("inf"), float("nan"))] == ["inf", "nan"]


def test_a_file_of_text_has_no_more_rows_than_a_sheet() -> None:
    lines = "\n" * (reading.MAX_ROWS + 1)
    with pytest.raises(UnreadableSpreadsheet, match=r"200\.000"):
        reading.read("hộ.csv", f"Họ và tên;Số{lines}".encode())
