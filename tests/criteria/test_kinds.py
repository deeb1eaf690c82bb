"""Which set each kind of unit meets, with the real plans, and who assesses what lies where."""

from collections.abc import Callable
from html import unescape

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from campaign.models import Round
from core import journal, periods
from core.workflow import Refused
from criteria import assessing, evaluation, listing, permissions
from criteria.applicability import applicable_sets, why_none
from criteria.models import Assessment, Criterion, Route, RouteMatter, RouteStep
from criteria.workflow import ASSESSMENT
from tests import factories, loaded_plans
from tests.factories import Land
from tests.unit_factories import Village, managed_by
from units.models import Placement, Unit, UnitKind

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User], Client]
K = UnitKind
DAY = periods.Day(2025, 6, 1)  # of the territories of the plans
NONE = "chưa cấu hình"

# The kinds that the plan of each territory speaks to; everybody else there is not configured.
PLANS: dict[str, dict[str, str]] = {
    "Tỉnh Trà Vinh": {
        K.AGENCY: "tra-vinh-so-ban-nganh",
        K.MASS_ORGANISATION: "tra-vinh-mat-tran-to-chuc",
        K.DISTRICT: "tra-vinh-cap-huyen",
        K.COMMUNE: "tra-vinh-cap-xa",
        K.HOUSEHOLD: "tra-vinh-ho-gia-dinh",
        K.CLAN: "tra-vinh-dong-ho",
        K.ENTERPRISE: "tra-vinh-doanh-nghiep",
        K.CITIZEN: "tra-vinh-ca-nhan",
        K.OTHER: "tra-vinh-doi-tuong-khac",
    },
    "Văn phòng UBND tỉnh Bắc Kạn": {
        K.DEPARTMENT: "van-phong-bac-kan-phong-don-vi",
        K.CITIZEN: "van-phong-bac-kan-ca-nhan",
    },
    "Tỉnh Yên Bái": {
        K.AGENCY: "yen-bai-co-quan-ban-nganh",
        K.MASS_ORGANISATION: "yen-bai-mat-tran-to-chuc",
        K.DISTRICT: "yen-bai-cap-huyen",
        K.COMMUNE: "yen-bai-cap-xa",
        K.HAMLET: "yen-bai-thon-ban-to-dan-pho",
        K.SCHOOL: "yen-bai-co-so-giao-duc-nghe-nghiep",
        K.ENTERPRISE: "yen-bai-doanh-nghiep",
        K.HOUSEHOLD: "yen-bai-ho-gia-dinh",
        K.CITIZEN: "yen-bai-ca-nhan",
    },
    "Tỉnh Bình Dương": {},
    "Tỉnh Đồng Tháp": {},  # the Prime Minister's plan holds there, and states no criteria
}
KINDS = [kind for kind in K if kind not in (K.COUNTRY, K.PROVINCE)]


def territory(name: str) -> Placement:
    return Placement.objects.on(DAY).get(name=name)


def subject(kind: str, at: Placement, manager: Unit | None = None) -> Placement:
    """A unit of a kind at a place; of members what stands for them: their kind, at their home."""
    with journal.act("test"):
        unit = Unit.objects.create(kind=kind)
    return Placement(unit=unit, kind=kind, path=f"{at.path}{unit.pk}/", managed_by=manager)


@pytest.mark.parametrize("name", PLANS)
def test_each_kind_meets_the_set_of_its_territory(land: Land, name: str) -> None:
    loaded_plans.load(land)
    place = territory(name)
    subjects = {kind: subject(kind, place, place.unit) for kind in KINDS}
    found = applicable_sets(subjects.values(), DAY)
    codes = {}
    for kind, one in subjects.items():
        applicable = found[one.unit_id]
        assert applicable.rivals == ()
        codes[kind] = applicable.criteria_set.code if applicable.criteria_set else NONE
    assert codes == {kind: PLANS[name].get(kind, NONE) for kind in KINDS}


