"""The list of a round: every unit in scope, what is missing, filters, order, the same export."""

import datetime
from collections.abc import Callable
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from core import periods
from criteria import assessing, listing
from tests import criteria_factories as make
from tests import factories
from tests.criteria_factories import Campaigning

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User], Client]


def names(answer: Any) -> list[str]:
    """The units of the page in their order."""
    return [row.name for row in answer.context["page"]]


def states(user: User, setting: Campaigning) -> dict[str, str]:
    """Each unit's state, as `user` sees it."""
    return {row.name: row.state for row in listing.rows(user, setting.round)}


def test_who_has_not_begun_stands_in_the_list_too(setting: Campaigning) -> None:
    make.sent(setting)
    assert states(setting.land.tinh, setting) == {
        "Xã Đại An": "sent",
        "Xã Hàm Giang": "not_begun",
    }


def test_a_unit_without_a_set_is_not_configured(setting: Campaigning) -> None:
    assert states(setting.land.far_tinh, setting) == {"Xã Mỹ Thọ": "not_configured"}


def test_what_is_not_configured_says_what_is_missing_and_who_acts(
    setting: Campaigning, client_of: ClientOf
) -> None:
    land, round_ = setting.land, setting.round
    far = client_of(land.far_tinh).get("/assessments/").text
    assert "1 đơn vị chưa cấu hình tiêu chí: bộ tiêu chí đi theo kế hoạch của tỉnh" in far
    assert "chưa cấu hình hạn:" not in far
    own = client_of(land.tinh).get("/assessments/").text
    assert "đơn vị chưa cấu hình tiêu chí" not in own
    assert "2 đơn vị chưa cấu hình hạn: cơ quan thường trực thi đua đặt hạn." in own
    address = f'href="/rounds/{round_.pk}/deadlines/"'
    assert address in own
    assert address not in client_of(land.xa).get("/assessments/").text


def test_only_a_row_with_a_step_can_be_chosen(setting: Campaigning, client_of: ClientOf) -> None:
    make.confirmed(setting)
    page = client_of(setting.land.tinh).get("/assessments/").text
    assert 'aria-label="Chọn: Xã Hàm Giang"' in page
    assert 'aria-label="Chọn: Xã Đại An"' not in page
    assert 'href="/jobs/"' in page


@pytest.mark.parametrize(
    ("person", "expected"),
    [
        ("xa", ["Xã Đại An"]),
        ("xa2", ["Xã Hàm Giang"]),
        ("far_tinh", ["Xã Mỹ Thọ"]),
        ("tinh", ["Xã Đại An", "Xã Hàm Giang"]),
        ("xem", ["Xã Đại An", "Xã Hàm Giang"]),
    ],
)
def test_each_sees_the_own_scope(
    setting: Campaigning, client_of: ClientOf, person: str, expected: list[str]
) -> None:
    make.sent(setting)
    answer = client_of(getattr(setting.land, person)).get("/assessments/")
    assert names(answer) == expected


@pytest.mark.parametrize("person", ["stranger", "expired_deputy"])
def test_without_an_appointment_the_list_is_closed(
    setting: Campaigning, client_of: ClientOf, person: str
) -> None:
    make.sent(setting)
    for path in ("/assessments/", "/assessments/export/"):
        assert client_of(getattr(setting.land, person)).get(path).status_code == 403


def test_the_row_says_what_is_missing(setting: Campaigning) -> None:
    make.sent(setting)
    row = next(row for row in listing.rows(setting.land.tinh, setting.round) if row.pk)
    assert (row.answered, row.asked, row.result, row.unmet) == (3, 3, "not_met", ("X-4",))
    assert row.holder == setting.land.home_affairs.name


@pytest.mark.parametrize(
    ("person", "result", "unmet"),
    [
        ("xa", "not_met", ("X-4",)),
        ("lanhdaoxa", "not_met", ("X-4",)),
        ("tinh", "", ()),
        ("xem", "", ()),
    ],
)
def test_what_was_never_sent_shows_its_progress_and_to_the_unit_alone_its_result(
    setting: Campaigning,
    client_of: ClientOf,
    person: str,
    result: str,
    unmet: tuple[str, ...],
) -> None:
    make.answered(setting)
    user = getattr(setting.land, person)
    row = next(row for row in listing.rows(user, setting.round) if row.pk)
    assert (row.state, row.answered, row.asked) == ("draft", 3, 3)
    assert (row.result, row.unmet, row.holder) == (result, unmet, "Xã Đại An")
    browser = client_of(user)
    assert names(browser.get("/assessments/?result=not_met")) == ["Xã Đại An"] * bool(result)
    exported = sheet(browser.get("/assessments/export/?state=draft").content)[1]
    assert exported[2:6] == ["nháp", "không đạt" if result else "", 3, 3]
    assert ("X-4" in str(exported)) == bool(result)


