"""The way of an assessment: each step, who may take it, what it needs, how it is undone."""

import pytest
from django.db import IntegrityError, transaction

from accounts.models import User
from core import journal
from core.models import JournalEntry
from core.workflow import Refused
from criteria import assessing
from criteria.models import Answer, AssessmentState
from criteria.workflow import ASSESSMENT, acting_grant
from tests import criteria_factories as make
from tests.criteria_factories import Campaigning
from tests.factories import appoint, moved

pytestmark = pytest.mark.django_db


def history(assessment: object) -> list[tuple[str, str, str]]:
    """The steps as (name, from, to)."""
    events = assessment.events.order_by("pk")  # type: ignore[attr-defined]
    return list(events.values_list("transition", "source", "target"))


def test_the_whole_way_to_a_confirmed_result(setting: Campaigning) -> None:
    make.recognition(setting)
    assessment = make.confirmed(setting)
    assert assessment.state == AssessmentState.CONFIRMED
    assert assessment.result_status == "met"
    assert history(assessment) == [
        ("send", "draft", "sent"),
        ("receive", "sent", "received"),
        ("confirm", "received", "confirmed"),
    ]
    assert [event.unit_name for event in assessment.events.all()] == [
        "Xã Đại An",
        "Sở Nội vụ tỉnh Vĩnh Long",
        "Sở Nội vụ tỉnh Vĩnh Long",
    ]


def test_without_the_title_the_last_criterion_is_not_met(setting: Campaigning) -> None:
    assert make.confirmed(setting).result_status == "not_met"


def test_an_unanswered_criterion_blocks_sending(setting: Campaigning) -> None:
    assessment = make.begun(setting)
    with pytest.raises(Refused):
        ASSESSMENT.perform("send", assessment.pk, setting.land.xa)
    assessment.refresh_from_db()
    assert (assessment.state, assessment.submission) == (AssessmentState.DRAFT, 0)
    assert history(assessment) == []


@pytest.mark.parametrize("person", ["xa2", "tinh", "xem", "stranger", "expired_deputy"])
def test_others_may_not_send(setting: Campaigning, person: str) -> None:
    assessment = make.answered(setting)
    with pytest.raises(Refused):
        ASSESSMENT.perform("send", assessment.pk, getattr(setting.land, person))
    assessment.refresh_from_db()
    assert assessment.state == AssessmentState.DRAFT


@pytest.mark.parametrize("person", ["xa", "lanhdaoxa", "xa2", "far_tinh", "sogddt", "xem"])
def test_only_the_office_of_the_route_receives(setting: Campaigning, person: str) -> None:
    assessment = make.sent(setting)
    with pytest.raises(Refused):
        ASSESSMENT.perform("receive", assessment.pk, getattr(setting.land, person))


def test_sending_is_taken_back_before_receiving_only(setting: Campaigning) -> None:
    assessment = make.sent(setting)
    taken = ASSESSMENT.perform("take_back", assessment.pk, setting.land.xa)
    assert taken.state == AssessmentState.DRAFT
    ASSESSMENT.perform("send", assessment.pk, setting.land.xa)
    ASSESSMENT.perform("receive", assessment.pk, setting.land.tinh)
    with pytest.raises(Refused):
        ASSESSMENT.perform("take_back", assessment.pk, setting.land.xa)


def test_what_was_returned_comes_back_to_returned_when_taken_back(setting: Campaigning) -> None:
    assessment = make.received(setting)
    ASSESSMENT.perform("return", assessment.pk, setting.land.tinh, reason="Thiếu minh chứng")
    ASSESSMENT.perform("send", assessment.pk, setting.land.xa)
    taken = ASSESSMENT.perform("take_back", assessment.pk, setting.land.xa)
    assert (taken.state, taken.submission) == (AssessmentState.RETURNED, 2)


@pytest.mark.parametrize("step", ["return", "unconfirm"])
def test_some_steps_need_a_reason(setting: Campaigning, step: str) -> None:
    assessment = make.confirmed(setting) if step == "unconfirm" else make.received(setting)
    state = assessment.state
    with pytest.raises(Refused, match=r"lý do"):
        ASSESSMENT.perform(step, assessment.pk, setting.land.tinh, reason="  ")
    assessment.refresh_from_db()
    assert assessment.state == state


def test_receiving_is_undone_until_something_was_judged(setting: Campaigning) -> None:
    assessment = make.received(setting)
    back = ASSESSMENT.perform("unreceive", assessment.pk, setting.land.tinh)
    assert (back.state, back.received_at) == (AssessmentState.SENT, None)
    ASSESSMENT.perform("receive", assessment.pk, setting.land.tinh)
    first = setting.criteria[0]
    assessing.judge(assessment.pk, first.pk, setting.land.tinh, verdict="accepted")
    with pytest.raises(Refused):
        ASSESSMENT.perform("unreceive", assessment.pk, setting.land.tinh)


