"""One search: what everybody finds, what only those find who may, and what is left behind."""

import datetime
import unicodedata
from typing import Any
from urllib.parse import unquote

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.html import strip_tags

from accounts.models import User
from core import journal, periods, veiled
from core.models import JournalEntry
from reports import searching
from reports.search import address
from tests import factories
from tests import unit_factories as make
from tests.conftest import owner
from tests.factories import Land
from tests.unit_factories import REASON, Village
from units import finding, personal, queries
from units.models import Member, PersonalLookup, PersonalReading, Placement, Unit, UnitKind

pytestmark = pytest.mark.django_db

NUMBER = "084196001234"
CONTROL = ("SAVEPOINT", "RELEASE", "SET TRANSACTION", 'UPDATE "accounts_session"')


@pytest.fixture
def village(land: Land) -> Village:
    found = make.village(land)
    make.member(land.xa, found.hamlet, UnitKind.HOUSEHOLD, "Thạch Thị Hoà")
    make.member(land.xa, found.hamlet, UnitKind.CITIZEN, "Sơn Văn Hòa", identity=NUMBER)
    make.member(land.xa, found.hamlet, UnitKind.CLAN, "Họ Thạch ấp Cây Da")
    return found


def hits(user: User, words: str) -> dict[str, list[str]]:
    """What `user` finds, by the kind of thing."""
    return {
        group.kind.code: [hit.title for hit in group.hits]
        for group in searching.found(User.objects.get(pk=user.pk), words)
    }


def notes(user: User, words: str) -> list[str]:
    return [hit.note for group in searching.found(user, words) for hit in group.hits]


# Units


@pytest.mark.parametrize("words", ["Đại An", "dai an", "ĐẠI   AN", "ại A", "29491", "2949"])
def test_a_unit_is_found_by_any_part_of_its_name_and_by_its_code(land: Land, words: str) -> None:
    assert hits(land.far_tinh, words) == {"units": ["Xã Đại An"]}


@pytest.mark.parametrize("words", ["Hoà Tú", "Hòa Tú", "hoa tu"])
def test_where_a_tone_stands_makes_no_difference(land: Land, words: str) -> None:
    for name in ("Xã Hòa Tú", "Xã Hoà Tú"):
        factories.place(UnitKind.COMMUNE, name, land.province)
    expected = {"Xã Hòa Tú", "Xã Hoà Tú"}
    assert set(hits(land.xa, words)["units"]) == expected
    assert set(hits(land.xa, unicodedata.normalize("NFD", words))["units"]) == expected


def test_a_former_name_and_code_say_so(land: Land) -> None:
    with journal.act("test"):
        before = Placement.objects.get(pk=land.commune.pk)
        Placement.objects.filter(pk=before.pk).update(
            period=periods.between(datetime.date(2025, 7, 1), None)
        )
        before.pk, before.name, before.code = None, "Xã Trà Cú Cũ", "29900"
        before.period = periods.between(None, datetime.date(2025, 6, 30))
        before.save()
    for words in ("tra cu cu", "29900"):
        assert hits(land.xa, words) == {"units": ["Xã Trà Cú Cũ"]}
        assert notes(land.xa, words) == [
            "29900 · Tỉnh Vĩnh Long · tên gọi đến hết 30/06/2025; nay là Xã Đại An"
        ]


def test_a_unit_that_has_ended_says_so(land: Land) -> None:
    with journal.act("test"):
        Placement.objects.filter(pk=land.sibling.pk).update(
            period=periods.between(None, datetime.date(2026, 6, 30))
        )
    assert notes(land.xa, "29461") == [
        "29461 · Tỉnh Vĩnh Long · đã kết thúc hoạt động, ngày cuối 30/06/2026"
    ]


def test_one_of_each_unit_is_shown(land: Land) -> None:
    with journal.act("test"):
        state = Placement.objects.get(pk=land.commune.pk)
        Placement.objects.filter(pk=state.pk).update(
            period=periods.between(datetime.date(2025, 7, 1), None)
        )
        state.pk, state.period = None, periods.between(None, datetime.date(2025, 6, 30))
        state.save()
    assert hits(land.xa, "dai an") == {"units": ["Xã Đại An"]}


