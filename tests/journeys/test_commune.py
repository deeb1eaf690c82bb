"""The commune's officer at work in a real browser: from the first page to a corrected sending."""

import datetime
import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from PIL import Image
from playwright.sync_api import FilePayload, Locator, Page, expect

from core import periods, previews
from criteria import assessing
from criteria.models import Answer, Assessment, AssessmentState, Criterion, Evidence
from criteria.workflow import ASSESSMENT
from tests import criteria_factories as make
from tests import factories
from tests.browser import TELEPHONE, PageAs, assert_accessible
from tests.criteria_factories import Campaigning

CONFLICT = r"status of 409"
UNSAVED = r"status of 422"
OFFLINE = r"ERR_INTERNET_DISCONNECTED|htmx:(sendError|afterRequest)|Failed to load resource"


def section(page: Page, criterion: Criterion) -> Locator:
    """One criterion of the form."""
    return page.locator(f"#criterion-{criterion.pk}")


def saved(page: Page, criterion: Criterion) -> Locator:
    """The line that says how its answer stands."""
    return section(page, criterion).locator(".save")


def choose(page: Page, criterion: Criterion, answer: str) -> None:
    """Choose yes, partly or no."""
    section(page, criterion).get_by_label(answer, exact=True).check()


def picture(name: str) -> FilePayload:
    """A real picture to attach."""
    content = io.BytesIO()
    Image.new("RGB", (600, 850), "white").save(content, "PNG")
    return {"name": name, "mimeType": "image/png", "buffer": content.getvalue()}


@pytest.fixture
def draft(setting: Campaigning) -> Assessment:
    """A draft with nothing in it."""
    return make.begun(setting)


def test_from_the_first_page_to_sending_and_back(page_as: PageAs, setting: Campaigning) -> None:
    make.deadline(setting, periods.today() + datetime.timedelta(days=9))
    page = page_as(setting.land.xa)
    page.goto("/")
    assert_accessible(page)
    page.get_by_role("button", name="Bắt đầu").click()
    expect(page).to_have_url(re.compile(r"/assessments/\d+/$"))
    assert_accessible(page)
    for criterion in setting.criteria[:3]:
        choose(page, criterion, "Có")
        section(page, criterion).get_by_label("Thuyết minh").fill("Đã thực hiện.")
        page.keyboard.press("Tab")
        expect(saved(page, criterion)).to_contain_text("Đã lưu lúc")
    expect(page.locator("#result")).to_contain_text("3/3")
    page.get_by_role("link", name="Kiểm tra và gửi").click()
    assert_accessible(page)
    expect(page.locator("main")).to_contain_text("Nơi nhận: Sở Nội vụ tỉnh Vĩnh Long.")
    page.get_by_text("Gửi…").click()
    page.get_by_role("button", name="Gửi", exact=True).click()
    expect(page.locator(".messages")).to_contain_text("Đã gửi.")
    assert Assessment.objects.get().state == AssessmentState.SENT
    assert_accessible(page)
    assert page.locator("form.answer").count() == 0
    page.get_by_text("Thu hồi bản gửi…").click()
    page.get_by_role("button", name="Thu hồi bản gửi", exact=True).click()
    expect(page.locator("form.answer")).to_have_count(4)
    assert Assessment.objects.get().state == AssessmentState.DRAFT


def test_the_outcome_by_the_rule_follows_what_is_entered(
    page_as: PageAs, setting: Campaigning, draft: Assessment
) -> None:
    page = page_as(setting.land.xa)
    page.goto(f"/assessments/{draft.pk}/")
    first = setting.criteria[0]
    outcome = page.locator(f"#outcome-{first.pk}")
    expect(outcome).to_contain_text("Chưa trả lời")
    choose(page, first, "Không")
    expect(outcome).to_contain_text("Không đạt")
    choose(page, first, "Có")
    expect(outcome.locator(".status")).to_have_text("Đạt")


def test_by_keyboard_alone(page_as: PageAs, setting: Campaigning, draft: Assessment) -> None:
    page = page_as(setting.land.xa)
    page.goto(f"/assessments/{draft.pk}/")
    first = setting.criteria[0]
    section(page, first).get_by_label("Có", exact=True).focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Tab")
    page.keyboard.type("Một phần các ấp")
    page.keyboard.press("Tab")
    expect(saved(page, first)).to_contain_text("Đã lưu lúc")
    answer = Answer.objects.get()
    assert (answer.value, answer.note) == ({"value": "partly"}, "Một phần các ấp")
    assert page.evaluate("document.activeElement.id") == f"file-{first.pk}"


