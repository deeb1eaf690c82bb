"""What people decide about their own account: language, password, second factor; and /admin/."""

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice
from playwright.sync_api import expect

from accounts.models import User
from core.models import JournalEntry
from tests import factories
from tests.browser import PageAs, assert_accessible
from tests.factories import Land

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]
FACTOR = "/accounts/second-factor/"


def last_act(user: User) -> tuple[str, int | None, dict[str, Any] | None]:
    entry = JournalEntry.objects.filter(subject="accounts_user", row_id=user.pk).latest("id")
    return entry.act, entry.actor_id, entry.after


def test_the_browsers_language_changes_nothing(client: Client) -> None:
    response = client.get("/accounts/login/", headers={"Accept-Language": "en"})
    assert response.headers["Content-Language"] == "vi"
    assert '<html lang="vi">' in response.content.decode()


def test_the_language_is_kept_with_the_person(client_of: ClientOf, land: Land) -> None:
    client = client_of(land.xa)
    response = client.post("/accounts/language/", {"language": "en", "next": "/look/?page=2"})
    assert response.headers["Location"] == "/look/?page=2"
    assert "Sign out" in client.get("/look/").content.decode()
    assert "Sign out" in client_of(land.xa).get("/look/").content.decode()
    assert "Đăng xuất" in client_of(land.xa2).get("/look/").content.decode()
    assert last_act(land.xa) == ("accounts.change_language", land.xa.pk, {"language": "en"})


def test_who_is_not_signed_in_keeps_the_language_in_the_browser(client: Client) -> None:
    client.post("/accounts/language/", {"language": "en", "next": "/accounts/login/"})
    assert client.get("/accounts/login/").headers["Content-Language"] == "en"


@pytest.mark.parametrize(
    "data", [{"language": "xx"}, {}, {"language": "en", "next": "//evil.example"}]
)
def test_a_language_or_page_that_is_not_ours_does_no_harm(
    data: dict[str, str], client_of: ClientOf, land: Land
) -> None:
    response = client_of(land.xa).post("/accounts/language/", data)
    assert (response.status_code, response.headers["Location"]) == (302, "/")


def change_password(client: Client, new: str, old: str = "demo-password") -> Any:
    data = {"old_password": old, "new_password1": new, "new_password2": new}
    return client.post("/accounts/password/", data)


def test_a_changed_password_ends_other_sessions_and_stands_in_the_journal_without_its_value(
    client_of: ClientOf, land: Land
) -> None:
    here, elsewhere = client_of(land.xa), client_of(land.xa)
    assert change_password(here, "Hoa sen 2026 nở").status_code == 302
    assert here.get("/look/").status_code == 200
    assert elsewhere.get("/look/").status_code == 302
    land.xa.refresh_from_db()
    assert land.xa.check_password("Hoa sen 2026 nở")
    act, actor, after = last_act(land.xa)
    assert (act, actor) == ("accounts.change_password", land.xa.pk)
    assert land.xa.password not in str(after)


@pytest.mark.parametrize(
    ("new", "old"),
    [("ngắn", "demo-password"), ("password123", "demo-password"), ("Hoa sen 2026 nở", "x")],
)
def test_a_weak_password_or_a_wrong_old_one_changes_nothing(
    new: str, old: str, client_of: ClientOf, land: Land
) -> None:
    response = change_password(client_of(land.xa), new, old)
    assert response.status_code == 200
    assert "is-invalid" in response.content.decode()
    land.xa.refresh_from_db()
    assert land.xa.check_password("demo-password")


def test_accounts_of_the_demonstration_keep_their_password(
    client_of: ClientOf, settings: LazySettings
) -> None:
    settings.DEMO = True
    demo = factories.user("demo", is_demo=True)
    response = change_password(client_of(demo), "Hoa sen 2026 nở")
    assert "Tài khoản dùng thử giữ nguyên mật khẩu." in response.content.decode()
    demo.refresh_from_db()
    assert demo.check_password("demo-password")


