"""Launching, answering, reminding, withdrawing: who may, what follows, what is refused."""

import datetime
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, ProgrammingError, transaction

from campaign import launch_lists, launching, permissions, telling
from campaign.launching import Answer, Plan
from campaign.models import Citation, Document, Launch, LaunchAnswer, Recipient
from campaign.workflow import ANSWER, LAUNCH
from core import journal, notices, periods
from core.models import JournalEntry, Notice
from core.workflow import Outdated, Refused
from tests import campaign_factories as make
from tests import factories
from tests.factories import Land
from units.models import UnitKind

pytestmark = pytest.mark.django_db


def names(made: Launch) -> list[str]:
    """The units that received a launch."""
    found = Recipient.objects.filter(launch=made).select_related("placement")
    return sorted(recipient.placement.name for recipient in found)


# Who receives


def test_the_units_of_the_kind_in_the_own_territory_receive_it(land: Land) -> None:
    assert names(make.launch(land.tinh)) == ["Xã Hàm Giang", "Xã Đại An"]


def test_directly_below_leaves_out_what_lies_deeper(land: Land) -> None:
    factories.place(UnitKind.SCHOOL, "Trường xã", land.commune, managed_by=land.commune)
    own = factories.place(UnitKind.SCHOOL, "Trường tỉnh", land.commune, managed_by=land.province)
    schools = (UnitKind.SCHOOL,)
    assert names(make.launch(land.tinh, kinds=schools)) == [own.name]
    whole = make.launch(land.tinh, make.document(code="khac"), kinds=schools, direct=False)
    assert names(whole) == ["Trường tỉnh", "Trường xã"]


def test_who_has_received_it_does_not_receive_it_twice(land: Land) -> None:
    document = make.document()
    first = make.launch(land.tinh, document)
    with pytest.raises(Refused, match="Không có đơn vị nào"):
        make.launch(land.tinh, document)
    launching.withdraw(first.pk, land.tinh, reason="Nhầm hạn", seen=LAUNCH.fingerprint(first))
    assert names(make.launch(land.tinh, document)) == ["Xã Hàm Giang", "Xã Đại An"]


def test_other_units_than_were_shown_are_not_launched_to(land: Land) -> None:
    grant = permissions.launching_grants(land.tinh)[0]
    day = periods.today() + datetime.timedelta(days=3)
    plan = Plan(grant, make.document(), (UnitKind.COMMUNE,), True, day)
    places = launching.recipients(grant, plan.kinds, direct=True, document=None)
    factories.place(UnitKind.COMMUNE, "Xã mới", land.province)
    with pytest.raises(Outdated):
        launching.launch(land.tinh, plan, seen=launching.digest(places))
    assert Launch.objects.count() == 0


def test_nobody_launches_for_a_unit_of_others(land: Land) -> None:
    grant = permissions.launching_grants(land.tinh)[0]
    plan = Plan(grant, make.document(), (UnitKind.COMMUNE,), True, periods.today())
    with pytest.raises(PermissionDenied):
        launching.launch(land.far_tinh, plan, seen="")


def test_a_document_of_another_unit_is_not_launched(land: Land) -> None:
    made = make.launch(land.tinh)
    own = make.plan(make.received(made, land), land.xa).answer.document
    with pytest.raises(Refused, match="đơn vị khác nhập"):
        make.launch(land.tinh, own)


def test_a_day_that_has_passed_is_refused(land: Land) -> None:
    with pytest.raises(Refused, match="đã qua"):
        make.launch(land.tinh, days=-1)


def test_a_new_document_says_what_is_not_known_of_it(land: Land) -> None:
    document = make.launch(land.tinh, make.paper("Kế hoạch mới")).document
    assert document.owner_id == land.home_affairs.unit_id
    assert document.unknown == {"signer": "Đơn vị nhập chưa rõ"}


# Answering


def test_an_own_plan_becomes_a_document_that_carries_out_the_launched_one(land: Land) -> None:
    made = make.launch(land.tinh)
    recipient = make.plan(make.received(made, land), land.xa)
    assert recipient.state == "planned"
    own = recipient.answer.document
    assert own.owner_id == land.commune.unit_id
    citation = Citation.objects.get(document=own)
    assert (citation.cited, citation.relation) == (made.document, "implements")


