"""`manage.py load_calendar`: the years of working days that the repository knows, with source."""

from pathlib import Path
from typing import Any

import yaml
from django.core.management.base import BaseCommand

from core import calendar

FILE = Path(__file__).resolve().parents[2] / "data/calendar.yaml"
REASON = "Nạp cùng Cổng, theo văn bản của từng năm"


class Command(BaseCommand):
    """Enters the years that nobody has entered; what people corrected stays as it is."""

    help = "Enter the years of working days that are not entered yet; safe to run again."

    def handle(self, *args: Any, **options: Any) -> None:
        entered = []
        for record in yaml.safe_load(FILE.read_text(encoding="utf-8")):
            year = record.pop("year")
            if calendar.latest_revision(year):
                continue
            days = tuple(calendar.Special(**one) for one in record.pop("days"))
            plan = calendar.Plan(**record, days=days)
            calendar.enter(year, plan, None, reason=REASON, seen=0)
            entered.append(str(year))
        self.stdout.write(f"Calendar: entered {', '.join(entered) or 'nothing new'}.")
