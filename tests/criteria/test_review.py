"""The page on which the receiving office judges a self-assessment."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.utils import translation
from django.utils.translation import gettext
from pytest_django.fixtures import DjangoAssertNumQueries

from accounts.models import User
from core.files import store
from core.journal import act
from criteria import assessing, history
from criteria.evaluation import form_of
from criteria.models import Assessment, Criterion, Evidence
from criteria.workflow import ASSESSMENT
from tests import criteria_factories as make
from tests import factories
from tests.core import originals
from tests.criteria_factories import Campaigning
from tests.factories import Land

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User], Client]
NOT_THEIRS = "Your roles do not include reviewing this unit's self-assessment."
UNSEEN = "The review is going on; its verdicts show when it is closed."


def page(client: Client, assessment: Assessment, query: str = "") -> Any:
    """The review of an assessment."""
    return client.get(f"/assessments/{assessment.pk}/review/{query}")


def words(response: Any) -> str:
    """What the page says, tags and doubled space left out."""
    text = re.sub(r"<[^>]+>", " ", response.content.decode())
    return " ".join(text.split())


def upload(name: str, text: str = "Báo cáo") -> SimpleUploadedFile:
    """A small file to attach."""
    return SimpleUploadedFile(name, originals.pdf(text=text))


def attach(assessment: Assessment, criterion: Criterion, person: User, count: int) -> None:
    """So many different files on one criterion."""
    with act("test"):
        for number in range(count):
            stored = store(upload(f"minh-chung-{number}.pdf", f"Trang {number}"), person)
            Evidence.objects.create(assessment=assessment, criterion=criterion, file=stored)


def test_it_shows_claim_rule_source_and_what_the_portal_knows(
    setting: Campaigning, client_of: ClientOf
) -> None:
    make.recognition(setting)
    answer = page(client_of(setting.land.tinh), make.received(setting))
    text = words(answer)
    for part in (
        "Tiêu chí thứ 1",
        "21/KH-UBND, Báo Trà Vinh",
        "Đã thực hiện đầy đủ",
        "Quyết định số 12/QĐ-SGDĐT ngày 05/01/",
        "Yêu cầu: có hoặc một phần.",
        "0/4",
    ):
        assert part in text, part


def test_a_draft_is_not_reviewed(setting: Campaigning, client_of: ClientOf) -> None:
    assessment = make.answered(setting)
    answer = page(client_of(setting.land.tinh), assessment)
    assert (answer.status_code, answer["Location"]) == (302, f"/assessments/{assessment.pk}/")


@pytest.mark.parametrize(
    ("start", "steps"),
    [
        (make.sent, [("receive", True)]),
        (make.received, [("confirm", False), ("unreceive", True), ("return", True)]),
        (make.judged, [("confirm", True), ("unreceive", False), ("return", True)]),
        (make.confirmed, [("unconfirm", True)]),
    ],
    ids=["sent", "received", "judged", "confirmed"],
)
def test_the_steps_of_the_office_with_whether_they_may_be_taken(
    setting: Campaigning,
    client_of: ClientOf,
    start: Callable[[Campaigning], Assessment],
    steps: list[tuple[str, bool]],
) -> None:
    answer = page(client_of(setting.land.tinh), start(setting))
    found = [
        (re.search(r"/steps/(\w+)/", one.url).group(1), one.allowed)  # type: ignore[union-attr]
        for one in answer.context["steps"]
    ]
    assert sorted(found) == sorted(steps)


def test_a_step_comes_back_to_the_review_with_its_filter(
    setting: Campaigning, client_of: ClientOf
) -> None:
    assessment = make.sent(setting)
    client = client_of(setting.land.tinh)
    answer = page(client, assessment, "?state=sent&junk=1")
    (step,) = answer.context["steps"]
    taken = client.post(step.url, {"reason": ""})
    query = f"round={setting.round.code}&state=sent&was=sent"
    assert taken["Location"] == f"/assessments/{assessment.pk}/review/?{query}"


@pytest.mark.parametrize("person", ["xem", "sogddt", "xa", "lanhdaoxa"])
def test_others_read_it_with_the_reason_and_see_no_unfinished_verdict(
    setting: Campaigning, client_of: ClientOf, person: str
) -> None:
    assessment = make.received(setting)
    assessing.judge(
        assessment.pk,
        setting.criteria[0].pk,
        setting.land.tinh,
        verdict="to_correct",
        reason="Chưa thấy danh sách",
    )
    answer = page(client_of(getattr(setting.land, person)), assessment)
    text = words(answer)
    assert answer.status_code == 200
    with translation.override("vi"):
        assert f"{gettext(NOT_THEIRS)} {gettext(UNSEEN)}" in text
    assert "Chưa thấy danh sách" not in text
    assert b'name="verdict"' not in answer.content
    assert not any(one.allowed for one in answer.context["steps"])


@pytest.mark.parametrize(
    ("person", "status"),
    [("stranger", 403), ("expired_deputy", 403), ("xa2", 404), ("far_tinh", 404), ("far_xa", 404)],
)
def test_outside_the_scope_there_is_nothing(
    setting: Campaigning, client_of: ClientOf, person: str, status: int
) -> None:
    assessment = make.received(setting)
    client = client_of(getattr(setting.land, person))
    for path in ("review/", "review/next/", "review/previous/", "paper/"):
        answer = client.get(f"/assessments/{assessment.pk}/{path}")
        assert answer.status_code == status, path
        assert "Đã thực hiện" not in answer.content.decode()


def test_the_interface_has_english_the_plan_stays_vietnamese(
    setting: Campaigning, client_of: ClientOf
) -> None:
    assessment = make.received(setting)
    with act("test"):
        User.objects.filter(pk=setting.land.tinh.pk).update(language="en")
    text = words(page(client_of(User.objects.get(pk=setting.land.tinh.pk)), assessment))
    assert "Mark for correction" in text
    assert "Tiêu chí thứ 1" in text


def test_large_keys_stay_keys(
    land: Land, client_of: ClientOf, as_owner: Callable[[], AbstractContextManager[None]]
) -> None:
    """Numbers that people read have dots between thousands; those of the page must not."""
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT setval('criteria_criterion_id_seq', last_value + 10000)"
            " FROM criteria_criterion_id_seq"
        )
    setting = make.campaigning(land)
    html = page(client_of(land.tinh), make.received(setting)).content.decode()
    keys = re.findall(r'(?:id|for|hx-target|aria-\w+)="([^"]*\d[^"]*)"', html)
    assert f"judging-{setting.criteria[0].pk}" in keys
    assert [key for key in keys if re.search(r"\d\.\d", key)] == []


# What changed since the last review


def returned_and_sent_again(setting: Campaigning) -> Assessment:
    """The first criterion was marked and answered anew, the second marked and left, and a file
    came to the third."""
    land, (first, second, third, _title) = setting.land, setting.criteria
    assessment = make.received(setting)
    for criterion, reason in ((first, "Chưa rõ"), (second, "Thiếu số liệu")):
        assessing.judge(assessment.pk, criterion.pk, land.tinh, verdict="to_correct", reason=reason)
    ASSESSMENT.perform("return", assessment.pk, land.tinh, reason="Xem từng tiêu chí")
    assessing.save_answer(
        assessment.pk, first.pk, land.xa, value={"value": "partly"}, note="Đã rõ", version=1
    )
    assessing.save_answer(
        assessment.pk, second.pk, land.xa, value={"value": "yes"}, note="Đã bổ sung", version=1
    )
    assessing.add_evidence(assessment.pk, third.pk, land.xa, upload("moi.pdf"))
    ASSESSMENT.perform("send", assessment.pk, land.xa)
    return ASSESSMENT.perform("receive", assessment.pk, land.tinh)


def test_what_changed_since_it_was_returned_is_marked(
    setting: Campaigning, client_of: ClientOf
) -> None:
    assessment = returned_and_sent_again(setting)
    answer = page(client_of(setting.land.tinh), assessment)
    with translation.override("vi"):
        revised = {
            card.criterion.code: (
                card.revised.asked,
                [(change.label, change.before, change.after) for change in card.revised.changes],
            )
            for card in answer.context["cards"]
            if card.revised
        }
    assert revised == {
        "X-1": (
            "Chưa rõ",
            [("Tự đánh giá", "Có", "Một phần"), ("Thuyết minh", "Đã thực hiện đầy đủ", "Đã rõ")],
        ),
        "X-2": ("Thiếu số liệu", [("Thuyết minh", "Đã thực hiện đầy đủ", "Đã bổ sung")]),
        "X-3": ("", [("Minh chứng", "", "moi.pdf")]),
    }


def test_before_a_second_sending_nothing_is_marked(setting: Campaigning) -> None:
    assessment = make.received(setting)
    form = form_of(assessment.criteria_set)
    assert history.revised(form, history.events_of(assessment)) == {}
    ASSESSMENT.perform("return", assessment.pk, setting.land.tinh, reason="Chưa rõ")
    assert history.revised(form, history.events_of(assessment)) == {}


def test_taken_back_and_sent_again_is_compared_with_the_sending_before(
    setting: Campaigning,
) -> None:
    land, first = setting.land, setting.criteria[0]
    assessment = make.sent(setting)
    ASSESSMENT.perform("take_back", assessment.pk, land.xa)
    assessing.save_answer(
        assessment.pk, first.pk, land.xa, value={"value": "no"}, note="Sửa", version=1
    )
    ASSESSMENT.perform("send", assessment.pk, land.xa)
    assessment.refresh_from_db()
    found = history.revised(form_of(assessment.criteria_set), history.events_of(assessment))
    assert {code: (one.asked, len(one.changes)) for code, one in found.items()} == {"X-1": ("", 2)}


# The neighbours in the list


def three_sent(land: Land, setting: Campaigning) -> list[Assessment]:
    """Three communes' assessments, sent, in the order of their names."""
    found = []
    for name in ("Xã An Bình", "Xã Bình Minh", "Xã Cầu Kè"):
        place = factories.place("commune", name, land.province)
        clerk = factories.user(f"canbo-{name}")
        factories.appoint(clerk, "commune_officer", place)
        assessment = assessing.begin(clerk, setting.round, place)
        for criterion in setting.criteria[:3]:
            assessing.save_answer(
                assessment.pk, criterion.pk, clerk, value={"value": "yes"}, note="", version=0
            )
        found.append(ASSESSMENT.perform("send", assessment.pk, clerk))
    return found


