"""Lists on 1,500 hamlets and very many households: one index range scan each."""

import json
from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet

from core import journal, periods
from tests import factories
from tests import unit_factories as make
from tests.conftest import owner
from tests.factories import Land
from units import members, people_queries
from units.models import Figure, Member, Placement, UnitKind

pytestmark = pytest.mark.django_db

BY_INDEX = {"Index Scan", "Index Only Scan", "Bitmap Heap Scan"}
COMMUNES, HAMLETS, HOUSEHOLDS_IN_EACH = 124, 1500, 40
# Enough rows that reading all of them would cost more; the shape of the plan is that of a million.
ROWS = """
    WITH commune_unit AS (
        INSERT INTO units_unit (kind, is_demo, version)
        SELECT 'commune', false, 1 FROM generate_series(1, %(communes)s) RETURNING id
    ), commune AS (
        INSERT INTO units_placement (unit_id, kind, name, type_name, code, located_in_id,
            managed_by_id, path, period, basis, end_basis, provenance)
        SELECT id, 'commune', 'Xã ' || id, 'Xã', '', province.unit_id, NULL,
            province.path || id || '/', daterange(NULL, NULL), '', '', ''
        FROM commune_unit,
            (SELECT unit_id, path FROM units_placement WHERE kind = 'province' LIMIT 1) province
        RETURNING unit_id, path
    ), hamlet AS (
        INSERT INTO units_unit (kind, is_demo, version)
        SELECT 'hamlet', false, 1 FROM generate_series(1, %(hamlets)s) RETURNING id
    ), placed AS (
        INSERT INTO units_placement (unit_id, kind, name, type_name, code, located_in_id,
            managed_by_id, path, period, basis, end_basis, provenance)
        SELECT id, 'hamlet', 'Ấp ' || id, '', '', commune, commune,
            path || id || '/', daterange(NULL, NULL), '', '', ''
        FROM hamlet, (SELECT unit_id AS commune, path, row_number() OVER () - 1 AS place,
                count(*) OVER () AS communes
            FROM commune) communes
        WHERE id %% communes = place
        RETURNING unit_id
    ), household AS (
        INSERT INTO units_unit (kind, is_demo, version)
        SELECT 'household', false, 1 FROM generate_series(1, %(households)s) RETURNING id
    ), numbered AS (
        SELECT id, row_number() OVER () AS place FROM household
    ), home AS (
        SELECT unit_id, row_number() OVER () - 1 AS place FROM placed
    )
    INSERT INTO units_member (unit_id, kind, home_id, number, label, people, period)
    SELECT numbered.id, 'household', home.unit_id, numbered.place / %(hamlets)s + 1, '', 4,
        daterange(NULL, NULL)
    FROM numbered JOIN home ON home.place = numbered.place %% %(hamlets)s
"""


@pytest.fixture
def many(land: Land) -> Placement:
    """A hamlet among 1,500, each with forty households."""
    enter(HAMLETS, HAMLETS * HOUSEHOLDS_IN_EACH)
    return Placement.objects.filter(kind=UnitKind.HAMLET).latest("pk")


def enter(hamlets: int, households: int) -> None:
    """Many units at once, known to the planner."""
    with journal.act("test"), connection.cursor() as cursor:
        numbers = {"communes": COMMUNES, "hamlets": hamlets, "households": households}
        cursor.execute(ROWS, numbers)
    analyze("units_unit, units_placement, units_member")


def analyze(tables: str) -> None:
    """Let the planner know the tables, as their owner."""
    with owner(), connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {tables}")


def scans(rows: QuerySet[Any]) -> dict[str, set[str]]:
    """How a list reads each table: kinds of scan by table."""
    plan = json.loads(rows.explain(format="json"))
    found: dict[str, set[str]] = {}
    nodes = [one["Plan"] for one in plan]
    while nodes:
        node = nodes.pop()
        nodes += node.get("Plans", [])
        if "Relation Name" in node:
            found.setdefault(node["Relation Name"], set()).add(node["Node Type"])
    return found


def test_a_list_of_households_reads_its_own_hamlet_only(many: Placement) -> None:
    rows = Member.objects.at(many.unit_id, UnitKind.HOUSEHOLD).on(periods.today())
    listed = rows.select_related("unit__personal").order_by("number", "pk")
    read = scans(listed[:50])
    assert len(listed) == HOUSEHOLDS_IN_EACH
    assert read["units_member"] <= BY_INDEX
    assert read["units_unit"] <= BY_INDEX


def test_a_list_of_hamlets_reads_its_own_commune_only(many: Placement) -> None:
    today = periods.today()
    rows = Placement.objects.on(today).filter(located_in=many.located_in_id, kind=UnitKind.HAMLET)
    assert scans(rows.order_by("name", "pk"))["units_placement"] <= BY_INDEX


def test_everything_under_a_place_is_one_range_of_paths(many: Placement, land: Land) -> None:
    rows = Placement.objects.under(many.path)
    assert scans(rows)["units_placement"] <= BY_INDEX


def test_the_next_number_and_the_counts_read_the_index(many: Placement) -> None:
    assert members.counts(many) == {UnitKind.HOUSEHOLD: HOUSEHOLDS_IN_EACH}
    last = Member.objects.at(many.unit_id, UnitKind.HOUSEHOLD).order_by("-number")[:1]
    assert scans(last)["units_member"] <= BY_INDEX


def test_what_is_true_on_a_day_reads_its_own_units_only(many: Placement, land: Land) -> None:
    kind = make.kind()
    with journal.act("test"), connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO units_figure (unit_id, kind_id, value, day, paper, stated_by_id)
            SELECT id, %s, 100, date '2025-12-31' - number, 'Báo cáo', %s
            FROM units_unit, generate_series(1, 5) number WHERE kind = 'hamlet'
            """,
            [kind.pk, land.xa.pk],
        )
    analyze("units_figure")
    rows = Figure.objects.filter(unit__in=[many.unit_id]).on(periods.today())
    assert scans(rows)["units_figure"] <= BY_INDEX


def test_people_of_a_whole_country_are_found_by_their_units(land: Land) -> None:
    enter(10 * HAMLETS, 10 * HAMLETS)
    administrator = factories.user("admin")
    factories.appoint(administrator, "administrator", land.country)
    analyze("units_appointment, accounts_user")
    everybody = people_queries.people(administrator)
    assert administrator in everybody
    assert scans(everybody)["units_placement"] <= BY_INDEX
