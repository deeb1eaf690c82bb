"""Beginning, checking, sending and taking back a self-assessment on its pages."""

import datetime
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django.fixtures import DjangoAssertNumQueries

from core import journal, periods
from core.models import JournalEntry
from criteria import assessing
from criteria.models import Assessment, AssessmentState
from criteria.workflow import ASSESSMENT
from tests import criteria_factories as make
from tests.core import originals
from tests.criteria_factories import Campaigning

pytestmark = pytest.mark.django_db

ClientOf = Callable[[Any], Client]


def state_of(assessment: Assessment) -> str:
    """The state in the database."""
    assessment.refresh_from_db()
    return assessment.state


def take(client: Client, assessment: Assessment, step: str, reason: str = "") -> Any:
    """Take a step as the button of a page that is opened now does; the page that follows."""
    url = f"/assessments/{assessment.pk}/steps/{step}/?seen={make.seen(assessment)}"
    return client.post(url, {"reason": reason}, follow=True)


def test_it_is_begun_once(setting: Campaigning, client_of: ClientOf) -> None:
    client = client_of(setting.land.xa)
    url = f"/assessments/begin/{setting.round.pk}/{setting.land.commune.unit_id}/"
    places = {client.post(url)["Location"] for _twice in range(2)}
    assessment = Assessment.objects.get()
    assert places == {f"/assessments/{assessment.pk}/"}
    assert (assessment.unit, assessment.begun_by) == (
        setting.land.commune.unit,
        setting.land.xa,
    )


@pytest.mark.parametrize(
    ("person", "status"),
    [("xa2", 404), ("far_xa", 404), ("lanhdaoxa", 403), ("tinh", 403), ("stranger", 403)],
)
def test_nobody_else_begins_it(
    setting: Campaigning, client_of: ClientOf, person: str, status: int
) -> None:
    url = f"/assessments/begin/{setting.round.pk}/{setting.land.commune.unit_id}/"
    assert client_of(getattr(setting.land, person)).post(url).status_code == status
    assert Assessment.objects.count() == 0


def test_without_a_set_beginning_says_so(setting: Campaigning, client_of: ClientOf) -> None:
    url = f"/assessments/begin/{setting.round.pk}/{setting.land.far_commune.unit_id}/"
    response = client_of(setting.land.far_xa).post(url, follow=True)
    assert "chưa cấu hình bộ tiêu chí" in response.content.decode()
    assert Assessment.objects.count() == 0


def test_the_check_says_what_blocks_and_leads_to_it(
    setting: Campaigning, client_of: ClientOf
) -> None:
    assessment = make.begun(setting)
    assessing.save_answer(
        assessment.pk,
        setting.criteria[0].pk,
        setting.land.xa,
        value={"value": "yes"},
        note="",
        version=0,
    )
    page = client_of(setting.land.xa).get(f"/assessments/{assessment.pk}/precheck/")
    text = page.content.decode()
    links = re.findall(r'<a href="(/assessments/\d+/#criterion-\d+)">([^<]+)</a>', text)
    here = f"/assessments/{assessment.pk}/#criterion-"
    first, second, third, fourth = (str(criterion.pk) for criterion in setting.criteria)
    assert links == [
        (here + second, "X-2. Chưa trả lời."),
        (here + third, "X-3. Chưa trả lời."),
        (here + first, "X-1. Chưa đính kèm minh chứng."),
        (here + fourth, "X-4. Theo quy tắc, tiêu chí này không đạt."),
    ]
    assert "Trước hết hãy sửa các mục bắt buộc." in text
    assert "/steps/send/" not in text


@pytest.mark.parametrize(("answer", "warned"), [("yes", True), ("partly", True), ("no", False)])
def test_what_is_claimed_without_evidence_is_said_and_may_be_sent(
    setting: Campaigning, client_of: ClientOf, answer: str, warned: bool
) -> None:
    assessment = make.answered(setting)
    land, first = setting.land, setting.criteria[0]
    for criterion in setting.criteria[1:3]:
        file = SimpleUploadedFile(f"{criterion.code}.pdf", originals.pdf(text=criterion.code))
        assessing.add_evidence(assessment.pk, criterion.pk, land.xa, file)
    assessing.save_answer(
        assessment.pk, first.pk, land.xa, value={"value": answer}, note="", version=1
    )
    page = client_of(land.xa).get(f"/assessments/{assessment.pk}/precheck/").content.decode()
    found = re.findall(r">([^<]+)\. Chưa đính kèm minh chứng\.</a>", page)
    assert found == (["X-1"] if warned else [])
    assert f"/assessments/{assessment.pk}/steps/send/" in page


def test_the_check_names_the_receiver_and_the_deadline(
    setting: Campaigning, client_of: ClientOf
) -> None:
    make.deadline(setting, periods.today() - datetime.timedelta(days=3))
    assessment = make.answered(setting)
    url = f"/assessments/{assessment.pk}/precheck/"
    text = client_of(setting.land.xa).get(url).content.decode()
    assert "Nơi nhận: Sở Nội vụ tỉnh Vĩnh Long." in text
    assert "Đã quá hạn 3 ngày." in text
    assert f"/assessments/{assessment.pk}/steps/send/" in text


