"""The pages of decisions: what they cost, and what they say to whom."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from awards.deciding import papers
from awards.deciding.workflow import fingerprint
from awards.models import Decision
from core import periods
from tests import award_factories as af
from tests.awards import deciding as make
from tests.awards.deciding import Deciding
from tests.factories import signed_in

pytestmark = pytest.mark.django_db

MOST, CONTROL = 12, 3  # queries of a page, and those that open and close its transaction
STATES = ("draft", "checking", "submitted", "signed", "numbered", "issued", "published")


@pytest.fixture
def there() -> Deciding:
    return make.deciding()


def client(person: User) -> Client:
    return signed_in(User.objects.get(pk=person.pk))


def queries(capture: Any, person: User, url: str) -> int:
    visitor = client(person)
    assert visitor.get(url).status_code == 200  # the banner is asked for once a minute
    with capture(MOST + CONTROL, exact=False) as asked:
        assert visitor.get(url).status_code == 200
    return len(asked.captured_queries)


@pytest.mark.parametrize("state", STATES)
def test_a_decision_costs_as_much_with_three_lines_as_with_one(
    there: Deciding, django_assert_num_queries: Any, state: str
) -> None:
    url = reverse("decisions:detail", args=[0]).replace("0", "{}")
    people = (there.xa, there.leader, there.vanthu)
    counted = []
    for number, names in ((1, ("Một",)), (2, ("Hai", "Ba", "Bốn"))):
        nominations = [make.appraised(there, af.household(there.made, name)) for name in names]
        draft = make.draft(there, *nominations)
        decision = make.carried(there, draft, state, number=number)
        counted.append(
            [
                queries(django_assert_num_queries, person, url.format(decision.pk))
                for person in people
            ]
        )
    assert counted[0] == counted[1]


def test_a_reader_costs_as_much_with_three_lines_as_with_one(
    there: Deciding, django_assert_num_queries: Any
) -> None:
    reader, counted = there.made.land.xem, []
    for number, names in ((1, ("Một",)), (2, ("Hai", "Ba", "Bốn"))):
        nominations = [make.appraised(there, af.household(there.made, name)) for name in names]
        draft = make.draft(there, *nominations)
        decision = make.carried(there, draft, "published", number=number)
        url = reverse("decisions:detail", args=[decision.pk])
        counted.append(queries(django_assert_num_queries, reader, url))
    assert counted[0] == counted[1]


def test_the_list_costs_as_much_with_three_decisions_as_with_one(
    there: Deciding, django_assert_num_queries: Any
) -> None:
    counted = []
    for names in (("Một",), ("Hai", "Ba")):
        for name in names:
            make.draft(there, make.appraised(there, af.household(there.made, name)))
        counted.append(queries(django_assert_num_queries, there.xa, reverse("decisions:index")))
    assert counted[0] == counted[1]


def test_the_list_asks_little_of_its_lines(there: Deciding) -> None:
    """The lines of decisions are looked up for the rows of a page; joined and grouped by every
    column of seven tables, the plan alone took the database half of what a page may take."""
    make.draft(there, make.appraised(there))
    visitor, url = client(there.leader), reverse("decisions:index")
    visitor.get(url)
    with CaptureQueriesContext(connection) as captured:
        visitor.get(url)
    asked = [one["sql"] for one in captured if '"awards_decision"' in one["sql"]]
    assert [one.count(" JOIN ") for one in asked] == [0, 6]  # the counts, and a page of rows
    assert not any("GROUP BY 1," in one for one in asked)


def post(person: User, name: str, decision: Decision, *more: object, **data: object) -> int:
    url = reverse(f"decisions:{name}", args=[decision.pk, *more])
    return client(person).post(url, data).status_code


def test_a_number_that_is_taken_comes_back_with_the_sentence(there: Deciding) -> None:
    make.carried(there, make.draft(there, make.appraised(there)), "numbered")
    second = make.carried(
        there, make.draft(there, make.appraised(there, af.household(there.made))), "signed"
    )
    url = f"{reverse('decisions:number', args=[second.pk])}?seen={fingerprint(second)}"
    answer = client(there.vanthu).post(url, {"number": "5", "dated": f"{periods.today():%d/%m/%Y}"})
    assert answer.status_code == 422
    assert "Số 5 đã cấp cho quyết định khác trong năm." in answer.content.decode()


def test_the_draft_is_refused_where_somebody_changed_it(there: Deciding) -> None:
    decision = make.draft(there, make.appraised(there))
    data = {
        "issuer_name": "Chủ tịch",
        "symbol": "QĐ-UBND",
        "basis": "Luật",
        "achievement": "đã có thành tích",
        "signer": there.leader.pk,
        "position": "Chủ tịch",
    }
    assert post(there.xa, "write", decision, **data, seen="1-draft-0") == 422
    decision.refresh_from_db()
    assert decision.basis != "Luật"


def test_the_paper_of_a_decision_can_be_finished_by_hand(there: Deciding) -> None:
    decision = make.draft(there, make.appraised(there))
    answer = client(there.xa).get(f"{reverse('decisions:paper', args=[decision.pk])}?as=docx")
    assert answer["Content-Disposition"] == f'attachment; filename="quyet-dinh-{decision.pk}.docx"'


@pytest.mark.parametrize(
    ("person", "words"),
    [("xa", "Soạn tiếp dự thảo."), ("leader", "Chờ ông/bà ký."), ("vanthu", "Kiểm tra thể thức.")],
)
def test_each_finds_their_step_in_their_work(
    there: Deciding, person: str, words: str, client_page: Callable[[User], str]
) -> None:
    states = {"xa": "draft", "leader": "submitted", "vanthu": "checking"}
    make.carried(there, make.draft(there, make.appraised(there)), states[person])
    assert words in client_page(getattr(there, person))


@pytest.fixture
def client_page() -> Callable[[User], str]:
    """What waits for a person, as a part of their first page."""
    return lambda person: client(person).get(reverse("decisions:due")).content.decode()


def test_a_draft_does_not_call_a_bonus_unconfigured_that_is_not_reckoned_yet(
    there: Deciding,
) -> None:
    draft = make.draft(there, make.appraised(there))
    url = reverse("decisions:detail", args=[draft.pk])
    assert "chưa cấu hình" not in client(there.xa).get(url).content.decode()
    handed = make.carried(there, draft, "checking")
    page = client(there.xa).get(reverse("decisions:detail", args=[handed.pk])).content.decode()
    assert "chưa cấu hình" in page


def test_the_list_of_a_decision_names_who_decided(there: Deciding) -> None:
    draft = make.draft(there, make.appraised(there))
    paper = papers.decision_paper(draft, papers.lines_of(draft))
    assert paper.attachment_line.endswith(f"của {draft.issuer_name})")
    assert draft.issuer_name.startswith("Chủ tịch ")