def test_what_cannot_be_stays_in_the_field_with_the_reason(page_as: PageAs, land: Any) -> None:
    setting = make.campaigning(land, rules=({"kind": "number", "unit": "lớp", "at_least": 3},))
    draft = make.begun(setting)
    page = page_as(land.xa, expect=(UNSAVED,))
    page.goto(f"/assessments/{draft.pk}/")
    first = setting.criteria[0]
    field = section(page, first).get_by_label("Số lượng (lớp)")
    field.fill("nhiều")
    page.keyboard.press("Tab")
    expect(saved(page, first)).to_contain_text("không phải là số")
    expect(field).to_have_value("nhiều")
    expect(field).to_have_attribute("aria-invalid", "true")
    assert_accessible(page)
    field.fill("1.234")
    page.keyboard.press("Tab")
    expect(saved(page, first)).to_contain_text("Đã lưu lúc")
    assert Answer.objects.get().value == {"value": "1234"}


def test_two_people_in_one_form_see_each_others_values(
    page_as: PageAs, setting: Campaigning, draft: Assessment
) -> None:
    colleague = factories.user("dongnghiep", full_name="Hồ Thị Nghiệp")
    factories.appoint(colleague, "commune_officer", setting.land.commune)
    first, second = setting.criteria[:2]
    mine = page_as(setting.land.xa, expect=(CONFLICT,))
    theirs = page_as(colleague)
    mine.clock.install()
    for page in (mine, theirs):
        page.goto(f"/assessments/{draft.pk}/")
    choose(theirs, first, "Một phần")
    expect(saved(theirs, first)).to_contain_text("Đã lưu lúc")
    mine.clock.run_for(16_000)
    expect(section(mine, first).get_by_label("Một phần")).to_be_checked()
    expect(saved(mine, first)).to_contain_text("Hồ Thị Nghiệp")
    # Both at once: nothing is overwritten, both values are shown.
    section(theirs, second).get_by_label("Thuyết minh").fill("Của đồng nghiệp")
    expect(saved(theirs, second)).to_contain_text("Đã lưu lúc")
    section(mine, second).get_by_label("Thuyết minh").fill("Của tôi")
    mine.clock.run_for(1_000)
    conflict = section(mine, second).locator(".conflict")
    expect(conflict).to_contain_text("Của đồng nghiệp")
    expect(conflict).to_contain_text("Của tôi")
    assert_accessible(mine)
    conflict.locator('[data-keep="theirs"]').click()
    expect(section(mine, second).get_by_label("Thuyết minh")).to_have_value("Của đồng nghiệp")


def test_a_lost_connection_loses_nothing(
    page_as: PageAs, setting: Campaigning, draft: Assessment
) -> None:
    page = page_as(setting.land.xa, expect=(OFFLINE,))
    page.goto(f"/assessments/{draft.pk}/")
    first = setting.criteria[0]
    page.context.set_offline(True)
    section(page, first).get_by_label("Thuyết minh").fill("Viết khi mất mạng")
    expect(page.locator("#autosave-alert")).to_contain_text("mất kết nối", ignore_case=True)
    assert Answer.objects.count() == 0
    page.context.set_offline(False)
    expect(saved(page, first)).to_contain_text("Đã lưu lúc")
    assert Answer.objects.get().note == "Viết khi mất mạng"


def test_an_ended_session_loses_nothing(
    page_as: PageAs, setting: Campaigning, draft: Assessment
) -> None:
    page = page_as(setting.land.xa, expect=(r"status of 401",))
    page.goto(f"/assessments/{draft.pk}/")
    first = setting.criteria[0]
    page.context.clear_cookies(name="sessionid")
    section(page, first).get_by_label("Thuyết minh").fill("Viết khi hết phiên")
    expect(page.locator("#autosave-alert")).to_contain_text("Phiên làm việc đã hết hạn")
    page.get_by_role("link", name="Đăng nhập lại").click()
    page.get_by_label("Tên đăng nhập").fill("xa")
    page.get_by_label("Mật khẩu").fill("demo-password")
    page.get_by_role("button", name="Đăng nhập").click()
    expect(page).to_have_url(re.compile(rf"/assessments/{draft.pk}/$"))
    expect(saved(page, first)).to_contain_text("Đã lưu lúc")
    assert Answer.objects.get().note == "Viết khi hết phiên"


