"""Mails about accounts go the way of all mails: by the queue, its rules and its record."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.conf import settings as django_settings
from django.db import connection, transaction
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob

from accounts import links, mails
from accounts.models import PersonalLink, User
from core import journal, mailing
from core.models import Delivery, JournalEntry, Mail
from tests import factories
from tests.core.mail_server import Handler

Purpose = PersonalLink.Purpose
NEW = "Hoa sen 2026 nở"
PORTAL = "https://thidua.vinhlong.example.vn"


@pytest.fixture
def person(db: None) -> User:
    return factories.user("moi", full_name="Đỗ Thị Mới", email="moi@example.vn")


def invited(person: User) -> str:
    """Its link is mailed; the token."""
    with journal.act("test"):
        fresh = links.make(person, Purpose.INVITATION, by=None)
        mails.send_link(fresh.link)
    return fresh.token


def outcomes() -> list[tuple[str, str]]:
    return list(Delivery.objects.values_list("outcome", "answer"))


# Over a real worker and mail server, by the settings that docs/deployment.md names


def worker(mail_url: str) -> None:
    """A worker with the documented environment does what is ordered, and ends."""
    found = connection.get_connection_params()
    place = urlencode({"host": found["host"], "port": found.get("port", 5432)})
    url = f"postgresql://{found['user']}@/{found['dbname']}?{place}"
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("EMAIL")},
        "DJANGO_SETTINGS_MODULE": "campaign.settings",
        "SECRET_KEY": django_settings.SECRET_KEY,
        "DATABASE_URL": url,
        "DATABASE_OWNER_URL": url,
        "EMAIL_URL": mail_url,
        "MAIL_FROM": "Cổng Thi đua <thidua@vinhlong.example.vn>",
        "PORTAL_URL": PORTAL,
    }
    subprocess.run(
        [sys.executable, "manage.py", "procrastinate", "worker", "--one-shot"],
        cwd=django_settings.BASE_DIR,
        env=environment,
        check=True,
        timeout=240,
        capture_output=True,
    )


@pytest.mark.django_db(transaction=True)
def test_who_forgot_the_password_gets_a_link_that_works(
    client: Client, person: User, mails_out: Handler, settings: Any
) -> None:
    assert client.post("/accounts/reset/", {"name": "moi"}).status_code == 200
    mail_url = f"smtp://127.0.0.1:{settings.EMAIL_PORT}"
    worker(mail_url)
    if not mails_out.taken:
        worker(mail_url)  # the job of the mail was ordered by the one before
    [(address, message)] = mails_out.taken
    assert (address, message["From"]) == (
        "moi@example.vn",
        "Cổng Thi đua <thidua@vinhlong.example.vn>",
    )
    (page,) = re.findall(rf"{PORTAL}(/accounts/link/[\w-]{{43}}/)", message.get_content())
    assert client.post(page, {"new_password1": NEW, "new_password2": NEW}).status_code == 302
    assert User.objects.get(pk=person.pk).check_password(NEW)
    assert outcomes() == [("sent", "250 2.0.0 Taken as 42")]


def test_a_mail_server_asks_for_the_address_of_the_portal() -> None:
    """Else links in mails would lead to the reader's own machine."""
    names = ("SECRET_KEY", "PERSONAL_DATA_KEY", "PATH")
    given = {name: os.environ[name] for name in names} | {"EMAIL_URL": "smtp://localhost:25"}
    said = subprocess.run(
        [sys.executable, "-c", "import campaign.settings"],
        cwd=django_settings.BASE_DIR,
        env=given,
        capture_output=True,
        text=True,
        check=False,
    ).stderr
    assert "Set the PORTAL_URL environment variable" in said


