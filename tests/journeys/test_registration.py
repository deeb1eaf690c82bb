"""The head of a hamlet registers households by keyboard, the commune approves and registers itself,
the province approves that and one more at once."""

import re

import pytest
from playwright.sync_api import Page, expect

from core import jobs
from core.models import Job
from criteria.models import RegistrationList
from tests import registration_factories as make
from tests.browser import OFFICE, TELEPHONE, PageAs, assert_accessible
from tests.criteria_factories import Campaigning
from tests.registration_factories import HOUSEHOLDS, Registering


@pytest.fixture
def made(setting: Campaigning) -> Registering:
    """A hamlet that knows three households, and a neighbouring commune that has registered."""
    found = make.registering(setting)
    for name in HOUSEHOLDS:
        make.household(found.thon, found.hamlet, name)
    make.carried(make.own(found, setting.land.xa2), ("send", setting.land.xa2))
    return found


def take(page: Page, step: str, reason: str = "") -> None:
    """Take a step, as its dialogue asks."""
    page.get_by_text(f"{step}…").click()
    panel = page.locator("details[open] .step-panel")
    if reason:
        panel.get_by_label("Lý do").fill(reason)
    panel.get_by_role("button", name=step, exact=True).click()


def test_from_the_hamlet_to_the_province(page_as: PageAs, made: Registering) -> None:
    land = made.setting.land
    _hamlet_registers(page_as(made.thon), made)
    _commune_refuses_and_approves(page_as(land.xa), page_as(made.thon), made)
    _commune_registers(page_as(land.xa))
    _province_approves_both(page_as(land.tinh))
    states = RegistrationList.objects.order_by("pk").values_list("kind", "state", "listed")
    assert list(states) == [
        ("commune", "approved", 1),
        ("household", "approved", 3),
        ("commune", "approved", 1),
    ]


def _hamlet_registers(page: Page, made: Registering) -> None:
    page.goto("/")
    page.get_by_role("link", name="Đăng ký của đơn vị").click()
    page.get_by_role("button", name="Bắt đầu").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("“Gia đình học tập”")
    page.wait_for_load_state()
    assert HOUSEHOLDS[0] not in page.content()
    page.get_by_label("Lý do mở xem?").fill("Lập danh sách đăng ký")
    page.get_by_role("button", name="Mở họ tên").click()
    assert_accessible(page)

    # By keyboard: the first box, the arrow, the next one; each is saved by itself.
    page.locator("[data-box]").first.focus()
    page.keyboard.press("Space")
    total = page.locator("#registration-total")
    expect(total).to_contain_text("Trong danh sách: 1")
    expect(page.locator("[data-box]").first).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    expect(total).to_contain_text("Trong danh sách: 2")
    page.get_by_label("Họ và tên chủ hộ").fill("Ngô Thị Mới")
    page.keyboard.press("Tab")
    page.keyboard.type("4")
    page.keyboard.press("Enter")
    expect(total).to_contain_text("Trong danh sách: 3")
    page.get_by_label("Số kê khai").fill("5")
    page.keyboard.press("Enter")
    expect(total).to_contain_text("chênh lệch +2")
    page.set_viewport_size({"width": TELEPHONE[0], "height": TELEPHONE[1]})
    assert_accessible(page)
    take(page, "Gửi đăng ký")
    expect(page.locator(".lead-state")).to_contain_text("chờ duyệt")


def _commune_refuses_and_approves(office: Page, hamlet: Page, made: Registering) -> None:
    office.goto("/")
    office.get_by_text("1 đăng ký đang chờ ông/bà duyệt.").wait_for()
    office.goto("/registrations/?state=waiting")
    office.get_by_role("link", name=made.hamlet.name).click()
    take(office, "Từ chối", "Số kê khai không khớp danh sách")
    expect(office.locator(".lead-state")).to_contain_text("từ chối")
    hamlet.goto("/")
    hamlet.get_by_text("Số kê khai không khớp danh sách").wait_for()
    hamlet.get_by_role("link", name="Tiếp tục đăng ký").click()
    hamlet.get_by_label("Số kê khai").fill("")
    hamlet.get_by_role("button", name="Lưu số lượng").click()
    take(hamlet, "Gửi đăng ký")
    expect(hamlet.locator(".lead-state")).to_contain_text("chờ duyệt")
    office.reload()
    take(office, "Duyệt")
    expect(office.locator(".lead-state")).to_contain_text("đã duyệt")
    assert_accessible(office)


def _commune_registers(page: Page) -> None:
    page.goto("/registrations/own/")
    assert_accessible(page)
    row = page.get_by_role("row", name=re.compile("Cộng đồng học tập"))
    row.get_by_role("button", name="Bắt đầu").click()
    take(page, "Gửi đăng ký")
    expect(page.locator(".lead-state")).to_contain_text("chờ duyệt")


def _province_approves_both(page: Page) -> None:
    page.goto("/registrations/")
    for size in (TELEPHONE, OFFICE):
        page.set_viewport_size({"width": size[0], "height": size[1]})
        assert_accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    for box in page.get_by_role("checkbox").all():
        box.check()
    page.get_by_role("button", name="Duyệt…").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("2 đăng ký")
    assert_accessible(page)
    page.get_by_role("button", name="Duyệt (2)").click()
    expect(page).to_have_url(re.compile(r"/jobs/\d+/$"))
    jobs.run(Job.objects.get().pk)  # what the worker does
    page.reload()
    outcomes = page.locator("tbody .status")
    assert outcomes.all_inner_texts() == ["đã xong", "đã xong"]
    page.goto("/registrations/")
    expect(page.locator(".state-counts")).to_contain_text("đã duyệt 3")
