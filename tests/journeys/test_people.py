"""Somebody is invited, sets a password and a second factor, works, lets deputise; it ends."""

from typing import Any

import pytest
from django.core.cache import cache
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice
from playwright.sync_api import Page, expect

from core import periods
from tests.browser import PageAs, assert_accessible
from tests.factories import Land
from tests.units.people_offices import offices
from units.models import Appointment

PASSWORD = "Hoa sen 2026 nở"


@pytest.fixture(autouse=True)
def _nobody_tried() -> None:
    cache.clear()


def digits(username: str) -> str:
    """What the authenticator shows now."""
    device = TOTPDevice.objects.get(user__username=username)
    return f"{totp(device.bin_key):06d}"


def invited(page: Page) -> str:
    """The administrator of the commune invites its new leader; the address of the link."""
    page.goto("/people/")
    page.get_by_role("link", name="Mời hoặc phân công").click()
    page.get_by_label("Họ và tên").fill("Đỗ Thị Hoa Mai")
    page.keyboard.press("Tab")
    page.locator("#id_role").select_option("commune_leader")
    expect(page.locator("#id_username")).to_have_value("maidth")
    unit = page.get_by_label("Tại đơn vị")
    unit.fill("đại an")
    option = page.locator("#units option[value^='Xã Đại An']")
    expect(option).to_have_count(1)
    unit.fill(str(option.get_attribute("value")))
    assert_accessible(page)
    page.get_by_role("button", name="Mời và tạo liên kết").click()
    assert_accessible(page)
    return page.get_by_label("Liên kết", exact=True).input_value()


def begun(page: Page, link: str) -> list[str]:
    """The new leader sets password and second factor; the recovery codes."""
    page.goto(link)
    page.locator("#id_new_password1").fill(PASSWORD)
    page.locator("#id_new_password2").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Thiết lập xác thực hai bước")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("button", name="Thiết lập").click()
    expect(page.get_by_alt_text("Mã QR cho ứng dụng xác thực")).to_be_visible()
    page.get_by_label("Sáu chữ số").fill(digits("maidth"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Mã khôi phục")).to_be_visible()
    assert_accessible(page)
    codes = page.locator(".recovery-codes code").all_inner_texts()
    page.get_by_role("link", name="Tôi đã lưu mã").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    return codes


def signed_in_again(page: Page, code: str) -> None:
    """Password, then a recovery code."""
    page.goto("/accounts/login/")
    page.get_by_label("Tên đăng nhập").fill("maidth")
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Xác thực hai bước")).to_be_visible()
    assert_accessible(page)
    page.get_by_label("Sáu chữ số").fill(code)
    page.keyboard.press("Enter")


def test_from_the_invitation_to_the_end_of_a_role(
    page_as: PageAs, land: Land, settings: Any
) -> None:
    world = offices(land)
    administrator, leader = page_as(world.commune_admin), page_as(None)
    codes = begun(leader, invited(administrator))
    leader.goto("/accounts/me/")
    leader.get_by_role("link", name="Ủy quyền").click()
    leader.get_by_label("Người được ủy quyền").select_option(label="Trần Thị Xã")
    leader.get_by_label("Đến hết ngày").fill(f"{periods.today():%d/%m/%Y}")
    leader.get_by_label("Lý do").fill("Đi công tác")
    assert_accessible(leader)
    leader.get_by_role("button", name="Ủy quyền cho người này").click()
    expect(leader.get_by_text("Trần Thị Xã được ủy quyền").first).to_be_visible()
    assert_accessible(leader)

    again = page_as(None)
    signed_in_again(again, codes[0])
    expect(again.get_by_role("heading", level=1)).to_be_visible()
    again.goto("/accounts/me/")
    expect(again.get_by_text("Còn 9 mã khôi phục.")).to_be_visible()

    person = Appointment.objects.get(user__username="maidth").user
    administrator.goto(f"/people/{person.pk}/")
    assert_accessible(administrator)
    administrator.get_by_role("link", name="Gia hạn hoặc kết thúc").first.click()
    yesterday = periods.today() - periods.ONE_DAY
    administrator.get_by_label("Giữ đến hết ngày").fill(f"{yesterday:%d/%m/%Y}")
    administrator.get_by_label("Lý do").fill("Chuyển công tác")
    administrator.get_by_role("button", name="Lưu").click()
    expect(administrator.get_by_text("thu hồi trước khi bắt đầu")).to_be_visible()
    leader.goto("/accounts/me/")
    expect(leader.get_by_text("Hiện không giữ vai trò nào")).to_be_visible()
    assert list(
        Appointment.objects.filter(role="commune_leader", unit=land.commune.unit)
        .exclude(user=land.lanhdaoxa)
        .values_list("period__isempty", flat=True)
    ) == [True, True]
