"""The book of commendations as a list: whose it is, by year and by words, with its links."""

from typing import Any
from urllib.parse import unquote

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from awards.certificates import book, making
from awards.deciding import revoking
from awards.models import Certificate, Decision
from core import jobs, veiled
from tests import award_factories as af
from tests.awards import deciding as make
from tests.awards.deciding import Deciding
from tests.browser import OFFICE, TELEPHONE, PageAs, assert_accessible
from tests.factories import signed_in

pytestmark = pytest.mark.django_db

URL = "/decisions/book/"
QUERIES = 11


@pytest.fixture
def there() -> Deciding:
    return make.deciding()


def certified(there: Deciding, *nominations: Any) -> Decision:
    decision = make.published(there, *nominations)
    jobs.run(making.order(there.vanthu, decision).pk)
    return decision


def listed(there: Deciding, **query: str) -> list[str]:
    """The names on the page."""
    answer = signed_in(there.vanthu).get(URL, query)
    assert answer.status_code == 200
    return [one.name for one in answer.context["page"]] if "page" in answer.context else []


def found(there: Deciding, words: str) -> list[str]:
    """The names on the page to which a search leads."""
    client = signed_in(there.vanthu)
    answer = client.post(URL, {"words": words}, follow=True)
    address = answer.redirect_chain[0][0]
    assert len(words) < 5 or words not in unquote(address)
    return [one.name for one in answer.context["page"]]


def both(there: Deciding) -> Decision:
    return certified(there, make.appraised(there), make.appraised(there, af.household(there.made)))


def test_each_line_leads_to_its_decision_and_its_commendation(there: Deciding) -> None:
    decision = both(there)
    page = signed_in(there.vanthu).get(URL).content.decode()
    detail = reverse("decisions:detail", args=[decision.pk])
    shown = signed_in(there.vanthu).get(detail).content.decode()
    for one in Certificate.objects.select_related("award"):
        for part in (
            f"{one.entry:02d}/{one.year}",
            one.name,
            one.serial,
            decision.reference,
            f'href="{detail}#line-{one.award.order}"',
        ):
            assert part in page
        assert f'id="line-{one.award.order}"' in shown
    year = decision.year
    assert f"book/paper/?unit={decision.issuer_id}&amp;year={year}" in page


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("Văn Kín", ["Hộ gia đình Trần Văn Kín"]),
        ("TRẦN văn", ["Hộ gia đình Trần Văn Kín"]),
        ("ấp giồng", ["Ấp Giồng Lớn"]),
        ("05/QĐ-UBND", ["Ấp Giồng Lớn", "Hộ gia đình Trần Văn Kín"]),
        ("qđ-ub", ["Ấp Giồng Lớn", "Hộ gia đình Trần Văn Kín"]),
        ("06/QĐ-UBND", []),
        ("2", ["Hộ gia đình Trần Văn Kín"]),
        ("Nguyễn", []),
        ("%", []),
        ("", ["Ấp Giồng Lớn", "Hộ gia đình Trần Văn Kín"]),
    ],
)
def test_a_line_is_found_by_name_number_or_decision(
    there: Deciding, words: str, expected: list[str]
) -> None:
    both(there)
    assert found(there, words) == expected


def test_a_line_is_found_by_its_serial_and_its_number_in_the_year(there: Deciding) -> None:
    both(there)
    second = Certificate.objects.get(entry=2)
    assert found(there, second.serial) == [second.name]
    assert found(there, f"02/{second.year}") == [second.name]


def test_years_and_words_keep_to_each_other(there: Deciding) -> None:
    decision = both(there)
    year = str(decision.year)
    assert len(listed(there, year=year)) == 2
    assert len(listed(there, year="1999")) == 2  # no such year: junk is ignored
    words = veiled.veil("Trần")
    assert listed(there, year=year, w=words) == ["Hộ gia đình Trần Văn Kín"]
    answer = signed_in(there.vanthu).post(f"{URL}?year={year}&page=3", {"words": "Trần"})
    assert answer["Location"].startswith(f"{URL}?year={year}&w=")
    assert "page" not in answer["Location"]


def test_what_became_of_a_line_stands_beside_it(there: Deciding) -> None:
    decision = both(there)
    first, second = Certificate.objects.order_by("entry")
    making.replace(there.vanthu, decision, first.award_id, "Bị mất")
    revoking.revoke_line(there.leader, second.award_id, make.DOCUMENT, make.REASON)
    rows = {one.entry: one.remark for one in book.rows(first.issuer_id)}
    assert rows[1] == "Đã thay bằng số 03"
    assert rows[2].startswith("Thu hồi ngày ")
    assert rows[3] == ""


def test_nobody_reads_the_book_of_another_issuer(there: Deciding) -> None:
    decision = both(there)
    other = signed_in(there.leader).get(URL, {"unit": str(decision.issuer_id)})
    assert other.status_code == 403
    assert listed(there, unit="999999") == listed(there)  # only the own book is offered
    assert [one.unit_id for one in book.issuers(there.vanthu)] == [decision.issuer_id]
    assert book.issuers(there.leader) == []


def test_it_asks_as_much_with_three_lines_as_with_one(
    there: Deciding, django_assert_num_queries: Any
) -> None:
    client = signed_in(there.vanthu)
    certified(there, make.appraised(there))
    client.get(URL)  # the banner of the demonstration is asked for once a minute
    with django_assert_num_queries(QUERIES):
        client.get(URL)
    decision = Decision.objects.get()
    for _time in range(2):
        award = decision.awards.get()
        making.replace(there.vanthu, decision, award.pk, "Bị mất")
    with django_assert_num_queries(QUERIES):
        assert len(client.get(URL).context["page"]) == 3


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("size", [OFFICE, TELEPHONE], ids=["office", "telephone"])
def test_a_registrar_looks_for_a_line(page_as: PageAs, size: tuple[int, int]) -> None:
    there = make.deciding()
    both(there)
    registrar = page_as(there.vanthu, size)
    registrar.goto(URL)
    assert_accessible(registrar)
    registrar.get_by_label("Tên, số vào sổ, quyết định hoặc số hiệu").fill("Kín")
    registrar.get_by_role("main").get_by_role("button", name="Tìm kiếm").click()
    expect(registrar.get_by_role("link", name="Ấp Giồng Lớn")).to_have_count(0)
    assert_accessible(registrar)
    registrar.get_by_role("link", name="Hộ gia đình Trần Văn Kín").click()
    expect(registrar.get_by_role("heading", name="Danh sách được khen")).to_be_visible()
