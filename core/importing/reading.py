"""Reading what people upload: an .xlsx or .csv file as a table of cells, or a refusal in words.

An .xlsx file is read by calamine, whole, so what it may unpack to is bounded before. A formula is
read as the value that was last worked out; one without a value is an error of its cell. A .csv
file is UTF-8 or UTF-16, separated by semicolons, commas or tabs.
"""

import csv
import datetime
import math
import re
import unicodedata
import zipfile
from collections.abc import Collection
from dataclasses import dataclass, field
from decimal import Decimal
from io import BytesIO, StringIO
from pathlib import PurePath
from typing import Any

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from core import spreadsheets
from core.importing.legacy import is_legacy
from core.numbers import format_vi_number
from core.spreadsheets import UNPRINTABLE, UnreadableSpreadsheet

MAX_BYTES = 30 * 1024 * 1024
MAX_CELLS = 3_000_000
MAX_ROWS = 200_000  # as many as core.spreadsheets lets an .xlsx file have
LINES_LOOKED_AT = 200
SEPARATORS = ";,\t"
#: What the portal says of a sheet that has no name of its own.
NO_SHEET = ""

# No part of it goes over a "<", so that a file made to be slow is not.
_FORMULA = re.compile(
    rb'<c\s[^<>]*?\br="([A-Z]+\d+)"[^<>]*>\s*<f(?:\s[^<>]*)?(?:/>|>[^<]*</f>)\s*(<v>[^<]+</v>)?'
)
_FIRST_SHEET = re.compile(rb'<sheet\s[^>]*?r:id="([^"]+)"')
_RELATION = re.compile(rb"<Relationship\s[^>]*>")
_TARGET = re.compile(rb'\bTarget="([^"]+)"')
_CELL = re.compile(r"([A-Z]+)(\d+)")

Rows = list[list[Any]]


@dataclass(frozen=True)
class Table:
    """The cells of a sheet, from A1, row by row.

    Attributes:
        sheet: its name; empty of a .csv file.
        rows: text, numbers, days and truth values; None or "" where a cell is empty.
        merged: ranges of merged cells, as ((row, column), (row, column)) counted from 0.
        without_value: (row, column) of formulas that were never worked out.
        formulas: how many cells hold a formula.
    """

    sheet: str
    rows: Rows
    merged: tuple[tuple[tuple[int, int], tuple[int, int]], ...] = ()
    without_value: Collection[tuple[int, int]] = field(default=frozenset())
    formulas: int = 0

    def address(self, row: int, column: int) -> str:
        """A cell as people name it, counted from 0: `Hộ gia đình!C17`."""
        cell = f"{letters(column)}{row + 1}"
        return f"{self.sheet}!{cell}" if self.sheet else cell


def letters(column: int) -> str:
    """The letters of a column counted from 0."""
    found = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        found = chr(ord("A") + rest) + found
    return found


def read(name: str, content: bytes) -> Table:
    """The table in an uploaded file.

    Raises:
        UnreadableSpreadsheet: with the sentence for the person.
    """
    check_size(len(content))
    if PurePath(name).suffix.lower() == ".csv":
        return _read_csv(content)
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise UnreadableSpreadsheet(
            _(
                "This workbook is protected by a password or in the old .xls format: save it as"
                " .xlsx without a password."
            )
        )
    return _read_xlsx(content)


def check_size(size: int) -> None:
    """Raise UnreadableSpreadsheet where a file is empty or too large to be taken."""
    if size == 0:
        raise UnreadableSpreadsheet(_("This file is empty."))
    if size > MAX_BYTES:
        said = {"size": filesizeformat(size), "limit": filesizeformat(MAX_BYTES)}
        raise UnreadableSpreadsheet(
            _("This file is too large: %(size)s, at most %(limit)s can be taken.") % said
        )


