"""Who acts for a unit is told: its own people, else – or where it has sent – the managing body."""

from dataclasses import dataclass

import pytest

from accounts.models import User
from core.models import Notice
from criteria import assessing
from criteria.models import Assessment
from criteria.workflow import ASSESSMENT
from tests import criteria_factories, factories, registration_factories
from tests.criteria.test_kinds import route
from tests.criteria_factories import Campaigning
from tests.factories import Land
from units.models import Placement, UnitKind

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Schools:
    """Two schools of the Sở: one with `coquan`, one without anybody; `so` acts for the Sở."""

    setting: Campaigning
    manned: Placement
    alone: Placement
    coquan: User
    so: User

    @property
    def land(self) -> Land:
        """Where they lie."""
        return self.setting.land


@pytest.fixture
def schools(setting: Campaigning) -> Schools:
    land = setting.land
    made = registration_factories.registering(setting)
    alone = factories.place(
        UnitKind.SCHOOL, "Trường THPT Hai", land.commune, managed_by=land.education
    )
    so = factories.user("so")
    factories.appoint(so, "organisation_officer", land.education)
    criteria_factories.commune_set(
        land.province,
        setting.document,
        setting.source,
        rules=({"kind": "attested"},),
        code="truong",
        kind=UnitKind.SCHOOL,
    )
    route(land, UnitKind.SCHOOL)
    return Schools(setting, made.school, alone, made.coquan, so)


def told() -> dict[str, list[str]]:
    """Who was told what, by the kind."""
    found: dict[str, list[str]] = {}
    for notice in Notice.objects.filter(withdrawn_at=None).order_by("pk"):
        found.setdefault(notice.recipient.username, []).append(notice.kind)
    return found


def sent(schools: Schools, person: User, school: Placement) -> Assessment:
    """The school's self-assessment, sent by `person`."""
    assessment = assessing.begin(person, schools.setting.round, school)
    criterion = assessment.criteria_set.criteria.get()
    said = {"value": {"value": "yes"}, "note": "", "version": 0}
    assessing.save_answer(assessment.pk, criterion.pk, person, **said)
    return ASSESSMENT.perform("send", assessment.pk, person)


def returned(schools: Schools, assessment: Assessment) -> dict[str, list[str]]:
    """Sở Nội vụ returns it; who is told."""
    Notice.objects.all().delete()
    for step in ("receive", "return"):
        ASSESSMENT.perform(step, assessment.pk, schools.land.tinh, reason="Bổ sung")
    return told()


RETURNED = ["assessment.returned"]


def test_the_body_that_sent_for_a_unit_without_people_hears_that_it_came_back(
    schools: Schools,
) -> None:
    assert returned(schools, sent(schools, schools.so, schools.alone)) == {"so": RETURNED}


def test_where_the_body_sent_the_unit_s_own_people_hear_it_too(schools: Schools) -> None:
    found = returned(schools, sent(schools, schools.so, schools.manned))
    assert found == {"coquan": RETURNED, "so": RETURNED}


def test_what_the_unit_sent_itself_is_its_own_affair(schools: Schools) -> None:
    found = returned(schools, sent(schools, schools.coquan, schools.manned))
    assert found == {"coquan": RETURNED}


def test_who_acts_for_it_no_more_is_told_nothing_but_who_follows_is(schools: Schools) -> None:
    assessment = sent(schools, schools.so, schools.alone)
    factories.moved(schools.so, "commune_officer", schools.land.far_commune)
    follower = factories.user("so2")
    factories.appoint(follower, "organisation_officer", schools.land.education)
    assert returned(schools, assessment) == {"so2": RETURNED}
