"""The columns of a list: resources of django-import-export whose widgets ask the forms' fields.

A column cleans a cell by the field of the form in which a person would type it, so that a rule of a
field stands once. Headings are known in every language of the portal, in any order.
"""

import datetime
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.translation import gettext as _
from import_export import fields, resources, widgets

from core.exporting import NativeWidget
from core.importing.legacy import is_legacy
from core.importing.reading import Table, as_text, letters
from core.spreadsheets import UnreadableSpreadsheet

#: The headings stand within so many rows from the top: above them is room for a title.
HEADINGS_WITHIN = 15
REMEMBERED = 20_000  # different texts of a column, whose cleaning is not done again
PROGRESS_EVERY = 5_000
# A number in a column of days, as Excel counts them; smaller ones are years or slips.
DAY_ZERO, FIRST_SERIAL, LAST_SERIAL = datetime.date(1899, 12, 30), 10_000, 110_000

Progress = Callable[[int, int], None]


class CellWidget(widgets.Widget):
    """Cleans a cell by the field of a form; days and numbers leave as they are.

    Raises ValidationError where the field would refuse what was typed.
    """

    def __init__(self, form_field: forms.Field) -> None:
        super().__init__()
        self.form_field = form_field

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        """The cell's value, as the form would give it."""
        if isinstance(self.form_field, forms.DateField):
            value = _day_of_serial(value)
        text = as_text(value)
        if is_legacy(text):
            raise ValidationError(
                _("“%(text)s” is written in an old encoding (TCVN3 or VNI): convert it to Unicode.")
                % {"text": text[:30]}
            )
        return self.form_field.clean(text)

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> Any:
        """The value for a sheet."""
        return NativeWidget().render(value, obj)


def _day_of_serial(value: Any) -> Any:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if is_number and FIRST_SERIAL <= value <= LAST_SERIAL:
        return DAY_ZERO + datetime.timedelta(days=int(value))
    return value


class ListColumn(fields.Field):
    """A column of a list that is brought in.

    Attributes:
        needed: whether a file without it is refused.
        others: further headings under which offices know it, in Vietnamese.
        explained: how it is written, for the second sheet of the template.
        as_typed: whether a sheet keeps what is typed as text, such as numbers that begin with 0.
    """

    def __init__(
        self,
        attribute: str,
        heading: Any,
        form_field: forms.Field,
        *,
        explained: Any,
        needed: bool = False,
        others: tuple[str, ...] = (),
        as_typed: bool = False,
    ) -> None:
        super().__init__(attribute, heading, widget=CellWidget(form_field))
        self.needed = needed
        self.others = others
        self.explained = explained
        self.as_typed = as_typed

    def headings(self) -> set[str]:
        """Every heading under which the column is known, folded."""
        known = {*self.others}
        for language, _name in settings.LANGUAGES:
            with translation.override(language):
                known.add(str(self.column_name))
        return {folded(one) for one in known}


def folded(heading: Any) -> str:
    """A heading as it is compared: no capitals, no marks of what is required."""
    plain = unicodedata.normalize("NFC", as_text(heading)).casefold()
    return " ".join(plain.replace("(*)", "").strip(" *:.").split())


@dataclass(frozen=True)
class Matched:
    """Which column of a sheet is which.

    Attributes:
        row: where the headings stand, counted from 0.
        columns: by the name of the resource's field, the sheet's column counted from 0.
        ignored: headings that mean nothing to the portal.
        missing: columns that the sheet does not have, and need not.
    """

    row: int
    columns: Mapping[str, int]
    ignored: tuple[str, ...]
    missing: tuple[str, ...]