def test_confirming_needs_a_verdict_on_every_criterion(setting: Campaigning) -> None:
    assessment = make.received(setting)
    for criterion in setting.criteria[:-1]:
        assessing.judge(assessment.pk, criterion.pk, setting.land.tinh, verdict="accepted")
    with pytest.raises(Refused):
        ASSESSMENT.perform("confirm", assessment.pk, setting.land.tinh)


def test_a_mark_for_correction_forbids_confirming(setting: Campaigning) -> None:
    assessment = make.judged(setting)
    first = setting.criteria[0]
    assessing.judge(
        assessment.pk, first.pk, setting.land.tinh, verdict="to_correct", reason="Chưa rõ"
    )
    with pytest.raises(Refused):
        ASSESSMENT.perform("confirm", assessment.pk, setting.land.tinh)


def test_what_was_marked_has_to_be_corrected_before_sending_again(setting: Campaigning) -> None:
    assessment = make.received(setting)
    first = setting.criteria[0]
    assessing.judge(
        assessment.pk, first.pk, setting.land.tinh, verdict="to_correct", reason="Chưa rõ"
    )
    ASSESSMENT.perform("return", assessment.pk, setting.land.tinh, reason="Xem các tiêu chí")
    with pytest.raises(Refused):
        ASSESSMENT.perform("send", assessment.pk, setting.land.xa)
    assessing.save_answer(
        assessment.pk,
        first.pk,
        setting.land.xa,
        value={"value": "yes"},
        note="Kế hoạch số 05/KH-UBND",
        version=1,
    )
    again = ASSESSMENT.perform("send", assessment.pk, setting.land.xa)
    assert again.submission == 2
    assert Answer.objects.get(assessment=assessment, criterion=first).verdict == ""


def test_a_confirmed_result_is_opened_again_with_a_reason(setting: Campaigning) -> None:
    assessment = make.confirmed(setting)
    opened = ASSESSMENT.perform(
        "unconfirm", assessment.pk, setting.land.tinh, reason="Nhầm tiêu chí 2"
    )
    assert (opened.state, opened.confirmed_by_id) == (AssessmentState.RECEIVED, None)


def test_no_route_is_said_before_anything_is_written(setting: Campaigning) -> None:
    with journal.act("test"):
        setting.route.steps.all().delete()
    assessment = make.answered(setting)
    with pytest.raises(Refused):
        ASSESSMENT.perform("send", assessment.pk, setting.land.xa)
    assessment.refresh_from_db()
    assert assessment.state == AssessmentState.DRAFT


def test_every_step_is_journalled_with_its_person_and_reason(setting: Campaigning) -> None:
    assessment = make.received(setting)
    ASSESSMENT.perform("return", assessment.pk, setting.land.tinh, reason="Thiếu minh chứng")
    entry = JournalEntry.objects.filter(subject="criteria_assessment").latest("pk")
    assert (entry.act, entry.actor_id, entry.reason, entry.row_id) == (
        "assessment.return",
        setting.land.tinh.pk,
        "Thiếu minh chứng",
        assessment.pk,
    )
    assert entry.behalf_id is None or entry.behalf_id > 0


def test_a_step_is_taken_in_the_right_that_allows_it(setting: Campaigning) -> None:
    assessment = make.answered(setting)
    own = setting.land.xa.appointments.get()
    appoint(setting.land.xa, "observer", setting.land.province)
    person = User.objects.get(pk=setting.land.xa.pk)
    ASSESSMENT.perform("send", assessment.pk, person)
    grant = acting_grant(person, assessment, "send")
    assert grant
    assert grant.appointment_id == own.pk
    assert assessment.events.get().unit_name == "Xã Đại An"


def test_the_database_ties_states_to_dates_and_actors(setting: Campaigning) -> None:
    assessment = make.answered(setting)
    with pytest.raises(IntegrityError), transaction.atomic(), journal.act("test"):
        type(assessment).objects.filter(pk=assessment.pk).update(state="sent")


def test_nobody_verifies_their_own(setting: Campaigning) -> None:
    """An officer of the commune who moved to the office meets there what they filled in."""
    assessment = make.sent(setting)
    mover = moved(setting.land.xa, "emulation_officer", setting.land.home_affairs)
    with pytest.raises(Refused, match="Không ai tự thẩm định việc của mình"):
        ASSESSMENT.perform("receive", assessment.pk, mover)
    assessment.refresh_from_db()
    assert assessment.state == AssessmentState.SENT
