"""Whatever is sent, nobody ever gets a 500: every address and action with junk in every place."""

import functools
import re
from typing import Any

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse

from tests.guards.pages import Shown, policy_faults
from tests.guards.table import Visit, visits
from tests.guards.test_matrix import Visitors, content_of, visitors  # noqa: F401
from tests.guards.visits import CASES, address
from tests.guards.world import PEOPLE, png, undone

pytestmark = pytest.mark.django_db

# A day that the calendar has, and no period can go beyond.
LAST_DAY = "31/12/9999"
# Papers take their time to draw, and read no query.
DRAWN = {"assessments:paper", "assessments:why_paper"}
JUNK = [
    "",
    "\0",
    LAST_DAY,
    "9" * 30,
    "-1",
    "1e400",
    "<b onclick=x>&\"'",
    "ế" * 3000,
    "32/13/2026",
    "[]",
]
# How the code reads a name from a query.
READ = re.compile(r"""(?:GET|get)(?:\.get)?[(\[]\s*["'](\w+)["']""")
APPS = ("core", "accounts", "units", "campaign", "criteria", "awards", "reports")


@functools.cache
def names() -> list[str]:
    """What pages read from a query: what the code names, and the fields of forms."""
    found = {"page", "sort", "q", "next"}
    for app in APPS:
        for path in (settings.BASE_DIR / app).rglob("*.py"):
            source = path.read_text(encoding="utf-8")
            found |= set(READ.findall(source))
            found |= set(re.findall(r"^    (\w+) = forms\.\w+Field", source, re.MULTILINE))
    return sorted(found)


LET_IN = [v for v in visits() if {"200", "302"} & set(v.expected.values())]
ONE_EACH = list({(visit.method, visit.name): visit for visit in LET_IN}.values())


def who(visit: Visit) -> str:
    """Somebody whom the page lets in."""
    return next(one for one in reversed(PEOPLE) if visit.expected[one] in ("200", "302"))


def fine(response: Any) -> None:
    """An answer of the portal's own, with its policy."""
    assert response.status_code < 500
    shown = Shown(response, content_of(response))
    if shown.is_html:
        assert policy_faults(shown) == []


@pytest.mark.parametrize("visit", ONE_EACH, ids=str)
def test_junk_in_the_query(visit: Visit, visitors: Visitors) -> None:  # noqa: F811
    if visit.method != "GET" or visit.name in DRAWN:
        return
    client = visitors.client(who(visit))
    url = address(visitors.world, visit).partition("?")[0]
    for junk in JUNK:
        fine(client.get(url, dict.fromkeys(names(), junk)))
    fine(client.get(f"{url}?%ff=%ff&q=%ff&page=%ed%a0%80"))


@pytest.mark.parametrize("visit", ONE_EACH, ids=str)
def test_junk_in_what_is_posted(visit: Visit, visitors: Visitors) -> None:  # noqa: F811
    if visit.method != "POST":
        return
    person = who(visit)
    asked = CASES[visit.name](visitors.world, visit)
    fields = [*asked.data, "reason", "version", "note"]
    for junk in JUNK:
        with undone():
            client = visitors.client(person)
            fine(client.post(address(visitors.world, visit), dict.fromkeys(fields, junk)))
    for data in ({}, {name: png("a.exe") for name in fields}):
        with undone():
            client = visitors.client(person)
            fine(client.post(address(visitors.world, visit), data))


@functools.cache
def day_fields() -> list[str]:
    """The names of all fields for a day."""
    found: set[str] = set()
    for app in APPS:
        for path in (settings.BASE_DIR / app).rglob("forms/*.py"):
            source = path.read_text(encoding="utf-8")
            found |= set(re.findall(r"""(\w+)(?:"\])? = (?:day_field|DayField)\(""", source))
    return sorted(found)


@pytest.mark.parametrize("visit", ONE_EACH, ids=str)
@pytest.mark.parametrize("day", [LAST_DAY, "01/01/0001"])
def test_the_ends_of_the_calendar_in_what_is_valid_but_for_its_days(
    visit: Visit,
    day: str,
    visitors: Visitors,  # noqa: F811
) -> None:
    if visit.method != "POST":
        return
    valid = CASES[visit.name](visitors.world, visit).data
    with undone():
        client = visitors.client(who(visit))
        days = dict.fromkeys(day_fields(), day)
        fine(client.post(address(visitors.world, visit), {**valid, **days}))


@pytest.mark.parametrize("visit", ONE_EACH, ids=str)
def test_junk_in_the_address(visit: Visit, visitors: Visitors) -> None:  # noqa: F811
    args = CASES[visit.name](visitors.world, visit).args
    for number in (0, 2**31, 2**63, 10**30) if args else ():
        junk = [number if isinstance(arg, int) else "khong-co" for arg in args]
        with undone():
            client = visitors.client(who(visit))
            response = client.generic(visit.method, reverse(visit.name, args=junk))
            assert response.status_code == 404


def test_a_500_is_seen() -> None:
    with pytest.raises(AssertionError):
        fine(HttpResponse(status=500))
