"""What the components say, apart from how they look."""

import datetime
from typing import Any

import pytest
import time_machine
from django.core.paginator import Paginator
from django.template import Context, Template
from django.test import RequestFactory
from django.urls import NoReverseMatch
from django.utils import translation

from core.presentation import Finding, OthersValue, SaveState
from tests.factories import Land

SATURDAY = datetime.date(2026, 11, 21)


def shown(source: str, address: str = "/", **context: Any) -> str:
    """The text of a template over `context`, its white space as a browser shows it."""
    request = RequestFactory().get(address)
    template = Template("{% load components %}" + source)
    with translation.override("vi"):
        return " ".join(template.render(Context({"request": request, **context})).split())


@pytest.mark.parametrize(
    ("days", "done", "said"),
    [
        (12, False, "còn 12 ngày"),
        (1, False, "còn 1 ngày"),
        (0, False, "hôm nay là ngày cuối"),
        (-3, False, "quá hạn 3 ngày"),
    ],
)
@time_machine.travel("2026-11-21 10:00 +0700", tick=False)
def test_a_deadline_says_how_many_days(days: int, done: bool, said: str) -> None:
    day = SATURDAY + datetime.timedelta(days=days)
    html = shown("{% deadline day done %}", day=day, done=done)
    assert said in html
    assert f'datetime="{day.isoformat()}"' in html


@time_machine.travel("2026-11-21 10:00 +0700", tick=False)
def test_a_deadline_that_was_met_is_only_a_day() -> None:
    html = shown("{% deadline day done=True %}", day=datetime.date(2026, 11, 1))
    assert "quá hạn" not in html
    assert "01/11/2026" in html


LONG = "\n".join(f"Dòng thứ {n}" for n in range(1, 10))


@pytest.mark.parametrize("text", [LONG, "chữ " * 200], ids=["lines", "one line"])
def test_a_long_text_is_folded_and_stands_whole_in_the_page(text: str) -> None:
    html = shown("{{ text|folded }}", text=text)
    assert html.count("<details>") == 1
    assert "Xem toàn bộ" in html
    assert f'<div class="folded-text">{" ".join(text.split())}' in html


@pytest.mark.parametrize("text", ["", "Ngắn gọn", "\n".join("12345678"), 7, "x" * 700])
def test_a_short_text_stays_as_it_is(text: object) -> None:
    assert shown("{{ text|folded }}", text=text) == " ".join(str(text).split())


def test_the_head_of_a_table_aligns_its_numbers() -> None:
    assert shown('{% heads "Năm" "Số" nguồn numeric="1 2" %}', nguồn="<b>") == (
        '<thead><tr><th scope="col" class="number">Năm</th><th scope="col" class="number">Số</th>'
        '<th scope="col">&lt;b&gt;</th></tr></thead>'
    )


def test_nothing_to_count_shows_nothing() -> None:
    assert shown("{% state_counts counts 'x' %}", counts=[]) == ""


def test_a_folded_text_is_no_html() -> None:
    html = shown("{{ text|folded }}", text="<b>\n" * 10)
    assert html.count("<b>") == 0
    assert html.count("&lt;b&gt;") == 10


def test_a_misspelt_page_of_the_navigation_is_not_hidden() -> None:
    with pytest.raises(NoReverseMatch, match="unit"):
        shown('{% load shell %}{% nav_entry "unit:index" "Đơn vị" "building" %}')


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("person", "said"),
    [("xa", '<a href="/submissions/">Tờ trình</a>'), ("stranger", "Tờ trình")],
)
def test_a_list_that_is_not_for_the_reader_is_named_without_a_link(
    land: Land, person: str, said: str
) -> None:
    request = RequestFactory().get("/")
    request.user = getattr(land, person)
    source = '{% load shell %}{% crumb "submissions:index" "Tờ trình" "nomination.list" %}'
    html = Template(source).render(Context({"request": request}))
    assert html == f'<li class="breadcrumb-item">{said}</li>'


def test_no_deadline_is_said() -> None:
    assert "chưa cấu hình hạn" in shown("{% deadline day %}", day=None)


