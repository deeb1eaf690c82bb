"""Answers save themselves; neither a lost connection, nor an ended session, nor another person
loses what was typed. In a real browser, over the test-only page `/look/notes/`."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser import PageAs, assert_accessible, stop_the_clock
from tests.factories import Land
from tests.look.views import Store

CONFLICT = r"status of 409"
OFFLINE = r"ERR_INTERNET_DISCONNECTED|^htmx:"


def status(page: Page, key: str = "a") -> Any:
    return page.locator(f"#answer-{key}-save")


def number(page: Page, key: str = "a") -> Any:
    return page.locator(f"#number-{key}")


def drafts(page: Page) -> int:
    return page.evaluate(
        "Object.keys(localStorage).filter(key => key.startsWith('thidua:')).length"
    )


def end_session(page: Page) -> None:
    """What hours of absence do: the session is over, the CSRF cookie is still there."""
    page.context.clear_cookies(name="sessionid")


@pytest.fixture
def page(page_as: PageAs, land: Land) -> Page:
    """The page of the commune's officer; its answers have no value yet."""
    page = page_as(land.xa, expect=(CONFLICT,))
    page.goto("/look/notes/")
    return page


def test_a_field_is_saved_as_soon_as_it_is_left(page: Page) -> None:
    stop_the_clock(page)
    number(page).fill("12")
    page.keyboard.press("Tab")
    expect(status(page)).to_contain_text("Đã lưu lúc")
    assert Store.notes["a"].values == {"number": "12", "words": "", "way": []}
    assert drafts(page) == 0


@pytest.mark.parametrize(
    "broken",
    [
        "Object.defineProperty(window, 'localStorage', { get() { throw new Error('off'); } })",
        "localStorage.setItem('thidua:draft:1:a', 'not ours')",
    ],
    ids=["switched off", "not ours"],
)
def test_a_field_is_saved_whatever_the_machine_keeps(page: Page, broken: str) -> None:
    page.add_init_script(broken)
    page.reload()
    number(page).fill("12")
    page.keyboard.press("Tab")
    expect(status(page)).to_contain_text("Đã lưu lúc")
    assert Store.notes["a"].values["number"] == "12"


def test_a_field_is_saved_without_leaving_it(page: Page) -> None:
    stop_the_clock(page)
    number(page).fill("7")
    expect(status(page)).to_contain_text("Chưa lưu")
    page.clock.run_for(1000)
    expect(status(page)).to_contain_text("Đã lưu lúc")
    expect(number(page)).to_be_focused()
    assert Store.notes["a"].values["number"] == "7"


def test_a_check_box_is_saved_at_once(page: Page) -> None:
    page.get_by_label("Đếm từ danh sách").first.check()
    expect(status(page)).to_contain_text("Đã lưu lúc")
    assert Store.notes["a"].values["way"] == ["counted"]


def test_enter_and_control_s_save_instead_of_leaving_the_page(page: Page) -> None:
    number(page).fill("1")
    page.keyboard.press("Enter")
    expect(status(page)).to_contain_text("Đã lưu lúc")
    number(page, "b").fill("2")
    page.keyboard.press("Control+s")
    expect(status(page, "b")).to_contain_text("Đã lưu lúc")
    assert [note.values["number"] for note in Store.notes.values()] == ["1", "2"]


def test_typing_on_while_a_saving_is_under_way_saves_the_last_value(page: Page) -> None:
    number(page).press_sequentially("123456789", delay=250)
    expect(status(page)).to_contain_text("Đã lưu lúc")
    expect(page.locator("#answer-a")).to_have_attribute("data-state", "saved")
    assert Store.notes["a"].values["number"] == "123456789"


def test_what_the_server_refuses_stays_in_the_field_with_the_reason(
    page_as: PageAs, land: Land
) -> None:
    page = page_as(land.xa, expect=(r"status of 422",))
    page.goto("/look/notes/")
    number(page).fill("mười hai")
    page.keyboard.press("Tab")
    expect(status(page)).to_contain_text("Nhập một số.")
    expect(number(page)).to_have_value("mười hai")
    expect(number(page)).to_have_attribute("aria-invalid", "true")
    assert_accessible(page)
    page.reload()
    expect(number(page)).to_have_value("mười hai")
    number(page).fill("12")
    expect(status(page)).to_contain_text("Đã lưu lúc")
    expect(number(page)).not_to_have_attribute("aria-invalid", "true")
    assert drafts(page) == 0


