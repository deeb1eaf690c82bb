"""The page of the steps says what the tables say, and has every table."""

import importlib
import io

from django.conf import settings
from django.core.management import call_command

from core.workflow import Workflow
from reports.management.commands.steps import WORKFLOWS


def test_the_page_of_steps_is_written_from_the_tables() -> None:
    written = io.StringIO()
    call_command("steps", stdout=written)
    assert (settings.BASE_DIR / "docs/steps.md").read_text(encoding="utf-8") == written.getvalue()


def test_every_workflow_is_on_the_page() -> None:
    files = [
        path.relative_to(settings.BASE_DIR)
        for app in ("core", "units", "campaign", "criteria", "awards")
        for path in (settings.BASE_DIR / app).rglob("workflow.py")
    ]
    modules = [importlib.import_module(".".join(path.with_suffix("").parts)) for path in files]
    found = {
        each.name for one in modules for each in vars(one).values() if isinstance(each, Workflow)
    }
    assert found == {one.name for one in WORKFLOWS}
