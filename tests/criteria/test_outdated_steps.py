"""A step acts on what its person saw: what a colleague changed meanwhile is shown first."""

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client

from accounts.models import User
from core.workflow import Outdated, Refused
from criteria import assessing
from criteria.models import Answer, Assessment, AssessmentState
from criteria.workflow import ASSESSMENT
from tests import criteria_factories as make
from tests import factories
from tests.core import originals
from tests.criteria_factories import Campaigning
from tests.races import losers, race, winners

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User], Client]
CHANGED = "Người khác vừa thay đổi"


def colleague(setting: Campaigning, *, of_province: bool) -> User:
    """Somebody else in the same office, in the province or the commune."""
    person = factories.user("dong_nghiep", full_name="Trần Văn Đồng")
    place = setting.land.home_affairs if of_province else setting.land.commune
    factories.appoint(person, "emulation_officer" if of_province else "commune_officer", place)
    return person


def state_of(assessment: Assessment) -> str:
    return Assessment.objects.get(pk=assessment.pk).state


def drawn(client: Client, assessment: Assessment, page: str, step: str) -> Any:
    """The step as the page offers it now."""
    response = client.get(f"/assessments/{assessment.pk}/{page}")
    (found,) = [one for one in response.context["steps"] if one.name == step]
    return found


def answer_again(setting: Campaigning, assessment: Assessment, by: User) -> Answer:
    """Another answer to the first criterion."""
    first = setting.criteria[0]
    return assessing.save_answer(
        assessment.pk, first.pk, by, value={"value": "no"}, note="Đã sửa", version=1
    )


def test_sending_refuses_what_a_colleague_has_changed(
    setting: Campaigning, client_of: ClientOf
) -> None:
    assessment = make.answered(setting)
    client = client_of(setting.land.xa)
    step = drawn(client, assessment, "precheck/", "send")
    answer_again(setting, assessment, colleague(setting, of_province=False))
    page = client.post(step.url)
    (again,) = page.context["steps"]
    assert (page.status_code, state_of(assessment)) == (409, AssessmentState.DRAFT)
    assert again.error.startswith(CHANGED)
    assert again.error.endswith("X-1.")
    assert client.post(again.url).status_code == 302
    assert state_of(assessment) == AssessmentState.SENT


def test_evidence_is_part_of_what_is_sent(setting: Campaigning, client_of: ClientOf) -> None:
    assessment = make.answered(setting)
    client = client_of(setting.land.xa)
    step = drawn(client, assessment, "precheck/", "send")
    file = SimpleUploadedFile("bao-cao.pdf", originals.pdf())
    second = setting.criteria[1]
    assessing.add_evidence(assessment.pk, second.pk, colleague(setting, of_province=False), file)
    page = client.post(step.url)
    assert page.context["steps"][0].error.endswith("X-2.")
    assert state_of(assessment) == AssessmentState.DRAFT


@pytest.mark.parametrize("step", ["confirm", "return"])
def test_the_whole_is_not_closed_over_a_colleagues_new_verdict(
    setting: Campaigning, client_of: ClientOf, step: str
) -> None:
    assessment = make.judged(setting)
    client, first = client_of(setting.land.tinh), setting.criteria[0]
    offered = drawn(client, assessment, "review/", step)
    seen = assessing.sheets.read_sheet(Assessment.objects.get(pk=assessment.pk))
    assessing.judge(
        assessment.pk,
        first.pk,
        colleague(setting, of_province=True),
        verdict="changed",
        reason="Theo báo cáo của ngành",
        verified_value={"value": "no"},
        seen=assessing.sheets.seen_of(seen, first),
    )
    page = client.post(offered.url, {"reason": "Đề nghị bổ sung"})
    (again,) = [one for one in page.context["steps"] if one.name == step]
    assert (page.status_code, state_of(assessment)) == (409, AssessmentState.RECEIVED)
    assert again.error.startswith(CHANGED)
    assert again.error.endswith("X-1.")
    assert again.text == "Đề nghị bổ sung"
    text = page.content.decode()
    assert ("Theo báo cáo của ngành" in text, "Trần Văn Đồng" in text) == (True, True)


