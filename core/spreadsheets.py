"""Excel files in and out, behind django-import-export: `Xlsx` is a format for its resources.

Written with XlsxWriter row by row, read with calamine: both several times faster than openpyxl
and in a fraction of its memory.
"""

import datetime
import re
import zipfile
import zlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from io import BytesIO
from itertools import chain, islice
from typing import Any, BinaryIO

import tablib
from django.utils.timezone import is_aware, make_naive
from django.utils.translation import gettext as _
from import_export.formats.base_formats import BINARY_FORMATS, XLSX
from python_calamine import CalamineError, CalamineWorkbook
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

# Columns are as wide as the header and the first rows want, in characters.
NARROWEST, WIDEST, MEASURED_ROWS = 8, 60, 200
# Excel's own limits; a name of a sheet may not hold these signs either.
CELL_CHARACTERS, SHEET_NAME_CHARACTERS = 32_767, 31
NOT_IN_SHEET_NAME = re.compile(r"[\[\]:*?/\\]")

# XML 1.0 has no place for these; one in a pasted text would make the whole file unreadable.
UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
# Text that a spreadsheet would take for a formula as soon as somebody edits the cell.
LIKE_FORMULA = ("=", "+", "-", "@", "\t", "\r")

# calamine lays out the whole rectangle of a sheet, so that 5 KB with a cell in the last corner end
# the process. No cell may stand below row 199,999 or right of column AZ, and no part may be huge.
TOO_FAR = re.compile(
    rb"""(?i)\br\s*=\s*["'](?:[A-Z]{3,}\d|[B-Z][A-Z]\d|[A-Z]*(?:[2-9]\d{5}|\d{7})|[^"']*[&\x00])"""
)
UNPACKED_BYTES = 300_000_000


class UnreadableSpreadsheet(ValueError):
    """The file is not a workbook that can be read; the message tells its owner why."""


class Xlsx(XLSX):
    """Excel workbook of one sheet with its header in the first row."""

    def export_data(self, dataset: tablib.Dataset, **kwargs: Any) -> bytes:
        """The dataset as an .xlsx file; its title is the name of the sheet.

        Cells should be native values: export resources with force_native_type=True.
        """
        target = BytesIO()
        write_sheet(target, dataset.headers or (), dataset, title=dataset.title or "")
        return target.getvalue()

    def create_dataset(self, in_stream: bytes, **kwargs: Any) -> tablib.Dataset:
        """The first sheet of an .xlsx file. Raises UnreadableSpreadsheet."""
        headers, *rows = read_sheet(in_stream) or [[]]
        dataset = tablib.Dataset(headers=["" if name is None else str(name) for name in headers])
        for row in rows:
            dataset.append(row)
        return dataset


# So that the export of the administration, too, hands over dates and numbers instead of words.
BINARY_FORMATS.append(Xlsx)


@dataclass(frozen=True)
class Sheet:
    """A sheet to be written.

    Attributes:
        as_typed: columns, counted from 0, in which a spreadsheet keeps what people type as text.
    """

    title: str
    headers: Sequence[object]
    rows: Iterable[Sequence[object]]
    as_typed: Collection[int] = ()


def write_sheet(
    target: BinaryIO, headers: Sequence[object], rows: Iterable[Sequence[object]], title: str = ""
) -> None:
    """Write a workbook of one sheet; see `write_book`."""
    write_book(target, [Sheet(title, headers, rows)])


def write_book(target: BinaryIO, sheets: Iterable[Sheet]) -> None:
    """Write a workbook, holding one row in memory at a time.

    Each header is styled, stays in sight and filters. Dates are dd/mm/yyyy. Text is always text,
    never a formula or a link.
    """
    with Workbook(target, {"constant_memory": True}) as workbook:
        header, body = _header_formats(workbook), _body_formats(workbook)
        for one in sheets:
            _write_one(workbook.add_worksheet(sheet_name(one.title)), one, header, body)


def _write_one(
    sheet: Worksheet, one: Sheet, header: dict[str, Format], body: dict[str, Format]
) -> None:
    rows = iter(one.rows)
    first_rows = list(islice(rows, MEASURED_ROWS))
    sheet.freeze_panes(1, 0)
    _set_widths(sheet, [one.headers, *first_rows], dict.fromkeys(one.as_typed, body["as_typed"]))
    _write_row(sheet, 0, one.headers, header)
    last = 0
    for last, row in enumerate(chain(first_rows, rows), start=1):
        _write_row(sheet, last, row, body)
    if one.headers:
        sheet.autofilter(0, 0, last, len(one.headers) - 1)


