"""Sums in today's borders and in those of the time, with the line of what is not assigned."""

import datetime
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from core import periods
from criteria.registration import counting
from tests import factories
from tests import registration_factories as make
from tests.criteria_factories import Campaigning
from tests.registration_factories import Registering
from tests.units.reforming.conftest import CITATION, fresh, take
from units.borders import Borders, within
from units.models import Placement, Reform, ReformAct, UnitKind
from units.reforming import assigning, entering
from units.reforming.entering import Header, Successor, Wanted

pytestmark = pytest.mark.django_db

TODAY = periods.today()
DAY = TODAY - datetime.timedelta(days=10)


@pytest.fixture
def made(setting: Campaigning) -> Registering:
    """Three households of a hamlet of the commune are registered and approved."""
    made = make.registering(setting)
    make.carried(make.families(made), ("send", made.thon), ("approve", setting.land.xa))
    return made


def sums(made: Registering, place: Placement, borders: Borders = Borders.NOW) -> tuple[int, int]:
    """Registered households, and how many of them are not assigned."""
    now = Placement.objects.on(TODAY).filter(unit=place.unit_id).get()
    counted = counting.counts(now, made.setting.round, borders)
    return next(
        ((one.registered or 0, one.unassigned) for one in counted if one.kind == "household"),
        (0, 0),
    )


def divided(made: Registering) -> list[Placement]:
    """The commune divided into two, recorded late."""
    land = made.setting.land
    reform = entering.begin(land.tinh, Header("Chia xã", CITATION, DAY))
    parts = [Successor(name="Xã Bắc"), Successor(name="Xã Nam")]
    entering.divide(land.tinh, reform.pk, land.commune, parts, 0)
    return confirmed(made, reform)


def confirmed(made: Registering, reform: Reform) -> list[Placement]:
    land = made.setting.land
    country = User.objects.filter(username="tw").first()
    if country is None:
        country = factories.user("tw")
        factories.appoint(country, "administrator", land.country)
    take("propose", reform, land.tinh)
    take("confirm", reform, country)
    lines = reform.lines.filter(founds=True).order_by("pk")
    return [Placement.objects.on(TODAY).get(unit=line.unit_id) for line in lines]


def test_what_belongs_to_a_divided_commune_counts_in_the_province_as_not_assigned(
    made: Registering,
) -> None:
    land = made.setting.land
    assert sums(made, land.province) == (3, 0)
    north, south = divided(made)
    assert (sums(made, land.province), sums(made, land.country)) == ((3, 3), (3, 3))
    assert (sums(made, north), sums(made, south)) == ((0, 0), (0, 0))
    assigning.assign(fresh(land.tinh), land.commune.unit_id, south.unit_id, everything=True)
    assert (sums(made, land.province), sums(made, north), sums(made, south)) == (
        (3, 0),
        (0, 0),
        (3, 0),
    )
    assert sums(made, land.other_province) == (0, 0)


def test_a_merged_commune_has_in_todays_borders_what_went_over(made: Registering) -> None:
    land = made.setting.land
    reform = entering.begin(land.tinh, Header("Nhập xã", CITATION, DAY))
    entering.merge(land.tinh, reform.pk, [land.commune, land.sibling], None, Wanted("Xã Mới"))
    (new,) = confirmed(made, reform)
    assert (sums(made, new), sums(made, new, Borders.THEN)) == ((3, 0), (0, 0))
    assert sums(made, land.province, Borders.THEN) == (3, 0)


def test_a_commune_that_changed_its_province_counts_there_today_and_here_at_the_time(
    made: Registering,
) -> None:
    land = made.setting.land
    country, second = factories.user("tw"), factories.user("tw2")
    for person in (country, second):
        factories.appoint(person, "administrator", land.country)
    reform = entering.begin(country, Header("Chuyển xã", CITATION, DAY))
    there = Wanted(located_in=land.other_province)
    entering.change(country, reform.pk, ReformAct.MOVE, land.commune, there)
    take("propose", reform, country)
    take("confirm", reform, second)
    assert (sums(made, land.province), sums(made, land.other_province)) == ((0, 0), (3, 0))
    assert sums(made, land.province, Borders.THEN) == (3, 0)
    assert sums(made, land.other_province, Borders.THEN) == (0, 0)
    assert sums(made, land.commune, Borders.THEN) == (3, 0)


def test_both_parts_gone_over_into_one_unit_leave_nothing_to_assign(made: Registering) -> None:
    land = made.setting.land
    north, south = divided(made)
    reform = entering.begin(land.tinh, Header("Nhập lại", CITATION, TODAY))
    entering.merge(land.tinh, reform.pk, [north, south], None, Wanted("Xã Lại"))
    (again,) = confirmed(made, reform)
    assert (sums(made, again), sums(made, land.province)) == ((3, 0), (3, 0))


def test_what_just_ended_counts_where_it_lay(made: Registering) -> None:
    from units import acts
    from units.acts import NodeEntry
    from units.entries import Row

    land = made.setting.land
    closed = factories.place(UnitKind.SCHOOL, "Trường Cũ", land.commune, managed_by=land.commune)
    entry = NodeEntry("Trường Cũ", last_day=TODAY - periods.ONE_DAY, end_basis="Quyết định 1")
    acts.save_row(land.xa, land.commune, UnitKind.SCHOOL, Row(closed.unit_id), entry, 1)
    assert closed.unit_id in within(land.commune, Borders.NOW).ended
    assert closed.unit_id in within(land.province, Borders.NOW).ended
    assert closed.unit_id not in within(land.sibling, Borders.NOW).ended


def test_the_switch_is_kept_in_the_address(
    made: Registering, client_of: Callable[[User], Client]
) -> None:
    divided(made)
    tinh = client_of(made.setting.land.tinh)
    page = reverse("registrations:index")
    now = tinh.get(page).content.decode()
    assert ("chưa phân bổ: 3" in now, "?borders=then" in now) == (True, True)
    then = tinh.get(f"{page}?borders=then&q=x").content.decode()
    assert ("chưa phân bổ: 3" in then, "?q=x&amp;borders=now" in then) == (False, True)
    assert tinh.get(f"{page}?borders=nothing").status_code == 200
