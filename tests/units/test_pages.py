"""The pages of units: the tree, search, and what a unit was, is and became."""

import datetime
import html
import re
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from core import journal, periods
from tests import factories
from tests.factories import Land
from units import loader
from units.models import Placement, Reform, Succession, UnitKind

pytestmark = pytest.mark.django_db

BEFORE = datetime.date(2025, 6, 30)
AFTER = datetime.date(2025, 7, 1)
UNTIL_REFORM = periods.between(None, BEFORE)
SINCE_REFORM = periods.between(AFTER, None)
# Of the page's queries those that ask for something, not those that open and close a transaction.
FRAME = ("SAVEPOINT", "RELEASE", "SET TRANSACTION")


@pytest.fixture
def province(land: Land, client_of: Any) -> Client:
    return client_of(land.tinh)


def names(response: Any) -> list[str]:
    """The units of the tree, as the page lists them."""
    return [one.name for one in response.context["page"]]


def found(response: Any) -> list[str]:
    return [one.placement.name for one in response.context["found"]]


def text(response: Any) -> str:
    """What a person reads."""
    main = response.content.decode().split("<main", 1)[-1]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", main)).split())


def asked(client: Client, url: str) -> int:
    """How many queries a page asks."""
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return sum(not one["sql"].startswith(FRAME) for one in queries)


# The tree


def test_the_tree_begins_with_the_provinces(land: Land, province: Client) -> None:
    response = province.get("/units/")
    assert names(response) == ["Tỉnh Đồng Tháp", "Tỉnh Vĩnh Long"]
    assert "cấp tỉnh: 2 · cấp xã: 3 · cơ quan: 3" in text(response)


def test_what_lies_in_a_unit_is_the_same_with_and_without_javascript(
    land: Land, province: Client
) -> None:
    unit = land.province.unit_id
    opened = province.get(f"/units/{unit}/children/")
    followed = province.get(f"/units/?under={unit}")
    assert names(opened) == names(followed)
    assert names(opened) == [
        "Xã Đại An",
        "Xã Hàm Giang",
        "Sở Giáo dục và Đào tạo tỉnh Vĩnh Long",
        "Sở Nội vụ tỉnh Vĩnh Long",
    ]
    tree = province.get("/units/").content.decode()
    assert f'hx-get="/units/{unit}/children/"' in tree
    assert f'href="/units/?under={unit}"' in tree


def test_names_stand_in_vietnamese_order(land: Land, province: Client) -> None:
    for name in ("Ấp 10", "Ấp 2", "Ấp Đồn", "Ấp Dừa", "Ấp Ê", "Ấp Em"):
        factories.place(UnitKind.HAMLET, name, land.commune)
    response = province.get(f"/units/{land.commune.unit_id}/children/")
    assert names(response) == ["Ấp 2", "Ấp 10", "Ấp Dừa", "Ấp Đồn", "Ấp Em", "Ấp Ê"]


def test_the_tree_of_a_day_knows_what_was_there(land: Land, province: Client) -> None:
    factories.place(UnitKind.PROVINCE, "Tỉnh Trà Vinh", land.country, period=UNTIL_REFORM)
    assert names(province.get("/units/?day=30/06/2025")) == [
        "Tỉnh Đồng Tháp",
        "Tỉnh Trà Vinh",
        "Tỉnh Vĩnh Long",
    ]
    assert names(province.get("/units/?day=01/07/2025")) == ["Tỉnh Đồng Tháp", "Tỉnh Vĩnh Long"]


@pytest.mark.parametrize("day", ["2025-06-30", "30/06/25x", "hôm qua", "1/1/0"])
@pytest.mark.parametrize("page", ["/units/", "/units/{unit}/"])
def test_a_wrong_day_is_said_and_kept(land: Land, province: Client, page: str, day: str) -> None:
    response = province.get(page.format(unit=land.commune.unit_id), {"day": day})
    assert response.status_code == 200
    assert "Hãy viết ngày dạng dd/mm/yyyy, ví dụ 30/06/2025." in text(response)
    assert f'value="{day}"' in response.content.decode()


def test_a_day_that_no_month_has_is_named(province: Client) -> None:
    for day in ("31/02/2026", "29/02/2027", "00/01/2026", "01/13/2026", "01/01/0000"):
        assert f"Không có ngày {day}." in text(province.get("/units/", {"day": day}))


