"""A list for recognition, from the meeting of a hamlet to the decision and one line revoked: the
head of the hamlet, Hội Khuyến học, the leader and the registrar of the commune, each on every page
that they need."""

import re

import pypdfium2
import pytest
from playwright.sync_api import Page, expect

from core import periods
from criteria import ledger
from criteria.models import Recognition, RecognitionBatch
from tests import batch_factories as make
from tests.batch_factories import Recognising
from tests.browser import TELEPHONE, PageAs, assert_accessible
from tests.criteria_factories import Campaigning


@pytest.fixture
def made(setting: Campaigning) -> Recognising:
    found = make.recognising(setting)
    make.households(found, 3)
    return found


def take(page: Page, step: str, reason: str = "") -> None:
    """Take a step, as its dialogue asks."""
    page.locator("#batch-steps").get_by_text(f"{step}…", exact=True).click()
    panel = page.locator("details[open] .step-panel")
    if reason:
        panel.get_by_label("Lý do").fill(reason)
    panel.get_by_role("button", name=step, exact=True).click()


def stands(page: Page, state: str) -> None:
    """The page says so, and can be read by everybody."""
    expect(page.locator(".lead-state")).to_contain_text(state)
    assert_accessible(page)


def from_the_first_page(page: Page) -> None:
    """The list waits on the first page of whoever has the next step."""
    page.goto("/")
    assert_accessible(page)
    page.get_by_role("link", name="Làm tiếp danh sách").click()


def paper(page: Page, label: str) -> str:
    """What a paper says that the page offers, as one line."""
    link = page.locator("#page").get_by_role("link", name=label, exact=True)
    answer = page.request.get(link.get_attribute("href") or "")
    assert (answer.status, answer.headers["content-type"]) == (200, "application/pdf")
    document = pypdfium2.PdfDocument(answer.body())
    pages = [one.get_textpage().get_text_range() for one in document]
    document.close()
    return " ".join(" ".join(pages).split())


def test_from_the_meeting_to_the_decision_and_one_line_revoked(
    page_as: PageAs, made: Recognising
) -> None:
    _hamlet_lists(page_as(made.thon))
    _association_appraises(page_as(made.hoikhxa))
    _leader_signs(page_as(made.lanhdaoxa))
    _registrar_issues(page_as(made.vanthu))
    assert (Recognition.objects.count(), RecognitionBatch.objects.get().state) == (2, "issued")
    _leader_revokes_one(page_as(made.lanhdaoxa))
    states = Recognition.objects.order_by("pk").values_list("state", flat=True)
    assert (sorted(states), ledger.verify().difference) == (["confirmed", "revoked"], "")


def _hamlet_lists(page: Page) -> None:
    page.goto("/recognitions/")
    assert_accessible(page)
    page.get_by_role("link", name="Danh sách đề nghị công nhận").first.click()
    assert_accessible(page)
    page.get_by_role("link", name="Lập danh sách").first.click()
    assert_accessible(page)
    page.get_by_role("button", name=re.compile("Bắt đầu.*Gia đình học tập")).click()
    stands(page, "nháp")
    page.get_by_label("Lý do mở xem?").fill("Họp xét")
    page.get_by_role("button", name="Mở họ tên trong một giờ").click()
    page.get_by_text("Chủ hộ 0").wait_for()

    # One key a household, the arrow to the next one; each is saved by itself.
    page.locator("[data-box]").first.focus()
    page.keyboard.press("Space")
    total = page.locator("#batch-total")
    expect(total).to_contain_text("đạt danh hiệu: 1")
    expect(page.locator("[data-box]").first).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    expect(total).to_contain_text("đạt danh hiệu: 2")

    page.get_by_label("Ngày họp").fill("02/11/2026")
    page.get_by_label("Chủ trì").fill("Trần Văn Chủ")
    page.get_by_label("Có mặt").fill("35")
    page.get_by_role("button", name="Lưu cuộc họp").click()
    expect(page.locator(".messages")).to_contain_text("Đã lưu")
    minutes = paper(page, "Biên bản họp")
    assert "Số đạt, đề nghị công nhận: 2; số chưa đạt: 1" in minutes
    assert "Chủ hộ 2" in minutes
    page.set_viewport_size({"width": TELEPHONE[0], "height": TELEPHONE[1]})
    assert_accessible(page)
    take(page, "Gửi thẩm định")
    stands(page, "đang thẩm định")


def _association_appraises(page: Page) -> None:
    from_the_first_page(page)
    stands(page, "đang thẩm định")
    take(page, "Đã thẩm định: trình ký")
    stands(page, "trình ký")
    assert "cho 2 hộ gia đình (có danh sách kèm theo)" in paper(page, "Tờ trình")


def _leader_signs(page: Page) -> None:
    from_the_first_page(page)
    stands(page, "trình ký")
    take(page, "Ký")
    stands(page, "đã ký")


def _registrar_issues(page: Page) -> None:
    from_the_first_page(page)
    stands(page, "đã ký")
    page.locator("input[name=number]").fill("12")
    page.get_by_role("button", name="Cấp số và ngày").click()
    stands(page, "đã cấp số")
    take(page, "Phát hành")
    stands(page, "đã phát hành")
    decision = paper(page, "Quyết định")
    today = periods.today()
    assert "Số: 12/QĐ-UBND" in decision
    assert f"Danh hiệu được giữ từ ngày {today:%d/%m/%Y}" in decision


def _leader_revokes_one(page: Page) -> None:
    page.goto("/recognitions/batches/")
    page.get_by_role("link", name="Ấp Giồng Lớn").click()
    page.locator("input[name=chosen]").first.check()
    page.get_by_text("Thu hồi của đối tượng đã đánh dấu, hoặc hoàn tác").click()
    part = page.locator("details[open]")
    part.get_by_label("Văn bản hủy bỏ").fill("Quyết định 13/QĐ-UBND")
    part.get_by_label("Lý do").fill("Vi phạm")
    part.get_by_role("button", name="Thu hồi của những đối tượng đã đánh dấu", exact=True).click()
    expect(page.locator(".messages")).to_contain_text("Đã thu hồi 1 danh hiệu.")
    expect(page.locator(".list.results")).to_contain_text("Quyết định 13/QĐ-UBND: Vi phạm")
    assert_accessible(page)
    page.get_by_text("Ai thấy được?").click()
    expect(page.locator(".access-body")).to_contain_text("Xem ai trong danh sách")
    assert_accessible(page)
