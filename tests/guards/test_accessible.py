"""Axe and the console on every page of the portal: as the commune and as the province, and what
these two do not see as somebody who does."""

from collections.abc import Iterable

import pytest
from django.urls import get_resolver
from playwright.sync_api import Page

from tests import factories
from tests.browser import OFFICE, TELEPHONE, PageAs, assert_accessible
from tests.guards import world as worlds
from tests.guards.table import Visit
from tests.guards.test_every_page import FILES, PAGES, PARTS
from tests.guards.test_matrix import declared
from tests.guards.visits import address
from tests.guards.world import PEOPLE, World

AXED = ("xa", "tinh")
SIZES = pytest.mark.parametrize("size", [OFFICE, TELEPHONE], ids=["office", "telephone"])
# What nobody of the table opens: pages of the administrator of the country.
NATIONAL = [Visit("GET", "calendar:edit", "", {})]
# Leads on to another page or to a picture, and shows nothing itself.
LEADS_ON = {"favicon", "assessments:next", "assessments:previous"}


def shown(person: str, *, each_case: bool) -> list[Visit]:
    """The pages that a person sees; of those that differ by their data only, one or each."""
    pages = [
        visit for visit in PAGES if visit.expected[person] == "200" and visit.name not in PARTS
    ]
    return pages if each_case else list({visit.name: visit for visit in pages}.values())


def others() -> dict[str, list[Visit]]:
    """The pages that neither of `AXED` sees, once each, by who does."""
    seen = {visit.name for person in AXED for visit in shown(person, each_case=False)}
    found: dict[str, list[Visit]] = {}
    for person in PEOPLE:
        pages = [one for one in shown(person, each_case=False) if one.name not in seen]
        seen |= {visit.name for visit in pages}
        if pages:
            found[person] = pages
    return found


def looked_at(page: Page, world: World, pages: Iterable[Visit], width: int) -> list[str]:
    """Look at pages with axe; those that are wider than the screen."""
    wide = []
    for visit in pages:
        page.goto(address(world, visit))
        assert_accessible(page)
        if page.evaluate("document.documentElement.scrollWidth") > width:
            wide.append(str(visit))
    return wide


@SIZES
@pytest.mark.parametrize("person", AXED)
def test_every_page_is_accessible_and_says_nothing_to_the_console(
    person: str, size: tuple[int, int], page_as: PageAs
) -> None:
    """Nor is any page wider than the screen."""
    world = worlds.build()
    page = page_as(world.person(person), size)
    assert looked_at(page, world, shown(person, each_case=size == OFFICE), size[0]) == []


@SIZES
def test_the_pages_of_others_are_too(size: tuple[int, int], page_as: PageAs) -> None:
    world = worlds.build()
    for person, pages in others().items():
        signed_in = None if person == "anonymous" else world.person(person)
        assert looked_at(page_as(signed_in, size), world, pages, size[0]) == []
    administrator = factories.user("qtnuoc")
    factories.appoint(administrator, "administrator", world.land.country)
    assert looked_at(page_as(administrator, size), world, NATIONAL, size[0]) == []


def test_axe_looks_at_every_page() -> None:
    """Every address that answers with a page, by the routes themselves."""
    routes = {name for method, name in declared(get_resolver().url_patterns) if method == "GET"}
    visited = {visit.name for person in AXED for visit in shown(person, each_case=False)}
    visited |= {visit.name for pages in others().values() for visit in pages}
    visited |= {visit.name for visit in NATIONAL}
    assert visited == routes - FILES - PARTS - LEADS_ON
