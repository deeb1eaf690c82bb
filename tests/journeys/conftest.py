"""Journeys in a real browser, with axe and the console listening, over files of their own."""

from pathlib import Path
from typing import Any

import pytest

from tests.browser import browser_type_launch_args, page_as  # noqa: F401


@pytest.fixture(autouse=True)
def _own_media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
