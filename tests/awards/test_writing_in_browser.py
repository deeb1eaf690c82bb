"""Writing a nomination in a real browser: what stands beside it is true of what is saved, and
nothing that is pasted is lost."""

import pytest
from playwright.sync_api import Locator, Page, expect

from awards.models import NominationState
from tests import award_factories as make
from tests.browser import OFFICE, TELEPHONE, PageAs

pytestmark = pytest.mark.django_db(transaction=True)

EMPTY = "Chưa có tóm tắt thành tích."
SUMMARY = "Tóm tắt thành tích, ghi trong danh sách"
PUT_FORWARD = "Trình xét tại đơn vị"


def checked(page: Page) -> Locator:
    """The pre-check beside the report, once it is there."""
    beside = page.locator("[aria-labelledby=precheck-title]")
    expect(beside.get_by_role("heading", name="Tuyến trình")).to_be_visible()
    return beside


@pytest.mark.parametrize("size", [OFFICE, TELEPHONE], ids=["office", "telephone"])
def test_the_pre_check_follows_what_is_saved(page_as: PageAs, size: tuple[int, int]) -> None:
    made = make.awarding()
    found = make.nomination(made)
    page = page_as(made.thon, size, expect=("status of 422",))
    page.goto(f"/nominations/{found.pk}/")
    beside = checked(page)
    expect(beside.get_by_text(EMPTY)).to_have_count(0)
    page.get_by_label(SUMMARY).fill("")
    expect(beside.get_by_text(EMPTY)).to_be_visible()
    # A long paste stays whole in the field; it is not saved, and what stands beside does not move.
    long = "Học tập suốt đời, " * 70 + "hết"
    page.get_by_label(SUMMARY).fill(long)
    refused = "Tóm tắt có nhiều nhất 1000 ký tự; nội dung này có 1263 ký tự."
    expect(page.get_by_text(refused).first).to_be_visible()
    expect(page.get_by_label(SUMMARY)).to_have_value(long)
    expect(beside.get_by_text(EMPTY)).to_be_visible()
    page.get_by_label(SUMMARY).fill("Học tập suốt đời.")
    expect(beside.get_by_text(EMPTY)).to_have_count(0)
    assert make.fresh(found).summary == "Học tập suốt đời."


def test_the_step_beside_what_is_written_stays_open_and_is_taken_at_once(page_as: PageAs) -> None:
    made = make.awarding()
    found = make.nomination(made, make.household(made), by=made.land.xa)
    page = page_as(made.land.xa)
    page.goto(f"/nominations/{found.pk}/")
    beside = checked(page)
    page.get_by_label(SUMMARY).fill("Học tập suốt đời.")
    with page.expect_response(f"**/nominations/{found.pk}/precheck/"):
        beside.get_by_text(f"{PUT_FORWARD}…").click()  # leaves the field, which saves it
    beside.get_by_role("button", name=PUT_FORWARD, exact=True).click()
    expect(page.locator(".lead-state .status").first).to_have_text("đã tiếp nhận")
    assert make.fresh(found).state == NominationState.RECEIVED


def test_what_was_just_written_does_not_stand_in_the_way_of_withdrawing(page_as: PageAs) -> None:
    made = make.awarding()
    found = make.nomination(made)
    page = page_as(made.thon)
    page.goto(f"/nominations/{found.pk}/")
    page.get_by_label(SUMMARY).fill("Học tập suốt đời.")
    page.get_by_label(SUMMARY).blur()
    expect(page.locator(".answer .save").get_by_text("Đã lưu lúc")).to_be_visible()
    page.get_by_text("Rút hồ sơ…").click()
    page.get_by_label("Lý do").fill("Hộ đã chuyển đi.")
    page.get_by_role("button", name="Rút hồ sơ", exact=True).click()
    expect(page.locator(".lead-state .status").first).to_have_text("rút hồ sơ")
    assert make.fresh(found).state == NominationState.WITHDRAWN
