"""One world for all visits of a module, in one transaction that is taken back at its end."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.browser import browser_type_launch_args, page_as  # noqa: F401
from tests.conftest import settle
from tests.guards import world as worlds


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[worlds.World]:
    """The world; each visit is undone by `world.undone`."""
    with django_db_blocker.unblock(), worlds.undone():
        built = worlds.build()
        settle()
        yield built
