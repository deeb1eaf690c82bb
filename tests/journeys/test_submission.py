"""The head of a hamlet submits a nomination, the commune receives and passes it on, Sở receives."""

import pytest
from playwright.sync_api import Page, expect

from awards.models import Nomination, Submission
from tests import award_factories as awards
from tests.award_factories import Awarding
from tests.browser import TELEPHONE, PageAs, assert_accessible
from tests.core import originals
from tests.criteria_factories import Campaigning


@pytest.fixture
def made(setting: Campaigning) -> Awarding:
    """A hamlet that has written its nomination for a form of the province."""
    found = awards.awarding(setting)
    awards.nomination(found, form=found.high)
    return found


def take(page: Page, step: str) -> None:
    """Take a step, as its dialogue asks."""
    page.get_by_text(f"{step}…").click()
    page.locator("details[open] .step-panel").get_by_role("button", name=step, exact=True).click()


def begin(page: Page) -> None:
    """Begin a submission from what is ready, and attach its minutes."""
    page.goto("/submissions/new/")
    page.locator("form[action$='/begin/'] button").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Bằng khen của Chủ tịch UBND tỉnh")
    minutes = {
        "name": "Biên bản.pdf",
        "mimeType": "application/pdf",
        "buffer": originals.pdf(text=page.url),
    }
    page.locator("input[type=file]").set_input_files(minutes)
    page.get_by_role("button", name="Đính kèm").click()
    expect(page.get_by_role("link", name="Biên bản.pdf")).to_be_visible()
    said = "Không có điểm nào phải sửa; 1 hồ sơ có điểm nên xem lại."
    expect(page.get_by_text(said)).to_be_visible()


def test_from_the_hamlet_to_the_office(page_as: PageAs, made: Awarding) -> None:
    hamlet, commune = page_as(made.thon), page_as(made.land.xa)
    begin(hamlet)
    assert_accessible(hamlet)
    take(hamlet, "Gửi tờ trình")
    expect(hamlet.locator(".lead-state .status").first).to_have_text("đã gửi")

    commune.goto("/")
    commune.get_by_role("link", name="Tiếp nhận").first.click()
    assert_accessible(commune)
    take(commune, "Tiếp nhận")
    expect(commune.locator(".lead-state .status").first).to_have_text("đã tiếp nhận")
    awards.step("appraise", Nomination.objects.get(), made.land.xa)

    begin(commune)
    detail = commune.url
    leader = page_as(made.land.lanhdaoxa)
    leader.goto(detail)
    take(leader, "Ký duyệt")
    expect(leader.locator(".lead-state .status").first).to_have_text("đã ký duyệt")
    commune.reload()
    take(commune, "Gửi tờ trình")
    expect(commune.locator(".lead-state .status").first).to_have_text("đã gửi")

    office = page_as(made.land.tinh, size=TELEPHONE)
    office.goto(detail)
    assert_accessible(office)
    take(office, "Tiếp nhận")
    expect(office.locator(".lead-state .status").first).to_have_text("đã tiếp nhận")
    one = Nomination.objects.get()
    assert (one.state, one.office_id) == ("received", made.land.home_affairs.unit_id)
    assert one.submission == Submission.objects.latest("pk")
