"""Whose role or account somebody else touches is told by mail, with the reason."""

import pytest

from accounts.models import User
from core import journal, notices, periods
from core.models import Notice
from tests.core.mail_server import Handler
from tests.factories import Land
from tests.units.people_offices import A_WEEK, TODAY, TOMORROW, Offices, fresh, of, offices, post
from units import people

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(land: Land, mails_out: Handler) -> Offices:
    """Everybody has an address."""
    made = offices(land)
    with journal.act("test"):
        for person in User.objects.all():
            person.email = f"{person.username}@example.vn"
            person.save(update_fields=["email"])
    return made


def told(out: Handler) -> dict[str, str]:
    """Who got which mail."""
    return {address.partition("@")[0]: text for address, _subject, text in out.deliver()}


def test_who_is_given_a_role_and_loses_all_is_told_with_the_reason(
    world: Offices, mails_out: Handler
) -> None:
    xa = fresh(world.land.xa)
    held = of(xa)
    later = periods.between(TOMORROW, None)
    new = post("commune_officer", world.land.sibling, later)
    people.transfer(world.province_admin, xa, TODAY, "Quyết định 12/QĐ", new)
    mail = told(mails_out)
    assert list(mail) == ["xa"]
    assert "Lý do: Quyết định 12/QĐ" in mail["xa"]
    ends = f"{held.period.lower:%d/%m/%Y} – {TODAY:%d/%m/%Y}"
    assert f"Xã Đại An, hiện là: {ends}." in mail["xa"]
    assert "Xã Hàm Giang, hiện là: từ" in mail["xa"]


def test_who_ends_a_deputising_tells_the_deputy_and_not_themselves(
    world: Offices, mails_out: Handler
) -> None:
    land = world.land
    week = periods.between(TODAY, TOMORROW)
    deputy = people.deputise(fresh(land.xa), of(land.xa), fresh(land.stranger), week, "Nghỉ phép")
    assert list(told(mails_out)) == ["stranger"]
    people.recall(land.xa, deputy, "Đã về")
    mail = told(mails_out)
    assert list(mail) == ["stranger"]
    assert "đã được thu hồi trước khi bắt đầu" in mail["stranger"]


def test_who_ends_a_role_tells_its_deputy_too(world: Offices, mails_out: Handler) -> None:
    land = world.land
    week = periods.between(TODAY, TODAY + A_WEEK)
    people.deputise(fresh(land.xa), of(land.xa), fresh(land.stranger), week, "Nghỉ phép")
    told(mails_out)
    people.change_end(world.commune_admin, of(land.xa), TODAY, "Chuyển công tác")
    assert sorted(told(mails_out)) == ["stranger", "xa"]


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("close", "Quản trị viên đã đóng tài khoản; mọi vai trò đã kết thúc."),
        ("reset_second_factor", "hủy xác thực hai bước"),
    ],
)
def test_whose_account_an_administrator_touches_is_told(
    name: str, sentence: str, world: Offices, mails_out: Handler
) -> None:
    xa = fresh(world.land.xa)
    with journal.act("test"):
        User.objects.filter(pk=xa.pk).update(second_factor_since="2026-01-01T00:00:00Z")
    people.act_on(world.commune_admin, fresh(xa), name, "Theo đề nghị của xã")
    mail = told(mails_out)
    assert list(mail) == ["xa"]
    assert sentence in mail["xa"]
    assert "Lý do: Theo đề nghị của xã" in mail["xa"]


def test_who_stands_in_for_somebody_is_told_that_their_account_was_closed(
    world: Offices, mails_out: Handler
) -> None:
    """Of stand-ins that run or are to come, not of those over or for others; without the reason."""
    land = world.land
    week = periods.between(TODAY, TODAY + A_WEEK)
    later = periods.between(TODAY + A_WEEK, TODAY + 2 * A_WEEK)
    for holder, deputy, days in (
        (land.xa, land.stranger, week),
        (land.xa, land.lanhdaoxa, later),
        (land.xa, world.commune_admin, week),
        (land.xa2, world.province_admin, week),
    ):
        people.deputise(fresh(holder), of(holder), fresh(deputy), days, "Nghỉ phép")
    told(mails_out)
    people.act_on(world.commune_admin, fresh(land.xa), "close", "Bị kỷ luật")
    said = (
        f"Tài khoản của {land.xa.full_name} đã đóng: ông/bà không còn được ủy quyền làm thay "
        "(công chức Văn hóa – Xã hội cấp xã, Xã Đại An)."
    )
    found = {one.recipient: notices.text_of(one) for one in Notice.objects.all()}
    assert found == {land.stranger: said, land.lanhdaoxa: said}
    assert {one.recipient for one in notices.urgent_to_mail()} == set(found)
    assert list(told(mails_out)) == ["xa"]  # who is told by mail, with the reason
