"""What a job does with many rows, each of its readers is told of in one line."""

import datetime
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone, translation

from accounts.models import User
from core import journal, mailing, notices
from core.models import Notice
from criteria.workflow import ASSESSMENT
from tests import criteria_factories, registration_factories
from tests.core.mail_server import running
from tests.criteria.test_book_steps import assessed, carry
from tests.criteria.test_books import ask
from tests.criteria.test_routing import route
from tests.criteria_factories import Campaigning
from tests.unit_factories import Village
from units.models import UnitKind

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]
PLACES = re.compile(r"%\((\w+)\)")


@pytest.fixture
def village(setting: Campaigning) -> Village:
    """Households of a hamlet, whose commune receives."""
    found = ask(setting)
    route(setting.land.province, UnitKind.HOUSEHOLD, above=UnitKind.COMMUNE)
    return found


@pytest.fixture
def mail_server(settings: Any) -> Iterator[Any]:
    with running(settings) as server:
        yield server


def lines(person: User) -> list[tuple[str, str, bool]]:
    """What a person reads, the newest first: sentence, page, whether it is settled."""
    found = notices.Line.of(notices.lines(notices.of(person)))
    return [(line.text, line.url, line.read_at is not None) for line in found]


def test_a_book_that_is_sent_is_one_line_that_is_settled_when_all_is_received(
    setting: Campaigning, village: Village, client_of: ClientOf
) -> None:
    book = assessed(village, 3)
    thon, xa = client_of(village.thon), client_of(village.xa)
    carry(thon, village, "send")
    page = f"/assessments/books/{village.hamlet.unit_id}/household/emulation/"
    address = f"{page}?round={setting.round.code}"
    sentence = (
        f"3 bản tự đánh giá đã được gửi: {village.hamlet.name} (hộ gia đình), {setting.round}."
    )
    assert lines(village.xa) == [(sentence, address, False)]
    assert xa.get(address).status_code == 200
    first = book.begun.earliest("pk")
    ASSESSMENT.perform("receive", first.pk, village.xa)
    assert lines(village.xa) == [(sentence, address, False)]
    carry(xa, village, "receive")
    assert lines(village.xa) == [(sentence, address, True)]


def test_a_book_that_is_returned_is_one_line_of_one_mail(
    setting: Campaigning, village: Village, client_of: ClientOf, mail_server: Any
) -> None:
    with journal.act("test"):
        User.objects.filter(pk=village.thon.pk).update(email="thon@example.vn")
    assessed(village, 3)
    xa = client_of(village.xa)
    carry(client_of(village.thon), village, "send")
    carry(xa, village, "receive")
    carry(xa, village, "return", reason="Bổ sung minh chứng")
    told = Notice.objects.filter(kind="assessment.returned", recipient=village.thon)
    for key in list(told.values_list("pk", flat=True)):
        mailing.plan_urgent([key])
    sentence = (
        f"3 bản tự đánh giá được trả lại để bổ sung: {village.hamlet.name} (hộ gia đình), "
        f"{setting.round}."
    )
    [(address, _subject, text)] = mail_server.deliver()
    said = [line for line in text.splitlines() if line.startswith("- ")]
    assert (address, said) == ("thon@example.vn", [f"- {sentence}"])
    assert [text for text, _url, _settled in lines(village.thon)] == [sentence]


@pytest.mark.parametrize("number", [1, 3])
def test_the_digest_of_the_day_says_one_line_and_names_one_row(
    setting: Campaigning, village: Village, client_of: ClientOf, mail_server: Any, number: int
) -> None:
    with journal.act("test"):
        User.objects.filter(pk=village.xa.pk).update(email="xa@example.vn")
    book = assessed(village, number)
    carry(client_of(village.thon), village, "send")
    with time_machine.travel(timezone.localtime().replace(hour=8) + datetime.timedelta(days=1)):
        mailing.plan_digests()
        [(address, subject, text)] = mail_server.deliver()
    name, hamlet = book.begun.earliest("pk").subject_name, village.hamlet
    expected = {
        1: f"- {name} đã gửi bản tự đánh giá, {setting.round}.",
        3: f"- 3 bản tự đánh giá đã được gửi: {hamlet.name} (hộ gia đình), {setting.round}.",
    }
    said = [line for line in text.splitlines() if line.startswith("- ")]
    assert (address, said) == ("xa@example.vn", [expected[number]])
    assert subject.endswith("1 thông báo")


def test_one_row_is_named_and_leads_to_itself(
    setting: Campaigning, village: Village, client_of: ClientOf
) -> None:
    book = assessed(village, 1)
    carry(client_of(village.thon), village, "send")
    [assessment] = book.begun
    name = assessment.subject_name
    assert lines(village.xa) == [
        (
            f"{name} đã gửi bản tự đánh giá, {setting.round}.",
            f"/assessments/{assessment.pk}/review/",
            False,
        )
    ]


def test_what_an_office_receives_of_a_kind_of_unit_is_one_line(
    setting: Campaigning, client_of: ClientOf
) -> None:
    land, shown = setting.land, f"?round={setting.round.code}"
    made = registration_factories.registering(setting)
    for person in (land.xa, land.xa2):
        criteria_factories.sent(setting, person)
        found = registration_factories.own(made, person)
        registration_factories.carried(found, ("send", person))
    expected = [
        (
            f"2 bản đăng ký đã được gửi, {setting.round}.",
            f"/registrations/{shown}&state=waiting",
            False,
        ),
        (
            f"2 bản tự đánh giá đã được gửi: cấp xã, {setting.round}.",
            f"/assessments/{shown}&kind=commune&state=sent",
            False,
        ),
    ]
    assert lines(land.tinh) == expected
    client = client_of(land.tinh)
    for _sentence, address, _settled in expected:
        assert len(client.get(address).context["page"]) == 2


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_sentence_for_many_has_the_words_of_its_line(language: str) -> None:
    with translation.override(language):
        for kind in filter(lambda kind: kind.many, notices.KINDS.values()):
            words = {"number", *kind.shared}
            assert set(PLACES.findall(str(kind.many))) == words
            assert set(PLACES.findall(str(kind.many_correction))) <= words
            assert bool(kind.many_correction) is bool(kind.correction)
