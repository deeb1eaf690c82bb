"""Many units assessed by keyboard alone: a row saved when it is left, nothing typed lost."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from core import jobs
from core.models import Job
from criteria.books import saving
from criteria.models import Answer, Assessment
from tests import unit_factories as make
from tests.browser import OFFICE, TELEPHONE, PageAs, assert_accessible
from tests.criteria.test_books import ask, book_of, entry, households
from tests.criteria.test_routing import route
from tests.criteria_factories import Campaigning
from tests.unit_factories import Village
from units import personal
from units.models import UnitKind

pytestmark = pytest.mark.django_db(transaction=True)

SAVED = re.compile("Đã lưu lúc")
HOUSEHOLD, CITIZEN = UnitKind.HOUSEHOLD, UnitKind.CITIZEN


@pytest.fixture
def village(setting: Campaigning) -> Village:
    found = ask(setting)
    route(setting.land.province, HOUSEHOLD, CITIZEN, above=UnitKind.COMMUNE)
    return found


def address(village: Village, kind: str = HOUSEHOLD, purpose: str = "emulation") -> str:
    return f"/assessments/books/{village.hamlet.unit_id}/{kind}/{purpose}/"


def rows(page: Page) -> Any:
    """The rows of the grid."""
    return page.locator("[data-grid] tbody tr")


def cell(page: Page, row: int, column: int = 0) -> Any:
    """A field of a row, both from 0."""
    return rows(page).nth(row).locator("select, input:not([type=hidden])").nth(column)


def said() -> list[str]:
    """What is claimed of the households, row by row."""
    answers = Answer.objects.order_by("assessment__unit")
    return [str(answer.value["value"]) for answer in answers]


def test_households_are_assessed_by_keyboard_row_after_row(
    village: Village, page_as: PageAs
) -> None:
    households(village, 3)
    page = page_as(village.thon)
    page.goto(address(village))
    cell(page, 0).focus()
    for key in ("1", "2", "3"):
        page.keyboard.press(key)  # chooses in the list
        page.keyboard.press("Enter")
    for row in range(3):
        expect(rows(page).nth(row)).to_contain_text(SAVED)
    expect(page.locator("#progress")).to_contain_text("Đã đánh giá: 3 trên 3")
    expect(page.get_by_role("link", name="Gửi (3)")).to_be_visible()
    assert said() == ["yes", "partly", "no"]
    assert_accessible(page)
    page.keyboard.press("Shift+Tab")
    cell(page, 1).focus()
    page.keyboard.press("Backspace")  # opens the choice again
    page.keyboard.press("1")
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.keyboard.press("ArrowUp")
    expect(cell(page, 0)).to_be_focused()
    page.reload()
    expect(cell(page, 1)).to_have_value("yes")


def test_the_sheet_of_ten_indicators_sums_up_as_it_is_typed(
    village: Village, page_as: PageAs
) -> None:
    households(village, 2, CITIZEN)
    page = page_as(village.thon)
    page.goto(address(village, CITIZEN, "title"))
    for points in ("8", "7"):
        cell(page, 0 if points == "8" else 1).focus()
        for _indicator in range(10):
            page.keyboard.type(points)
            page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(rows(page).nth(0)).to_contain_text("80/100")
    expect(rows(page).nth(0)).to_contain_text("Đạt")
    expect(rows(page).nth(1)).to_contain_text("70/100")
    expect(rows(page).nth(1)).to_contain_text("Không đạt")
    statuses = Assessment.objects.order_by("unit").values_list("result_status", flat=True)
    assert list(statuses) == ["met", "not_met"]
    assert_accessible(page)


def test_what_is_refused_is_said_at_its_cell_and_the_rest_of_the_grid_goes_on(
    village: Village, page_as: PageAs
) -> None:
    households(village, 2, CITIZEN)
    page = page_as(village.thon, expect=(r"status of 422",))
    page.goto(address(village, CITIZEN, "title"))
    cell(page, 0).fill("11")
    page.keyboard.press("ArrowDown")
    wrong = cell(page, 0)
    expect(wrong).to_have_attribute("aria-invalid", "true")
    expect(wrong.locator("xpath=..")).to_contain_text("Chỉ được cho tối đa 10 điểm.")
    assert_accessible(page)
    page.keyboard.type("9")
    page.keyboard.press("Enter")
    expect(rows(page).nth(1)).to_contain_text(SAVED)
    assert Assessment.objects.count() == 1
    cell(page, 0).fill("10")
    page.keyboard.press("Enter")
    expect(rows(page).nth(0)).to_contain_text(SAVED)
    expect(cell(page, 0)).not_to_have_attribute("aria-invalid", "true")


def test_two_who_assess_one_row_both_see_both_values(village: Village, page_as: PageAs) -> None:
    (member,) = households(village, 1)
    page = page_as(village.thon, expect=(r"status of 409",))
    page.goto(address(village))
    book = book_of(village)
    saving.save(village.xa, book, [entry(book, member, "no")])
    cell(page, 0).focus()
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Giữ của tôi")).to_be_visible()
    assert said() == ["no"]
    assert_accessible(page)
    page.get_by_role("button", name="Giữ của tôi").press("Enter")
    expect(rows(page).nth(0)).to_contain_text(SAVED)
    assert said() == ["yes"]


def test_a_list_is_sent_and_confirmed_by_keyboard(village: Village, page_as: PageAs) -> None:
    members = households(village, 2)
    book = book_of(village)
    saving.save(village.thon, book, [entry(book, one, "yes") for one in members])
    for person, step in (
        (village.thon, "Gửi"),
        (village.xa, "Tiếp nhận"),
        (village.xa, "Chấp nhận như đã kê khai và xác nhận"),
    ):
        page = page_as(person)
        page.goto(address(village))
        page.get_by_role("link", name=f"{step} (2)").press("Enter")
        expect(page.get_by_role("checkbox")).to_have_count(2)
        assert_accessible(page)
        page.get_by_role("button", name=step).press("Enter")
        expect(page).to_have_url(re.compile(r"/jobs/\d+/"))
        jobs.run(Job.objects.latest("pk").pk)
    page.goto(address(village))
    expect(rows(page).nth(1)).to_contain_text("đã xác nhận kết quả")
    assert list(book.begun.values_list("state", flat=True)) == ["confirmed", "confirmed"]


@pytest.mark.parametrize("size", [OFFICE, TELEPHONE])
def test_every_page_of_many_is_accessible_and_as_wide_as_the_screen(
    village: Village, page_as: PageAs, size: tuple[int, int]
) -> None:
    members = households(village, 3)
    citizen, unassessed = households(village, 2, CITIZEN)
    book, sheet = book_of(village), book_of(village, CITIZEN, "title")
    saving.save(village.thon, book, [entry(book, one, "yes") for one in members[:2]])
    saving.save(village.thon, sheet, [entry(sheet, citizen, *["9"] * 9, "4")])
    personal.open_names(village.thon, village.hamlet, make.REASON)
    page = page_as(village.thon, size)
    grid = address(village, CITIZEN, "title")
    begin = f"{grid}begin/{unassessed.unit_id}/"
    for path in (
        "/assessments/books/",
        address(village),
        f"{address(village)}?whole=1",
        f"{address(village)}?open=1",
        f"{address(village)}send/",
        f"{address(village)}take_back/",
        grid,
        begin,
    ):
        page.goto(path)
        assert_accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth") == size[0], path
