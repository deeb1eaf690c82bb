"""Whoever saves over a row that somebody else has saved meanwhile reads who it was, and when."""

import datetime
import re
from typing import Any

import pytest
import time_machine

from tests import unit_factories as make
from tests.factories import Land
from tests.unit_factories import Village
from units import acts, figures, members
from units.acts import NodeEntry
from units.entries import Row
from units.members import MemberEntry
from units.models import UnitKind

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}
DAY = datetime.date(2025, 12, 31)
PAPER = "Báo cáo 12"
AT = datetime.datetime(2026, 11, 22, 2, 14, tzinfo=datetime.UTC)  # 9:14 in Việt Nam


@pytest.fixture
def village(land: Land) -> Village:
    return make.village(land)


def heard(client: Any, url: str, **row: str) -> str:
    """What the answer to a row says first."""
    answer = client.post(url, row, headers=HTMX)
    assert answer.status_code == 409
    (sentence,) = re.findall(r"</svg>\s*([^<]+)</strong>", answer.text)
    assert f"<h3>{sentence.partition(' đã sửa')[0]}</h3>" in answer.text  # above their values
    return str(sentence)


def test_in_a_grid_of_units(village: Village, client_of: Any) -> None:
    row = Row(unit_id=village.hamlet.unit_id)
    commune = village.land.commune
    acts.save_row(village.xa, commune, UnitKind.HAMLET, row, NodeEntry("Ấp Cây Dừa"), 1)
    url = f"/units/{commune.unit_id}/below/hamlet/"
    said = heard(client_of(village.xa), url, row=str(row), version="1", name="Ấp Cây Đa")
    assert re.fullmatch(r"Trần Thị Xã đã sửa mục này lúc \d\d:\d\d\.", said)


def test_in_a_list_of_members(village: Village, client_of: Any) -> None:
    member = make.member(village.xa, village.hamlet, UnitKind.CLAN, "Họ Thạch")
    row, entry = Row(unit_id=member.unit_id), MemberEntry("Họ Thạch", people=7)
    members.save_row(village.xa, village.hamlet, UnitKind.CLAN, row, entry, 1, make.REASON)
    url = f"/units/{village.hamlet.unit_id}/members/clan/"
    said = heard(client_of(village.thon), url, row=str(row), version="1", name="Họ Thạch xóm trên")
    assert re.fullmatch(r"Trần Thị Xã đã sửa mục này lúc \d\d:\d\d\.", said)


def test_in_the_figures_of_a_unit(village: Village, client_of: Any) -> None:
    kind = make.kind()
    with time_machine.travel(AT, tick=False):
        make.figure(village.xa, village.hamlet, kind, 240, DAY)
        url = f"/units/{village.hamlet.unit_id}/figures/"
        row = {"row": "ho", "version": "0", "value": "250", "day": "31/12/2025", "paper": PAPER}
        said = heard(client_of(village.thon), url, **row)
    assert said.startswith("Trần Thị Xã đã sửa mục này lúc ")


def test_in_the_figures_of_all_hamlets_it_is_who_changed_that_very_cell(
    village: Village, client_of: Any
) -> None:
    ho, dan = make.kind("ho"), make.kind("dan")
    make.figure(village.thon, village.hamlet, ho, 240, DAY)
    make.figure(village.xa, village.hamlet, dan, 900, DAY)
    assert figures.grid_rows([village.hamlet], DAY)[0].shown[ho.pk].stated_by == village.thon
    url = f"/units/{village.land.commune.unit_id}/figures/inside/"
    row = {"row": str(village.hamlet.unit_id), "version": "0", "ho": "250", "dan": "900"}
    said = heard(client_of(village.xa), url, **row, day="31/12/2025", paper=PAPER)
    assert said.startswith("Sơn Văn Ấp đã sửa mục này lúc ")
