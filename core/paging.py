"""Pages of lists."""

from typing import Any

from django.core.paginator import InvalidPage, Page, Paginator


class Pages(Paginator):  # type: ignore[type-arg]  # not generic when it runs
    """Django's paginator; an address that names no page of the list gives the first one.

    Django gives the last page for 0, -1 and numbers beyond the end, the first one for words.
    """

    def __init__(self, rows: Any, a_page: int, number: int | None = None) -> None:
        """Pages of `rows`.

        Args:
            number: how many rows there are, where that is known; else the database is asked.
        """
        super().__init__(rows, a_page)
        if number is not None:
            self.count = number

    def get_page(self, number: Any) -> "Page[Any]":
        """The page of this number, as an address gives it; else the first."""
        try:
            return self.page(number)
        except InvalidPage:
            return self.page(1)
