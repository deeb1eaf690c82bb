"""A real browser for the journeys of nominations, meetings and decisions."""

from tests.browser import browser_type_launch_args, page_as  # noqa: F401