def test_evidence_shows_its_pictures_by_itself(
    page_as: PageAs, setting: Campaigning, draft: Assessment
) -> None:
    page = page_as(setting.land.xa, expect=(UNSAVED,))
    page.goto(f"/assessments/{draft.pk}/")
    first = setting.criteria[0]
    chooser = section(page, first).locator("input[type=file]")
    chooser.set_input_files([picture("Báo cáo năm.png")])
    files = page.locator(f"#evidence-{first.pk}")
    expect(files).to_contain_text("Báo cáo năm.png")
    previews.make(Evidence.objects.get().file_id)
    expect(files.get_by_role("img")).to_have_count(1)
    assert_accessible(page)
    chooser.set_input_files([{"name": "a.pdf", "mimeType": "application/pdf", "buffer": b"MZ"}])
    expect(files.get_by_role("alert")).to_contain_text("a.pdf")
    expect(files).to_contain_text("Báo cáo năm.png")
    with page.expect_download() as download:
        files.get_by_role("link", name="Báo cáo năm.png", exact=True).click()
    assert download.value.suggested_filename == "Báo cáo năm.png"
    files.get_by_role("button", name="Gỡ").click()
    expect(files).to_contain_text("Chưa đính kèm tệp nào.")


def test_what_was_returned_is_corrected_and_sent_again(
    page_as: PageAs, setting: Campaigning
) -> None:
    land, first = setting.land, setting.criteria[0]
    assessment = make.received(setting)
    assessing.judge(
        assessment.pk, first.pk, land.tinh, verdict="to_correct", reason="Thiếu danh sách học viên"
    )
    ASSESSMENT.perform("return", assessment.pk, land.tinh, reason="Đề nghị bổ sung")
    page = page_as(land.xa)
    page.goto("/")
    expect(page.locator("main")).to_contain_text("Đề nghị bổ sung")
    page.get_by_role("link", name="Bổ sung", exact=True).click()
    expect(section(page, first)).to_contain_text("Thiếu danh sách học viên")
    assert_accessible(page)
    page.goto(f"/assessments/{assessment.pk}/precheck/")
    expect(page.locator("main")).to_contain_text("Được yêu cầu bổ sung nhưng chưa sửa")
    page.get_by_role("link", name=re.compile("Được yêu cầu bổ sung")).click()
    section(page, first).get_by_label("Thuyết minh").fill("Kèm danh sách 120 học viên")
    expect(saved(page, first)).to_contain_text("Đã lưu lúc")
    expect(section(page, first)).to_contain_text("Đã sửa sau khi được yêu cầu")
    page.get_by_role("link", name="Kiểm tra và gửi").click()
    page.get_by_text("Gửi…").click()
    page.get_by_role("button", name="Gửi", exact=True).click()
    history = page.locator("section", has=page.get_by_role("heading", name="Lịch sử xử lý"))
    expect(history).to_contain_text("Đã gửi lần 2")
    expect(history.locator("ins")).to_have_text("Kèm danh sách 120 học viên")
    expect(history).to_contain_text("Tiêu chí X-1 cần bổ sung: Thiếu danh sách học viên")
    assert_accessible(page)


def test_on_a_telephone(page_as: PageAs, setting: Campaigning, draft: Assessment) -> None:
    page = page_as(setting.land.xa, size=TELEPHONE)
    for address in ("/", f"/assessments/{draft.pk}/", f"/assessments/{draft.pk}/precheck/"):
        page.goto(address)
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= TELEPHONE[0], address
        assert_accessible(page)


def test_in_english(page_as: PageAs, setting: Campaigning, draft: Assessment) -> None:
    page = page_as(setting.land.xa)
    page.goto(f"/assessments/{draft.pk}/")
    page.get_by_role("button", name="English").click()
    expect(page.locator("h1")).to_have_text("Self-assessment of Xã Đại An")
    assert_accessible(page)


def test_without_scripts(
    setting: Campaigning, client_of: Callable[[Any], Client], draft: Assessment
) -> None:
    """Each answer has a button of its own where nothing scripts."""
    page = client_of(setting.land.xa).get(f"/assessments/{draft.pk}/").content.decode()
    assert page.count("<noscript>") == 4 + 3
