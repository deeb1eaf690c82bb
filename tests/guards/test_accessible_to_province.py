"""Axe and the console on every page that the province sees."""

from tests.browser import PageAs
from tests.guards import world as worlds
from tests.guards.looking import PROVINCE, look_at_all_of


def test_every_page_is_accessible_and_says_nothing_to_the_console(page_as: PageAs) -> None:
    """Nor is any page wider than the screen."""
    look_at_all_of(PROVINCE, worlds.build(), page_as)
