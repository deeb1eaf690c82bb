"""How the hot questions are answered among 200,000 households: by indexes, and by reading hardly
more than what they show."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.db.models import QuerySet
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import demonstration
from accounts.models import User
from core import periods
from criteria.models import Assessment, Recognition, RegistrationList
from tests import factories
from tests.conftest import owner
from tests.guards.world import undone
from tests.reports import at_scale
from tests.reports.at_scale import BIG, Country, Reading
from units import finding, queries
from units.models import Figure, Member, PersonalRecord, Placement, UnitKind

pytestmark = pytest.mark.django_db

# No page looks at more rows of a table than a list is long at most, and a page of it.
MOST = 12_000
# How far a book is grows with the assessments of the round that it counts (docs/bench.md).
PLACES = (
    "/",
    "/assessments/",
    "/registrations/",
    "/recognitions/",
    "/recognitions/?page=200",
    "/units/",
)
HAMLET = ("/", "/registrations/", "/recognitions/")


@pytest.fixture(scope="module")
def _country(django_db_setup: None, django_db_blocker: Any) -> Iterator[Country]:
    with django_db_blocker.unblock(), undone():
        cache.set(demonstration.CACHE_KEY, False)
        with owner():
            country = at_scale.fill()
        yield country


@pytest.fixture
def country(_country: Country, db: None) -> Country:
    """Filled once for all tests."""
    return _country


def read(rows: QuerySet[Any]) -> list[Reading]:
    """What a queryset reads."""
    with CaptureQueriesContext(connection) as captured:
        list(rows)
    return [one for query in captured for one in at_scale.readings(query["sql"])]


def assert_by_index(found: list[Reading], most: int) -> None:
    """No big table is read whole, and nowhere more than `most` rows are looked at."""
    assert [one for one in found if one.table in BIG and one.scan == "Seq Scan"] == []
    assert [one for one in found if one.rows > most] == []


def page_reads(person: User, path: str) -> list[tuple[str, Reading]]:
    """What each question of a page reads."""
    client: Client = factories.signed_in(person)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    asked = [query["sql"] for query in captured if query["sql"].startswith(("SELECT", "WITH"))]
    return [(sql, one) for sql in asked for one in at_scale.readings(sql)]


def too_much(found: list[tuple[str, Reading]]) -> list[tuple[Reading, str]]:
    """Where a page reads a big table whole, or more of a table than it could show."""
    return [
        (one, sql)
        for sql, one in found
        if (one.table in BIG and one.scan == "Seq Scan") or one.rows > MOST
    ]


def test_it_is_as_large_as_it_should_be(country: Country) -> None:
    assert Member.objects.count() >= 200_000
    assert Recognition.objects.count() >= 200_000


@pytest.mark.parametrize("path", PLACES)
def test_no_page_of_a_province_reads_a_table_whole(country: Country, path: str) -> None:
    assert too_much(page_reads(country.setting.land.tinh, path)) == []


@pytest.mark.parametrize("path", PLACES)
def test_no_page_of_a_commune_reads_a_table_whole(country: Country, path: str) -> None:
    person = factories.user()
    factories.appoint(person, "commune_officer", country.commune)
    assert too_much(page_reads(person, path)) == []


@pytest.mark.parametrize("path", HAMLET)
def test_no_page_of_a_hamlet_reads_a_table_whole(country: Country, path: str) -> None:
    person = factories.user()
    factories.appoint(person, "hamlet_head", country.hamlet)
    assert too_much(page_reads(person, path)) == []


def test_everything_under_a_place_is_read_by_its_range(country: Country) -> None:
    under = Placement.objects.on(periods.today()).under(country.commune.path)
    found = read(under)
    assert under.count() == 1 + at_scale.HAMLETS
    assert_by_index(found, most=3 * (1 + at_scale.HAMLETS))


def test_members_and_people_are_read_by_their_keys(country: Country) -> None:
    home, household = country.hamlet.unit_id, country.household
    listed = Member.objects.at(home, UnitKind.HOUSEHOLD).on(periods.today())
    assert_by_index(read(listed.select_related("unit__personal").order_by("number")[:50]), 210)
    assert_by_index(read(PersonalRecord.objects.filter(identity_digest=f"{household:064x}")), 1)
    assert_by_index(read(PersonalRecord.objects.filter(unit=household)), 1)
    assert_by_index(read(Recognition.objects.filter(unit=household).with_ever_held()), 1)
    assert_by_index(read(Figure.objects.filter(unit=household).on(periods.today())), 1)


@pytest.mark.parametrize("role", ["xa", "xa2", "tinh", "sogddt", "xem"])
def test_what_each_role_sees_is_read_by_index(country: Country, role: str) -> None:
    person, round_ = getattr(country.setting.land, role), country.setting.round
    for rows in (
        Placement.objects.with_capability(person, "units.view").order_by("path")[:50],
        Assessment.objects.visible_to(person).filter(round=round_).order_by("path")[:50],
        RegistrationList.objects.visible_to(person).filter(round=round_).order_by("path")[:50],
        Recognition.objects.visible_to(person).order_by("path", "pk")[:50],
    ):
        assert_by_index(read(rows), most=300)


@pytest.mark.parametrize("words", ["dai an", "Xã Đại", "số", "29491"])
def test_a_search_looks_at_the_candidates_alone(country: Country, words: str) -> None:
    found = read(queries.search(words, periods.today())[:20])
    assert_by_index(found, most=MOST)


@pytest.mark.parametrize("words", ["nguyễn văn", "họ lâm", "nobody is called so"])
def test_people_are_looked_for_in_the_own_commune_alone(country: Country, words: str) -> None:
    person = factories.user()
    factories.appoint(person, "commune_officer", country.commune)
    finding.open_all(person, "Tìm người")
    assert_by_index(read(finding.members(person, words)[:20]), most=MOST)
