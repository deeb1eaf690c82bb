"""The pages of what units keep: who sees what, without scripts too, at one cost for any size."""

import datetime
import uuid
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from core import periods
from core.veiled import veil
from tests import factories
from tests import unit_factories as make
from tests.factories import Land
from tests.unit_factories import Village
from units import permissions, personal
from units.models import Figure, Member, PersonalReading, Placement, UnitKind

pytestmark = pytest.mark.django_db

CONTROL = ("SAVEPOINT", "RELEASE", "SET TRANSACTION")


@pytest.fixture
def village(land: Land) -> Village:
    return make.village(land)


def asked(client: Client, url: str) -> int:
    """How many queries a page asks."""
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return sum(not one["sql"].startswith(CONTROL) for one in queries)


def fill(village: Village, number: int) -> None:
    """More of everything."""
    kinds = [make.kind(f"so-{number}-{place}") for place in range(2)]
    for row in range(number):
        hamlet = make.found(village.xa, village.land.commune, UnitKind.HAMLET, f"Ấp {number} {row}")
        for kind in kinds:
            make.figure(village.xa, hamlet, kind, row)
            make.figure(village.xa, village.hamlet, kind, row)
            make.figure(village.xa, village.land.commune, kind, row)
        for member in (UnitKind.HOUSEHOLD, UnitKind.CITIZEN, UnitKind.CLAN):
            make.member(village.thon, village.hamlet, member, f"Người {number} {row}")


def test_a_grid_that_is_only_read_says_why_once(village: Village, client_of: Any) -> None:
    fill(village, 3)
    url = f"/units/{village.land.commune.unit_id}/figures/inside/"
    page = client_of(village.xa).get(url).text
    assert page.count("Muốn nhập số liệu, trước hết ghi ở trên") == 1
    assert 'class="grid-save"' not in page
    assert 'data-autosave="figures-inside-' not in page
    page = client_of(village.xa).get(url, {"day": "01/01/2026", "paper": "Báo cáo"}).text
    assert "Muốn nhập số liệu" not in page
    assert page.count('data-autosave="figures-inside-') == 4  # three hamlets more


def readers(village: Village) -> dict[str, User]:
    """People of all roles that see figures of the commune, and of another commune."""
    land, named = village.land, {}
    for role in ("administrator", "commune_study_officer"):
        named[role] = factories.user()
        factories.appoint(named[role], role, land.commune)
    return {
        "officer": land.xa,
        "leader": land.lanhdaoxa,
        "province": land.tinh,
        "observer": land.xem,
        "other commune": land.xa2,
        **named,
    }


def test_who_reads_the_figures_of_each_hamlet_reads_them_together(
    village: Village, client_of: Any
) -> None:
    land, kind = village.land, make.kind()
    make.figure(village.xa, village.hamlet, kind, 987654)
    elsewhere = make.found(land.xa2, land.sibling, UnitKind.HAMLET, "Ấp Bên Kia")
    make.figure(land.xa2, elsewhere, kind, 123456)
    seen = {}
    for name, person in readers(village).items():
        client = client_of(person)
        together = client.get(f"/units/{land.commune.unit_id}/figures/inside/")
        alone = client.get(f"/units/{village.hamlet.unit_id}/figures/")
        assert "123.456" not in together.text
        assert ("987.654" in together.text) == ("987.654" in alone.text)
        seen[name] = together.status_code
    assert seen == {
        "officer": 200,
        "leader": 200,
        "province": 200,
        "observer": 200,
        "administrator": 200,
        "commune_study_officer": 403,  # who reads the commune's own
        "other commune": 404,
    }


def test_who_states_the_figures_of_each_hamlet_states_them_together(
    village: Village, client_of: Any
) -> None:
    make.kind()
    commune, hamlet = village.land.commune.unit_id, village.hamlet.unit_id
    frame = {"day": f"{periods.today():%d/%m/%Y}", "paper": "Báo cáo 13/BC-UBND"}
    saved = {}
    for value, (name, person) in enumerate(readers(village).items()):
        last = Figure.objects.filter(unit=hamlet).order_by("pk").last()
        row = {"row": str(hamlet), "version": str(last.pk if last else 0), "ho": str(value)}
        answer = client_of(person).post(f"/units/{commune}/figures/inside/", {**row, **frame})
        saved[name] = answer.status_code
        stated = Figure.objects.filter(unit=hamlet, stated_by=person).exists()
        assert stated == (answer.status_code == 302)
        assert stated == permissions.may_state(person, village.hamlet)[0]
    assert saved == {
        "officer": 302,
        "administrator": 302,
        "leader": 403,
        "province": 403,
        "observer": 403,
        "commune_study_officer": 403,
        "other commune": 404,
    }


