"""Who receives a self-assessment: one office, the commune above, or the body that manages."""

from typing import Any

import pytest

from accounts.models import User
from campaign.models import Round
from core import journal, periods
from core.workflow import Refused
from criteria import assessing, evaluation, listing, permissions, routing
from criteria.books import saving
from criteria.books.book import open_book
from criteria.models import Assessment, Route, RouteMatter, RouteStep
from criteria.workflow import ASSESSMENT
from tests import factories, loaded_plans
from tests import unit_factories as make
from tests.factories import Land
from tests.unit_factories import Village
from units.models import Placement, UnitKind

pytestmark = pytest.mark.django_db

K = UnitKind
OWN_HOME = (K.HAMLET, K.HOUSEHOLD, K.CLAN)
ORGANISATIONS = (K.AGENCY, K.SCHOOL, K.ENTERPRISE, K.CITIZEN)


@pytest.fixture
def village(land: Land) -> Village:
    return loaded_plans.village(land)


def route(territory: Placement, *kinds: str, code: str = "", **body: Any) -> None:
    with journal.act("test"):
        found = Route.objects.create(
            code=f"tu-danh-gia-{code or kinds[0]}",
            matter=RouteMatter.ASSESSMENT,
            subject_kinds=list(kinds),
            territory=territory.unit,
            period=factories.ALWAYS,
        )
        RouteStep.objects.create(
            route=found, order=1, act=RouteStep.Act.RECEIVE, body="Nơi nhận", **body
        )


def name_of(kind: str, place: Placement) -> str:
    found = routing.receiver_of(kind, place.path, periods.today())
    return found.name if found else "chưa cấu hình"


def this_year() -> Round:
    return Round.objects.get(assessed_year=periods.today().year)


def answered_household(village: Village) -> Assessment:
    """A household that the head of its hamlet has assessed in a row."""
    member = make.member(village.thon, village.hamlet, K.HOUSEHOLD, "Thạch Sa Ron")
    book = open_book(this_year(), village.hamlet, K.HOUSEHOLD)
    texts = {part.name: "yes" for part in book.parts}
    saving.save(village.thon, book, [saving.Entry(member.unit_id, texts, 0)])
    return Assessment.objects.get(unit=member.unit_id)


def answered(person: User, place: Placement) -> Assessment:
    assessment = assessing.begin(person, this_year(), place)
    for criterion in evaluation.form_of(assessment.criteria_set).asked:
        assessing.save_answer(
            assessment.pk, criterion.pk, person, value={"value": "yes"}, note="", version=0
        )
    return assessment


def judge(user: User, assessment: Assessment) -> None:
    for criterion in evaluation.form_of(assessment.criteria_set).judged:
        assessing.judge(assessment.pk, criterion.pk, user, verdict="accepted")


def test_a_step_means_the_commune_above_or_the_managing_body(village: Village) -> None:
    land = village.land
    assert name_of(K.HAMLET, village.hamlet) == "chưa cấu hình"
    route(land.province, *OWN_HOME, above=K.COMMUNE)
    route(land.province, *ORGANISATIONS, managing=True)
    assert name_of(K.HAMLET, village.hamlet) == land.commune.name
    assert name_of(K.HOUSEHOLD, village.hamlet) == land.commune.name
    assert name_of(K.CITIZEN, village.hamlet) == land.commune.name
    assert name_of(K.AGENCY, village.office) == land.commune.name
    assert name_of(K.SCHOOL, village.school) == land.education.name
    assert name_of(K.CITIZEN, village.school) == land.education.name
    assert name_of(K.COMMUNE, land.commune) == "chưa cấu hình"
    assert name_of(K.HAMLET, land.far_commune) == "chưa cấu hình"


def test_the_route_of_the_nearest_territory_counts(village: Village) -> None:
    land = village.land
    route(land.country, K.SCHOOL, code="xa", unit=land.home_affairs.unit)
    assert name_of(K.SCHOOL, village.school) == land.home_affairs.name
    route(land.province, K.SCHOOL, code="gan", managing=True)
    assert name_of(K.SCHOOL, village.school) == land.education.name


def test_it_asks_the_same_for_many_places_as_for_one(
    village: Village, django_assert_num_queries: Any
) -> None:
    route(village.land.province, *ORGANISATIONS, managing=True)
    places = [village.office, village.school, village.hamlet]
    for asked in (places[:1], places):
        with django_assert_num_queries(2):
            found = routing.received(asked, periods.today())
    assert found == {village.office.unit_id, village.school.unit_id}


