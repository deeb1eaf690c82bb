"""What belonged to a divided unit waits until a person assigns it, which can be undone."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import periods
from core.workflow import Refused
from tests import factories, unit_factories
from tests.units.reforming.conftest import CITATION, Setting, fresh, picture, state, take
from units.models import Member, Placement, ReformState, UnitKind
from units.reforming import assigning, entering
from units.reforming.entering import Header, Successor, Wanted

pytestmark = pytest.mark.django_db

ClientOf = Callable[[Any], Client]
TODAY = periods.today()


def split(setting: Setting, unit: Placement, *names: str) -> list[Placement]:
    """A unit divided today into new ones; what follows it, in the order of the names."""
    by = setting.tinh
    reform = setting.draft(by)
    entering.divide(by, reform.pk, unit, [Successor(name=name) for name in names], 1)
    take("propose", reform, by)
    take("confirm", reform, setting.country)
    return [Placement.objects.get(name=name) for name in names]


def homes() -> list[tuple[int, int]]:
    """The home of each member today, with its number."""
    return list(Member.objects.on(TODAY).order_by("unit").values_list("home", "number"))


def test_members_of_a_divided_hamlet_are_assigned_one_or_all(setting: Setting) -> None:
    one, two = split(setting, setting.one, "Ấp A", "Ấp B")
    waiting = assigning.waiting(setting.xa, setting.one.unit_id)
    assert waiting is not None
    assert [place.name for place in waiting.successors] == ["Ấp A", "Ấp B"]
    assert (waiting.default, len(waiting.members)) == (two.unit_id, 2)
    others = homes()[2:]

    first = setting.members[0].unit_id
    reform = assigning.assign(setting.xa, setting.one.unit_id, one.unit_id, members=[first])
    assert reform.state == ReformState.CARRIED_OUT
    assert homes() == [(one.unit_id, 1), (setting.one.unit_id, 2), *others]
    assigning.assign(setting.xa, setting.one.unit_id, two.unit_id, everything=True)
    assert homes() == [(one.unit_id, 1), (two.unit_id, 2), *others]
    assert assigning.divided(setting.xa) == []
    states = Member.objects.filter(unit=first).order_by("period")
    assert [(one.home_id, one.period.lower) for one in states] == [
        (setting.one.unit_id, None),
        (one.unit_id, TODAY),
    ]


def test_numbers_go_on_after_those_of_the_successor(setting: Setting) -> None:
    one, _two = split(setting, setting.one, "Ấp A", "Ấp B")
    unit_factories.member(setting.xa, one, UnitKind.HOUSEHOLD, "Hộ mới")
    assigning.assign(setting.xa, setting.one.unit_id, one.unit_id, everything=True)
    numbers = Member.objects.on(TODAY).filter(home=one.unit_id).order_by("number")
    assert list(numbers.values_list("number", flat=True)) == [1, 2, 3]


def test_an_assignment_is_undone_without_a_trace(setting: Setting) -> None:
    one, _two = split(setting, setting.one, "Ấp A", "Ấp B")
    before = picture()
    reform = assigning.assign(setting.xa, setting.one.unit_id, one.unit_id, everything=True)
    assert picture() != before
    take("undo", reform, setting.xa)
    assert picture() == before


def test_hamlets_and_offices_of_a_divided_commune_go_where_they_are_assigned(
    setting: Setting,
) -> None:
    land = setting.land
    station = unit_factories.found(land.xa, land.commune, UnitKind.AGENCY, "Trạm Y tế")
    room = unit_factories.found(land.xa, station, UnitKind.DEPARTMENT, "Phòng dược")
    factories.appoint(factories.user("cu"), "commune_officer", land.commune)
    north, south = split(setting, land.commune, "Xã Bắc", "Xã Nam")
    before = picture()
    (divided,) = assigning.divided(setting.tinh)
    assert (divided.place.name, divided.units, divided.members) == ("Xã Đại An", 4, 0)
    assert divided.roles == 3

    reform = assigning.assign(
        setting.tinh,
        land.commune.unit_id,
        south.unit_id,
        units=[setting.one.unit_id, station.unit_id],
    )

    moved, office, inside = state(setting.one), state(station), state(room)
    assert moved is not None
    assert office is not None
    assert inside is not None
    assert (moved.located_in_id, moved.managed_by_id) == (south.unit_id, south.unit_id)
    assert moved.path == f"{south.path}{setting.one.unit_id}/"
    assert inside.path == f"{office.path}{room.unit_id}/"
    assert (moved.name, inside.managed_by_id) == ("Ấp Giồng Lớn", station.unit_id)
    waits = state(setting.two)
    assert waits is not None
    assert waits.located_in_id == land.commune.unit_id
    assert [one.units for one in assigning.divided(setting.tinh)] == [2]
    take("undo", reform, setting.tinh)
    assert picture() == before
    assert north.name == "Xã Bắc"


def test_only_who_has_a_successor_in_scope_assigns_to_it(setting: Setting) -> None:
    one, _two = split(setting, setting.one, "Ấp A", "Ấp B")
    assert assigning.waiting(setting.land.xa2, setting.one.unit_id) is None
    assert assigning.divided(setting.land.far_tinh) == []
    with pytest.raises(Refused):
        assigning.assign(setting.land.xa2, setting.one.unit_id, one.unit_id, everything=True)
    with pytest.raises(Refused):
        assigning.assign(setting.xa, setting.one.unit_id, setting.two.unit_id, everything=True)
    with pytest.raises(Refused):
        assigning.assign(setting.xa, setting.one.unit_id, one.unit_id)


def test_no_successor_takes_for_itself(setting: Setting, client_of: ClientOf) -> None:
    land = setting.land
    north, south = split(setting, land.commune, "Xã Bắc", "Xã Nam")
    officer = factories.user("bac")
    factories.appoint(officer, "commune_officer", north)
    here = land.commune.unit_id
    at = assigning.waiting(officer, here)
    assert at is not None
    assert (at.right, len(at.units)) == (None, 3)
    with pytest.raises(Refused, match="không tự nhận"):
        assigning.assign(officer, here, north.unit_id, everything=True)
    with pytest.raises(Refused, match="không tự nhận"):
        assigning.assign(officer, here, north.unit_id, units=[setting.one.unit_id])
    client = client_of(officer)
    page = reverse("reforms:assign", args=[here])
    shown = client.get(page).content.decode()
    assert ("Ấp Giồng Lớn" in shown, '<form method="post">' in shown) == (True, False)
    assert client.post(page, {"to": north.unit_id, "everything": "on"}).status_code == 409
    assigning.assign(fresh(setting.tinh), here, south.unit_id, everything=True)
    assert [(one.units, one.members) for one in assigning.divided(setting.tinh)] == [(0, 0)]


def test_what_followed_a_successor_stands_in_its_place(setting: Setting) -> None:
    land = setting.land
    north, south = split(setting, land.commune, "Xã Bắc", "Xã Nam")
    reform = setting.draft(setting.tinh)
    entering.merge(setting.tinh, reform.pk, [south, land.sibling], None, Wanted("Xã Mới"))
    future = TODAY + periods.ONE_DAY
    with pytest.MonkeyPatch.context() as clock:
        clock.setattr(periods, "today", lambda: future)
        entering.correct(setting.tinh, reform.pk, Header("Nhập xã", CITATION, future))
        take("propose", reform, setting.tinh)
        take("confirm", reform, setting.country)
        at = assigning.waiting(fresh(setting.tinh), land.commune.unit_id)
        assert at is not None
        merged = Placement.objects.get(name="Xã Mới")
        assert {one.unit_id for one in at.successors} == {north.unit_id, merged.unit_id}
        assert at.default == merged.unit_id


def test_the_pages(setting: Setting, client_of: ClientOf) -> None:
    one, two = split(setting, setting.one, "Ấp A", "Ấp B")
    xa = client_of(setting.xa)
    index = reverse("reforms:unassigned")
    page = reverse("reforms:assign", args=[setting.one.unit_id])
    assert page in xa.get(index).content.decode()
    shown = xa.get(page).content.decode()
    assert f'<option value="{two.unit_id}" selected>' in shown
    assert xa.post(page, {"to": one.unit_id}).status_code == 409
    chosen = {"to": one.unit_id, "members": [setting.members[1].unit_id]}
    assert xa.post(page, chosen).status_code == 302
    assert (one.unit_id, 2) in homes()
    assert client_of(setting.land.xa2).get(page).status_code == 404
    costs = []
    for address in (index, page):
        xa.get(address)
        with CaptureQueriesContext(connection) as queries:
            xa.get(address)
        costs.append(len(queries))
    assert costs == [9, 12]
