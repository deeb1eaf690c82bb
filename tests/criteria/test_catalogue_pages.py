"""The catalogue of criteria: every set, every criterion word for word, each rule read aloud."""

import html
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from campaign.models import Confidence
from core import journal
from criteria import rule_texts, rules
from criteria.models import CriteriaSet, Criterion
from tests import criteria_factories as make
from tests import factories, loaded_plans
from tests.browser import (
    OFFICE,
    TELEPHONE,
    PageAs,
    assert_accessible,
    browser_type_launch_args,  # noqa: F401
    page_as,  # noqa: F401
)
from tests.criteria_factories import Campaigning
from tests.factories import Land

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User], Client]


def text_of(answer: Any) -> str:
    """What a page says, white space aside."""
    words = re.sub(r"<[^>]+>", "", answer.content.decode())
    return " ".join(html.unescape(words).split())


# Rules in words

TITLES = {"hoc-tap": "“Cộng đồng học tập” cấp xã"}
KINDS = {"hamlet": "thôn, ấp"}
BANDS = [
    {"min": 0, "label": "Yếu", "points": 0, "met": False},
    {"min": 50, "label": "Khá", "points": 5},
]


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (
            {"kind": "attested"},
            [
                "Trả lời: Có / Một phần / Không, kèm thuyết minh; có người thẩm định.",
                "Đạt khi được thẩm định là “Có”.",
            ],
        ),
        (
            {"kind": "attested", "partly_is_enough": True},
            [
                "Trả lời: Có / Một phần / Không, kèm thuyết minh; có người thẩm định.",
                "Đạt khi được thẩm định là “Có” hoặc “Một phần”.",
            ],
        ),
        (
            {"kind": "number", "unit": "tin bài", "at_least": 12},
            ["Số: tin bài.", "Đạt khi ≥ 12 tin bài."],
        ),
        (
            {"kind": "number", "unit": "vụ", "whole": True, "at_most": "1234.5"},
            ["Số nguyên: vụ.", "Đạt khi ≤ 1.234,5 vụ."],
        ),
        (
            {"kind": "share", "numerator": "đạt", "denominator": "thành viên", "at_least": 90},
            ["Tỷ lệ phần trăm: đạt, trên tổng số thành viên.", "Đạt khi ≥ 90 %."],
        ),
        (
            {"kind": "share", "numerator": "a", "denominator": "b", "bands": BANDS},
            [
                "Tỷ lệ phần trăm: a, trên tổng số b.",
                "≥ 0 %: Yếu, 0 điểm, không đạt.",
                "≥ 50 %: Khá, 5 điểm.",
            ],
        ),
        (
            {"kind": "holds_title", "title": "hoc-tap"},
            ["Đạt khi đơn vị giữ danh hiệu “Cộng đồng học tập” cấp xã vào ngày chốt số liệu."],
        ),
        (
            {"kind": "holds_title", "title": "khac", "grade": 2, "of": "member",
             "on": "decision_day"},
            [
                (
                    "Đạt khi một thành viên của đơn vị giữ danh hiệu khac, mức độ 2 trở lên "
                    "vào ngày ra quyết định."
                )
            ],
        ),
        (
            {"kind": "share_holding_title", "title": "hoc-tap", "unit_kind": "hamlet",
             "denominator_indicator": "thon", "at_least": 70},
            [
                "Tỷ lệ giữ danh hiệu “Cộng đồng học tập” cấp xã trên tổng số: thôn, ấp.",
                "Đạt khi ≥ 70 %.",
            ],
        ),
        (
            {"kind": "score", "max": 10, "floor": 5},
            ["Từ 0 đến 10 điểm, mỗi bước 1 điểm.", "Đạt khi từ 5 điểm."],
        ),
        ({"kind": "score", "max": 10}, ["Từ 0 đến 10 điểm, mỗi bước 1 điểm."]),
        ({"kind": "all_of", "of": ["1", "2"]}, ["Đạt khi tất cả tiêu chí sau đạt: 1, 2."]),
        (
            {"kind": "at_least", "n": 1, "of": ["1", "2"]},
            ["Đạt khi ít nhất 1 trong các tiêu chí sau đạt: 1, 2."],
        ),
    ],
)  # fmt: skip
def test_a_rule_is_read_aloud(rule: dict[str, Any], words: list[str]) -> None:
    assert rule_texts.describe(rules.parse(rule), TITLES, KINDS) == words


def test_what_no_source_gives_is_said() -> None:
    assert rule_texts.describe(None, {}, {}) == ["Chưa có nguồn nêu yêu cầu: chưa thể kết luận."]


