"""The tree in a real browser: opened by script, and by its links without one."""

from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.browser import OFFICE, TELEPHONE, PageAs, assert_accessible, sign_in
from tests.factories import Land

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("size", [OFFICE, TELEPHONE])
def test_a_province_opens_in_its_place(land: Land, page_as: PageAs, size: tuple[int, int]) -> None:
    page = page_as(land.tinh, size)
    page.goto("/units/")
    page.locator("main summary", has_text="Tỉnh Vĩnh Long").click()
    commune = page.get_by_role("link", name="Xã Đại An")
    expect(commune).to_be_visible()
    assert_accessible(page)
    commune.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Xã Đại An")
    assert_accessible(page)


def test_the_tree_is_walked_by_keyboard(land: Land, page_as: PageAs) -> None:
    page = page_as(land.tinh)
    page.goto("/units/")
    page.locator("main summary", has_text="Tỉnh Vĩnh Long").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Xã Đại An")).to_be_visible()


def test_without_javascript_links_open_the_tree(
    land: Land, client_of: Any, live_server: Any, browser: Browser
) -> None:
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    sign_in(context, live_server.url, client_of(land.tinh))
    page = context.new_page()
    page.goto("/units/")
    page.locator("main summary", has_text="Tỉnh Vĩnh Long").click()
    page.get_by_role("link", name="Mở danh sách").locator("visible=true").click()
    expect(page.get_by_role("link", name="Xã Đại An")).to_be_visible()
    context.close()


def test_an_empty_search_and_a_wrong_day_are_accessible(land: Land, page_as: PageAs) -> None:
    page = page_as(land.xa)
    page.goto("/units/?q=không+có")
    expect(page.get_by_text("Không có đơn vị nào tên")).to_be_visible()
    assert_accessible(page)
    page.goto("/units/?day=31/02/2025")
    expect(page.get_by_text("Không có ngày 31/02/2025.")).to_be_visible()
    assert_accessible(page)
