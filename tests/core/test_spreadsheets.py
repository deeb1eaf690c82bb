"""Excel files that leave the portal open well in Excel, and those that come in are read safely."""

import datetime
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from io import BytesIO
from zoneinfo import ZoneInfo

import openpyxl
import pytest
import tablib
from import_export.formats.base_formats import BINARY_FORMATS
from openpyxl.worksheet.worksheet import Worksheet
from xlsxwriter import Workbook

from core.spreadsheets import UnreadableSpreadsheet, Xlsx, read_sheet, write_sheet

SAIGON = ZoneInfo("Asia/Ho_Chi_Minh")


def dataset(*rows: tuple[object, ...], title: str = "") -> tablib.Dataset:
    return tablib.Dataset(*rows, headers=["Đơn vị", "Số hộ", "Ngày"], title=title)


def written(*rows: tuple[object, ...], title: str = "") -> Worksheet:
    """The sheet, as openpyxl reads what was written."""
    content = Xlsx().export_data(dataset(*rows, title=title))
    return openpyxl.load_workbook(BytesIO(content)).active


def workbook(*cells: tuple[int, int, object]) -> bytes:
    """A workbook by another hand, with a value at each (row, column), counted from 0."""
    target = BytesIO()
    with Workbook(target) as book:
        sheet = book.add_worksheet()
        for row, column, value in cells:
            sheet.write(row, column, value)
    return target.getvalue()


def test_values_keep_their_kind() -> None:
    day = datetime.date(2026, 1, 5)
    sheet = written(("Xã Trà Cú", 3214, day), ("Xã Đôn Châu", Decimal("12.5"), None))
    assert [[cell.value for cell in row] for row in sheet.rows] == [
        ["Đơn vị", "Số hộ", "Ngày"],
        ["Xã Trà Cú", 3214, datetime.datetime(2026, 1, 5)],  # noqa: DTZ001 - as Excel stores it
        ["Xã Đôn Châu", 12.5, None],
    ]
    assert sheet["C2"].number_format == "dd/mm/yyyy"


def test_moments_are_shown_in_the_portals_time() -> None:
    moment = datetime.datetime(2026, 1, 5, 1, 30, tzinfo=datetime.UTC)
    cell = written(("x", 1, moment))["C2"]
    assert cell.value.replace(tzinfo=SAIGON) == moment
    assert cell.number_format == "dd/mm/yyyy hh:mm"


def test_header_is_bold_stays_in_sight_and_filters() -> None:
    sheet = written(("a", 1, None), ("b", 2, None))
    assert [cell.font.bold for cell in sheet[1]] == [True] * 3
    assert sheet["A2"].font.bold is False
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:C3"


def test_columns_are_as_wide_as_their_values_within_reason() -> None:
    sheet = written(("x" * 30, 1, None), ("y" * 500, 1, None))
    assert sheet.column_dimensions["A"].width == pytest.approx(60, abs=1)
    assert sheet.column_dimensions["B"].width == pytest.approx(8, abs=1)


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t=", "\r="])
def test_text_never_becomes_a_formula(sign: str) -> None:
    cell = written((f"{sign}HYPERLINK(1)", 1, None))["A2"]
    assert cell.data_type == "s"
    assert cell.value.replace("_x000D_", "\r") == f"{sign}HYPERLINK(1)"
    # Nor when somebody edits the cell and presses Enter.
    assert cell.quotePrefix


def test_addresses_are_no_links() -> None:
    cell = written(("https://example.org", 1, None))["A2"]
    assert (cell.value, cell.hyperlink) == ("https://example.org", None)


def test_long_and_unprintable_text_still_makes_a_readable_file() -> None:
    sheet = written(("bell\x07", 1, None), ("x" * 40_000, 1, None))
    assert sheet["A2"].value == "bell\N{REPLACEMENT CHARACTER}"
    assert len(sheet["A3"].value) == 32_767


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Danh sách xã", "Danh sách xã"),
        ("Tổng hợp: 2026/2027 [nháp]?", "Tổng hợp  2026 2027  nháp"),
        ("Danh sách các tự đánh giá của năm 2026", "Danh sách các tự đánh giá của n"),
        ("", "Sheet1"),
        ("'", "Sheet1"),
    ],
)
def test_sheet_has_a_name_that_excel_accepts(title: str, name: str) -> None:
    assert written(("a", 1, None), title=title).title == name


def test_empty_list_has_its_header() -> None:
    sheet = written()
    assert [[cell.value for cell in row] for row in sheet.rows] == [["Đơn vị", "Số hộ", "Ngày"]]


