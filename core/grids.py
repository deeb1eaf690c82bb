"""Grids: many rows entered by keyboard, each saved by itself; see static/js/grid.js.

A grid is a table whose rows are autosaved answers (core.presentation.SaveState): Enter and the
arrows go from row to row, a new row stands at the end, and what is wrong is said at its cell.
"""

import datetime
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from core.presentation import OthersValue, SaveState

# What the template of new rows says in place of their key.
NEW = "__key__"
# Characters of what a heading stands for that have room beside a field.
EXPLAINED = 70


@dataclass(frozen=True)
class Column:
    """A column of fields.

    Attributes:
        name: of the field, as it is posted.
        label: its heading.
        width: wide, middle, day or number.
        hint: what an empty field says.
        choices: value and label of each choice, where one is chosen instead of typed.
        wraps: whether a long text is shown on several lines instead of being cut.
        explained: what a heading that is only a code stands for.
    """

    name: str
    label: Any
    width: str = "middle"
    hint: Any = ""
    max_length: int = 300
    choices: tuple[tuple[str, Any], ...] = ()
    wraps: bool = False
    explained: str = ""

    @cached_property
    def spoken(self) -> str:
        """What stands beside a field on a telephone, where there are no headings."""
        if not self.explained:
            return str(self.label)
        return f"{self.label}. {Truncator(self.explained).chars(EXPLAINED)}"


@dataclass(frozen=True)
class Link:
    """Somewhere to go from a row."""

    label: Any
    url: str


@dataclass(frozen=True)
class Line:
    """A row.

    Attributes:
        row: what the row is, as it is posted back.
        values: text of each field.
        save: how it stands; its key is the row.
        name: what the row is called for people who do not see its place.
        heading: a first cell that is read, not typed, and where it leads.
        notes: what stands small below a field, by the field's name.
        choices: value and label of what is chosen in a field of this row alone, by its name.
        link: where to go from the row.
        remove_url: where a row entered by mistake is taken out.
        locked: why it cannot be changed here; its values are then read.
        result: what its values come to, where the grid has a column for that.
    """

    row: str
    values: Mapping[str, str]
    save: SaveState
    name: str = ""
    heading: Link | None = None
    notes: Mapping[str, Any] = field(default_factory=dict)
    choices: Mapping[str, tuple[tuple[str, Any], ...]] = field(default_factory=dict)
    link: Link | None = None
    remove_url: str = ""
    locked: str = ""
    result: Any = ""


@dataclass(frozen=True)
class Grid:
    """A table of rows that are entered.

    Attributes:
        url: where each row is posted to.
        drafts: what its rows are filed under on the person's machine until they are saved.
        columns: its fields.
        lines: its rows.
        hidden: what each row says beside its fields, such as the day of the figures.
        heading: of the first cell, where rows have one that is read.
        label: what the table is, for people who do not see it.
        grows: whether new rows can be entered at the end.
        result: heading of what the values of a row come to, where that is shown.
        whole: whether the page is sent at once instead of each row by itself; the names of the
            fields then begin with their row.
        locked: why no row can be changed now; said once above the rows, which are then read.
    """

    url: str
    drafts: str
    columns: Sequence[Column]
    lines: Sequence[Line]
    label: Any
    hidden: Mapping[str, str] = field(default_factory=dict)
    heading: Any = ""
    grows: bool = False
    result: Any = ""
    whole: bool = False
    locked: str = ""

    @property
    def last_heading(self) -> str:
        """What stands over the last cells: how a row is saved, and what takes it out."""
        removes = any(line.remove_url for line in self.lines)
        return _("Saving, taking out") if removes else _("Saving")

    @property
    def template(self) -> Line:
        """The row that new rows are made from."""
        return self._new(NEW)

    @property
    def all_lines(self) -> list[Line]:
        """The rows, and an empty one at the end of a grid that grows."""
        return [*self.lines, *([self._new(str(uuid.uuid4()))] if self.grows else [])]

    def _new(self, row: str) -> Line:
        return Line(row, {}, SaveState(row, 0))


def invalid_state(form: forms.Form, row: str, version: int) -> SaveState:
    """What a row says that its form refused."""
    return refused_state(
        {name: str(errors[0]) for name, errors in form.errors.items()}, row, version
    )


def refused_state(errors: Mapping[str, str], row: str, version: int) -> SaveState:
    """What a row says that was refused, by field."""
    return SaveState(row, version, errors=tuple(errors.values()), invalid=tuple(errors))


def conflict_state(
    columns: Sequence[Column],
    row: str,
    version: int,
    mine: Mapping[str, str],
    theirs: Mapping[str, str],
    by: str,
    at: datetime.datetime | None = None,
) -> SaveState:
    """What a row says that somebody else saved meanwhile.

    Args:
        version, by, at: of their saving.
        mine, theirs: text of each field.
    """
    shown = [(str(c.label), theirs.get(c.name, "")) for c in columns]
    typed = tuple((str(c.label), mine.get(c.name, "")) for c in columns)
    other = OthersValue(row, version, {"row": row, **theirs}, shown=tuple(shown), by=by, at=at)
    return SaveState(row, version, mine=typed, theirs=other)


def answer(request: HttpRequest, state: SaveState) -> HttpResponse:
    """The answer to the saving of a row: 200, 409 or 422, as static/js/autosave.js reads it."""
    status = {"conflict": 409, "invalid": 422}.get(state.state, 200)
    return render(request, "components/row_saved.html", {"state": state}, status=status)