def test_an_own_plan_is_launched_further_down(land: Land) -> None:
    hamlet = factories.place(UnitKind.HAMLET, "Ấp Một", land.commune)
    own = make.plan(make.received(make.launch(land.tinh), land), land.xa).answer.document
    further = make.launch(land.xa, own, kinds=(UnitKind.HAMLET,))
    assert names(further) == [hamlet.name]


def test_an_answer_is_replaced_until_the_day(land: Land) -> None:
    recipient = make.received(make.launch(land.tinh), land)
    make.respond(recipient, land.xa, "Lần một")
    changed = make.plan(recipient, land.xa)
    assert (changed.state, changed.answer.document.title) == ("planned", "Kế hoạch hưởng ứng")
    assert [one.sentence for one in changed.answers.all()] == ["Lần một", ""]


def test_after_the_day_a_replacement_needs_a_reason(land: Land) -> None:
    made = make.launch(land.tinh)
    recipient = make.received(made, land)
    make.respond(recipient, land.xa, "Đúng hạn")
    make.overdue(made)
    with pytest.raises(Refused, match="lý do"):
        make.respond(recipient, land.xa, "Sửa lại")
    assert LaunchAnswer.objects.count() == 1
    changed = make.respond(recipient, land.xa, "Sửa lại", reason="Ghi nhầm số")
    assert (changed.answer.sentence, changed.answer.reason) == ("Sửa lại", "Ghi nhầm số")


def test_a_first_answer_after_the_day_is_taken_and_late(land: Land) -> None:
    made = make.overdue(make.launch(land.tinh))
    recipient = make.received(made, land)
    assert recipient.late
    make.respond(recipient, land.xa)
    recipient.refresh_from_db()
    assert (recipient.state, recipient.late) == ("supported", True)


def test_an_answer_in_time_does_not_become_late(land: Land) -> None:
    made = make.launch(land.tinh, days=2)
    make.respond(make.received(made, land), land.xa)
    with time_machine.travel(datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=9)):
        states = {one.placement.name: one.late for one in Recipient.objects.filter(launch=made)}
    assert states == {"Xã Đại An": False, "Xã Hàm Giang": True}


def test_nobody_answers_for_a_unit_of_others(land: Land) -> None:
    recipient = make.received(make.launch(land.tinh), land)
    for person in (land.xa2, land.tinh, land.xem):
        with pytest.raises(Refused, match="không trả lời"):
            make.respond(recipient, person)


def test_what_somebody_changed_meanwhile_is_not_overwritten(land: Land) -> None:
    recipient = make.received(make.launch(land.tinh), land)
    seen = ANSWER.fingerprint(recipient)
    make.respond(recipient, land.xa, "Người khác")
    with pytest.raises(Outdated):
        launching.answer(recipient.pk, land.xa, Answer(periods.today(), "Tôi"), seen=seen)
    recipient.refresh_from_db()
    assert recipient.answer.sentence == "Người khác"


# Withdrawing and reminding


def test_a_withdrawn_launch_is_neither_answered_nor_reminded(land: Land) -> None:
    made = make.launch(land.tinh)
    make.respond(make.received(made, land, second=True), land.xa2)
    seen = LAUNCH.fingerprint(made)
    withdrawn = launching.withdraw(made.pk, land.tinh, reason="Thay kế hoạch", seen=seen)
    assert withdrawn.withdrawal_reason == "Thay kế hoạch"
    with pytest.raises(Refused, match="đã được rút"):
        make.respond(make.received(made, land), land.xa)
    with pytest.raises(Refused, match="đã được rút"):
        launching.remind(made.pk, land.tinh)
    assert make.received(made, land, second=True).answer is not None


def test_a_withdrawal_needs_a_reason_and_the_launching_unit(land: Land) -> None:
    made = make.launch(land.tinh)
    seen = LAUNCH.fingerprint(made)
    with pytest.raises(Refused, match="lý do"):
        launching.withdraw(made.pk, land.tinh, reason=" ", seen=seen)
    with pytest.raises(Refused, match="Chỉ đơn vị"):
        launching.withdraw(made.pk, land.far_tinh, reason="Không phải của tôi", seen=seen)


