"""The pages of targets: what they say, and what they cost."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from campaign.models import Target, TargetAllotment
from tests import campaign_factories as campaign
from tests import factories
from tests import unit_factories as units
from tests.core.papers import pages, text
from tests.criteria_factories import Campaigning
from units.models import UnitKind

pytestmark = pytest.mark.django_db

ClientOf = Callable[[Any], Client]


@pytest.fixture
def target(setting: Campaigning) -> Target:
    """Four of five in 2030; one commune has 52.846 of 91.357, the other says nothing."""
    land, households = setting.land, units.kind()
    learning = units.kind("ho-gia-dinh-hoc-tap", name="Số hộ đạt “Gia đình học tập”")
    units.figure(land.xa, land.commune, households, 91357)
    units.figure(land.xa, land.commune, learning, 52846)
    plan = campaign.document(territory=land.province.unit)
    return campaign.target(plan, setting.source, counted_kind=learning, among_kind=households)


def page_of(client: Client, address: str) -> str:
    """The words of a page."""
    return " ".join(client.get(address).content.decode().split())


def test_the_distance_is_told_in_points_and_in_how_many(
    setting: Campaigning, target: Target, client_of: ClientOf
) -> None:
    client = client_of(setting.land.tinh)
    for page in (page_of(client, "/targets/"), page_of(client, f"/targets/{target.pk}/")):
        assert "52.846 trên 91.357" in page
        assert "57,8%" in page
        assert "22,2 điểm phần trăm" in page
        assert "20.240" in page
        assert 'aria-label="Đã đạt 57,8%, chỉ tiêu 80%"' in page
    assert "Chưa khai:" in page
    assert "Số hộ gia đình" in page


def test_a_commune_reads_of_itself_alone(
    setting: Campaigning, target: Target, client_of: ClientOf
) -> None:
    page = page_of(client_of(setting.land.xa2), f"/targets/{target.pk}/")
    assert "Xã Hàm Giang" in page
    assert "Xã Đại An" not in page
    assert "52.846" not in page


def test_a_share_is_allotted_told_and_undone(
    setting: Campaigning, target: Target, client_of: ClientOf
) -> None:
    land = setting.land
    address = f"/targets/{target.pk}/units/{land.commune.unit_id}/"
    client = client_of(land.tinh)
    form = {"share": "72,5", "reason": "Xã đặc biệt khó khăn", "seen": "0"}
    assert client.post(address, {**form, "share": "1.5"}).status_code == 422
    assert client.post(address, {**form, "share": "101"}).status_code == 422
    assert client.post(address, form).status_code == 302
    own = page_of(client_of(land.xa), address)
    assert "72,5%" in own
    assert "Xã đặc biệt khó khăn" in own
    assert 'name="share"' not in own
    assert "(66.234)" in page_of(client, f"/targets/{target.pk}/")  # the sum allotted
    assert client.post(address, form).status_code == 422  # of what stood before
    line = TargetAllotment.objects.get()
    assert client.post(f"{address}undo/", {"seen": str(line.pk)}).status_code == 302
    assert "80% <span" in page_of(client, address)


def test_where_no_plan_sets_a_target_the_page_says_so(
    setting: Campaigning, target: Target, client_of: ClientOf
) -> None:
    client = client_of(setting.land.far_tinh)
    page = page_of(client, "/targets/")
    assert "Chưa có kế hoạch nào giao chỉ tiêu cho địa bàn của ông/bà" in page
    assert client.get(f"/targets/{target.pk}/").status_code == 404


@pytest.mark.parametrize("person", ["xa", "tinh"])
@pytest.mark.parametrize(("page", "queries"), [("/targets/", 11), ("/targets/{}/", 11)])
def test_more_communes_and_targets_cost_no_more(
    person: str,
    page: str,
    queries: int,
    setting: Campaigning,
    target: Target,
    client_of: ClientOf,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    land = setting.land
    client = client_of(getattr(land, person))
    address = page.format(target.pk)
    client.get(address)
    with django_assert_num_queries(queries):
        client.get(address)
    for number in (3, 4):
        factories.place(UnitKind.COMMUNE, f"Xã thứ {number}", land.province)
        campaign.target(target.document, setting.source, code=f"chi-tieu-{number}")
    with django_assert_num_queries(queries):
        client.get(address)


def test_a_grid_allots_to_many_with_the_sum_beside_the_target(
    setting: Campaigning, target: Target, client_of: ClientOf
) -> None:
    land = setting.land
    client, address = client_of(land.tinh), f"/targets/{target.pk}/allot/"
    page = page_of(client, address)
    one, other = (f"unit-{place.unit_id}" for place in (land.commune, land.sibling))
    assert f'name="{one}-share" value="80"' in page
    typed = {f"{one}-share": "60", f"{one}-seen": "0", f"{other}-share": "80", f"{other}-seen": "0"}
    summed = client.post(address, {**typed, "sum": "1"})
    assert summed.status_code == 200
    assert summed.context["allotted"].needed == 54815  # 60 % of 91.357
    assert not TargetAllotment.objects.exists()
    refused = client.post(address, typed)
    assert refused.status_code == 422
    assert [list(row.errors) for row, _standing in refused.context["rows"]] == [["reason"], []]
    junk = client.post(address, {**typed, f"{one}-share": "1.5"})
    assert junk.status_code == 422
    done = client.post(address, {**typed, "reason": "Xã khó khăn"})
    assert done.status_code == 302
    assert [(line.unit_id, line.reason) for line in TargetAllotment.objects.all()] == [
        (land.commune.unit_id, "Xã khó khăn")
    ]
    assert client_of(land.xa).get(address).status_code == 403


def test_the_paper_has_the_table_and_the_picture(
    setting: Campaigning, target: Target, client_of: ClientOf
) -> None:
    answer = client_of(setting.land.tinh).get(f"/targets/{target.pk}/paper/")
    assert answer["Content-Type"] == "application/pdf"
    said = " ".join(" ".join(text(one) for one in pages(answer.content)).split())
    for words in ("57,8%", "52.846/91.357", "20.240", "22,2 điểm phần trăm", "1/2", "Xã Hàm Giang"):
        assert words in said
