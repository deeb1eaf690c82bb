"""Mails over a real SMTP server: one a person and day, never twice, never to anybody else."""

import datetime
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from accounts.models import User
from core import mailing, notices
from core.models import Delivery, Mail, Notice
from core.notices import NoticeKind
from tests import factories
from tests.core.mail_server import Handler, running, text_of

pytestmark = pytest.mark.django_db
State = Mail.State


@pytest.fixture(autouse=True)
def _kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notices, "KINDS", {})
    notices.declare(
        NoticeKind("paper.sent", "Papers", "%(unit)s gửi hồ sơ.", "%(unit)s đã rút hồ sơ."),
        NoticeKind("paper.now", "Now", "Gấp: %(unit)s.", urgent=True),
        NoticeKind(
            "paper.back",
            "Back",
            "%(unit)s phải làm lại.",
            many="%(number)d đơn vị phải làm lại.",
            urgent=True,
        ),
    )


@pytest.fixture
def server(settings: Any) -> Iterator[Handler]:
    with running(settings) as handler:
        yield handler


def reader(name: str = "a") -> User:
    return factories.user(email=f"{name}@example.vn", full_name=f"Nguyễn Thị {name.upper()}")


def tell(*people: User, kind: str = "paper.sent", unit: str = "Xã Đại An") -> list[int]:
    with transaction.atomic():
        notices.tell(kind, [p.pk for p in people], subject="p:1", url="/assessments/1/", unit=unit)
    return list(Notice.objects.filter(kind=kind).values_list("pk", flat=True))


@pytest.fixture
def evening() -> Iterator[None]:
    """It is tomorrow after the hour of the digest: what was told is told yesterday."""
    later = timezone.localtime().replace(hour=8) + datetime.timedelta(days=1)
    with time_machine.travel(later, tick=False):
        yield


def planned(*people: User) -> Mail:
    """A mail of one urgent notice."""
    mail_ids = mailing.plan_urgent(tell(*people, kind="paper.now"))
    return Mail.objects.get(pk=mail_ids[0])


def state(mail: Mail) -> tuple[str, list[tuple[str, str]]]:
    mail.refresh_from_db()
    return mail.state, list(mail.deliveries.values_list("outcome", "answer"))


# Planning


def test_a_person_gets_one_mail_a_day_with_everything(server: Handler) -> None:
    one, other = reader("a"), reader("b")
    tell(one, unit="Xã Một")
    tell(one, other, unit="Xã Hai")
    later = timezone.localtime().replace(hour=8) + datetime.timedelta(days=1)
    with time_machine.travel(later, tick=False):
        mails = mailing.plan_digests()
        for mail in mails:
            mailing.send(mail)
        assert mailing.plan_digests() == []
    assert sorted(server.addresses) == ["a@example.vn", "b@example.vn"]
    body = text_of(dict(server.taken)["a@example.vn"])
    assert "- Xã Một gửi hồ sơ.\n  https://thidua.example.vn/assessments/1/" in body
    assert "- Xã Hai gửi hồ sơ." in body
    assert "Nguyễn Thị A" in body
    assert "Nguyễn Thị B" not in body


def tell_many(person: User, *units: str) -> list[int]:
    """Each in an act of its own, as the items of a job are; the keys of the notices."""
    for unit in units:
        with transaction.atomic():
            words = {"url": f"/units/{unit}/", "list_url": "/units/", "unit": f"Xã {unit}"}
            notices.tell("paper.back", [person.pk], subject=f"p:{unit}", **words)
    return list(Notice.objects.filter(recipient=person).order_by("pk").values_list("pk", flat=True))


def test_many_rows_of_an_act_are_one_line_of_the_digest_and_one_is_named(server: Handler) -> None:
    many, one, settled = reader("a"), reader("b"), reader("c")
    tell_many(many, "x", "y", "z")
    tell_many(one, "x")
    tell_many(settled, "v", "w")
    notices.settle("paper.back", "p:v")
    later = timezone.localtime().replace(hour=8) + datetime.timedelta(days=1)
    with time_machine.travel(later, tick=False):
        mailing.plan_digests()
        told = {address: (subject, text) for address, subject, text in server.deliver()}
    assert {address: _lines(text) for address, (_subject, text) in told.items()} == {
        "a@example.vn": ["- 3 đơn vị phải làm lại.", "  https://thidua.example.vn/units/"],
        "b@example.vn": ["- Xã x phải làm lại.", "  https://thidua.example.vn/units/x/"],
        "c@example.vn": ["- Xã w phải làm lại.", "  https://thidua.example.vn/units/w/"],
    }
    assert {subject.rpartition(": ")[2] for subject, _text in told.values()} == {"1 thông báo"}


