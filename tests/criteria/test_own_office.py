"""No office decides on what is its own: the route does not lead there, nobody there may decide,
and the tables refuse it."""

import pytest
from django.db import IntegrityError, transaction

from accounts.models import User
from core import journal, periods
from core.workflow import Refused
from criteria import permissions, recognising, routing
from criteria.models import Assessment, Recognition, RegistrationList, RouteMatter
from criteria.registration import permissions as registering
from criteria.workflow import check_recognition
from reports import overview
from tests import criteria_factories as make
from tests import factories
from tests import registration_factories as registrations
from tests.criteria_factories import Campaigning
from units.models import Placement, UnitKind

pytestmark = pytest.mark.django_db


def receiver(matter: RouteMatter, place: Placement) -> str:
    receivers = routing.Receivers(matter, [place.path], periods.today())
    found = receivers.of(place.path, place.kind)
    return found.name if found else "chưa cấu hình"


@pytest.mark.parametrize("matter", [RouteMatter.ASSESSMENT, RouteMatter.REGISTRATION])
def test_the_route_that_leads_to_the_unit_itself_falls_to_the_next(
    setting: Campaigning, matter: RouteMatter
) -> None:
    land = setting.land
    for territory, office in ((land.province, land.home_affairs), (land.country, land.education)):
        assert receiver(matter, land.home_affairs) == "chưa cấu hình"
        with journal.act("test"):
            setting.route.pk = None
            setting.route.code, setting.route.matter = f"{matter}-{territory.pk}", matter
            setting.route.territory = territory.unit
            setting.route.subject_kinds = [UnitKind.AGENCY]
            setting.route.save()
            setting.route.steps.create(order=1, act="receive", body=office.name, unit=office.unit)
    assert receiver(matter, land.home_affairs) == land.education.name
    assert receiver(matter, land.education) == land.home_affairs.name


def test_a_home_still_receives_what_its_members_say_of_themselves(setting: Campaigning) -> None:
    land = setting.land
    registrations.route(land.province, "ho", [UnitKind.HOUSEHOLD], above=UnitKind.COMMUNE)
    with journal.act("test"):
        setting.route.subject_kinds = [UnitKind.HOUSEHOLD]
        setting.route.save()
        setting.route.steps.update(unit=None, above=UnitKind.COMMUNE)
    path, today = land.commune.path, periods.today()
    found = {
        matter: routing.Receivers(matter, [path], today).of(path, UnitKind.HOUSEHOLD)
        for matter in (RouteMatter.ASSESSMENT, RouteMatter.REGISTRATION)
    }
    own = found[RouteMatter.ASSESSMENT]
    # A registration is a list that the home itself keeps and sends.
    assert (own and own.unit_id, found[RouteMatter.REGISTRATION]) == (land.commune.unit_id, None)


def test_no_office_verifies_its_own_assessment(setting: Campaigning) -> None:
    land = setting.land
    assessment = make.sent(setting)
    assert permissions.may_review(land.tinh, assessment) == (True, "")
    assessment.unit = land.home_affairs.unit
    allowed, why_not = permissions.may_review(land.tinh, assessment)
    assert (allowed, why_not) == (
        False,
        "Không cơ quan nào tự thẩm định bản tự đánh giá của chính mình.",
    )
    with pytest.raises(IntegrityError), transaction.atomic(), journal.act("test"):
        Assessment.objects.filter(pk=assessment.pk).update(unit=land.home_affairs.unit_id)


def test_no_office_approves_its_own_registration(setting: Campaigning) -> None:
    land, made = setting.land, registrations.registering(setting)
    found = registrations.carried(registrations.own(made), ("send", land.xa))
    assert registering.may_approve(land.tinh, found) == (True, "")
    found.unit = land.home_affairs.unit
    assert registering.may_approve(land.tinh, found) == (
        False,
        "Không cơ quan nào tự duyệt đăng ký của chính mình.",
    )
    with pytest.raises(IntegrityError), transaction.atomic(), journal.act("test"):
        RegistrationList.objects.filter(pk=found.pk).update(unit=land.home_affairs.unit_id)


def checked(person: User, found: Recognition) -> Recognition:
    return check_recognition(
        "confirm",
        found.pk,
        person,
        seen=recognising.fingerprint(Recognition.objects.get(pk=found.pk)),
    )


def test_no_office_confirms_its_own_title(setting: Campaigning) -> None:
    land = setting.land
    clerk = factories.user(full_name="Lý Thị Văn Phòng")
    found = make.recognition(setting, land.education, declared_by=clerk)
    assert overview.to_confirm(land.sogddt).total == 0
    with pytest.raises(Refused, match="Không cơ quan nào tự xác nhận danh hiệu"):
        checked(land.sogddt, found)
    second = factories.place(UnitKind.AGENCY, "Sở thứ hai", land.province, managed_by=land.province)
    other = factories.user(full_name="Vũ Thị Sở")
    factories.appoint(other, "education_officer", second)
    assert overview.to_confirm(other).total == 1
    assert checked(other, found).checked_office == second.unit
    with pytest.raises(IntegrityError), transaction.atomic(), journal.act("test"):
        Recognition.objects.filter(pk=found.pk).update(checked_office=land.education.unit_id)