def test_two_people_see_each_others_values_and_keep_mine_wins(page: Page) -> None:
    Store.put("a", "Lê Văn Lãnh", number="50")
    number(page).fill("12")
    page.keyboard.press("Tab")
    expect(status(page)).to_contain_text("Lê Văn Lãnh đã sửa mục này lúc")
    assert Store.notes["a"].values["number"] == "50"
    assert_accessible(page)
    page.get_by_role("button", name="Giữ của tôi").click()
    expect(status(page)).to_contain_text("Đã lưu lúc")
    assert Store.notes["a"].values["number"] == "12"
    assert Store.notes["a"].version == 2


def test_two_people_see_each_others_values_and_take_theirs_wins(page: Page) -> None:
    stop_the_clock(page)
    Store.put("a", "Lê Văn Lãnh", number="50", way=["counted"])
    number(page).fill("12")
    page.keyboard.press("Tab")
    page.get_by_role("button", name="Lấy giá trị kia").click()
    expect(number(page)).to_have_value("50")
    expect(page.get_by_label("Đếm từ danh sách").first).to_be_checked()
    page.clock.run_for(2000)
    assert Store.notes["a"].values["number"] == "50"
    assert Store.notes["a"].version == 1
    assert drafts(page) == 0


def test_others_values_arrive_in_fields_that_i_am_not_editing(page: Page) -> None:
    Store.put("a", "Lê Văn Lãnh", number="50")
    Store.put("b", "Lê Văn Lãnh", number="60")
    number(page, "b").focus()
    page.evaluate("htmx.trigger('#others-values', 'every')")
    page.evaluate(
        "htmx.ajax('GET', '/look/notes/newer/', {source: '#others-values', swap: 'outerHTML'})"
    )
    expect(number(page)).to_have_value("50")
    expect(status(page)).to_contain_text("Lê Văn Lãnh đã sửa mục này lúc")
    expect(page.locator("#announcer")).to_contain_text("Lê Văn Lãnh đã sửa")
    expect(number(page, "b")).to_have_value("")
    number(page).focus()
    expect(number(page, "b")).to_have_value("60")
    number(page, "b").fill("61")
    expect(status(page, "b")).to_contain_text("Đã lưu lúc")


def test_the_page_asks_for_others_values_by_itself(page_as: PageAs, land: Land) -> None:
    page = page_as(land.xa)
    page.clock.install()
    page.goto("/look/notes/")
    Store.put("a", "Lê Văn Lãnh", number="50")
    page.clock.run_for(16_000)
    expect(number(page)).to_have_value("50")
    Store.put("a", "Lê Văn Lãnh", number="51")
    page.clock.run_for(16_000)
    expect(number(page)).to_have_value("51")


def test_a_lost_connection_loses_nothing_and_saves_when_it_is_back(
    page_as: PageAs, land: Land
) -> None:
    page = page_as(land.xa, expect=(OFFLINE,))
    page.goto("/look/notes/")
    page.context.set_offline(True)
    number(page).fill("12")
    page.keyboard.press("Tab")
    expect(status(page)).to_contain_text("mất kết nối")
    expect(page.locator("#autosave-alert")).to_contain_text("Mất kết nối")
    expect(number(page)).to_have_value("12")
    assert_accessible(page)
    page.context.set_offline(False)
    expect(status(page)).to_contain_text("Đã lưu lúc")
    expect(page.locator("#autosave-alert")).to_be_empty()
    assert Store.notes["a"].values["number"] == "12"


def test_a_fault_of_the_server_is_tried_again(page_as: PageAs, land: Land) -> None:
    page = page_as(land.xa, expect=(r"status of 500",))
    page.goto("/look/notes/")
    Store.fail = 1
    number(page).fill("12")
    page.keyboard.press("Tab")
    expect(page.locator("#answer-a")).to_have_attribute("data-state", "lost")
    expect(status(page)).to_contain_text("Đã lưu lúc")
    assert Store.notes["a"].values["number"] == "12"


def sign_in_again(page: Page, username: str) -> None:
    page.get_by_label("Tên đăng nhập").fill(username)
    page.get_by_label("Mật khẩu").fill("demo-password")
    page.get_by_role("button", name="Đăng nhập").click()


