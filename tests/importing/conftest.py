"""A village whose lists are brought in."""

import pytest

from tests import unit_factories as make
from tests.browser import browser_type_launch_args, page_as  # noqa: F401
from tests.factories import Land
from tests.importing.bringing import Bringing


@pytest.fixture
def bringing(land: Land) -> Bringing:
    return Bringing(make.village(land))
