"""Axe and the console on every page of the portal, as the commune and as the province."""

import pytest

from tests.browser import OFFICE, TELEPHONE, PageAs, assert_accessible
from tests.guards import world as worlds
from tests.guards.test_every_page import PAGES, PARTS
from tests.guards.visits import Visit, address


def shown(person: str, *, each_case: bool) -> list[Visit]:
    """The pages that a person sees; of those that differ by their data only, one or each."""
    pages = [
        visit for visit in PAGES if visit.expected[person] == "200" and visit.name not in PARTS
    ]
    return pages if each_case else list({visit.name: visit for visit in pages}.values())


@pytest.mark.parametrize("size", [OFFICE, TELEPHONE], ids=["office", "telephone"])
@pytest.mark.parametrize("person", ["xa", "tinh"])
def test_every_page_is_accessible_and_says_nothing_to_the_console(
    person: str, size: tuple[int, int], page_as: PageAs
) -> None:
    """Nor is any page wider than the screen."""
    world = worlds.build()
    page = page_as(world.person(person), size)
    wide = []
    for visit in shown(person, each_case=size == OFFICE):
        page.goto(address(world, visit))
        assert_accessible(page)
        if page.evaluate("document.documentElement.scrollWidth") > size[0]:
            wide.append(str(visit))
    assert wide == []
