"""Axe and the console on every page of the portal: here what commune and province do not see, as
somebody who does; theirs in files of their own, which different workers take."""

from django.urls import get_resolver

from tests import factories
from tests.browser import PageAs
from tests.guards import world as worlds
from tests.guards.looking import (
    COMMUNE,
    PROVINCE,
    SIZES,
    assert_all_accessible,
    others,
    shown,
)
from tests.guards.table import Visit
from tests.guards.test_every_page import FILES, PARTS
from tests.guards.test_matrix import declared

# What nobody of the table opens: pages of the administrator of the country.
NATIONAL = [Visit("GET", "calendar:edit", "", {})]
# Leads on to another page or to a picture, and shows nothing itself.
LEADS_ON = {"favicon", "assessments:next", "assessments:previous"}


def test_the_pages_of_others_are_accessible_too(page_as: PageAs) -> None:
    world = worlds.build()
    administrator = factories.user("qtnuoc")
    factories.appoint(administrator, "administrator", world.land.country)
    for size in SIZES:
        for person, pages in others().items():
            signed_in = None if person == "anonymous" else world.person(person)
            assert_all_accessible(page_as, world, signed_in, pages, size)
        assert_all_accessible(page_as, world, administrator, NATIONAL, size)


def test_axe_looks_at_every_page() -> None:
    """Every address that answers with a page, by the routes themselves."""
    routes = {name for method, name in declared(get_resolver().url_patterns) if method == "GET"}
    visited = {v.name for person in (COMMUNE, PROVINCE) for v in shown(person, each_case=False)}
    visited |= {visit.name for pages in others().values() for visit in pages}
    visited |= {visit.name for visit in NATIONAL}
    assert visited == routes - FILES - PARTS - LEADS_ON
