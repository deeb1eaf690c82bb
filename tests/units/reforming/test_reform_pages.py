"""The pages of reforms: entering one, what it will do, its steps, and what they cost."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import periods
from tests.core.originals import pdf
from tests.units.reforming.conftest import CITATION, Setting, state, take
from units.models import Placement, Reform, ReformAct, ReformState, UnitKind
from units.reforming import entering
from units.reforming.entering import Wanted
from units.reforming.workflow import REFORM

pytestmark = pytest.mark.django_db

ClientOf = Callable[[Any], Client]
TODAY = periods.today()
MOST = 15  # with the three of the transaction


def url(name: str, *args: object) -> str:
    """An address of reforms."""
    return reverse(f"reforms:{name}", args=args)


def step_url(reform: Reform, step: str) -> str:
    """Where a step is taken by who has seen the reform as it is."""
    reform = Reform.objects.get(pk=reform.pk)
    return f"{url('step', reform.pk, step)}?seen={REFORM.fingerprint(reform)}"


def text(response: Any) -> str:
    """The words of an answer, on one line."""
    return " ".join(response.content.decode().split())


def test_a_commune_proposes_and_the_province_confirms(
    setting: Setting, client_of: ClientOf
) -> None:
    xa, tinh = client_of(setting.xa), client_of(setting.tinh)
    header = {"name": "Sáp nhập ấp", "citation": CITATION, "effective_on": f"{TODAY:%d/%m/%Y}"}
    begun = xa.post(f"{url('new')}?unit={setting.one.unit_id}", header)
    reform = Reform.objects.get()
    assert begun["Location"] == f"{url('detail', reform.pk)}?unit={setting.one.unit_id}"
    page = xa.get(f"{url('add', reform.pk, 'merge')}?unit={setting.one.unit_id}")
    chosen = f'value="{setting.one.unit_id}"'
    assert [chosen in one for one in text(page).split("<input") if " checked" in one] == [True]
    said = {"units": [setting.one.unit_id, setting.two.unit_id], "name": "Ấp Hợp Nhất"}
    assert xa.post(url("add", reform.pk, "merge"), said).status_code == 302
    shown = text(xa.get(url("detail", reform.pk)))
    assert "Ấp Giồng Lớn</a>, <a" in shown
    assert "<strong>Ấp Hợp Nhất</strong>" in shown

    assert xa.post(step_url(reform, "propose")).status_code == 302
    assert "do chính mình soạn" in text(xa.post(step_url(reform, "confirm")))
    assert tinh.post(step_url(reform, "confirm")).status_code == 302
    assert state(setting.one) is None
    reform.refresh_from_db()
    assert reform.state == ReformState.CARRIED_OUT
    assert "Hoàn tác đợt sắp xếp" in text(tinh.get(url("detail", reform.pk)))


def test_what_was_changed_meanwhile_is_not_confirmed(setting: Setting, client_of: ClientOf) -> None:
    reform = setting.proposed()
    seen = step_url(reform, "confirm")
    take("take_back", reform, setting.xa)
    entering.change(setting.xa, reform.pk, ReformAct.RENAME, setting.three, Wanted("Ấp Khác"))
    take("propose", reform, setting.xa)

    response = client_of(setting.tinh).post(seen)

    assert response.status_code == 409
    assert Reform.objects.get(pk=reform.pk).state == ReformState.PROPOSED


def test_what_cannot_be_is_said_beside_its_field(setting: Setting, client_of: ClientOf) -> None:
    reform = setting.draft()
    xa = client_of(setting.xa)
    alone = xa.post(url("add", reform.pk, "merge"), {"units": [setting.one.unit_id], "name": "Ấp"})
    assert alone.status_code == 422
    assert "Sáp nhập cần ít nhất hai đơn vị." in text(alone)
    nameless = xa.post(
        url("add", reform.pk, "merge"), {"units": [setting.one.unit_id, setting.two.unit_id]}
    )
    assert "Ghi tên đơn vị mới" in text(nameless)
    nowhere = xa.post(url("add", reform.pk, "move"), {"unit": setting.one.unit_id})
    assert "Ghi địa bàn mới" in text(nowhere)
    beyond = xa.post(url("add", reform.pk, "rename"), {"unit": setting.land.sibling.unit_id})
    assert beyond.status_code == 422
    again = {"unit": setting.one.unit_id, "default": "1"}
    again |= dict.fromkeys(("unit_1", "unit_2"), setting.two.unit_id)
    twice = xa.post(url("add", reform.pk, "divide"), again)
    assert "có đơn vị được chọn hai lần" in text(twice)
    assert not reform.lines.exists()


@pytest.mark.parametrize(
    ("act", "said"),
    [
        ("rename", {"unit": "one", "name": "Ấp Mới"}),
        ("retype", {"unit": "one", "type_name": "Khu phố"}),
        ("end", {"unit": "three"}),
        ("found", {"kind": "hamlet", "name": "Ấp Tân Lập"}),
        ("divide", {"unit": "one", "name_1": "Ấp A", "unit_2": "three", "default": "2"}),
    ],
)
def test_each_act_is_entered_and_taken_out(
    setting: Setting, client_of: ClientOf, act: str, said: dict[str, str]
) -> None:
    reform = setting.draft()
    xa = client_of(setting.xa)
    data = {
        name: str(getattr(setting, value).unit_id) if name.startswith("unit") else value
        for name, value in said.items()
    }
    assert xa.post(url("add", reform.pk, act), data).status_code == 302
    lines = list(reform.lines.all())
    assert {line.act for line in lines} == {act}
    assert xa.get(url("detail", reform.pk)).status_code == 200
    assert xa.post(url("remove", reform.pk, lines[-1].pk)).status_code == 302
    assert not reform.lines.exists()


def test_the_province_moves_a_hamlet_to_another_commune(
    setting: Setting, client_of: ClientOf
) -> None:
    reform = setting.draft(setting.tinh)
    tinh = client_of(setting.tinh)
    place = f"{url('add', reform.pk, 'move')}?place=(%23{setting.land.commune.unit_id})"
    there = f"Xã Hàm Giang (#{setting.land.sibling.unit_id})"
    data = {"unit": setting.one.unit_id, "located_in": there, "managed_by": there}
    assert tinh.post(place, data).status_code == 302
    line = reform.lines.get()
    assert (line.unit_id, line.located_in_id) == (
        setting.one.unit_id,
        setting.land.sibling.unit_id,
    )


def test_the_preview_counts_what_it_touches(setting: Setting, client_of: ClientOf) -> None:
    from tests import factories, unit_factories

    factories.appoint(factories.user("truongap"), "hamlet_head", setting.one)
    unit_factories.figure(setting.xa, setting.two, unit_factories.kind(), 120)
    reform = setting.merger()
    entering.divide(
        setting.xa,
        reform.pk,
        setting.three,
        [entering.Successor(name="Ấp A"), entering.Successor(name="Ấp B")],
        0,
    )
    unit_factories.member(setting.xa, setting.three, UnitKind.CLAN, "Họ Thạch")
    before = Placement.objects.count()

    shown = text(client_of(setting.tinh).get(url("preview", reform.pk)))

    assert "3 hộ gia đình, 1 công dân" in shown
    assert "1 dòng họ" in shown
    for label, place in (("Phân công", setting.one), ("Số liệu", setting.two)):
        row = shown.split(f'<th scope="row">{label}</th>')[1].split("</tr>")[0]
        assert '<td class="number" data-label="Số">1</td>' in row
        assert f"{place.name}</a> (1)" in row
    assert Placement.objects.count() == before


def test_the_page_of_a_unit_tells_what_is_planned_and_where_to_propose(
    setting: Setting, client_of: ClientOf
) -> None:
    reform = setting.done(on=TODAY + datetime.timedelta(days=20))
    xa, xa2 = client_of(setting.xa), client_of(setting.land.xa2)
    page = reverse("units:detail", args=[setting.one.unit_id])
    assert f"{url('new')}?unit={setting.one.unit_id}" in text(xa.get(page))
    assert url("new") not in text(xa2.get(page))
    for client in (xa, xa2):
        assert url("detail", reform.pk) in text(client.get(url("of_unit", setting.one.unit_id)))
    drafted = setting.draft()
    entering.change(setting.xa, drafted.pk, ReformAct.RENAME, setting.three, Wanted("Ấp Kín"))
    part = url("of_unit", setting.three.unit_id)
    assert url("detail", drafted.pk) in text(xa.get(part))
    assert url("detail", drafted.pk) not in text(xa2.get(part))


def test_the_list_is_filtered_by_words_year_territory_and_state(
    setting: Setting, client_of: ClientOf
) -> None:
    ahead = TODAY.replace(year=TODAY.year + 1)
    first, second = setting.done(), setting.draft(on=ahead)
    entering.change(setting.xa, second.pk, ReformAct.RENAME, setting.three, Wanted("Ấp Mới"))
    xa = client_of(setting.xa)

    def listed(query: str) -> list[int]:
        return [one.pk for one in xa.get(f"{url('index')}?{query}").context["page"]]

    assert listed("") == [second.pk, first.pk]
    assert listed(f"year={TODAY.year}") == [first.pk]
    assert listed("state=draft") == [second.pk]
    assert listed("q=vam") == [second.pk]  # the hamlet that it renames
    assert listed("q=khong-co") == []
    land = setting.land
    assert listed(f"province={land.province.unit_id}") == [second.pk, first.pk]
    assert listed(f"province={land.other_province.unit_id}") == []
    assert listed("year=abc") == [second.pk, first.pk]


def _cost(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


@pytest.mark.parametrize(
    ("person", "costs"), [("xa", (10, 12, 15, 11, 11)), ("tinh", (10, 12, 15, 11, 11))]
)
def test_queries_do_not_grow_with_lines(
    setting: Setting, client_of: ClientOf, person: str, costs: tuple[int, ...]
) -> None:
    """List, page of a draft, preview, form, page of what was carried out."""
    client = client_of(getattr(setting, person))
    done = setting.done()
    found = []
    for names in (["Ấp Mới"], ["Ấp 1", "Ấp 2"]):
        reform = setting.draft()
        for name in names:
            wanted = Wanted(name, located_in=setting.land.commune, managed_by=setting.land.commune)
            entering.found(setting.xa, reform.pk, UnitKind.HAMLET, wanted)
        entering.change(setting.xa, reform.pk, ReformAct.RENAME, setting.three, Wanted("Ấp Ba"))
        addresses = (
            url("index"),
            url("detail", reform.pk),
            url("preview", reform.pk),
            url("add", reform.pk, "rename"),
            url("detail", done.pk),
        )
        found.append(tuple(_cost(client, address) for address in addresses))
    assert found == [costs, costs]
    assert max(costs) <= MOST


def test_who_confirms_finds_it_on_the_first_page(setting: Setting, client_of: ClientOf) -> None:
    def due(person: Any) -> list[str]:
        return [one.name for one in client_of(person).get(url("due")).context["due"]]

    land = setting.land
    setting.proposed()
    own = setting.draft(land.tinh)
    entering.merge(land.tinh, own.pk, [land.commune, land.sibling], None, Wanted("Xã Mới"))
    take("propose", own, land.tinh)
    assert due(land.tinh) == ["Sắp xếp ấp năm 2026"]
    assert due(land.far_tinh) == []
    assert len(due(setting.country)) == 2
    assert client_of(land.xa).get(url("due")).status_code == 403
    assert url("due") in text(client_of(land.tinh).get("/"))
    assert url("due") not in text(client_of(land.xa).get("/"))


def test_the_signed_resolution_is_kept_and_read_by_who_may_read_the_reform(
    setting: Setting, client_of: ClientOf
) -> None:
    reform = setting.proposed()
    xa, address = client_of(setting.xa), url("attach", reform.pk)
    before = REFORM.fingerprint(reform)
    content = pdf()
    assert client_of(setting.xa).get(url("file", reform.pk)).status_code == 404
    for name, sent in (("nghi-quyet.docx", content), ("nghi-quyet.pdf", b"MZ")):
        xa.post(address, {"file": SimpleUploadedFile(name, sent)})
        assert Reform.objects.get(pk=reform.pk).file is None
    xa.post(address, {"file": SimpleUploadedFile("nghi-quyet.pdf", content)})
    found = Reform.objects.get(pk=reform.pk)
    assert REFORM.fingerprint(found) != before  # who confirms sees it first
    tinh = client_of(setting.tinh)
    assert "nghi-quyet.pdf" in tinh.get(url("detail", reform.pk)).content.decode()
    answer = tinh.get(url("file", reform.pk))
    assert b"".join(answer) == content  # type: ignore[arg-type]
    assert answer["Content-Disposition"].startswith("attachment")
    assert client_of(setting.land.far_tinh).get(url("file", reform.pk)).status_code == 404
    assert client_of(setting.land.xem).post(address).status_code == 403
