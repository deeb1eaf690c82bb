"""Every page, looked at once more: its frame, its labels, its words in both languages, its cost."""

from collections import defaultdict

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from core import journal
from tests.guards.pages import POLICY, Shown, faults, policy_faults
from tests.guards.table import Visit, visits
from tests.guards.test_matrix import Visitors, content_of, visitors  # noqa: F401
from tests.guards.visits import send
from tests.guards.world import PEOPLE, undone

pytestmark = pytest.mark.django_db

# Answers of htmx, which stand inside a page.
PARTS = {
    "home_books",
    "assessments:of_unit",
    "jobs:progress",
    "imports:progress",
    "units:children",
    "reforms:due",
    "reforms:of_unit",
    "reforms:units",
    "assessments:changes",
    "registrations:counts",
    "recognitions:due",
    "registrations:due",
    "people:due",
    "decisions:due",
    "decisions:preview",
    "nominations:due",
    "submissions:due",
    "meetings:due",
    "people:units",
    "people:username",
    "assessments:upload",
    "assessments:review_changes",
}
# What browsers take as a file, or programs ask for.
FILES = {
    "jobs:export",
    "imports:template",
    "imports:marked",
    "healthz",
    "assessments:export",
    "criteria:trial_export",
    "criteria:file",
    "criteria:draft_file",
    "targets:paper",
    "assessments:evidence",
    "assessments:evidence_page",
    "assessments:paper",
    "assessments:why_paper",
    "recognitions:export",
    "registrations:export",
    "nominations:export",
    "submissions:export",
    "submissions:file",
    "submissions:file_page",
    "submissions:paper",
    "submissions:paper_docx",
    "submissions:consultation_file",
    "nominations:paper",
    "nominations:document",
    "nominations:evidence",
    "registrations:paper",
    "registrations:blank",
    "recognitions:batches_export",
    "recognitions:batch_paper",
    "recognitions:scan",
    "recognitions:scan_page",
    "registers:export",
    "submissions:rule_file",
    "decisions:signed",
    "decisions:correction_file",
    "decisions:paper",
    "decisions:sheaf",
    "decisions:picture",
    "decisions:book_paper",
    "decisions:test_page",
    "meetings:scan",
    "meetings:paper",
    "meetings:evidence",
    "reforms:file",
    "registers:file",
    "registers:file_page",
    "launches:export",
    "launches:file",
    "launches:file_page",
    "launches:answer_file",
    "launches:answer_page",
}
MOST_QUERIES = 12
# The planner weighs every order of the tables: of fourteen joins it took 12 ms, of ten 6 ms.
MOST_JOINS = 10
# What opens and closes the transaction of the request, and the note, once in some minutes, that the
# session is used: whether a page meets it depends on how long the tests before it took.
CONTROL = (
    *("SAVEPOINT", "RELEASE SAVEPOINT", "ROLLBACK TO", "SET TRANSACTION", "BEGIN", "COMMIT"),
    'UPDATE "accounts_session"',
)
ANSWERED = [v for v in visits() if v.method == "GET" and "200" in v.expected.values()]
PAGES = [visit for visit in ANSWERED if visit.name not in FILES]


def look(visitors: Visitors, visit: Visit, person: str) -> Shown:  # noqa: F811
    """The page as a person sees it."""
    client = visitors.client(person)
    with CaptureQueriesContext(connection) as asked:
        response = send(client, visitors.world, visit)
    queries = [q["sql"] for q in asked.captured_queries if not q["sql"].startswith(CONTROL)]
    joins = max((sql.count(" JOIN ") for sql in queries), default=0)
    return Shown(response, content_of(response), len(queries), joins)


def readers(visit: Visit) -> list[str]:
    """Who sees the page."""
    return [person for person in PEOPLE if visit.expected[person] == "200"]


@pytest.mark.parametrize("visit", PAGES, ids=str)
def test_the_page_keeps_its_promises(visit: Visit, visitors: Visitors) -> None:  # noqa: F811
    for person in readers(visit):
        shown = look(visitors, visit, person)
        assert shown.queries <= MOST_QUERIES, f"{person}: {shown.queries} queries"
        assert shown.joins <= MOST_JOINS, f"{person}: {shown.joins} joins in one query"
        assert shown.is_html
        assert faults(shown, part=visit.name in PARTS) == [], person


