"""Households, clans and citizens move: a new stay from its day on, and the one before as it was."""

import datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core import periods
from core.models import JournalEntry
from core.workflow import Refused
from tests import factories
from tests import unit_factories as make
from tests.browser import PageAs, assert_accessible
from tests.factories import Land
from tests.races import losers, race, winners
from tests.unit_factories import Village
from units import members, moving, personal
from units.entries import EntryError
from units.models import Member, Placement, UnitKind
from units.moving import Move

pytestmark = pytest.mark.django_db

HOUSEHOLD, CITIZEN, CLAN = UnitKind.HOUSEHOLD, UnitKind.CITIZEN, UnitKind.CLAN
SINCE, DAY = datetime.date(2026, 1, 1), datetime.date(2026, 9, 1)
WHY = "Chuyển nơi ở theo đơn ngày 25/8/2026"


@pytest.fixture
def village(land: Land) -> Village:
    return make.village(land)


@pytest.fixture
def other(village: Village) -> Placement:
    """Another hamlet of the commune, with a household of its own."""
    hamlet = make.found(village.xa, village.land.commune, UnitKind.HAMLET, "Ấp Giồng Đình")
    make.member(village.xa, hamlet, HOUSEHOLD, "Kim Thị Lan", first_day=SINCE)
    return hamlet


def entered(
    village: Village, kind: str = HOUSEHOLD, name: str = "Thạch Sa Ron", **entry: Any
) -> Member:
    return make.member(village.xa, village.hamlet, kind, name, first_day=SINCE, **entry)


def moved(
    village: Village, member: Member, to: Placement, day: datetime.date = DAY, **more: Any
) -> Member:
    return moving.move(village.xa, village.hamlet, member.unit_id, Move(to, day, **more), WHY)


def stays(member: Member) -> list[tuple[int, int, str, str]]:
    """Home, number, first and last day of each state, the first first."""
    found = Member.objects.filter(unit=member.unit_id).order_by("period")
    return [
        (one.home_id, one.number, str(one.period.lower), str(periods.last_day(one.period)))
        for one in found
    ]


def test_a_household_belongs_elsewhere_from_its_day_on(village: Village, other: Placement) -> None:
    household = entered(village, people=4)
    moved(village, household, other)
    here, there = village.hamlet.unit_id, other.unit_id
    assert stays(household) == [
        (here, 1, "2026-01-01", "2026-08-31"),
        (there, 2, "2026-09-01", "None"),
    ]
    assert Member.objects.get(home=there, number=2).people == 4
    for day, home in ((DAY - periods.ONE_DAY, here), (DAY, there)):
        assert Member.objects.on(day).get(unit=household.unit_id).home_id == home
    entry = JournalEntry.objects.filter(act="member.move", op="insert").get()
    assert (entry.actor_id, entry.reason) == (village.xa.pk, WHY)
    assert household.unit.personal.name == "Thạch Sa Ron"


def test_its_citizens_come_along_and_nobody_else(village: Village, other: Placement) -> None:
    household, neighbours = entered(village), entered(village, name="Sơn Văn Út")
    child = entered(village, CITIZEN, "Thạch Thị Em", household=household.number)
    friend = entered(village, CITIZEN, "Sơn Thị Hai", household=neighbours.number)
    moved(village, household, other)
    assert [home for home, *_rest in stays(child)] == [village.hamlet.unit_id, other.unit_id]
    assert [home for home, *_rest in stays(friend)] == [village.hamlet.unit_id]
    assert (
        Member.objects.get(unit=child.unit_id, home=other.unit_id).household_id == household.unit_id
    )


def test_a_citizen_changes_the_household_and_keeps_the_number(village: Village) -> None:
    first, second = entered(village), entered(village, name="Sơn Văn Út")
    citizen = entered(village, CITIZEN, "Thạch Thị Em", household=first.number)
    moved(village, citizen, village.hamlet, household=second.number)
    states = Member.objects.filter(unit=citizen.unit_id).order_by("period")
    assert [(one.number, one.household_id) for one in states] == [
        (1, first.unit_id),
        (1, second.unit_id),
    ]


def test_a_move_is_taken_back_with_who_came_along(village: Village, other: Placement) -> None:
    household = entered(village)
    child = entered(village, CITIZEN, "Thạch Thị Em", household=household.number)
    before = [stays(household), stays(child)]
    moved(village, household, other)
    moving.take_back(village.xa, other, household.unit_id, "Ghi nhầm hộ")
    assert [stays(household), stays(child)] == before
    assert JournalEntry.objects.filter(act="member.move_back", reason="Ghi nhầm hộ").exists()
    with pytest.raises(Refused, match="Không có việc chuyển đến"):
        moving.take_back(village.xa, village.hamlet, household.unit_id, "Lần nữa")


