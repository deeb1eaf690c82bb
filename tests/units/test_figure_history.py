"""A change is a new figure: on the page of the unit's figures nothing that was stated is lost."""

import datetime
import re
from typing import Any

import pytest

from tests import unit_factories as make
from tests.factories import Land

pytestmark = pytest.mark.django_db

LAST_YEAR, YEAR_BEFORE = datetime.date(2025, 12, 31), datetime.date(2024, 12, 31)


def told(page: str) -> list[list[str]]:
    """The cells of the history, a row each, as people read them; the newest first."""
    history = page.partition("<h2>Lịch sử")[2]
    rows = re.findall(r"<tr>\s*<th scope=\"row\".*?</tr>", history, re.DOTALL)
    cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in rows]
    return [[" ".join(re.sub(r"<[^>]+>", " ", cell).split()) for cell in row] for row in cells]


def test_every_figure_stands_with_its_day_its_paper_and_who_stated_it(
    land: Land, client_of: Any
) -> None:
    village, kind = make.village(land), make.kind()
    hamlet = village.hamlet
    make.figure(village.thon, hamlet, kind, 230, YEAR_BEFORE, "Báo cáo 3/BC-A năm 2024")
    make.figure(village.thon, hamlet, kind, 204, LAST_YEAR, "Báo cáo 7/BC-A năm 2025")
    make.figure(village.xa, hamlet, kind, 240, LAST_YEAR, "Đính chính 8/CV-UBND")
    make.figure(village.xa, hamlet, kind, None, YEAR_BEFORE, "Thu hồi 9/CV-UBND")
    client = client_of(land.xem)
    unit_page = client.get(f"/units/{hamlet.unit_id}/").text
    assert f'href="/units/{hamlet.unit_id}/figures/"' in unit_page
    rows = told(client.get(f"/units/{hamlet.unit_id}/figures/").text)
    over = "không còn hiệu lực"
    assert [row[:4] for row in rows] == [
        [kind.name, "240 hộ", "31/12/2025", "Đính chính 8/CV-UBND"],
        [kind.name, f"204 hộ {over}", "31/12/2025", "Báo cáo 7/BC-A năm 2025"],
        [kind.name, f"đã rút {over}", "31/12/2024", "Thu hồi 9/CV-UBND"],
        [kind.name, f"230 hộ {over}", "31/12/2024", "Báo cáo 3/BC-A năm 2024"],
    ]
    names = [re.sub(r" \d\d:\d\d \d\d?/\d\d?/\d{4}$", "", row[4]) for row in rows]
    assert names == ["Trần Thị Xã", "Sơn Văn Ấp", "Trần Thị Xã", "Sơn Văn Ấp"]


def test_what_was_true_on_an_earlier_day_can_be_read_again(land: Land, client_of: Any) -> None:
    village, kind = make.village(land), make.kind()
    make.figure(village.thon, village.hamlet, kind, 230, YEAR_BEFORE, "Báo cáo 3")
    make.figure(village.thon, village.hamlet, kind, 240, LAST_YEAR, "Báo cáo 7")
    client, url = client_of(land.xem), f"/units/{village.hamlet.unit_id}/figures/"
    shown = {
        day: client.get(url, {"day": day}).context["grid"].lines[0].values
        for day in ("30/12/2025", "31/12/2025")
    }
    assert shown == {
        "30/12/2025": {"value": "230", "day": "31/12/2024", "paper": "Báo cáo 3"},
        "31/12/2025": {"value": "240", "day": "31/12/2025", "paper": "Báo cáo 7"},
    }
