"""Signing in, the lock-out, signing out, and where one comes back to."""

import re
from collections.abc import Callable

import pytest
import time_machine
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from accounts.models import User
from core import journal
from tests import factories
from tests.browser import PageAs, assert_accessible
from tests.factories import Land

LOGIN = "/accounts/login/"
RIGHT = {"username": "xa", "password": "demo-password"}
ClientOf = Callable[[User], Client]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("next_page", "landing"),
    [
        ("/look/?page=2", "/look/?page=2"),
        ("", "/"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("javascript:alert(1)", "/"),
    ],
)
def test_signing_in_goes_on_to_a_page_of_the_portal_only(
    next_page: str, landing: str, client: Client, land: Land
) -> None:
    response = client.post(LOGIN, {**RIGHT, "next": next_page})
    assert (response.status_code, response.headers["Location"]) == (302, landing)


@pytest.mark.django_db
def test_who_is_not_signed_in_is_sent_to_sign_in_and_back(client: Client) -> None:
    response = client.get("/look/?page=2")
    assert response.headers["Location"] == f"{LOGIN}?next=/look/%3Fpage%3D2"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("referer", "back"),
    [
        ("http://testserver/look/?a=1", "/look/%3Fa%3D1"),
        ("https://evil.example/look/", "/"),
        ("", "/"),
    ],
)
def test_after_a_post_one_comes_back_to_the_page_with_the_form(
    referer: str, back: str, client: Client
) -> None:
    response = client.post("/look/notes/a/", headers={"Referer": referer})
    assert response.headers["Location"] == f"{LOGIN}?next={back}"


@pytest.mark.django_db
def test_a_wrong_name_and_a_wrong_password_are_told_alike(client: Client, land: Land) -> None:
    answers = [
        client.post(LOGIN, {"username": name, "password": "wrong"}).content.decode()
        for name in ("xa", "nobody")
    ]
    said = [re.findall(r"<li>(.*?)</li>", html) for html in answers]
    assert said[0] == said[1]
    assert "không khớp" in said[0][0]


@pytest.mark.django_db
def test_a_person_who_was_switched_off_is_told_the_same(client: Client, land: Land) -> None:
    with journal.act("test"):
        User.objects.filter(username="xa").update(is_active=False)
    assert "không khớp" in client.post(LOGIN, RIGHT).content.decode()


@pytest.mark.django_db
@time_machine.travel("2026-11-21 10:00 +0700", tick=False)
def test_five_failures_lock_the_name_out_and_say_until_when(client: Client, land: Land) -> None:
    for _ in range(4):
        assert client.post(LOGIN, {**RIGHT, "password": "wrong"}).status_code == 200
    response = client.post(LOGIN, {**RIGHT, "password": "wrong"})
    assert response.status_code == 429
    assert "Hãy thử lại sau <strong>10:15</strong>" in response.content.decode()
    assert client.post(LOGIN, RIGHT).status_code == 429
    assert client.post(LOGIN, {**RIGHT, "username": "xa2"}).status_code == 302


@pytest.mark.django_db
def test_behind_the_proxy_a_lock_out_is_of_the_address_that_the_proxy_saw(
    client: Client, settings: LazySettings, land: Land
) -> None:
    settings.HTTPS = True

    def answer(password: str, forwarded: str) -> int:
        tried = {**RIGHT, "password": password}
        return client.post(LOGIN, tried, headers={"X-Forwarded-For": forwarded}).status_code

    told = [answer("wrong", f"198.51.100.{number}, 203.0.113.7") for number in range(5)]
    assert told == [200, 200, 200, 200, 429]
    assert answer("demo-password", "203.0.113.7") == 429
    assert answer("demo-password", "203.0.113.8") == 302


@pytest.mark.django_db
def test_without_the_proxy_nobody_gets_around_a_lock_out_by_a_header(
    client: Client, land: Land
) -> None:
    told = [
        client.post(
            LOGIN,
            {**RIGHT, "password": "wrong"},
            headers={"X-Forwarded-For": f"203.0.113.{number}"},
        ).status_code
        for number in range(5)
    ]
    assert told == [200, 200, 200, 200, 429]


@pytest.mark.django_db
def test_a_session_of_the_demonstration_ends_with_it(
    client: Client, settings: LazySettings, land: Land
) -> None:
    with journal.act("test"):
        User.objects.filter(username="xa").update(is_demo=True)
    settings.DEMO = True
    client.post(LOGIN, RIGHT)
    assert client.get("/look/").status_code == 200
    settings.DEMO = False
    assert client.get("/look/").headers["Location"] == f"{LOGIN}?next=/look/"


@pytest.mark.django_db
def test_an_account_of_the_demonstration_works_only_with_it_and_only_on_loopback(
    client: Client, settings: LazySettings, land: Land
) -> None:
    with journal.act("test"):
        User.objects.filter(username="xa").update(is_demo=True)
    settings.DEMO = False
    assert client.post(LOGIN, RIGHT).status_code == 200
    settings.DEMO = True
    assert client.post(LOGIN, RIGHT, REMOTE_ADDR="203.0.113.7").status_code == 200
    assert client.post(LOGIN, RIGHT, headers={"X-Forwarded-For": "203.0.113.7"}).status_code == 200
    assert client.post(LOGIN, RIGHT).status_code == 302


