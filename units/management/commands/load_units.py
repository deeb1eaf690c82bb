"""`manage.py load_units`: the official administrative units before and after 01/07/2025."""

from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core import statistics
from units import loader, unit_files
from units.models import UnitKind


class Command(BaseCommand):
    help = "Load the official administrative units; safe to run again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--from",
            dest="directory",
            type=Path,
            default=unit_files.DIRECTORY,
            help="directory of the unit files (see units/data/README.md)",
        )

    def handle(self, *args: Any, directory: Path, **options: Any) -> None:
        try:
            summary = loader.load(directory)
        except unit_files.UnitFilesRefused as refused:
            raise CommandError(f"Nothing was loaded.\n{refused}") from refused
        except loader.LoadRefused as refused:
            raise CommandError(str(refused)) from refused
        if summary.loaded:
            statistics.analyze("units")
        self.stdout.write(_told(summary))


def _told(summary: loader.Summary) -> str:
    if not summary.loaded:
        return "Units: all there, nothing changed."
    return "\n".join(
        (
            f"Units: {summary.units:,} with {summary.placements:,} states.",
            f"  until 30/06/2025: {_counts(summary.before)}",
            f"  from 01/07/2025:  {_counts(summary.after)}",
            f"  the same unit before and after: {_counts(summary.continued)}",
            f"  successions: {summary.successions:,}; divided: {summary.divided:,}",
        )
    )


def _counts(counts: Counter[UnitKind]) -> str:
    levels = {UnitKind.PROVINCE: "provinces", UnitKind.DISTRICT: "districts"}
    levels[UnitKind.COMMUNE] = "communes"
    return ", ".join(f"{counts[kind]:,} {name}" for kind, name in levels.items() if counts[kind])