def test_rows_are_taken_one_at_a_time() -> None:
    """What is written needs no list: a hundred thousand rows come from a cursor."""

    def rows() -> Iterator[tuple[int, int]]:
        yield from ((n, n * n) for n in range(1000))

    target = BytesIO()
    write_sheet(target, ["n", "n²"], rows())
    assert read_sheet(target.getvalue())[-1] == [999, 998001]


def test_what_is_written_is_read_back() -> None:
    day = datetime.date(2026, 1, 5)
    rows = [("Xã Trà Cú", 3214, day), ("=1+1", None, None), ("0123", 0.5, day)]
    back = Xlsx().create_dataset(Xlsx().export_data(dataset(*rows)))
    assert back.headers == ["Đơn vị", "Số hộ", "Ngày"]
    assert list(back) == rows


def test_whole_numbers_are_int_and_blanks_are_none() -> None:
    rows = read_sheet(workbook((0, 0, "a"), (0, 1, "b"), (1, 0, 3), (2, 1, 2.5), (3, 0, "")))
    assert rows == [["a", "b"], [3, None], [None, 2.5]]
    assert isinstance(rows[1][0], int)


def test_rows_keep_their_numbers_and_blank_ones_at_the_end_go() -> None:
    content = workbook((1, 1, "b"), (3, 1, "d"))
    assert read_sheet(content) == [[None, None], [None, "b"], [None, None], [None, "d"]]


def test_file_by_openpyxl_is_read() -> None:
    book = openpyxl.Workbook()
    book.active.append(["Đơn vị", "Số hộ"])
    book.active.append(["Xã Trà Cú", 3214])
    target = BytesIO()
    book.save(target)
    assert read_sheet(target.getvalue()) == [["Đơn vị", "Số hộ"], ["Xã Trà Cú", 3214]]


def test_workbook_without_cells_is_an_empty_dataset() -> None:
    empty = Xlsx().create_dataset(workbook())
    assert (empty.headers, list(empty)) == (None, [])


def zip_of(name: str, content: bytes) -> bytes:
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return target.getvalue()


def with_part(name: str, content: bytes) -> bytes:
    """A good workbook with one part in place of its own."""
    target = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(workbook((0, 0, "a")))) as good,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for part in good.namelist():
            archive.writestr(part, content if part == name else good.read(part))
    return target.getvalue()


SHEET = "xl/worksheets/sheet1.xml"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"Don vi,So ho\nXa Tra Cu,3214\n",
        b"PK\x03\x04 and nothing more",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600,
        zip_of("content.xml", b"<x/>"),
        zip_of("xl/workbook.xml", b"<x"),
        with_part("xl/workbook.xml", b"<workbook/>"),
        with_part(SHEET, b"<worksheet><sheetData><row"),
        workbook((0, 0, "a"))[:-200],
    ],
    ids=["nothing", "csv", "stump", "xls", "other zip", "broken", "no sheet", "torn", "cut off"],
)
def test_other_files_are_refused_with_a_sentence(content: bytes) -> None:
    with pytest.raises(UnreadableSpreadsheet, match=r"\w+ \w+ \w+"):
        Xlsx().create_dataset(content)


@pytest.mark.parametrize(
    "cell", [(1_048_575, 0), (200_000, 0), (0, 16_383), (0, 52), (1_048_575, 16_383)]
)
def test_far_away_cell_is_refused_before_it_fills_the_memory(cell: tuple[int, int]) -> None:
    with pytest.raises(UnreadableSpreadsheet):
        read_sheet(workbook((0, 0, "a"), (*cell, "z")))


def test_cells_up_to_the_limits_are_read() -> None:
    rows = read_sheet(workbook((0, 0, "a"), (199_998, 51, "z")))
    assert (len(rows), rows[-1][-1]) == (199_999, "z")


def test_hidden_far_reference_is_refused() -> None:
    sheet = b"<worksheet><sheetData><row r='1'><c r='%s'><v>1</v></c></row></sheetData></worksheet>"
    for reference in (b"XFD1048576", b"&#88;FD1048576"):
        with pytest.raises(UnreadableSpreadsheet):
            read_sheet(with_part(SHEET, sheet % reference))


def test_part_that_unpacks_to_too_much_is_refused() -> None:
    with pytest.raises(UnreadableSpreadsheet):
        read_sheet(with_part("xl/styles.xml", b" " * 300_000_000))


def test_administration_exports_native_values() -> None:
    assert Xlsx in BINARY_FORMATS
