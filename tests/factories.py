"""Real rows for tests, written through the journal; no surprises: every argument is visible."""

import datetime
import itertools
from dataclasses import dataclass
from typing import Any

from django.test import Client

from accounts.models import User
from accounts.second_factor import KEY, SHOWN
from core import journal, periods
from units.models import Appointment, Placement, Unit, UnitKind

ALWAYS = periods.between(None, None)
_counter = itertools.count(1)


def user(username: str = "", **fields: Any) -> User:
    """A person who can sign in with the password `demo-password`."""
    number = next(_counter)
    with journal.act("test"):
        return User.objects.create_user(
            username or f"user{number}",
            "demo-password",
            full_name=fields.pop("full_name", f"Nguyễn Văn {number}"),
            **fields,
        )


def signed_in(person: User, *, second_factor: bool = True) -> Client:
    """A browserless client in which `person` is signed in, and has shown the second factor."""
    client = Client()
    client.force_login(person, backend="accounts.backends.PortalBackend")
    if second_factor:
        session = client.session
        session[KEY] = SHOWN
        session.save()
    return client


def place(
    kind: str,
    name: str,
    located_in: Placement | None = None,
    *,
    managed_by: Placement | None = None,
    period: periods.Period = ALWAYS,
    unit: Unit | None = None,
    code: str = "",
) -> Placement:
    """A unit with its state, under `located_in`."""
    with journal.act("test"):
        unit = unit or Unit.objects.create(kind=kind)
        above = located_in.path if located_in else "/"
        return Placement.objects.create(
            unit=unit,
            kind=kind,
            name=name,
            located_in_id=located_in.unit_id if located_in else None,
            managed_by_id=managed_by.unit_id if managed_by else None,
            path=f"{above}{unit.pk}/",
            period=period,
            code=code,
        )


def appoint(
    person: User,
    role: str,
    at: Placement,
    *,
    period: periods.Period | None = None,
    deputising_for: Appointment | None = None,
) -> Appointment:
    """`person` holds `role` at the unit of `at`, from a month ago without end unless told."""
    started = periods.today() - datetime.timedelta(days=30)
    with journal.act("test"):
        return Appointment.objects.create(
            user=person,
            role=role,
            unit=at.unit,
            period=period or periods.between(started, None),
            deputising_for=deputising_for,
        )


def moved(person: User, role: str, at: Placement) -> User:
    """`person`, whose appointments ended yesterday, holds `role` at the unit of `at` from today."""
    today = periods.today()
    with journal.act("test"):
        for former in person.appointments.all():
            former.period = periods.between(former.period.lower, today - periods.ONE_DAY)
            former.save()
    appoint(person, role, at, period=periods.between(today, None))
    return User.objects.get(pk=person.pk)  # as another request would load them


@dataclass(frozen=True)
class Land:
    """Việt Nam › two provinces › communes; the first province's offices; people at each."""

    country: Placement
    province: Placement
    other_province: Placement
    commune: Placement
    sibling: Placement
    far_commune: Placement
    home_affairs: Placement
    education: Placement
    xa: User
    lanhdaoxa: User
    xa2: User
    far_xa: User
    tinh: User
    sogddt: User
    far_tinh: User
    xem: User
    stranger: User
    expired_deputy: User


def land() -> Land:
    """The tree and people that most tests of scope need."""
    country = place(UnitKind.COUNTRY, "Việt Nam")
    province = place(UnitKind.PROVINCE, "Tỉnh Vĩnh Long", country, code="86")
    other_province = place(UnitKind.PROVINCE, "Tỉnh Đồng Tháp", country, code="82")
    commune = place(UnitKind.COMMUNE, "Xã Đại An", province, code="29491")
    sibling = place(UnitKind.COMMUNE, "Xã Hàm Giang", province, code="29461")
    far_commune = place(UnitKind.COMMUNE, "Xã Mỹ Thọ", other_province, code="30076")
    home_affairs = place(UnitKind.AGENCY, "Sở Nội vụ tỉnh Vĩnh Long", province, managed_by=province)
    education = place(
        UnitKind.AGENCY, "Sở Giáo dục và Đào tạo tỉnh Vĩnh Long", province, managed_by=province
    )
    far_home_affairs = place(
        UnitKind.AGENCY, "Sở Nội vụ tỉnh Đồng Tháp", other_province, managed_by=other_province
    )
    people = {
        name: user(name, full_name=full_name)
        for name, full_name in {
            "xa": "Trần Thị Xã",
            "lanhdaoxa": "Lê Văn Lãnh",
            "xa2": "Phạm Thị Hai",
            "far_xa": "Võ Văn Xa",
            "tinh": "Nguyễn Thị Tỉnh",
            "sogddt": "Đặng Văn Sở",
            "far_tinh": "Bùi Thị Ngoài",
            "xem": "Hồ Văn Xem",
            "stranger": "Ngô Thị Lạ",
            "expired_deputy": "Dương Văn Hết",
        }.items()
    }
    own = appoint(people["xa"], "commune_officer", commune)
    appoint(people["lanhdaoxa"], "commune_leader", commune)
    appoint(people["xa2"], "commune_officer", sibling)
    appoint(people["far_xa"], "commune_officer", far_commune)
    appoint(people["tinh"], "emulation_officer", home_affairs)
    appoint(people["sogddt"], "education_officer", education)
    appoint(people["far_tinh"], "emulation_officer", far_home_affairs)
    appoint(people["xem"], "observer", province)
    yesterday = periods.today() - periods.ONE_DAY
    appoint(
        people["expired_deputy"],
        "commune_officer",
        commune,
        period=periods.between(yesterday - datetime.timedelta(days=9), yesterday),
        deputising_for=own,
    )
    return Land(
        country,
        province,
        other_province,
        commune,
        sibling,
        far_commune,
        home_affairs,
        education,
        **people,
    )
