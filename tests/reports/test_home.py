"""Việc của tôi: what is due, when, how far it is, and what to do next; nobody's page is empty."""

import datetime
import re
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.test import Client
from pytest_django.fixtures import DjangoAssertNumQueries

from core import periods
from criteria import assessing
from criteria.workflow import ASSESSMENT, RECOGNITION
from tests import criteria_factories as make
from tests import factories
from tests.criteria_factories import Campaigning
from units.models import UnitKind

pytestmark = pytest.mark.django_db

ClientOf = Callable[[Any], Client]


def home(client: Client) -> str:
    """The first page."""
    response = client.get("/")
    assert response.status_code == 200
    return response.content.decode()


def states(page: str) -> list[str]:
    """What the cards say of the state, in order."""
    return re.findall(r'class="task-state">\s*<span class="status[^>]*>.*?</svg>(.*?)</span>', page)


def tiles(page: str) -> dict[str, int]:
    """The numbers of the territory by their words."""
    found = re.findall(r"<strong>(\d+)</strong>\s*<span[^>]*>.*?</svg>(.*?)</span>", page)
    return {label: int(number) for number, label in found}


# The commune


def test_what_has_not_been_begun_is_begun_from_here(
    setting: Campaigning, client_of: ClientOf
) -> None:
    make.deadline(setting, periods.today() + datetime.timedelta(days=9))
    page = home(client_of(setting.land.xa))
    assert states(page) == ["chưa bắt đầu"]
    assert "còn 9 ngày" in page
    begin = f"/assessments/begin/{setting.round.pk}/{setting.land.commune.unit_id}/"
    assert f'action="{begin}"' in page


def test_who_only_sends_is_told_who_begins(setting: Campaigning, client_of: ClientOf) -> None:
    page = home(client_of(setting.land.lanhdaoxa))
    assert states(page) == ["chưa bắt đầu"]
    assert "/assessments/begin/" not in page
    assert "Công chức được phân công nhập sẽ bắt đầu" in page


def test_a_draft_says_how_far_it_is_and_that_it_is_late(
    setting: Campaigning, client_of: ClientOf
) -> None:
    make.deadline(setting, periods.today() - datetime.timedelta(days=2))
    assessment = make.answered(setting)
    page = home(client_of(setting.land.xa))
    assert states(page) == ["nháp"]
    assert '<progress max="3" value="3"' in page
    assert "quá hạn 2 ngày" in page.lower()
    assert f'href="/assessments/{assessment.pk}/"' in page


def test_without_a_deadline_it_says_so(setting: Campaigning, client_of: ClientOf) -> None:
    assert "chưa cấu hình hạn" in home(client_of(setting.land.xa)).lower()


def test_what_was_returned_says_why_first(setting: Campaigning, client_of: ClientOf) -> None:
    assessment = make.received(setting)
    assessing.judge(
        assessment.pk,
        setting.criteria[0].pk,
        setting.land.tinh,
        verdict="to_correct",
        reason="Thiếu danh sách",
    )
    ASSESSMENT.perform("return", assessment.pk, setting.land.tinh, reason="Đề nghị bổ sung")
    page = home(client_of(setting.land.xa))
    assert states(page) == ["trả lại để bổ sung"]
    assert page.index("Đề nghị bổ sung") < page.index('class="task-state"')
    assert "1 tiêu chí cần bổ sung." in page


def test_what_was_sent_says_who_has_it(setting: Campaigning, client_of: ClientOf) -> None:
    assessment = make.sent(setting)
    client = client_of(setting.land.xa)
    assert "chờ Sở Nội vụ tỉnh Vĩnh Long tiếp nhận" in home(client)
    ASSESSMENT.perform("receive", assessment.pk, setting.land.tinh)
    page = home(client)
    assert states(page) == ["đã tiếp nhận"]
    assert "Sở Nội vụ tỉnh Vĩnh Long đang thẩm định" in page


def test_days_are_those_of_the_office(setting: Campaigning, client_of: ClientOf) -> None:
    """What comes in before seven in the morning is of this day, though UTC's is yesterday's."""
    assessment = make.sent(setting)
    with time_machine.travel("2026-11-21T21:44:00+00:00", tick=False):
        ASSESSMENT.perform("receive", assessment.pk, setting.land.tinh)
        page = home(client_of(setting.land.xa))
    assert "Đã tiếp nhận ngày 22/11/2026; Sở Nội vụ" in page