def test_an_ended_session_loses_nothing_typed(page_as: PageAs, land: Land) -> None:
    page = page_as(land.xa, expect=(r"status of 401",))
    page.goto("/look/notes/")
    end_session(page)
    number(page).fill("12")
    page.keyboard.press("Tab")
    expect(status(page)).to_contain_text("phiên làm việc đã hết hạn")
    assert Store.notes["a"].version == 0
    page.get_by_role("link", name="Đăng nhập lại").click()
    expect(page).to_have_url(re.compile(r"/accounts/login/\?next=%2Flook%2Fnotes%2F$"))
    sign_in_again(page, "xa")
    expect(page).to_have_url(re.compile(r"/look/notes/$"))
    expect(number(page)).to_have_value("12")
    expect(status(page)).to_contain_text("Đã lưu lúc")
    assert Store.notes["a"].values["number"] == "12"
    assert drafts(page) == 0


def test_lost_cookies_lose_nothing_typed(page_as: PageAs, land: Land) -> None:
    page = page_as(land.xa, expect=(r"status of 401",))
    page.goto("/look/notes/")
    page.context.clear_cookies()
    number(page).fill("12")
    page.keyboard.press("Tab")
    page.get_by_role("link", name="Đăng nhập lại").click()
    sign_in_again(page, "xa")
    expect(status(page)).to_contain_text("Đã lưu lúc")
    assert Store.notes["a"].values["number"] == "12"


def test_an_ended_session_is_said_before_anything_is_typed(page_as: PageAs, land: Land) -> None:
    page = page_as(land.xa, expect=(r"status of 401",))
    page.clock.install()
    page.goto("/look/notes/")
    end_session(page)
    page.clock.run_for(16_000)
    expect(page.locator("#autosave-alert")).to_contain_text("Phiên làm việc đã hết hạn")


def test_what_is_put_back_does_not_overwrite_what_another_saved_meanwhile(
    page_as: PageAs, land: Land
) -> None:
    page = page_as(land.xa, expect=(r"status of 401", CONFLICT))
    page.goto("/look/notes/")
    end_session(page)
    number(page).fill("12")
    page.keyboard.press("Tab")
    page.get_by_role("link", name="Đăng nhập lại").click()
    Store.put("a", "Lê Văn Lãnh", number="50")
    sign_in_again(page, "xa")
    expect(number(page)).to_have_value("12")
    expect(status(page)).to_contain_text("Lê Văn Lãnh đã sửa mục này")
    assert Store.notes["a"].values["number"] == "50"


def test_a_session_of_somebody_else_saves_nothing_that_i_typed(page_as: PageAs, land: Land) -> None:
    page = page_as(land.xa, expect=(r"status of 401",))
    page.goto("/look/notes/")
    other = page.context.new_page()
    page.context.clear_cookies()
    other.goto("/accounts/login/")
    sign_in_again(other, "lanhdaoxa")
    number(page).fill("12")
    page.keyboard.press("Tab")
    expect(status(page)).to_contain_text("phiên làm việc đã hết hạn")
    assert Store.notes["a"].version == 0


def test_what_was_left_behind_a_week_ago_is_not_put_back(page_as: PageAs, land: Land) -> None:
    page = page_as(land.xa, expect=(r"status of 422",))
    page.clock.install()
    page.goto("/look/notes/")
    page.on("dialog", lambda dialog: dialog.accept())
    number(page).fill("x")
    page.clock.run_for(1000)
    expect(status(page)).to_contain_text("Nhập một số.")
    page.reload()
    expect(number(page)).to_have_value("x")
    page.clock.fast_forward(8 * 24 * 60 * 60 * 1000)
    page.reload()
    expect(number(page)).to_have_value("")
    assert drafts(page) == 0


def test_the_page_warns_before_unsaved_text_is_left(page_as: PageAs, land: Land) -> None:
    page = page_as(land.xa, expect=(r"status of 422",))
    page.goto("/look/notes/")
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    number(page).fill("x")
    expect(status(page)).to_contain_text("Nhập một số.")
    page.goto("/look/")
    assert asked == ["beforeunload"]
    assert drafts(page) == 1


def test_signing_out_keeps_nothing_on_the_machine(page_as: PageAs, land: Land) -> None:
    page = page_as(land.xa, expect=(r"status of 422",))
    page.goto("/look/notes/")
    page.on("dialog", lambda dialog: dialog.accept())
    number(page).fill("x")
    expect(status(page)).to_contain_text("Nhập một số.")
    page.locator(".top-menu summary").click()
    page.get_by_role("button", name="Đăng xuất").click()
    expect(page).to_have_url(re.compile(r"/accounts/login/$"))
    assert drafts(page) == 0


def test_a_page_without_unsaved_text_is_left_without_a_question(page: Page) -> None:
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    number(page).fill("5")
    expect(status(page)).to_contain_text("Đã lưu lúc")
    page.goto("/look/")
    assert asked == []
