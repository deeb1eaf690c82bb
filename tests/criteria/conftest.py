"""A browser for the tests of grids."""

from tests.browser import browser_type_launch_args, page_as  # noqa: F401
