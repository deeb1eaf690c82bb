"""`manage.py load_plans`: documents, phases, titles, criteria sets, targets, forms and routes."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from awards.plans import checks, loader
from awards.plans.yaml_files import PlanFilesRefused
from core import statistics


class Command(BaseCommand):
    """Validate the plan files, then load them in one act; safe to run again."""

    help = "Load what the plans say from the data files; loading twice changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--plans",
            type=Path,
            default=checks.PLANS,
            help="directory of the plan files (*.yaml)",
        )
        parser.add_argument(
            "--sources",
            type=Path,
            default=checks.SOURCES,
            help="directory of the source texts that the files quote",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            loaded = loader.load(checks.read_plans(options["plans"], options["sources"]))
        except PlanFilesRefused as refused:
            raise CommandError(f"Nothing is loaded.\n{refused}") from refused
        if loaded.written:
            statistics.analyze("campaign", "criteria")
        for table, count in sorted(loaded.created.items()):
            self.stdout.write(f"  {table}: {count} created")
        for table, count in sorted(loaded.changed.items()):
            self.stdout.write(f"  {table}: {count} changed")
        self.stdout.write(
            f"Plans loaded: {loaded.written} records written, {loaded.unchanged} unchanged."
        )
