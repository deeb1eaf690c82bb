"""Many self-assessments at once: said before, done row by row, undone."""

import datetime
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.html import strip_tags
from playwright.sync_api import expect

from accounts.models import User
from core import jobs, notices
from core.models import Job, JobItem
from criteria import assessing, sheets
from criteria.models import Assessment
from criteria.workflow import ASSESSMENT
from tests import criteria_factories as make
from tests import factories
from tests.browser import (  # noqa: F401
    OFFICE,
    TELEPHONE,
    PageAs,
    assert_accessible,
    browser_type_launch_args,
    page_as,
)
from tests.criteria_factories import Campaigning
from tests.guards.pages import Shown, faults
from units.models import UnitKind

ClientOf = Callable[[User], Client]
pytestmark = pytest.mark.django_db
MANY = "/assessments/many/"


def text(response: Any) -> str:
    return " ".join(strip_tags(response.content.decode()).split())


def address(query: dict[str, Any]) -> str:
    return f"{MANY}?{urlencode(query, doseq=True)}"


def shown(client: Client, query: dict[str, Any]) -> dict[str, str]:
    """What the page carries of the rows that it shows."""
    return {"shown": client.get(address(query)).context["shown"]}


def ordered(
    client: Client, query: dict[str, Any], reason: str = "", carried: dict[str, str] | None = None
) -> Job:
    """The job that the page orders, for what it carries; by default for what it shows now."""
    carried = shown(client, query) if carried is None else carried
    answer = client.post(address(query), {**carried, "reason": reason})
    assert answer.status_code == 302, text(answer)
    return Job.objects.get(pk=answer["Location"].strip("/").rpartition("/")[2])


def started(
    client: Client, query: dict[str, Any], reason: str = "", carried: dict[str, str] | None = None
) -> Job:
    job = ordered(client, query, reason, carried)
    jobs.run(job.pk)
    return Job.objects.get(pk=job.pk)


def outcomes(job: Job) -> list[tuple[str, str, str]]:
    return list(job.items.values_list("label", "state", "message"))


def states() -> dict[str, str]:
    return dict(Assessment.objects.values_list("placement__name", "state"))


def test_it_is_said_before_what_goes_on_and_what_is_refused_and_why(
    setting: Campaigning, client_of: ClientOf
) -> None:
    make.sent(setting)
    make.received(setting, setting.land.xa2)
    page = client_of(setting.land.tinh).get(MANY, {"step": "receive", "all": "1"})
    said = text(page)
    assert "Sẽ thực hiện với 1 bản tự đánh giá Xã Đại An" in said
    assert "1 đơn vị được giữ nguyên" in said
    assert "Xã Hàm Giang" in said.partition("được giữ nguyên")[2]
    assert states() == {"Xã Đại An": "sent", "Xã Hàm Giang": "received"}


def test_a_selection_is_received_row_by_row_and_undone(
    setting: Campaigning, client_of: ClientOf
) -> None:
    land = setting.land
    make.sent(setting)
    make.sent(setting, land.xa2)
    client = client_of(land.tinh)
    job = started(client, {"step": "receive", "unit": [land.commune.unit_id, land.sibling.unit_id]})
    assert states() == {"Xã Đại An": "received", "Xã Hàm Giang": "received"}
    assert [item.state for item in job.items.all()] == [JobItem.State.DONE] * 2
    event = Assessment.objects.first().events.last()
    assert (event.user, event.unit_name) == (land.tinh, land.home_affairs.name)
    client.post(f"/jobs/{job.pk}/undo/")
    inverse = Job.objects.get(undoes=job)
    jobs.run(inverse.pk)
    assert states() == {"Xã Đại An": "sent", "Xã Hàm Giang": "sent"}


def test_what_changed_meanwhile_is_refused_in_its_row_with_the_reason(
    setting: Campaigning, client_of: ClientOf
) -> None:
    land = setting.land
    assessment = make.sent(setting)
    client, query = client_of(land.tinh), {"step": "receive", "all": "1"}
    carried = shown(client, query)
    ASSESSMENT.perform("take_back", assessment.pk, land.xa)
    job = started(client, query, carried=carried)
    why = "Không thực hiện được bước này khi đang ở trạng thái: nháp."
    assert outcomes(job) == [("Xã Đại An", "refused", why)]
    assert states() == {"Xã Đại An": "draft"}


def test_what_nobody_was_shown_is_not_touched(setting: Campaigning, client_of: ClientOf) -> None:
    land = setting.land
    make.sent(setting)
    client, query = client_of(land.tinh), {"step": "receive", "all": "1"}
    carried = shown(client, query)
    make.sent(setting, land.xa2)
    job = started(client, query, carried=carried)
    assert outcomes(job) == [("Xã Đại An", "done", "")]
    assert states() == {"Xã Đại An": "received", "Xã Hàm Giang": "sent"}


