"""The province's officer at work in a real browser: receive, judge, return; later confirm."""

import datetime
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from playwright.sync_api import Locator, Page, expect

from core import periods, previews
from criteria import assessing
from criteria.models import Answer, Assessment, AssessmentState, Criterion
from criteria.workflow import ASSESSMENT
from tests import criteria_factories as make
from tests import factories
from tests.browser import TELEPHONE, PageAs, assert_accessible
from tests.core import originals
from tests.criteria_factories import Campaigning

CONFLICT = r"status of 409"
INVALID = r"status of 422"


@pytest.fixture
def sent(setting: Campaigning) -> Assessment:
    """The commune's self-assessment with a file of two pages, sent."""
    make.deadline(setting, periods.today() + datetime.timedelta(days=9))
    assessment = make.answered(setting)
    file = SimpleUploadedFile("Kế hoạch.pdf", originals.pdf(2))
    piece = assessing.add_evidence(assessment.pk, setting.criteria[0].pk, setting.land.xa, file)
    previews.make(piece.file_id)
    return ASSESSMENT.perform("send", assessment.pk, setting.land.xa)


def section(page: Page, criterion: Criterion) -> Locator:
    """One criterion of the review."""
    return page.locator(f"#criterion-{criterion.pk}")


def take(page: Page, step: str, reason: str = "") -> None:
    """Take a step of the whole, as its dialogue asks."""
    page.locator("#review-steps").get_by_text(f"{step}…").click()
    panel = page.locator("#review-steps details[open] .step-panel")
    if reason:
        panel.get_by_label("Lý do").fill(reason)
    panel.get_by_role("button", name=step, exact=True).click()


def progress(page: Page, words: str) -> None:
    """How many criteria are judged, as the bar says."""
    expect(page.locator("#review-bar .meter")).to_contain_text(words)


def ask_for_changes(page: Page) -> None:
    """Ask for what colleagues changed, as the page does by itself, and wait for what follows."""
    page.evaluate(
        "htmx.ajax('GET', htmx.find('#review-changes').getAttribute('hx-get'),"
        " {source: '#review-changes', target: '#review-changes', swap: 'outerHTML'})"
    )


def test_receive_judge_return_and_after_correction_confirm(
    page_as: PageAs, setting: Campaigning, sent: Assessment
) -> None:
    land, (first, second, third, title) = setting.land, setting.criteria
    page = page_as(land.tinh)
    page.goto("/assessments/?state=sent")
    page.get_by_role("link", name="Xã Đại An").click()
    expect(page).to_have_url(re.compile(rf"/assessments/{sent.pk}/review/\?state=sent$"))
    assert_accessible(page)
    take(page, "Tiếp nhận")
    expect(page.locator(".messages")).to_contain_text("Đã tiếp nhận.")

    # By keyboard: accept, change, mark; each time on to the next criterion.
    expect(section(page, first)).to_be_focused()
    page.keyboard.press("a")
    progress(page, "1/4")
    expect(section(page, second)).to_be_focused()
    page.keyboard.press("s")
    section(page, second).get_by_label("Một phần").check()
    section(page, second).get_by_label("Lý do").first.fill("Mới triển khai 3/8 ấp")
    page.keyboard.press("Control+Enter")
    progress(page, "2/4")
    expect(section(page, third)).to_be_focused()
    page.keyboard.press("t")
    page.keyboard.type("Thiếu danh sách học viên")
    page.keyboard.press("Control+Enter")
    progress(page, "3/4")
    expect(page.locator("#review-steps")).to_contain_text("hãy trả lại tự đánh giá")
    assert_accessible(page)
    take(page, "Trả lại để bổ sung", "Đề nghị bổ sung tiêu chí 3")
    expect(page.locator(".messages")).to_contain_text("Đã trả lại")
    assert_accessible(page)
    sent.refresh_from_db()
    assert sent.state == AssessmentState.RETURNED

    # The commune corrects and sends again.
    version = Answer.objects.get(assessment=sent, criterion=third).version
    assessing.save_answer(
        sent.pk,
        third.pk,
        land.xa,
        value={"value": "yes"},
        note="Đã bổ sung danh sách",
        version=version,
    )
    make.recognition(setting)
    ASSESSMENT.perform("send", sent.pk, land.xa)

    page.goto(f"/assessments/{sent.pk}/review/")
    expect(section(page, third)).to_contain_text("Lần trước đã yêu cầu: Thiếu danh sách học viên")
    expect(section(page, third)).to_contain_text("Đã bổ sung danh sách")
    take(page, "Tiếp nhận")
    expect(section(page, third)).to_be_focused()
    page.keyboard.press("a")
    expect(section(page, title)).to_be_focused()
    expect(section(page, title)).to_contain_text("12/QĐ-SGDĐT")
    page.keyboard.press("a")
    progress(page, "4/4")
    take(page, "Xác nhận kết quả")
    expect(page.locator(".messages")).to_contain_text("Đã xác nhận kết quả.")
    expect(page.locator("#result")).to_contain_text("Không đạt: X-2")
    assert_accessible(page)
    take(page, "Hủy xác nhận kết quả", "Xem lại tiêu chí 2")
    sent.refresh_from_db()
    assert (sent.state, sent.result_status) == (AssessmentState.RECEIVED, "not_met")


