"""The pages of the calendar: anybody reads and counts, the administrator of the country enters."""

import datetime
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils.html import strip_tags
from playwright.sync_api import expect

from accounts.models import User
from core import calendar
from core.models import CalendarRevision
from tests import factories
from tests.browser import (  # noqa: F401
    OFFICE,
    TELEPHONE,
    PageAs,
    assert_accessible,
    browser_type_launch_args,
    page_as,
)
from tests.factories import Land
from tests.guards.pages import Shown, faults

ClientOf = Callable[[User], Client]
DOCUMENT = {
    "number": "Thông báo số 77/TB-BNV",
    "document_day": "01/10/2026",
    "issuer": "Bộ Nội vụ",
    "provenance": "",
    "reason": "Theo thông báo của Bộ Nội vụ",
    "seen": "0",
}


@pytest.fixture
def keeper(land: Land) -> User:
    """The administrator of the country."""
    person = factories.user("trunguong", full_name="Đỗ Thị Trung Ương")
    factories.appoint(person, "administrator", land.country)
    return person


@pytest.fixture
def provincial(land: Land) -> User:
    """An administrator of a province."""
    person = factories.user("quantritinh")
    factories.appoint(person, "administrator", land.province)
    return person


def posted(*rows: tuple[str, str, str, str], **changed: str) -> dict[str, str]:
    """What the form of a year sends."""
    data = {**DOCUMENT, "form-TOTAL_FORMS": str(len(rows)), "form-INITIAL_FORMS": "0", **changed}
    for number, row in enumerate(rows):
        for name, value in zip(("day", "kind", "name", "basis"), row, strict=True):
            data[f"form-{number}-{name}"] = value
    return data


TET = ("08/02/2027", "off", "Tết Âm lịch", "")
MAKE_UP = ("20/02/2027", "worked", "Làm bù", "Công văn 5")
EMPTY = ("", "off", "", "")


def text(response: Any) -> str:
    """What stands on a page, without marks."""
    return " ".join(strip_tags(response.content.decode()).split())


def ends(response: Any) -> str:
    """The end of the term as the page says it, without the day of the week."""
    found = re.search(r"Thời hạn kết thúc vào [^,]+, (.*?) Ngày đầu tiên", text(response))
    return found[1] if found else ""


def test_a_term_in_a_year_that_is_entered_is_certain(client_of: ClientOf, land: Land) -> None:
    call_command("load_calendar", verbosity=0)
    page = client_of(land.xa).get("/calendar/", {"day": "23/11/2026", "number": "5"})
    assert ends(page) == "01/12/2026"


def test_a_term_into_a_year_that_is_not_says_so(client_of: ClientOf, land: Land) -> None:
    call_command("load_calendar", verbosity=0)
    page = client_of(land.xa).get("/calendar/", {"day": "30/12/2026", "number": "5"})
    assert ends(page) == "06/01/2027 (ước tính)"


@pytest.mark.parametrize(
    "query",
    [
        {"day": "x", "number": "5"},
        {"day": "31/02/2026", "number": "-1"},
        {"day": "01/01/2026", "number": "9" * 40},
        {"day": "31/12/9999", "number": "5"},
        {"year": "1"},
        {"year": "x"},
    ],
)
def test_junk_in_the_address_is_no_fault(client_of: ClientOf, keeper: User, query: Any) -> None:
    page = client_of(keeper).get("/calendar/", query)
    assert (page.status_code, "Thời hạn kết thúc vào" in text(page)) == (200, False)


def test_nobody_but_the_administrator_of_the_country_enters(
    client_of: ClientOf, land: Land, provincial: User
) -> None:
    for person in (land.xa, land.tinh, provincial):
        client = client_of(person)
        assert client.get("/calendar/2027/edit/").status_code == 403
        answered = client.post("/calendar/2027/edit/", posted(TET, confirm="1"))
        assert (answered.status_code, calendar.load().years) == (403, {})
        assert "/edit/" not in client.get("/calendar/").content.decode()


def test_what_will_change_is_shown_before_anything_is_saved(
    client_of: ClientOf, keeper: User
) -> None:
    client = client_of(keeper)
    page = client.post("/calendar/2027/edit/", posted(TET, MAKE_UP, EMPTY))
    assert "08/02/2027 theo tuần thường lệ nghỉ: Tết Âm lịch" in text(page)
    assert calendar.load().years == {}
    saved = client.post("/calendar/2027/edit/", posted(TET, MAKE_UP, EMPTY, confirm="1"))
    assert (saved.status_code, saved["Location"]) == (302, "/calendar/2027/")
    plan = calendar.plan_of(2027)
    assert plan is not None
    assert plan.citation == "Thông báo số 77/TB-BNV ngày 01/10/2026 của Bộ Nội vụ"
    assert [(one.day, one.kind, one.basis) for one in plan.days] == [
        (datetime.date(2027, 2, 8), "off", ""),
        (datetime.date(2027, 2, 20), "worked", "Công văn 5"),
    ]
    page = client.get("/calendar/2027/")
    assert "Làm bù Công văn 5" in text(page)
    assert "Đỗ Thị Trung Ương" in text(page)