def test_urgent_rows_of_an_act_are_one_mail(server: Handler) -> None:
    keys = tell_many(reader(), "x", "y", "z")
    for key in keys:  # each act has ordered its own
        mailing.plan_urgent([key])
    [(_address, _subject, text)] = server.deliver()
    assert _lines(text) == ["- 3 đơn vị phải làm lại.", "  https://thidua.example.vn/units/"]


def test_urgent_mails_wait_a_moment_for_the_other_rows(server: Handler) -> None:
    tell_many(reader(), "x")
    order = ProcrastinateJob.objects.get(task_name="core.mail_urgent_notices")
    waits = order.scheduled_at - timezone.now()
    pause = datetime.timedelta(minutes=notices.URGENT_WAITS)
    assert pause / 2 < waits <= pause


def _lines(text: str) -> list[str]:
    """Of the text of a mail: the sentences and where they lead."""
    return [line.rstrip() for line in text.splitlines() if line.startswith(("- ", "  http"))]


def test_before_the_hour_nothing_is_planned(server: Handler, settings: Any) -> None:
    tell(reader())
    settings.MAIL_DIGEST_HOUR = 7
    early = timezone.localtime().replace(hour=6) + datetime.timedelta(days=1)
    with time_machine.travel(early, tick=False):
        assert mailing.plan_digests() == []


def test_what_was_read_withdrawn_or_old_is_not_mailed(server: Handler) -> None:
    person = reader()
    tell(person)
    notices.read(person)
    tell(reader("b"))
    with transaction.atomic():
        notices.take_back("paper.sent", "p:1")
    Notice.objects.filter(corrects__isnull=False).update(read_at=timezone.now())
    old = timezone.localtime() + mailing.OLDEST + datetime.timedelta(days=2)
    tell(reader("c"))
    with time_machine.travel(old.replace(hour=8), tick=False):
        assert mailing.plan_digests() == []


def test_a_planned_mail_has_its_job_and_only_one(server: Handler) -> None:
    pks = tell(reader(), kind="paper.now")
    [mail] = mailing.plan_urgent(pks)
    assert mailing.plan_urgent(pks) == []
    orders = ProcrastinateJob.objects.filter(task_name="core.send_mail")
    assert [order.args for order in orders] == [{"mail_id": mail}]


def test_without_a_mail_server_notices_stay_in_the_portal(settings: Any) -> None:
    settings.MAIL_CONFIGURED = False
    pks = tell(reader(), kind="paper.now")
    assert mailing.plan_urgent(pks) == []
    assert Mail.objects.count() == 0


# Sending


def test_the_mail_that_was_taken_is_on_record_with_the_answer(server: Handler) -> None:
    mail = planned(reader())
    mailing.send(mail.pk)
    assert state(mail) == (State.SENT, [("sent", "250 2.0.0 Taken as 42")])
    [(address, message)] = server.taken
    assert address == "a@example.vn"
    assert message["To"] == "a@example.vn"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"] == f"<{mail.key.replace(' ', '-')}@example.vn>"
    assert "1 thông báo" in message["Subject"]


def test_a_mail_that_was_sent_is_not_sent_again(server: Handler) -> None:
    mail = planned(reader())
    mailing.send(mail.pk)
    mailing.send(mail.pk)
    assert len(server.taken) == 1


def test_a_refused_recipient_is_the_end_of_it(server: Handler) -> None:
    mail = planned(reader())
    server.behave = "refuse"
    mailing.send(mail.pk)
    assert state(mail) == (State.REFUSED, [("refused", "550 5.1.1 No such mailbox")])
    server.behave = "take"
    mailing.send(mail.pk)
    assert server.taken == []


