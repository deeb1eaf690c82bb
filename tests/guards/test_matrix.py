"""Every address and every action, visited by everybody: exactly what each is answered.

The table stands in `matrix.txt`; an address that is not in it fails.
"""

import contextlib
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import openpyxl
import pypdfium2
import pytest
from django.http import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import translation
from django.utils.html import escape

from accounts.models import User
from core import journal
from core.views.files import XLSX
from tests.guards.rows import changed, digests, tables, writes
from tests.guards.table import REASONS, Visit, visits
from tests.guards.visits import address, send
from tests.guards.world import PEOPLE, SECRETS, World, clients, undone

pytestmark = pytest.mark.django_db

TABLE = visits()
# Nothing of these can be refused: they concern the person's own account, or nobody.
OWN_ACCOUNT = ("accounts:", "notices:preferences", "notices:read_all", "verify:")
# Done: where to go on, or on the page itself, where it shows what is shown once.
DONE = ("302", "201")
# Leads on to a form, and so writes nothing.
LEADS_ON = {"people:find", "search", "veil", "decisions:book"}


@dataclass
class Visitors:
    """The world, all its rows, for each person a client that is signed in, and what they read."""

    world: World
    clients: dict[str, Client]
    rows: dict[str, str]
    read: dict[tuple[str, str], set[str]] = field(default_factory=dict)

    def client(self, person: str) -> Client:
        """A client with the person's session and nothing else remembered, at a computer of its own:
        tries are counted by address."""
        fresh = Client(REMOTE_ADDR=f"192.0.2.{1 + PEOPLE.index(person)}")
        fresh.cookies = self.clients[person].cookies.copy()
        return fresh

    def secrets(self, visit: Visit, person: str) -> set[str]:
        """The secrets on a page; it is opened once, since a visit that only reads leaves it as it
        was."""
        key = str(visit), person
        if key not in self.read:
            self.read[key] = secrets_in(content_of(send(self.client(person), self.world, visit)))
        return self.read[key]


@pytest.fixture(scope="module")
def visitors(world: World) -> Visitors:
    return Visitors(world, clients(world), digests(tables()))


# Nothing is forgotten


def declared(entries: list[URLPattern | URLResolver], namespace: str = "") -> set[tuple[str, str]]:
    """Every route with each method that its view declares."""
    found = set()
    for entry in entries:
        if isinstance(entry, URLResolver):
            if entry.namespace != "admin":
                inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
                found |= declared(entry.url_patterns, inner)
        else:
            found |= {(m, f"{namespace}{entry.name}") for m in entry.callback.access.methods}
    return found


def test_every_address_and_every_action_is_visited() -> None:
    assert {(visit.method, visit.name) for visit in TABLE} == declared(get_resolver().url_patterns)


# Who is answered what


@pytest.mark.parametrize("visit", TABLE, ids=str)
def test_each_person_is_answered(visit: Visit, visitors: Visitors) -> None:
    answered = {}
    for person in PEOPLE:
        with undone():
            before = writes()
            response = send(visitors.client(person), visitors.world, visit)
            content = content_of(response)
            answered[person] = cell(response, content)
            found = secrets_in(content)
            assert {words for words in found if person not in SECRETS[words]} == set()
            if visit.method == "GET":
                visitors.read[str(visit), person] = found
            elif not visit.name.startswith(OWN_ACCOUNT):
                written = changed(visitors.rows, before)
                done = answered[person] in DONE and visit.name not in LEADS_ON
                assert bool(written) is done, f"{person}: {written}"
    assert answered == visit.expected


def content_of(response: HttpResponseBase) -> str:
    """The body as text; of a report or a spreadsheet, what people read in it."""
    content = response.getvalue() if response.streaming else response.content
    kind = response.headers.get("Content-Type", "")
    if kind == "application/pdf":
        with contextlib.closing(pypdfium2.PdfDocument(content)) as document:
            pages = [page.get_textpage().get_text_bounded() for page in document]
        return " ".join(" ".join(pages).split())
    if kind == XLSX:
        book = openpyxl.load_workbook(io.BytesIO(content))
        return " ".join(str(cell.value) for sheet in book for row in sheet for cell in row)
    return content.decode(errors="replace")