def test_a_long_list_has_pages(land: Land, province: Client) -> None:
    for number in range(201):
        factories.place(UnitKind.HAMLET, f"Ấp {number}", land.commune)
    first = province.get(f"/units/{land.commune.unit_id}/children/")
    assert len(names(first)) == 200
    link = re.search(r'href="(/units/\?[^"]+)"', first.content.decode())
    assert link
    assert names(province.get(link[1].replace("&amp;", "&"))) == ["Ấp 200"]


def test_without_units_the_page_says_what_to_do(client_of: Any) -> None:
    """Somebody with an appointment at a unit that lies nowhere sees how the tree comes in."""
    person = factories.user()
    factories.appoint(person, "observer", factories.place(UnitKind.AGENCY, "Sở"))
    response = client_of(person).get("/units/")
    assert "manage.py load_units" in text(response)


# Search


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("Đại An", ["Xã Đại An"]),
        ("dai an", ["Xã Đại An"]),
        ("DAI AN", ["Xã Đại An"]),
        ("xã đại", ["Xã Đại An"]),
        ("  ại   an ", ["Xã Đại An"]),
        (unicodedata.normalize("NFD", "Đại An"), ["Xã Đại An"]),
        ("ham gi", ["Xã Hàm Giang"]),
        ("29491", ["Xã Đại An"]),
        ("294", ["Xã Đại An", "Xã Hàm Giang"]),
        ("vinh long", ["Tỉnh Vĩnh Long", "Sở Giáo dục", "Sở Nội vụ"]),
        ("%", []),
        ("_", []),
        ("\\", []),
        ("không có", []),
    ],
)
def test_search(land: Land, province: Client, words: str, expected: list[str]) -> None:
    response = province.get("/units/", {"q": words})
    shown = [re.sub(r"( và Đào tạo)? tỉnh Vĩnh Long", "", name) for name in found(response)]
    if words == "vinh long":
        shown[0] = found(response)[0]
    assert shown == expected


def test_both_spellings_of_a_tone_find_the_name_and_the_written_one_comes_first(
    land: Land, province: Client
) -> None:
    for name in ("Xã Hoa An", "Xã Hòa An", "Xã Hóa An"):
        factories.place(UnitKind.COMMUNE, name, land.province)
    expected = ["Xã Hòa An", "Xã Hoa An", "Xã Hóa An"]
    assert found(province.get("/units/", {"q": "Hòa An"})) == expected
    assert found(province.get("/units/", {"q": "Hoà An"})) == expected


def test_whole_names_come_before_beginnings_and_beginnings_before_middles(
    land: Land, province: Client
) -> None:
    for name in ("Xã Tân An Hội", "Xã Vĩnh Tân An", "Xã Thanh Tânan", "Xã Tân An"):
        factories.place(UnitKind.COMMUNE, name, land.province)
    assert found(province.get("/units/?q=tan+an")) == [
        "Xã Tân An",
        "Xã Vĩnh Tân An",
        "Xã Tân An Hội",
    ]
    assert found(province.get("/units/?q=tanan")) == ["Xã Thanh Tânan"]


def test_a_result_says_where_it_lies_and_when(land: Land, province: Client) -> None:
    response = province.get("/units/?q=dai+an")
    assert "Xã Đại An Tỉnh Vĩnh Long 29491 không rõ từ ngày nào" in text(response)


def test_what_is_not_there_today_is_offered_from_other_times(land: Land, province: Client) -> None:
    old = factories.place(UnitKind.PROVINCE, "Tỉnh Trà Vinh", land.country, period=UNTIL_REFORM)
    response = province.get("/units/?q=tra+vinh")
    assert found(response) == []
    assert "Ở thời điểm khác có 1." in text(response)
    ever = province.get("/units/?q=tra+vinh&ever=on")
    assert found(ever) == ["Tỉnh Trà Vinh"]
    assert f'href="/units/{old.unit_id}/?day=30/06/2025"' in ever.content.decode()


def test_results_have_pages(land: Land, province: Client) -> None:
    for number in range(51):
        factories.place(UnitKind.HAMLET, f"Ấp Mới {number}", land.commune)
    assert len(found(province.get("/units/?q=ap+moi"))) == 50
    assert found(province.get("/units/?q=ap+moi&page=2")) == ["Ấp Mới 50"]
    first = found(province.get("/units/?q=ap+moi"))
    for junk in ("x", "0", "-1", "3", 10**30):
        assert found(province.get(f"/units/?q=ap+moi&page={junk}")) == first


