"""What was just loaded is known to the planner."""

import io

import pytest
from django.core.management import call_command
from django.db import connection

from tests.conftest import owner
from units.models import Placement

pytestmark = pytest.mark.django_db


def known_rows(table: str) -> int:
    """How many rows the planner takes a table to have."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE oid = %s::regclass", [table])
        return int(cursor.fetchone()[0])


def test_loading_the_units_lets_the_planner_count_them() -> None:
    with owner():
        call_command("load_units", stdout=io.StringIO())
    assert known_rows("units_placement") == Placement.objects.count() > 10_000


def test_loading_the_plans_lets_the_planner_count_them() -> None:
    with owner():
        call_command("load_units", stdout=io.StringIO())
        call_command("load_plans", stdout=io.StringIO())
    assert known_rows("criteria_criterion") > 100