@pytest.mark.parametrize("visit", [v for v in ANSWERED if v.name in FILES], ids=str)
def test_a_file_asks_the_database_no_more_than_a_page(
    visit: Visit,
    visitors: Visitors,  # noqa: F811
) -> None:
    shown = look(visitors, visit, readers(visit)[0])
    assert not shown.is_html
    assert shown.queries <= MOST_QUERIES


@pytest.mark.parametrize("visit", PAGES, ids=str)
def test_the_page_speaks_english_where_it_is_asked_to(
    visit: Visit,
    visitors: Visitors,  # noqa: F811
) -> None:
    person = next((one for one in readers(visit) if one != "anonymous"), None)
    if person is None:
        return
    with undone():
        with journal.act("test"):
            User.objects.update(language="en")
        shown = look(visitors, visit, person)
        assert faults(shown, part=visit.name in PARTS, language="en") == []


@pytest.mark.parametrize("person", ["xa", "tinh", "sogddt"])
def test_pages_of_different_kinds_have_different_titles(
    person: str,
    visitors: Visitors,  # noqa: F811
) -> None:
    kinds: defaultdict[str, set[str]] = defaultdict(set)
    for visit in PAGES:
        if visit.expected[person] == "200" and visit.name not in PARTS:
            kinds[title_of(look(visitors, visit, person))].add(visit.name)
    assert {title: names for title, names in kinds.items() if len(names) > 1} == {}


def title_of(shown: Shown) -> str:
    """The title of a page."""
    return shown.html.partition("<title>")[2].partition("</title>")[0]


# Canaries: each promise, broken, is seen


GOOD = (
    '<html lang="vi"><title>Trang – Cổng</title><h1>Trang</h1>'
    '<label for="a">Tên</label><input id="a"><script src="/a.js"></script></html>'
)
BROKEN: list[tuple[str, str, str]] = [
    ("<h1>Trang</h1>", "", "h1: []"),
    ("<h1>Trang</h1>", "<h1>A</h1><h1>B</h1>", "h1: ['A', 'B']"),
    ('lang="vi"', "", "lang: "),
    ("Trang – Cổng", " – Cổng", "title: – Cổng"),
    ('<label for="a">Tên</label>', "", "no label: {'id': 'a'}"),
    ("Tên", "None", "left over: None"),
    ("Tên", "{{ name }}", "left over: {{ name }}"),
    ("Tên", "%(name)s", "left over: %(name)s"),
    ("Tên", "Sign out", "not translated: Sign out"),
    ('<input id="a">', '<input id="a"><p id="a">', "id twice: a"),
    ("<h1>", '<h1 style="color: red">', "inline: h1 style"),
    ("<h1>", '<h1 onclick="x()">', "inline: h1 onclick"),
    (' src="/a.js"', "", "inline: script"),
]


def answer(html: str, policy: str = POLICY) -> Shown:
    """An answer of the portal."""
    return Shown(HttpResponse(html, headers={"Content-Security-Policy": policy}), html)


def test_a_page_that_keeps_its_promises_has_no_fault() -> None:
    assert faults(answer(GOOD), part=False) == []


@pytest.mark.parametrize(("good", "bad", "fault"), BROKEN)
def test_a_broken_promise_is_seen(good: str, bad: str, fault: str) -> None:
    assert faults(answer(GOOD.replace(good, bad)), part=False) == [fault]


@pytest.mark.parametrize("policy", ["", POLICY + " 'unsafe-inline'", POLICY.replace("'none'", "*")])
def test_another_policy_is_seen(policy: str) -> None:
    assert policy_faults(answer(GOOD, policy)) == ["policy"]


def test_vietnamese_left_in_english_is_seen() -> None:
    english = GOOD
    for vietnamese, word in (('"vi"', '"en"'), ("Trang", "Page"), ("Cổng", "Portal"), ("Tên", "X")):
        english = english.replace(vietnamese, word)
    assert faults(answer(english), part=False, language="en") == []
    left = answer(english.replace("X", "Đăng xuất"))
    assert faults(left, part=False, language="en") == ["not translated: Đăng xuất"]
