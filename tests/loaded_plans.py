"""The plans of the project in a test's database, with the provinces that they speak of."""

import datetime
import io

from django.core.management import call_command

from core import periods
from tests import factories
from tests.factories import Land
from units.models import UnitKind

_OLD = {"Bắc Kạn": "06", "Yên Bái": "15", "Bình Dương": "74", "Trà Vinh": "84"}


def load(land: Land) -> None:
    """Load the plan files; the four provinces ended with the reform of 2025."""
    until = periods.between(None, datetime.date(2025, 6, 30))
    for name, code in _OLD.items():
        factories.place(UnitKind.PROVINCE, f"Tỉnh {name}", land.country, code=code, period=until)
    call_command("load_plans", stdout=io.StringIO())
