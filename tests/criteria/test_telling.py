"""Steps tell those whom they concern, and steps that take back tell that too."""

import datetime

import pytest
from django.utils import translation

from accounts.models import User
from core import notices, periods
from core.models import Notice
from criteria import due, telling, workflow
from criteria.models import Assessment, Recognition
from criteria.workflow import ASSESSMENT, RECOGNITION
from tests import criteria_factories as make
from tests import factories
from tests.criteria_factories import Campaigning

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_english() -> None:
    with translation.override("en"):
        yield


def told(person: User) -> list[str]:
    return [notices.text_of(notice) for notice in notices.of(person)]


def everybody_told() -> set[str]:
    return set(Notice.objects.values_list("recipient__username", flat=True))


def where(setting: Campaigning) -> str:
    return f"Xã Đại An, {setting.round}"


def test_sending_tells_the_reviewers_of_the_receiving_office_alone(setting: Campaigning) -> None:
    make.sent(setting)
    assert told(setting.land.tinh) == [f"Xã Đại An has sent its self-assessment, {setting.round}."]
    assert everybody_told() == {"tinh"}


def test_taking_back_what_nobody_read_leaves_no_trace_and_what_was_read_is_corrected(
    setting: Campaigning,
) -> None:
    other = factories.user("tinh2")
    factories.appoint(other, "emulation_officer", setting.land.home_affairs)
    assessment = make.sent(setting)
    notices.read(other)
    ASSESSMENT.perform("take_back", assessment.pk, setting.land.xa)
    assert told(setting.land.tinh) == []
    assert told(other) == [
        f"Xã Đại An has taken its self-assessment back, {setting.round}.",
        f"Xã Đại An has sent its self-assessment, {setting.round}.",
    ]


def test_returning_and_confirming_tell_the_people_of_the_unit(setting: Campaigning) -> None:
    land = setting.land
    assessment: Assessment = make.confirmed(setting)
    confirmed = f"The result of the self-assessment of {where(setting)}, was confirmed."
    assert (told(land.xa), told(land.lanhdaoxa)) == ([confirmed], [confirmed])
    assert (told(land.xa2), told(land.expired_deputy)) == ([], [])
    notices.read(land.xa)
    ASSESSMENT.perform("unconfirm", assessment.pk, land.tinh, reason="Xem lại")
    undone = f"Confirming the result of {where(setting)}, was undone; the review goes on."
    assert (told(land.xa), told(land.lanhdaoxa)) == ([undone, confirmed], [])


def test_nobody_is_told_of_what_they_did_themselves(setting: Campaigning) -> None:
    for transition in workflow.ASSESSMENT.transitions:
        assert transition.tells in ("", *notices.KINDS)
        assert {*transition.takes_back, *transition.settles} <= set(notices.KINDS)
    for transition in workflow.RECOGNITION.transitions:
        assert transition.tells in ("", *notices.KINDS)
        assert {*transition.takes_back, *transition.settles} <= set(notices.KINDS)


def test_every_kind_that_can_be_taken_back_has_its_correction() -> None:
    arrows = [*workflow.ASSESSMENT.transitions, *workflow.RECOGNITION.transitions]
    for code in {code for arrow in arrows for code in arrow.takes_back}:
        assert str(notices.KINDS[code].correction)


def test_checking_a_title_tells_its_unit_and_undoing_says_so(setting: Campaigning) -> None:
    land = setting.land
    recognition: Recognition = make.recognition(setting, decision_number="15/QĐ")
    RECOGNITION.perform("reject", recognition.pk, land.sogddt, reason="Sai số")
    rejected = "The title that Xã Đại An declared by decision 15/QĐ was rejected."
    assert (told(land.xa), told(land.xa2)) == ([rejected], [])
    notices.read(land.xa)
    RECOGNITION.perform("unconfirm", recognition.pk, land.sogddt, reason="Đúng số")
    undone = "The checking of decision 15/QĐ of Xã Đại An was undone; it waits again."
    assert told(land.xa) == [undone, rejected]


def test_declaring_tells_who_confirms_in_this_province(setting: Campaigning) -> None:
    recognition = make.recognition(setting)
    Notice.objects.all().delete()
    telling.of_declaration(recognition)
    assert everybody_told() == {"sogddt"}


@pytest.mark.parametrize("step", ["confirm", "reject"])
def test_what_one_has_decided_waits_for_no_colleague(setting: Campaigning, step: str) -> None:
    land = setting.land
    colleague = factories.user("sogddt2")
    factories.appoint(colleague, "education_officer", land.education)
    unread = Notice.objects.filter(recipient=colleague, read_at=None)
    recognition = make.recognition(setting)
    telling.of_declaration(recognition)
    assert unread.count() == 1
    RECOGNITION.perform(step, recognition.pk, land.sogddt, reason="Đã đối chiếu sổ")
    assert unread.count() == 0


def test_receiving_settles_what_told_of_the_sending(setting: Campaigning) -> None:
    make.received(setting)
    assert [notice.read_at is None for notice in notices.of(setting.land.tinh)] == [False]


# Deadlines


def days(number: int) -> datetime.date:
    return periods.today() + datetime.timedelta(days=number)


@pytest.mark.parametrize(
    ("number", "people"), [(7, {"xa2"}), (0, {"xa2"}), (8, set()), (-1, set())]
)
def test_who_owes_is_told_before_the_deadline(
    setting: Campaigning, number: int, people: set[str]
) -> None:
    make.deadline(setting, days(number))
    make.sent(setting)
    Notice.objects.all().delete()
    due.tell()
    assert everybody_told() == people


def test_of_one_deadline_one_is_told_once(setting: Campaigning) -> None:
    make.deadline(setting, days(5))
    due.tell()
    due.tell()
    assert told(setting.land.xa) == [
        f"The self-assessment of {where(setting)}, is due on {days(5):%d/%m/%Y}."
    ]
