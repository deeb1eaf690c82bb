"""The start page is not of accounts; here it is the test-only one."""

from tests.browser import browser_type_launch_args, page_as  # noqa: F401
from tests.look.conftest import _test_pages  # noqa: F401