@pytest.mark.parametrize(
    ("day", "household", "field"),
    [
        (SINCE, None, "day"),
        (SINCE - periods.ONE_DAY, None, "day"),
        (periods.today() + periods.ONE_DAY, None, "day"),
        (DAY, 9, "household"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(
    village: Village, other: Placement, day: datetime.date, household: int | None, field: str
) -> None:
    citizen = entered(village, CITIZEN, "Thạch Thị Em")
    before = stays(citizen)
    with pytest.raises(EntryError) as refused:
        moved(village, citizen, other, day, household=household)
    assert list(refused.value.errors) == [field]
    assert stays(citizen) == before


def test_nothing_changes_by_a_move_to_where_one_is(village: Village) -> None:
    citizen = entered(village, CITIZEN, "Thạch Thị Em")
    with pytest.raises(EntryError) as refused:
        moved(village, citizen, village.hamlet)
    assert list(refused.value.errors) == ["home"]


def test_a_home_that_was_founded_later_is_refused(village: Village) -> None:
    late = make.found(
        village.xa, village.land.commune, UnitKind.HAMLET, "Ấp Mới", first_day=periods.today()
    )
    with pytest.raises(EntryError) as refused:
        moved(village, entered(village), late)
    assert list(refused.value.errors) == ["day"]


def test_homes_are_those_of_the_commune_whose_lists_one_keeps(
    village: Village, other: Placement
) -> None:
    land, hamlet = village.land, village.hamlet
    make.found(land.xa2, land.sibling, UnitKind.HAMLET, "Ấp Xã Khác")

    def offered(person: Any, kind: str) -> list[str]:
        return [one.name for one in moving.homes_for(person, hamlet, kind)]

    assert offered(village.xa, HOUSEHOLD) == offered(village.xa, CLAN) == ["Ấp Giồng Đình"]
    assert offered(village.xa, CITIZEN) == ["Ấp Cây Da", "Ấp Giồng Đình", "Trạm Y tế xã Đại An"]
    assert offered(village.thon, HOUSEHOLD) == []
    assert offered(village.thon, CITIZEN) == ["Ấp Cây Da"]
    assert offered(land.tinh, HOUSEHOLD) == []
    household = entered(village)
    with pytest.raises(Refused):
        moving.move(village.thon, hamlet, household.unit_id, Move(other, DAY), WHY)
    far = Placement.objects.get(name="Ấp Xã Khác")
    with pytest.raises(Refused):
        moved(village, household, far)
    assert len(stays(household)) == 1


def test_what_stood_until_a_move_is_not_changed_any_more(
    village: Village, other: Placement, client_of: Any
) -> None:
    household = entered(village)
    moved(village, household, other)
    personal.open_names(village.xa, village.hamlet, make.REASON)
    client, url = client_of(village.xa), f"/units/{village.hamlet.unit_id}/members/household/"
    page = client.get(f"{url}?ended=on").text
    assert "Đã chuyển đi" in page
    assert f'{url}{household.unit_id}/move/">Nơi chuyển đến</a>' in page
    version = members.Unit.objects.get(pk=household.unit_id).version
    row = {"row": str(household.unit_id), "version": str(version), "name": "Thạch Khác"}
    assert client.post(url, row).status_code == 403
    assert client.post(f"{url}{household.unit_id}/remove/", follow=True).status_code == 200
    assert len(stays(household)) == 2
    personal.open_names(village.xa, other, make.REASON)
    url = f"/units/{other.unit_id}/members/household/"
    row |= {"name": "Thạch Sa Ron", "first_day": "01/02/2026"}
    refused = client.post(url, row)
    assert "Đây là ngày chuyển đến" in refused.text


def test_a_citizen_who_changed_the_household_stands_in_the_list_once(
    village: Village, client_of: Any
) -> None:
    first, second = entered(village), entered(village, name="Sơn Văn Út")
    citizen = entered(village, CITIZEN, "Thạch Thị Em", household=first.number)
    moved(village, citizen, village.hamlet, household=second.number)
    personal.open_names(village.xa, village.hamlet, make.REASON)
    url = f"/units/{village.hamlet.unit_id}/members/citizen/?ended=on"
    (line,) = client_of(village.xa).get(url).context["grid"].lines
    assert (line.values["household"], line.locked) == ("2", "")


# The page


def address(village: Village, member: Member, home: Placement | None = None) -> str:
    home = home or village.hamlet
    return f"/units/{home.unit_id}/members/{member.kind}/{member.unit_id}/move/"


def test_the_page_moves_and_tells_every_stay(
    village: Village, other: Placement, client_of: Any
) -> None:
    household, client = entered(village), client_of(village.xa)
    entered(village, CITIZEN, "Thạch Thị Em", household=household.number)
    page = client.get(address(village, household)).text
    assert "1 công dân của hộ chuyển theo." in page
    assert "Phòng Văn hóa – Xã hội của xã nơi đến" in page
    assert "Thạch" not in page  # names are opened in the lists
    said = {"home": str(other.unit_id), "day": "01/09/2026", "reason": WHY}
    answer = client.post(address(village, household), said)
    assert (answer.status_code, answer["Location"]) == (302, address(village, household, other))
    told = client.get(answer["Location"]).context["stays"]
    assert [(one.home, one.number, one.actor, one.reason) for one in told] == [
        ("Ấp Giồng Đình", 2, "Trần Thị Xã", WHY),
        ("Ấp Cây Da", 1, "Trần Thị Xã", make.REASON),
    ]
    former = client.get(address(village, household)).text
    assert 'name="home"' not in former  # it has moved away: read only
    assert "Ấp Giồng Đình" in former
    client.post(address(village, household, other), {"undo": "", "reason": ""})
    assert len(stays(household)) == 2
    client.post(address(village, household, other), {"undo": "", "reason": "Ghi nhầm"})
    assert len(stays(household)) == 1


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"home": "9" * 30, "day": "01/09/2026", "reason": WHY},
        {"home": "\0", "day": "32/13/2026", "reason": "\0", "household": "9" * 30},
        {"undo": "", "reason": "a\0b"},
    ],
)
def test_junk_is_refused(
    village: Village, other: Placement, client_of: Any, said: dict[str, str]
) -> None:
    citizen = entered(village, CITIZEN, "Thạch Thị Em")
    answer = client_of(village.xa).post(address(village, citizen), said)
    assert answer.status_code in (302, 422)
    assert len(stays(citizen)) == 1