def cell(response: HttpResponseBase, content: str) -> str:
    """The answer as the table writes it."""
    if response.status_code == 302 and "/accounts/login/?next=" in response["Location"]:
        return "in"
    if response.status_code == 403:
        with translation.override("vi"):
            said = {name: escape(translation.gettext(words)) for name, words in REASONS.items()}
        return "+".join(name for name, words in said.items() if words in content) or "403"
    return str(response.status_code)


def secrets_in(content: str) -> set[str]:
    """The secrets that stand in `content`."""
    return {words for words in SECRETS if words in content}


def test_what_is_written_is_seen(visitors: Visitors) -> None:
    """A row that is changed and changed back is none."""
    person = visitors.world.land.xa
    with undone():
        before = writes()
        assert changed(visitors.rows, before) == []
        with journal.act("test"):
            User.objects.filter(pk=person.pk).update(full_name="Ai đó")
        assert changed(visitors.rows, before) == ["accounts_user", "core_journalentry"]
        with journal.act("test"):
            User.objects.filter(pk=person.pk).update(full_name=person.full_name)
        assert changed(visitors.rows, before) == ["core_journalentry"]


def test_what_could_leak_is_there_to_be_read(visitors: Visitors) -> None:
    """Every secret stands on some page of everybody who may read it."""
    read: dict[str, set[str]] = {words: set() for words in SECRETS}
    for visit in TABLE:
        if visit.method != "GET" or visit.name.startswith(OWN_ACCOUNT):
            continue
        for person in PEOPLE:
            if visit.expected[person] == "200":
                for words in visitors.secrets(visit, person):
                    read[words].add(person)
    assert {words: sorted(people) for words, people in read.items()} == {
        words: sorted(people) for words, people in SECRETS.items()
    }


@pytest.mark.parametrize("visit", TABLE, ids=str)
def test_a_method_that_is_not_declared_is_not_there(visit: Visit, visitors: Visitors) -> None:
    methods = {m for m, name in declared(get_resolver().url_patterns) if name == visit.name}
    url = address(visitors.world, visit)
    client = visitors.client("xa")
    for method in {"GET", "POST", "PUT", "PATCH", "DELETE"} - methods:
        assert client.generic(method, url).status_code == 405, method


def test_an_address_of_nothing_is_the_same_as_one_outside_the_scope(visitors: Visitors) -> None:
    """404 does not tell what is there and hidden from what is not there."""
    hidden = visitors.world.assessments["draft"].pk
    answers = [
        re.sub(r' value="[^"]*"', "", content_of(visitors.client("xa2").get(url)))
        for url in (reverse("assessments:detail", args=[pk]) for pk in (hidden, 10**9))
    ]
    assert answers[0] == answers[1] != ""


# The administration of Django


def test_the_administration_is_closed_to_everybody(visitors: Visitors) -> None:
    sites = next(r for r in get_resolver().url_patterns if getattr(r, "namespace", "") == "admin")
    addresses = [
        f"/admin/{route}"
        for route in routes(sites.url_patterns)
        if "<" not in route and "(?P" not in route and route not in ("login/", "logout/")
    ]
    assert "/admin/" in addresses
    for person in PEOPLE:
        client = visitors.client(person)
        for page in addresses:
            location = client.get(page).headers.get("Location", "")
            assert location.startswith(("/accounts/login/?next=", "/admin/login/?next=")), page
        login = client.get("/admin/login/").status_code
        assert login == (302 if person == "anonymous" else 403), person


def routes(entries: list[URLPattern | URLResolver], prefix: str = "") -> Iterator[str]:
    """Every route as text."""
    for entry in entries:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from routes(entry.url_patterns, route)
        else:
            yield route
