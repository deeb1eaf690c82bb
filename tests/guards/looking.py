"""Looking with axe at the pages of the table of visits."""

from collections.abc import Iterable
from typing import Any

from playwright.sync_api import Page

from tests.browser import OFFICE, TELEPHONE, PageAs, assert_accessible
from tests.guards.table import Visit
from tests.guards.test_every_page import PAGES, PARTS
from tests.guards.visits import address
from tests.guards.world import PEOPLE, World

COMMUNE, PROVINCE = "xa", "tinh"
SIZES = (OFFICE, TELEPHONE)


def shown(person: str, *, each_case: bool) -> list[Visit]:
    """The pages that a person sees; of those that differ by their data only, one or each."""
    pages = [
        visit for visit in PAGES if visit.expected[person] == "200" and visit.name not in PARTS
    ]
    return pages if each_case else list({visit.name: visit for visit in pages}.values())


def others() -> dict[str, list[Visit]]:
    """The pages that neither commune nor province sees, once each, by who does."""
    seen = {visit.name for person in (COMMUNE, PROVINCE) for visit in shown(person, each_case=True)}
    found: dict[str, list[Visit]] = {}
    for person in PEOPLE:
        pages = [one for one in shown(person, each_case=False) if one.name not in seen]
        seen |= {visit.name for visit in pages}
        if pages:
            found[person] = pages
    return found


def assert_all_accessible(
    page_as: PageAs, world: World, user: Any, pages: Iterable[Visit], size: tuple[int, int]
) -> None:
    """No page has a violation, says anything to the console or is wider than the screen."""
    page: Page = page_as(user, size)
    wide = []
    for visit in pages:
        page.goto(address(world, visit))
        assert_accessible(page)
        if page.evaluate("document.documentElement.scrollWidth") > size[0]:
            wide.append(str(visit))
    assert wide == []


def look_at_all_of(person: str, world: World, page_as: PageAs) -> None:
    """Every page of a person in each of its states, on the telephone each page once."""
    for size in SIZES:
        pages = shown(person, each_case=size == OFFICE)
        assert_all_accessible(page_as, world, world.person(person), pages, size)
