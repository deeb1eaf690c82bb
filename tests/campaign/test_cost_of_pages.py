"""Pages of lists that stand beside the work ask the same of one row as of three."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from campaign import registering
from core import calendar, journal, notices
from core.calendar import Plan, Special
from core.models import CalendarDay
from tests import campaign_factories as make
from tests import registration_factories as registrations
from tests.core import originals
from tests.criteria_factories import Campaigning
from tests.factories import Land
from units.models import UnitKind

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User], Client]
YEAR = 2026


def asked(client: Client, address: str) -> int:
    """How many questions a page asks, without what opens and closes its transaction."""
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    control = ("SAVEPOINT", "RELEASE", "ROLLBACK", "SET TRANSACTION", "BEGIN", "COMMIT")
    return sum(not query["sql"].startswith(control) for query in captured.captured_queries)


def counted(client: Client, address: str, add: Callable[[int], Any]) -> list[int]:
    """The questions at one row and at three."""
    found = []
    for numbers in ((1,), (2, 3)):
        for number in numbers:
            add(number)
        found.append(asked(client, address))
    return found


@pytest.mark.parametrize("person", ["xa", "tinh"])
def test_notices(land: Land, client_of: ClientOf, person: str) -> None:
    user = getattr(land, person)

    def tell(number: int) -> None:
        words = {"unit": "Xã Đại An", "round": "Năm 2026"}
        with transaction.atomic(), journal.act("test"):
            subject = f"assessment:{number}:1"
            notices.tell("assessment.sent", [user.pk], subject=subject, url="/", **words)

    assert counted(client_of(user), "/notices/", tell) == [6, 6]


def plan(year: int, number: int) -> Plan:
    """A year with so many days that differ from the week."""
    september = (datetime.date(year, 9, day) for day in range(1, 31))
    working = [day for day in september if day.weekday() < 5][:number]
    days = [Special(day, CalendarDay.Kind.OFF, "Nghỉ lễ", "Theo thông báo") for day in working]
    return Plan("77/TB-BNV", datetime.date(year - 1, 10, 1), "Bộ Nội vụ", "", tuple(days))


@pytest.mark.parametrize("person", ["xa", "tinh"])
@pytest.mark.parametrize(("address", "expected"), [("/calendar/", 5), (f"/calendar/{YEAR}/", 6)])
def test_the_calendar(
    land: Land, client_of: ClientOf, person: str, address: str, expected: int
) -> None:
    def enter(number: int) -> None:
        for year in {YEAR, YEAR + number}:
            seen = calendar.latest_revision(year)
            calendar.enter(year, plan(year, number), None, reason="Theo thông báo", seen=seen)

    found = counted(client_of(getattr(land, person)), address, enter)
    assert found == [expected, expected]


@pytest.mark.parametrize(("person", "expected"), [("xa", 6), ("tinh", 6)])
def test_an_entry_of_a_register(
    land: Land, client_of: ClientOf, person: str, expected: int
) -> None:
    entry = make.entry(land.xa, land.commune)

    def attach(number: int) -> None:
        content = originals.image("PNG", (30, 30 + number))
        registering.add_file(entry.pk, land.xa, SimpleUploadedFile(f"{number}.png", content))

    client = client_of(getattr(land, person))
    assert counted(client, f"/registers/{entry.pk}/", attach) == [expected, expected]


@pytest.mark.parametrize(("person", "expected"), [("xa", 10), ("lanhdaoxa", 10)])
def test_what_a_unit_registers_for(
    setting: Campaigning, client_of: ClientOf, person: str, expected: int
) -> None:
    made = registrations.registering(setting)

    def offer(number: int) -> None:
        title = registrations.title(setting, f"danh-hieu-{number}", "Danh hiệu", UnitKind.COMMUNE)
        registrations.begun(made, setting.land.xa, made.commune, UnitKind.COMMUNE, title)

    client = client_of(getattr(setting.land, person))
    assert counted(client, "/registrations/own/", offer) == [expected, expected]


def test_the_office_that_receives_registers_for_nothing(
    setting: Campaigning, client_of: ClientOf
) -> None:
    registrations.own(registrations.registering(setting))
    assert client_of(setting.land.tinh).get("/registrations/own/").status_code == 403
