"""What people decide about their own account: language, password, how they are addressed."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client

from accounts import second_factor
from accounts.models import PersonalLink, User
from core import journal
from core.models import JournalEntry
from tests import factories
from tests.core.mail_server import Handler
from tests.factories import Land

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]
SHOWN = {"password": "demo-password"}
ME = "/accounts/me/"


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


def test_a_person_says_how_to_be_addressed_and_the_journal_keeps_no_address(
    client_of: ClientOf, land: Land
) -> None:
    client = client_of(land.xa)
    data = {"called": "chị Xã", "email": "xa@example.vn", "language": "en", **SHOWN}
    assert client.post("/accounts/me/", data).headers["Location"] == "/accounts/me/"
    land.xa.refresh_from_db()
    told = (land.xa.get_short_name(), land.xa.email, land.xa.language)
    assert told == ("chị Xã", "xa@example.vn", "en")
    act, actor, after = last_act(land.xa)
    assert (act, actor) == ("accounts.change_profile", land.xa.pk)
    assert "example" not in str(after)


@pytest.mark.parametrize("data", [{"email": "x"}, {"language": "fr"}, {"called": "a" * 61}])
def test_what_is_no_address_or_language_is_refused(
    data: dict[str, str], client_of: ClientOf, land: Land
) -> None:
    sent = {"called": "", "email": "", "language": "vi", **data}
    response = client_of(land.xa).post("/accounts/me/", sent)
    assert response.status_code == 200
    assert "is-invalid" in response.content.decode()


def test_an_account_of_the_demonstration_takes_no_address(
    client_of: ClientOf, settings: LazySettings
) -> None:
    settings.DEMO = True
    demo = factories.user("demo", is_demo=True)
    data = {"called": "", "email": "me@example.vn", "language": "vi"}
    assert client_of(demo).post("/accounts/me/", data).status_code == 200
    demo.refresh_from_db()
    assert demo.email == ""


# Another address: whoever has it gets the account


def profile(email: str, **shown: str) -> dict[str, str]:
    return {"called": "", "language": "vi", "email": email, **shown}


def address_of(person: User) -> str:
    return User.objects.get(pk=person.pk).email


@pytest.fixture
def known(land: Land) -> User:
    with journal.act("test"):
        User.objects.filter(pk=land.xa.pk).update(email="cu@example.vn")
    return User.objects.get(pk=land.xa.pk)


@pytest.mark.parametrize("email", ["la@example.vn", ""])
@pytest.mark.parametrize("shown", [{}, {"password": "x"}])
def test_another_address_asks_for_the_password(
    email: str, shown: dict[str, str], client_of: ClientOf, known: User, mails_out: Handler
) -> None:
    answer = client_of(known).post(ME, profile(email, **shown))
    assert "Để đổi thư điện tử, hãy nhập mật khẩu hiện tại." in answer.content.decode()
    assert (address_of(known), mails_out.deliver()) == ("cu@example.vn", [])
    assert not PersonalLink.objects.exists()


def test_it_is_told_at_the_former_address_and_used_once_it_is_confirmed(
    client_of: ClientOf, known: User, mails_out: Handler
) -> None:
    answer = client_of(known).post(ME, profile("moi@example.vn", **SHOWN), follow=True)
    assert "thư chỉ gửi đến đó sau khi được xác nhận" in answer.content.decode()
    former, new = mails_out.deliver()
    assert (former[0], new[0]) == ("cu@example.vn", "moi@example.vn")
    assert "Tài khoản vừa được thay đổi" in former[1]
    assert address_of(known) == "cu@example.vn"
    (page,) = re.findall(r"https://thidua\.example\.vn(/accounts/link/[\w-]{43}/)", new[2])
    Client().post(page)
    assert address_of(known) == "moi@example.vn"


def test_an_address_that_is_taken_away_is_told_there(
    client_of: ClientOf, known: User, mails_out: Handler
) -> None:
    client_of(known).post(ME, profile("", **SHOWN))
    [(address, _subject, _text)] = mails_out.deliver()
    assert (address, address_of(known)) == ("cu@example.vn", "")


def test_who_has_a_second_factor_shows_it_too(client_of: ClientOf, known: User) -> None:
    device = second_factor.begin(known)
    [code, *_others] = second_factor.confirm(known, device)
    client = client_of(known)
    assert client.post(ME, profile("moi@example.vn", **SHOWN)).status_code == 200
    wrong = profile("moi@example.vn", token="000000", **SHOWN)
    assert client.post(ME, wrong).status_code == 200
    assert address_of(known) == "cu@example.vn"
    second_factor.forgive(device)
    assert client.post(ME, profile("moi@example.vn", token=code, **SHOWN)).status_code == 302
    assert address_of(known) == "moi@example.vn"


def test_what_is_no_address_needs_no_password(client_of: ClientOf, known: User) -> None:
    client = client_of(known)
    assert client.post(ME, {**profile("cu@example.vn"), "called": "chị Xã"}).status_code == 302
    known.refresh_from_db()
    assert (known.called, known.email) == ("chị Xã", "cu@example.vn")


def test_whoever_tries_passwords_there_has_to_wait(client_of: ClientOf, known: User) -> None:
    client = client_of(known)
    wrong = profile("la@example.vn", password="x")
    told = [client.post(ME, wrong).status_code for _number in range(11)]
    assert told == [200] * 10 + [429]
    assert client.post(ME, profile("la@example.vn", **SHOWN)).status_code == 429
