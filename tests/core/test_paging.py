"""A list opens at its first page wherever the address names no page of it."""

import pytest

from core.paging import Pages


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("1", [1, 2]),
        ("3", [5]),
        ("0", [1, 2]),
        ("-1", [1, 2]),
        ("4", [1, 2]),
        (str(10**30), [1, 2]),
        ("9" * 5000, [1, 2]),
        ("abc", [1, 2]),
        ("", [1, 2]),
        (None, [1, 2]),
    ],
)
def test_which_rows_a_page_shows(number: str | None, shown: list[int]) -> None:
    assert list(Pages([1, 2, 3, 4, 5], 2).get_page(number)) == shown


def test_an_empty_list_has_one_page() -> None:
    assert list(Pages([], 2).get_page("7")) == []
