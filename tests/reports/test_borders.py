"""Everything that is summed over a territory is read in today's borders or in those of its time."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from campaign.models import Target
from core import journal, periods
from tests import campaign_factories as campaign
from tests import criteria_factories as make
from tests import factories
from tests import reform_factories as reforms
from tests import unit_factories as units
from tests.criteria_factories import Campaigning
from units.models import UnitKind

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User], Client]
TODAY = periods.today()
DAY = TODAY - datetime.timedelta(days=10)
BEFORE = TODAY - datetime.timedelta(days=20)
THEN = {"borders": "then"}


@pytest.fixture
def before(setting: Campaigning) -> Campaigning:
    """A round whose units are those of a day before every reform; the commune has sent."""
    make.sent(setting)
    with journal.act("test"):
        setting.round.figures_day = BEFORE
        setting.round.save()
    return setting


def listed(client: Client, **asked: Any) -> list[tuple[str, bool, bool]]:
    """The units of the list of self-assessments: in the scope of the person, not assigned."""
    page = client.get(reverse("assessments:index"), asked).context["page"]
    return [(row.name, row.in_scope, row.unassigned) for row in page]


def tiles(page: str, client: Client, of: str, **asked: Any) -> dict[str, int]:
    """The numbers of a page that link to the list of self-assessments."""
    found = client.get(page, asked).context[of]
    return {one.label: one.number for one in found if one.number}


# Self-assessments: the list, the progress of the round, the first page


def test_a_commune_counts_where_it_lies_today_or_where_it_lay(
    before: Campaigning, client_of: ClientOf
) -> None:
    land = before.land
    reforms.moved(land, DAY)
    here, there = client_of(land.tinh), client_of(land.far_tinh)
    own = ("Xã Hàm Giang", True, False)
    assert listed(here) == [own]
    assert sorted(listed(here, **THEN)) == [
        ("Xã Hàm Giang", True, False),
        ("Xã Đại An", True, False),
    ]
    assert sorted(listed(there)) == [("Xã Mỹ Thọ", True, False), ("Xã Đại An", False, False)]
    assert listed(there, **THEN) == [("Xã Mỹ Thọ", True, False)]


def test_what_only_counts_is_neither_opened_nor_carried_on(
    before: Campaigning, client_of: ClientOf
) -> None:
    land = before.land
    reforms.moved(land, DAY)
    there = client_of(land.far_tinh)
    page = there.get(reverse("assessments:index"))
    row = next(one for one in page.context["page"] if one.name == "Xã Đại An")
    assert (row.state, row.result, row.unmet, row.has_steps) == ("sent", "", (), False)
    assert reverse("assessments:review", args=[row.pk]) not in page.text
    assert there.get(reverse("assessments:detail", args=[row.pk])).status_code == 404
    many = {"step": "receive", "all": "1"}
    rows = there.get(reverse("assessments:many"), many).context["staying"]
    assert [one.target.label for one in rows] == ["Xã Mỹ Thọ"]


def test_the_parts_and_the_line_not_assigned_are_the_whole(
    before: Campaigning, client_of: ClientOf
) -> None:
    land = before.land
    north, _south = reforms.divided(land, DAY)
    tinh = client_of(land.tinh)
    assert sorted(listed(tinh)) == [("Xã Hàm Giang", True, False), ("Xã Đại An", True, True)]
    assert listed(tinh, unassigned="on") == [("Xã Đại An", True, True)]
    observer = factories.user("xembac")
    factories.appoint(observer, "observer", north)
    assert listed(client_of(observer)) == []
    assert "1 đơn vị chưa phân bổ" in tinh.get(reverse("assessments:index")).text
    assert sorted(listed(tinh, **THEN)) == [
        ("Xã Hàm Giang", True, False),
        ("Xã Đại An", True, False),
    ]


def test_the_progress_of_a_round_and_the_first_page_have_the_same_switch(
    before: Campaigning, client_of: ClientOf
) -> None:
    reforms.divided(before.land, DAY)
    tinh = client_of(before.land.tinh)
    for page, of in (
        (reverse("rounds:detail", args=[before.round.pk]), "progress"),
        (reverse("home"), "tiles"),
    ):
        now = tiles(page, tinh, of)
        assert now == {"đã gửi": 1, "chưa bắt đầu": 1, "chưa phân bổ": 1}
        assert tiles(page, tinh, of, **THEN) == {"đã gửi": 1, "chưa bắt đầu": 1}
        one = next(one for one in tinh.get(page).context[of] if one.label == "chưa phân bổ")
        assert [row.name for row in tinh.get(one.url).context["page"]] == ["Xã Đại An"]


@pytest.mark.parametrize("name", ["assessments:index", "home", "targets:index"])
def test_nothing_is_to_choose_where_no_reform_lies_between(
    before: Campaigning, client_of: ClientOf, name: str
) -> None:
    tinh = client_of(before.land.tinh)
    asked = {"day": f"{BEFORE:%d/%m/%Y}"} if name == "targets:index" else {}
    assert list(tinh.get(reverse(name), asked).context["borders"]) == []
    reforms.divided(before.land, DAY)
    assert len(tinh.get(reverse(name), asked).context["borders"]) == 2
    far = client_of(before.land.far_tinh).get(reverse(name), asked)
    assert list(far.context["borders"]) == []


@pytest.mark.parametrize("number", [1, 3])
def test_the_switch_costs_a_fixed_number_of_queries(
    before: Campaigning,
    client_of: ClientOf,
    django_assert_num_queries: DjangoAssertNumQueries,
    number: int,
) -> None:
    for one in range(number):
        factories.place(UnitKind.COMMUNE, f"Xã {one}", before.land.province)
    reforms.divided(before.land, DAY)
    tinh = client_of(before.land.tinh)
    tinh.get(reverse("assessments:index"))
    with django_assert_num_queries(12):  # with those of the transaction
        tinh.get(reverse("assessments:index"))


# Targets


@pytest.fixture
def target(before: Campaigning) -> Target:
    """Each commune has stated how many of its households learn."""
    land = before.land
    households = units.kind()
    learning = units.kind("ho-gia-dinh-hoc-tap", name="Số hộ đạt “Gia đình học tập”")
    for person, place, among in ((land.xa, land.commune, 200), (land.xa2, land.sibling, 100)):
        units.figure(person, place, households, among, BEFORE)
        units.figure(person, place, learning, 50, BEFORE)
    plan = campaign.document(territory=land.province.unit)
    return campaign.target(plan, before.source, counted_kind=learning, among_kind=households)


def together(client: Client, target: Target, **asked: str) -> tuple[int | None, int | None, int]:
    """So many of so many in the territory, and how many communes of them are not assigned."""
    page = client.get(reverse("targets:detail", args=[target.pk]), asked).context
    return page["together"].standing.counted, page["together"].standing.among, page["unassigned"]


def test_a_target_of_a_day_is_summed_in_either_borders(
    before: Campaigning, target: Target, client_of: ClientOf
) -> None:
    land, day = before.land, f"{BEFORE:%d/%m/%Y}"
    tinh = client_of(land.tinh)
    assert together(tinh, target) == (100, 300, 0)
    reforms.divided(land, DAY)
    assert together(tinh, target) == (50, 100, 0)  # of two communes of today nobody stated any
    assert together(tinh, target, day=day) == (100, 300, 1)
    assert together(tinh, target, day=day, **THEN) == (100, 300, 0)
    page = tinh.get(reverse("targets:detail", args=[target.pk]), {"day": day}).text
    assert "chưa phân bổ: 1" in page
    assert reverse("targets:unit", args=[target.pk, land.commune.unit_id]) not in page
    index = tinh.get(reverse("targets:index"), {"day": day, **THEN})
    assert f"/targets/{target.pk}/?borders=then&amp;day=" in index.text


def test_a_commune_that_came_brings_its_figures(
    before: Campaigning, target: Target, client_of: ClientOf
) -> None:
    """The target of the territory in which it lay speaks of it still (decision 5)."""
    land, day = before.land, f"{BEFORE:%d/%m/%Y}"
    reforms.moved(land, DAY)
    there = client_of(land.far_tinh)
    assert together(there, target, day=day) == (50, 200, 0)
    page = reverse("targets:detail", args=[target.pk])
    assert there.get(page, {"day": day, **THEN}).status_code == 404
    assert together(client_of(land.tinh), target, day=day) == (50, 100, 0)


# Units


def counted(client: Client, page: str, **asked: str) -> tuple[dict[str, int], int]:
    """How many units of each kind are counted, and how many are not assigned."""
    found = client.get(page, asked).context["counted"]
    return {kind.value: number for kind, number in found.numbers}, found.waiting


def test_the_units_of_a_day_are_counted_in_either_borders(
    before: Campaigning, client_of: ClientOf
) -> None:
    land, day = before.land, f"{BEFORE:%d/%m/%Y}"
    reforms.divided(land, DAY)
    reforms.moved(land, DAY, land.sibling)
    tinh, key = client_of(land.tinh), land.province.unit_id
    page = reverse("units:detail", args=[key])
    for of, asked in ((page, {}), (reverse("units:index"), {"under": str(key)})):
        then = {"commune": 2, "agency": 2}
        assert counted(tinh, of, day=day, **asked) == (then, 0)
        now = counted(tinh, of, day=day, borders="now", **asked)
        assert now == ({"commune": 1, "agency": 2}, 1)
    assert counted(tinh, page) == ({"commune": 2, "agency": 2}, 0)
    other = reverse("units:detail", args=[land.other_province.unit_id])
    assert counted(tinh, other, day=day, borders="now") == ({"commune": 2, "agency": 1}, 0)