def spec(code: str, rule: dict[str, Any] | None, sourced: bool = True) -> rules.CriterionSpec:
    return rules.CriterionSpec(code, rules.parse(rule) if rule else None, sourced=sourced)


ATTESTED = {"kind": "attested"}
SCORE = {"kind": "score", "max": 10, "floor": 5}


@pytest.mark.parametrize(
    ("rule", "criteria", "words"),
    [
        ({"kind": "all_of"}, [spec("1", ATTESTED)], ["Đạt khi tiêu chí duy nhất của bộ đạt."]),
        (
            {"kind": "all_of"},
            [spec("1", ATTESTED), spec("2", None, False)],
            [
                "Đạt khi cả 2 tiêu chí đều đạt.",
                (
                    "1 tiêu chí chưa có nguồn: có thể điền bộ tiêu chí, nhưng chưa thể kết luận "
                    "kết quả."
                ),
            ],
        ),
        (
            {"kind": "at_least", "n": 1},
            [spec("1", ATTESTED), spec("2", ATTESTED)],
            ["Đạt khi ít nhất 1 trong 2 tiêu chí đạt."],
        ),
        (
            {"kind": "score_total", "total": 80, "relaxed": {"fact": "vung-kho-khan", "total": 70}},
            [spec("1", SCORE), spec("2", SCORE)],
            [
                "Đạt khi tổng ≥ 80 điểm và không chỉ số nào dưới 5.",
                "≥ 70 điểm ở: vùng sâu, vùng xa, vùng đặc biệt khó khăn, vùng dân tộc thiểu số.",
            ],
        ),
        (
            {"kind": "score_total", "total": 8},
            [spec("1", SCORE), spec("2", {**SCORE, "floor": 4})],
            ["Đạt khi tổng ≥ 8 điểm và không chỉ số nào dưới mức tối thiểu."],
        ),
        (
            {"kind": "score_total", "total": 8},
            [spec("1", {"kind": "score", "max": 10})],
            ["Đạt khi tổng ≥ 8 điểm."],
        ),
    ],
)  # fmt: skip
def test_the_rule_of_a_set_is_read_aloud(
    rule: dict[str, Any], criteria: list[rules.CriterionSpec], words: list[str]
) -> None:
    assert rule_texts.describe_set(rules.parse_set(rule), criteria) == words


# The pages over the plans of the project


@pytest.fixture
def reader(land: Land, client_of: ClientOf) -> Client:
    """An officer of a commune, with the plans loaded."""
    loaded_plans.load(land)
    return client_of(land.xa)


def shown(answer: Any) -> list[str]:
    """Codes of the sets on the page."""
    return [row.criteria_set.code for group in answer.context["groups"] for row in group.rows]


def test_every_set_is_in_the_catalogue_with_what_is_known(reader: Client) -> None:
    answer = reader.get("/criteria/")
    assert sorted(shown(answer)) == sorted(CriteriaSet.objects.values_list("code", flat=True))
    for group in answer.context["groups"]:
        for row in group.rows:
            criteria = row.criteria_set.criteria.all()
            unknown = [one for one in criteria if one.status == Criterion.Status.NO_SOURCE]
            assert (row.known, row.unknown) == (len(criteria) - len(unknown), len(unknown))
    assert len(answer.content) < 100 * 1024


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", 33),
        ("kind=commune", 4),
        ("title=cong-dong-hoc-tap-xa", 2),
        ("document=ke-hoach-21-tra-vinh", 9),
        ("document=ke-hoach-21-tra-vinh&kind=commune", 1),
        ("kind=country", 33),  # no set is for it, so it cannot be chosen
        ("kind=%00&title=x&document=" + "9" * 50, 33),
    ],
)
def test_filters(reader: Client, query: str, count: int) -> None:
    assert len(shown(reader.get(f"/criteria/?{query}"))) == count


def test_every_criterion_is_on_the_page_of_its_set(reader: Client) -> None:
    for one in CriteriaSet.objects.prefetch_related("criteria__source"):
        answer = reader.get(f"/criteria/{one.code}/{one.version}/")
        page = text_of(answer)
        for criterion in one.criteria.all():
            quote, wording = (
                " ".join(text.split()) for text in (criterion.quote, criterion.wording)
            )
            assert wording in page
            assert quote.removeprefix("- ").casefold() in page.casefold()
            assert f"/plans/sources/{criterion.source.code}/" in answer.content.decode()
        assert page.count("Chưa có nguồn nêu yêu cầu") == sum(
            1 for criterion in one.criteria.all() if not criterion.rule
        )
        assert len(answer.content) < 100 * 1024


