"""The pages of rounds: what is due for whom, who moved it and why, how far everybody is."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from campaign import rounds
from campaign.models import RoundDeadline
from campaign.rounds import Move
from core import periods
from tests import criteria_factories as make
from tests.criteria_factories import Campaigning

pytestmark = pytest.mark.django_db

ClientOf = Callable[[Any], Client]


def moved(setting: Campaigning, **more: Any) -> RoundDeadline:
    """The province's deadline, a week later."""
    due_on = periods.today() + datetime.timedelta(days=20)
    deadline = RoundDeadline.objects.filter(round=setting.round).first()
    deadline = deadline or make.deadline(setting, due_on)
    later = deadline.due_on + datetime.timedelta(days=7)
    wanted = Move(later, "Do triều cường", **more)
    return rounds.move(setting.land.tinh, deadline.pk, wanted, seen=deadline.due_on)


def test_a_move_is_read_by_those_concerned(setting: Campaigning, client_of: ClientOf) -> None:
    deadline = moved(setting)
    address = f"/rounds/{setting.round.pk}/"
    for person in ("xa", "xa2", "tinh", "xem"):
        page = client_of(getattr(setting.land, person)).get(address).content.decode()
        assert "Do triều cường" in page
        assert "Nguyễn Thị Tỉnh" in page
    assert "Do triều cường" not in client_of(setting.land.far_xa).get(address).content.decode()
    home = client_of(setting.land.xa).get("/").content.decode()
    assert f"sang {deadline.due_on:%d/%m/%Y}" in home
    assert "Do triều cường" in home


def test_the_counts_lead_to_their_lists(setting: Campaigning, client_of: ClientOf) -> None:
    make.sent(setting)
    page = client_of(setting.land.tinh).get(f"/rounds/{setting.round.pk}/").content.decode()
    code = setting.round.code
    assert f'href="/assessments/?round={code}&amp;state=sent"><strong>1</strong>' in page
    assert f'href="/assessments/?round={code}&amp;state=not_begun"><strong>1</strong>' in page


def test_a_day_typed_wrongly_comes_back_with_what_was_typed(
    setting: Campaigning, client_of: ClientOf
) -> None:
    deadline = make.deadline(setting, periods.today() + datetime.timedelta(days=20))
    earlier = periods.today() + datetime.timedelta(days=3)
    sent = {
        "due_on": f"{earlier:%d/%m/%Y}",
        "reason": "Gõ lại",
        "seen": f"{deadline.due_on:%d/%m/%Y}",
    }
    client, address = client_of(setting.land.tinh), f"/rounds/deadlines/{deadline.pk}/"
    page = client.post(address, sent)
    assert page.status_code == 422
    assert "Gõ lại" in page.content.decode()
    assert "rút ngắn hạn đang áp dụng" in page.content.decode()
    assert client.post(address, {**sent, "shortens": "on"}).status_code == 302
    deadline.refresh_from_db()
    assert deadline.due_on == earlier


def test_what_cannot_be_is_said_at_its_field(setting: Campaigning, client_of: ClientOf) -> None:
    deadline = make.deadline(setting, periods.today() + datetime.timedelta(days=20))
    client, year = client_of(setting.land.tinh), periods.today().year + 1
    opening = {
        "assessed_year": str(year),
        "name": "Đợt",
        "figures_day": "01/01/2020",
        "figures_basis": "Hướng dẫn 216/HD-BNV",
    }
    refused = client.post("/rounds/new/", opening)
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["figures_day"])
    sent = {"due_on": "01/01/2020", "reason": "Gõ lại", "seen": f"{deadline.due_on:%d/%m/%Y}"}
    refused = client.post(f"/rounds/deadlines/{deadline.pk}/", sent)
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["due_on"])


def test_a_round_is_corrected_on_its_page_until_work_in_it_begins(
    setting: Campaigning, client_of: ClientOf
) -> None:
    address, button = f"/rounds/{setting.round.pk}/", "Đính chính đợt"
    client, far = client_of(setting.land.tinh), client_of(setting.land.far_tinh)
    assert button in client.get(address).content.decode()
    assert button not in far.get(address).content.decode()
    assert "Mở đợt" not in far.get("/rounds/").content.decode()
    form = client.get(f"{address}correct/").context["form"]
    sent = {
        "name": "Năm nay",
        "figures_day": f"31/01/{setting.round.assessed_year + 1}",
        "figures_basis": "Công văn 3",
        "seen": form["seen"].value(),
    }
    refused = client.post(f"{address}correct/", sent)
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["reason"])
    assert client.post(f"{address}correct/", {**sent, "reason": "Gõ nhầm"}).status_code == 302
    assert "Năm nay" in client.get(address).content.decode()
    make.begun(setting)
    page = client.get(address).content.decode()
    assert button not in page
    assert "tên đợt và ngày chốt số liệu được giữ nguyên" in page
    late = client.post(f"{address}correct/", sent)
    assert late.status_code == 403
    assert "tên đợt và ngày chốt số liệu được giữ nguyên" in late.content.decode()


@pytest.mark.parametrize(("person", "queries"), [("xa", 14), ("tinh", 16)])
@pytest.mark.parametrize("number", [1, 3])
def test_the_page_asks_the_same_of_one_deadline_as_of_three(
    setting: Campaigning,
    client_of: ClientOf,
    django_assert_num_queries: Any,
    person: str,
    queries: int,
    number: int,
) -> None:
    moved(setting)
    places = (setting.land.commune, setting.land.sibling)
    for place in places[: number - 1]:
        moved(setting, only_for=place)
    client = client_of(getattr(setting.land, person))
    with django_assert_num_queries(queries):
        page = client.get(f"/rounds/{setting.round.pk}/").content.decode()
    shown = number if person == "tinh" else min(number, 2)
    assert page.count('<th scope="row"') == shown
