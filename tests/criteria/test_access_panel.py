"""Who can see a self-assessment or a recognition, and why not: the answers of the predicates."""

import pytest
from django.test import Client

from accounts.models import User
from criteria import permissions
from criteria.models import Assessment, Recognition
from criteria.workflow import ASSESSMENT
from tests import criteria_factories as make
from tests import factories
from tests.criteria_factories import Campaigning

pytestmark = pytest.mark.django_db
PART = {"HX-Request": "true"}


def panel(person: User, url: str) -> tuple[list[str], dict[str, tuple[bool, str]]]:
    """Whom the panel names as seeing it (role and unit), and each act with its verdict."""
    context = factories.signed_in(person).get(url, headers=PART).context
    seers = [f"{one.role.code} {one.unit_name}" for one in context["seers"]]
    return seers, {one.label: (one.allowed, one.reason) for one in context["possible"]}


@pytest.mark.parametrize("name", ["xa", "lanhdaoxa", "tinh", "sogddt", "xem"])
def test_each_act_on_a_self_assessment_has_the_verdict_that_enforces_it(
    name: str, setting: Campaigning
) -> None:
    assessment, person = make.sent(setting), getattr(setting.land, name)
    _seers, possible = panel(person, f"/assessments/{assessment.pk}/access/")
    fresh = User.objects.get(pk=person.pk)
    subject = Assessment.objects.get(pk=assessment.pk)
    expected = {
        str(arrow.label): ASSESSMENT.allowed(arrow, subject, fresh)
        for arrow in ASSESSMENT.transitions
    }
    assert {label: possible[label] for label in expected} == expected
    assert possible["Nhập và đính kèm minh chứng"] == permissions.may_fill(fresh, subject)


def test_exactly_those_are_named_who_see_it(setting: Campaigning) -> None:
    land = setting.land
    assessment, title = make.sent(setting), make.recognition(setting)
    for model, subject, url in (
        (Assessment, assessment, f"/assessments/{assessment.pk}/access/"),
        (Recognition, title, f"/recognitions/{title.pk}/access/"),
    ):
        seers, _possible = panel(land.tinh, url)
        see = {
            f"{held.role} {place.name}"
            for person in User.objects.all()
            if model.objects.visible_to(person).filter(pk=subject.pk).exists()
            for held in person.appointments.all()
            for place in held.unit.placements.all()
        }
        assert sorted(seers) == sorted(see)


def test_of_a_draft_it_is_said_that_its_content_is_the_units_own(setting: Campaigning) -> None:
    draft = make.begun(setting)
    page = factories.signed_in(setting.land.tinh).get(f"/assessments/{draft.pk}/access/")
    assert "Trước khi gửi, người khác chỉ thấy là đã có" in page.content.decode()


@pytest.mark.parametrize("name", ["xa2", "far_tinh"])
def test_outside_the_scope_it_is_not_there(name: str, setting: Campaigning) -> None:
    assessment, title = make.sent(setting), make.recognition(setting)
    client: Client = factories.signed_in(getattr(setting.land, name))
    for url in (f"/assessments/{assessment.pk}/access/", f"/recognitions/{title.pk}/access/"):
        assert client.get(url).status_code == 404