def test_of_very_many_a_thousand_are_ranked_and_more_letters_asked_for(
    land: Land, client_of: Any
) -> None:
    with journal.act("test"):
        units = Unit.objects.bulk_create(Unit(kind=UnitKind.HAMLET) for _row in range(1100))
        Placement.objects.bulk_create(
            Placement(
                unit=unit,
                kind=UnitKind.HAMLET,
                name=f"Ấp Giồng Lớn {unit.pk}",
                located_in_id=land.commune.unit_id,
                path=f"{land.commune.path}{unit.pk}/",
                period=land.commune.period,
            )
            for unit in units
        )
    factories.place(UnitKind.COMMUNE, "Xã Giồng", land.province)
    assert queries.search("giong", None).count() == queries.MOST_RANKED + 1
    client = client_of(land.xa)
    assert hits(land.xa, "giong")["units"][0] == "Xã Giồng"
    page = client.get(address("giong") + "&in=units").text
    assert "Hơn 1.000 kết quả: hãy thêm chữ" in page
    assert "Hơn 1.000 kết quả" not in client.get(address("dai an") + "&in=units").text


@pytest.mark.parametrize("words", ["", "an", "ấ", "  -/ "])
def test_fewer_than_three_letters_are_not_searched(land: Land, client_of: Any, words: str) -> None:
    with CaptureQueriesContext(connection) as asked:
        page = client_of(land.xa).get(address(words))
    assert page.status_code == 200
    assert not any("name_key" in one["sql"] for one in asked.captured_queries)


# People


def test_a_closed_name_is_found_by_nobody(village: Village) -> None:
    for person in (village.xa, village.thon, village.land.tinh, village.land.xa2):
        assert "members" not in hits(person, "son van hoa")
    assert hits(village.xa, "họ thạch")["members"] == ["Họ Thạch ấp Cây Da"]


def test_an_open_name_is_found_by_who_opened_it_alone(village: Village) -> None:
    assert finding.open_all(village.xa, REASON) == 1
    assert hits(village.xa, "hoa")["members"] == ["Sơn Văn Hòa", "Thạch Thị Hoà"]
    assert notes(village.xa, "son van") == ["Công dân số 1, Ấp Cây Da"]
    for person in (village.thon, village.land.tinh, village.land.xa2, village.land.lanhdaoxa):
        assert "members" not in hits(person, "son van hoa")


def test_after_the_hour_it_is_found_no_more(village: Village) -> None:
    finding.open_all(village.xa, REASON)
    with owner(), journal.act("test"):
        PersonalReading.objects.update(opened_at=timezone.now() - datetime.timedelta(minutes=61))
    assert "members" not in hits(village.xa, "son van hoa")


def test_a_name_is_not_found_any_more_where_the_right_has_ended(village: Village) -> None:
    finding.open_all(village.xa, REASON)
    factories.moved(village.xa, "commune_officer", village.land.sibling)
    assert "members" not in hits(village.xa, "son van hoa")


def test_who_has_left_is_not_found(village: Village) -> None:
    finding.open_all(village.xa, REASON)
    yesterday = periods.today() - periods.ONE_DAY
    with journal.act("test"):
        Member.objects.filter(kind=UnitKind.CITIZEN).update(period=periods.between(None, yesterday))
    assert "members" not in hits(village.xa, "son van hoa")


def test_opening_says_why_and_stands_in_the_journal(village: Village, client_of: Any) -> None:
    client = client_of(village.xa)
    url = "/search/open/?" + address("hoa").partition("?")[2]
    assert "Chưa tìm theo họ tên ở 1" in client.get(address("hoa")).text
    assert client.post(url, {"reason": " "}).status_code == 422
    assert not PersonalReading.objects.exists()
    answer = client.post(url, {"reason": "Rà soát hộ nghèo"})
    assert answer.status_code == 302
    assert "Sơn Văn Hòa" in client.get(answer["Location"]).text
    entry = JournalEntry.objects.get(subject="units_personalreading")
    assert (entry.act, entry.reason) == ("personal.read", "Rà soát hộ nghèo")
    assert PersonalReading.objects.get().home_id == village.hamlet.unit_id


@pytest.mark.parametrize("reason", [f"xem {NUMBER}", "xem 084 196 001 234", "xem 123456789."])
def test_a_reason_holds_no_identity_number(village: Village, client_of: Any, reason: str) -> None:
    client = client_of(village.xa)
    page = client.post("/search/open/?" + address("hoa").partition("?")[2], {"reason": reason})
    assert "Không ghi số định danh" in page.text
    assert not PersonalReading.objects.exists()


