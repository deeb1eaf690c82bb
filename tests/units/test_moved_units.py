"""A unit that moved belongs to who keeps it today; one that is no more is only read."""

import datetime
from typing import Any

import pytest

from core import journal, periods
from core.workflow import Refused
from tests import factories
from tests import unit_factories as make
from tests.factories import Land
from units import figures, members, permissions, personal
from units.members import MemberEntry
from units.models import Placement, UnitKind

pytestmark = pytest.mark.django_db

YESTERDAY = periods.today() - periods.ONE_DAY
LONG_AGO = periods.today() - datetime.timedelta(days=400)


@pytest.fixture
def moved(land: Land) -> Placement:
    """The state of yesterday of a hamlet that the second commune keeps from today on."""
    hamlet = make.found(land.xa, land.commune, UnitKind.HAMLET, "Ấp Cây Da")
    make.member(land.xa, hamlet, UnitKind.HOUSEHOLD, "Thạch Sa Ron")
    make.kind()
    with journal.act("test"):
        hamlet.period = periods.between(None, YESTERDAY)
        hamlet.save()
    factories.place(
        UnitKind.HAMLET,
        "Ấp Cây Da",
        land.sibling,
        managed_by=land.sibling,
        unit=hamlet.unit,
        period=periods.between(periods.today(), None),
    )
    return hamlet


@pytest.fixture
def ended(land: Land) -> Placement:
    """A hamlet of the first commune that is no more."""
    hamlet = make.found(land.xa, land.commune, UnitKind.HAMLET, "Ấp Cũ")
    make.figure(land.xa, hamlet, make.kind(), 120, LONG_AGO)
    with journal.act("test"):
        hamlet.period = periods.between(None, YESTERDAY)
        hamlet.save()
    return hamlet


PAGES = ("members/household/", "members/household/open/", "figures/")


def answers(client: Any, hamlet: Placement) -> list[int]:
    """What the pages of a hamlet answer: its households, opening their names, its figures."""
    base = f"/units/{hamlet.unit_id}/"
    return [
        client.get(base + PAGES[0]).status_code,
        client.post(base + PAGES[0], {"row": "x", "version": "0"}).status_code,
        client.post(base + PAGES[1], {"reason": ""}).status_code,
        client.get(base + PAGES[2]).status_code,
        client.post(base + PAGES[2], {"row": "ho", "version": "0"}).status_code,
    ]


def test_who_kept_a_unit_before_it_moved_finds_nothing_of_it(
    land: Land, moved: Placement, client_of: Any
) -> None:
    assert answers(client_of(land.xa), moved) == [404] * 5


def test_who_keeps_it_now_works_with_it(land: Land, moved: Placement, client_of: Any) -> None:
    assert answers(client_of(land.xa2), moved) == [200, 404, 422, 200, 422]


def test_a_state_that_runs_no_more_gives_nobody_an_act(land: Land, moved: Placement) -> None:
    for may in (
        permissions.may_keep_members,
        permissions.may_read_names,
        permissions.may_state,
        permissions.may_change,
    ):
        assert may(land.xa, moved)[0] is False, may
    kind = figures.kinds_for(UnitKind.HAMLET)[0]
    with pytest.raises(Refused):
        personal.open_names(land.xa, moved, make.REASON)
    with pytest.raises(Refused):
        make.figure(land.xa, moved, kind, 3)
    with pytest.raises(Refused):
        members.save_row(
            land.xa, moved, "household", make.new_row(), MemberEntry("Ai Đó"), 0, make.REASON
        )


def test_a_unit_that_is_no_more_is_read_by_who_kept_it(
    land: Land, ended: Placement, client_of: Any
) -> None:
    assert answers(client_of(land.xa), ended) == [404, 404, 404, 200, 404]
    assert answers(client_of(land.xa2), ended) == [404] * 5
    shown = client_of(land.xa).get(f"/units/{ended.unit_id}/figures/")
    assert [line.values["value"] for line in shown.context["grid"].lines] == ["120"]
    assert shown.context["may_state"] is False
    assert shown.context["grid"].locked.startswith("Số liệu do")
    assert [one.value for one in shown.context["history"]] == ["120 hộ"]