def test_an_unknown_state_is_shown_in_neutral() -> None:
    assert "tone-neutral" in shown('{% status "never heard of" "lạ" %}')


def test_a_step_that_is_not_allowed_says_why_and_posts_nothing() -> None:
    html = shown('{% action "Gửi" "/send/" False "Còn 2 điểm." %}')
    assert "<form" not in html
    assert 'aria-disabled="true" aria-describedby="action-send-why"' in html
    assert '<span id="action-send-why">Còn 2 điểm.</span>' in html


def test_a_step_that_asks_keeps_what_was_typed_beside_the_error() -> None:
    source = '{% action "Trả" "/return/" ask_reason=True text=text error="Ngắn quá." %}'
    html = shown(source, text="vì <b>")
    assert '<details class="step" data-dismissable open>' in html
    assert "vì &lt;b&gt;</textarea>" in html
    assert 'aria-describedby="action-return-error"' in html


def test_sorting_turns_round_and_keeps_the_filters_but_not_the_page() -> None:
    source = '{% sort_heading "name" "Tên" %}'
    assert 'href="?state=sent&amp;sort=name"' in shown(source, "/?state=sent&page=4")
    html = shown(source, "/?state=sent&sort=name")
    assert 'aria-sort="ascending"' in html
    assert 'href="?state=sent&amp;sort=-name"' in html
    assert 'aria-sort="descending"' in shown(source, "/?sort=-name")
    assert "aria-sort" not in shown(source, "/?sort=state")


def test_pages_keep_filters_and_order() -> None:
    page = Paginator(range(1, 246), 50).get_page(2)
    html = shown("{% pagination page %}", "/?state=sent&sort=-name&page=2", page=page)
    assert "51–100 trong tổng số 245" in html
    assert 'rel="next" href="?state=sent&amp;sort=-name&amp;page=3"' in html
    assert '<span aria-current="page">2</span>' in html


def test_findings_come_with_those_that_block_first() -> None:
    found = [Finding("vàng", blocks=False, article="Điều 4"), Finding("đỏ", blocks=True, url="#c1")]
    html = shown("{% findings found %}", found=found)
    assert html.index("1 điểm phải sửa trước") < html.index("đỏ") < html.index("vàng")
    assert '<a href="#c1">đỏ</a>' in html
    assert "Điều 4" in html


def test_no_finding_is_good_news() -> None:
    assert "Không có điểm nào phải sửa" in shown("{% findings found %}", found=[])


def test_a_quote_is_vietnamese_in_every_language() -> None:
    with translation.override("en"):
        html = shown('{% quote "Xã hội" "Kế hoạch 26" "/plans/1/" %}')
    assert '<blockquote lang="vi"><p>Xã hội</p></blockquote>' in html
    assert '<a href="/plans/1/" lang="vi">Kế hoạch 26</a>' in html


def test_facts_show_zero_and_say_nothing_as_a_dash() -> None:
    assert shown("{% facts rows %}", rows=[("a", 0), ("b", "")]) == (
        '<dl class="facts"> <dt>a</dt><dd>0</dd><dt>b</dt><dd>–</dd> </dl>'
    )


def test_a_saving_is_put_in_its_place_and_names_its_version() -> None:
    at = datetime.datetime(2026, 11, 21, 7, 2, tzinfo=datetime.UTC)
    html = shown("{% saved state %}", state=SaveState("17", 1234, at))
    assert 'id="answer-17-save" data-state="saved" hx-swap-oob="true"' in html
    assert 'name="version" value="1234"' in html
    assert "Đã lưu lúc 14:02" in html


def test_a_conflict_hands_over_every_value_of_the_other() -> None:
    theirs = OthersValue("17", 3, {"number": 5, "way": ["a", "b"]}, (("Số", "5"),), "Lãnh")
    state = SaveState("17", 3, mine=(("Số", "7"),), theirs=theirs)
    html = shown("{% saved state %}", state=state)
    assert 'data-state="conflict"' in html
    assert (
        '<data data-name="number" value="5"></data><data data-name="way" value="a"></data>'
        '<data data-name="way" value="b"></data>'
    ) in html
    assert "Lãnh đã sửa mục này." in html