# What is typed leaves no trace


def test_what_is_typed_stands_in_no_address_and_nowhere_in_the_database(
    village: Village, client_of: Any, caplog: pytest.LogCaptureFixture
) -> None:
    client = client_of(village.xa)
    finding.open_all(village.xa, REASON)
    before = JournalEntry.objects.count()
    with caplog.at_level("DEBUG"):
        answer = client.post("/search/", {"words": "Sơn Văn Hòa"})
        where = unquote(answer["Location"])
        page = client.get(where)
    assert "Sơn Văn Hòa" in page.text
    assert "no-store" in page["Cache-Control"]
    assert "Sơn" not in where
    assert "Hòa" not in where
    assert JournalEntry.objects.count() == before
    told = "\n".join(one.getMessage() for one in caplog.records if one.name != "django.db.backends")
    assert "Sơn Văn Hòa" not in told
    assert "Sơn Văn Hòa" not in str(client.session.items())


def test_words_that_somebody_else_veiled_or_broke_find_nothing(land: Land, client_of: Any) -> None:
    for text in ("x", "gAAAAA==", veiled.veil("Đại An")[:-4]):
        assert veiled.unveil(text) == ""
        assert client_of(land.xa).get("/search/", {"w": text}).status_code == 200


# The whole identity number


def ask(client: Client, **data: str) -> Any:
    return client.post("/search/identity/", {"number": NUMBER, "reason": REASON, **data})


def test_the_whole_number_says_where_in_the_province_and_no_name(
    village: Village, client_of: Any
) -> None:
    for person in (village.land.xa2, village.land.tinh):
        page = strip_tags(ask(client_of(person), number="084 196 001 234").text)
        assert "Công dân số 1, Ấp Cây Da, Xã Đại An, Tỉnh Vĩnh Long" in page
        assert "Hòa" not in page
        assert NUMBER not in page
    kept = PersonalLookup.objects.order_by("pk").values_list("user", "found__kind", "reason")
    assert [*kept] == [(one.pk, "citizen", REASON) for one in (village.land.xa2, village.land.tinh)]
    entry = JournalEntry.objects.filter(act="personal.lookup").first()
    assert NUMBER not in str(entry.after)


def test_the_own_list_is_led_to(village: Village, client_of: Any) -> None:
    url = f"/units/{village.hamlet.unit_id}/members/citizen/"
    assert f'href="{url}"' in ask(client_of(village.xa)).text
    assert f'href="{url}"' not in ask(client_of(village.land.xa2)).text


def test_another_province_finds_nobody_and_is_kept_too(village: Village, client_of: Any) -> None:
    page = ask(client_of(village.land.far_tinh)).text
    assert "Không có người mang số này" in page
    assert [*PersonalLookup.objects.values_list("found", flat=True)] == [None]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"number": "123"}, "Số định danh gồm 12 chữ số"),
        ({"number": ""}, "Hãy nhập đủ số định danh"),
        ({"reason": ""}, "lý do"),
        ({"reason": f"tìm {NUMBER}"}, "Không ghi số định danh"),
    ],
)
def test_what_cannot_be_asked_is_said(
    village: Village, client_of: Any, data: dict[str, str], said: str
) -> None:
    answer = ask(client_of(village.xa), **data)
    assert answer.status_code == 422
    assert said in answer.text
    assert not PersonalLookup.objects.exists()


def test_a_part_of_the_number_finds_nobody(village: Village) -> None:
    finding.open_all(village.xa, REASON)
    for words in (NUMBER, NUMBER[-4:], personal.digest(NUMBER)[:12]):
        assert hits(village.xa, words) == {}


# Its cost


@pytest.mark.parametrize(("person", "expected"), [("xa", 12), ("tinh", 10)])
def test_it_asks_the_same_for_one_and_for_three(
    village: Village, client_of: Any, person: str, expected: int
) -> None:
    client = client_of(getattr(village.land, person))
    finding.open_all(village.xa, REASON)
    for rows in (1, 3):
        for row in range(rows):
            make.found(village.xa, village.land.commune, UnitKind.HAMLET, f"Ấp Thử {rows} {row}")
            make.member(village.xa, village.hamlet, UnitKind.CITIZEN, f"Kim Thử {rows} {row}")
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address("thử")).status_code == 200
        assert sum(not one["sql"].startswith(CONTROL) for one in asked) == expected
