"""The frame of every page: its policy, its words, its navigation, errors, keyboard, and axe."""

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.cache import cache
from django.test import Client
from playwright.sync_api import Page, expect

from accounts import demonstration
from accounts.models import User
from core import journal
from tests import factories
from tests.browser import OFFICE, TELEPHONE, PageAs, assert_accessible
from tests.factories import Land
from tests.look.markup import inline

POLICY = {
    "default-src 'self'",
    "img-src 'self' data:",
    "object-src 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "form-action 'self'",
}
SIGNED_IN = {
    "/look/": 200,
    "/look/notes/": 200,
    "/accounts/password/": 200,
    "/accounts/second-factor/": 200,
    "/look/refused/": 403,
    "/look/notes/a/": 405,
    "/nothing/": 404,
    "/look/broken/": 500,
}
SIGNED_OUT = {"/accounts/login/": 200, "/look/": 302, "/nothing/": 404, "/healthz": 200}
ClientOf = Callable[[User], Client]


@pytest.fixture
def answer(client: Client, client_of: ClientOf, land: Land) -> Callable[[str, bool], Any]:
    """`answer(path, signed_in)`: what the portal says, faults included."""

    def ask(path: str, signed_in: bool) -> Any:
        asking = client_of(land.xa) if signed_in else client
        asking.raise_request_exception = False
        return asking.get(path)

    return ask


PAGES = [(path, True, status) for path, status in SIGNED_IN.items()] + [
    (path, False, status) for path, status in SIGNED_OUT.items()
]


@pytest.mark.django_db
@pytest.mark.parametrize(("path", "signed_in", "status"), PAGES)
def test_every_answer_has_the_policy_and_nothing_inline(
    path: str, signed_in: bool, status: int, answer: Callable[[str, bool], Any]
) -> None:
    response = answer(path, signed_in)
    assert response.status_code == status
    assert set(response.headers["Content-Security-Policy"].split("; ")) == POLICY
    assert inline(response.content.decode()) == []


def test_inline_style_script_and_handler_are_caught() -> None:
    html = (
        '<p style="x"><script>1</script><a href=" javascript:x" onclick="y" hx-on:click="z"><style>'
    )
    assert inline(html) == ["p style", "script", "a href", "a onclick", "a hx-on:click", "style"]


@pytest.mark.django_db
def test_a_form_with_an_old_token_is_explained(land: Land) -> None:
    strict = Client(enforce_csrf_checks=True)
    response = strict.post("/accounts/login/", {"username": "xa", "password": "demo-password"})
    assert response.status_code == 403
    assert "Biểu mẫu đã cũ" in response.content.decode()
    assert inline(response.content.decode()) == []


@pytest.mark.django_db
def test_the_reason_stands_on_the_page_that_refuses(answer: Callable[[str, bool], Any]) -> None:
    assert (
        "Chỉ Sở Nội vụ tiếp nhận bản tự đánh giá."
        in answer("/look/refused/", True).content.decode()
    )


@pytest.mark.django_db
def test_while_signed_out_a_page_shows_no_navigation(answer: Callable[[str, bool], Any]) -> None:
    for path in ("/accounts/login/", "/nothing/"):
        html = answer(path, False).content.decode()
        assert 'id="navigation"' not in html
        assert "Đăng xuất" not in html
    assert 'id="navigation"' in answer("/nothing/", True).content.decode()


@pytest.mark.django_db
def test_the_navigation_shows_what_the_roles_include(client_of: ClientOf, land: Land) -> None:
    """The entry of the units asks for `units.view`, which no role gives to the stranger."""
    assert 'href="/units/"' in client_of(land.xa).get("/look/").content.decode()
    assert 'href="/units/"' not in client_of(land.stranger).get("/look/").content.decode()


@pytest.mark.django_db
def test_the_person_sees_role_and_unit(client_of: ClientOf, land: Land) -> None:
    html = client_of(land.xa).get("/look/notes/").content.decode()
    assert "Trần Thị Xã" in html
    assert "Xã Đại An" in html
    html = client_of(land.expired_deputy).get("/look/notes/").content.decode()
    assert "Xã Đại An" not in html
    assert "Hôm nay chưa có vai trò." in html


@pytest.mark.django_db
@pytest.mark.parametrize("demo", [True, False])
def test_the_banner_stands_while_the_demonstration_is_loaded(
    demo: bool, answer: Callable[[str, bool], Any]
) -> None:
    factories.user("tinh_demo", is_demo=demo)
    cache.delete(demonstration.CACHE_KEY)
    for path, signed_in in (
        ("/look/notes/", True),
        ("/accounts/login/", False),
        ("/nothing/", True),
    ):
        assert ("Dữ liệu minh họa" in answer(path, signed_in).content.decode()) is demo