def test_a_confirmed_one_shows_its_result(setting: Campaigning, client_of: ClientOf) -> None:
    make.recognition(setting)
    make.confirmed(setting)
    page = home(client_of(setting.land.xa))
    assert states(page) == ["đã xác nhận kết quả"]
    assert re.findall(r"</svg>(Đạt|Không đạt)</span>", page) == ["Đạt"]


def test_who_undid_a_confirmation_says_why(setting: Campaigning, client_of: ClientOf) -> None:
    assessment = make.confirmed(setting)
    client = client_of(setting.land.xa)
    ASSESSMENT.perform("unconfirm", assessment.pk, setting.land.tinh, reason="Nhầm số liệu")
    assert "<p>Đã hủy xác nhận kết quả: Nhầm số liệu</p>" in home(client)
    page = client.get(f"/assessments/{assessment.pk}/").content.decode()
    assert page.index("<strong>Đã hủy xác nhận kết quả:</strong>") < page.index("Nhầm số liệu")
    assert page.index("Nhầm số liệu") < page.index("Tiêu chí thứ 1")


def test_declared_titles_wait_for_confirmation(setting: Campaigning, client_of: ClientOf) -> None:
    make.recognition(setting)
    make.recognition(setting, setting.land.sibling)
    page = home(client_of(setting.land.xa))
    assert "1 công nhận của Xã Đại An đang chờ xác nhận." in page
    assert "Hàm Giang" not in page


def test_a_rejected_title_says_why_until_it_is_declared_again(
    setting: Campaigning, client_of: ClientOf
) -> None:
    refused = make.recognition(setting)
    elsewhere = make.recognition(setting, setting.land.sibling)
    for one, reason in ((refused, "Không có trong sổ"), (elsewhere, "Nhầm đơn vị")):
        RECOGNITION.perform("reject", one.pk, setting.land.sogddt, reason=reason)
    client = client_of(setting.land.xa)
    page = home(client)
    assert re.findall(r'href="(/recognitions/\d+/)"', page) == [f"/recognitions/{refused.pk}/"]
    assert "Công nhận của Xã Đại An không được chấp nhận:" in page
    assert "Không có trong sổ" in page
    assert "Nhầm đơn vị" not in page
    assert client.get(f"/recognitions/{refused.pk}/").status_code == 200
    make.recognition(setting)
    page = home(client)
    assert "Không có trong sổ" not in page
    assert "1 công nhận của Xã Đại An đang chờ xác nhận." in page


def test_a_rejected_title_stands_here_until_the_unit_has_read_why(
    setting: Campaigning, client_of: ClientOf
) -> None:
    refused = make.recognition(setting)
    RECOGNITION.perform("reject", refused.pk, setting.land.sogddt, reason="Không có trong sổ")
    clerk, leader = client_of(setting.land.xa), client_of(setting.land.lanhdaoxa)
    url, read = f"/recognitions/{refused.pk}/", f"/recognitions/{refused.pk}/refusal-seen/"
    assert read in clerk.get(url).content.decode()
    assert "Không có trong sổ" in home(clerk)  # to have opened it is not yet to have read it
    assert clerk.post(read).url == url
    page = clerk.get(url).content.decode()
    assert (read in page, "Đơn vị đã đọc lý do không chấp nhận" in page) == (False, True)
    assert ["Không có trong sổ" in home(client) for client in (clerk, leader)] == [False, False]
    # Rejected once more, it is news again.
    for step in ("unconfirm", "reject"):
        RECOGNITION.perform(step, refused.pk, setting.land.sogddt, reason="Vẫn không có trong sổ")
    assert "Vẫn không có trong sổ" in home(clerk)


def test_without_a_set_the_page_says_that_nothing_is_due(
    setting: Campaigning, client_of: ClientOf
) -> None:
    page = home(client_of(setting.land.far_xa))
    assert states(page) == ["chưa cấu hình"]
    assert "chưa có kế hoạch nào tại địa bàn này nói đến loại đơn vị này." in page


def test_sets_that_contradict_each_other_are_named(
    setting: Campaigning, client_of: ClientOf
) -> None:
    make.commune_set(setting.land.province, setting.document, setting.source, code="bo-thu-hai")
    page = home(client_of(setting.land.xa))
    assert states(page) == ["chưa cấu hình"]
    assert "mâu thuẫn nhau: Tiêu chí thi đua cấp xã; Tiêu chí thi đua cấp xã." in page


def test_without_a_round_the_page_says_what_happens_next(client_of: ClientOf) -> None:
    page = home(client_of(factories.land().xa))
    assert "Chưa cấu hình đợt nào" in page
    assert 'href="/plans/"' in page


