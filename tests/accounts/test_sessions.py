"""Sessions: how long they last, where they are listed, how they end."""

import datetime
import re
from collections.abc import Callable

import pytest
import time_machine
from django.conf import LazySettings
from django.test import Client

from accounts import devices, sessions
from accounts.models import Session, User
from accounts.tasks import forget_old_sessions
from tests import factories
from tests.factories import Land

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]
ME = "/accounts/me/"
MORNING = datetime.datetime(2026, 11, 21, 7, 30, tzinfo=datetime.UTC)
WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36"


def at(minutes: float) -> time_machine.travel:
    """So many minutes after the morning."""
    return time_machine.travel(MORNING + datetime.timedelta(minutes=minutes), tick=False)


def asked(client: Client, *, htmx: bool = False) -> int:
    headers = {"HX-Request": "true"} if htmx else {}
    return client.get("/look/", headers=headers).status_code


def ends(client: Client) -> list[str]:
    return re.findall(r'action="/accounts/sessions/(\w+)/end/"', client.get(ME).content.decode())


def test_a_session_ends_an_hour_after_it_was_used_last(land: Land) -> None:
    with at(0):
        client = factories.signed_in(land.xa)
    for minute in (50, 100, 150):
        with at(minute):
            assert asked(client) == 200
    with at(211):
        assert asked(client) == 302
        assert not Session.objects.filter(user=land.xa).exists()


def test_a_page_that_asks_by_itself_does_not_keep_a_session_alive(land: Land) -> None:
    with at(0):
        client = factories.signed_in(land.xa)
    for minute in (20, 40, 60):
        with at(minute):
            assert asked(client, htmx=True) == 200
    with at(61):
        assert asked(client, htmx=True) == 401


def test_a_session_ends_after_a_working_day_however_much_it_is_used(land: Land) -> None:
    with at(0):
        client = factories.signed_in(land.xa)
    for minute in range(0, 12 * 60 + 1, 40):
        with at(minute):
            assert asked(client) == 200
    with at(12 * 60 + 1):
        assert asked(client) == 302


def test_the_times_come_from_the_settings(settings: LazySettings, land: Land) -> None:
    settings.SESSION_IDLE = datetime.timedelta(minutes=5)
    with at(0):
        client = factories.signed_in(land.xa)
    with at(6):
        assert asked(client) == 302


def test_reading_pages_writes_a_session_rarely(land: Land) -> None:
    with at(0):
        client = factories.signed_in(land.xa)
    for minute, used in ((1, 0), (1.9, 0), (2, 2), (3, 2), (5, 5)):
        with at(minute):
            asked(client)
            row = Session.objects.get(user=land.xa)
            assert row.used_at == MORNING + datetime.timedelta(minutes=used)


def test_the_own_sessions_are_listed_and_end_one_by_one(client: Client, land: Land) -> None:
    here = factories.signed_in(land.xa)
    client.post(
        "/accounts/login/",
        {"username": "xa", "password": "demo-password"},
        headers={"User-Agent": WINDOWS},
    )
    other = factories.signed_in(land.xa2)
    page = here.get(ME).content.decode()
    assert "Chrome, Windows" in page
    assert page.count("phiên này") == 1
    (handle, everything) = ends(here)
    assert everything == "others"
    assert other.post(f"/accounts/sessions/{handle}/end/").status_code == 404
    assert here.post(f"/accounts/sessions/{handle}/end/").headers["Location"] == ME
    assert (asked(client), asked(here), asked(other)) == (302, 200, 200)
    assert here.post(f"/accounts/sessions/{handle}/end/").status_code == 404


def test_all_others_end_at_once(land: Land) -> None:
    here, *others = (factories.signed_in(land.xa) for _ in range(3))
    stranger = factories.signed_in(land.xa2)
    assert here.post("/accounts/sessions/others/end/").status_code == 302
    assert [asked(one) for one in (here, *others, stranger)] == [200, 302, 302, 200]


def test_the_key_of_a_session_stands_on_no_page(land: Land) -> None:
    here, elsewhere = factories.signed_in(land.xa), factories.signed_in(land.xa)
    page = here.get(ME).content.decode()
    for client in (here, elsewhere):
        assert client.session.session_key not in page


def test_the_page_asks_the_same_however_many_sessions_there_are(
    land: Land, django_assert_num_queries: Callable[..., object]
) -> None:
    for number in (1, 3):
        for _ in range(number):
            client = factories.signed_in(land.xa)
        client.get(ME)
        with django_assert_num_queries(11):
            client.get(ME)


def test_old_sessions_are_forgotten(land: Land) -> None:
    with at(0):
        factories.signed_in(land.xa)
    with at(13 * 60):
        factories.signed_in(land.xa2)
        forget_old_sessions(0)
        assert list(Session.objects.values_list("user", flat=True)) == [land.xa2.pk]
        assert len(sessions.of_user(land.xa2)) == 1


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (WINDOWS, "Chrome, Windows"),
        (WINDOWS.replace("Safari", "Edg/140.0 Safari"), "Edge, Windows"),
        ("Mozilla/5.0 (Windows NT 10.0) coc_coc_browser/120 Chrome/114 Safari", "Cốc Cốc, Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Safari/604.1", "Safari, iPhone"),
        (
            "Mozilla/5.0 (Linux; Android 14) SamsungBrowser/25 Chrome/121",
            "Samsung Internet, Android",
        ),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.0", "Firefox, Linux"),
        ("curl/8", "trình duyệt không rõ tên"),
    ],
)
def test_a_browser_in_words(agent: str, words: str) -> None:
    assert devices.words(agent) == words
