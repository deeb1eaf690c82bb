"""The page of the steps says what the tables say."""

import io

from django.conf import settings
from django.core.management import call_command


def test_the_page_of_steps_is_written_from_the_tables() -> None:
    written = io.StringIO()
    call_command("steps", stdout=written)
    assert (settings.BASE_DIR / "docs/steps.md").read_text(encoding="utf-8") == written.getvalue()