def to(client: Client, assessment: Assessment, way: str, query: str = "") -> str:
    """Where the way to a neighbour leads."""
    answer = client.get(f"/assessments/{assessment.pk}/review/{way}/{query}")
    return str(answer["Location"])


def test_next_and_previous_go_through_the_list_in_its_order(
    setting: Campaigning, client_of: ClientOf
) -> None:
    one, two, three = three_sent(setting.land, setting)
    client = client_of(setting.land.tinh)
    assert to(client, one, "next") == f"/assessments/{two.pk}/review/"
    assert to(client, one, "next", "?sort=-name") == "/assessments/?sort=-name"
    assert to(client, three, "next", "?sort=-name") == f"/assessments/{two.pk}/review/?sort=-name"
    assert to(client, two, "previous") == f"/assessments/{one.pk}/review/"
    assert to(client, three, "next") == "/assessments/"


@pytest.mark.parametrize("query", ["state=sent", "sort=state", ""])
def test_receiving_and_confirming_does_not_lose_ones_place(
    setting: Campaigning, client_of: ClientOf, query: str
) -> None:
    one, two, three = three_sent(setting.land, setting)
    client = client_of(setting.land.tinh)
    following = page(client, two, f"?{query}").context["query"]
    ASSESSMENT.perform("receive", two.pk, setting.land.tinh)
    again = page(client, two, f"?{following}").context["query"]
    assert again == following
    back = f"review/?round={setting.round.code}{'&' if query else ''}{query}"
    assert to(client, two, "next", f"?{again}") == f"/assessments/{three.pk}/{back}"
    assert to(client, two, "previous", f"?{again}") == f"/assessments/{one.pk}/{back}"


