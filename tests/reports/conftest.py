"""Help is looked at in a browser."""

from tests.browser import browser_type_launch_args, page_as  # noqa: F401