def test_queries_do_not_grow_with_rows(village: Village, client_of: Any) -> None:
    commune, hamlet = village.land.commune.unit_id, village.hamlet.unit_id
    frame = "?day=01/01/2026&paper=Báo+cáo"
    urls = {
        "xa": [
            f"/units/{commune}/",
            f"/units/{hamlet}/",
            f"/units/{commune}/below/hamlet/",
            f"/units/{commune}/figures/",
            f"/units/{commune}/figures/inside/{frame}",
            f"/units/{hamlet}/members/household/",
            f"/units/{hamlet}/members/clan/",
            f"/units/{hamlet}/members/citizen/?sort=name&w={veil('nguoi')}",
        ],
        "tinh": [
            f"/units/{commune}/",
            f"/units/{hamlet}/",
            f"/units/{commune}/below/hamlet/",
            f"/units/{commune}/figures/",
            f"/units/{commune}/figures/inside/",
            f"/units/{hamlet}/figures/",
        ],
    }
    personal.open_names(village.xa, village.hamlet, make.REASON)
    counted = []
    for rows in (1, 3):
        fill(village, rows)
        counted.append(
            {
                (person, url): asked(client_of(getattr(village.land, person)), url)
                for person, paths in urls.items()
                for url in paths
            }
        )
    assert counted[0] == counted[1]
    assert max(counted[0].values()) <= 12


def test_without_scripts_a_row_is_saved_and_a_refused_one_comes_back(
    village: Village, client_of: Any
) -> None:
    client, url = client_of(village.xa), f"/units/{village.land.commune.unit_id}/below/hamlet/"
    row = {"row": str(uuid.uuid4()), "version": "0", "name": "Ấp Mới"}
    assert client.post(url, row).status_code == 302
    refused = client.post(
        url, {**row, "row": str(uuid.uuid4()), "last_day": "01/01/2026", "name": "Ấp Đã Hết"}
    )
    assert refused.status_code == 422
    page = refused.content.decode()
    assert "Ghi văn bản làm căn cứ kết thúc." in page
    assert 'value="Ấp Đã Hết"' in page
    assert list(
        Placement.objects.filter(kind=UnitKind.HAMLET)
        .order_by("name")
        .values_list("name", flat=True)
    ) == ["Ấp Cây Da", "Ấp Mới"]


def test_a_list_is_searched_and_shows_what_ended_when_asked(
    village: Village, client_of: Any
) -> None:
    place, client = village.land.commune, client_of(village.xa)
    yesterday = periods.today() - periods.ONE_DAY
    make.found(
        village.xa, place, UnitKind.HAMLET, "Ấp Cũ", last_day=yesterday, end_basis="Nghị quyết 6"
    )
    url = f"/units/{place.unit_id}/below/hamlet/"

    def names(query: str) -> list[str]:
        return [one.name for one in client.get(url + query).context["page"]]

    assert names("") == ["Ấp Cây Da"]
    assert names("?ended=on") == ["Ấp Cây Da", "Ấp Cũ"]
    assert names("?ended=on&q=ap+cu") == ["Ấp Cũ"]


def test_a_school_of_the_province_is_listed_with_its_managing_body(
    village: Village, client_of: Any
) -> None:
    url = f"/units/{village.land.commune.unit_id}/below/school/"
    reason = (
        "Thuộc quyền quản lý của Sở Giáo dục và Đào tạo tỉnh Vĩnh Long: chỉ cơ quan đó được sửa."
    )
    assert reason in client_of(village.xa).get(url).content.decode()
    assert reason not in client_of(village.land.sogddt).get(url).content.decode()


def test_names_show_only_after_they_were_opened(village: Village, client_of: Any) -> None:
    make.member(village.thon, village.hamlet, UnitKind.HOUSEHOLD, "Thạch Sa Ron", people=5)
    client, url = client_of(village.thon), f"/units/{village.hamlet.unit_id}/members/household/"
    assert "Thạch Sa Ron" not in client.get(url).content.decode()
    for reason, sentence in (
        ("", "Hãy nêu lý do"),
        ("ế" * 501, "501 ký tự, chỉ nhận tối đa 500 ký tự"),
    ):
        refused = client.post(f"{url}open/", {"reason": reason})
        assert (refused.status_code, sentence in refused.text) == (422, True)
        assert f">{reason}</textarea>" in refused.text
        assert "Thạch Sa Ron" not in refused.text
    assert not PersonalReading.objects.exists()
    client.post(f"{url}open/", {"reason": make.REASON})
    page = client.get(url).content.decode()
    assert "Thạch Sa Ron" in page
    assert make.REASON in page
    assert "Sơn Văn Ấp" in page  # who opened them
    other = client_of(village.xa).get(url).content.decode()
    assert "Thạch Sa Ron" not in other