@pytest.mark.parametrize("words", ["\0", "a" * 101])
def test_words_that_cannot_be_searched_are_refused(
    land: Land, province: Client, words: str
) -> None:
    response = province.get("/units/", {"q": words, "day": "30/06/2025"})
    assert response.status_code == 200
    assert response.content.decode().count('aria-invalid="true"') == 1
    assert "Tại ngày 30/06/2025" in text(response)


def test_words_that_are_too_long_are_kept_and_said_to_be(land: Land, province: Client) -> None:
    response = province.get("/units/", {"q": "ă" * 101})
    assert "Nội dung dài 101 ký tự, chỉ nhận tối đa 100 ký tự. Rút ngắn lại." in text(response)
    assert f'value="{"ă" * 101}"' in response.content.decode()


# The page of a unit


def test_a_unit_page_says_what_it_was_is_and_became(
    small: Path, client_of: Any, django_user_model: type[User]
) -> None:
    loader.load(small)
    person = factories.user()
    factories.appoint(person, "observer", Placement.objects.get(kind="country"))
    client = client_of(person)

    def page(name: str, day: datetime.date) -> str:
        unit = Placement.objects.on(day).get(name=name).unit_id
        return text(client.get(f"/units/{unit}/"))

    divided = page("Xã Đồi", BEFORE)
    assert "đã kết thúc hoạt động, ngày cuối 30/06/2025" in divided
    assert "Không rõ từ ngày nào Xã Đồi mã 00007 thuộc Huyện Núi, Tỉnh Một" in divided
    assert (
        "Từ 01/07/2025 Đơn vị kết thúc hoạt động. Chuyển thành:"
        " Xã Sông (Tỉnh Một) – một phần, đề xuất mặc định cho phần không chia được"
        " Đặc khu Đảo (Tỉnh Một) – một phần Cải cách chính quyền địa phương hai cấp."
    ) in divided

    new = page("Xã Sông", AFTER)
    assert "đang hoạt động" in new
    assert (
        "Từ 01/07/2025 Xã Sông mã 00004 thuộc Thành phố Một Hình thành từ:"
        " Thị trấn Sông (Huyện Núi, Tỉnh Một) – toàn bộ"
        " Xã Đồi (Huyện Núi, Tỉnh Một) – một phần"
    ) in new

    lives_on = page("Phường Hòa An", AFTER)
    assert (
        "Không rõ từ ngày nào Xã Hoà An mã 00001 thuộc Huyện Núi, Tỉnh Một"
        " Từ 01/07/2025 Phường Hòa An mã 00001 thuộc Thành phố Một"
        " Theo: Cải cách chính quyền địa phương hai cấp"
    ) in lives_on
    assert "vn_2025_units.csv, dòng 3" in lives_on

    ended = page("Huyện Núi", BEFORE)
    assert "Nguồn không nêu đơn vị nào kế tục toàn bộ" in ended
    assert "Đơn vị trên địa bàn tại ngày 30/06/2025 cấp xã: 3" in ended
    assert "Theo: Nghị quyết 1" in page("Thành phố Một", datetime.date(2026, 1, 1))


def test_a_day_without_the_unit_shows_the_nearest_state(land: Land, province: Client) -> None:
    old = factories.place(UnitKind.PROVINCE, "Tỉnh Trà Vinh", land.country, period=UNTIL_REFORM)
    new = factories.place(UnitKind.COMMUNE, "Xã Mới", land.province, period=SINCE_REFORM)
    assert "Tại ngày 01/01/2026 đơn vị không tồn tại; trang đang cho xem trạng thái ngày" in text(
        province.get(f"/units/{old.unit_id}/?day=01/01/2026")
    )
    assert "trạng thái ngày 01/07/2025." in text(
        province.get(f"/units/{new.unit_id}/?day=01/01/2020")
    )
    assert "không tồn tại" not in text(province.get(f"/units/{old.unit_id}/?day=30/06/2025"))


