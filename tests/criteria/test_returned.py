"""What was returned: verified values that stay in force, and who reads the corrections."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from criteria import assessing
from criteria.models import Assessment
from criteria.workflow import ASSESSMENT
from tests import criteria_factories as make
from tests.criteria.test_paper import whole
from tests.criteria_factories import Campaigning

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User], Client]
IN_FORCE = "Sau khi trả lại, giá trị này vẫn có hiệu lực"
OFFICE_SEES = "cơ quan tiếp nhận thấy các sửa đổi ngay khi lưu"
CORRECTING = "Đơn vị đang bổ sung: dưới đây là nội dung đơn vị đã lưu đến lúc này."


def returned(setting: Campaigning) -> Assessment:
    """Sent back with a mark on the first criterion and another value for the second."""
    assessment, tinh = make.received(setting), setting.land.tinh
    first, second = setting.criteria[:2]
    assessing.judge(assessment.pk, first.pk, tinh, verdict="to_correct", reason="Thiếu danh sách")
    assessing.judge(
        assessment.pk,
        second.pk,
        tinh,
        verdict="changed",
        reason="Mới làm ở hai ấp",
        verified_value={"value": "partly"},
    )
    return ASSESSMENT.perform("return", assessment.pk, tinh, reason="Đề nghị bổ sung")


def page(client: Client, assessment: Assessment, part: str = "") -> Any:
    return client.get(f"/assessments/{assessment.pk}/{part}")


def test_the_form_says_which_verified_value_stays_in_force_and_what_to_do(
    setting: Campaigning, client_of: ClientOf
) -> None:
    assessment = returned(setting)
    form = page(client_of(setting.land.xa), assessment)
    cards = [card for group in form.context["groups"] for card in group.cards]
    assert form.context["in_force"] == [setting.criteria[1]]
    assert [card.verdict.in_force for card in cards if card.verdict] == [False, True]
    text = form.content.decode()
    assert (text.count(IN_FORCE), text.count("Giá trị thẩm định vẫn có hiệu lực:")) == (1, 1)


def test_it_no_longer_counts_once_the_unit_changes_its_answer(
    setting: Campaigning, client_of: ClientOf
) -> None:
    assessment, second = returned(setting), setting.criteria[1]
    value = {"value": "yes"}
    xa = setting.land.xa
    assessing.save_answer(assessment.pk, second.pk, xa, value=value, note="Cả tám ấp", version=1)
    form = page(client_of(xa), assessment)
    assert (form.context["in_force"], IN_FORCE in form.content.decode()) == ([], False)


def test_both_sides_are_told_that_corrections_are_read_as_they_are_saved(
    setting: Campaigning, client_of: ClientOf
) -> None:
    assessment, land = returned(setting), setting.land
    told = {
        (person, part): [
            sentence in page(client_of(user), assessment, part).content.decode()
            for sentence in (OFFICE_SEES, CORRECTING)
        ]
        for person, user in (("xa", land.xa), ("tinh", land.tinh), ("xem", land.xem))
        for part in ("", "review/")
        if (person, part) != ("xa", "review/")
    }
    unit = told.pop(("xa", ""))
    assert (unit, list(told.values())) == ([True, False], [[False, True]] * 4)


def test_nobody_is_told_so_before_the_first_sending_or_while_nothing_changes(
    setting: Campaigning, client_of: ClientOf
) -> None:
    land = setting.land
    draft = page(client_of(land.xa), make.begun(setting)).content.decode()
    sent = page(client_of(land.tinh), make.sent(setting)).content.decode()
    assert (OFFICE_SEES in draft, CORRECTING in sent) == (False, False)


def test_the_paper_does_not_put_verified_results_into_the_units_mouth(
    setting: Campaigning, client_of: ClientOf
) -> None:
    assessment = returned(setting)
    said = whole(client_of(setting.land.xa), assessment)
    assert "Tính theo các giá trị đã thẩm định, chưa được xác nhận:" in said
    assert "tự đánh giá: không đạt" not in said