def test_the_province_sees_numbers_only(village: Village, client_of: Any) -> None:
    for number in range(2):
        make.member(village.thon, village.hamlet, UnitKind.HOUSEHOLD, f"Thạch {number}")
    client = client_of(village.land.tinh)
    page = client.get(f"/units/{village.land.commune.unit_id}/").content.decode()
    assert "<dt>Hộ gia đình đã nhập danh sách của các thôn</dt><dd>2</dd>" in page
    hamlet = village.hamlet.unit_id
    assert client.get(f"/units/{hamlet}/members/household/").status_code == 403


def test_a_figure_is_stated_without_scripts_and_the_old_one_struck(
    village: Village, client_of: Any
) -> None:
    kind, url = make.kind(), f"/units/{village.hamlet.unit_id}/figures/"
    old = make.figure(village.xa, village.hamlet, kind, 204, datetime.date(2025, 12, 31))
    client = client_of(village.thon)
    row = {"row": "ho", "version": str(old.pk), "value": "1.240", "day": "31/12/2025"}
    assert client.post(url, {**row, "paper": "Đính chính"}).status_code == 302
    page = client.get(url).content.decode()
    assert "<s>204 hộ</s>" in page
    assert 'value="1.240"' in page
    assert "<s>1.240 hộ</s>" not in page
    stale = client.post(url, {**row, "value": "7", "paper": "Khác"})
    assert stale.status_code == 422  # somebody stated another figure meanwhile
    assert Figure.objects.latest("pk").value == 1240


def test_the_page_of_a_unit_says_who_assesses_it(village: Village, client_of: Any) -> None:
    client = client_of(village.xa)
    said = {
        village.office: "đơn vị tự đánh giá; đã có tài khoản của người lập.",
        village.school: f"{village.land.education.name} là cơ quan quản lý, có thể đánh giá thay.",
    }
    for place, words in said.items():
        page = client.get(f"/units/{place.unit_id}/").text
        assert page.count("<strong>Tự đánh giá:</strong>") == page.count(words) == 1
    outside = client_of(village.land.far_xa).get(f"/units/{village.office.unit_id}/").text
    assert "<strong>Tự đánh giá:</strong>" not in outside


def test_what_the_lists_hold_is_said_beside_a_figure_and_not_used(
    village: Village, client_of: Any
) -> None:
    make.kind("ho"), make.kind("don-vi")
    make.member(village.thon, village.hamlet, UnitKind.HOUSEHOLD, "Thạch Sa Ron")
    client, url = client_of(village.thon), f"/units/{village.hamlet.unit_id}/figures/"
    page = client.get(url).text
    assert page.count("đã nhập danh sách: 1<") == page.count("đã nhập danh sách") == 1
    assert not Figure.objects.exists()
    assert "đã nhập danh sách" not in client.get(url, {"day": "31/12/2025"}).text


def test_a_row_entered_by_mistake_is_taken_out(village: Village, client_of: Any) -> None:
    member = make.member(village.thon, village.hamlet, UnitKind.CLAN, "Họ Thạch")
    url = f"/units/{village.hamlet.unit_id}/members/clan/{member.unit_id}/remove/"
    assert client_of(village.land.lanhdaoxa).post(url).status_code == 403
    page = client_of(village.thon).get(url.removesuffix(f"{member.unit_id}/remove/")).text
    assert f'<form class="step-panel" method="post" action="{url}">' in page  # asks first
    assert client_of(village.thon).post(url).status_code == 302
    assert not Member.objects.exists()


def test_a_long_paper_is_read_whole_and_kept_as_one_line(village: Village, client_of: Any) -> None:
    kind, url = make.kind(), f"/units/{village.hamlet.unit_id}/figures/"
    client, paper = client_of(village.thon), "Báo cáo số 145/BC-UBND " + "về hộ gia đình " * 15
    row = {"row": kind.code, "version": "0", "value": "240", "day": "31/12/2025"}
    client.post(url, {**row, "paper": paper.replace("về", "\r\nvề", 1)})
    assert f">{paper.strip()}</textarea>" in client.get(url).text
