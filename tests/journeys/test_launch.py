"""Launch → response → who has not → remind, by three people in a real browser."""

import datetime
import re

from playwright.sync_api import expect

from campaign import telling
from campaign.models import Recipient
from core import periods
from tests import criteria_factories as make
from tests.browser import TELEPHONE, PageAs, assert_accessible
from tests.criteria_factories import Campaigning


def test_from_the_launch_to_the_reminder(page_as: PageAs, setting: Campaigning) -> None:
    make.deadline(setting, periods.today() + datetime.timedelta(days=9))
    land = setting.land
    province = page_as(land.tinh)
    province.goto("/launches/")
    assert_accessible(province)
    province.get_by_role("link", name="Phát động văn bản").first.click()
    province.get_by_label("Văn bản*").select_option(setting.document.code)
    due_on = periods.today() + datetime.timedelta(days=9)
    province.get_by_label("Hạn hưởng ứng").fill(f"{due_on:%d/%m/%Y}")
    province.get_by_label("Lời nhắn gửi các đơn vị").fill("Đề nghị hưởng ứng đúng hạn.")
    assert_accessible(province)
    province.get_by_role("button", name="Xem các đơn vị").click()
    expect(province.locator("main")).to_contain_text("2 đơn vị sẽ nhận")
    assert_accessible(province)
    province.get_by_role("button", name="Phát động", exact=True).click()
    expect(province).to_have_url(re.compile(r"/launches/\d+/$"))

    commune = page_as(land.xa, size=TELEPHONE)
    commune.goto("/")
    expect(commune.locator("main")).to_contain_text("Đề nghị hưởng ứng đúng hạn.")
    assert_accessible(commune)
    commune.get_by_role("link", name="Đọc và trả lời").click()
    assert_accessible(commune)
    commune.get_by_role("link", name="Trả lời").click()
    assert_accessible(commune)
    commune.get_by_label("Đơn vị hưởng ứng thế nào").fill("Xã hưởng ứng, triển khai đến các ấp.")
    commune.get_by_role("button", name="Hưởng ứng", exact=True).click()
    expect(commune.locator("main")).to_contain_text("Xã hưởng ứng, triển khai đến các ấp.")
    commune.goto("/")
    expect(commune.get_by_role("link", name="Đọc và trả lời")).to_have_count(0)

    province.goto("/")
    province.get_by_role("link", name="Đơn vị nào chưa").click()
    rows = province.locator("tbody tr")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("Xã Hàm Giang")
    province.locator("summary", has_text="Nhắc").click()
    assert_accessible(province)
    province.get_by_role("button", name="Nhắc", exact=True).click()
    expect(province.locator(".messages")).to_contain_text("Đã nhắc 1 đơn vị.")
    received = telling.with_reminders(Recipient.objects.all())
    assert received.get(unit=land.sibling.unit).reminders == 1

    other = page_as(land.xa2)
    other.goto("/")
    expect(other.locator("main")).to_contain_text("Đã được nhắc 1 lần")
    assert_accessible(other)