def test_a_newer_sending_than_was_shown_is_not_returned(
    setting: Campaigning, client_of: ClientOf
) -> None:
    land = setting.land
    assessment = make.received(setting)
    client, query = client_of(land.tinh), {"step": "return", "all": "1"}
    carried = shown(client, query)
    colleague = make.colleague(setting)
    for name, person in (
        ("unreceive", colleague),
        ("take_back", land.xa),
        ("send", land.xa),
        ("receive", colleague),
    ):
        ASSESSMENT.perform(name, assessment.pk, person)
    job = started(client, query, "Đề nghị bổ sung", carried)
    assert outcomes(job) == [("Xã Đại An", "refused", "Đã thay đổi từ khi xem.")]
    assert states() == {"Xã Đại An": "received"}


def test_a_verdict_that_was_not_shown_is_not_confirmed(
    setting: Campaigning, client_of: ClientOf
) -> None:
    land = setting.land
    assessment = make.judged(setting)
    client, query = client_of(land.tinh), {"step": "confirm", "all": "1"}
    carried = shown(client, query)
    assessing.judge(
        assessment.pk,
        setting.criteria[0].pk,
        make.colleague(setting),
        verdict="changed",
        verified_value={"value": "no"},
        reason="Chưa có kế hoạch",
        seen=sheets.seen_of(sheets.read_sheet(assessment), setting.criteria[0]),
    )
    job = started(client, query, carried=carried)
    assert outcomes(job) == [("Xã Đại An", "refused", "Đã thay đổi từ khi xem.")]
    assert states() == {"Xã Đại An": "received"}


def test_undoing_leaves_what_somebody_else_took_up_since(
    setting: Campaigning, client_of: ClientOf
) -> None:
    land = setting.land
    assessment = make.sent(setting)
    client = client_of(land.tinh)
    job = started(client, {"step": "receive", "all": "1"})
    for name in ("unreceive", "receive"):
        ASSESSMENT.perform(name, assessment.pk, make.colleague(setting))
    client.post(f"/jobs/{job.pk}/undo/")
    inverse = Job.objects.get(undoes=job)
    jobs.run(inverse.pk)
    assert outcomes(inverse) == [("Xã Đại An", "refused", "Đã thay đổi từ khi xem.")]
    assert states() == {"Xã Đại An": "received"}


@pytest.mark.parametrize("carries", ["nothing", "junk", "another step", "another person"])
def test_nothing_is_ordered_but_what_this_page_showed_to_this_person(
    setting: Campaigning, client_of: ClientOf, carries: str
) -> None:
    land = setting.land
    make.sent(setting)
    make.received(setting, land.xa2)
    client = client_of(land.tinh)
    carried = {
        "nothing": {},
        "junk": {"shown": "x:y:z"},
        "another step": shown(client, {"step": "remind", "all": "1"}),
        "another person": shown(
            client_of(make.colleague(setting)), {"step": "receive", "all": "1"}
        ),
    }[carries]
    answer = client.post(address({"step": "receive", "all": "1"}), carried)
    assert (answer.status_code, Job.objects.count()) == (422, 0)
    assert "Hãy xem lại danh sách" in text(answer)
    assert states() == {"Xã Đại An": "sent", "Xã Hàm Giang": "received"}


def test_what_is_not_judged_is_not_offered_for_confirming(
    setting: Campaigning, client_of: ClientOf
) -> None:
    make.received(setting)
    make.judged(setting, setting.land.xa2)
    said = text(client_of(setting.land.tinh).get(f"{MANY}?step=confirm&all=1"))
    assert "Sẽ thực hiện với 1 bản tự đánh giá Xã Hàm Giang" in said
    assert "4 trong số 4 tiêu chí chưa có kết luận." in said.partition("Xã Đại An")[2]


def test_returning_many_asks_for_a_reason_once(setting: Campaigning, client_of: ClientOf) -> None:
    land = setting.land
    make.received(setting)
    client = client_of(land.tinh)
    query = {"step": "return", "all": "1"}
    refused = client.post(address(query), {**shown(client, query), "reason": " "})
    assert (refused.status_code, Job.objects.count()) == (422, 0)
    started(client, {"step": "return", "all": "1"}, reason="Đề nghị bổ sung")
    assert states() == {"Xã Đại An": "returned"}
    assert Assessment.objects.get().events.last().reason == "Đề nghị bổ sung"


def test_a_return_of_many_is_undone_with_a_reason_where_the_unit_has_not_touched_it(
    setting: Campaigning, client_of: ClientOf
) -> None:
    land = setting.land
    make.received(setting)
    make.received(setting, land.xa2)
    client = client_of(land.tinh)
    job = started(client, {"step": "return", "all": "1"}, reason="Đề nghị bổ sung")
    assert states() == {"Xã Đại An": "returned", "Xã Hàm Giang": "returned"}
    touched = Assessment.objects.get(unit=land.sibling.unit_id)
    ASSESSMENT.perform("send", touched.pk, land.xa2)
    client.post(f"/jobs/{job.pk}/undo/")
    assert not Job.objects.filter(undoes=job).exists()
    client.post(f"/jobs/{job.pk}/undo/", {"reason": "Nhầm đợt"})
    inverse = Job.objects.get(undoes=job)
    jobs.run(inverse.pk)
    why = "Không thực hiện được bước này khi đang ở trạng thái: đã gửi."
    assert outcomes(inverse) == [("Xã Đại An", "done", ""), ("Xã Hàm Giang", "refused", why)]
    assert states() == {"Xã Đại An": "received", "Xã Hàm Giang": "sent"}


