"""The sheets that go out for an import: the template, and the person's own file with its errors."""

import datetime
import math
from collections.abc import Iterable, Sequence
from io import BytesIO
from itertools import islice
from typing import Any

from django.utils.translation import gettext as _
from import_export import resources
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from core.importing.kinds import ImportKind
from core.importing.reading import Table
from core.spreadsheets import (
    CELL_CHARACTERS,
    LIKE_FORMULA,
    UNPRINTABLE,
    Sheet,
    sheet_name,
    write_book,
)

#: Comments make a workbook slow to open: so many errors are explained, all are marked.
EXPLAINED = 2_000


def template(kind: ImportKind, resource: resources.Resource, rows: Sequence[Any]) -> bytes:
    """A workbook to be filled in: the list with what is known, and how its columns are written."""
    columns = list(resource.fields.values())
    known = resource.export(list(rows))
    guide = [
        (str(one.column_name), _("yes") if one.needed else "", str(one.explained))
        for one in columns
    ]
    typed = [at for at, one in enumerate(columns) if one.as_typed]
    target = BytesIO()
    write_book(
        target,
        [
            Sheet(str(kind.label), known.headers, known, typed),
            Sheet(_("Guide"), (_("Column"), _("Must be filled in"), _("How it is written")), guide),
        ],
    )
    return target.getvalue()


def marked(table: Table, heading_row: int, wrong: Iterable[tuple[int, int, str]]) -> bytes:
    """The person's file, its cells as they were read, with each wrong one marked and explained.

    Rows are written as they come, and not held: beside the table it takes the memory of what is
    wrong and of the finished file.

    Args:
        heading_row: of the sheet, from 1; it stays in sight.
        wrong: row and column of each wrong cell, from 0, and the sentence, by row; of a column
            below 0 the whole row is meant, and its first cell is marked.
    """
    sentences = {(row, max(column, 0)): sentence for row, column, sentence in wrong}
    target = BytesIO()
    with Workbook(target, {"constant_memory": True}) as book:
        looks = _Looks(book)
        sheet = book.add_worksheet(sheet_name(table.sheet or _("List")))
        sheet.freeze_panes(heading_row, 0)
        for (row, column), sentence in islice(sentences.items(), EXPLAINED):
            sheet.write_comment(row, column, sentence, {"x_scale": 2})
        for row, cells in enumerate(table.rows):
            for column, value in enumerate(cells):
                look = looks.of(value, is_wrong=(row, column) in sentences)
                _write(sheet, row, column, value, look)
    return target.getvalue()


class _Looks:
    """How cells look: wrong ones are red, days are days, text is never taken for a formula."""

    def __init__(self, book: Workbook) -> None:
        red = {"bg_color": "#F8D7DA", "border": 1, "border_color": "#B02A37"}
        kinds: dict[str, dict[str, Any]] = {
            "plain": {},
            "day": {"num_format": "dd/mm/yyyy"},
            "like_formula": {"quote_prefix": True},
        }
        self._formats = {
            (name, is_wrong): book.add_format({**look, **(red if is_wrong else {})})
            for name, look in kinds.items()
            for is_wrong in (False, True)
        }

    def of(self, value: Any, *, is_wrong: bool) -> Any:
        """The look of a cell with this value."""
        if isinstance(value, datetime.date):
            name = "day"
        else:
            is_text = isinstance(value, str) and value.startswith(LIKE_FORMULA)
            name = "like_formula" if is_text else "plain"
        return self._formats[name, is_wrong]


def _write(sheet: Worksheet, row: int, column: int, value: Any, look: Any) -> None:
    """Write a cell as it was read; text is text, never a formula or a link."""
    if value is None or value == "":
        sheet.write_blank(row, column, None, look)
    elif isinstance(value, bool):
        sheet.write_boolean(row, column, value, look)
    elif isinstance(value, int | float) and math.isfinite(value):
        sheet.write_number(row, column, value, look)
    elif isinstance(value, datetime.date):
        sheet.write_datetime(row, column, value, look)
    else:
        text = UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", str(value))[:CELL_CHARACTERS]
        sheet.write_string(row, column, text, look)
