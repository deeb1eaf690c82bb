"""A verdict rests on what the portal knew then: when that changes, the criterion is open again."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from core import journal, periods
from core.workflow import Refused
from criteria import assessing
from criteria.models import Assessment, Recognition
from criteria.workflow import ASSESSMENT, RECOGNITION
from tests import criteria_factories as make
from tests.criteria_factories import Campaigning

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User], Client]
OVERTAKEN = "Đã thay đổi sau khi thẩm định."


def check(setting: Campaigning, recognition: Recognition, name: str) -> Recognition:
    """The education office takes a step with a title."""
    return RECOGNITION.perform(name, recognition.pk, setting.land.sogddt, reason="Theo hồ sơ gốc")


def review(client_of: ClientOf, setting: Campaigning, assessment: Assessment) -> Any:
    return client_of(setting.land.tinh).get(f"/assessments/{assessment.pk}/review/")


def confirm(setting: Campaigning, assessment: Assessment) -> Assessment:
    return ASSESSMENT.perform("confirm", assessment.pk, setting.land.tinh)


def judge_title(setting: Campaigning, assessment: Assessment) -> None:
    """The officer accepts the last criterion, as it stands now."""
    last = setting.criteria[-1]
    assessing.judge(assessment.pk, last.pk, setting.land.tinh, verdict="accepted")


def test_a_title_rejected_after_the_verdict_opens_the_criterion_again(
    setting: Campaigning, client_of: ClientOf
) -> None:
    recognition = make.recognition(setting)
    assessment = make.judged(setting)
    check(setting, recognition, "reject")
    with pytest.raises(Refused, match="X-4"):
        confirm(setting, assessment)
    page = review(client_of, setting, assessment)
    text = page.content.decode()
    assert (page.context["judged"], page.context["to_judge"]) == (3, 4)
    assert (text.count(OVERTAKEN), "Khi đó: Đạt." in text.replace("</strong>", "")) == (1, True)
    judge_title(setting, assessment)
    assert confirm(setting, assessment).result_status == "not_met"


def test_a_title_confirmed_after_the_verdict_leaves_it_standing(setting: Campaigning) -> None:
    recognition = make.recognition(setting)
    assessment = make.judged(setting)
    check(setting, recognition, "confirm")
    assert confirm(setting, assessment).result_status == "met"


def test_a_title_refused_after_the_verdict_leaves_it_standing_where_none_was_held(
    setting: Campaigning,
) -> None:
    assessment = make.judged(setting)
    check(setting, make.recognition(setting), "reject")
    assert confirm(setting, assessment).result_status == "not_met"


def test_a_title_that_ends_sooner_opens_the_criterion_again(setting: Campaigning) -> None:
    recognition = make.recognition(setting)
    assessment = make.judged(setting)
    first = periods.first_day(recognition.period)
    with journal.act("test"):
        recognition.period = periods.between(first, periods.today() - datetime.timedelta(days=1))
        recognition.save()
    with pytest.raises(Refused, match="X-4"):
        confirm(setting, assessment)


def test_a_title_that_is_only_declared_deserves_a_look_before_confirming(
    setting: Campaigning, client_of: ClientOf
) -> None:
    recognition = make.recognition(setting)
    assessment = make.judged(setting)
    note = "Tiêu chí X-4: danh hiệu do đơn vị tự khai, chưa được xác nhận."
    assert review(client_of, setting, assessment).context["notes"] == [note]
    check(setting, recognition, "confirm")
    assert review(client_of, setting, assessment).context["notes"] == []


@pytest.mark.parametrize(
    ("steps", "sentence"),
    [
        (["reject"], "không được chấp nhận ngày"),
        (["confirm", "revoke"], "bị thu hồi ngày"),
    ],
)
def test_the_explanation_names_the_recognition_that_was_refused(
    setting: Campaigning, client_of: ClientOf, steps: list[str], sentence: str
) -> None:
    recognition = make.recognition(setting)
    assessment = make.received(setting)
    for step in steps:
        check(setting, recognition, step)
    text = review(client_of, setting, assessment).content.decode()
    assert f"{sentence} {periods.today():%d/%m/%Y}" in text
    assert "12/QĐ-SGDĐT" in text
    assert "Chưa có công nhận" not in text


def test_revoking_is_undone_and_the_title_held_as_long_as_before(setting: Campaigning) -> None:
    recognition = make.recognition(setting)
    period = recognition.period
    check(setting, recognition, "confirm")
    assert check(setting, recognition, "revoke").period != period
    back = check(setting, recognition, "unrevoke")
    assert (back.state, back.period, back.revoked_period) == ("confirmed", period, None)


def test_revoking_stays_once_a_result_was_confirmed_without_the_title(
    setting: Campaigning,
) -> None:
    recognition = make.recognition(setting)
    assessment = make.received(setting)
    check(setting, recognition, "confirm")
    check(setting, recognition, "revoke")
    for criterion in setting.criteria:
        assessing.judge(assessment.pk, criterion.pk, setting.land.tinh, verdict="accepted")
    confirm(setting, assessment)
    with pytest.raises(Refused):
        check(setting, recognition, "unrevoke")
    ASSESSMENT.perform("unconfirm", assessment.pk, setting.land.tinh, reason="Nhầm")
    assert check(setting, recognition, "unrevoke").state == "confirmed"


def test_revoking_stays_where_another_decision_took_the_place(setting: Campaigning) -> None:
    recognition = make.recognition(setting)
    check(setting, recognition, "confirm")
    revoked = check(setting, recognition, "revoke")
    last = periods.last_day(recognition.period)
    make.recognition(
        setting,
        decision_number="40/QĐ-SGDĐT",
        period=periods.between(periods.today(), last),
    )
    with pytest.raises(Refused):
        check(setting, revoked, "unrevoke")
