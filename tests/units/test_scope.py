"""Scope: what an appointment opens, and that without one nothing is."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import Land
from units import scope
from units.models import Placement

pytestmark = pytest.mark.django_db


def names(user: object, capability: str) -> list[str]:
    """Names of the units over which `user` holds `capability`."""
    found = Placement.objects.with_capability(user, capability).order_by("name")
    return list(found.values_list("name", flat=True))


def test_an_own_reach_is_the_unit_alone(land: Land) -> None:
    assert names(land.xa, "assessment.fill") == ["Xã Đại An"]


def test_an_office_reaches_the_territory_of_its_managing_body(land: Land) -> None:
    assert names(land.tinh, "assessment.review") == [
        "Sở Giáo dục và Đào tạo tỉnh Vĩnh Long",
        "Sở Nội vụ tỉnh Vĩnh Long",
        "Tỉnh Vĩnh Long",
        "Xã Đại An",
        "Xã Hàm Giang",
    ]


def test_a_capability_that_the_role_lacks_opens_nothing(land: Land) -> None:
    assert names(land.xem, "assessment.review") == []


@pytest.mark.parametrize("person", ["stranger", "expired_deputy"])
def test_without_a_running_appointment_nothing_is_open(land: Land, person: str) -> None:
    user = getattr(land, person)
    assert names(user, "units.view") == []
    assert scope.of(user) == scope.EMPTY


def test_nobody_has_no_scope() -> None:
    assert scope.of(None) == scope.EMPTY


def test_every_page_asks_once_for_the_unit_and_its_managing_body(land: Land) -> None:
    with CaptureQueriesContext(connection) as asked:
        scope.of(land.tinh)
    assert len(asked) == 1
    assert asked.captured_queries[0]["sql"].count("units_placement") == 2