def test_reminding_tells_the_people_of_units_that_owe(
    setting: Campaigning, client_of: ClientOf
) -> None:
    land = setting.land
    make.sent(setting)
    job = started(client_of(land.tinh), {"step": "remind", "all": "1"})
    assert [item.label for item in job.items.all()] == ["Xã Hàm Giang"]
    [notice] = notices.of(land.xa2)
    assert notices.text_of(notice).startswith("Sở Nội vụ tỉnh Vĩnh Long nhắc Xã Hàm Giang")
    assert list(notices.of(land.xa)) == []


def test_a_unit_is_reminded_once_a_day_however_often_it_is_ordered(
    setting: Campaigning, client_of: ClientOf
) -> None:
    land = setting.land
    make.sent(setting)
    client = client_of(land.tinh)
    at_once = [ordered(client, {"step": "remind", "all": "1"}) for _number in range(3)]
    for job in at_once:
        jobs.run(job.pk)
    messages = [job.items.get().message for job in at_once]
    assert messages == ["đã báo 1 người", *["Hôm nay đã nhắc rồi."] * 2]
    assert notices.of(land.xa2).count() == 1
    assert "Hôm nay đã nhắc rồi." in text(client.get(MANY, {"step": "remind", "all": "1"}))
    tomorrow = timezone.now() + datetime.timedelta(days=1)
    with time_machine.travel(tomorrow):
        started(client_of(land.tinh), {"step": "remind", "all": "1"})
        assert notices.of(land.xa2).count() == 2


def test_units_outside_the_scope_are_not_there(setting: Campaigning, client_of: ClientOf) -> None:
    land = setting.land
    make.sent(setting)
    far = client_of(land.far_tinh)
    for send in (far.get, far.post):
        assert send(f"{MANY}?step=receive&unit={land.commune.unit_id}").status_code == 404
    page = client_of(land.xa).get(f"{MANY}?step=receive&all=1")
    assert page.context["going"] == []  # it sees its own, which another office receives
    assert client_of(land.xem).get(f"{MANY}?step=receive&all=1").status_code == 403
    assert Job.objects.count() == 0


@pytest.mark.parametrize(
    "query",
    ["", "step=receive", "step=x&all=1", "step=send&all=1", "all=1", "step=receive&round=x"],
)
def test_junk_leads_back_to_the_list(setting: Campaigning, client_of: ClientOf, query: str) -> None:
    make.sent(setting)
    answer = client_of(setting.land.tinh).get(f"{MANY}?{query}")
    assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, "/assessments/")


@pytest.mark.parametrize("step", ["receive", "return", "confirm", "remind"])
def test_the_page_asks_the_same_number_of_questions_for_any_number_of_rows(
    setting: Campaigning, client_of: ClientOf, step: str
) -> None:
    land = setting.land
    make.received(setting)
    client = client_of(land.tinh)
    counted = []
    for more in (True, False):
        with CaptureQueriesContext(connection) as queries:
            page = client.get(MANY, {"step": step, "all": "1"})
        counted.append(len(queries))
        assert faults(Shown(page, page.content.decode()), part=False) == []
        if more:
            make.received(setting, land.xa2)
            for number in range(3):
                factories.place(UnitKind.COMMUNE, f"Xã Thêm {number}", land.province)
    assert counted[0] == counted[1] <= 14  # two of them open and close the transaction


@pytest.mark.parametrize("size", [OFFICE, TELEPHONE])
def test_rows_are_chosen_with_the_keyboard_and_received(
    page_as: PageAs,  # noqa: F811
    setting: Campaigning,
    size: tuple[int, int],
) -> None:
    land = setting.land
    make.sent(setting)
    make.sent(setting, land.xa2)
    page = page_as(land.tinh, size)
    page.goto("/assessments/")
    assert_accessible(page)
    page.get_by_role("checkbox", name="Chọn: Xã Đại An").focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Xem trước").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Sẽ thực hiện với 1 bản tự đánh giá")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("button", name="Tiếp nhận").click()
    expect(page.get_by_text("0/1")).to_be_visible()
    assert_accessible(page)
    jobs.run(Job.objects.get().pk)
    expect(page.get_by_text("1/1")).to_be_visible()
    expect(page.get_by_text("Hoàn tác việc…")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("link", name="Thông báo").click()
    assert_accessible(page)
    page.get_by_role("link", name="Chọn thông báo muốn nhận").click()
    assert_accessible(page)
