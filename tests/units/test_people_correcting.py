"""An administrator corrects the name or the address of somebody of the area."""

import re
from collections.abc import Callable

import pytest
from django.conf import LazySettings
from django.test import Client

from accounts.models import PersonalLink, User
from core import journal
from core.models import JournalEntry
from core.workflow import Refused
from tests import factories
from tests.browser import PageAs, assert_accessible
from tests.core.mail_server import Handler
from tests.factories import Land
from tests.units.people_offices import Offices, offices
from units import people, people_history, people_queries
from units.people import Correction

ClientOf = Callable[[User], Client]
WHY = "Viết sai chính tả"
NEW = "moi@example.vn"


@pytest.fixture
def world(land: Land, mails_out: Handler) -> Offices:
    with journal.act("test"):
        User.objects.filter(pk=land.xa.pk).update(email="cu@example.vn")
    return offices(land)


@pytest.fixture
def commune(world: Offices, client_of: ClientOf) -> Client:
    return client_of(world.commune_admin)


def url(person: User) -> str:
    return f"/people/{person.pk}/correct/"


def said(person: User, **changes: str) -> dict[str, str]:
    return {"full_name": person.full_name, "email": "", "reason": WHY, **changes}


def fresh(person: User) -> User:
    return User.objects.get(pk=person.pk)


@pytest.mark.django_db
def test_a_name_is_corrected_with_its_reason_and_the_history_keeps_the_former_one(
    world: Offices, commune: Client
) -> None:
    xa = world.land.xa
    answer = commune.post(url(xa), said(xa, full_name="  Trần  Thị Xạ "), follow=True)
    assert answer.redirect_chain == [(f"/people/{xa.pk}/", 302)]
    assert fresh(xa).full_name == "Trần Thị Xạ"
    line = people_history.lines(xa, world.commune_admin)[0]
    assert (line.label, line.actor, line.reason) == (
        "Đính chính họ tên hoặc thư điện tử",
        "Mai Văn Xã",
        WHY,
    )
    assert line.changes == (("Họ và tên", "Trần Thị Xã", "Trần Thị Xạ"),)
    page = commune.get(f"/people/{xa.pk}/history/").content.decode()
    assert "<del>Trần Thị Xã</del> → <ins>Trần Thị Xạ</ins>" in page


@pytest.mark.django_db
def test_a_new_address_is_used_once_it_is_confirmed(
    world: Offices, commune: Client, mails_out: Handler
) -> None:
    xa = world.land.xa
    answer = commune.post(url(xa), said(xa, email=NEW), follow=True)
    assert "thư chỉ gửi đến đó sau khi được xác nhận" in answer.content.decode()
    assert "địa chỉ mới chờ xác nhận đến" in answer.content.decode()
    assert fresh(xa).email == "cu@example.vn"
    to_former, to_new = mails_out.deliver()
    assert (to_former[0], to_new[0]) == ("cu@example.vn", NEW)
    assert f"Lý do: {WHY}" in to_former[2]
    (link,) = re.findall(r"https://thidua\.example\.vn(/accounts/link/[\w-]{43}/)", to_new[2])
    Client().post(link)
    assert fresh(xa).email == NEW
    assert "chờ xác nhận" not in commune.get(f"/people/{xa.pk}/").content.decode()


@pytest.mark.django_db
def test_nobody_reads_the_present_address(world: Offices, commune: Client) -> None:
    for address in (url(world.land.xa), f"/people/{world.land.xa.pk}/"):
        assert "cu@example.vn" not in commune.get(address).content.decode()


@pytest.mark.django_db(transaction=True)
def test_an_address_is_taken_away_at_once(world: Offices, commune: Client) -> None:
    xa = world.land.xa
    commune.post(url(xa), said(xa, email=NEW))
    commune.post(url(xa), said(xa, no_email="on"))
    assert fresh(xa).email == ""
    assert not PersonalLink.objects.open().filter(purpose="address").exists()


@pytest.mark.django_db
def test_who_has_no_password_yet_confirms_by_the_invitation(
    world: Offices, commune: Client
) -> None:
    with journal.act("test"):
        invited = User.objects.create_user("moi", None, full_name="Đỗ Thị Mới")
    factories.appoint(invited, "commune_officer", world.land.commune)
    commune.post(url(invited), said(invited, email=NEW))
    assert fresh(invited).email == NEW
    assert not PersonalLink.objects.exists()


@pytest.mark.django_db
def test_a_portal_without_mail_asks_for_no_confirmation(
    world: Offices, commune: Client, settings: LazySettings
) -> None:
    settings.MAIL_CONFIGURED = False
    commune.post(url(world.land.xa), said(world.land.xa, email=NEW))
    assert fresh(world.land.xa).email == NEW


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({}, "Không có nội dung nào thay đổi."),
        ({"full_name": "Trần Thị Xạ", "reason": " "}, "Mục này bắt buộc"),
        ({"full_name": " "}, "Mục này bắt buộc"),
        ({"full_name": "ế" * 151}, "151"),
        ({"full_name": "a\0b"}, "ký tự"),
        ({"email": "không phải thư"}, "is-invalid"),
    ],
)
def test_what_cannot_be_is_refused_and_stays_typed(
    changes: dict[str, str], sentence: str, world: Offices, commune: Client
) -> None:
    xa, before = world.land.xa, JournalEntry.objects.count()
    answer = commune.post(url(xa), said(xa, **changes))
    assert answer.status_code == 200
    assert sentence in answer.content.decode()
    assert JournalEntry.objects.count() == before


@pytest.mark.django_db
def test_who_holds_something_outside_the_area_or_is_a_stranger_is_left_alone(
    world: Offices, client_of: ClientOf
) -> None:
    land = world.land
    factories.appoint(land.xa, "observer", land.province)
    client = client_of(world.commune_admin)
    changed = said(land.xa, full_name="Kẻ Khác")
    assert client.get(url(land.xa)).status_code == 403
    assert client.post(url(land.xa), changed).status_code == 403
    assert client.post(url(world.commune_admin), changed).status_code == 403
    assert client.post(url(land.far_xa), changed).status_code == 404
    with pytest.raises(Refused, match="ngoài"):
        people.correct(world.commune_admin, land.xa, Correction("Kẻ Khác"), WHY)
    assert [fresh(one).full_name for one in (land.xa, land.far_xa)] == ["Trần Thị Xã", "Võ Văn Xa"]
    assert people_queries.has_password(fresh(land.xa))


@pytest.mark.django_db
def test_accounts_of_the_demonstration_get_no_address(world: Offices, commune: Client) -> None:
    demo = factories.user("demo", full_name="Lý Văn Thử", is_demo=True)
    factories.appoint(demo, "observer", world.land.commune)
    answer = commune.post(url(demo), said(demo, email=NEW)).content.decode()
    assert "Tài khoản dùng thử không có địa chỉ thư." in answer
    assert fresh(demo).email == ""


@pytest.mark.django_db(transaction=True)
def test_the_page_is_found_from_the_person_and_accessible(world: Offices, page_as: PageAs) -> None:
    page = page_as(world.commune_admin)
    page.goto(f"/people/{world.land.xa.pk}/")
    page.get_by_role("link", name="Đính chính họ tên, thư điện tử").click()
    assert_accessible(page)
    page.get_by_label("Họ và tên").fill("Trần Thị Xạ")
    page.get_by_label("Lý do").fill(WHY)
    page.get_by_role("button", name="Lưu").click()
    page.get_by_role("heading", name="Trần Thị Xạ").wait_for()
    assert_accessible(page)
