"""The pages on which a new version of a criteria set is drafted."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from core import journal, periods
from criteria.drafting import writing
from criteria.models import CriteriaSet, Criterion, SetDraft, Title
from tests import criteria_factories as make
from tests import factories
from tests.criteria_factories import Campaigning
from units.models import UnitKind

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]
DAY = periods.today() + datetime.timedelta(days=3)


@pytest.fixture
def admins(setting: Campaigning) -> tuple[User, User]:
    people = factories.user("qttinh"), factories.user("qttinh2")
    for person in people:
        factories.appoint(person, "administrator", setting.land.province)
    return people


@pytest.fixture
def draft(setting: Campaigning, admins: tuple[User, User]) -> SetDraft:
    return writing.begin(admins[0], setting.criteria_set)


def of_set(draft: SetDraft, **more: Any) -> dict[str, Any]:
    """What the form of the whole set sends."""
    return {
        "seen": SetDraft.objects.get(pk=draft.pk).version,
        "name": "Tiêu chí cấp xã, bản mới",
        "first": f"{DAY:%d/%m/%Y}",
        "document": draft.criteria_set.document.code,
        "source": "000",
        "kind": "all_of",
        **more,
    }


def of_criterion(draft: SetDraft, **more: Any) -> dict[str, Any]:
    """What the form of a criterion sends beside its rule."""
    return {
        "seen": SetDraft.objects.get(pk=draft.pk).version,
        "code": "5",
        "wording": "Số lớp học",
        "quote": "Số lớp học",
        "source": "000",
        **more,
    }


def bands(*rows: tuple[str, str, str]) -> dict[str, str]:
    """Steps of a scale as they are typed: from, name, points."""
    sent = {"band-TOTAL_FORMS": f"{len(rows)}", "band-INITIAL_FORMS": "0"}
    for place, (least, label, points) in enumerate(rows):
        sent |= {f"band-{place}-min": least, f"band-{place}-label": label,
                 f"band-{place}-points": points}  # fmt: skip
    return sent


NONE = bands()


def test_a_version_is_drafted_and_published_by_two_people(
    setting: Campaigning, admins: tuple[User, User], client_of: ClientOf
) -> None:
    one, other = map(client_of, admins)
    assert "Lập bản nháp phiên bản tiếp theo" in one.get("/criteria/cap-xa/1/").content.decode()
    where = one.post("/criteria/cap-xa/1/draft/").headers["Location"]
    draft = SetDraft.objects.get()
    assert one.post(f"{where}set/", of_set(draft)).status_code == 302
    rule = {"rule-unit": "lớp", "rule-measure": "at_least", "rule-limit": "1.234,5", **NONE}
    sent = of_criterion(draft, **rule)
    assert one.post(f"{where}new/?kind=number", sent).status_code == 302
    assert draft.criteria_set.criteria.get(code="5").rule == {
        "kind": "number", "unit": "lớp", "whole": False, "at_least": "1234.5",
    }  # fmt: skip
    page = one.get(where)
    assert "≥ 1.234,5 lớp" in page.content.decode()
    assert page.context["findings"] == []
    step_of(one, page, "propose")
    assert "/criteria/drafts/" in other.get("/criteria/").content.decode()
    step_of(other, other.get(where), "publish")
    assert CriteriaSet.objects.published().filter(code="cap-xa", version=2).exists()
    assert other.get("/criteria/cap-xa/2/").context["drafts"] is True
    assert other.get("/criteria/cap-xa/1/").context["drafts"] is False


def step_of(client: Client, page: Any, name: str) -> None:
    """Take a step as its button on the page does."""
    (url,) = [step.url for step in page.context["steps"] if step.name == name]
    assert client.post(url).status_code == 302


BAD: list[tuple[str, dict[str, str], str, dict[str, str]]] = [
    (
        "number",
        {"rule-unit": "lớp", "rule-measure": "bands", **bands(("5", "A", ""), ("3", "B", ""))},
        "band-1-min",
        {"vi": "các bậc phải tăng dần: 3 đứng sau 5",
         "en": "bands must ascend: 3 follows 5"},
    ),
    (
        "number",
        {"rule-unit": "lớp", "rule-measure": "bands", **bands(("0", "A", "2"), ("3", "B", ""))},
        "band-1-min",
        {"vi": "hoặc mọi bậc đều có điểm, hoặc không bậc nào có",
         "en": "either every band has points or none has"},
    ),
    (
        "number",
        {"rule-unit": "lớp", "rule-measure": "at_least", "rule-limit": "1.5", **NONE},
        "rule-limit",
        {"vi": "“1.5”: hãy viết dấu phẩy trước phần thập phân, ví dụ 1.234,5.",
         "en": "“1.5”: write a comma before the decimals, as in 1.234,5."},
    ),
    (
        "share",
        {"rule-numerator": "người học", "rule-denominator": "Người học",
         "rule-measure": "at_least", "rule-limit": "70", **NONE},
        "rule-denominator",
        {"vi": "Tử số và mẫu số không thể là một.",
         "en": "A share is not counted among itself."},
    ),
    (
        "share",
        {"rule-numerator": "người học", "rule-denominator": "dân số",
         "rule-measure": "at_least", "rule-limit": "100,5", **NONE},
        "rule-limit",
        {"vi": "ngưỡng của tỷ lệ tính bằng phần trăm, không được quá 100",
         "en": "a threshold of a share is in percent and cannot exceed 100"},
    ),
    (
        "score",
        {"rule-max": "10", "rule-step": "1", "rule-floor": "10,5"},
        "rule-floor",
        {"vi": "điểm đạt 10,5 cao hơn điểm tối đa 10",
         "en": "floor 10,5 is above max 10"},
    ),
    (
        "at_least",
        {"rule-n": "2", "rule-of": "X-1"},
        "rule-n",
        {"vi": "yêu cầu đạt 2 nhưng chỉ chọn 1 tiêu chí",
         "en": "n is 2, but of names only 1 criteria"},
    ),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "rule", "field", "sentences"), BAD)
def test_what_cannot_be_is_said_where_it_was_typed_in_the_readers_language(
    draft: SetDraft,
    admins: tuple[User, User],
    client_of: ClientOf,
    kind: str,
    rule: dict[str, str],
    field: str,
    sentences: dict[str, str],
) -> None:
    for language, sentence in sentences.items():
        with journal.act("test"):
            User.objects.update(language=language)
        url = f"/criteria/drafts/{draft.pk}/new/?kind={kind}"
        page = client_of(admins[0]).post(url, of_criterion(draft, **rule))
        assert page.status_code == 422
        assert said_at(page, field) == [sentence]
    assert draft.criteria_set.criteria.count() == 4


def said_at(page: Any, field: str) -> list[str]:
    """What the page says at a field of the rule."""
    prefix, *place, name = field.split("-")
    form = page.context["rule_form"]
    if prefix == "band":
        form = form.bands.forms[int(place[0])]
    return list(form.errors.get(name, []))


def test_a_known_criterion_quotes_its_source(
    draft: SetDraft, admins: tuple[User, User], client_of: ClientOf
) -> None:
    url = f"/criteria/drafts/{draft.pk}/new/?kind=attested"
    page = client_of(admins[0]).post(url, of_criterion(draft, quote=""))
    assert list(page.context["form"].errors) == ["quote"]


def test_what_was_without_source_gets_one(
    setting: Campaigning, admins: tuple[User, User], client_of: ClientOf
) -> None:
    gap = make.commune_set(
        setting.land.province, setting.document, setting.source, (None,), code="xom",
        kind=UnitKind.HAMLET,
    )  # fmt: skip
    draft = writing.begin(admins[0], gap)
    browser = client_of(admins[0])
    entered = {"title": "Quyết định 5/QĐ", "url": "https://example.org/", "confidence": "found"}
    assert browser.post(f"/criteria/drafts/{draft.pk}/source/", entered).status_code == 302
    row = draft.criteria_set.criteria.get()
    source = f"soan-thao-{draft.pk}-1"
    sent = of_criterion(draft, code=row.code, source=source, quote="")
    url = f"/criteria/drafts/{draft.pk}/{row.pk}/?kind=attested"
    assert browser.post(url, sent).status_code == 302
    row.refresh_from_db()
    assert (row.status, row.source.code, row.confidence) == ("known", source, "found")


def test_two_people_do_not_overwrite_each_other_unseen(
    draft: SetDraft, admins: tuple[User, User], client_of: ClientOf
) -> None:
    url = f"/criteria/drafts/{draft.pk}/set/"
    mine = of_set(draft, name="Của tôi")
    assert client_of(admins[1]).post(url, of_set(draft)).status_code == 302
    page = client_of(admins[0]).post(url, mine)
    assert page.status_code == 409
    again = {**mine, "seen": page.context["form"]["seen"].value()}
    assert client_of(admins[0]).post(url, again).status_code == 302
    assert CriteriaSet.objects.get(pk=draft.criteria_set_id).name == "Của tôi"


def test_the_words_of_a_draft_are_not_read_by_way_of_its_source(
    draft: SetDraft, admins: tuple[User, User], setting: Campaigning, client_of: ClientOf
) -> None:
    row = draft.criteria_set.criteria.get(code="X-1")
    values = {"code": "X-1", "quote": "Lời chưa công bố", "wording": "Lời chưa công bố"}
    writing.put_criterion(admins[0], draft.pk, row.pk, values, draft.version)
    page = client_of(setting.land.xa).get(f"/plans/sources/000/?criterion={row.pk}")
    assert (page.status_code, page.context["quote"]) == (200, "")


@pytest.mark.parametrize("kind", [
    "attested", "number", "share", "holds_title", "share_holding_title", "score", "all_of",
    "at_least", "none",
])  # fmt: skip
def test_each_kind_of_rule_has_its_form(
    draft: SetDraft, admins: tuple[User, User], client_of: ClientOf, kind: str
) -> None:
    assert Title.objects.exists()
    page = client_of(admins[0]).get(f"/criteria/drafts/{draft.pk}/new/?kind={kind}")
    assert (page.status_code, page.context["rule_form"].kind) == (200, kind)


@pytest.mark.parametrize("many", [1, 3])
def test_the_number_of_queries_does_not_grow(
    draft: SetDraft, admins: tuple[User, User], client_of: ClientOf, many: int
) -> None:
    for row in Criterion.objects.filter(criteria_set=draft.criteria_set_id, order__gt=many):
        writing.remove(admins[0], draft.pk, row.pk)
    period = {"period": periods.between(DAY, None)}
    writing.change_set(admins[0], draft.pk, period, SetDraft.objects.get(pk=draft.pk).version)
    browser = client_of(admins[0])
    with CaptureQueriesContext(connection) as asked:
        assert browser.get(f"/criteria/drafts/{draft.pk}/").status_code == 200
    own = [q for q in asked.captured_queries if q["sql"].startswith("SELECT")]
    assert len(own) == 10