@pytest.mark.django_db
def test_pages_of_signed_in_people_are_not_kept(answer: Callable[[str, bool], Any]) -> None:
    assert answer("/look/notes/", True)["Cache-Control"] == "private, no-store"


@pytest.mark.django_db
def test_the_address_of_a_step_is_no_page_and_says_so(answer: Callable[[str, bool], Any]) -> None:
    refused = answer("/look/notes/a/", True)
    assert (refused.status_code, refused["Allow"]) == (405, "POST")
    assert "bấm nút trên trang" in refused.content.decode()


@pytest.mark.django_db
def test_a_page_is_named_after_its_content_and_the_product(client_of: ClientOf, land: Land) -> None:
    html = client_of(land.xa).get("/look/notes/").content.decode()
    assert "<title>Hai câu trả lời – Cổng Thi đua Xã hội học tập</title>" in html


@pytest.mark.parametrize("size", [OFFICE, TELEPHONE])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_page_is_accessible(
    size: tuple[int, int], language: str, page_as: PageAs, land: Land, settings: LazySettings
) -> None:
    settings.DEMO = True
    with journal.act("test"):
        User.objects.update(is_demo=True, language=language)
    page = page_as(land.xa, size, expect=(r"status of (403|404|500)",))
    for path in ("/look/", *SIGNED_IN):
        if path != "/look/notes/a/":
            page.goto(path)
            assert_accessible(page)
    page = page_as(None, size)
    page.goto("/accounts/login/")
    assert_accessible(page)


@pytest.mark.parametrize("size", [OFFICE, TELEPHONE])
def test_no_page_is_wider_than_the_screen(
    size: tuple[int, int], page_as: PageAs, land: Land
) -> None:
    page = page_as(land.xa, size)
    for path in ("/look/", "/look/notes/", "/accounts/password/"):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") == size[0]


def test_all_lines_of_a_cell_stand_beside_its_heading_on_a_telephone(
    page_as: PageAs, land: Land
) -> None:
    page = page_as(land.xa, TELEPHONE)
    page.goto("/look/")
    cell = page.locator("td[data-label='Đã trả lời']").first
    lines = cell.evaluate(
        """cell => {
          const lines = document.createRange();
          lines.selectNodeContents(cell);
          return [...lines.getClientRects()].filter((line) => line.width)
            .map((line) => Math.round(line.left));
        }"""
    )
    heading = cell.evaluate("cell => Math.round(cell.getBoundingClientRect().left)")
    assert [left - heading for left in set(lines)] == [128]  # 8 rem


def test_open_menus_and_dialogues_are_accessible(page_as: PageAs, land: Land) -> None:
    page = page_as(land.xa)
    page.goto("/look/")
    page.locator(".top-menu summary").click()
    assert_accessible(page)
    page.get_by_text("Trả lại…").click()
    expect(page.locator(".top-menu")).not_to_have_attribute("open", "")
    assert_accessible(page)


def focused(page: Page) -> str:
    return str(
        page.evaluate("document.activeElement.innerText || document.activeElement.name || ''")
    ).strip()


def test_the_frame_is_worked_by_keyboard(page_as: PageAs, land: Land) -> None:
    page = page_as(land.xa)
    page.goto("/look/")
    page.keyboard.press("Tab")
    assert focused(page) == "Đến thẳng nội dung"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert focused(page) == "Việc của tôi"  # the first link of the page, past the navigation
    while focused(page) != "Trả lại…":
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".step[open] textarea")).to_be_focused()
    page.keyboard.type("Thiếu minh chứng")
    page.keyboard.press("Escape")
    expect(page.locator(".step[open]")).to_have_count(0)
    assert focused(page) == "Trả lại…"
    page.keyboard.press("Tab")
    assert focused(page) == "Gửi Sở Nội vụ"
    described = page.evaluate(
        "document.getElementById(document.activeElement.getAttribute('aria-describedby')).innerText"
    )
    assert described == "Còn 2 điểm phải sửa trước khi gửi."


def test_the_telephone_opens_the_navigation(page_as: PageAs, land: Land) -> None:
    page = page_as(land.xa, TELEPHONE)
    page.goto("/look/notes/")
    expect(page.get_by_role("link", name="Đơn vị")).not_to_be_visible()
    page.get_by_role("button", name="Danh mục").click()
    expect(page.get_by_role("link", name="Đơn vị")).to_be_visible()
    assert_accessible(page)
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Đơn vị")).not_to_be_visible()


def test_paper_carries_neither_navigation_nor_buttons(page_as: PageAs, land: Land) -> None:
    page = page_as(land.xa)
    page.goto("/look/")
    page.emulate_media(media="print")
    for hidden in (".top", ".side", ".page-actions", ".filters", ".pages"):
        expect(page.locator(hidden)).not_to_be_visible()
    expect(page.locator("h1")).to_be_visible()