def test_an_office_names_the_body_that_manages_it(land: Land, province: Client) -> None:
    response = province.get(f"/units/{land.home_affairs.unit_id}/")
    assert "Cơ quan quản lý Tỉnh Vĩnh Long" in text(response)


@pytest.mark.parametrize(
    ("person", "sees"),
    [("xa", True), ("tinh", True), ("xem", True), ("xa2", False), ("far_tinh", False)],
)
def test_who_may_act_is_shown_in_scope_only(
    land: Land, client_of: Any, person: str, sees: bool
) -> None:
    deputy = factories.user(full_name="Lý Thị Thay")
    own = land.xa.appointments.get()
    until = periods.today() + periods.ONE_DAY
    factories.appoint(
        deputy,
        "commune_officer",
        land.commune,
        period=periods.between(periods.today(), until),
        deputising_for=own,
    )
    client = client_of(getattr(land, person))
    shown = text(client.get(f"/units/{land.commune.unit_id}/"))
    assert ("Trần Thị Xã – công chức Văn hóa – Xã hội cấp xã" in shown) is sees
    assert ("thay cho Trần Thị Xã" in shown) is sees
    assert (f"– {until:%d/%m/%Y}" in shown) is sees
    assert ("Chỉ hiện cho người có đơn vị này trong phạm vi phụ trách." in shown) is not sees
    assert "Dương Văn Hết" not in shown  # whose appointment ended


# Who may, and what is not there


@pytest.mark.parametrize("path", ["/units/", "/units/{unit}/", "/units/{unit}/children/"])
@pytest.mark.parametrize(
    ("person", "status"),
    [
        ("xa", 200),
        ("lanhdaoxa", 200),
        ("xa2", 200),
        ("tinh", 200),
        ("sogddt", 200),
        ("xem", 200),
        ("stranger", 403),
        ("expired_deputy", 403),
    ],
)
def test_every_role_may_look_at_units(
    land: Land, client_of: Any, path: str, person: str, status: int
) -> None:
    response = client_of(getattr(land, person)).get(path.format(unit=land.commune.unit_id))
    assert response.status_code == status
    if status == 403:
        assert "Vai trò của ông/bà không gồm việc này." in text(response)


def test_nobody_sees_units_without_signing_in(land: Land, client: Client) -> None:
    response = client.get(f"/units/{land.commune.unit_id}/")
    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize(
    "url",
    [
        "/units/999999999/",
        "/units/99999999999999999999999/",
        "/units/?under=999999999",
        "/units/?under=99999999999999999999999",
        "/units/?under=x",
    ],
)
def test_a_unit_that_never_was_is_not_found(land: Land, province: Client, url: str) -> None:
    assert province.get(url).status_code == 404


# The same number of queries, however many rows


def followed(after: Placement, number: int) -> None:
    """`number` units that went over into the unit of `after`."""
    with journal.act("test"):
        reform = Reform.objects.create(name="Sáp nhập", effective_on=AFTER)
    for one in range(number):
        old = factories.place(
            UnitKind.COMMUNE,
            f"Xã Cũ {one}",
            Placement.objects.get(kind="country"),
            period=UNTIL_REFORM,
        )
        with journal.act("test"):
            Succession.objects.create(
                reform=reform, predecessor=old.unit, successor=after.unit, extent="whole"
            )


@pytest.mark.parametrize("person", ["tinh", "xa"])
def test_queries_do_not_grow_with_rows(land: Land, client_of: Any, person: str) -> None:
    client = client_of(getattr(land, person))
    counted: list[list[int]] = []
    for rows in (1, 3):
        commune = factories.place(
            UnitKind.COMMUNE, f"Xã Thử {rows}", land.province, period=SINCE_REFORM
        )
        followed(commune, rows)
        for number in range(rows):
            factories.place(UnitKind.HAMLET, f"Ấp {rows} Thử {number}", commune)
            factories.appoint(factories.user(), "commune_officer", commune)
        urls = [
            f"/units/?under={commune.unit_id}",
            f"/units/{commune.unit_id}/children/",
            f"/units/?q=Ấp+{rows}+Thử",
            f"/units/?q=Xã+Thử+{rows}&ever=on",
            f"/units/{commune.unit_id}/",
            f"/units/{land.home_affairs.unit_id}/",
        ]
        counted.append([asked(client, url) for url in urls])
    assert counted[0] == counted[1]
    assert max(counted[0]) <= 12
