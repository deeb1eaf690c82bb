"""Measure the pages against the budgets of the design."""

import subprocess
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from reports import bench, import_bench, late_bench, needs, recognition_bench


class Command(BaseCommand):
    """`manage.py bench`: exits with 1 where a line is OVER."""

    help = "Measure every page as commune, province, administrator; needs the demonstration."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8765, help="for the throughput lines")
        parser.add_argument("--pages-only", action="store_true", help="without gunicorn")
        parser.add_argument(
            "--needs",
            action="store_true",
            help="only what a commune, the province and the country need on their disks",
        )
        parser.add_argument("--import-rows", type=int, default=import_bench.ROWS, metavar="N")
        parser.add_argument("--import-only", action="store_true", help="the import alone")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["needs"]:
            for line in needs.needs():
                self.stdout.write(str(line))
            return
        self._say_on_what()
        try:
            lines = []
            if not options["import_only"]:
                lines += self._measure(options["port"], options["pages_only"])
            if not options["pages_only"] and not options["import_only"]:
                lines += map(self._tell, recognition_bench.measure_recognitions())
            if not options["pages_only"]:
                account, rows = bench.ROLES[0], options["import_rows"]
                lines.append(self._tell(import_bench.measure_import(account, rows)))
        except LookupError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"reference loop {bench.reference_loop():.1f} ms at the end, {bench.load()}"
        )
        if not all(line.within for line in lines):
            raise SystemExit(1)

    def _say_on_what(self) -> None:
        commit = subprocess.run(
            ["git", "rev-parse", "--short", "HEAD"],  # noqa: S607 -- the checkout's own git
            cwd=settings.BASE_DIR,
            capture_output=True,
            text=True,
            check=False,
        ).stdout.strip()
        rows = list(bench.rows_per_table())
        for label, count in rows:
            self.stdout.write(f"{count:>10,} {label}")
        self.stdout.write(f"commit {commit or 'unknown'}; {bench.loaded_from()}")
        if not bench.is_representative(rows):
            self.stdout.write("not representative: fewer rows than one province has")
        self.stdout.write(f"reference loop {bench.reference_loop():.1f} ms, {bench.load()}")

    def _measure(self, port: int, pages_only: bool) -> Any:
        for account in bench.ROLES:
            client = bench.client_for(account)
            for page in bench.pages(account):
                yield self._tell(bench.measure_page(page, client))
            yield self._tell(bench.measure_search(account, client))
            if not pages_only:
                yield self._tell(bench.measure_throughput(client, account, port))
        client = bench.client_for(bench.ADMINISTRATOR)
        for page in bench.administration_pages(bench.ADMINISTRATOR):
            yield self._tell(bench.measure_page(page, client))
        for line in late_bench.measure_late_acts(bench.ROLES[1], bench.ADMINISTRATOR):
            yield self._tell(line)

    def _tell(self, line: bench.Line) -> bench.Line:
        self.stdout.write(str(line))
        return line
