"""The second factor: setting up, showing, recovering; roles that ask for it; and /admin/."""

import base64
import re
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.conf import LazySettings
from django.test import Client
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice
from playwright.sync_api import expect

from accounts import second_factor
from accounts.models import User
from core import journal
from core.models import JournalEntry
from tests import factories
from tests.browser import PageAs, assert_accessible
from tests.factories import Land

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]
FACTOR = "/accounts/second-factor/"
LOGIN = "/accounts/login/"


def last_act(user: User) -> tuple[str, int | None, dict[str, Any] | None]:
    entry = JournalEntry.objects.filter(subject="accounts_user", row_id=user.pk).latest("id")
    return entry.act, entry.actor_id, entry.after


def password_only(user: User) -> Client:
    return factories.signed_in(user, second_factor=False)


def enrolled(user: User) -> tuple[TOTPDevice, list[str]]:
    """A device that is set up, with the recovery codes."""
    device = second_factor.begin(user)
    return device, second_factor.confirm(user, device)


def shown_by(device: TOTPDevice) -> str:
    return f"{totp(device.bin_key):06d}"


def codes_of(response: Any) -> list[str]:
    return re.findall(r"<code>([A-Z2-9-]{19})</code>", response.content.decode())


# Who needs one


@pytest.mark.parametrize("name", ["lanhdaoxa", "tinh", "sogddt"])
def test_a_role_that_signs_or_decides_is_led_to_setting_it_up(name: str, land: Land) -> None:
    client = password_only(getattr(land, name))
    assert client.get("/look/?a=1").headers["Location"] == f"{FACTOR}?next=%2Flook%2F%3Fa%3D1"
    assert "cần xác thực hai bước" in client.get(FACTOR).content.decode()
    assert client.post("/look/notes/a/").headers["Location"] == f"{FACTOR}?next=%2F"
    asking = {"HX-Request": "true"}
    part = client.get("/look/notes/newer/", headers=asking)
    assert (part.status_code, "HX-Reauth" in part.headers) == (401, True)
    assert client.post("/accounts/logout/").status_code == 302


@pytest.mark.parametrize("name", ["xa", "xem", "stranger"])
def test_other_roles_get_along_without(name: str, land: Land) -> None:
    assert password_only(getattr(land, name)).get("/look/").status_code == 200


def test_the_demonstration_gets_along_without_on_loopback_only(
    settings: LazySettings, land: Land
) -> None:
    with journal.act("test"):
        User.objects.filter(pk=land.tinh.pk).update(is_demo=True)
    settings.DEMO = True
    client = password_only(land.tinh)
    assert client.get("/look/").status_code == 200
    assert client.get("/look/", REMOTE_ADDR="203.0.113.7").status_code == 302
    assert client.post(FACTOR, {"begin": ""}).status_code == 403
    assert not TOTPDevice.objects.exists()


# Setting up


def test_setting_up_shows_codes_once_and_stands_in_the_journal(land: Land) -> None:
    client = password_only(land.tinh)
    page = f"{FACTOR}?next=/look/"
    assert client.post(page, {"begin": ""}).headers["Location"] == page
    assert "data:image/svg+xml;base64," in client.get(page).content.decode()
    (key,) = re.findall(r"<code>([A-Z2-7 ]+)</code>", client.get(page).content.decode())
    device = TOTPDevice.objects.get(user=land.tinh)
    assert base64.b32decode(key.replace(" ", "")) == device.bin_key
    assert client.post(page, {"token": "12"}).status_code == 200
    assert client.get("/look/").status_code == 302
    response = client.post(page, {"token": shown_by(TOTPDevice.objects.get(user=land.tinh))})
    assert response.status_code == 201
    codes = codes_of(response)
    assert (len(codes), len(set(codes))) == (10, 10)
    assert 'href="/look/"' in response.content.decode()
    assert client.get("/look/").status_code == 200
    act, actor, after = last_act(land.tinh)
    assert (act, actor, list(after or {})) == (
        "accounts.set_second_factor",
        land.tinh.pk,
        ["second_factor_since"],
    )
    assert not any(
        code in str(entry.after) for entry in JournalEntry.objects.all() for code in codes
    )


def test_another_telephone_takes_the_place_of_the_first_when_it_has_shown_its_digits(
    land: Land,
) -> None:
    first, _codes = enrolled(land.tinh)
    client, elsewhere = factories.signed_in(land.tinh), factories.signed_in(land.tinh)
    client.post(FACTOR, {"begin": ""})
    second = TOTPDevice.objects.get(user=land.tinh, confirmed=False)
    assert TOTPDevice.objects.filter(pk=first.pk, confirmed=True).exists()
    assert client.post(FACTOR, {"token": shown_by(first)}).status_code == 200
    TOTPDevice.objects.filter(pk=second.pk).update(throttling_failure_timestamp=None)
    assert client.post(FACTOR, {"token": shown_by(second)}).status_code == 201
    assert list(TOTPDevice.objects.filter(user=land.tinh)) == [second]
    assert [one.get("/accounts/me/").status_code for one in (client, elsewhere)] == [200, 302]


