"""Personal links: the first password, a new one, and every way in which a link can be no good."""

import datetime
import re

import pytest
import time_machine
from django.conf import LazySettings
from django.core.cache import cache
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob

from accounts import links, tasks, throttle
from accounts.models import PersonalLink, Tries, User
from core import journal
from core.models import JournalEntry
from core.workflow import Refused
from tests import factories
from tests.browser import PageAs, assert_accessible
from tests.core.mail_server import Handler
from tests.factories import Land
from tests.races import losers, race, winners

Purpose = PersonalLink.Purpose
NEW = "Hoa sen 2026 nở"
RESET = "/accounts/reset/"


@pytest.fixture
def invited(db: None) -> User:
    with journal.act("test"):
        return User.objects.create_user("moi", None, full_name="Đỗ Thị Mới", email="moi@example.vn")


def made(user: User, purpose: PersonalLink.Purpose = Purpose.INVITATION) -> str:
    with journal.act("test"):
        return links.make(user, purpose, by=None).token


def page(token: str) -> str:
    return f"/accounts/link/{token}/"


def set_password(client: Client, token: str, password: str = NEW) -> int:
    sent = {"new_password1": password, "new_password2": password}
    return client.post(page(token), sent).status_code


@pytest.mark.django_db
def test_a_link_sets_the_first_password_and_signs_in(client: Client, invited: User) -> None:
    token = made(invited)
    answer = client.get(page(token)).content.decode()
    assert "Chào mừng" in answer
    assert "<strong>moi</strong>" in answer
    assert set_password(client, token) == 302
    assert client.get("/look/").status_code == 200
    invited.refresh_from_db()
    assert invited.check_password(NEW)


@pytest.mark.django_db
def test_neither_the_database_nor_the_journal_keeps_the_token(invited: User) -> None:
    token = made(invited)
    link = PersonalLink.objects.get()
    told = str([(entry.before, entry.after) for entry in JournalEntry.objects.all()])
    assert token not in link.digest
    assert token not in told
    assert link.digest not in told


@pytest.mark.django_db
def test_a_weak_password_leaves_the_link_as_it_was(client: Client, invited: User) -> None:
    token = made(invited)
    assert set_password(client, token, "moi") == 200
    assert client.get(page(token)).status_code == 200


@pytest.mark.django_db
def test_a_used_a_replaced_an_expired_and_an_unknown_link_say_so(
    client: Client, invited: User
) -> None:
    moment = datetime.datetime(2026, 11, 21, 3, 0, tzinfo=datetime.UTC)
    with time_machine.travel(moment, tick=False):
        first = made(invited)
        second = made(invited)
        told = {first: (410, "Liên kết đã được thay bằng liên kết mới hơn lúc 10:00 21/11/2026.")}
        assert set_password(Client(), second) == 302
        told[second] = (410, "Liên kết đã được dùng lúc 10:00 21/11/2026;")
        third = made(invited)
    told[third] = (410, "Liên kết có hiệu lực đến 10:00 28/11/2026.")
    told["A" * 43] = (404, "Không có liên kết này.")
    with time_machine.travel(moment + datetime.timedelta(days=7), tick=False):
        for token, (status, words) in told.items():
            answer = client.get(page(token))
            assert (answer.status_code, words in answer.content.decode()) == (status, True), words
            assert set_password(client, token) == status
    invited.refresh_from_db()
    assert invited.check_password(NEW)


@pytest.mark.django_db
def test_a_link_of_a_closed_account_is_unknown(client: Client, invited: User) -> None:
    token = made(invited)
    with journal.act("test"):
        User.objects.filter(pk=invited.pk).update(is_active=False)
    assert client.get(page(token)).status_code == 404


@pytest.mark.django_db
def test_how_long_links_are_good_comes_from_the_settings(
    invited: User, settings: LazySettings
) -> None:
    settings.INVITATION_VALID = datetime.timedelta(days=3)
    made(invited)
    link = PersonalLink.objects.get()
    assert (link.expires_at - link.made_at).days in (2, 3)


@pytest.mark.django_db
def test_a_new_password_ends_every_session(client: Client, land: Land) -> None:
    elsewhere = factories.signed_in(land.xa)
    assert set_password(client, made(land.xa, Purpose.RESET)) == 302
    assert elsewhere.get("/look/").status_code == 302


@pytest.mark.django_db
def test_whoever_tries_tokens_has_to_wait(client: Client, invited: User) -> None:
    token = made(invited)
    told = [client.get(page(f"{number}" * 43)).status_code for number in range(11)]
    assert told == [404] * 10 + [429]
    assert client.get(page(token)).status_code == 429
    assert client.get(page(token), REMOTE_ADDR="203.0.113.9").status_code == 200