def test_evidence_opens_in_place(page_as: PageAs, setting: Campaigning, sent: Assessment) -> None:
    page = page_as(setting.land.tinh)
    page.goto(f"/assessments/{sent.pk}/review/")
    page.locator(".file-pages a").first.click()
    viewer = page.locator("#viewer")
    expect(viewer).to_contain_text("1/2")
    assert_accessible(page)
    page.keyboard.press("ArrowRight")
    expect(viewer).to_contain_text("2/2")
    picture = viewer.locator("img")
    expect(picture).to_have_js_property("complete", value=True)
    assert int(picture.evaluate("image => image.naturalWidth")) > 0
    page.keyboard.press("Escape")
    expect(viewer).to_be_hidden()
    expect(page).to_have_url(re.compile(r"/review/$"))


def test_two_reviewers_see_each_others_verdicts(
    page_as: PageAs, setting: Campaigning, sent: Assessment
) -> None:
    first, second, *_others = setting.criteria
    colleague = factories.user("tinh_b", full_name="Trần Văn Đồng")
    factories.appoint(colleague, "emulation_officer", setting.land.home_affairs)
    ASSESSMENT.perform("receive", sent.pk, setting.land.tinh)
    page = page_as(setting.land.tinh, expect=(CONFLICT,))
    page.goto(f"/assessments/{sent.pk}/review/")
    assessing.judge(sent.pk, first.pk, colleague, verdict="accepted")
    section(page, first).get_by_text("Yêu cầu bổ sung…").click()
    expect(section(page, first).locator("details[open] textarea")).to_be_focused()
    page.keyboard.type("Thiếu danh sách")
    page.keyboard.press("Control+Enter")
    expect(section(page, first).get_by_role("alert")).to_contain_text("Trần Văn Đồng vừa kết luận")
    expect(section(page, first).locator("details[open] textarea")).to_have_value("Thiếu danh sách")
    assert_accessible(page)
    # What a colleague judges elsewhere comes by itself, what one is typing stays.
    assessing.judge(sent.pk, second.pk, colleague, verdict="accepted")
    ask_for_changes(page)
    expect(section(page, second)).to_contain_text("Trần Văn Đồng")
    expect(section(page, first).locator("details[open] textarea")).to_have_value("Thiếu danh sách")


def test_a_verdict_of_a_colleague_does_not_take_away_the_panel_one_types_in(
    page_as: PageAs, setting: Campaigning, sent: Assessment
) -> None:
    first, second, *_others = setting.criteria
    colleague = factories.user("tinh_b", full_name="Trần Văn Đồng")
    factories.appoint(colleague, "emulation_officer", setting.land.home_affairs)
    ASSESSMENT.perform("receive", sent.pk, setting.land.tinh)
    page = page_as(setting.land.tinh, expect=(CONFLICT,))
    page.goto(f"/assessments/{sent.pk}/review/")
    section(page, first).get_by_text("Yêu cầu bổ sung…").click()
    expect(section(page, first).locator("details[open] textarea")).to_be_focused()
    page.keyboard.type("Thiếu danh ")
    for criterion in (first, second):
        assessing.judge(sent.pk, criterion.pk, colleague, verdict="accepted")
    ask_for_changes(page)
    field = section(page, first).locator("details[open] textarea")
    expect(field).to_be_focused()
    page.keyboard.type("sách")
    expect(field).to_have_value("Thiếu danh sách")
    # What one has not seen is not overwritten: first it is shown, with what one had typed.
    page.keyboard.press("Control+Enter")
    expect(section(page, first).get_by_role("alert")).to_contain_text("Trần Văn Đồng vừa kết luận")
    expect(field).to_have_value("Thiếu danh sách")
    field.press("Control+Enter")
    progress(page, "2/4")
    expect(section(page, first)).to_contain_text("Nguyễn Thị Tỉnh")
    expect(section(page, second)).to_contain_text("Trần Văn Đồng")


def test_without_a_reason_the_form_stays_open_with_its_error(
    page_as: PageAs, setting: Campaigning, sent: Assessment
) -> None:
    first = setting.criteria[0]
    ASSESSMENT.perform("receive", sent.pk, setting.land.tinh)
    page = page_as(setting.land.tinh, TELEPHONE, (INVALID,))
    page.goto(f"/assessments/{sent.pk}/review/")
    assert_accessible(page)
    section(page, first).get_by_text("Yêu cầu bổ sung…").click()
    section(page, first).locator("details[open]").get_by_role("button").click()
    field = section(page, first).locator("details[open] textarea")
    expect(field).to_be_focused()
    expect(field).to_have_attribute("aria-invalid", "true")
    assert_accessible(page)