def as_text(value: Any) -> str:
    """A cell as its owner would type it: composed, without spaces around and doubled inside, nor
    signs that no page can show."""
    if isinstance(value, str):
        plain = UNPRINTABLE.sub("", unicodedata.normalize("NFC", value))
        return " ".join(plain.split())
    if value is None:
        return ""
    if isinstance(value, datetime.date):  # a moment is one too
        return f"{value:%d/%m/%Y}"
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, float) and math.isfinite(value):
        return format_vi_number(Decimal(repr(value))).replace(".", "")
    return str(value)


# .xlsx


def _read_xlsx(content: bytes) -> Table:
    sheet = spreadsheets.open_sheet(content)
    bottom, right = sheet.end or (0, 0)
    if (bottom + 1) * (right + 1) > MAX_CELLS:
        raise UnreadableSpreadsheet(_too_many_cells())
    rows: Rows = sheet.to_python(skip_empty_area=False)
    formulas = _formulas(content)
    missing = frozenset(cell for cell, has_value in formulas.items() if not has_value)
    return Table(sheet.name, rows, tuple(sheet.merged_cell_ranges or ()), missing, len(formulas))


def _formulas(content: bytes) -> dict[tuple[int, int], bool]:
    """Cells of the first sheet that hold a formula, with whether its value is known."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        name = _part_of_first_sheet(archive)
        part = archive.read(name) if name in archive.namelist() else b""
    if b"<f" not in part:
        return {}
    return {_position(found[1].decode()): found[2] is not None for found in _FORMULA.finditer(part)}


def _part_of_first_sheet(archive: zipfile.ZipFile) -> str:
    """The name of the part that holds the first sheet; empty where the workbook does not say."""
    first = _FIRST_SHEET.search(archive.read("xl/workbook.xml"))
    relations = "xl/_rels/workbook.xml.rels"
    if not first or relations not in archive.namelist():
        return ""
    for relation in _RELATION.findall(archive.read(relations)):
        if b'Id="%s"' % first[1] in relation:
            target = _TARGET.search(relation)
            return f"xl/{target[1].decode().removeprefix('/xl/')}" if target else ""
    return ""


def _position(cell: str) -> tuple[int, int]:
    match = _CELL.fullmatch(cell)
    assert match is not None  # noqa: S101 -- as the expression that found it says
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(match[2]) - 1, column - 1


def _too_many_cells() -> str:
    return _("This sheet has too many cells: at most %(limit)s can be taken. Divide it.") % {
        "limit": format_vi_number(MAX_CELLS)
    }


# .csv


def _read_csv(content: bytes) -> Table:
    text = _decoded(content)
    if "\0" in text:
        raise UnreadableSpreadsheet(_("This file is not a table of text (.csv)."))
    separator = _separator(text)
    if text.count(separator) > MAX_CELLS:
        raise UnreadableSpreadsheet(_too_many_cells())
    rows: Rows = []
    cells = 0
    try:
        for row in csv.reader(StringIO(text, newline=""), delimiter=separator, strict=True):
            cells += len(row)
            if cells > MAX_CELLS:
                raise UnreadableSpreadsheet(_too_many_cells())
            if len(rows) >= MAX_ROWS:
                said = {"limit": format_vi_number(MAX_ROWS)}
                raise UnreadableSpreadsheet(
                    _("This file has more than %(limit)s rows. Divide it.") % said
                )
            rows.append(row)
    except csv.Error as error:
        raise UnreadableSpreadsheet(_("This file is not a table of text (.csv).")) from error
    return Table(NO_SHEET, rows)


def _decoded(content: bytes) -> str:
    encoding = "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        legacy = is_legacy(content.decode("cp1252", errors="replace"))
        raise UnreadableSpreadsheet(
            _(
                "This file is written in an old Vietnamese encoding (TCVN3 or VNI). Convert it to"
                " Unicode, then save it as “CSV UTF-8” or as .xlsx."
            )
            if legacy
            else _("This file is not in Unicode. Save it as “CSV UTF-8” or as .xlsx.")
        ) from error


def _separator(text: str) -> str:
    """The sign that stands most often in the first lines, outside quotation marks."""
    lines = re.sub(r'"[^"]*"', "", "\n".join(text.splitlines()[:LINES_LOOKED_AT]))
    return max(SEPARATORS, key=lines.count)
