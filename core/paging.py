"""Pages of lists."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.core.paginator import InvalidPage, Page, Paginator
from django.db import connection
from django.db.models import QuerySet


class Pages(Paginator):  # type: ignore[type-arg]  # not generic when it runs
    """Django's paginator; an address that names no page of the list gives the first one.

    Django gives the last page for 0, -1 and numbers beyond the end, the first one for words.
    """

    def __init__(
        self, rows: Any, a_page: int, number: int | None = None, *, keys_first: bool = False
    ) -> None:
        """Pages of `rows`.

        Args:
            number: how many rows there are, where that is known; else the database is asked.
            keys_first: whether a page finds its keys, and then its rows by them (one query more):
                a long list is put in order without what else each of its rows shows.
        """
        super().__init__(rows, a_page)
        self.keys_first = keys_first
        if number is not None:
            self.count = number

    def page(self, number: Any) -> "Page[Any]":
        """The page of this number. Raises InvalidPage."""
        found = super().page(number)
        if self.keys_first:
            listed: Any = self.object_list
            shown: Any = found.object_list
            keys = list(shown.values_list("pk", flat=True))
            rows = listed.in_bulk(keys)
            found.object_list = [rows[key] for key in keys if key in rows]
        return found

    def get_page(self, number: Any) -> "Page[Any]":
        """The page of this number, as an address gives it; else the first."""
        try:
            return self.page(number)
        except InvalidPage:
            return self.page(1)


def capped_counts(lists: "Sequence[QuerySet[Any]]", most: int) -> list[int]:
    """How many rows each of some lists has (one query); `most` and one where it has more, so that
    nobody waits until a million are counted.

    Args:
        lists: in an order that an index has, or so many are looked for in the whole table.
    """
    parts: list[str] = []
    values: list[Any] = []
    for rows in lists:
        try:
            sql, params = rows.values("pk")[: most + 1].query.sql_with_params()
        except EmptyResultSet:  # it is known that nothing is there
            parts.append("0")
        else:
            parts.append(f"(SELECT count(*) FROM ({sql}) counted)")  # noqa: S608 -- by Django
            values += params
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts)}", values)
        return list(cursor.fetchone())
