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
from tests import reform_factories as reforms
from tests import registration_factories as make
from tests.criteria_factories import Campaigning
from tests.registration_factories import Registering
from tests.units.reforming.conftest import fresh
from units.borders import Borders, Reading, within
from units.models import Placement, UnitKind
from units.reforming import assigning, entering
from units.reforming.entering import Header, Wanted

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
    counted = counting.counts(now, made.setting.round, Reading(borders))
    return next(
        ((one.registered or 0, one.unassigned) for one in counted if one.kind == "household"),
        (0, 0),
    )


def test_what_belongs_to_a_divided_commune_counts_in_the_province_as_not_assigned(
    made: Registering,
) -> None:
    land = made.setting.land
    assert sums(made, land.province) == (3, 0)
    north, south = reforms.divided(made.setting.land, DAY)
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
    new = reforms.merged(land, DAY)
    assert (sums(made, new), sums(made, new, Borders.THEN)) == ((3, 0), (0, 0))
    assert sums(made, land.province, Borders.THEN) == (3, 0)


def test_a_commune_that_changed_its_province_counts_there_today_and_here_at_the_time(
    made: Registering,
) -> None:
    land = made.setting.land
    reforms.moved(land, DAY)
    assert (sums(made, land.province), sums(made, land.other_province)) == ((0, 0), (3, 0))
    assert sums(made, land.province, Borders.THEN) == (3, 0)
    assert sums(made, land.other_province, Borders.THEN) == (0, 0)
    assert sums(made, land.commune, Borders.THEN) == (3, 0)


def test_both_parts_gone_over_into_one_unit_leave_nothing_to_assign(made: Registering) -> None:
    land = made.setting.land
    north, south = reforms.divided(made.setting.land, DAY)
    reform = entering.begin(land.tinh, Header("Nhập lại", reforms.CITATION, TODAY))
    entering.merge(land.tinh, reform.pk, [north, south], None, Wanted("Xã Lại"))
    (again,) = reforms.confirmed(land, reform)
    assert (sums(made, again), sums(made, land.province)) == ((3, 0), (3, 0))


def test_what_just_ended_counts_where_it_lay(made: Registering) -> None:
    from units import acts
    from units.acts import NodeEntry
    from units.entries import Row

    land = made.setting.land
    closed = factories.place(UnitKind.SCHOOL, "Trường Cũ", land.commune, managed_by=land.commune)
    entry = NodeEntry("Trường Cũ", last_day=TODAY - periods.ONE_DAY, end_basis="Quyết định 1")
    acts.save_row(land.xa, land.commune, UnitKind.SCHOOL, Row(closed.unit_id), entry, 1)
    assert closed.unit_id in within(land.commune.path, Borders.NOW).ended
    assert closed.unit_id in within(land.province.path, Borders.NOW).ended
    assert closed.unit_id not in within(land.sibling.path, Borders.NOW).ended


def test_the_switch_is_kept_in_the_address(
    made: Registering, client_of: Callable[[User], Client]
) -> None:
    reforms.divided(made.setting.land, DAY)
    tinh = client_of(made.setting.land.tinh)
    page = reverse("registrations:index")
    now = tinh.get(page).content.decode()
    assert ("chưa phân bổ: 3" in now, "?borders=then" in now) == (True, True)
    then = tinh.get(f"{page}?borders=then&q=x").content.decode()
    assert ("chưa phân bổ: 3" in then, "?q=x&amp;borders=now" in then) == (False, True)
    assert tinh.get(f"{page}?borders=nothing").status_code == 200


def test_nothing_is_to_choose_where_no_reform_lies_between(
    made: Registering, client_of: Callable[[User], Client]
) -> None:
    page = reverse("registrations:index")
    tinh = client_of(made.setting.land.tinh)
    assert tinh.get(page).context["borders"] == ()
    reforms.divided(made.setting.land, DAY)
    assert [one.chosen for one in tinh.get(page).context["borders"]] == [True, False]
    far = client_of(made.setting.land.far_tinh).get(page)
    assert far.context["borders"] == ()


def test_a_sum_links_to_the_rows_that_it_counts_and_opens_none_of_others(
    made: Registering, client_of: Callable[[User], Client]
) -> None:
    """Who has the commune today counts what it registered before; its page stays with those in
    whose scope it was."""
    land = made.setting.land
    reforms.moved(land, DAY)
    page = client_of(land.far_tinh).get(reverse("registrations:index"))
    (row,) = page.context["page"]
    assert ([one.registered for one in page.context["sums"]], row.is_read) == ([3], False)
    assert reverse("registrations:detail", args=[row.pk]) not in page.content.decode()
    assert "&amp;borders=now" in page.content.decode()
    here = client_of(land.tinh)
    assert list(here.get(reverse("registrations:index")).context["page"]) == []
    then = here.get(f"{reverse('registrations:index')}?borders=then").context["page"]
    assert [one.is_read for one in then] == [True]


def test_the_titles_beside_their_register_are_summed_in_the_borders_of_its_address(
    made: Registering, client_of: Callable[[User], Client]
) -> None:
    reforms.divided(made.setting.land, DAY)
    tinh = client_of(made.setting.land.tinh)
    register = tinh.get(f"{reverse('recognitions:index')}?borders=then&q=x").content.decode()
    part = f"{reverse('registrations:counts')}?borders=then&amp;q=x"
    assert (f'hx-get="{part}"' in register, 'name="borders" value="then"' in register) == (
        True,
        True,
    )
    said = tinh.get(part.replace("&amp;", "&")).content.decode()
    assert ("?q=x&amp;borders=now" in said, "chưa phân bổ: 3" in said) == (True, False)