def test_the_end_of_the_list_is_said(setting: Campaigning, client_of: ClientOf) -> None:
    one, _two, three = three_sent(setting.land, setting)
    client = client_of(setting.land.tinh)
    end = client.get(f"/assessments/{three.pk}/review/next/?state=sent", follow=True)
    assert "Đây là bản tự đánh giá cuối cùng của danh sách." in words(end)
    end = client.get(f"/assessments/{one.pk}/review/previous/?state=sent", follow=True)
    assert "Đây là bản tự đánh giá đầu tiên của danh sách." in words(end)


@pytest.mark.parametrize(
    "query", ["?state=%00", "?sort=%27", "?round=9999999999999999999999", "?q=%00", "?was=junk"]
)
def test_junk_in_the_address_is_ignored(
    setting: Campaigning, client_of: ClientOf, query: str
) -> None:
    assessment = make.received(setting)
    client = client_of(setting.land.tinh)
    assert page(client, assessment, query).status_code == 200
    assert client.get(f"/assessments/{assessment.pk}/review/next/{query}").status_code == 302


# What it costs


@pytest.mark.parametrize(("criteria", "pieces"), [(1, 0), (2, 1), (10, 20)])
@pytest.mark.parametrize(("person", "queries"), [("tinh", 13), ("xem", 13)])
def test_the_number_of_queries_does_not_grow(
    land: Land,
    client_of: ClientOf,
    django_assert_num_queries: DjangoAssertNumQueries,
    criteria: int,
    pieces: int,
    person: str,
    queries: int,
) -> None:
    setting = make.campaigning(land, ({"kind": "attested"},) * criteria)
    assessment = make.answered(setting)
    attach(assessment, setting.criteria[0], land.xa, pieces)
    ASSESSMENT.perform("send", assessment.pk, land.xa)
    ASSESSMENT.perform("receive", assessment.pk, land.tinh)
    client = client_of(User.objects.get(pk=getattr(land, person).pk))
    with django_assert_num_queries(queries):
        answer = page(client, assessment)
    assert len(answer.context["cards"]) == criteria
    assert len(answer.content) < 100 * 1024