def test_the_page_says_in_force_who_decided_and_how_well_it_is_known(reader: Client) -> None:
    page = text_of(reader.get("/criteria/tra-vinh-cap-xa/1/"))
    for words in (
        "đang có hiệu lực", "18/03/2024 – 31/12/2030", "Chưa có nguồn nêu văn bản thay thế",
        "Tỉnh Trà Vinh", "Đạt khi cả 4 tiêu chí đều đạt.",
    ):  # fmt: skip
        assert words in page
    assert str(Confidence.FOUND.label) in text_of(reader.get("/criteria/cong-dan-hoc-tap/1/"))


@pytest.mark.parametrize(
    "path", ["tra-vinh-cap-xa/2/", f"tra-vinh-cap-xa/{10**30}/", "junk/1/", "tra-vinh-cap-xa/x/"]
)
def test_what_is_not_there_is_not_found(reader: Client, path: str) -> None:
    assert reader.get(f"/criteria/{path}").status_code == 404


@pytest.mark.parametrize("person", ["xa", "tinh", "stranger", "expired_deputy"])
def test_anybody_signed_in_may_read_and_nobody_else(
    setting: Campaigning, client: Client, client_of: ClientOf, person: str
) -> None:
    signed_in = client_of(getattr(setting.land, person))
    for path in ("/criteria/", "/criteria/cap-xa/1/"):
        assert signed_in.get(path).status_code == 200
        assert client.get(path).status_code == 302


# Which set applies


def own(answer: Any) -> list[tuple[str, str | None]]:
    return [
        (one.placement.name, one.found.criteria_set and one.found.criteria_set.code)
        for one in answer.context["own"]
    ]


@pytest.mark.parametrize(
    ("person", "expected"),
    [
        ("xa", [("Xã Đại An", "cap-xa")]),
        ("far_xa", [("Xã Mỹ Thọ", None)]),
        ("tinh", [("Sở Nội vụ tỉnh Vĩnh Long", None)]),
        ("stranger", []),
        ("expired_deputy", []),
    ],
)
def test_each_sees_which_set_applies_to_the_own_units(
    setting: Campaigning,
    client_of: ClientOf,
    person: str,
    expected: list[tuple[str, str | None]],
) -> None:
    browser = client_of(getattr(setting.land, person))
    assert own(browser.get("/criteria/")) == expected
    applies = [name for name, code in expected if code]
    assert [
        one.placement.name for one in browser.get("/criteria/cap-xa/1/").context["own"]
    ] == applies


def test_contradicting_sets_are_said(setting: Campaigning, client_of: ClientOf) -> None:
    make.commune_set(setting.land.province, setting.document, setting.source, code="cap-xa-khac")
    page = text_of(client_of(setting.land.xa).get("/criteria/"))
    assert "các bộ tiêu chí mâu thuẫn" in page


def test_a_set_that_is_not_published_is_nobodys(setting: Campaigning, client_of: ClientOf) -> None:
    with journal.act("test"):
        CriteriaSet.objects.create(
            code="nhap", name="Nháp", purpose="emulation", subject_kinds=["commune"],
            period=factories.ALWAYS, document=setting.document, source=setting.source,
            rule={"kind": "all_of"},
        )  # fmt: skip
    browser = client_of(setting.land.xa)
    assert shown(browser.get("/criteria/")) == ["cap-xa"]
    assert browser.get("/criteria/nhap/1/").status_code == 404


@pytest.mark.parametrize("many", [1, 3])
@pytest.mark.parametrize(("person", "queries"), [("xa", (10, 12)), ("tinh", (9, 11))])
def test_the_number_of_queries_does_not_grow(
    setting: Campaigning,
    client_of: ClientOf,
    many: int,
    person: str,
    queries: tuple[int, int],
) -> None:
    for number in range(1, many):
        make.commune_set(
            setting.land.other_province, setting.document, setting.source, code=f"bo-{number}"
        )
    browser = client_of(getattr(setting.land, person))
    counted = []
    for path in ("/criteria/", "/criteria/cap-xa/1/"):
        browser.get(path)
        with CaptureQueriesContext(connection) as captured:
            browser.get(path)
        counted.append(len(captured))
    assert tuple(counted) == queries


@pytest.mark.django_db(transaction=True)
def test_every_page_is_accessible(land: Land, page_as: PageAs) -> None:  # noqa: F811
    loaded_plans.load(land)
    for size in (OFFICE, TELEPHONE):
        page = page_as(land.xa, size)
        for path in (
            "/criteria/", "/criteria/?kind=school", "/criteria/tra-vinh-cap-xa/1/",
            "/criteria/don-vi-hoc-tap-huyen-muc-1/1/", "/criteria/cong-dan-hoc-tap/1/",
        ):  # fmt: skip
            page.goto(path)
            assert_accessible(page)
            assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
