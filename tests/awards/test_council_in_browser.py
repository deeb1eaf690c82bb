"""A meeting of the Council in a real browser: the secretary, the members, and what each sees."""

import re

import pytest
from playwright.sync_api import Page, expect

from awards.models import Meeting, NominationState
from core import periods
from tests import council_factories
from tests.browser import OFFICE, TELEPHONE, PageAs, assert_accessible

pytestmark = pytest.mark.django_db(transaction=True)

SIZES = pytest.mark.parametrize("size", [OFFICE, TELEPHONE], ids=["office", "telephone"])


def step(page: Page, label: str) -> None:
    """Open the dialogue of a step and take it."""
    page.locator("summary", has_text=label).click()
    page.get_by_role("button", name=label, exact=True).click()


@SIZES
def test_a_meeting_from_its_preparation_to_its_minutes(
    page_as: PageAs, size: tuple[int, int]
) -> None:
    found = council_factories.council()
    council_factories.rule(found)
    (nomination,) = council_factories.appraised(found.made)
    secretary = page_as(found.thuky, size)
    secretary.goto("/meetings/")
    assert_accessible(secretary)
    secretary.get_by_role("link", name="Chuẩn bị phiên họp").click()
    secretary.get_by_label("Ngày").fill(f"{periods.today():%d/%m/%Y}")
    secretary.get_by_label("Giờ").fill("08:00")
    secretary.get_by_label("Địa điểm").fill("Hội trường Ủy ban nhân dân xã")
    assert_accessible(secretary)
    secretary.get_by_role("button", name="Chuẩn bị").click()
    expect(secretary.get_by_text("Đã tạo phiên họp.")).to_be_visible()
    secretary.get_by_role("link", name="Đưa đề nghị vào phiên họp").first.click()
    assert_accessible(secretary)
    secretary.get_by_role("button", name="Đưa các đề nghị đã chọn vào phiên họp").click()
    expect(secretary.get_by_text("Đã đưa 1 đề nghị vào phiên họp.")).to_be_visible()
    step(secretary, "Gửi giấy mời")
    expect(secretary.get_by_text("Đã mời các thành viên.")).to_be_visible()
    step(secretary, "Khai mạc phiên họp")
    expect(secretary.get_by_text("Hãy ghi nhận người có mặt.")).to_be_visible()
    for one in found.seats:
        secretary.get_by_label(f"Có mặt: {one.person}").select_option("present")
    secretary.get_by_role("button", name="Lưu sự có mặt").click()
    expect(secretary.get_by_text("7/7 thành viên có mặt")).to_be_visible()
    assert_accessible(secretary)
    held = Meeting.objects.get()
    for person in found.members:
        member = page_as(person, size)
        member.goto("/")
        member.get_by_role("link", name="Vào biểu quyết").click()
        member.get_by_label("đồng ý", exact=True).check()
        member.get_by_role("button", name="Biểu quyết").click()
        expect(member.get_by_text("Đã ghi nhận biểu quyết của ông (bà)")).to_be_visible()
        if person == found.members[0]:
            assert_accessible(member)
        member.goto("about:blank")
    (case,) = council_factories.cases(held)
    secretary.goto(f"/meetings/{held.pk}/cases/{case.pk}/")
    for one in found.seats[5:]:
        in_favour = re.compile(rf"^đồng ý\s*: {one.person}$")
        secretary.get_by_role("button", name=in_favour).click()
        expect(secretary.get_by_text("Đã lưu.")).to_be_visible()
    assert_accessible(secretary)
    step(secretary, "Chốt kết quả")
    expect(secretary.get_by_text("Đã chốt kết quả.")).to_be_visible()
    assert_accessible(secretary)
    secretary.goto(f"/meetings/{held.pk}/")
    step(secretary, "Kết thúc phiên họp")
    expect(secretary.get_by_text("Phiên họp đã kết thúc. Biên bản ở bên dưới.")).to_be_visible()
    assert_accessible(secretary)
    nomination.refresh_from_db()
    assert nomination.state == NominationState.PASSED


@SIZES
def test_the_pages_of_the_council_and_of_a_dossier(page_as: PageAs, size: tuple[int, int]) -> None:
    found = council_factories.council()
    council_factories.rule(found)
    held = council_factories.meeting(found, council_factories.appraised(found.made), "invited")
    (case,) = council_factories.cases(held)
    secretary = page_as(found.thuky, size)
    secretary.goto(f"/meetings/councils/{found.council.pk}/")
    for label in ("Nhập thành viên", "Nhập quy tắc biểu quyết"):
        secretary.locator("summary", has_text=label).click()
    assert_accessible(secretary)
    member = page_as(found.members[0], size)
    for url in ("/meetings/", f"/meetings/{held.pk}/", f"/meetings/{held.pk}/cases/{case.pk}/"):
        member.goto(url)
        assert_accessible(member)
    member.get_by_role("link", name="Hồ sơ", exact=True).click()
    expect(member.get_by_text("Mở 4 lớp học cho người lớn.")).to_be_visible()
    assert_accessible(member)
