"""What cannot be a rule is refused on the page, in words that say where: where it was typed, or on
the page of the draft, before anybody can put it forward."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from core import periods
from criteria import assessing
from criteria.answers import AnswerError
from criteria.drafting import writing
from criteria.models import Criterion, DraftState, SetDraft
from tests import criteria_factories as make
from tests.criteria.drafts import LATER, administrator, changed, now, published, put
from tests.criteria_factories import Campaigning
from units.models import UnitKind

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]


@pytest.fixture
def keeper(setting: Campaigning) -> User:
    return administrator("qttinh", setting.land.province)


@pytest.fixture
def draft(setting: Campaigning, keeper: User) -> SetDraft:
    return changed(writing.begin(keeper, setting.criteria_set), keeper)


def bands(*rows: tuple[str, str]) -> dict[str, str]:
    """Steps of a scale as they are typed: from, name."""
    sent = {"band-TOTAL_FORMS": f"{len(rows)}", "band-INITIAL_FORMS": "0"}
    for place, (least, label) in enumerate(rows):
        sent |= {f"band-{place}-min": least, f"band-{place}-label": label}
    return sent


def typed(draft: SetDraft, code: str, rule: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "seen": now(draft).version,
        "code": code,
        "wording": "Số lớp học",
        "quote": "Số lớp học",
        "source": "000",
        **rule,
    }


SHARE = {"rule-numerator": "hộ học tập", "rule-denominator": "số hộ"}
AT_THE_FIELD: dict[str, tuple[str, dict[str, Any], str, str]] = {
    "threshold of a share above 100": (
        "share",
        {**SHARE, "rule-measure": "at_least", "rule-limit": "101", **bands()},
        "rule-limit",
        "ngưỡng của tỷ lệ tính bằng phần trăm, không được quá 100",
    ),
    "floor above the most points": (
        "score",
        {"rule-max": "10", "rule-step": "1", "rule-floor": "11"},
        "rule-floor",
        "điểm đạt 11 cao hơn điểm tối đa 10",
    ),
    "bands that overlap": (
        "number",
        {"rule-unit": "lớp", "rule-measure": "bands", **bands(("0", "A"), ("5", "B"), ("5", "C"))},
        "band-2-min",
        "các bậc phải tăng dần: 5 đứng sau 5",
    ),
    "bands with a gap": (
        "number",
        {"rule-unit": "lớp", "rule-measure": "bands", **bands(("0", "A"), ("", "B"), ("9", "C"))},
        "band-1-min",
        "Nhập một số.",
    ),
}


@pytest.mark.parametrize("case", AT_THE_FIELD)
def test_it_is_said_at_the_field(
    draft: SetDraft, keeper: User, client_of: ClientOf, case: str
) -> None:
    kind, rule, field, sentence = AT_THE_FIELD[case]
    url = f"/criteria/drafts/{draft.pk}/new/?kind={kind}"
    page = client_of(keeper).post(url, typed(draft, "9", rule))
    assert page.status_code == 422
    form, (prefix, *place, name) = page.context["rule_form"], field.split("-")
    if prefix == "band":
        form = form.bands.forms[int(place[0])]
    assert list(form.errors[name]) == [sentence]
    assert sentence in page.content.decode()
    assert not draft.criteria_set.criteria.filter(code="9").exists()


def refused(draft: SetDraft, keeper: User, client_of: ClientOf) -> list[tuple[str, str]]:
    """What the page of the draft says, and where; nothing can be put forward."""
    browser, url = client_of(keeper), f"/criteria/drafts/{draft.pk}/"
    page = browser.get(url)
    (propose,) = [step for step in page.context["steps"] if step.name == "propose"]
    answer = browser.post(propose.url)
    assert answer.status_code in (409, 422)
    assert now(draft).state == DraftState.DRAFT
    for finding in page.context["findings"]:
        assert finding.text in page.content.decode()
    return [(finding.article, finding.text) for finding in page.context["findings"]]


def test_a_rule_that_reaches_itself(draft: SetDraft, keeper: User, client_of: ClientOf) -> None:
    browser = client_of(keeper)
    for code, other in (("X-1", "X-2"), ("X-2", "X-1")):
        row = draft.criteria_set.criteria.get(code=code)
        url = f"/criteria/drafts/{draft.pk}/{row.pk}/?kind=all_of"
        assert browser.post(url, typed(draft, code, {"rule-of": [other]})).status_code == 302
    assert refused(draft, keeper, client_of) == [
        ("tiêu chí X-1", "các tiêu chí kết hợp lẫn nhau thành vòng tròn: X-1 → X-2 → X-1")
    ]


def test_versions_that_overlap(
    setting: Campaigning, draft: SetDraft, keeper: User, client_of: ClientOf
) -> None:
    """The version before begins on a later day than the draft would."""
    other = administrator("qttinh2", setting.land.province)
    next_one = writing.begin(keeper, published(draft, keeper, other))
    put(next_one, keeper, "X-1", wording="Cách nói khác")
    changed(next_one, keeper, LATER - periods.ONE_DAY)
    ((article, text),) = refused(next_one, keeper, client_of)
    assert article == "cả bộ"
    assert text.startswith("Kỳ hiệu lực của hai phiên bản chồng nhau")


def test_two_sets_for_one_unit_and_day(
    setting: Campaigning, draft: SetDraft, keeper: User, client_of: ClientOf
) -> None:
    make.commune_set(
        setting.land.province, setting.document, setting.source, code="khac",
        period=periods.between(LATER, None),
    )  # fmt: skip
    ((_article, text),) = refused(draft, keeper, client_of)
    assert text.startswith("Sẽ có hai bộ tiêu chí áp dụng cho cùng một đơn vị")


def test_what_is_not_configured_and_required(
    draft: SetDraft, keeper: User, client_of: ClientOf
) -> None:
    """A criterion that no source gives, in a set that asked it not before."""
    url = f"/criteria/drafts/{draft.pk}/new/?kind=none"
    sent = {**typed(draft, "9", {}), "unsourced": "on", "quote": ""}
    assert client_of(keeper).post(url, sent).status_code == 302
    ((article, text),) = refused(draft, keeper, client_of)
    assert article == "tiêu chí 9"
    assert text.startswith("Chưa có nguồn")


@pytest.mark.parametrize(
    ("value", "field", "sentence"),
    [
        ({"numerator": "7", "denominator": "5"}, "numerator", "7 lớn hơn tổng số 5."),
        (
            {"numerator": "-1", "denominator": "5"},
            "numerator",
            "Số ở đây không được nhỏ hơn 0.",
        ),
    ],
)
def test_a_share_that_cannot_be(
    setting: Campaigning, value: dict[str, str], field: str, sentence: str
) -> None:
    with pytest.raises(AnswerError) as found:
        answer_share(setting, value)
    assert found.value.errors == {field: sentence}


def test_a_share_of_nothing_is_no_share(setting: Campaigning) -> None:
    answer = answer_share(setting, {"numerator": "0", "denominator": "0"})
    result = answer.assessment.result
    assert result["criteria"]["X-1"]["status"] == "inconclusive"


def answer_share(setting: Campaigning, value: dict[str, str]) -> Any:
    """The commune answers the only criterion, a share."""
    share = {"kind": "share", "numerator": "a", "denominator": "b", "at_least": "50"}
    make.end(setting.criteria_set, periods.Day(2000, 1, 1))
    made = make.commune_set(
        setting.land.province, setting.document, setting.source, (share,), code="ty-le",
        period=periods.between(periods.Day(2000, 1, 2), None), kind=UnitKind.COMMUNE,
    )  # fmt: skip
    assessment = assessing.begin(setting.land.xa, setting.round, setting.land.commune)
    criterion = Criterion.objects.get(criteria_set=made)
    return assessing.save_answer(
        assessment.pk, criterion.pk, setting.land.xa, value=value, note="", version=0
    )