def match(table: Table, resource: resources.Resource) -> Matched:
    """Find the headings.

    Raises:
        UnreadableSpreadsheet: a needed column is missing, or one stands twice.
    """
    known = {
        heading: name for name, column in resource.fields.items() for heading in column.headings()
    }
    head = [[known.get(folded(cell)) for cell in row] for row in table.rows[:HEADINGS_WITHIN]]
    if not head:
        raise UnreadableSpreadsheet(_("This sheet is empty."))
    row = max(range(len(head)), key=lambda number: sum(map(bool, head[number])))
    found: dict[str, int] = {}
    for index, name in enumerate(head[row]):
        if name in found:
            raise UnreadableSpreadsheet(
                _twice(resource.fields[name], table, row, found[name], index)
            )
        if name:
            found[name] = index
    absent = [name for name in resource.fields if name not in found]
    needed = [_quoted(resource.fields[name]) for name in absent if resource.fields[name].needed]
    if needed:
        said = {"columns": ", ".join(needed), "rows": HEADINGS_WITHIN}
        raise UnreadableSpreadsheet(
            _("The first %(rows)d rows have no heading %(columns)s. Use the template.") % said
        )
    texts = [as_text(cell) for cell in table.rows[row]]
    return Matched(
        row,
        found,
        tuple(text for text, name in zip(texts, head[row], strict=True) if text and not name),
        tuple(str(resource.fields[name].column_name) for name in absent),
    )


def _quoted(column: ListColumn) -> str:
    return f"“{column.column_name}”"


def _twice(column: ListColumn, table: Table, row: int, first: int, second: int) -> str:
    said = {
        "heading": column.column_name,
        "first": table.address(row, first),
        "second": table.address(row, second),
    }
    return _("The heading “%(heading)s” stands twice: at %(first)s and at %(second)s.") % said


@dataclass
class Line:
    """A row of the sheet, cleaned.

    Attributes:
        row: counted from 0.
        values: by the name of the field; nothing of a column that the sheet does not have.
        errors: sentences by the name of the field.
    """

    row: int
    values: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)


def lines(
    table: Table, matched: Matched, resource: resources.Resource, progress: Progress
) -> Iterator[Line]:
    """The rows below the headings that hold something, cleaned; what is wrong is said per cell."""
    faults = _faults(table, matched)
    # What stands in many cells is cleaned once; nothing is remembered longer than this file.
    cleaners: list[tuple[str, int, Callable[[Any], Any]]] = [
        (name, column, lru_cache(REMEMBERED, typed=True)(resource.fields[name].widget.clean))
        for name, column in matched.columns.items()
    ]
    first, total = matched.row + 1, len(table.rows) - matched.row - 1
    # Where only formulas without a value stand, the reader ends before them.
    last = sorted({row for row, _column in table.without_value if row >= len(table.rows)})
    below = chain(enumerate(table.rows[first:], first), ((row, []) for row in last))
    for done, (row, cells) in enumerate(below, start=1):
        line = _line(row, cells, cleaners, is_faulty=row in faults)
        line.errors.update(faults.get(row, {}))
        if line.values or line.errors:
            yield line
        if done % PROGRESS_EVERY == 0:
            progress(done, total)


def _line(
    row: int,
    cells: list[Any],
    cleaners: list[tuple[str, int, Callable[[Any], Any]]],
    *,
    is_faulty: bool,
) -> Line:
    line = Line(row)
    known = [cells[column] if column < len(cells) else None for _name, column, _clean in cleaners]
    if not is_faulty and not any(map(as_text, known)):
        return line
    for cell, (name, _column, clean) in zip(known, cleaners, strict=True):
        try:
            line.values[name] = clean(cell)
        except ValidationError as error:
            line.errors[name] = " ".join(error.messages)
    return line


def _faults(table: Table, matched: Matched) -> dict[int, dict[str, str]]:
    """What is wrong with cells whatever stands in them, by row and name of the field."""
    by_column = {column: name for name, column in matched.columns.items()}
    found: dict[int, dict[str, str]] = {}
    for row, column in table.without_value:
        if row > matched.row and column in by_column:
            found.setdefault(row, {})[by_column[column]] = _(
                "The formula here has no value. Open the file in Excel and save it, or type the"
                " value."
            )
    for (top, left), (bottom, right) in table.merged:
        names = [by_column[at] for at in range(left, right + 1) if at in by_column]
        if bottom > matched.row and names:
            said = {"cells": f"{letters(left)}{top + 1}:{letters(right)}{bottom + 1}"}
            found.setdefault(max(top, matched.row + 1), {})[names[0]] = (
                _("The cells %(cells)s are merged. Unmerge them and fill in each one.") % said
            )
    return found
