"""A deadline that comes near is told to whoever owes: units of every kind, and registrations."""

import datetime

import pytest
from django.utils import translation

from campaign.models import Round, RoundDeadline
from core import journal, notices, periods
from core.models import Notice
from criteria import due
from criteria.workflow import ASSESSMENT
from tests import criteria_factories, factories, loaded_plans
from tests import registration_factories as make
from tests.criteria.test_kinds import answered, route
from tests.criteria_factories import Campaigning
from tests.factories import Land
from tests.registration_factories import Registering
from tests.unit_factories import Village, managed_by
from units.models import Placement, UnitKind

pytestmark = pytest.mark.django_db
SOON = periods.today() + datetime.timedelta(days=5)


@pytest.fixture
def village(land: Land) -> Village:
    return loaded_plans.village(land)


@pytest.fixture(autouse=True)
def _in_english() -> None:
    with translation.override("en"):
        yield


@pytest.fixture
def made(setting: Campaigning) -> Registering:
    return make.registering(setting)


def told() -> dict[str, list[str]]:
    """Who was told what."""
    found: dict[str, list[str]] = {}
    for notice in Notice.objects.order_by("pk"):
        found.setdefault(notice.recipient.username, []).append(notices.text_of(notice))
    return found


def assessments_due(round_: Round, kind: str, place: Placement) -> None:
    with journal.act("test"):
        RoundDeadline.objects.create(
            round=round_,
            subject_kind=kind,
            territory=place.unit,
            due_on=SOON,
            basis="Công văn 12/SNV-TĐKT",
        )


def set_for(made: Registering, kind: str) -> None:
    setting = made.setting
    criteria_factories.commune_set(
        setting.land.province, setting.document, setting.source, code=f"bo-{kind}", kind=kind
    )


def test_a_hamlet_is_told_and_of_one_without_head_its_commune(made: Registering) -> None:
    set_for(made, UnitKind.HAMLET)
    assessments_due(made.setting.round, UnitKind.HAMLET, made.setting.land.province)
    assert due.tell() == 2
    sentence = "The self-assessment of {}, {}, is due on {:%d/%m/%Y}."
    where = made.setting.round, SOON
    assert told() == {
        "xa2": [sentence.format("Ấp Trà Kha", *where)],
        "thon": [sentence.format("Ấp Giồng Lớn", *where)],
    }
    assert due.tell() == 0


def test_a_school_and_the_body_that_manages_one_without_people(made: Registering) -> None:
    land = made.setting.land
    set_for(made, UnitKind.SCHOOL)
    factories.place(UnitKind.SCHOOL, "Trường THPT Hai", land.sibling, managed_by=land.education)
    so = factories.user("so")
    factories.appoint(so, "organisation_officer", land.education)
    assessments_due(made.setting.round, UnitKind.SCHOOL, land.province)
    due.tell()
    assert {name: len(texts) for name, texts in told().items()} == {"coquan": 1, "so": 1}
    assert "Trường THPT Hai" in told()["so"][0]


def test_the_home_of_households_that_have_not_sent(made: Registering) -> None:
    set_for(made, UnitKind.HOUSEHOLD)
    make.household(made.thon, made.hamlet, "Trần Văn Kín")
    assessments_due(made.setting.round, UnitKind.HOUSEHOLD, made.setting.land.province)
    due.tell()
    name = f"Ấp Giồng Lớn (household), {made.setting.round}"
    assert told() == {"thon": [f"The self-assessment of {name}, is due on {SOON:%d/%m/%Y}."]}


def test_units_without_a_set_owe_nothing(made: Registering) -> None:
    assessments_due(made.setting.round, UnitKind.HAMLET, made.setting.land.province)
    assert (due.tell(), told()) == (0, {})


def test_who_has_sent_a_self_assessment_is_not_told(village: Village) -> None:
    land = village.land
    managed_by(village.office, land.province)
    route(land, UnitKind.AGENCY)
    assessment = answered(village.coquan, village.office)
    assessments_due(assessment.round, UnitKind.AGENCY, village.land.commune)
    ASSESSMENT.perform("send", assessment.pk, village.coquan)
    Notice.objects.all().delete()
    assert (due.tell(), told()) == (0, {})


# Registrations


def test_who_can_register_and_has_sent_nothing_is_told(made: Registering) -> None:
    make.deadline(made, UnitKind.SCHOOL, SOON)
    assert due.tell() == 1
    about = f"What Trường THPT Đại An registers for, {made.setting.round}"
    assert told() == {"coquan": [f"{about}, is due on {SOON:%d/%m/%Y}."]}


def test_who_has_begun_is_told_and_who_has_sent_is_not(made: Registering) -> None:
    make.deadline(made, UnitKind.HOUSEHOLD, SOON)
    found = make.families(made)
    due.tell()
    assert sorted(told()) == ["thon", "xa2"]
    Notice.objects.all().delete()
    make.carried(found, ("send", made.thon))
    Notice.objects.all().delete()
    due.tell()
    assert sorted(told()) == ["xa2"]


def test_who_cannot_register_for_anything_is_not_told(made: Registering) -> None:
    make.deadline(made, UnitKind.CLAN, SOON)
    assert (due.tell(), told()) == (0, {})
