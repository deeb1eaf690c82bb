"""Spreadsheets by other hands, for tests."""

import csv
from collections.abc import Sequence
from io import BytesIO, StringIO
from typing import Any

import openpyxl

Row = Sequence[Any]


def xlsx(rows: Sequence[Row], sheet: str = "Hộ gia đình") -> bytes:
    """A workbook of one sheet, by openpyxl."""
    book = openpyxl.Workbook()
    there = book.active
    there.title = sheet
    for row in rows:
        there.append(list(row))
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def text(rows: Sequence[Row], separator: str = ";", encoding: str = "utf-8-sig") -> bytes:
    """A .csv file."""
    target = StringIO()
    csv.writer(target, delimiter=separator).writerows(rows)
    return target.getvalue().encode(encoding)


def saved(book: openpyxl.Workbook) -> bytes:
    """A workbook as bytes."""
    target = BytesIO()
    book.save(target)
    return target.getvalue()
