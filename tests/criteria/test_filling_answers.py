"""Answers save themselves one by one; nobody's value is overwritten, nothing typed is lost."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from criteria.models import Answer, Assessment, Criterion
from tests import criteria_factories as make
from tests import factories
from tests.criteria_factories import Campaigning

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}
ClientOf = Callable[[Any], Client]


def url_of(assessment: Assessment, criterion: Criterion) -> str:
    """Where one answer is sent to."""
    return f"/assessments/{assessment.pk}/criteria/{criterion.pk}/"


def save(client: Client, assessment: Assessment, criterion: Criterion, **data: str) -> HttpResponse:
    """Send an answer as the page does."""
    sent = {"value": "yes", "note": "", "version": "0", **data}
    return client.post(url_of(assessment, criterion), sent, headers=HTMX)


def stored(assessment: Assessment) -> list[tuple[dict[str, Any], str, int, str]]:
    """What stands in the database: value, explanation, version, by whom."""
    rows = assessment.answers.order_by("criterion__order")
    return [(row.value, row.note, row.version, row.saved_by.username) for row in rows]


def test_an_answer_is_saved_and_says_so(setting: Campaigning, client_of: ClientOf) -> None:
    assessment = make.begun(setting)
    response = save(client_of(setting.land.xa), assessment, setting.criteria[0], note="Đã có")
    text = response.content.decode()
    assert response.status_code == 200
    assert stored(assessment) == [({"value": "yes"}, "Đã có", 1, "xa")]
    assert "Đã lưu lúc" in text
    assert 'name="version" value="1"' in text
    assert re.findall(r'id="([\w-]+)"[^>]*hx-swap-oob', text) == [
        f"answer-{assessment.pk}-{setting.criteria[0].pk}-save",
        f"outcome-{setting.criteria[0].pk}",
        f"verdict-{setting.criteria[0].pk}",
        "result",
    ]


def test_a_criterion_whose_rule_no_source_gives_takes_an_explanation(
    client_of: ClientOf,
) -> None:
    setting = make.campaigning(rules=({"kind": "attested"}, None))
    assessment = make.begun(setting)
    answer = {"note": "Xã đã làm", "version": "0"}
    url = url_of(assessment, setting.criteria[1])
    assert client_of(setting.land.xa).post(url, answer, headers=HTMX).status_code == 200
    assert stored(assessment) == [({}, "Xã đã làm", 1, "xa")]


def test_saving_shows_at_once_what_follows_by_the_rule(client_of: ClientOf) -> None:
    setting = make.campaigning(
        rules=({"kind": "attested"}, {"kind": "all_of", "of": ["X-1"]}),
    )
    assessment = make.begun(setting)
    text = save(client_of(setting.land.xa), assessment, setting.criteria[0]).content.decode()
    outcomes = re.findall(r'id="outcome-(\d+)".*?</svg>(.*?)</span>', text, re.DOTALL)
    assert outcomes == [(str(criterion.pk), "Đạt") for criterion in setting.criteria]
    assessment.refresh_from_db()
    assert (assessment.answered, assessment.asked, assessment.result_status) == (1, 1, "met")


def test_what_cannot_be_is_refused_with_the_reason_and_nothing_is_written(
    client_of: ClientOf,
) -> None:
    setting = make.campaigning(rules=({"kind": "number", "unit": "lớp", "at_least": 3},))
    assessment = make.begun(setting)
    client = client_of(setting.land.xa)
    response = save(client, assessment, setting.criteria[0], value="nhiều lắm", note="Lời dài")
    text = response.content.decode()
    assert response.status_code == 422
    assert "“nhiều lắm” không phải là số" in text
    assert 'data-invalid="value"' in text
    assert stored(assessment) == []


def test_an_explanation_that_is_too_long_is_refused_with_its_length(
    setting: Campaigning, client_of: ClientOf
) -> None:
    assessment = make.begun(setting)
    client = client_of(setting.land.xa)
    response = save(client, assessment, setting.criteria[0], note="ạ" * 15_000)
    assert response.status_code == 422
    text = response.content.decode()
    assert re.findall(r"dài (\d+) ký tự, chỉ nhận tối đa (\d+) ký tự", text) == [("15000", "5000")]
    assert list(Answer.objects.all()) == []


def test_somebody_elses_newer_value_is_shown_and_not_overwritten(
    setting: Campaigning, client_of: ClientOf
) -> None:
    land = setting.land
    colleague = factories.user("dongnghiep", full_name="Hồ Thị Nghiệp")
    factories.appoint(colleague, "commune_officer", land.commune)
    assessment = make.begun(setting)
    first = setting.criteria[0]
    save(client_of(colleague), assessment, first, value="partly", note="Của tôi")
    response = save(client_of(land.xa), assessment, first, value="no", note="Khác")
    text = response.content.decode()
    assert response.status_code == 409
    assert stored(assessment) == [({"value": "partly"}, "Của tôi", 1, "dongnghiep")]
    assert "Hồ Thị Nghiệp" in text
    assert re.findall(r'data-name="(\w+)" value="([^"]*)"', text) == [
        ("value", "partly"),
        ("note", "Của tôi"),
    ]
    assert all(word in text for word in ("Khác", "Không", "Một phần"))
    kept = save(client_of(land.xa), assessment, first, value="no", note="Khác", version="1")
    assert kept.status_code == 200
    assert stored(assessment) == [({"value": "no"}, "Khác", 2, "xa")]


def test_the_same_value_twice_is_no_conflict(setting: Campaigning, client_of: ClientOf) -> None:
    assessment = make.begun(setting)
    client = client_of(setting.land.xa)
    codes = [save(client, assessment, setting.criteria[0]).status_code for _twice in range(2)]
    assert codes == [200, 200]
    assert stored(assessment) == [({"value": "yes"}, "", 1, "xa")]


@pytest.mark.parametrize(
    ("person", "status"),
    [
        ("lanhdaoxa", 403),
        ("xa2", 404),
        ("far_xa", 404),
        ("tinh", 403),
        ("xem", 403),
        ("stranger", 403),
        ("expired_deputy", 403),
    ],
)
def test_nobody_else_saves(
    setting: Campaigning, client_of: ClientOf, person: str, status: int
) -> None:
    assessment = make.begun(setting)
    client = client_of(getattr(setting.land, person))
    assert save(client, assessment, setting.criteria[0]).status_code == status
    assert stored(assessment) == []


def test_what_has_been_sent_is_read_only(setting: Campaigning, client_of: ClientOf) -> None:
    assessment = make.sent(setting)
    before = stored(assessment)
    response = save(
        client_of(setting.land.xa), assessment, setting.criteria[0], value="no", version="1"
    )
    assert response.status_code == 403
    assert "Chỉ xem: tự đánh giá đã gửi" in response.content.decode()
    assert stored(assessment) == before


def test_criteria_of_other_sets_and_those_that_combine_take_no_answer(
    client_of: ClientOf,
) -> None:
    setting = make.campaigning(rules=({"kind": "attested"}, {"kind": "all_of", "of": ["X-1"]}))
    assessment = make.begun(setting)
    foreign = make.commune_set(
        setting.land.other_province, setting.document, setting.source, code="bo-khac"
    ).criteria.get(order=1)
    client = client_of(setting.land.xa)
    assert save(client, assessment, foreign).status_code == 404
    assert save(client, assessment, setting.criteria[1]).status_code == 403
    assert stored(assessment) == []


@pytest.mark.parametrize("junk", ["0", "999999999", "1" + "0" * 30])
def test_addresses_that_lead_nowhere(setting: Campaigning, client_of: ClientOf, junk: str) -> None:
    assessment = make.begun(setting)
    client = client_of(setting.land.xa)
    criterion = setting.criteria[0].pk
    addresses = [
        f"/assessments/{junk}/",
        f"/assessments/{junk}/precheck/",
        f"/assessments/{junk}/changes/",
        f"/assessments/{assessment.pk}/evidence/{junk}/",
        f"/assessments/{assessment.pk}/evidence/{junk}/pages/{junk}/",
        f"/assessments/{assessment.pk}/criteria/{junk}/evidence/",
        f"/assessments/{junk}/criteria/{criterion}/evidence/",
    ]
    assert [client.get(address).status_code for address in addresses] == [404] * len(addresses)
    posts = [
        f"/assessments/{assessment.pk}/criteria/{junk}/",
        f"/assessments/{junk}/criteria/{criterion}/",
        f"/assessments/{assessment.pk}/evidence/{junk}/remove/",
        f"/assessments/{assessment.pk}/steps/no-such-step/",
        f"/assessments/{junk}/steps/send/",
        f"/assessments/begin/{junk}/{setting.land.commune.unit_id}/",
        f"/assessments/begin/{setting.round.pk}/{junk}/",
    ]
    assert [client.post(address).status_code for address in posts] == [404] * len(posts)


def test_without_scripts_an_answer_is_saved_by_its_button(
    setting: Campaigning, client_of: ClientOf
) -> None:
    assessment = make.begun(setting)
    first = setting.criteria[0]
    client = client_of(setting.land.xa)
    response = client.post(url_of(assessment, first), {"value": "yes", "version": "0"})
    assert response.status_code == 302
    assert response["Location"] == f"/assessments/{assessment.pk}/#criterion-{first.pk}"
    assert stored(assessment) == [({"value": "yes"}, "", 1, "xa")]


def test_without_scripts_what_was_typed_comes_back_with_the_reason(client_of: ClientOf) -> None:
    setting = make.campaigning(rules=({"kind": "number", "unit": "lớp", "at_least": 3},))
    assessment = make.begun(setting)
    first = setting.criteria[0]
    client = client_of(setting.land.xa)
    data = {"value": "nhiều lắm", "note": "Lời dài", "version": "0"}
    response = client.post(url_of(assessment, first), data)
    page = response.content.decode()
    assert response.status_code == 422
    assert ('value="nhiều lắm"' in page, "Lời dài" in page) == (True, True)


def test_without_scripts_a_conflict_shows_both_and_saving_again_decides(
    setting: Campaigning, client_of: ClientOf
) -> None:
    assessment = make.begun(setting)
    first = setting.criteria[0]
    client = client_of(setting.land.xa)
    save(client, assessment, first, note="Trước")
    data = {"value": "no", "note": "Sau", "version": "0"}
    response = client.post(url_of(assessment, first), data)
    page = response.content.decode()
    assert response.status_code == 409
    assert ("Trước" in page, "Sau" in page) == (True, True)
    assert Answer.objects.get().note == "Trước"
    client.post(url_of(assessment, first), {**data, "version": "1"})
    assert Answer.objects.get().note == "Sau"


# What others saved meanwhile


def known_to(client: Client, assessment: Assessment) -> str:
    """Where the page asks for others' values."""
    page = client.get(f"/assessments/{assessment.pk}/").content.decode()
    found = re.search(r'id="others-values" hx-get="([^"]+)"', page)
    assert found
    return found[1].replace("&amp;", "&")


