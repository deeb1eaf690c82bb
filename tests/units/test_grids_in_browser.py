"""Grids by keyboard alone: many rows, each saved by itself, nothing typed lost."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests import unit_factories as make
from tests.browser import OFFICE, TELEPHONE, PageAs, assert_accessible, stop_the_clock
from tests.factories import Land
from units import personal
from units.models import Figure, Member, Placement, UnitKind

pytestmark = pytest.mark.django_db(transaction=True)

SAVED = re.compile("Đã lưu lúc")
NARROW_FIELDS = """[...document.querySelectorAll(".grid .form-control, .grid .form-select")]
  .filter((field) => field.offsetWidth && field.offsetWidth < 150).length"""


def rows(page: Page) -> Any:
    """The rows of the grid."""
    return page.locator("[data-grid] tbody tr")


def cell(page: Page, row: int, name: str) -> Any:
    """A field of a row, from 0."""
    return rows(page).nth(row).locator(f"[name={name}]")


def hamlets() -> list[str]:
    """What was founded, in Vietnamese order."""
    found = Placement.objects.filter(kind=UnitKind.HAMLET).order_by("name")
    return list(found.values_list("name", flat=True))


def test_hamlets_are_entered_by_keyboard_one_row_after_the_other(
    land: Land, page_as: PageAs
) -> None:
    page = page_as(land.xa)
    page.goto(f"/units/{land.commune.unit_id}/below/hamlet/")
    cell(page, 0, "name").focus()
    for number in (1, 2, 10):
        page.keyboard.type(f"Ấp {number}")
        page.keyboard.press("Enter")  # a new row stands at the end
    expect(rows(page)).to_have_count(4)
    for number in range(3):
        expect(rows(page).nth(number)).to_contain_text(SAVED)
    assert hamlets() == ["Ấp 1", "Ấp 2", "Ấp 10"]
    page.keyboard.press("ArrowUp")
    expect(cell(page, 2, "name")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.type("Nghị quyết 5")
    page.keyboard.press("ArrowUp")
    expect(cell(page, 1, "basis")).to_be_focused()
    expect(rows(page).nth(2)).to_contain_text(SAVED)
    page.reload()
    expect(cell(page, 2, "basis")).to_have_value("Nghị quyết 5")
    assert_accessible(page)


def test_what_is_refused_is_said_at_its_cell_and_stays_there(land: Land, page_as: PageAs) -> None:
    page = page_as(land.xa, expect=(r"status of 422",))
    page.goto(f"/units/{land.commune.unit_id}/below/hamlet/")
    cell(page, 0, "name").fill("Ấp 1")
    cell(page, 0, "first_day").fill("31/02/2025")
    page.keyboard.press("ArrowDown")
    wrong = cell(page, 0, "first_day")
    expect(wrong).to_have_attribute("aria-invalid", "true")
    expect(wrong.locator("xpath=..")).to_contain_text("Không có ngày 31/02/2025.")
    assert_accessible(page)
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()  # a new row that could not be saved comes back
    expect(cell(page, 1, "first_day")).to_have_value("31/02/2025")
    cell(page, 1, "first_day").fill("01/02/2025")
    page.keyboard.press("Enter")
    expect(rows(page).nth(1)).to_contain_text(SAVED)
    assert hamlets() == ["Ấp 1"]


class Held:
    """Savings to an address are kept from the server until `release`; a slow network."""

    def __init__(self, page: Page, address: str) -> None:
        self.routes: list[Route] = []
        self.released = False
        page.route(address, self._hold)

    def _hold(self, route: Route) -> None:
        if self.released or route.request.method != "POST":
            route.continue_()
        else:
            self.routes.append(route)

    def release(self) -> None:
        self.released = True
        for route in self.routes:
            route.continue_()


def test_what_is_mended_while_its_refusal_is_under_way_is_saved(
    land: Land, page_as: PageAs
) -> None:
    page = page_as(land.xa, expect=(r"status of 422",))
    page.goto(f"/units/{land.commune.unit_id}/below/hamlet/")
    stop_the_clock(page)  # not by the timer of a row in which somebody still types
    held = Held(page, "**/below/hamlet/")
    cell(page, 0, "name").fill("Ấp 1")
    cell(page, 0, "first_day").fill("31/02/2025")
    page.keyboard.press("ArrowDown")
    expect(rows(page).nth(0)).to_contain_text("Đang lưu")
    cell(page, 0, "first_day").fill("01/02/2025")
    page.keyboard.press("ArrowDown")
    held.release()
    expect(rows(page).nth(0)).to_contain_text(SAVED)
    assert hamlets() == ["Ấp 1"]


def test_new_rows_are_saved_one_after_the_other(land: Land, page_as: PageAs) -> None:
    village = make.village(land)
    personal.open_names(village.thon, village.hamlet, make.REASON)
    page = page_as(village.thon)
    address = f"/units/{village.hamlet.unit_id}/members/household/"
    page.goto(address)
    held = Held(page, "**" + address)
    cell(page, 0, "name").focus()
    for name in ("Thạch Sa Ron", "Kim Thị Lan", "Sơn Ngọc Hà"):
        page.keyboard.type(name)
        page.keyboard.press("Enter")
    expect(rows(page).nth(2)).to_contain_text("Đang lưu")
    assert len(held.routes) == 1
    held.release()
    expect(rows(page).nth(2)).to_contain_text(SAVED)
    listed = Member.objects.order_by("number").values_list("number", "unit__personal__name")
    assert list(listed) == [(1, "Thạch Sa Ron"), (2, "Kim Thị Lan"), (3, "Sơn Ngọc Hà")]


def test_two_who_change_one_row_both_see_both_values(land: Land, page_as: PageAs) -> None:
    hamlet = make.village(land).hamlet
    page = page_as(land.xa, expect=(r"status of 409",))
    page.goto(f"/units/{land.commune.unit_id}/below/hamlet/")
    make.acts.save_row(
        land.xa,
        land.commune,
        UnitKind.HAMLET,
        make.Row(unit_id=hamlet.unit_id),
        make.NodeEntry("Ấp Cây Dừa", basis="Nghị quyết 5"),
        1,
    )
    cell(page, 0, "name").fill("Ấp Cây Đa")
    page.keyboard.press("Enter")
    expect(rows(page).nth(0)).to_contain_text("Ấp Cây Dừa")
    assert hamlets() == ["Ấp Cây Dừa"]
    page.get_by_role("button", name="Giữ của tôi").click()
    expect(rows(page).nth(0)).to_contain_text(SAVED)
    assert hamlets() == ["Ấp Cây Đa"]


def test_names_are_opened_with_a_reason_and_entered_row_by_row(land: Land, page_as: PageAs) -> None:
    village = make.village(land)
    page = page_as(village.thon)
    page.goto(f"/units/{village.hamlet.unit_id}/members/household/")
    expect(rows(page)).to_have_count(0)
    page.locator("summary", has_text="Mở xem họ tên").click()
    page.locator("textarea").fill("Lập danh sách hộ đăng ký năm 2026")
    page.keyboard.press("Tab")  # to “Cancel”
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    cell(page, 0, "name").focus()
    for name, people in (("Thạch Sa Ron", "5"), ("Kim Thị Lan", "3")):
        page.keyboard.type(name)
        page.keyboard.press("Tab")
        page.keyboard.type(people)
        for _field in ("first_day", "last_day", "the next row"):
            page.keyboard.press("Tab")
    expect(rows(page).nth(1)).to_contain_text(SAVED)
    listed = Member.objects.order_by("number").values_list(
        "number", "unit__personal__name", "people"
    )
    assert list(listed) == [(1, "Thạch Sa Ron", 5), (2, "Kim Thị Lan", 3)]
    page.reload()
    expect(cell(page, 1, "name")).to_have_value("Kim Thị Lan")
    assert_accessible(page)


def test_a_commune_states_the_figures_of_its_hamlets_on_one_page(
    land: Land, page_as: PageAs
) -> None:
    make.village(land)
    make.kind()
    page = page_as(land.xa)
    page.goto(f"/units/{land.commune.unit_id}/figures/inside/?day=31/10/2026&paper=Báo+cáo+12")
    cell(page, 0, "ho").fill("1.240")
    page.keyboard.press("Enter")
    expect(rows(page).nth(0)).to_contain_text(SAVED)
    figure = Figure.objects.get()
    assert (figure.value, f"{figure.day:%d/%m/%Y}", figure.paper) == (
        1240,
        "31/10/2026",
        "Báo cáo 12",
    )
    assert_accessible(page)


@pytest.mark.parametrize("size", [OFFICE, TELEPHONE])
def test_every_page_of_a_village_is_accessible(
    land: Land, page_as: PageAs, size: tuple[int, int]
) -> None:
    village = make.village(land)
    fact = make.kind("vung-kho-khan", "fact", name="Xã đặc biệt khó khăn")
    ho = make.kind()
    for value in (204, 240):
        make.figure(village.xa, village.hamlet, ho, value)
    make.figure(village.xa, village.hamlet, fact, 1)
    make.member(village.thon, village.hamlet, UnitKind.HOUSEHOLD, "Thạch Sa Ron", people=5)
    make.member(village.thon, village.hamlet, UnitKind.CITIZEN, "Kim Thị Lan", household=1)
    page = page_as(village.xa, size)
    unit, commune = village.hamlet.unit_id, land.commune.unit_id
    paths = [
        f"/units/{commune}/",
        f"/units/{unit}/",
        f"/units/{commune}/below/hamlet/",
        f"/units/{commune}/below/school/",
        f"/units/{unit}/figures/",
        f"/units/{unit}/figures/?day=01/01/2020",
        f"/units/{commune}/figures/inside/",
        f"/units/{unit}/members/household/",
    ]
    for path in paths:
        page.goto(path)
        assert_accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth") == size[0], path
        if size == TELEPHONE:
            assert page.evaluate(NARROW_FIELDS) == 0, path
    personal.open_names(village.xa, village.hamlet, make.REASON)
    for kind in ("household", "clan", "citizen"):
        page.goto(f"/units/{unit}/members/{kind}/")
        assert_accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth") == size[0], kind
