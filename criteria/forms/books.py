"""The fields of one row of a book of many units."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.http import QueryDict

from core.forms.fields import LineField
from criteria.books.book import NOTE, Book


class RowForm(forms.Form):
    """What was typed into a row, as text: which answers are possible says `criteria.books.saving`.

    The rows of a page that is sent whole have their key before the names of their fields.
    """

    NOTE_LENGTH: ClassVar[int] = 5000

    def __init__(self, book: Book, data: QueryDict, row: str = "") -> None:
        self.book = book
        self.row = row
        names = [part.name for part in book.parts]
        super().__init__({name: data.get(self._posted(name), "") for name in names})
        self._version = data.get(self._posted("version"), "")
        for part in book.parts:
            length = self.NOTE_LENGTH if part.part == NOTE else 300
            self.fields[part.name] = LineField(required=False, max_length=length)

    def _posted(self, name: str) -> str:
        return f"{self.row}:{name}" if self.row else name

    def typed(self) -> Mapping[str, Any]:
        """The row as it was typed."""
        return self.data

    def version(self) -> int:
        """The version of the row that its writer saw; one that no row has, where it is junk."""
        text = self._version
        return int(text) if text.isdecimal() and len(text) < 10 else -1