def test_those_who_have_not_answered_are_reminded_once_a_day(land: Land) -> None:
    made = make.launch(land.tinh)
    make.respond(make.received(made, land, second=True), land.xa2)
    assert launching.remind(made.pk, land.tinh) == 1
    assert reminders(made) == {"Xã Đại An": 1, "Xã Hàm Giang": 0}
    with pytest.raises(Refused, match="hôm nay"):
        launching.remind(made.pk, land.tinh)
    with time_machine.travel(datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=1)):
        assert launching.remind(made.pk, factories.User.objects.get(pk=land.tinh.pk)) == 1
    assert reminders(made) == {"Xã Đại An": 2, "Xã Hàm Giang": 0}
    by = Notice.objects.filter(kind=telling.REMINDED).values_list("params__by", flat=True)
    assert set(by) == {"tinh"}


def reminders(made: Launch) -> dict[str, int]:
    """How often each unit was reminded."""
    found = telling.with_reminders(made.recipients.all())
    assert all(bool(one.reminded_at) is bool(one.reminders) for one in found)
    return {one.placement.name: one.reminders for one in found}


def test_who_has_nobody_to_read_it_is_not_said_to_be_reminded(land: Land) -> None:
    made = make.launch(land.tinh)
    notices.prefer(land.xa2, {telling.REMINDED: "none"})
    assert launching.remind(made.pk, land.tinh) == 1
    assert reminders(made) == {"Xã Đại An": 1, "Xã Hàm Giang": 0}
    with pytest.raises(Refused, match="Không báo được cho ai"):
        launching.remind(made.pk, land.tinh)


def test_the_journal_says_who_did_it_in_whose_right(land: Land) -> None:
    made = make.launch(land.tinh)
    seen = LAUNCH.fingerprint(made)
    launching.withdraw(made.pk, land.tinh, reason="Thay kế hoạch", seen=seen)
    entries = JournalEntry.objects.filter(subject="campaign_launch", op="update")
    right = land.tinh.appointments.get().pk
    assert {(one.act, one.actor_id, one.behalf_id) for one in entries} == {
        ("launch.withdraw", land.tinh.pk, right)
    }


# What is seen


def test_each_sees_what_concerns_them(land: Land) -> None:
    made = make.launch(land.tinh)
    people = ("xa", "xa2", "tinh", "sogddt", "xem", "far_tinh", "far_xa", "stranger")
    seen = {name: Launch.objects.visible_to(getattr(land, name)).count() for name in people}
    assert seen == dict.fromkeys(people[:5], 1) | dict.fromkeys(people[5:], 0)
    units = {name: Recipient.objects.visible_to(getattr(land, name)).count() for name in people}
    assert units == {
        "xa": 1,
        "xa2": 1,
        "tinh": 2,
        "sogddt": 2,
        "xem": 2,
        "far_tinh": 0,
        "far_xa": 0,
        "stranger": 0,
    }
    assert made.state == "open"


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, ["Xã Hàm Giang", "Xã Đại An"]),
        ({"words": "dai an"}, ["Xã Đại An"]),
        ({"state": "waiting"}, ["Xã Đại An"]),
        ({"late": True}, []),
    ],
)
def test_the_list_of_units_is_filtered(
    land: Land, filters: dict[str, Any], expected: list[str]
) -> None:
    made = make.launch(land.tinh)
    make.plan(make.received(made, land, second=True), land.xa2)
    found = launch_lists.recipients(land.tinh, made, **filters)
    assert sorted(one.placement.name for one in found) == expected


def test_late_is_who_has_not_answered_and_who_answered_after_the_day(land: Land) -> None:
    made = make.overdue(make.launch(land.tinh))
    make.plan(make.received(made, land, second=True), land.xa2)
    found = launch_lists.recipients(land.tinh, made, late=True)
    assert sorted(one.placement.name for one in found) == ["Xã Hàm Giang", "Xã Đại An"]
    assert [one.late for one in found] == [True, True]


# What the database keeps


def test_the_database_refuses_an_answer_of_two_kinds(land: Land) -> None:
    recipient = make.received(make.launch(land.tinh), land)
    with pytest.raises(IntegrityError), transaction.atomic(), journal.act("test"):
        LaunchAnswer.objects.create(
            recipient=recipient,
            sentence="Hưởng ứng",
            document=Document.objects.get(),
            answered_on=periods.today(),
            user=land.xa,
        )


def test_an_answer_is_never_changed(land: Land) -> None:
    recipient = make.respond(make.received(make.launch(land.tinh), land), land.xa)
    with pytest.raises(ProgrammingError), transaction.atomic(), journal.act("test"):
        LaunchAnswer.objects.filter(pk=recipient.answer_id).update(sentence="Khác")