def test_a_household_is_sent_by_its_hamlet_and_confirmed_by_its_commune(village: Village) -> None:
    land = village.land
    route(land.province, *OWN_HOME, above=K.COMMUNE)
    assessment = answered_household(village)
    sent = ASSESSMENT.perform("send", assessment.pk, village.thon)
    assert (sent.state, sent.receiver_id) == ("sent", land.commune.unit_id)
    with pytest.raises(Refused):
        ASSESSMENT.perform("receive", assessment.pk, village.thon)
    ASSESSMENT.perform("receive", assessment.pk, village.xa)
    judge(village.xa, assessment)
    confirmed = ASSESSMENT.perform("confirm", assessment.pk, village.xa)
    assert (confirmed.state, confirmed.confirmed_by) == ("confirmed", village.xa)


@pytest.mark.parametrize("person", ["xa2", "tinh", "sogddt", "xem", "thon", "coquan"])
def test_nobody_but_the_commune_receives_it(village: Village, person: str) -> None:
    route(village.land.province, *OWN_HOME, above=K.COMMUNE)
    assessment = answered_household(village)
    ASSESSMENT.perform("send", assessment.pk, village.thon)
    with pytest.raises(Refused):
        ASSESSMENT.perform("receive", assessment.pk, User.objects.get(username=person))


def test_who_filled_in_for_the_hamlet_does_not_confirm_it(village: Village) -> None:
    """The commune's officer may fill in for a hamlet; then its leader confirms."""
    land = village.land
    route(land.province, *OWN_HOME, above=K.COMMUNE)
    assessment = answered_household(village)
    ASSESSMENT.perform("send", assessment.pk, village.xa)
    assessment.refresh_from_db()
    assert permissions.may_review(village.xa, assessment)[1] == (
        "Không ai tự thẩm định việc của mình: ông/bà đã tham gia lập tự đánh giá này."
    )
    assert ASSESSMENT.perform("receive", assessment.pk, land.lanhdaoxa).state == "received"


def test_an_enterprise_of_the_province_is_submitted_and_confirmed_by_its_body(
    village: Village,
) -> None:
    """It counts in the commune where it lies, which neither edits nor receives it."""
    land = village.land
    so = User.objects.get(username="so")
    name = "Công ty Sách – Thiết bị trường học"
    enterprise = factories.place(K.ENTERPRISE, name, land.commune, managed_by=land.education)
    route(land.province, *ORGANISATIONS, managing=True)
    assessment = answered(so, enterprise)
    sent = ASSESSMENT.perform("send", assessment.pk, so)
    assert sent.receiver_id == land.education.unit_id
    assert sent.path.startswith(land.commune.path)
    for person in (village.xa, land.lanhdaoxa, land.tinh, so):
        with pytest.raises(Refused):
            ASSESSMENT.perform("receive", assessment.pk, person)
    ASSESSMENT.perform("receive", assessment.pk, land.sogddt)
    judge(land.sogddt, assessment)
    assert ASSESSMENT.perform("confirm", assessment.pk, land.sogddt).state == "confirmed"


def test_verdicts_are_seen_by_the_receiving_office_alone_while_it_reviews(
    village: Village,
) -> None:
    land = village.land
    route(land.province, K.ENTERPRISE, managing=True)
    farm = factories.place(
        K.ENTERPRISE, "Hợp tác xã Nông nghiệp", land.commune, managed_by=land.commune
    )
    factories.appoint(village.coquan, "organisation_officer", farm)
    assessment = answered(User.objects.get(pk=village.coquan.pk), farm)
    ASSESSMENT.perform("send", assessment.pk, village.coquan)
    received = ASSESSMENT.perform("receive", assessment.pk, village.xa)
    seen = {
        person.username: permissions.sees_verdicts(person, received)[0]
        for person in (village.xa, land.lanhdaoxa, village.coquan, land.tinh, land.xem)
    }
    assert seen == {
        "xa": True,
        "lanhdaoxa": True,
        "coquan": False,
        "tinh": False,
        "xem": False,
    }
    results = {
        person.username: [
            row.result
            for row in listing.rows(person, received.round, kinds=[K.ENTERPRISE])
            if row.pk
        ]
        for person in (village.xa, village.coquan, land.tinh)
    }
    assert results == {"xa": ["met"], "coquan": [""], "tinh": [""]}


def test_a_commune_does_not_see_the_verdicts_on_itself(village: Village) -> None:
    """It reviews what it manages, and is itself reviewed by Sở Nội vụ."""
    land = village.land
    route(land.province, K.COMMUNE, unit=land.home_affairs.unit)
    assessment = answered(village.xa, land.commune)
    ASSESSMENT.perform("send", assessment.pk, village.xa)
    received = ASSESSMENT.perform("receive", assessment.pk, land.tinh)
    assert not permissions.sees_verdicts(village.xa, received)[0]
    assert permissions.may_review(land.lanhdaoxa, received)[1] == (
        "Vai trò của ông/bà không có việc thẩm định tự đánh giá của đơn vị này."
    )
