"""Which set applies: the nearest owner's, also where a reform has ended that owner."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core import journal, periods
from criteria.applicability import Applicable, applicable_set, applicable_sets
from tests import criteria_factories as make
from tests import factories
from tests.conftest import owner
from tests.criteria_factories import Campaigning
from units.models import Placement, Reform, Succession, Unit, UnitKind

pytestmark = pytest.mark.django_db

REFORM_DAY = datetime.date(2025, 7, 1)
BEFORE = periods.between(None, REFORM_DAY - periods.ONE_DAY)
AFTER = periods.between(REFORM_DAY, None)
TODAY = datetime.date(2026, 11, 21)


def succeed(reform: Reform, old: Placement, new: Placement, extent: str = "whole") -> None:
    """`new` follows `old` by `reform`."""
    with journal.act("test"):
        Succession.objects.create(
            reform=reform,
            predecessor=old.unit,
            successor=new.unit,
            extent=extent,
            is_default=not old.unit.successions.exists(),
        )


@pytest.fixture
def reform() -> Reform:
    """The reform of 01/07/2025."""
    with journal.act("test"):
        return Reform.objects.create(name="Sắp xếp đơn vị", effective_on=REFORM_DAY)


@pytest.fixture
def merged(setting: Campaigning, reform: Reform) -> tuple[Campaigning, Placement, Placement]:
    """A set owned by the former Trà Vinh, and two communes of today: one that came from there,
    one that came from Bến Tre; both lie in Vĩnh Long."""
    country = setting.land.country
    tra_vinh = factories.place(UnitKind.PROVINCE, "Tỉnh Trà Vinh", country, period=BEFORE)
    ben_tre = factories.place(UnitKind.PROVINCE, "Tỉnh Bến Tre", country, period=BEFORE)
    communes = []
    for former in (tra_vinh, ben_tre):
        district = factories.place(UnitKind.DISTRICT, "Huyện", former, period=BEFORE)
        old = factories.place(UnitKind.COMMUNE, "Xã cũ", district, period=BEFORE)
        new = factories.place(UnitKind.COMMUNE, "Xã mới", setting.land.province, period=AFTER)
        succeed(reform, old, new)
        succeed(reform, former, setting.land.province, "whole")
        communes.append(new)
    make.commune_set(tra_vinh, setting.document, setting.source, code="tra-vinh-xa")
    return setting, communes[0], communes[1]


def test_the_set_of_the_province_applies_to_its_communes_alone(setting: Campaigning) -> None:
    land = setting.land
    found = applicable_sets([land.commune, land.sibling, land.far_commune], TODAY)
    assert found == {
        land.commune.unit_id: Applicable(setting.criteria_set),
        land.sibling.unit_id: Applicable(setting.criteria_set),
        land.far_commune.unit_id: Applicable(None),
    }


def test_an_owner_of_today_replaces_the_ended_one(
    merged: tuple[Campaigning, Placement, Placement],
) -> None:
    setting, from_tra_vinh, _from_ben_tre = merged
    assert applicable_set(from_tra_vinh, TODAY) == Applicable(setting.criteria_set)


def test_the_set_of_an_ended_owner_holds_for_the_territory_of_its_time(
    merged: tuple[Campaigning, Placement, Placement],
) -> None:
    setting, from_tra_vinh, from_ben_tre = merged
    with journal.act("test"):
        setting.criteria_set.period = periods.between(None, TODAY - periods.ONE_DAY)
        setting.criteria_set.save()
    found = applicable_sets([from_tra_vinh, from_ben_tre], TODAY)
    own = found[from_tra_vinh.unit_id].criteria_set
    assert own is not None
    assert own.code == "tra-vinh-xa"
    assert found[from_ben_tre.unit_id] == Applicable(None)


def test_two_former_owners_contradict_each_other(
    merged: tuple[Campaigning, Placement, Placement], reform: Reform
) -> None:
    setting, from_tra_vinh, from_ben_tre = merged
    with journal.act("test"):
        setting.criteria_set.period = periods.between(None, TODAY - periods.ONE_DAY)
        setting.criteria_set.save()
    ben_tre = Placement.objects.get(name="Tỉnh Bến Tre")
    make.commune_set(ben_tre, setting.document, setting.source, code="ben-tre-xa")
    old = Placement.objects.get(path__startswith=ben_tre.path, kind=UnitKind.COMMUNE)
    succeed(reform, old, from_tra_vinh, "part")
    found = applicable_set(from_tra_vinh, TODAY)
    assert found.criteria_set is None
    assert sorted(rival.code for rival in found.rivals) == ["ben-tre-xa", "tra-vinh-xa"]
    assert applicable_set(from_ben_tre, TODAY).criteria_set is not None


def test_a_set_of_another_period_or_kind_does_not_apply(setting: Campaigning) -> None:
    with journal.act("test"):
        setting.criteria_set.period = periods.between(None, TODAY - periods.ONE_DAY)
        setting.criteria_set.save()
    assert applicable_set(setting.land.commune, TODAY) == Applicable(None)
    assert applicable_set(setting.land.province, TODAY - periods.ONE_DAY) == Applicable(None)


def test_an_unpublished_set_does_not_apply(setting: Campaigning) -> None:
    land = setting.land
    with journal.act("test"):
        make.CriteriaSet.objects.create(
            code="nhap",
            name="Bộ tiêu chí nháp",
            purpose="emulation",
            subject_kinds=["commune"],
            owner=land.other_province.unit,
            period=factories.ALWAYS,
            document=setting.document,
            source=setting.source,
            rule={"kind": "all_of"},
        )
    assert applicable_set(land.far_commune, TODAY) == Applicable(None)


@pytest.mark.parametrize("many", [1, 3])
def test_the_number_of_queries_does_not_grow(setting: Campaigning, many: int) -> None:
    land = setting.land
    with CaptureQueriesContext(connection) as queries:
        applicable_sets([land.commune, land.sibling, land.far_commune][:many], TODAY)
    assert len(queries) == 2


def test_the_lineages_of_a_list_are_looked_up_one_by_one(
    merged: tuple[Campaigning, Placement, Placement],
) -> None:
    """The communes of a province are few of all that ever were, and most succeeded others."""
    setting, from_tra_vinh, from_ben_tre = merged
    crowd = _crowd(setting.land.other_province, 6000)
    reform = Reform.objects.get()
    with journal.act("test"):
        Succession.objects.bulk_create(
            Succession(reform=reform, predecessor=old.unit, successor=new.unit, extent="whole")
            for old, new in zip(crowd[::2], crowd[1::2], strict=True)
        )
    assert _tables_read_whole([from_tra_vinh, from_ben_tre, *crowd[:100]]) == []


def _tables_read_whole(places: list[Placement]) -> list[str]:
    """The steps of the plan for the lineages of these units that read a table of units whole."""
    with CaptureQueriesContext(connection) as asked:
        applicable_sets(places, TODAY)
    lineage = asked.captured_queries[-1]["sql"]
    with owner(), connection.cursor() as cursor:
        cursor.execute("ANALYZE units_unit, units_placement, units_succession")
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {lineage}")
        return [line for (line,) in cursor.fetchall() if "Seq Scan on units_" in line]


def _crowd(province: Placement, number: int) -> list[Placement]:
    """As many communes in a province."""
    with journal.act("test"):
        units = Unit.objects.bulk_create(Unit(kind=UnitKind.COMMUNE) for _ in range(number))
        return Placement.objects.bulk_create(
            Placement(
                unit=unit,
                kind=UnitKind.COMMUNE,
                name="Xã đông",
                located_in_id=province.unit_id,
                path=f"{province.path}{unit.pk}/",
                period=factories.ALWAYS,
            )
            for unit in units
        )