def test_receiving_needs_what_was_sent_last(setting: Campaigning, client_of: ClientOf) -> None:
    assessment = make.sent(setting)
    client, land = client_of(setting.land.tinh), setting.land
    step = drawn(client, assessment, "review/", "receive")
    ASSESSMENT.perform("take_back", assessment.pk, land.xa)
    answer_again(setting, assessment, land.xa)
    ASSESSMENT.perform("send", assessment.pk, land.xa)
    assert client.post(step.url).status_code == 409
    assert state_of(assessment) == AssessmentState.SENT


def test_a_step_that_is_gone_is_said_with_what_was_typed(
    setting: Campaigning, client_of: ClientOf
) -> None:
    assessment = make.received(setting)
    client = client_of(setting.land.tinh)
    step = drawn(client, assessment, "review/", "return")
    ASSESSMENT.perform("unreceive", assessment.pk, setting.land.tinh)
    page = client.post(step.url, {"reason": "Thiếu danh sách"})
    said = [str(message) for message in page.context["messages"]]
    assert (len(said), "“Thiếu danh sách”" in said[1]) == (2, True)


def test_the_same_page_does_not_change_by_being_opened_twice(setting: Campaigning) -> None:
    assessment = make.judged(setting)
    assert make.seen(assessment) == make.seen(assessment)


def send_while_a_colleague_saves(setting: Campaigning, *, compared: bool = True) -> list[Any]:
    """An officer sends what was drawn before, while a colleague's saving holds the row."""
    assessment = make.answered(setting)
    seen, other = make.seen(assessment), colleague(setting, of_province=False)
    blind = replace(ASSESSMENT, fingerprint=lambda subject: seen)
    workflow = ASSESSMENT if compared else blind
    officer = User.objects.get(pk=setting.land.xa.pk)
    written = threading.Event()

    def save() -> None:
        with transaction.atomic():
            answer_again(setting, assessment, other)
            written.set()

    def send() -> Any:
        assert written.wait(timeout=10)
        return workflow.perform("send", assessment.pk, officer, seen=seen)

    return race(save, send)


@pytest.mark.django_db(transaction=True)
def test_a_sending_sees_what_was_saved_while_it_waited(setting: Campaigning) -> None:
    assert losers(send_while_a_colleague_saves(setting)) == [Outdated]


@pytest.mark.django_db(transaction=True)
def test_without_the_comparison_it_is_sent_unseen(setting: Campaigning) -> None:
    """The canary: with the comparison taken out, the race above ends with both through."""
    outcomes = send_while_a_colleague_saves(setting, compared=False)
    assert (losers(outcomes), outcomes[1].state) == ([], AssessmentState.SENT)


@pytest.mark.django_db(transaction=True)
def test_of_a_saving_and_a_sending_at_once_one_wins(setting: Campaigning) -> None:
    assessment = make.answered(setting)
    seen, other = make.seen(assessment), colleague(setting, of_province=False)
    officer = User.objects.get(pk=setting.land.xa.pk)
    outcomes = race(
        lambda: answer_again(setting, assessment, other),
        lambda: ASSESSMENT.perform("send", assessment.pk, officer, seen=seen),
    )
    assert len(winners(outcomes)) == 1
    assert losers(outcomes) in ([Outdated], [Refused])


@pytest.mark.django_db(transaction=True)
def test_a_colleague_judges_while_the_result_is_confirmed(setting: Campaigning) -> None:
    assessment = make.judged(setting)
    seen, first = make.seen(assessment), setting.criteria[0]
    officer = User.objects.get(pk=setting.land.tinh.pk)
    other = User.objects.get(pk=setting.land.tinh.pk)
    outcomes = race(
        lambda: assessing.judge(assessment.pk, first.pk, other, verdict="accepted"),
        lambda: ASSESSMENT.perform("confirm", assessment.pk, officer, seen=seen),
    )
    assert len(winners(outcomes)) == 1
    assert losers(outcomes) in ([Outdated], [Refused])
