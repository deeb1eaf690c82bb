"""The 471 communes that the reform of 01/07/2025 divided, over the official units: what stood in
each waits on a line of its own, a successor is proposed only where the source names one, and the
provinces add up to the country."""

import datetime
import io

import pytest
from django.core.management import call_command

from core import journal, periods
from tests import factories
from tests.conftest import settle
from tests.units.reforming.conftest import fresh
from units import unit_files
from units.borders import Borders, within
from units.models import Extent, Placement, Succession, Unit, UnitKind
from units.reforming import assigning

pytestmark = pytest.mark.django_db

BEFORE = datetime.date(2025, 6, 30)
DIVIDED = 471


def _hamlets() -> set[int]:
    """One hamlet in each divided commune, as old as that is known; their keys."""
    keys = Succession.objects.filter(extent=Extent.PART).values("predecessor")
    communes = list(Placement.objects.on(BEFORE).filter(unit__in=keys, kind=UnitKind.COMMUNE))
    assert len(communes) == DIVIDED
    with journal.act("test"):
        units = Unit.objects.bulk_create(Unit(kind=UnitKind.HAMLET) for _one in communes)
        Placement.objects.bulk_create(
            Placement(
                unit=unit,
                kind=UnitKind.HAMLET,
                name="Thôn Một",
                located_in_id=commune.unit_id,
                managed_by_id=commune.unit_id,
                path=f"{commune.path}{unit.pk}/",
                period=periods.between(None, None),
            )
            for unit, commune in zip(units, communes, strict=True)
        )
    return {unit.pk for unit in units}


def _counted(place: Placement) -> tuple[set[int], set[int]]:
    """The hamlets that count in a territory in today's borders, and of them the waiting ones."""
    inside = within(place.path, Borders.NOW)
    hamlets = Placement.objects.filter(kind=UnitKind.HAMLET)
    return (
        set(hamlets.filter(inside.q(unit="unit", path="path")).values_list("unit", flat=True)),
        set(hamlets.filter(inside.waiting_q("unit")).values_list("unit", flat=True)),
    )


def test_each_divided_commune_waits_and_the_provinces_add_up() -> None:
    call_command("load_units", directory=unit_files.DIRECTORY, stdout=io.StringIO())
    settle()
    hamlets = _hamlets()
    today = Placement.objects.on(periods.today())
    country = today.get(kind=UnitKind.COUNTRY)
    user = factories.user("tw")
    factories.appoint(user, "administrator", country)

    lines = assigning.divided(fresh(user))
    assert len(lines) == DIVIDED
    assert {(one.units, one.members, one.roles) for one in lines} == {(1, 0, 0)}

    proposed = dict(
        Succession.objects.filter(extent=Extent.PART, is_default=True).values_list(
            "predecessor", "successor"
        )
    )
    for line in lines[:: DIVIDED // 10]:
        at = assigning.waiting(fresh(user), line.place.unit_id)
        assert at is not None
        assert at.default == proposed.get(line.place.unit_id)
        assert at.default is None or at.default in {one.unit_id for one in at.successors}

    counted = [_counted(one) for one in today.filter(kind=UnitKind.PROVINCE)]
    everybody, waiting = _counted(country)
    assert sum(len(one) for one, _waits in counted) == len(
        set[int]().union(*(one for one, _waits in counted))
    )
    assert everybody == waiting == hamlets
    assert set[int]().union(*(waits for _one, waits in counted)) == hamlets