@pytest.mark.parametrize("kind", list(PLANS["Tỉnh Yên Bái"]))
def test_a_set_without_source_is_answered_in_words_and_never_concluded(
    land: Land, kind: str
) -> None:
    loaded_plans.load(land)
    place = territory("Tỉnh Yên Bái")
    one = subject(kind, place, place.unit)
    criteria_set = applicable_sets([one], DAY)[one.unit_id].criteria_set
    assert criteria_set is not None
    form = evaluation.form_of(criteria_set)
    round_ = Round.objects.first()
    facts = evaluation.gather_facts(
        Assessment(unit=one.unit, round=round_, criteria_set=criteria_set, path=one.path)
    )
    assert evaluation.evaluate(form, [], facts).outcome.status == "inconclusive"
    assert [criterion.status for criterion in form.criteria] == [Criterion.Status.NO_SOURCE]


# Organisations assess themselves


@pytest.fixture
def village(land: Land) -> Village:
    return loaded_plans.village(land)


def route(land: Land, *kinds: str) -> None:
    """Sở Nội vụ receives the self-assessments of some kinds."""
    with journal.act("test"):
        found = Route.objects.create(
            code="minh-hoa",
            matter=RouteMatter.ASSESSMENT,
            subject_kinds=list(kinds),
            territory=land.province.unit,
            period=factories.ALWAYS,
        )
        office = land.home_affairs
        RouteStep.objects.create(
            route=found, order=1, act=RouteStep.Act.RECEIVE, body=office.name, unit=office.unit
        )


def begun(person: User, place: Placement) -> Assessment:
    round_ = Round.objects.get(assessed_year=periods.today().year)
    return assessing.begin(person, round_, place)


def answered(person: User, place: Placement) -> Assessment:
    """Every criterion that is asked, answered with yes."""
    assessment = begun(person, place)
    for criterion in evaluation.form_of(assessment.criteria_set).asked:
        assessing.save_answer(
            assessment.pk, criterion.pk, person, value={"value": "yes"}, note="", version=0
        )
    return assessment


def test_an_office_of_the_province_in_a_commune_meets_the_set_of_its_former_province(
    village: Village,
) -> None:
    office = managed_by(village.office, village.land.province)
    assert begun(village.coquan, office).criteria_set.code == "tra-vinh-so-ban-nganh"


WHY_NONE = (
    "“Tiêu chí thi đua đối với các sở, ban, ngành tỉnh” chỉ dành cho đơn vị do cấp tỉnh quản lý."
)


def test_an_office_of_the_commune_is_told_that_the_set_speaks_of_others(
    village: Village, client_of: ClientOf
) -> None:
    why = f"{WHY_NONE} Đơn vị này do cấp xã quản lý."
    with pytest.raises(Refused) as refused:
        begun(village.coquan, village.office)
    assert str(refused.value).endswith(f" {why}")
    client = client_of(village.coquan)
    for url in ("/", "/criteria/", f"/assessments/units/{village.office.unit_id}/"):
        page = unescape(client.get(url).content.decode())
        assert page.count(why) == 1, url


@pytest.mark.parametrize(
    ("manager", "code", "said"),
    [
        ("province", "tra-vinh-so-ban-nganh", ""),
        ("commune", NONE, f"{WHY_NONE} Đơn vị này do cấp xã quản lý."),
        ("agency", NONE, f"{WHY_NONE} Đơn vị này do cơ quan quản lý."),
        ("", NONE, f"{WHY_NONE} Chưa ghi cơ quan quản lý của đơn vị này."),
    ],
)
def test_who_manages_an_agency_decides_whether_the_set_speaks_of_it(
    land: Land, manager: str, code: str, said: str
) -> None:
    loaded_plans.load(land)
    bodies = {"province": land.province, "commune": land.commune, "agency": land.home_affairs}
    body = bodies.get(manager)
    one = subject(K.AGENCY, territory("Tỉnh Trà Vinh"), body.unit if body else None)
    found = applicable_sets([one], DAY)[one.unit_id]
    assert found.criteria_set.code == code if found.criteria_set else code == NONE
    assert why_none(found) == said


