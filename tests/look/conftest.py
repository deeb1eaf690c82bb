"""Pages in a real browser: signed in as somebody, with axe and the console listening."""

from typing import Any

import pytest
from django.conf import LazySettings

from tests.browser import browser_type_launch_args, page_as  # noqa: F401
from tests.look import views


@pytest.fixture(autouse=True)
def _test_pages(settings: LazySettings) -> None:
    """The test-only routes and templates."""
    settings.ROOT_URLCONF = "tests.look.urls"
    templates: dict[str, Any] = settings.TEMPLATES[0]
    settings.TEMPLATES = [{**templates, "DIRS": [*templates["DIRS"], views.TEMPLATES]}]
    views.Store.reset()