def test_the_page_hears_of_newer_values_only(setting: Campaigning, client_of: ClientOf) -> None:
    assessment = make.begun(setting)
    client = client_of(setting.land.xa)
    ask = known_to(client, assessment)
    assert "data-values" not in client.get(ask).content.decode()
    save(client_of(setting.land.xa), assessment, setting.criteria[1], note="Mới")
    text = client.get(ask).content.decode()
    assert re.findall(r'data-values="([\d-]+)" data-version="(\d+)"', text) == [
        (f"{assessment.pk}-{setting.criteria[1].pk}", "1")
    ]
    again = re.search(r'hx-get="([^"]+)"', text)
    assert again
    later = client.get(again[1].replace("&amp;", "&"))
    assert "data-values" not in later.content.decode()


def test_who_fills_in_elsewhere_hears_nothing_of_a_draft(
    setting: Campaigning, client_of: ClientOf
) -> None:
    assessment = make.answered(setting)
    both = setting.land.xa2  # fills in for the sibling, and only reads in the province
    factories.appoint(both, "observer", setting.land.province)
    answer = client_of(both).get(f"/assessments/{assessment.pk}/changes/")
    assert answer.status_code == 403
    assert "Đã thực hiện đầy đủ" not in answer.content.decode()
    assert "nội dung đang là bản nháp của đơn vị" in answer.content.decode()


@pytest.mark.parametrize("known", ["", "x", "1-2", "9" * 9000, "1-1-1-1 " * 5000, "\0"])
def test_junk_in_the_question_for_newer_values(
    setting: Campaigning, client_of: ClientOf, known: str
) -> None:
    assessment = make.begun(setting)
    client = client_of(setting.land.xa)
    response = client.get(f"/assessments/{assessment.pk}/changes/", {"known": known})
    assert response.status_code == 200


def test_the_page_hears_that_somebody_has_sent_it(
    setting: Campaigning, client_of: ClientOf
) -> None:
    assessment = make.sent(setting)
    client = client_of(setting.land.xa)
    text = client.get(f"/assessments/{assessment.pk}/changes/").content.decode()
    assert "đã chuyển bước" in text