def test_the_code_knows_no_other_way_to_send_a_mail() -> None:
    """And no setting names a mail server but EMAIL_URL."""
    ways = re.compile(r"send_mail\(|EmailMessage\(|smtplib\.SMTP|env[.\w]*\(\"EMAIL_(?!URL)")
    base = Path(django_settings.BASE_DIR)
    apps = ("core", "accounts", "units", "campaign", "criteria", "awards", "reports")
    found = {
        str(path.relative_to(base))
        for app in apps
        for path in (base / app).rglob("*.py")
        if ways.search(path.read_text().replace("def send_mail(", ""))
    }
    assert found == {"core/mailing.py"}


# The rules of the queue


@pytest.mark.django_db
def test_the_link_is_kept_nowhere_that_can_be_read(person: User, mails_out: Handler) -> None:
    token = invited(person)
    link = PersonalLink.objects.get()
    [(_address, _subject, text)] = mails_out.deliver()
    assert f"https://thidua.example.vn/accounts/link/{token}/" in text
    kept = [
        str(list(model.objects.values()))
        for model in (Mail, Delivery, PersonalLink, ProcrastinateJob, JournalEntry)
    ]
    assert not any(token in rows for rows in kept)
    assert link.seed not in kept[-1]


@pytest.mark.django_db
@pytest.mark.parametrize("how", ["used", "replaced", "secret"])
def test_a_link_that_is_no_longer_good_is_not_mailed(
    how: str, person: User, mails_out: Handler, settings: Any
) -> None:
    token = invited(person)
    if how == "used":
        links.use(token, NEW)
    elif how == "replaced":
        with journal.act("test"):
            links.make(person, Purpose.RESET, by=None)
    else:
        settings.SECRET_KEY = "another one"
    assert mails_out.deliver() == []
    assert outcomes() == [("held", "what it would say no longer holds")]


@pytest.mark.django_db
def test_nobody_outside_the_list_is_sent_a_link(
    person: User, mails_out: Handler, settings: Any
) -> None:
    settings.MAIL_ONLY_TO = ["@vinhlong.gov.vn"]
    invited(person)
    assert mails_out.deliver() == []
    assert outcomes() == [("held", "not in MAIL_ONLY_TO")]


@pytest.mark.django_db
def test_a_demonstration_sends_no_link_to_the_world(
    person: User, mails_out: Handler, settings: Any
) -> None:
    settings.DEMO, settings.EMAIL_HOST = True, "mail.example.vn"
    invited(person)
    assert mails_out.deliver() == []
    assert outcomes() == [("held", "a demonstration mails to its own machine only")]


@pytest.mark.django_db
def test_a_mail_server_that_is_busy_is_asked_again(person: User, mails_out: Handler) -> None:
    token = invited(person)
    mails_out.behave = "busy"
    with pytest.raises(mailing.TemporaryFailure):
        mails_out.deliver()
    mails_out.behave = "take"
    [(_address, _subject, text)] = mails_out.deliver()
    assert token in text


@pytest.mark.django_db
def test_nothing_is_mailed_of_what_was_taken_back(person: User, mails_out: Handler) -> None:
    with journal.act("test"):
        mails.send_link(links.make(person, Purpose.INVITATION, by=None).link)
        mails.tell_of_change(person, "x")
        transaction.set_rollback(True)
    assert (Mail.objects.count(), ProcrastinateJob.objects.count()) == (0, 0)


@pytest.mark.django_db
def test_without_a_mail_server_or_an_address_nothing_is_planned(
    person: User, mails_out: Handler, settings: Any
) -> None:
    mails.tell_of_change(factories.user("khong-thu"), "x")
    settings.MAIL_CONFIGURED = False
    invited(person)
    assert Mail.objects.count() == 0


@pytest.mark.django_db
def test_who_changes_the_password_is_told_in_their_language(
    person: User, mails_out: Handler
) -> None:
    with journal.act("test"):
        User.objects.filter(pk=person.pk).update(language="en")
    said = {"old_password": "demo-password", "new_password1": NEW, "new_password2": NEW}
    assert factories.signed_in(person).post("/accounts/password/", said).status_code == 302
    [(address, subject, text)] = mails_out.deliver()
    assert (address, subject) == ("moi@example.vn", "Your account was changed")
    assert "The password was changed." in text