def test_an_account_of_the_demonstration_is_told_why_it_sets_up_none(
    settings: LazySettings, land: Land
) -> None:
    settings.DEMO = True
    with journal.act("test"):
        User.objects.filter(pk=land.tinh.pk).update(is_demo=True)
    client = password_only(land.tinh)
    page = client.get(FACTOR).content.decode()
    why = "Tài khoản dùng thử không đặt xác thực hai bước."
    assert (page.count('name="begin"'), page.count(why)) == (0, 1)
    assert client.post(FACTOR, {"begin": ""}).status_code == 403
    assert TOTPDevice.objects.count() == 0


def test_a_password_alone_sets_up_no_other_second_factor(land: Land) -> None:
    device, _codes = enrolled(land.tinh)
    client = password_only(land.tinh)
    assert client.post(FACTOR, {"begin": ""}).status_code == 403
    assert "data:image" not in client.get(FACTOR).content.decode()
    assert client.post("/accounts/recovery-codes/").headers["Location"].startswith(FACTOR)
    assert list(TOTPDevice.objects.filter(user=land.tinh)) == [device]


# Showing


def test_whoever_has_one_is_asked_for_it_whatever_the_role(client: Client, land: Land) -> None:
    device, _codes = enrolled(land.xa)
    client.post(LOGIN, {"username": "xa", "password": "demo-password"})
    assert client.get("/look/").headers["Location"] == f"{FACTOR}?next=%2Flook%2F"
    page = f"{FACTOR}?next=/look/"
    assert client.post(page, {"token": shown_by(device)}).headers["Location"] == "/look/"
    assert client.get("/look/").status_code == 200


def test_digits_are_good_once(land: Land) -> None:
    device, _codes = enrolled(land.xa)
    digits = shown_by(device)
    assert password_only(land.xa).post(FACTOR, {"token": digits}).status_code == 302
    assert password_only(land.xa).post(FACTOR, {"token": digits}).status_code == 200


def test_after_failures_it_has_to_wait_and_says_until_when(land: Land) -> None:
    device, codes = enrolled(land.xa)
    client = password_only(land.xa)
    with time_machine.travel("2026-11-21 10:00 +0700", tick=False):
        client = password_only(land.xa)
        client.post(FACTOR, {"token": "000000"})
        answer = client.post(FACTOR, {"token": shown_by(device)}).content.decode()
        assert "Thử quá nhiều lần. Hãy thử lại sau 10:00:01." in answer
        assert client.post(FACTOR, {"token": codes[0]}).status_code == 200
    with time_machine.travel("2026-11-21 10:00:02 +0700", tick=False):
        assert client.post(FACTOR, {"token": shown_by(device)}).status_code == 302


def test_a_recovery_code_lets_in_once_however_it_is_written(land: Land) -> None:
    _device, codes = enrolled(land.xa)
    written = codes[0].lower().replace("-", " ")
    client = password_only(land.xa)
    assert client.post(FACTOR, {"token": written}).status_code == 302
    assert client.get("/look/").status_code == 200
    assert "Còn 9 mã khôi phục." in client.get("/accounts/me/").content.decode()
    TOTPDevice.objects.update(throttling_failure_timestamp=None)
    assert password_only(land.xa).post(FACTOR, {"token": codes[0]}).status_code == 200


def test_new_recovery_codes_make_the_earlier_ones_worthless(land: Land) -> None:
    _device, codes = enrolled(land.xa)
    response = factories.signed_in(land.xa).post("/accounts/recovery-codes/?next=/look/")
    assert response.status_code == 201
    fresh = codes_of(response)
    assert len(fresh) == 10
    assert password_only(land.xa).post(FACTOR, {"token": codes[1]}).status_code == 200
    TOTPDevice.objects.update(throttling_failure_timestamp=None)
    assert password_only(land.xa).post(FACTOR, {"token": fresh[1]}).status_code == 302


def test_codes_of_somebody_else_are_worth_nothing(land: Land) -> None:
    _device, codes = enrolled(land.xa)
    enrolled(land.xa2)
    assert password_only(land.xa2).post(FACTOR, {"token": codes[0]}).status_code == 200


# /admin/


@pytest.fixture
def superuser() -> User:
    return factories.user("root", is_staff=True, is_superuser=True)


def test_the_administration_asks_a_superuser_for_a_second_factor(superuser: User) -> None:
    client = password_only(superuser)
    response = client.get("/admin/", follow=True)
    assert response.redirect_chain[-1][0] == f"{FACTOR}?next=%2Fadmin%2F"
    page = f"{FACTOR}?next=/admin/"
    client.post(page, {"begin": ""})
    device = TOTPDevice.objects.get(user=superuser)
    assert client.post(page, {"token": "12"}).status_code == 200
    assert client.get("/admin/").status_code == 302
    assert client.post(page, {"token": shown_by(device)}).status_code == 201
    assert client.get("/admin/").status_code == 200


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
    client = password_only(factories.user("admin", is_staff=True, is_superuser=True, is_demo=True))
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
    assert_accessible(page)
    page.get_by_role("button", name="Thiết lập").click()
    page.get_by_label("Sáu chữ số").fill("000000")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Dãy số không đúng.")).to_be_visible()
    assert_accessible(page)
