"""A country with an administrator at each level, for tests of people and their roles."""

import datetime
from dataclasses import dataclass

from accounts.models import User
from core import periods
from tests import factories
from tests.factories import Land
from units import people_rules, roles
from units.models import Appointment, Placement, UnitKind

TODAY = periods.today()
YESTERDAY, TOMORROW = TODAY - periods.ONE_DAY, TODAY + periods.ONE_DAY
A_WEEK = datetime.timedelta(days=7)
ALWAYS = periods.between(TODAY, None)


@dataclass(frozen=True)
class Offices:
    """The land, its administrators, and units that another body manages."""

    land: Land
    country_admin: User
    province_admin: User
    far_admin: User
    commune_admin: User
    hamlet: Placement
    provincial_school: Placement  # in the commune, managed by the province's office
    commune_school: Placement


def offices(land: Land) -> Offices:
    """Administrators of the country, of both provinces, of one commune; a hamlet; two schools."""
    people = {
        name: factories.user(name, full_name=full_name)
        for name, full_name in {
            "qt-nuoc": "Cao Thị Nước",
            "qt-tinh": "Phan Văn Trị",
            "qt-xa-la": "Hà Thị Ngoài",
            "qt-xa": "Mai Văn Xã",
        }.items()
    }
    factories.appoint(people["qt-nuoc"], "administrator", land.country)
    factories.appoint(people["qt-tinh"], "administrator", land.province)
    factories.appoint(people["qt-xa-la"], "administrator", land.other_province)
    factories.appoint(people["qt-xa"], "administrator", land.commune)
    return Offices(
        land,
        *people.values(),
        hamlet=factories.place(UnitKind.HAMLET, "Ấp Chợ", land.commune, managed_by=land.commune),
        provincial_school=factories.place(
            UnitKind.SCHOOL, "Trường THPT Đại An", land.commune, managed_by=land.education
        ),
        commune_school=factories.place(
            UnitKind.SCHOOL, "Trường Tiểu học Đại An", land.commune, managed_by=land.commune
        ),
    )


def post(role: str, place: Placement, period: periods.Period = ALWAYS) -> people_rules.Post:
    """What is to be given."""
    return people_rules.Post(roles.BY_CODE[role], place, period)


def of(person: User) -> Appointment:
    """The one appointment of a person."""
    return Appointment.objects.get(user=person)


def fresh(person: User) -> User:
    """The person as another request would load them."""
    return User.objects.get(pk=person.pk)