def test_what_is_not_configured_is_said_before_sending(
    setting: Campaigning, client_of: ClientOf
) -> None:
    with journal.act("test"):
        setting.route.steps.all().delete()
    assessment = make.answered(setting)
    url = f"/assessments/{assessment.pk}/precheck/"
    text = client_of(setting.land.xa).get(url).content.decode()
    assert "Chưa cấu hình cơ quan tiếp nhận" in text
    assert "Đợt này chưa cấu hình hạn gửi." in text
    assert "/steps/send/" not in text


def test_sending_makes_it_read_only_and_taking_back_opens_it(
    setting: Campaigning, client_of: ClientOf
) -> None:
    assessment = make.answered(setting)
    client = client_of(setting.land.xa)
    sent = take(client, assessment, "send").content.decode()
    assert state_of(assessment) == AssessmentState.SENT
    assert "Đã gửi. Có thể thu hồi bản gửi trước khi cơ quan tiếp nhận." in sent
    assert "data-autosave" not in sent
    assert "Chờ Sở Nội vụ tỉnh Vĩnh Long tiếp nhận" in sent
    back = take(client, assessment, "take_back").content.decode()
    assert state_of(assessment) == AssessmentState.DRAFT
    assert "data-autosave" in back


def test_the_step_is_journalled_with_the_appointment(
    setting: Campaigning, client_of: ClientOf
) -> None:
    assessment = make.answered(setting)
    take(client_of(setting.land.xa), assessment, "send")
    entry = JournalEntry.objects.filter(act="assessment.send").first()
    assert entry is not None
    own = setting.land.xa.appointments.get()
    assert (entry.actor_id, entry.behalf_id) == (setting.land.xa.pk, own.pk)


def test_sending_twice_says_that_it_has_been_sent(
    setting: Campaigning, client_of: ClientOf
) -> None:
    assessment = make.answered(setting)
    client = client_of(setting.land.xa)
    take(client, assessment, "send")
    again = take(client, assessment, "send")
    assert again.status_code == 409
    assert "Không thực hiện được bước này khi đang ở trạng thái: đã gửi." in again.content.decode()
    assert assessment.events.count() == 1


def test_after_receiving_it_is_not_taken_back(setting: Campaigning, client_of: ClientOf) -> None:
    assessment = make.received(setting)
    client = client_of(setting.land.xa)
    page = client.get(f"/assessments/{assessment.pk}/").content.decode()
    assert "/steps/take_back/" not in page
    assert "Không thu hồi bản gửi được nữa." in page
    take(client, assessment, "take_back")
    assert state_of(assessment) == AssessmentState.RECEIVED


@pytest.mark.parametrize(
    ("step", "person", "status"),
    [
        ("send", "xa2", 404),
        ("send", "tinh", 403),
        ("send", "stranger", 403),
        ("send", "expired_deputy", 403),
        ("send", "xem", 403),
        ("take_back", "tinh", 403),
        ("receive", "xa", 403),
        ("receive", "sogddt", 403),
        ("receive", "far_tinh", 404),
        ("confirm", "xa", 403),
    ],
)
def test_steps_of_others_are_refused(
    setting: Campaigning, client_of: ClientOf, step: str, person: str, status: int
) -> None:
    assessment = make.answered(setting) if step == "send" else make.sent(setting)
    before = state_of(assessment)
    response = take(client_of(getattr(setting.land, person)), assessment, step)
    assert (response.status_code, state_of(assessment)) == (status, before)


def test_a_reason_that_came_too_late_is_given_back(
    setting: Campaigning, client_of: ClientOf
) -> None:
    assessment = make.received(setting)
    client = client_of(setting.land.tinh)
    ASSESSMENT.perform("unreceive", assessment.pk, setting.land.tinh)
    page = take(client, assessment, "return", reason="Thiếu danh sách\0 học viên")
    assert "“Thiếu danh sách học viên”" in page.content.decode()
    assert state_of(assessment) == AssessmentState.SENT


def test_the_leader_who_sends_checks_too(setting: Campaigning, client_of: ClientOf) -> None:
    assessment = make.answered(setting)
    client = client_of(setting.land.lanhdaoxa)
    check = f"/assessments/{assessment.pk}/precheck/"
    assert f'href="{check}"' in client.get(f"/assessments/{assessment.pk}/").text
    text = client.get(check).content.decode()
    assert f"/assessments/{assessment.pk}/steps/send/" in text
    take(client, assessment, "send")
    assert state_of(assessment) == AssessmentState.SENT


def test_what_has_been_sent_needs_no_check(setting: Campaigning, client_of: ClientOf) -> None:
    assessment = make.sent(setting)
    response = client_of(setting.land.xa).get(f"/assessments/{assessment.pk}/precheck/")
    assert response["Location"] == f"/assessments/{assessment.pk}/"


@pytest.mark.parametrize("number", [1, 3])
def test_the_check_asks_the_same_of_one_criterion_as_of_three(
    client_of: ClientOf, django_assert_num_queries: DjangoAssertNumQueries, number: int
) -> None:
    """Eleven questions and, in a test only, the two savepoints of the request's transaction."""
    setting = make.campaigning(rules=({"kind": "attested"},) * number)
    assessment = make.answered(setting)
    client = client_of(setting.land.xa)
    with django_assert_num_queries(13):
        client.get(f"/assessments/{assessment.pk}/precheck/")
