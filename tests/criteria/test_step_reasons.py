"""The reason of a step: how long it may be, and that nothing typed is lost."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import User
from criteria.models import AssessmentState, RecognitionState
from criteria.recognising import fingerprint
from tests import criteria_factories as make
from tests.criteria_factories import Campaigning

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User], Client]
TOO_LONG = "Đ" * 2001


@pytest.mark.parametrize(
    ("reason", "sentence"),
    [
        (TOO_LONG, "tối đa 2000 k"),
        ("Thiếu danh sách\0 học viên", "Lý do có ký tự không lưu được"),
    ],
    ids=["too-long", "nul"],
)
def test_a_reason_that_cannot_be_kept_is_refused_and_given_back(
    setting: Campaigning, client_of: ClientOf, reason: str, sentence: str
) -> None:
    assessment = make.received(setting)
    url = f"/assessments/{assessment.pk}/steps/return/"
    page = client_of(setting.land.tinh).post(url, {"reason": reason})
    asked = [step for step in page.context["steps"] if step.name == "return"]
    assert [(sentence in step.error, step.text) for step in asked] == [
        (True, reason.replace("\0", ""))
    ]
    assert (page.status_code, list(page.context["messages"])) == (422, [])
    assessment.refresh_from_db()
    assert assessment.state == AssessmentState.RECEIVED


def test_a_title_is_not_rejected_with_a_reason_that_is_too_long(
    setting: Campaigning, client_of: ClientOf
) -> None:
    recognition = make.recognition(setting)
    url = f"/recognitions/{recognition.pk}/steps/reject/?seen={fingerprint(recognition)}"
    page = client_of(setting.land.sogddt).post(url, {"reason": TOO_LONG})
    asked = [step for step in page.context["steps"] if step.name == "reject"]
    assert [("tối đa 2000 k" in step.error, step.text) for step in asked] == [(True, TOO_LONG)]
    recognition.refresh_from_db()
    assert recognition.state == RecognitionState.DECLARED


def test_a_reason_of_the_greatest_length_is_taken(
    setting: Campaigning, client_of: ClientOf
) -> None:
    assessment = make.received(setting)
    client = client_of(setting.land.tinh)
    page = client.get(f"/assessments/{assessment.pk}/review/").content.decode()
    assert 'name="reason" rows="3" required' in page
    # The end of a line counts as one character; a form sends two.
    url = f"/assessments/{assessment.pk}/steps/return/?seen={make.seen(assessment)}"
    client.post(url, {"reason": "Đ\r\n" * 999 + "ĐĐ"})
    assert assessment.events.latest("pk").reason == "Đ\n" * 999 + "ĐĐ"
