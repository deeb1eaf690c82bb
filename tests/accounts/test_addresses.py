"""An address that somebody else entered: mails go there once its owner has confirmed it."""

import datetime
import re

import pytest
import time_machine
from django.test import Client

from accounts import links, mails
from accounts.models import PersonalLink, User
from core import journal
from core.models import JournalEntry
from core.workflow import Refused
from tests import factories
from tests.browser import PageAs, assert_accessible
from tests.core.mail_server import Handler
from tests.factories import Land
from tests.races import losers, race, winners

NEW = "hanh@vinhlong.example.vn"
RESET = PersonalLink.Purpose.RESET


@pytest.fixture
def person(db: None) -> User:
    return factories.user("hanh", full_name="Nguyễn Thị Hạnh", email="cu@example.vn")


def made(person: User, address: str = NEW) -> str:
    with journal.act("test"):
        return links.make_for_address(person, address, by=None).token


def page(token: str) -> str:
    return f"/accounts/link/{token}/"


def address_of(person: User) -> str:
    return User.objects.get(pk=person.pk).email


@pytest.mark.django_db
def test_an_address_is_known_after_the_button_of_its_link(client: Client, person: User) -> None:
    token = made(person)
    answer = client.get(page(token)).content.decode()
    assert f"<strong>{NEW}</strong>" in answer
    assert "Nguyễn Thị Hạnh" not in answer  # whoever reads the mail may be somebody else
    assert address_of(person) == "cu@example.vn"
    answer = client.post(page(token), follow=True)
    assert answer.redirect_chain == [("/accounts/login/", 302)]  # nobody is signed in by it
    assert f"Từ nay thư của Cổng được gửi đến {NEW}." in answer.content.decode()
    assert address_of(person) == NEW
    assert client.get(page(token)).status_code == 410


@pytest.mark.django_db
def test_the_link_goes_to_the_new_address_and_the_news_to_the_former(
    client: Client, person: User, mails_out: Handler
) -> None:
    with journal.act("test"):
        mails.send_link(links.make_for_address(person, NEW, by=None).link)
    [(to, subject, text)] = mails_out.deliver()
    assert (to, subject) == (NEW, "Xác nhận địa chỉ thư dùng cho Cổng Thi đua Xã hội học tập")
    (token,) = re.findall(r"example\.vn/accounts/link/([\w-]{43})/", text)
    client.post(page(token))
    [(to, _subject, text)] = mails_out.deliver()
    assert to == "cu@example.vn"
    assert "Từ nay thư của Cổng được gửi đến địa chỉ khác." in text


@pytest.mark.django_db
def test_a_link_for_an_address_sets_no_password_and_the_other_way_round(person: User) -> None:
    token = made(person)
    with pytest.raises(Refused):
        links.use(token, "Hoa sen 2026 nở")
    with journal.act("test"):
        password = links.make(person, RESET, by=None).token
    with pytest.raises(Refused):
        links.confirm_address(password)
    assert address_of(person) == "cu@example.vn"


@pytest.mark.django_db
def test_links_for_a_password_and_for_an_address_do_not_replace_each_other(person: User) -> None:
    first = made(person, "nham@example.vn")
    second = made(person)
    with journal.act("test"):
        links.make(person, RESET, by=None)
    states = [(one.address, one.replaced_at is None) for one in PersonalLink.objects.order_by("pk")]
    assert states == [("nham@example.vn", False), (NEW, True), ("", True)]
    with pytest.raises(Refused):
        links.confirm_address(first)
    assert links.confirm_address(second).user.email == NEW


@pytest.mark.django_db
def test_an_expired_link_confirms_nothing(client: Client, person: User) -> None:
    moment = datetime.datetime(2026, 11, 22, 3, 0, tzinfo=datetime.UTC)
    with time_machine.travel(moment, tick=False):
        token = made(person)
    with time_machine.travel(moment + datetime.timedelta(days=7), tick=False):
        assert client.post(page(token)).status_code == 410
    assert address_of(person) == "cu@example.vn"


@pytest.mark.django_db
def test_who_enters_an_address_of_their_own_ends_the_waiting_of_another(
    client: Client, person: User
) -> None:
    token = made(person)
    said = {"called": "chị Hạnh", "email": "rieng@example.vn", "language": "vi"} | {
        "password": "demo-password"
    }
    assert factories.signed_in(person).post("/accounts/me/", said).status_code == 302
    assert client.post(page(token)).status_code == 410
    assert address_of(person) == "rieng@example.vn"


@pytest.mark.django_db
def test_the_journal_tells_of_the_confirming_and_no_address(person: User) -> None:
    token = made(person)
    links.confirm_address(token)
    entries = JournalEntry.objects.filter(act="accounts.confirm_address").order_by("pk")
    assert [(one.subject, one.actor_id) for one in entries] == [
        ("accounts_personallink", person.pk),
        ("accounts_user", person.pk),
    ]
    told = str([(one.before, one.after) for one in JournalEntry.objects.all()])
    assert NEW not in told
    assert "cu@example.vn" not in told


@pytest.mark.django_db
def test_accounts_of_the_demonstration_get_no_address() -> None:
    demo = factories.user("demo", is_demo=True)
    with pytest.raises(Refused, match="không có địa chỉ"), journal.act("test"):
        links.make_for_address(demo, NEW, by=None)


@pytest.mark.django_db(transaction=True)
def test_a_link_confirms_once_also_for_two_at_once(person: User) -> None:
    token = made(person)
    outcomes = race(lambda: links.confirm_address(token), lambda: links.confirm_address(token))
    assert (len(winners(outcomes)), losers(outcomes)) == (1, [Refused])


def test_the_page_is_accessible(page_as: PageAs, person: User, land: Land) -> None:
    browser = page_as(None)
    browser.goto(page(made(person)))
    assert_accessible(browser)
    browser.get_by_role("button", name="Xác nhận địa chỉ").click()
    browser.get_by_text(f"gửi đến {NEW}").wait_for()