# The province


def test_the_office_sees_first_what_waits_for_it(setting: Campaigning, client_of: ClientOf) -> None:
    received = make.received(setting)
    sent = make.sent(setting, setting.land.xa2)
    page = home(client_of(setting.land.tinh))
    rows = re.findall(r'<th scope="row"><a href="/assessments/(\d+)/review/">([^<]+)</a>', page)
    assert rows == [(str(sent.pk), "Xã Hàm Giang"), (str(received.pk), "Xã Đại An")]
    assert page.index("Chờ xử lý") < page.index("trên địa bàn")


def test_the_office_counts_its_territory_as_its_list_does(
    setting: Campaigning, client_of: ClientOf
) -> None:
    make.deadline(setting, periods.today() - datetime.timedelta(days=1))
    make.sent(setting)
    client = client_of(setting.land.tinh)
    page = home(client)
    assert tiles(page) == {
        "đã gửi": 1,
        "đã tiếp nhận": 0,
        "trả lại để bổ sung": 0,
        "nháp": 0,
        "chưa bắt đầu": 1,
        "đã xác nhận kết quả": 0,
        "quá hạn": 1,
    }
    links = re.findall(r'<li><a href="(/assessments/\?[^"]+)"><strong>1</strong>', page)
    shown = [client.get(link.replace("&amp;", "&")).content.decode() for link in links]
    assert [("Đại An" in one, "Hàm Giang" in one) for one in shown] == [
        (True, False),
        (False, True),
        (False, True),
    ]


def test_another_province_sees_nothing_of_it(setting: Campaigning, client_of: ClientOf) -> None:
    make.sent(setting)
    page = home(client_of(setting.land.far_tinh))
    assert "Đại An" not in page
    assert "Không có việc chờ xử lý" in page
    assert tiles(page)["đã gửi"] == 0


def test_the_education_office_sees_titles_to_confirm(
    setting: Campaigning, client_of: ClientOf
) -> None:
    recognition = make.recognition(setting)
    page = home(client_of(setting.land.sogddt))
    rows = re.findall(r'<th scope="row"><a href="/recognitions/(\d+)/">([^<]+)</a>', page)
    assert rows == [(str(recognition.pk), "Xã Đại An")]


# Others


def test_an_observer_sees_numbers_and_where_to_look(
    setting: Campaigning, client_of: ClientOf
) -> None:
    make.sent(setting)
    page = home(client_of(setting.land.xem))
    assert tiles(page)["đã gửi"] == 1
    assert "Có thể xem" in page


@pytest.mark.parametrize("person", ["stranger", "expired_deputy"])
def test_who_has_no_role_is_told_whom_to_ask(
    setting: Campaigning, client_of: ClientOf, person: str
) -> None:
    make.sent(setting)
    page = home(client_of(getattr(setting.land, person)))
    assert "Hôm nay ông/bà không có vai trò nào" in page
    assert "Đại An" not in page


def test_who_is_not_signed_in_signs_in_first(setting: Campaigning, client: Client) -> None:
    assert client.get("/")["Location"].startswith("/accounts/login/")


# Budgets


@pytest.mark.parametrize(
    ("person", "queries"), [("xa", 14), ("tinh", 14), ("sogddt", 13), ("xem", 11), ("stranger", 7)]
)
@pytest.mark.parametrize("number", [1, 3])
def test_the_page_asks_the_same_of_one_row_as_of_three(
    setting: Campaigning,
    client_of: ClientOf,
    django_assert_num_queries: DjangoAssertNumQueries,
    person: str,
    queries: int,
    number: int,
) -> None:
    """Two of the questions are the savepoints of the request's transaction, in a test only."""
    land = setting.land
    for index in range(number):
        place = factories.place(UnitKind.COMMUNE, f"Xã số {index}", land.province)
        officer = factories.user()
        factories.appoint(officer, "commune_officer", place)
        if person == "xa":
            factories.appoint(land.xa, "commune_officer", place)
        assessment = assessing.begin(officer, setting.round, place)
        for criterion in setting.criteria[:3]:
            assessing.save_answer(
                assessment.pk, criterion.pk, officer, value={"value": "yes"}, note="", version=0
            )
        ASSESSMENT.perform("send", assessment.pk, officer)
        make.recognition(setting, place)
    make.begun(setting)
    client = client_of(getattr(land, person))
    with django_assert_num_queries(queries):
        client.get("/")