@pytest.mark.parametrize(
    ("person", "result", "unmet"),
    [("tinh", "not_met", ("X-1", "X-4")), ("xa", "", ()), ("xem", "", ())],
)
def test_a_review_that_goes_on_shows_no_result_but_to_the_office(
    setting: Campaigning, person: str, result: str, unmet: tuple[str, ...]
) -> None:
    assessment = make.received(setting)
    assessing.judge(
        assessment.pk,
        setting.criteria[0].pk,
        setting.land.tinh,
        verdict="changed",
        reason="Chưa làm",
        verified_value={"value": "no"},
    )
    rows = listing.rows(getattr(setting.land, person), setting.round)
    shown = [(row.result, row.unmet) for row in rows if row.state == "received"]
    assert shown == [(result, unmet)]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("state=sent", ["Xã Đại An"]),
        ("state=not_begun", ["Xã Hàm Giang"]),
        ("result=not_met", ["Xã Đại An"]),
        ("result=met", []),
        ("q=dai an", ["Xã Đại An"]),
        ("q=Đại", ["Xã Đại An"]),
        ("q=giang", ["Xã Hàm Giang"]),
        ("q=%25", []),
        ("overdue=on", ["Xã Hàm Giang"]),
        ("", ["Xã Đại An", "Xã Hàm Giang"]),
        ("sort=-name", ["Xã Hàm Giang", "Xã Đại An"]),
        ("sort=due", ["Xã Hàm Giang", "Xã Đại An"]),
        ("sort=state", ["Xã Đại An", "Xã Hàm Giang"]),
    ],
)
def test_filters_and_orders(
    setting: Campaigning, client_of: ClientOf, query: str, expected: list[str]
) -> None:
    make.deadline(setting, periods.today() - periods.ONE_DAY)
    make.sent(setting)
    answer = client_of(setting.land.tinh).get(f"/assessments/?{query}")
    assert names(answer) == expected


@pytest.mark.parametrize(
    "query",
    ["state=junk", "round=junk", "page=10000000000000000000", "page=-1", "sort=x';--", "q=%00"],
)
def test_junk_in_the_address_is_ignored(
    setting: Campaigning, client_of: ClientOf, query: str
) -> None:
    answer = client_of(setting.land.tinh).get(f"/assessments/?{query}")
    assert names(answer) == ["Xã Đại An", "Xã Hàm Giang"]


@pytest.mark.parametrize("address", ["/assessments/", "/recognitions/"])
def test_words_that_are_too_long_are_kept_and_said_to_be(
    setting: Campaigning, client_of: ClientOf, address: str
) -> None:
    page = client_of(setting.land.tinh).get(address, {"q": "ă" * 101}).content.decode()
    assert "Nội dung dài 101 ký tự, chỉ nhận tối đa 100 ký tự. Rút ngắn lại." in page
    assert f'value="{"ă" * 101}"' in page


def test_the_deadline_of_the_nearest_territory_counts(setting: Campaigning) -> None:
    today = periods.today()
    make.deadline(setting, today + datetime.timedelta(days=10))
    row = listing.rows(setting.land.tinh, setting.round)[0]
    assert (row.days_left, row.overdue) == (10, False)


def sheet(content: bytes) -> list[list[Any]]:
    """The rows of an exported file, read by another library than wrote it."""
    book = openpyxl.load_workbook(BytesIO(content))
    return [[cell.value for cell in row] for row in book.active.iter_rows()]  # type: ignore[union-attr]


def test_the_export_has_the_rows_of_the_list_in_its_order(
    setting: Campaigning, client_of: ClientOf
) -> None:
    make.deadline(setting, datetime.date(2027, 1, 15))
    make.sent(setting)
    browser = client_of(setting.land.tinh)
    answer = browser.get("/assessments/export/?sort=-name")
    header, *rows = sheet(answer.content)
    assert header[:3] == ["Đơn vị", "Mã chính thức", "Trạng thái"]
    assert [row[0] for row in rows] == ["Xã Hàm Giang", "Xã Đại An"]
    assert rows[1][2:6] == ["đã gửi", "không đạt", 3, 3]
    assert rows[1][7] == datetime.datetime(2027, 1, 15)  # noqa: DTZ001 -- a day of a sheet
    assert sheet(browser.get("/assessments/export/?state=sent").content)[1][0] == "Xã Đại An"


def test_the_export_gives_no_deadline_where_nothing_is_due(
    setting: Campaigning, client_of: ClientOf
) -> None:
    make.deadline(setting, datetime.date(2027, 1, 15))
    make.commune_set(
        setting.land.province, setting.document, setting.source, code="bo-thu-hai"
    )  # two sets contradict each other: not configured
    rows = sheet(client_of(setting.land.tinh).get("/assessments/export/").content)[1:]
    assert [(row[2], row[7]) for row in rows] == [("chưa cấu hình tiêu chí", None)] * 2


def test_the_export_holds_the_own_scope_alone(setting: Campaigning, client_of: ClientOf) -> None:
    make.sent(setting)
    content = client_of(setting.land.xa2).get("/assessments/export/").content
    assert [row[0] for row in sheet(content)[1:]] == ["Xã Hàm Giang"]


@pytest.mark.parametrize("many", [1, 3])
@pytest.mark.parametrize(("person", "queries"), [("tinh", 11), ("xa", 11)])
def test_the_number_of_queries_does_not_grow(
    setting: Campaigning, client_of: ClientOf, many: int, person: str, queries: int
) -> None:
    land = setting.land
    for number in range(many):
        place = factories.place("commune", f"Xã thứ {number}", land.province)
        factories.appoint(land.xa, "commune_officer", place)
        make.assessing.begin(User.objects.get(pk=land.xa.pk), setting.round, place)
    user = User.objects.get(pk=getattr(land, person).pk)
    browser = client_of(user)
    browser.get("/assessments/")
    with CaptureQueriesContext(connection) as captured:
        answer = browser.get("/assessments/")
    assert len(answer.context["page"]) == many + (2 if person == "tinh" else 1)
    assert len(captured) == queries