@pytest.mark.parametrize(
    ("behaviour", "answer"),
    [("later", "450 4.2.1 Mailbox is busy"), ("busy", "451 4.3.0 Try again later")],
)
def test_a_temporary_failure_is_tried_again(server: Handler, behaviour: str, answer: str) -> None:
    mail = planned(reader())
    server.behave = behaviour
    with pytest.raises(mailing.TemporaryFailure, match=answer):
        mailing.send(mail.pk)
    assert state(mail) == (State.WAITING, [("temporary", answer)])
    server.behave = "take"
    mailing.send(mail.pk)
    assert state(mail)[0] == State.SENT
    assert server.addresses == ["a@example.vn"]


def test_after_the_last_attempt_it_is_given_up(server: Handler) -> None:
    mail = planned(reader())
    server.behave = "busy"
    mailing.send(mail.pk, last_attempt=True)
    assert state(mail) == (State.GIVEN_UP, [("temporary", "451 4.3.0 Try again later")])


def test_a_connection_that_drops_before_the_end_is_tried_again(server: Handler) -> None:
    mail = planned(reader())
    server.behave = "drop"
    with pytest.raises(mailing.TemporaryFailure):
        mailing.send(mail.pk)
    assert state(mail)[0] == State.WAITING
    server.behave = "take"
    mailing.send(mail.pk)
    assert server.addresses == ["a@example.vn"]


def test_a_connection_that_drops_after_the_end_is_uncertain_and_not_sent_again(
    server: Handler,
) -> None:
    """The server may have taken it, as this one has."""
    mail = planned(reader())
    server.behave = "vanish"
    mailing.send(mail.pk)
    assert state(mail)[0] == State.UNCERTAIN
    server.behave = "take"
    mailing.send(mail.pk)
    assert server.addresses == ["a@example.vn"]


def test_a_worker_that_was_killed_after_handing_over_does_not_send_again(server: Handler) -> None:
    mail = planned(reader())
    Mail.objects.update(state=State.HANDED_OVER)  # as far as a killed worker came
    mailing.send(mail.pk)
    assert state(mail) == (State.UNCERTAIN, [("uncertain", "")])
    assert server.asked == 0


def test_a_server_that_is_not_there_is_tried_again(server: Handler, settings: Any) -> None:
    mail = planned(reader())
    settings.EMAIL_PORT = 1
    with pytest.raises(mailing.TemporaryFailure, match="ConnectionRefusedError"):
        mailing.send(mail.pk)
    assert state(mail)[0] == State.WAITING


def test_lines_of_dots_arrive_as_they_were(server: Handler) -> None:
    mailing.send(Mail.objects.get(pk=planned(reader()).pk).pk)
    mail = mailing.plan_urgent(tell(reader("b"), kind="paper.now", unit="A\n.\n..B"))[0]
    mailing.send(mail)
    assert "Gấp: A\n.\n..B." in text_of(server.taken[1][1])


# To whom


def test_a_demonstration_mails_to_its_own_machine_only(server: Handler, settings: Any) -> None:
    settings.DEMO = True
    settings.EMAIL_HOST = "mail.example.vn"
    mail = planned(reader())
    mailing.send(mail.pk)
    held = [("held", "a demonstration mails to its own machine only")]
    assert state(mail) == (State.HELD, held)


@pytest.mark.parametrize(
    ("allowed", "taken"),
    [
        (["A@example.vn"], True),
        (["@example.vn"], True),
        (["b@example.vn", "@other.vn"], False),
        ([], True),
    ],
)
def test_nobody_outside_the_list_is_written_to(
    server: Handler, settings: Any, allowed: list[str], taken: bool
) -> None:
    settings.MAIL_ONLY_TO = allowed
    mail = planned(reader())
    mailing.send(mail.pk)
    assert bool(server.taken) is taken
    assert state(mail)[0] == (State.SENT if taken else State.HELD)


def test_what_was_withdrawn_meanwhile_is_not_sent(server: Handler) -> None:
    mail = planned(reader())
    Notice.objects.update(withdrawn_at=timezone.now())
    mailing.send(mail.pk)
    assert (state(mail)[0], server.taken) == (State.HELD, [])


def test_the_record_of_deliveries_cannot_be_changed(server: Handler) -> None:
    mailing.send(planned(reader()).pk)
    with pytest.raises(Exception, match="permission denied"), transaction.atomic():
        Delivery.objects.update(answer="")