@pytest.mark.django_db
def test_the_accounts_of_the_demonstration_are_listed_where_they_work(
    client: Client, settings: LazySettings, land: Land
) -> None:
    with journal.act("test"):
        User.objects.filter(username="xa").update(is_demo=True)
        User.objects.create_user("xa-29494", None, is_demo=True)  # fills a list, like many others
    settings.DEMO = True
    html = client.get(LOGIN).content.decode()
    assert re.findall(r'data-account="([^"]+)"', html) == ["xa"]
    assert "Xã Đại An" in html
    assert "data-account" not in client.get(LOGIN, REMOTE_ADDR="203.0.113.7").content.decode()
    settings.DEMO = False
    assert "data-account" not in client.get(LOGIN).content.decode()


@pytest.mark.django_db
def test_signing_out_is_a_post(client_of: ClientOf, land: Land) -> None:
    client = client_of(land.xa)
    assert client.get(reverse("accounts:logout")).status_code == 405
    assert client.get("/look/").status_code == 200
    assert client.post(reverse("accounts:logout")).headers["Location"] == LOGIN
    assert client.get("/look/").status_code == 302


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/look/notes/newer/", "/accounts/password/"])
def test_htmx_is_told_where_to_sign_in_again(path: str, client: Client) -> None:
    asking = {"HX-Request": "true", "HX-Current-URL": "http://testserver/look/notes/?a=1"}
    response = client.get(path, headers=asking)
    assert response.status_code == 401
    assert response.headers["HX-Reauth"] == f"{LOGIN}?next=%2Flook%2Fnotes%2F%3Fa%3D1"


@pytest.mark.django_db
@pytest.mark.parametrize("header", ["HX-Current-URL", "Referer"])
def test_a_header_that_names_no_address_leads_to_the_first_page(
    header: str, client: Client
) -> None:
    asking = {"HX-Request": "true"} if header == "HX-Current-URL" else {}
    response = client.post("/accounts/password/", headers={**asking, header: "http://[junk/"})
    where = "HX-Reauth" if asking else "Location"
    assert response.headers[where] == f"{LOGIN}?next=%2F" if asking else f"{LOGIN}?next=/"


@pytest.mark.django_db
def test_htmx_with_an_old_token_is_told_to_sign_in_again(land: Land) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(land.xa, backend="accounts.backends.PortalBackend")
    response = strict.post("/look/notes/a/", headers={"HX-Request": "true"})
    assert (response.status_code, response.headers["HX-Reauth"]) == (401, f"{LOGIN}?next=%2F")


@pytest.mark.django_db
def test_a_page_made_for_another_person_is_not_served(client_of: ClientOf, land: Land) -> None:
    client = client_of(land.xa)
    mine = {"HX-Request": "true", "X-Page-User": str(land.xa.pk)}
    theirs = {"HX-Request": "true", "X-Page-User": str(land.xa2.pk)}
    assert client.get("/look/notes/newer/", headers=mine).status_code == 200
    assert client.get("/look/notes/newer/", headers=theirs).status_code == 401


@pytest.mark.django_db
def test_an_old_hash_of_the_right_password_is_renewed(
    client: Client, settings: LazySettings, land: Land
) -> None:
    """The hasher of the tests is MD5; the account is as it was before hashing was made stronger."""
    settings.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.PBKDF2PasswordHasher",
        *settings.PASSWORD_HASHERS,
    ]
    assert client.post(LOGIN, RIGHT).status_code == 302
    land.xa.refresh_from_db()
    assert land.xa.password.startswith("pbkdf2_")


def test_signing_in_by_keyboard_and_by_a_click_on_an_account(
    page_as: PageAs, settings: LazySettings, land: Land
) -> None:
    settings.DEMO = True
    with journal.act("test"):
        User.objects.filter(username="xa").update(is_demo=True)
    page = page_as(None)
    page.goto(f"{LOGIN}?next=/look/notes/")
    expect(page.get_by_label("Tên đăng nhập")).to_be_focused()
    page.get_by_role("button", name="Trần Thị Xã").click()
    expect(page.get_by_label("Tên đăng nhập")).to_have_value("xa")
    expect(page.get_by_label("Mật khẩu")).to_be_focused()
    page.keyboard.type("wrong")
    page.keyboard.press("Enter")
    expect(page.get_by_text("không khớp")).to_be_visible()
    assert_accessible(page)
    page.get_by_label("Mật khẩu").fill("demo-password")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Hai câu trả lời")).to_be_visible()


def test_the_page_of_a_lock_out_is_accessible(page_as: PageAs, land: Land) -> None:
    page = page_as(None, expect=(r"status of 429",))
    page.goto(LOGIN)
    for _ in range(5):
        page.get_by_label("Tên đăng nhập").fill("xa")
        page.get_by_label("Mật khẩu").fill("wrong")
        page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Thử quá nhiều lần")).to_be_visible()
    assert_accessible(page)


@pytest.mark.django_db
def test_the_process_manager_is_told_that_the_portal_lives(client: Client) -> None:
    response = client.get("/healthz")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})


@pytest.mark.django_db
def test_the_sign_in_page_asks_little_of_the_database(
    client: Client, settings: LazySettings, django_assert_num_queries: Callable[..., object]
) -> None:
    settings.DEMO = True
    for number in (1, 3):
        for _ in range(number):
            factories.user(is_demo=True)
        with django_assert_num_queries(5):  # a read-only transaction around two questions
            client.get(LOGIN)