@pytest.mark.django_db
def test_the_waiting_ends_after_a_quarter_of_an_hour(client: Client, invited: User) -> None:
    moment = datetime.datetime(2026, 11, 21, 3, 0, tzinfo=datetime.UTC)
    with time_machine.travel(moment, tick=False):
        told = [client.get(page("A" * 43)).status_code for _ in range(11)]
        assert told == [404] * 10 + [429]
    with time_machine.travel(moment + datetime.timedelta(minutes=15), tick=False):
        told = [client.get(page("A" * 43)).status_code for _ in range(11)]
        assert told == [404] * 10 + [429]
        throttle.forget_old()
        assert client.get(page("A" * 43)).status_code == 429
    with time_machine.travel(moment + datetime.timedelta(minutes=30), tick=False):
        throttle.forget_old()
    assert not Tries.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_tries_in_several_processes_are_counted_together(invited: User) -> None:
    def trying() -> list[int]:
        cache.clear()  # another process knows nothing of what this one remembers
        return [Client().get(page("A" * 43)).status_code for _ in range(4)]

    outcomes = race(trying, trying)
    assert winners(outcomes) == [[404] * 4] * 2
    assert Tries.objects.get().count == 8
    assert trying() == [404, 404, 429, 429]


@pytest.mark.django_db
def test_accounts_of_the_demonstration_get_no_link() -> None:
    demo = factories.user("demo", is_demo=True)
    with pytest.raises(Refused), journal.act("test"):
        links.make(demo, Purpose.RESET, by=None)


@pytest.mark.django_db(transaction=True)
def test_a_link_is_good_once_also_for_two_at_once(invited: User) -> None:
    token = made(invited)
    outcomes = race(lambda: links.use(token, NEW), lambda: links.use(token, NEW + "!"))
    assert (len(winners(outcomes)), losers(outcomes)) == (1, [Refused])


@pytest.mark.django_db(transaction=True)
def test_of_two_links_made_at_once_one_is_good(invited: User) -> None:
    outcomes = race(lambda: made(invited), lambda: made(invited))
    assert len(winners(outcomes)) == 2
    assert PersonalLink.objects.open().count() == 1


# By mail


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["moi", "MOI@example.vn", "nobody", "nobody@example.vn", "xa"])
def test_the_answer_is_the_same_whoever_is_asked_for(
    name: str, client: Client, invited: User, land: Land, mails_out: Handler
) -> None:
    answer = client.post(RESET, {"name": name})
    assert answer.status_code == 200
    neutral = client.post(RESET, {"name": "khong-co-ai"})
    strip = re.compile(r'value="\w{64}"')
    said = [strip.sub("", one.content.decode()) for one in (answer, neutral)]
    assert said[0] == said[1]
    jobs = ProcrastinateJob.objects.filter(task_name="accounts.mail_reset_link")
    expected = [invited.pk] if name.lower().startswith("moi") else []
    assert [job.args for job in jobs] == [{"user_id": pk} for pk in expected]


@pytest.mark.django_db
def test_requests_for_mail_are_limited(client: Client, invited: User, mails_out: Handler) -> None:
    told = [client.post(RESET, {"name": "moi"}).status_code for _ in range(11)]
    assert told == [200] * 10 + [429]


@pytest.mark.django_db
def test_the_mail_has_a_link_that_works(client: Client, invited: User, mails_out: Handler) -> None:
    tasks.mail_reset_link(user_id=invited.pk)
    [(address, subject, text)] = mails_out.deliver()
    assert address == "moi@example.vn"
    assert subject == "Đặt lại mật khẩu Cổng Thi đua Xã hội học tập"
    assert "Kính gửi Mới," in text
    (token,) = re.findall(r"https://thidua\.example\.vn/accounts/link/([\w-]{43})/", text)
    assert set_password(client, token) == 302


@pytest.mark.django_db
def test_a_portal_without_mail_says_so(client: Client, invited: User) -> None:
    assert "Cổng này không gửi thư." in client.get(RESET).content.decode()
    assert "Cổng này không gửi thư." in client.post(RESET, {"name": "moi"}).content.decode()
    assert not ProcrastinateJob.objects.exists()


def test_the_pages_are_accessible(page_as: PageAs, invited: User, mails_out: Handler) -> None:
    browser = page_as(None, expect=(r"status of 4(04|10)",))
    used = made(invited)
    token = made(invited)
    for address in (page(token), page(used), page("x"), RESET):
        browser.goto(address)
        assert_accessible(browser)
    browser.get_by_label("Tên đăng nhập hoặc thư").fill("moi")
    browser.keyboard.press("Enter")
    browser.get_by_role("heading", name="Hãy xem hộp thư").wait_for()
    assert_accessible(browser)
