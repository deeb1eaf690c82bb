"""Who can see what: the answer is the scope's own."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from core import periods
from tests import factories
from tests.factories import Land
from tests.units.people_offices import Offices, offices
from units import queries, roles, scope, visibility
from units.models import Placement

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(land: Land) -> Offices:
    return offices(land)


def over(place: Placement) -> dict[str, Any]:
    return {"unit_id": place.unit_id, "path": place.path}


@pytest.mark.parametrize("capability", sorted(roles.BY_CAPABILITY))
def test_exactly_those_are_named_whose_scope_holds_the_capability(
    capability: str, world: Offices
) -> None:
    """For every unit and every person: named if, and only if, their own scope says so."""
    for place in Placement.objects.all():
        said = visibility.who_sees(world.country_admin, capability, **over(place))
        named = {name for seer in said for name in seer.people}
        managers = queries.managers_of([place], periods.today())[place.unit_id]
        hold = {
            person.full_name
            for person in User.objects.all()
            if scope.of(person).grant_for(capability, **over(place), managers=managers)
        }
        assert named == hold, f"{capability} {place}"


def test_the_nearest_come_first(world: Offices) -> None:
    said = visibility.who_sees(world.country_admin, "units.view", **over(world.hamlet))
    paths = [Placement.objects.get(name=one.unit_name).path.count("/") for one in said]
    assert paths == sorted(paths, reverse=True)


def test_people_are_named_to_who_may_know_them(world: Offices) -> None:
    land = world.land
    said = {
        one.role.code: (one.people, one.count)
        for one in visibility.who_sees(land.xa, "assessment.review", **over(land.commune))
    }
    assert said == {"emulation_officer": ((), 1)}
    own = visibility.who_sees(land.xa, "assessment.fill", **over(land.commune))
    assert [one.people for one in own] == [("Trần Thị Xã",)]


def test_each_act_is_explained_to_the_reader(world: Offices) -> None:
    land = world.land
    said = {
        one.label: (one.allowed, one.reason)
        for one in visibility.abilities(land.xa, **over(land.commune))
    }
    label = str(roles.BY_CAPABILITY["assessment.fill"].label)
    assert said[label] == (True, "với vai trò công chức Văn hóa – Xã hội cấp xã, Xã Đại An")
    label = str(roles.BY_CAPABILITY["people.manage"].label)
    assert said[label] == (
        False,
        "Không vai trò nào đang giữ có việc này; việc này thuộc: quản trị viên.",
    )
    elsewhere = {
        one.label: one.reason for one in visibility.abilities(land.xa, **over(land.sibling))
    }
    label = str(roles.BY_CAPABILITY["assessment.fill"].label)
    assert elsewhere[label] == "Vai trò đang giữ có việc này, nhưng không đối với đơn vị này."


def test_the_panel_is_a_part_for_htmx_and_a_page_without(world: Offices) -> None:
    client: Client = factories.signed_in(world.land.xa)
    url = f"/units/{world.land.commune.unit_id}/access/"
    assert f'hx-get="{url}"' in client.get(url.replace("access/", "")).content.decode()
    part = client.get(url, headers={"HX-Request": "true"}).content.decode()
    page = client.get(url).content.decode()
    assert ("<html" in part, "<html" in page) == (False, True)
    assert "Mai Văn Xã" in part
    assert client.get("/units/999999/access/").status_code == 404
