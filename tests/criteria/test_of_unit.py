"""What the page of a unit offers of its self-assessment: to whom, and why not to others."""

import datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from campaign.models import Round
from core import journal
from criteria import assessing
from criteria.models import Assessment
from tests import criteria_factories as campaigns
from tests import unit_factories as make
from tests.criteria_factories import Campaigning
from tests.unit_factories import Village
from units.models import Placement, UnitKind

pytestmark = pytest.mark.django_db
BEGIN = "Bắt đầu tự đánh giá, "
CONTROL = ("SAVEPOINT", "RELEASE", "SET TRANSACTION")


@pytest.fixture
def village(setting: Campaigning) -> Village:
    """Agencies and schools of the province are asked; hamlets are not."""
    place = setting.land.province, setting.document, setting.source
    for kind in (UnitKind.AGENCY, UnitKind.SCHOOL):
        campaigns.commune_set(*place, ({"kind": "attested"},), code=kind, kind=kind)
    return make.village(setting.land)


def address(place: Placement) -> str:
    return f"/assessments/units/{place.unit_id}/"


def part(client_of: Any, person: User, place: Placement) -> str:
    """What the page of a unit puts in of its self-assessment."""
    client = client_of(person)
    assert f'hx-get="{address(place)}"' in client.get(f"/units/{place.unit_id}/").text
    return str(client.get(address(place)).text)


def asked(client: Client, url: str) -> int:
    """How many queries the part takes."""
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return sum(not one["sql"].startswith(CONTROL) for one in queries)


def test_the_managing_body_begins_for_an_office_from_its_page_and_goes_on_there(
    setting: Campaigning, village: Village, client_of: Any
) -> None:
    url = f"/assessments/begin/{setting.round.pk}/{village.office.unit_id}/"
    shown = part(client_of, village.xa, village.office)
    assert f'action="{url}"' in shown
    assert f"{BEGIN}{setting.round.name}" in shown
    answer = client_of(village.xa).post(url)
    begun = Assessment.objects.get(unit=village.office.unit_id)
    assert (begun.begun_by, answer.url) == (village.xa, f"/assessments/{begun.pk}/")
    for person in (village.xa, village.coquan):
        shown = part(client_of, person, village.office)
        assert f'href="/assessments/{begun.pk}/"' in shown
        assert BEGIN not in shown
    land = village.land
    others = {
        land.xa2: 404,
        land.far_xa: 404,
        village.thon: 404,
        land.tinh: 403,
        land.lanhdaoxa: 403,
    }
    for person, status in others.items():  # not theirs to see, or not their work at all
        client = client_of(person)
        assert address(village.office) not in client.get(f"/units/{village.office.unit_id}/").text
        assert client.get(address(village.office)).status_code == status


@pytest.mark.parametrize("many", [1, 3])
@pytest.mark.parametrize(("person", "unbegun", "begun"), [("xa", 9, 6), ("coquan", 8, 6)])
def test_what_else_was_begun_costs_the_part_nothing(
    setting: Campaigning,
    village: Village,
    client_of: Any,
    person: str,
    unbegun: int,
    begun: int,
    many: int,
) -> None:
    """Other offices of the commune, other rounds of this one: neither is read for it."""
    for number in range(many):
        office = make.found(village.xa, village.land.commune, UnitKind.AGENCY, f"Trạm {number}")
        assessing.begin(village.xa, setting.round, office)
        year = setting.round.assessed_year - 1 - number
        with journal.act("test"):
            earlier = Round.objects.create(
                campaign=setting.round.campaign,
                code=f"nam-{year}",
                name=f"Năm {year}",
                assessed_year=year,
                figures_day=datetime.date(year, 12, 31),
            )
        assessing.begin(village.xa, earlier, village.office)
    client = client_of(getattr(village, person))
    client.get(address(village.office))
    assert asked(client, address(village.office)) == unbegun
    assessing.begin(village.xa, setting.round, village.office)
    assert asked(client, address(village.office)) == begun


@pytest.mark.parametrize(
    ("place", "why_not"),
    [
        ("school", "Do chính đơn vị hoặc Sở Giáo dục và Đào tạo tỉnh Vĩnh Long, cơ quan quản lý"),
        ("hamlet", "Đợt này chưa cấu hình bộ tiêu chí cho đơn vị."),
    ],
)
def test_the_page_says_why_it_cannot_be_begun_as_the_act_does(
    setting: Campaigning, village: Village, client_of: Any, place: str, why_not: str
) -> None:
    """A school in the commune is its Sở's; no set asks hamlets."""
    unit = getattr(village, place)
    shown = part(client_of, village.xa, unit)
    assert why_not in shown
    assert f"/assessments/begin/{setting.round.pk}/{unit.unit_id}/" not in shown
    allowed, reason = assessing.may_begin_in(village.xa, setting.round, unit)
    assert (allowed, why_not in reason) == (False, True)
    answer = client_of(village.xa).post(
        f"/assessments/begin/{setting.round.pk}/{unit.unit_id}/", follow=True
    )
    assert why_not in answer.text
    assert not Assessment.objects.exists()