def test_the_preview_leads_back_with_what_was_typed(client_of: ClientOf, keeper: User) -> None:
    page = client_of(keeper).post("/calendar/2027/edit/", posted(TET, back="1"))
    assert 'value="08/02/2027"' in page.content.decode()
    assert calendar.load().years == {}


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (posted(("08/02/2026", "off", "Tết", "")), "Ngày 08/02/2026 không thuộc năm 2027."),
        (posted(TET, TET), "Ngày 08/02/2027 được nhập hai lần."),
        (posted(("", "off", "Tết", "")), "Ghi ngày, hoặc xóa trắng cả dòng."),
        (posted(("08/02/2027", "off", "", "")), "Ghi tên gọi của ngày này."),
        (posted(TET, reason=""), "Mục này bắt buộc"),
        (posted(TET, document_day="2026"), "dd/mm/yyyy"),
        (posted(TET, seen="-1"), "Chưa lưu"),
        ({**posted(TET), "form-TOTAL_FORMS": "x"}, "Chưa lưu"),
        ({**posted(TET), "form-TOTAL_FORMS": "9" * 9}, "Chưa lưu"),
        ({**posted(TET), "form-0-name": "a\0b"}, "Chưa lưu"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    client_of: ClientOf, keeper: User, data: dict[str, str], sentence: str
) -> None:
    page = client_of(keeper).post("/calendar/2027/edit/", {**data, "confirm": "1"})
    assert page.status_code == 422
    assert sentence in text(page)
    assert "Thông báo số 77/TB-BNV" in page.content.decode()
    assert calendar.load().years == {}


def test_two_people_do_not_overwrite_each_other(client_of: ClientOf, keeper: User) -> None:
    client = client_of(keeper)
    client.post("/calendar/2027/edit/", posted(TET, confirm="1"))
    page = client.post("/calendar/2027/edit/", posted(MAKE_UP, confirm="1"))
    assert page.status_code == 409
    assert "đã có người khác sửa năm này" in text(page)


def test_the_last_change_is_undone_with_a_reason(client_of: ClientOf, keeper: User) -> None:
    client = client_of(keeper)
    client.post("/calendar/2027/edit/", posted(TET, confirm="1"))
    revision = CalendarRevision.objects.get()
    undo = f"/calendar/2027/undo/{revision.pk}/"
    client.post(undo, {"reason": ""})
    assert calendar.plan_of(2027) is not None
    client.post(undo, {"reason": "Chưa ban hành"})
    assert calendar.plan_of(2027) is None
    page = client.get("/calendar/2027/")
    assert "Chưa ban hành" in text(page)
    client.post(undo, {"reason": "Lần nữa"})
    assert CalendarRevision.objects.count() == 2


def test_years_that_cannot_be_are_not_there(client_of: ClientOf, keeper: User) -> None:
    client = client_of(keeper)
    for address in ("/calendar/1999/edit/", "/calendar/2101/edit/", "/calendar/2090/"):
        assert client.get(address).status_code == 404
    assert client.get(f"/calendar/{'9' * 30}/").status_code == 404
    assert client.post(f"/calendar/2090/undo/{'9' * 30}/", {"reason": "x"}).status_code == 404


def test_a_year_that_is_entered_for_the_first_time_offers_the_days_of_the_law(
    client_of: ClientOf, keeper: User
) -> None:
    page = client_of(keeper).get("/calendar/2027/edit/").content.decode()
    for day in ("01/01/2027", "30/04/2027", "01/05/2027", "02/09/2027", "24/11/2027"):
        assert page.count(f'value="{day}"') == 1
    assert "Tết Âm lịch" not in page


def test_the_pages_keep_the_promises_of_every_page(
    client_of: ClientOf, keeper: User, django_assert_num_queries: Any
) -> None:
    call_command("load_calendar", verbosity=0)
    client = client_of(keeper)
    answers = [client.get(f"/calendar/{path}") for path in ("", "2026/", "2026/edit/")]
    answers.append(client.post("/calendar/2027/edit/", posted(TET, MAKE_UP, EMPTY)))
    for page in answers:
        assert page.status_code == 200
        assert faults(Shown(page, page.content.decode()), part=False) == []


@pytest.mark.parametrize("size", [OFFICE, TELEPHONE])
def test_the_calendar_is_entered_in_a_browser(
    page_as: PageAs,  # noqa: F811
    keeper: User,
    size: tuple[int, int],
) -> None:
    call_command("load_calendar", verbosity=0)
    page = page_as(keeper, size)
    page.goto("/calendar/")
    assert_accessible(page)
    page.goto("/calendar/2026/")
    assert_accessible(page)
    page.get_by_role("link", name="Sửa năm này").click()
    assert_accessible(page)
    page.get_by_role("textbox", name="Lý do").fill("Đối chiếu bản gốc")
    page.get_by_label("Nguồn của số liệu").fill("")
    page.get_by_role("button", name="Xem những gì sẽ thay đổi").click()
    assert_accessible(page)
    page.get_by_role("button", name="Lưu").click()
    expect(page.get_by_text("Đã lưu. Từ nay thời hạn được tính theo lịch này.")).to_be_visible()
    expect(page.get_by_text("Đối chiếu bản gốc")).to_be_visible()