@pytest.fixture
def superuser() -> User:
    return factories.user("root", is_staff=True, is_superuser=True)


def digits(user: User) -> str:
    return f"{totp(TOTPDevice.objects.get(user=user).bin_key):06d}"


def test_the_administration_asks_a_superuser_for_a_second_factor(
    superuser: User, client_of: ClientOf
) -> None:
    client = client_of(superuser)
    response = client.get("/admin/", follow=True)
    assert response.redirect_chain[-1][0] == f"{FACTOR}?next=%2Fadmin%2F"
    page = f"{FACTOR}?next=/admin/"
    assert client.post(page, {"begin": ""}).headers["Location"] == page
    assert "data:image/svg+xml;base64," in client.get(page).content.decode()
    assert client.post(page, {"token": "12"}).status_code == 200
    assert client.get("/admin/").status_code == 302
    assert client.post(page, {"token": digits(superuser)}).headers["Location"] == "/admin/"
    assert client.get("/admin/").status_code == 200


def test_a_password_alone_sets_up_no_other_second_factor(
    superuser: User, client_of: ClientOf
) -> None:
    TOTPDevice.objects.create(user=superuser, name="telephone")
    client = client_of(superuser)
    assert client.post(FACTOR, {"begin": ""}).status_code == 403
    assert "data:image" not in client.get(FACTOR).content.decode()
    assert client.post(FACTOR, {"token": "000000"}).status_code == 200
    assert client.get("/admin/").status_code == 302
    assert TOTPDevice.objects.get(user=superuser).name == "telephone"


def test_nobody_else_enters_the_administration(
    client: Client, client_of: ClientOf, land: Land
) -> None:
    asked = client.get("/admin/", follow=True)
    assert asked.redirect_chain[-1][0].startswith("/accounts/login/?next=/admin/")
    response = client_of(land.tinh).get("/admin/", follow=True)
    assert response.status_code == 403
    assert "Chỉ quản trị viên hệ thống được vào trang quản trị." in response.content.decode()


def test_the_superuser_of_the_demonstration_gets_along_without_on_loopback_only(
    client_of: ClientOf, settings: LazySettings
) -> None:
    client = client_of(factories.user("admin", is_staff=True, is_superuser=True, is_demo=True))
    settings.DEMO = True
    assert client.get("/admin/").status_code == 200
    assert client.get("/admin/", REMOTE_ADDR="203.0.113.7").status_code == 302
    settings.DEMO = False
    assert client.get("/admin/").status_code == 302


def test_what_the_administration_changes_stands_in_the_journal(
    client_of: ClientOf, settings: LazySettings, land: Land
) -> None:
    settings.DEMO = True
    admin = factories.user("admin", is_staff=True, is_superuser=True, is_demo=True)
    client = client_of(admin)
    data = {
        "username": "xa",
        "full_name": "Trần Thị Mới",
        "email": "",
        "language": "vi",
        "is_active": "on",
    }
    response = client.post(f"/admin/accounts/user/{land.xa.pk}/change/", data)
    assert response.status_code == 302
    assert last_act(land.xa) == ("admin", admin.pk, {"full_name": "Trần Thị Mới"})


def test_the_administration_has_the_policy_of_every_page(
    page_as: PageAs, settings: LazySettings
) -> None:
    settings.DEMO = True
    admin = factories.user("admin", is_staff=True, is_superuser=True, is_demo=True)
    page = page_as(admin)
    for path in ("/admin/", "/admin/accounts/user/", f"/admin/accounts/user/{admin.pk}/change/"):
        page.goto(path)


def test_setting_up_a_second_factor_is_accessible(page_as: PageAs, superuser: User) -> None:
    page = page_as(superuser)
    page.goto(FACTOR)
    page.get_by_role("button", name="Thiết lập").click()
    page.get_by_label("Sáu chữ số").fill("000000")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Dãy số không đúng.")).to_be_visible()
    assert_accessible(page)