def read_sheet(content: bytes) -> list[list[Any]]:
    """The rows of the first sheet of an .xlsx file, from cell A1, without blank rows at the end.

    Blank cells are None and whole numbers are int, whatever Excel stored.
    Raises UnreadableSpreadsheet.
    """
    sheet = open_sheet(content)
    rows = [[_native(value) for value in row] for row in sheet.to_python(skip_empty_area=False)]
    while rows and not any(value is not None for value in rows[-1]):
        rows.pop()
    return rows


def open_sheet(content: bytes) -> Any:
    """The first sheet of an .xlsx file, as calamine gives it, once it cannot exhaust the memory.

    Raises UnreadableSpreadsheet.
    """
    _refuse_hostile(content)
    try:
        return CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0)
    except (CalamineError, OSError) as error:
        raise UnreadableSpreadsheet(_("This file is not a readable Excel workbook.")) from error


def _refuse_hostile(content: bytes) -> None:
    """Raise UnreadableSpreadsheet for what is no .xlsx file or would exhaust the memory."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            if "xl/workbook.xml" not in archive.namelist():
                raise UnreadableSpreadsheet(_("This file is not an Excel workbook (.xlsx)."))
            if sum(part.file_size for part in archive.infolist()) > UNPACKED_BYTES:
                raise UnreadableSpreadsheet(_("This workbook is too large."))
            if any(TOO_FAR.search(archive.read(name)) for name in archive.namelist()):
                raise UnreadableSpreadsheet(
                    _("This workbook has cells below row 199,999 or right of column AZ.")
                )
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError) as error:
        raise UnreadableSpreadsheet(_("This file is not an Excel workbook (.xlsx).")) from error


def _native(value: Any) -> Any:
    if value == "":
        return None
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def _header_formats(workbook: Workbook) -> dict[str, Format]:
    look = {"bold": True, "bg_color": "#E7EEF7", "border": 1, "text_wrap": True, "valign": "top"}
    return {"text": workbook.add_format(look), "like_formula": workbook.add_format(look)}


def _body_formats(workbook: Workbook) -> dict[str, Format]:
    return {
        "text": workbook.add_format(),
        "like_formula": workbook.add_format({"quote_prefix": True}),
        "date": workbook.add_format({"num_format": "dd/mm/yyyy"}),
        "datetime": workbook.add_format({"num_format": "dd/mm/yyyy hh:mm"}),
        "as_typed": workbook.add_format({"num_format": "@"}),
    }


def _write_row(
    sheet: Worksheet, row: int, values: Sequence[object], formats: dict[str, Format]
) -> None:
    for column, value in enumerate(values):
        match value:
            case None:
                pass
            case bool():
                sheet.write_boolean(row, column, value)
            case int() | float() | Decimal():
                sheet.write_number(row, column, value)
            case datetime.datetime():
                moment = make_naive(value) if is_aware(value) else value
                sheet.write_datetime(row, column, moment, formats["datetime"])
            case datetime.date():
                sheet.write_datetime(row, column, value, formats["date"])
            case _:
                text = UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", str(value))[:CELL_CHARACTERS]
                kind = "like_formula" if text.startswith(LIKE_FORMULA) else "text"
                sheet.write_string(row, column, text, formats[kind])


def _set_widths(
    sheet: Worksheet, rows: Iterable[Sequence[object]], formats: Mapping[int, Format]
) -> None:
    widths: dict[int, int] = {}
    for row in rows:
        for column, value in enumerate(row):
            longest = max(map(len, str(value).splitlines()), default=0)
            widths[column] = max(widths.get(column, NARROWEST), min(longest + 2, WIDEST))
    for column, width in widths.items():
        sheet.set_column(column, column, width, formats.get(column))


def sheet_name(title: str) -> str | None:
    """A name that Excel accepts; None lets XlsxWriter name the sheet."""
    name = NOT_IN_SHEET_NAME.sub(" ", title).strip(" '")
    return name[:SHEET_NAME_CHARACTERS].rstrip(" '") or None