@pytest.mark.parametrize("many", [1, 3])
def test_who_manages_is_asked_once_for_all(land: Land, many: int) -> None:
    loaded_plans.load(land)
    place = territory("Tỉnh Trà Vinh")
    subjects = [subject(K.AGENCY, place, place.unit) for _number in range(many)]
    with CaptureQueriesContext(connection) as queries:
        applicable_sets(subjects, DAY)
    assert len(queries) == 3
    with CaptureQueriesContext(connection) as queries:
        applicable_sets([subject(K.COMMUNE, place) for _number in range(many)], DAY)
    assert len([one for one in queries if one["sql"].startswith(("SELECT", "\n    WITH"))]) == 2


def test_a_school_of_the_department_meets_the_set_that_asks_of_nobody_who_manages(
    land: Land,
) -> None:
    loaded_plans.load(land)
    school = subject(K.SCHOOL, territory("Tỉnh Yên Bái"), land.education.unit)
    found = applicable_sets([school], DAY)[school.unit_id].criteria_set
    assert found is not None
    assert (found.code, found.managers) == ("yen-bai-co-so-giao-duc-nghe-nghiep", [])


def test_a_set_says_of_whom_it_speaks(village: Village, client_of: ClientOf) -> None:
    client = client_of(village.coquan)
    page = client.get("/criteria/tra-vinh-so-ban-nganh/1/").content.decode()
    assert "bộ tiêu chí không nói về đơn vị do cơ quan khác quản lý" in page
    for url in ("/criteria/", "/plans/ke-hoach-21-tra-vinh/"):
        assert client.get(url).content.decode().count("cơ quan quản lý: cấp tỉnh") == (
            2 if url == "/criteria/" else 1
        )


def test_an_office_fills_in_sends_and_is_reviewed_by_the_route(village: Village) -> None:
    land = village.land
    managed_by(village.office, land.province)
    route(land, K.AGENCY)
    assessment = answered(village.coquan, village.office)
    sent = ASSESSMENT.perform("send", assessment.pk, village.coquan)
    assert (sent.state, sent.receiver_id) == ("sent", land.home_affairs.unit_id)
    ASSESSMENT.perform("receive", assessment.pk, land.tinh)
    for criterion in evaluation.form_of(assessment.criteria_set).judged:
        assessing.judge(assessment.pk, criterion.pk, land.tinh, verdict="accepted")
    assert ASSESSMENT.perform("confirm", assessment.pk, land.tinh).state == "confirmed"


def test_without_a_route_it_says_so_before_anything_is_written(
    village: Village, client_of: ClientOf
) -> None:
    managed_by(village.office, village.land.province)
    page = client_of(village.coquan).get("/").content.decode()
    assert "Chưa cấu hình cơ quan tiếp nhận: điền được nhưng chưa gửi được." in page
    assessment = answered(village.coquan, village.office)
    with pytest.raises(Refused):
        ASSESSMENT.perform("send", assessment.pk, village.coquan)


def test_a_school_of_the_province_is_filled_in_by_itself_and_its_body_alone(
    village: Village,
) -> None:
    """It counts in the commune where it lies, which sees it and cannot edit it."""
    land, school = village.land, village.school
    so = User.objects.get(username="so")
    assert permissions.may_begin(so, school) == (True, "")
    why_not = (
        "Do chính đơn vị hoặc Sở Giáo dục và Đào tạo tỉnh Vĩnh Long, cơ quan quản lý, tự đánh giá; "
        "kết quả được tính tại địa bàn nơi đơn vị đóng."
    )
    assert permissions.may_begin(village.xa, school) == (False, why_not)
    with pytest.raises(PermissionDenied):
        begun(village.xa, school)
    round_ = Round.objects.get(assessed_year=periods.today().year)
    rows = {
        person: [
            one.name
            for one in listing.rows(User.objects.get(username=person), round_, kinds=[K.SCHOOL])
        ]
        for person in ("xa", "xa2", "tinh", "so", "thon")
    }
    assert rows == {
        "xa": [school.name],
        "xa2": [],
        "tinh": [school.name],
        "so": [school.name],
        "thon": [],
    }
    assert land.commune.path in school.path
