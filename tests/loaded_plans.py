"""The plans of the project in a test's database, with the provinces that they speak of."""

import datetime
import io

from django.core.management import call_command

from core import journal, periods
from tests import factories
from tests import unit_factories as make
from tests.factories import Land
from tests.unit_factories import Village
from units.models import Placement, Reform, Succession, UnitKind

_OLD = {"Bắc Kạn": "06", "Yên Bái": "15", "Bình Dương": "74", "Trà Vinh": "84"}


def load(land: Land) -> None:
    """Load the plan files; the four provinces ended with the reform of 2025."""
    until = periods.between(None, datetime.date(2025, 6, 30))
    for name, code in _OLD.items():
        factories.place(UnitKind.PROVINCE, f"Tỉnh {name}", land.country, code=code, period=until)
    call_command("load_plans", stdout=io.StringIO())


def village(land: Land) -> Village:
    """A commune that followed one of Trà Vinh, with a hamlet, a school of the Sở, an office; and
    `so`, who acts for the Sở."""
    load(land)
    former = Placement.objects.get(name="Tỉnh Trà Vinh")
    commune = factories.place(UnitKind.COMMUNE, "Xã cũ", former, period=former.period)
    with journal.act("test"):
        reform = Reform.objects.create(name="Sắp xếp", effective_on=datetime.date(2025, 7, 1))
        Succession.objects.create(
            reform=reform, predecessor=commune.unit, successor=land.commune.unit, extent="whole"
        )
    so = factories.user("so", full_name="Mai Thị Sở")
    factories.appoint(so, "organisation_officer", land.education)
    return make.village(land)
