"""What the page of a unit offers of its self-assessment: to whom, and why not to others."""

from typing import Any

import pytest

from accounts.models import User
from criteria import assessing
from criteria.models import Assessment
from tests import criteria_factories as campaigns
from tests import unit_factories as make
from tests.criteria_factories import Campaigning
from tests.unit_factories import Village
from units.models import Placement, UnitKind

pytestmark = pytest.mark.django_db
BEGIN = "Bắt đầu tự đánh giá, "


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
