"""What is typed into the filter of a list of people stands in no address."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from core import veiled
from tests import unit_factories as make
from tests.factories import Land
from tests.unit_factories import REASON
from units import personal
from units.models import UnitKind

pytestmark = pytest.mark.django_db
NAME, OTHER = "Sơn Thị Kín", "Kim Văn Hở"


def test_the_filter_leads_to_an_address_without_the_name(land: Land, client_of: Any) -> None:
    village = make.village(land)
    for name in (NAME, OTHER):
        make.member(village.thon, village.hamlet, UnitKind.CITIZEN, name)
    personal.open_names(village.thon, village.hamlet, REASON)
    client = client_of(village.thon)
    page = f"/units/{village.hamlet.unit_id}/members/citizen/"
    answer = client.post("/veil/", {"to": page, "q": "son thi kin", "ended": "on", "page": "3"})
    url = answer["Location"]
    asked = parse_qs(urlsplit(url).query)
    assert (answer.status_code, urlsplit(url).path, set(asked)) == (302, page, {"ended", "w"})
    assert "kin" not in url.lower().replace(asked["w"][0].lower(), "")
    shown = client.get(url)
    assert (NAME in shown.text, OTHER in shown.text) == (True, False)
    assert 'value="son thi kin"' in shown.text
    openly = client.get(f"{page}?q=son+thi+kin")
    assert (NAME in openly.text, OTHER in openly.text) == (True, True)


def test_without_words_the_address_is_plain(land: Land, client_of: Any) -> None:
    client = client_of(land.xa)
    assert client.post("/veil/", {"to": "/units/", "q": " "})["Location"] == "/units/"
    answer = client.post("/veil/", {"to": "/units/", "q": "", "ended": "on"})
    assert answer["Location"] == "/units/?ended=on"


@pytest.mark.parametrize(
    "to", ["", "https://khac.example/", "//khac.example/", "/\\khac.example", "units", "/khong-co/"]
)
def test_it_leads_to_no_other_site(land: Land, client_of: Any, to: str) -> None:
    assert client_of(land.xa).post("/veil/", {"to": to, "q": "a"}).status_code == 400


def test_words_that_were_not_veiled_here_are_nothing() -> None:
    assert veiled.opened({"w": "Sơn", "q": "Sơn", "page": "2"}, "q") == {
        "w": "Sơn",
        "q": "",
        "page": "2",
    }
