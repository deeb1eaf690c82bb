"""Where a commune is with its books, beside ten thousand assessed households of other places."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from core import journal, periods
from criteria.books import reading, saving
from criteria.models import Assessment
from tests import factories
from tests.conftest import owner
from tests.criteria.test_books import ask, book_of, entry, households, this_year
from tests.criteria_factories import Campaigning
from tests.unit_factories import Village
from units import moving
from units.models import Placement, UnitKind
from units.moving import Move

pytestmark = pytest.mark.django_db

ELSEWHERE, HERE = 10_000, 4_000
# As the given assessment, of households of five hundred other places.
COPIES = """
    WITH household AS (
        INSERT INTO units_unit (kind, is_demo, version)
        SELECT 'household', false, 1 FROM generate_series(1, %(number)s) RETURNING id
    )
    INSERT INTO criteria_assessment (unit_id, placement_id, path, {columns})
    SELECT household.id, %(placement)s, %(path)s || household.id %% 500 || '/', {columns}
    FROM household, criteria_assessment WHERE criteria_assessment.id = %(one)s
"""
# Households of one hamlet, numbered on from those that it has.
NEIGHBOURS = """
    WITH household AS (
        INSERT INTO units_unit (kind, is_demo, version)
        SELECT 'household', false, 1 FROM generate_series(1, %(number)s) RETURNING id
    )
    INSERT INTO units_member (unit_id, kind, home_id, number, label, people, period)
    SELECT id, 'household', %(home)s, 100 + row_number() OVER (), '', 4, daterange(NULL, NULL)
    FROM household
"""
OWN = {"id", "unit", "placement", "path"}


@pytest.fixture
def village(setting: Campaigning) -> Village:
    return ask(setting)


def fill(home: Placement, one: Assessment, place: Placement) -> None:
    """Many households at `home`, and many at another place that are assessed as `one` is."""
    names = [field for field in Assessment._meta.local_fields if field.name not in OWN]
    columns = ", ".join(f'"{field.column}"' for field in names)
    said = {"number": ELSEWHERE, "placement": place.pk, "path": place.path, "one": one.pk}
    with journal.act("test"), connection.cursor() as cursor:
        cursor.execute(COPIES.format(columns=columns), said)
        cursor.execute(NEIGHBOURS, {"number": HERE, "home": home.unit_id})
    with owner(), connection.cursor() as cursor:
        cursor.execute("ANALYZE units_unit, units_member, units_placement, criteria_assessment")


def rows_read(plan: dict[str, Any], table: str) -> int:
    """How many rows of a table a plan has looked at, or looked for."""
    own = 0
    if plan.get("Relation Name") == table:
        seen = plan["Actual Rows"] + plan.get("Rows Removed by Filter", 0)
        own = int(max(seen, 1) * plan["Actual Loops"])
    return own + sum(rows_read(one, table) for one in plan.get("Plans", []))


def overviewed(user: User) -> dict[tuple[int, str], reading.Progress]:
    """How far each book of a person is, by place and kind."""
    found = reading.overview(User.objects.get(pk=user.pk), this_year())
    return {(one.place.unit_id, row.kind): row.progress for one in found for row in one.kinds}


def asked_rows(user: User, table: str) -> int:
    """How many rows of a table the overview of the books looks at."""
    with CaptureQueriesContext(connection) as captured:
        reading.overview(user, this_year())
    read = 0
    with connection.cursor() as cursor:
        for one in captured.captured_queries:
            if table in one["sql"] and one["sql"].startswith("SELECT"):
                cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {one['sql']}")
                read += rows_read(cursor.fetchone()[0][0]["Plan"], table)
    return read


def test_the_books_of_a_commune_do_not_read_those_of_others(village: Village) -> None:
    members = households(village, 2)
    saved = [entry(book_of(village), one, "yes") for one in members]
    saving.save(village.thon, book_of(village), saved)
    elsewhere = Placement.objects.get(unit=village.land.sibling.unit_id)
    fill(village.hamlet, Assessment.objects.get(unit=members[0].unit_id), elsewhere)
    xa = User.objects.get(pk=village.land.xa.pk)
    assert overviewed(xa)[village.hamlet.unit_id, UnitKind.HOUSEHOLD] == (2, HERE + 2)
    assert asked_rows(xa, "criteria_assessment") < 100


def test_who_has_moved_here_is_counted_with_what_was_said_there(village: Village) -> None:
    (member,) = households(village, 1)
    saving.save(village.thon, book_of(village), [entry(book_of(village), member, "yes")])
    land = village.land
    other = factories.place(UnitKind.HAMLET, "Ấp Bà Nhì", land.commune, managed_by=land.commune)
    to = Move(other, periods.today())
    moving.move(land.xa, village.hamlet, member.unit_id, to, "Hộ chuyển đến ấp khác")
    assert overviewed(land.xa)[other.unit_id, UnitKind.HOUSEHOLD] == (1, 1)
