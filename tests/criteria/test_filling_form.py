"""The form of a self-assessment is made from the rule records of its set."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from pytest_django.fixtures import DjangoAssertNumQueries

from criteria import assessing, rules
from criteria.forms.answering import AnswerForm
from criteria.models import Answer
from criteria.workflow import ASSESSMENT
from tests import criteria_factories as make
from tests import factories
from tests.criteria_factories import Campaigning

pytestmark = pytest.mark.django_db

EVERY_KIND: tuple[dict[str, Any], ...] = (
    {"kind": "attested"},
    {"kind": "number", "unit": "lớp", "whole": True, "at_least": 3},
    {"kind": "share", "numerator": "Số người học", "denominator": "Số người lớn", "at_least": 60},
    {
        "kind": "share_holding_title",
        "title": "gia-dinh-hoc-tap",
        "unit_kind": "household",
        "denominator_indicator": "so-ho",
        "at_least": 70,
    },
    {"kind": "score", "max": 10, "floor": 5},
    {"kind": "score", "max": 100, "step": "0.5"},
    {"kind": "holds_title", "title": "cong-dong-hoc-tap-xa"},
    {"kind": "all_of", "of": ["X-1", "X-2"]},
)
ClientOf = Callable[[Any], Client]


@pytest.fixture
def every_kind() -> Campaigning:
    """A set with one criterion of each kind."""
    return make.campaigning(rules=EVERY_KIND)


def form_of(rule: dict[str, Any] | None, **data: str) -> AnswerForm:
    """The form of a criterion with that rule, bound where data are given."""
    return AnswerForm("1-1", rules.parse(rule) if rule else None, data=data or None)


@pytest.mark.parametrize(
    ("rule", "fields"),
    [
        (EVERY_KIND[0], {"value": "Tự đánh giá"}),
        (EVERY_KIND[1], {"value": "Số lượng (lớp)"}),
        (EVERY_KIND[2], {"numerator": "Số người học", "denominator": "Số người lớn"}),
        (
            EVERY_KIND[3],
            {
                "numerator": "Số đạt danh hiệu",
                "denominator": "Tổng số",
                "decision": "Theo quyết định",
            },
        ),
        (EVERY_KIND[4], {"points": "Điểm"}),
        (EVERY_KIND[6], {}),
        (None, {}),
    ],
)
def test_each_kind_asks_for_its_own_fields_and_an_explanation(
    rule: dict[str, Any] | None, fields: dict[str, str]
) -> None:
    form = form_of(rule)
    labels = {name: str(field.label) for name, field in form.fields.items() if name != "version"}
    assert labels == {**fields, "note": "Thuyết minh"}


def test_a_short_scale_is_chosen_and_a_long_one_typed() -> None:
    choices = form_of(EVERY_KIND[4]).fields["points"].choices
    assert [value for value, _label in choices] == ["", *map(str, range(11))]
    assert form_of(EVERY_KIND[5]).fields["points"].help_text == "Từ 0 đến 100, mỗi bước 0,5."


@pytest.mark.parametrize(
    ("rule", "typed", "value"),
    [
        (EVERY_KIND[0], {"value": "partly"}, {"value": "partly"}),
        (EVERY_KIND[0], {"value": ""}, {"value": None}),
        (EVERY_KIND[1], {"value": "1.234"}, {"value": "1234"}),
        (
            EVERY_KIND[2],
            {"numerator": "1.234,5", "denominator": ""},
            {"numerator": "1234.5", "denominator": None},
        ),
        (EVERY_KIND[5], {"points": "99,5"}, {"points": "99.5"}),
        (EVERY_KIND[6], {}, {}),
        (None, {}, {}),
    ],
)
def test_what_is_typed_becomes_the_stored_answer(
    rule: dict[str, Any] | None, typed: dict[str, str], value: dict[str, Any]
) -> None:
    form = form_of(rule, **typed, note="  Kèm biên bản ", version="0")
    assert form.is_valid(), form.errors
    assert (form.value, form.cleaned_data["note"]) == (value, "Kèm biên bản")


@pytest.mark.parametrize(
    ("rule", "typed", "wrong"),
    [
        (EVERY_KIND[0], {"value": "maybe"}, "value"),
        (EVERY_KIND[1], {"value": "2,5"}, "value"),
        (EVERY_KIND[1], {"value": "nhiều"}, "value"),
        (EVERY_KIND[1], {"value": "9" * 31}, "value"),
        (EVERY_KIND[2], {"numerator": "9", "denominator": "8"}, "numerator"),
        (EVERY_KIND[4], {"points": "11"}, "points"),
        (EVERY_KIND[5], {"points": "0,3"}, "points"),
        (EVERY_KIND[0], {"value": "yes", "note": "a\0b"}, "note"),
        (EVERY_KIND[0], {"value": "yes", "note": "x" * 5001}, "note"),
        (EVERY_KIND[0], {"value": "yes", "version": "1" + "0" * 30}, "version"),
        (EVERY_KIND[0], {"value": "yes", "version": "-1"}, "version"),
    ],
)
def test_what_cannot_be_is_said_at_its_field_and_comes_back_as_typed(
    rule: dict[str, Any], typed: dict[str, str], wrong: str
) -> None:
    form = form_of(rule, **{"version": "0", **typed})
    assert not form.is_valid()
    assert list(form.errors) == [wrong]
    assert form[wrong].value() == typed[wrong]


def test_a_stored_answer_comes_back_the_vietnamese_way() -> None:
    answer = Answer(value={"numerator": "1234.5", "denominator": None}, note="Đã có")
    form = AnswerForm("1-1", rules.parse(EVERY_KIND[2]), answer)
    assert form.initial == {"numerator": "1.234,5", "denominator": "", "note": "Đã có"}


def test_the_page_has_a_form_for_every_criterion_but_those_that_combine(
    every_kind: Campaigning, client_of: ClientOf
) -> None:
    assessment = make.begun(every_kind)
    page = client_of(every_kind.land.xa).get(f"/assessments/{assessment.pk}/").content.decode()
    keys = [f"{assessment.pk}-{criterion.pk}" for criterion in every_kind.criteria]
    assert re.findall(r'data-autosave="([\d-]+)"', page) == keys[:-1]
    uploads = re.findall(r'id="file-(\d+)"', page)
    assert uploads == [str(criterion.pk) for criterion in every_kind.criteria[:6]]


def test_a_criterion_shows_its_words_its_source_and_its_rule(
    setting: Campaigning, client_of: ClientOf
) -> None:
    assessment = make.begun(setting)
    page = client_of(setting.land.xa).get(f"/assessments/{assessment.pk}/").content.decode()
    first = setting.criteria[0]
    assert page.count(f'href="/plans/sources/000/?criterion={first.pk}#quote"') == 1
    assert "/criteria/cap-xa/1/" in page
    assert "Yêu cầu: có." in page
    assert "Chưa có công nhận “Cộng đồng học tập” cấp xã" in page
    own = f"unit={assessment.unit_id}&amp;title=cong-dong-hoc-tap-xa"
    assert f'href="/recognitions/new/?{own}"' in page


def test_what_the_portal_knows_of_a_title_stands_beside_its_criterion(
    setting: Campaigning, client_of: ClientOf
) -> None:
    make.recognition(setting)
    make.recognition(setting, setting.land.sibling, decision_number="99/QĐ-KHÁC")
    assessment = make.begun(setting)
    page = client_of(setting.land.xa).get(f"/assessments/{assessment.pk}/").content.decode()
    assert "Quyết định số 12/QĐ-SGDĐT" in page
    assert "99/QĐ-KHÁC" not in page


def test_others_of_the_unit_read_but_do_not_fill(setting: Campaigning, client_of: ClientOf) -> None:
    assessment = make.answered(setting)
    response = client_of(setting.land.lanhdaoxa).get(f"/assessments/{assessment.pk}/")
    page = response.content.decode()
    assert "data-autosave" not in page
    assert "Đã thực hiện đầy đủ" in page


@pytest.mark.parametrize("person", ["tinh", "xem", "sogddt"])
def test_a_draft_is_the_units_own(setting: Campaigning, client_of: ClientOf, person: str) -> None:
    assessment = make.answered(setting)
    response = client_of(getattr(setting.land, person)).get(f"/assessments/{assessment.pk}/")
    page = response.content.decode()
    assert response.status_code == 200
    assert "nội dung đang là bản nháp của đơn vị" in page
    assert "Đã thực hiện đầy đủ" not in page


@pytest.mark.parametrize(
    ("person", "status"),
    [("xa2", 404), ("far_xa", 404), ("far_tinh", 404), ("stranger", 403), ("expired_deputy", 403)],
)
def test_outside_the_scope_there_is_nothing(
    setting: Campaigning, client_of: ClientOf, person: str, status: int
) -> None:
    assessment = make.sent(setting)
    response = client_of(getattr(setting.land, person)).get(f"/assessments/{assessment.pk}/")
    assert response.status_code == status
    assert "Đã thực hiện đầy đủ" not in response.content.decode()


def test_while_a_review_goes_on_the_unit_reads_its_own_claims(
    setting: Campaigning, client_of: ClientOf
) -> None:
    assessment = make.received(setting)
    assessing.judge(
        assessment.pk,
        setting.criteria[0].pk,
        setting.land.tinh,
        verdict="changed",
        reason="Mới làm ở hai ấp",
        verified_value={"value": "no"},
    )
    url = f"/assessments/{assessment.pk}/"
    own = client_of(setting.land.xa).get(url).content.decode()
    office = client_of(setting.land.tinh).get(url).content.decode()
    assert ("Mới làm ở hai ấp" in own, "Mới làm ở hai ấp" in office) == (False, True)
    judged = "<li>Trả lời: không.</li>"
    assert (judged in own, judged in office) == (False, True)


def test_what_was_returned_carries_its_marks_on_the_fields(
    setting: Campaigning, client_of: ClientOf
) -> None:
    assessment = make.received(setting)
    tinh = setting.land.tinh
    first, second = setting.criteria[:2]
    assessing.judge(
        assessment.pk, first.pk, tinh, verdict="to_correct", reason="Thiếu danh sách học viên"
    )
    assessing.judge(
        assessment.pk,
        second.pk,
        tinh,
        verdict="changed",
        reason="Mới làm ở hai ấp",
        verified_value={"value": "partly"},
    )
    ASSESSMENT.perform("return", assessment.pk, tinh, reason="Đề nghị bổ sung tiêu chí 1")
    client = client_of(setting.land.xa)
    page = client.get(f"/assessments/{assessment.pk}/").content.decode()
    verdicts = dict(re.findall(r'<div id="verdict-(\d+)">(.*?)<form', page, re.DOTALL))
    assert "Thiếu danh sách học viên" in verdicts[str(first.pk)]
    assert "Mới làm ở hai ấp" in verdicts[str(second.pk)]
    assert page.index("Đề nghị bổ sung tiêu chí 1") < page.index("Thiếu danh sách học viên")
    assert f'Cần bổ sung: <a href="#criterion-{first.pk}">X-1</a></div>' in page
    assert f'id="criterion-{first.pk}"' in page
    assessing.save_answer(
        assessment.pk, first.pk, setting.land.xa, value={"value": "yes"}, note="Đã kèm", version=1
    )
    corrected = client.get(f"/assessments/{assessment.pk}/").content.decode()
    assert "Đã sửa sau khi được yêu cầu:" in corrected
    assert "Cần bổ sung:" not in corrected


def test_the_units_own_people_print_what_they_have_not_sent_yet(
    setting: Campaigning, client_of: ClientOf
) -> None:
    assessment = make.answered(setting)
    client = client_of(setting.land.xa)
    url = f"/assessments/{assessment.pk}/paper/"
    assert f'href="{url}"' in client.get(f"/assessments/{assessment.pk}/").content.decode()
    assert client.get(url)["Content-Type"] == "application/pdf"


def test_a_confirmed_result_is_the_frozen_one(setting: Campaigning, client_of: ClientOf) -> None:
    held = make.recognition(setting)
    assessment = make.confirmed(setting)
    with factories.journal.act("test"):
        type(held).objects.filter(pk=held.pk).update(decision_number="77/QĐ-MỚI")
    page = client_of(setting.land.xa).get(f"/assessments/{assessment.pk}/").content.decode()
    assert "12/QĐ-SGDĐT" in page
    assert "77/QĐ-MỚI" not in page


def seen(client: Client, pk: int) -> int:
    """The size of the page in bytes."""
    response = client.get(f"/assessments/{pk}/")
    assert response.status_code == 200
    return len(response.content)


@pytest.mark.parametrize(("person", "queries"), [("xa", 13), ("tinh", 13)])
@pytest.mark.parametrize("number", [1, 3])
def test_a_page_asks_the_same_of_one_criterion_as_of_three(
    client_of: ClientOf,
    django_assert_num_queries: DjangoAssertNumQueries,
    person: str,
    queries: int,
    number: int,
) -> None:
    """Eleven questions and, in a test only, the two savepoints of the request's transaction."""
    setting = make.campaigning(rules=({"kind": "attested"},) * number)
    assessment = make.received(setting)
    if person == "xa":
        ASSESSMENT.perform("return", assessment.pk, setting.land.tinh, reason="Bổ sung")
    client = client_of(getattr(setting.land, person))
    with django_assert_num_queries(queries):
        size = seen(client, assessment.pk)
    assert size < 100 * 1024