def test_who_does_not_keep_the_list_has_no_page(
    village: Village, other: Placement, client_of: Any
) -> None:
    land, household = village.land, entered(village)
    statuses = {
        name: client_of(person).get(address(village, household)).status_code
        for name, person in {
            "thon": village.thon,
            "lanhdaoxa": land.lanhdaoxa,
            "coquan": village.coquan,
            "xa2": land.xa2,
            "tinh": land.tinh,
        }.items()
    }
    assert statuses == {"thon": 200, "lanhdaoxa": 403, "coquan": 404, "xa2": 404, "tinh": 403}
    page = client_of(village.thon).get(address(village, household)).text
    assert "Đề nghị công chức phụ trách của Xã Đại An thực hiện." in page
    wrong = Member(unit_id=household.unit_id, kind=CITIZEN)
    assert client_of(village.xa).get(address(village, wrong)).status_code == 404
    assert client_of(village.xa).get(address(village, household, other)).status_code == 404


def test_the_page_asks_the_same_for_one_stay_and_for_three(
    village: Village, other: Placement, client_of: Any
) -> None:
    household, counted = entered(village), []
    homes = [village.hamlet, other]
    for number in (0, 2):
        for step in range(number):
            day = DAY + datetime.timedelta(days=step)
            to = Move(homes[1 - step], day)
            moving.move(village.xa, homes[step], household.unit_id, to, WHY)
        client = client_of(factories.User.objects.get(pk=village.xa.pk))
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address(village, household)).status_code == 200
        counted.append(sum("SAVEPOINT" not in one["sql"] for one in queries))
    assert counted == [12, 12]


@pytest.mark.django_db(transaction=True)
def test_of_two_moves_at_once_one_happens(village: Village, other: Placement) -> None:
    household = entered(village)
    third = make.found(village.xa, village.land.commune, UnitKind.HAMLET, "Ấp Thứ Ba")
    outcomes = race(
        lambda: moved(village, household, other), lambda: moved(village, household, third)
    )
    assert (len(winners(outcomes)), losers(outcomes)) == (1, [Refused])
    assert len(stays(household)) == 2


@pytest.mark.django_db(transaction=True)
def test_from_the_row_to_the_new_home_and_back(
    village: Village, other: Placement, page_as: PageAs
) -> None:
    household = entered(village, CLAN, "Họ Thạch")
    page = page_as(village.xa)
    page.goto(f"/units/{village.hamlet.unit_id}/members/clan/")
    page.get_by_role("link", name="Chuyển", exact=True).click()
    assert_accessible(page)
    page.get_by_label("Nơi đến").select_option(label="Ấp Giồng Đình")
    page.get_by_label("Từ ngày").fill("01/09/2026")
    page.get_by_label("Lý do").fill(WHY)
    page.get_by_role("button", name="Chuyển", exact=True).click()
    page.get_by_text("Đã chuyển đến Ấp Giồng Đình.").wait_for()
    assert_accessible(page)
    page.get_by_text("Hủy việc chuyển gần nhất…").click()
    page.get_by_label("Lý do").first.fill("Ghi nhầm")
    page.get_by_role("button", name="Hủy việc chuyển gần nhất").click()
    page.get_by_text("Đã hủy việc chuyển.").wait_for()
    assert len(stays(household)) == 1
