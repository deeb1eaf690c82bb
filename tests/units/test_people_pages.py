"""The pages of people as an administrator sees them: list, one person, forms, scope, cost."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

import pytest
from axes.models import AccessAttempt
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import PersonalLink, User
from core import journal, periods
from core.veiled import unveil, veil
from tests import factories
from tests.browser import OFFICE, TELEPHONE, PageAs, assert_accessible
from tests.factories import Land
from tests.guards.pages import Shown, faults
from tests.units.people_offices import A_WEEK, TODAY, YESTERDAY, Offices, of, offices
from units import people_queries
from units.models import Appointment, UnitKind

FRAME = ("SAVEPOINT", "RELEASE", "SET TRANSACTION")
DAY = f"{TODAY:%d/%m/%Y}"
JUNK = ["", "\0", "9" * 30, "-1", "<b onclick=x>&\"'", "ế" * 3000, "32/13/2026", "[]"]
ClientOf = Callable[[User], Client]


@pytest.fixture
def world(land: Land) -> Offices:
    return offices(land)


@pytest.fixture
def commune(world: Offices, client_of: ClientOf) -> Client:
    return client_of(world.commune_admin)


@pytest.fixture
def province(world: Offices, client_of: ClientOf) -> Client:
    return client_of(world.province_admin)


def names(response: Any) -> list[str]:
    return [row.person.full_name for row in response.context["rows"]]


def asked(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return sum(not one["sql"].startswith(FRAME) for one in queries)


def post_of(place: Any, role: str = "commune_officer", **more: str) -> dict[str, str]:
    return {"role": role, "unit": f"{place.name} (#{place.unit_id})", "first_day": DAY, **more}


# The list


@pytest.mark.django_db
def test_what_waits_for_an_administrator_is_counted_and_leads_to_its_list(
    world: Offices, province: Client
) -> None:
    land = world.land
    factories.place(UnitKind.COMMUNE, "Xã Mới", land.province)
    factories.place(UnitKind.COMMUNE, "Xã Ngoài", land.other_province)
    invited = factories.user("moi", full_name="Lê Chưa Vào")
    outside = factories.user("ngoai", full_name="Lê Bên Ngoài")
    with journal.act("test"):
        for person in (invited, outside):
            person.set_unusable_password()
            person.save()
    factories.appoint(invited, "commune_officer", land.commune)
    factories.appoint(outside, "commune_officer", land.far_commune)
    for name in (land.xa.username, land.far_xa.username):
        AccessAttempt.objects.create(
            username=name, ip_address="10.0.0.1", failures_since_start=settings.AXES_FAILURE_LIMIT
        )
    due = people_queries.due(world.province_admin)
    assert (due.invited, due.locked) == (1, 1)
    assert ([place.name for place in due.empty], due.empty_number) == (["Xã Mới"], 1)
    page = province.get("/people/due/").text
    assert f"<strong>{due.running}</strong>" in page
    assert names(province.get("/people/?state=invited")) == ["Lê Chưa Vào"]
    assert names(province.get("/people/?state=locked")) == [land.xa.full_name]
    assert len(names(province.get("/people/?state=running"))) == due.running
    assert 'hx-get="/people/due/"' in province.get("/").text


@pytest.mark.django_db
def test_the_list_holds_the_people_of_the_area_by_given_name(
    commune: Client, province: Client
) -> None:
    assert names(commune.get("/people/")) == [
        "Dương Văn Hết",
        "Lê Văn Lãnh",
        "Mai Văn Xã",
        "Trần Thị Xã",
    ]
    assert names(province.get("/people/")) == [
        "Phạm Thị Hai",
        "Dương Văn Hết",
        "Lê Văn Lãnh",
        "Đặng Văn Sở",
        "Nguyễn Thị Tỉnh",
        "Phan Văn Trị",
        "Mai Văn Xã",
        "Trần Thị Xã",
        "Hồ Văn Xem",
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "found"),
    [
        (f"w={veil('xã')}", ["Mai Văn Xã", "Trần Thị Xã"]),
        (f"w={veil('xa2')}", ["Phạm Thị Hai"]),
        (f"w={veil('lanhdaox')}", ["Lê Văn Lãnh"]),
        ("role=administrator", ["Phan Văn Trị", "Mai Văn Xã"]),
        ("unit=noi vu", ["Nguyễn Thị Tỉnh"]),
        ("state=ended", ["Dương Văn Hết"]),
        ("state=running&unit=dai an", ["Lê Văn Lãnh", "Mai Văn Xã", "Trần Thị Xã"]),
        ("role=administrator&unit=dai an", ["Mai Văn Xã"]),
    ],
)
def test_the_list_is_filtered(query: str, found: list[str], province: Client) -> None:
    assert names(province.get(f"/people/?{query}")) == found


@pytest.mark.django_db
def test_a_filter_that_matches_nobody_says_what_to_do(province: Client) -> None:
    assert "Không có ai khớp bộ lọc" in province.get(f"/people/?w={veil('zzz')}").content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["commune_admin", "province_admin"])
def test_the_pages_ask_the_same_for_one_row_and_for_three(
    who: str, world: Offices, client_of: ClientOf
) -> None:
    land, counted = world.land, []
    for number in (1, 3):
        for _ in range(number):
            factories.appoint(factories.user(), "observer", land.commune)
            if number == 3:
                week = periods.between(TODAY + A_WEEK * _, TODAY + A_WEEK * _)
                factories.appoint(land.xa, "observer", land.commune, period=week)
        client = client_of(getattr(world, who))
        client.get("/people/")
        pages = ("/people/", f"/people/{land.xa.pk}/", f"/people/{land.xa.pk}/history/")
        counted.append([asked(client, url) for url in pages])
    assert counted == [[6, 10, 6]] * 2


# One person


@pytest.mark.django_db
def test_a_person_outside_the_area_is_not_there(world: Offices, commune: Client) -> None:
    pk = world.land.tinh.pk
    held = of(world.land.tinh).pk
    for url in (
        f"/people/{pk}/",
        f"/people/{pk}/history/",
        f"/people/{pk}/give/",
        f"/people/{pk}/give/?w={veil('xa')}",
        f"/people/{pk}/transfer/",
        f"/people/appointments/{held}/change/",
        f"/people/appointments/{held}/deputise/",
    ):
        assert commune.get(url).status_code == 404, url
    for url in (
        f"/people/{pk}/link/",
        f"/people/{pk}/close/",
        f"/people/appointments/{held}/recall/",
    ):
        assert commune.post(url, {"reason": "x"}).status_code == 404, url


@pytest.mark.django_db
def test_the_page_says_what_is_held_why_and_what_may_be_done(
    world: Offices, commune: Client
) -> None:
    page = commune.get(f"/people/{world.land.xa.pk}/").content.decode()
    for words in (
        "công chức Văn hóa – Xã hội",
        "Xã Đại An",
        "chưa thiết lập",
        "Gia hạn hoặc kết thúc",
        "Kết thúc khi chuyển công tác",
    ):
        assert words.lower() in page.lower(), words


@pytest.mark.django_db
def test_of_a_person_who_also_works_outside_only_the_number_shows(
    world: Offices, commune: Client
) -> None:
    factories.appoint(world.land.xa, "observer", world.land.province)
    page = commune.get(f"/people/{world.land.xa.pk}/").content.decode()
    assert "Còn giữ 1 vai trò ngoài địa bàn" in page
    assert "Tỉnh Vĩnh Long" not in page.partition("<main")[2]
    assert f"/people/{world.land.xa.pk}/link/" not in page
    assert commune.post(f"/people/{world.land.xa.pk}/link/").status_code == 403


@pytest.mark.django_db
def test_the_own_page_offers_nothing_to_oneself(world: Offices, commune: Client) -> None:
    page = commune.get(f"/people/{world.commune_admin.pk}/").content.decode()
    assert "Không ai tự phân công vai trò cho mình." in page
    assert "Không ai tự đổi vai trò của mình" in page


# Inviting and giving


@pytest.mark.django_db
def test_an_invitation_shows_its_link_once(world: Offices, commune: Client) -> None:
    data = {"full_name": "Lý Thị  Mới", "email": "", **post_of(world.land.commune)}
    response = commune.post("/people/invite/", data)
    assert response.status_code == 201
    (token,) = re.findall(r"/accounts/link/([\w-]{43})/", response.content.decode())
    person = User.objects.get(username="moilt")
    assert (person.full_name, of(person).unit_id) == ("Lý Thị Mới", world.land.commune.unit_id)
    assert token not in commune.get(f"/people/{person.pk}/").content.decode()
    first = PersonalLink.objects.get()
    asked = {"reason": "Chưa nhận được thư"}
    assert commune.post(f"/people/{person.pk}/link/").status_code == 302  # says that one is needed
    assert commune.post(f"/people/{person.pk}/link/", asked).status_code == 201
    first.refresh_from_db()
    assert first.replaced_at is not None


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"full_name": ""}, "is-invalid"),
        ({"username": "Mới"}, "bằng chữ không dấu"),
        ({"username": "XA"}, "đã có người dùng"),
        ({"unit": "Xã Hàm Giang"}, "Không có đơn vị này trong địa bàn"),
        ({"unit": "Đại An"}, "Có nhiều đơn vị trùng tên"),
        ({"role": "hamlet_head"}, "không có ở loại đơn vị này"),
        ({"role": "emulation_officer"}, "is-invalid"),
        ({"first_day": f"{YESTERDAY:%d/%m/%Y}"}, "bắt đầu từ hôm nay"),
        ({"last_day": f"{YESTERDAY:%d/%m/%Y}"}, "Ngày cuối trước ngày đầu"),
        ({"last_day": "31/02/2027"}, "Không có ngày 31/02/2027."),
        ({"last_day": "2027-02-01"}, "dd/mm/yyyy"),
    ],
)
def test_what_is_wrong_is_said_at_the_field_and_nothing_is_made(
    change: dict[str, str], words: str, world: Offices, commune: Client
) -> None:
    before = User.objects.count()
    data = {"full_name": "Lý Thị Mới", **post_of(world.land.commune), **change}
    response = commune.post("/people/invite/", data)
    assert (response.status_code, words in response.content.decode()) == (200, True)
    assert User.objects.count() == before


@pytest.mark.django_db
def test_nobody_is_invited_twice_by_a_second_click(world: Offices, commune: Client) -> None:
    data = {"full_name": "Lý Thị Mới", **post_of(world.land.commune)}
    assert commune.post("/people/invite/", data).status_code == 201
    again = commune.post("/people/invite/", data)
    assert "đã có tài khoản tại đơn vị này (moilt)" in again.content.decode()
    proposed = commune.post("/people/invite/", {**data, "username": "moilt2"})
    assert "đã có tài khoản tại đơn vị này (moilt)" in proposed.content.decode()
    assert commune.post("/people/invite/", {**data, "username": "moi.1990"}).status_code == 201


@pytest.mark.django_db
def test_a_user_name_is_proposed_as_one_types(commune: Client) -> None:
    proposed = commune.post("/people/username/", {"full_name": "Lý Thị Mới"}).content.decode()
    assert 'value="moilt"' in proposed
    kept = commune.post(
        "/people/username/", {"full_name": "Lý Thị Mới", "username": "moi1"}
    ).content.decode()
    assert 'value="moi1"' in kept


@pytest.mark.django_db
def test_units_of_the_area_are_suggested(world: Offices, commune: Client) -> None:
    found = commune.get("/people/units/?unit=truong").content.decode()
    number = world.commune_school.unit_id
    assert f'value="Trường Tiểu học Đại An, Xã Đại An (#{number})"' in found
    assert "THPT" not in found
    assert "Hàm Giang" not in commune.get("/people/units/").content.decode()
    chosen = commune.get(f"/people/invite/?unit={number}").content.decode()
    assert f'value="Trường Tiểu học Đại An, Xã Đại An (#{number})"' in chosen


@pytest.mark.django_db
def test_somebody_with_an_account_elsewhere_is_found_by_the_user_name_alone(
    world: Offices, commune: Client
) -> None:
    stranger = world.land.stranger
    response = commune.post("/people/find/", {"username": "stranger"})
    url = response.headers["Location"]
    path, _, words = url.partition("?w=")
    assert (path, unveil(unquote(words))) == (f"/people/{stranger.pk}/give/", "stranger")
    assert commune.get(f"/people/{stranger.pk}/give/").status_code == 404
    assert commune.get(url).status_code == 200
    assert commune.post(url, post_of(world.land.commune)).status_code == 302
    assert of(stranger).role == "commune_officer"
    unknown = commune.post("/people/find/", {"username": "nobody"})
    assert (unknown.status_code, "Không có ai dùng" in unknown.content.decode()) == (422, True)


@pytest.mark.django_db
def test_an_incompatible_role_is_refused_at_the_field(world: Offices, province: Client) -> None:
    data = post_of(world.land.home_affairs, "emulation_officer")
    response = province.post(f"/people/{world.land.xa.pk}/give/", data)
    assert "Không ai tự thẩm định việc mình kê khai" in response.content.decode()
    assert world.land.xa.appointments.count() == 1


# Changing


@pytest.mark.django_db
def test_a_role_is_ended_with_a_reason(world: Offices, commune: Client) -> None:
    url = f"/people/appointments/{of(world.land.xa).pk}/change/"
    assert commune.post(url, {"last_day": DAY}).status_code == 200
    response = commune.post(url, {"last_day": DAY, "reason": "Nghỉ việc"})
    assert response.headers["Location"] == f"/people/{world.land.xa.pk}/"
    assert periods.last_day(of(world.land.xa).period) == TODAY
    history = commune.get(f"/people/{world.land.xa.pk}/history/").content.decode()
    assert "Nghỉ việc" in history
    assert "Mai Văn Xã" in history


@pytest.mark.django_db
def test_a_transfer_by_the_page(world: Offices, province: Client) -> None:
    url = f"/people/{world.land.xa.pk}/transfer/"
    said = {"ends_on": DAY, "reason": "Quyết định 7"}
    half = province.post(url, {**said, "role": "commune_officer"})
    assert half.content.decode().count("Vị trí mới cần cả mục này.") == 2
    tomorrow = f"{TODAY + periods.ONE_DAY:%d/%m/%Y}"
    new = {**post_of(world.land.sibling), "first_day": tomorrow}
    assert province.post(url, {**said, **new}).status_code == 302
    units = Appointment.objects.filter(user=world.land.xa).order_by("pk")
    assert [one.unit_id for one in units] == [
        world.land.commune.unit_id,
        world.land.sibling.unit_id,
    ]


@pytest.mark.django_db
def test_a_holder_lets_a_colleague_stand_in_and_recalls(
    world: Offices, client_of: ClientOf
) -> None:
    land, client = world.land, client_of(world.land.xa)
    url = f"/people/appointments/{of(land.xa).pk}/deputise/"
    page = client.get(url).content.decode()
    choices = re.findall(r'<option value="(\d+)"', page)
    assert choices == [str(land.lanhdaoxa.pk), str(world.commune_admin.pk)]
    days = {"first_day": DAY, "last_day": DAY, "reason": "Nghỉ phép"}
    assert client.post(url, {**days, "deputy": str(land.tinh.pk)}).status_code == 200
    response = client.post(url, {**days, "deputy": str(land.lanhdaoxa.pk)})
    assert response.headers["Location"] == "/accounts/me/"
    deputy = Appointment.objects.get(user=land.lanhdaoxa, role="commune_officer")
    assert "Lê Văn Lãnh được ủy quyền" in client.get("/accounts/me/").content.decode()
    recall = f"/people/appointments/{deputy.pk}/recall/"
    assert client_of(land.xa2).post(recall).status_code == 404
    assert client.post(recall).status_code == 302
    assert client.post(recall).status_code == 403


@pytest.mark.django_db
def test_an_act_on_an_account_needs_a_reason(world: Offices, commune: Client) -> None:
    url = f"/people/{world.land.xa.pk}/close/"
    commune.post(url)
    assert User.objects.get(pk=world.land.xa.pk).is_active
    commune.post(url, {"reason": "Nghỉ hưu"})
    assert not User.objects.get(pk=world.land.xa.pk).is_active
    assert commune.post(f"/people/{world.land.xa.pk}/nothing/").status_code == 404


# Every page


def pages_of(world: Offices) -> list[str]:
    pk, held = world.land.xa.pk, of(world.land.xa).pk
    return [
        "/people/",
        f"/people/?w={veil('zzz')}",
        "/people/invite/",
        f"/people/invite/?unit={world.land.commune.unit_id}",
        f"/people/{pk}/",
        f"/people/{world.commune_admin.pk}/",
        f"/people/{pk}/history/",
        f"/people/{pk}/give/",
        f"/people/{pk}/transfer/",
        f"/people/appointments/{held}/change/",
        f"/people/appointments/{held}/deputise/",
        "/accounts/me/",
    ]


@pytest.mark.django_db
def test_what_a_persons_page_asks(world: Offices, commune: Client, client_of: ClientOf) -> None:
    url = f"/people/{world.land.xa.pk}/"
    assert asked(commune, url) == 10
    assert asked(client_of(world.country_admin), url) == 10


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_page_keeps_its_promises(language: str, world: Offices, commune: Client) -> None:
    commune.post("/accounts/language/", {"language": language})
    for url in pages_of(world):
        with CaptureQueriesContext(connection) as queries:
            response = commune.get(url)
        count = sum(not one["sql"].startswith(FRAME) for one in queries)
        shown = Shown(response, response.content.decode(), count)
        assert response.status_code == 200, url
        assert faults(shown, part=False, language=language) == [], url
        assert count <= 12, f"{url}: {count}"


@pytest.mark.django_db
def test_junk_is_never_a_fault(world: Offices, province: Client) -> None:
    fields = ("q", "role", "unit", "state", "page", "name", "full_name", "username", "email")
    days = ("first_day", "last_day", "ends_on", "deputy", "reason")
    urls = [*pages_of(world), "/people/units/"]
    for junk in JUNK:
        for url in urls:
            assert province.get(url, dict.fromkeys(fields, junk)).status_code < 500, url
        posted = ("/people/find/", "/people/username/", f"/people/{world.land.xa.pk}/link/")
        for url in (*urls[2:-2], *posted):
            sent = province.post(url, dict.fromkeys((*fields, *days), junk))
            assert sent.status_code < 500, url
    for number in (0, 2**31, 2**63, 10**30):
        assert province.get(f"/people/{number}/").status_code == 404
        assert province.get(f"/people/appointments/{number}/change/").status_code == 404


@pytest.mark.parametrize("size", [OFFICE, TELEPHONE], ids=["office", "telephone"])
def test_the_pages_are_accessible_and_no_wider_than_the_screen(
    size: tuple[int, int], page_as: PageAs, world: Offices
) -> None:
    page = page_as(world.commune_admin, size)
    wide = []
    for url in pages_of(world):
        page.goto(url)
        assert_accessible(page)
        if page.evaluate("document.documentElement.scrollWidth") > size[0]:
            wide.append(url)
    assert wide == []
