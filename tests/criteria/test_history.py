"""Both sides see the whole history: who did what, when, why, and what changed between sendings."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from core.presentation import HistoryLine
from criteria import assessing, evaluation, history
from criteria.models import Assessment
from criteria.workflow import ASSESSMENT
from tests import criteria_factories as make
from tests.criteria_factories import Campaigning

pytestmark = pytest.mark.django_db

ClientOf = Callable[[Any], Client]


def told(assessment: Assessment) -> list[HistoryLine]:
    """The history, the first line first."""
    assessment.refresh_from_db()
    form = evaluation.form_of(assessment.criteria_set)
    return history.lines(assessment, form, history.events_of(assessment))[::-1]


def returned(setting: Campaigning) -> Assessment:
    """Sent back with a mark on the first criterion and another value for the second."""
    assessment = make.received(setting)
    tinh = setting.land.tinh
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


def test_a_draft_has_only_its_beginning(setting: Campaigning) -> None:
    assert [(line.label, line.actor) for line in told(make.begun(setting))] == [
        ("Bắt đầu lập", "Trần Thị Xã")
    ]


def test_every_step_says_who_for_which_unit_and_why(setting: Campaigning) -> None:
    assert [(line.label, line.actor, line.state) for line in told(returned(setting))] == [
        ("Bắt đầu lập", "Trần Thị Xã", "draft"),
        ("Đã gửi", "Trần Thị Xã – Xã Đại An", "sent"),
        ("Đã tiếp nhận", "Nguyễn Thị Tỉnh – Sở Nội vụ tỉnh Vĩnh Long", "received"),
        ("Trả lại để bổ sung", "Nguyễn Thị Tỉnh – Sở Nội vụ tỉnh Vĩnh Long", "returned"),
    ]


def test_a_return_names_its_marks_and_what_was_changed(setting: Campaigning) -> None:
    line = told(returned(setting))[-1]
    reason, marked, in_force = line.reason.splitlines()
    assert (reason, marked) == ("Đề nghị bổ sung", "Tiêu chí X-1 cần bổ sung: Thiếu danh sách")
    assert in_force.startswith("Giá trị thẩm định của tiêu chí X-2 vẫn có hiệu lực sau khi trả lại")
    assert line.changes == (
        ("X-2", "tự đánh giá: Có", "giá trị thẩm định: Một phần (Mới làm ở hai ấp)"),
    )


def test_a_second_sending_says_field_by_field_what_differs(setting: Campaigning) -> None:
    assessment = returned(setting)
    xa = setting.land.xa
    first = setting.criteria[0]
    picture = io.BytesIO()
    Image.new("RGB", (9, 9)).save(picture, "PNG")
    upload = SimpleUploadedFile("Danh sách.png", picture.getvalue())
    assessing.add_evidence(assessment.pk, first.pk, xa, upload)
    assessing.save_answer(
        assessment.pk, first.pk, xa, value={"value": "partly"}, note="Kèm danh sách", version=1
    )
    ASSESSMENT.perform("send", assessment.pk, xa)
    line = told(assessment)[-1]
    assert line.label == "Đã gửi lần 2"
    assert line.changes == (
        ("X-1. Tự đánh giá", "Có", "Một phần"),
        ("X-1. Thuyết minh", "Đã thực hiện đầy đủ", "Kèm danh sách"),
        ("X-1. Minh chứng", "–", "Danh sách.png"),
    )


def test_sending_again_what_was_taken_back_unchanged_differs_in_nothing(
    setting: Campaigning,
) -> None:
    assessment = make.sent(setting)
    ASSESSMENT.perform("take_back", assessment.pk, setting.land.xa)
    ASSESSMENT.perform("send", assessment.pk, setting.land.xa)
    lines = told(assessment)
    labels = ["Bắt đầu lập", "Đã gửi", "Đã thu hồi bản gửi", "Đã gửi lần 2"]
    assert [line.label for line in lines] == labels
    assert lines[-1].changes == ()


def test_a_confirmation_names_the_values_that_stand_instead_of_the_claimed(
    setting: Campaigning,
) -> None:
    assessment = make.judged(setting)
    assessing.judge(
        assessment.pk,
        setting.criteria[0].pk,
        setting.land.tinh,
        verdict="changed",
        reason="Chưa đủ",
        verified_value={"value": "no"},
    )
    ASSESSMENT.perform("confirm", assessment.pk, setting.land.tinh)
    line = told(assessment)[-1]
    assert (line.label, line.changes) == (
        "Đã xác nhận kết quả",
        (("X-1", "tự đánh giá: Có", "giá trị thẩm định: Không (Chưa đủ)"),),
    )


@pytest.mark.parametrize("person", ["xa", "lanhdaoxa", "tinh", "xem"])
def test_both_sides_see_the_same_history(
    setting: Campaigning, client_of: ClientOf, person: str
) -> None:
    assessment = returned(setting)
    page = client_of(getattr(setting.land, person)).get(f"/assessments/{assessment.pk}/")
    text = page.content.decode()
    assert "Tiêu chí X-1 cần bổ sung: Thiếu danh sách" in text
    assert text.index("Trả lại để bổ sung</strong>") < text.index("Bắt đầu lập</strong>")
