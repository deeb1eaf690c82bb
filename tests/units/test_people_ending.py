"""Ending, extending, transfer, deputising, inviting and accounts: acts and what stays."""

import datetime
from collections.abc import Callable

import pytest
from axes.models import AccessAttempt
from django.test import Client
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts import lockouts, second_factor
from accounts.models import PersonalLink, User
from core import journal, periods
from core.models import JournalEntry
from core.workflow import Refused
from tests import factories
from tests.core.mail_server import Handler
from tests.factories import Land
from tests.units.people_offices import (
    A_WEEK,
    TODAY,
    TOMORROW,
    YESTERDAY,
    Offices,
    fresh,
    of,
    offices,
    post,
)
from units import people, people_history, people_queries, people_rules, scope
from units.models import Appointment

pytestmark = pytest.mark.django_db
NEXT_WEEK = TODAY + A_WEEK
ClientOf = Callable[[User], Client]
WHY = "Gọi điện xác nhận"


@pytest.fixture
def world(land: Land) -> Offices:
    return offices(land)


def last_act() -> tuple[str, str]:
    entry = JournalEntry.objects.latest("id")
    return entry.act, entry.reason


def grants(person: User) -> list[str]:
    return [grant.role.code for grant in scope.of(fresh(person)).grants]


# Ending and extending


def test_yesterday_ends_a_role_at_once_and_what_was_done_stays(world: Offices) -> None:
    held = of(world.land.xa)
    people.change_end(world.commune_admin, held, YESTERDAY, "Nghỉ việc")
    assert grants(world.land.xa) == []
    held.refresh_from_db()
    assert (held.period.lower, periods.last_day(held.period)) == (
        TODAY - datetime.timedelta(days=30),
        YESTERDAY,
    )
    assert last_act() == ("people.change", "Nghỉ việc")


def test_the_past_does_not_change(world: Offices) -> None:
    with pytest.raises(Refused, match="hôm qua"):
        people.change_end(world.commune_admin, of(world.land.xa), YESTERDAY - A_WEEK, "Nghỉ")


def test_a_role_that_never_ran_is_taken_back_and_stays_to_be_seen(world: Offices) -> None:
    later = people.give(
        world.commune_admin,
        world.land.stranger,
        post("commune_officer", world.land.commune, periods.between(NEXT_WEEK, None)),
    )
    people.change_end(world.commune_admin, later, TODAY, "Phân công nhầm")
    later.refresh_from_db()
    assert later.period.isempty
    assert people_queries.state_of(later) == people_queries.TAKEN_BACK
    (line, *_) = people_history.lines(world.land.stranger, world.commune_admin)
    assert line.changes[0][2] == "thu hồi trước khi bắt đầu"


def test_extending_is_giving_for_longer(world: Offices) -> None:
    land = world.land
    held = factories.appoint(
        land.stranger, "commune_officer", land.commune, period=periods.between(TODAY, NEXT_WEEK)
    )
    factories.appoint(
        land.stranger,
        "education_officer",
        land.education,
        period=periods.between(NEXT_WEEK + A_WEEK, None),
    )
    held = Appointment.objects.select_related("user").get(pk=held.pk)
    people.change_end(world.commune_admin, held, NEXT_WEEK + periods.ONE_DAY, "Gia hạn")
    with pytest.raises(Refused, match="Không ai tự thẩm định"):
        people.change_end(world.commune_admin, held, None, "Gia hạn")


@pytest.mark.parametrize(
    ("who", "whose"),
    [("commune_admin", "tinh"), ("far_admin", "xa"), ("commune_admin", "xa2")],
)
def test_a_role_outside_the_area_is_not_ended(who: str, whose: str, world: Offices) -> None:
    held = of(getattr(world.land, whose))
    with pytest.raises(Refused, match="ngoài địa bàn"):
        people.change_end(getattr(world, who), held, YESTERDAY, "Nghỉ")


def test_nobody_changes_their_own_role(world: Offices) -> None:
    with pytest.raises(Refused, match="tự đổi vai trò"):
        people.change_end(world.commune_admin, of(world.commune_admin), YESTERDAY, "Nghỉ")


# Transfer


def test_on_transfer_everything_ends_and_the_new_post_begins_in_one_act(world: Offices) -> None:
    land = world.land
    factories.appoint(land.xa, "commune_leader", land.commune)
    new = post("emulation_officer", land.home_affairs, periods.between(TOMORROW, None))
    count = people.transfer(world.province_admin, land.xa, TODAY, "Quyết định 12", new)
    assert count == 2
    held = {one.role.code: one.state for one in people_queries.held_by([land.xa])[land.xa.pk]}
    assert held == {
        "commune_officer": "running",
        "commune_leader": "running",
        "emulation_officer": "coming",
    }
    assert last_act() == ("people.transfer", "Quyết định 12")


def test_a_transfer_that_is_refused_changes_nothing(world: Offices) -> None:
    overlapping = post("emulation_officer", world.land.home_affairs)
    with pytest.raises(Refused, match="Không ai tự thẩm định"):
        people.transfer(world.province_admin, world.land.xa, TODAY, "Nhầm ngày", overlapping)
    assert of(world.land.xa).period.upper is None


def test_a_transfer_ends_what_lies_in_the_area_only(world: Offices) -> None:
    factories.appoint(world.land.xa, "observer", world.land.province)
    assert people.transfer(world.commune_admin, world.land.xa, YESTERDAY, "Chuyển") == 1
    assert grants(world.land.xa) == ["observer"]


# Deputising


def test_a_deputy_holds_the_role_for_the_days_and_acts_on_behalf(world: Offices) -> None:
    land = world.land
    week = periods.between(TODAY, NEXT_WEEK)
    people.deputise(land.lanhdaoxa, of(land.lanhdaoxa), land.xa, week, "Đi công tác")
    assert sorted(grants(land.xa)) == ["commune_leader", "commune_officer"]
    assert last_act() == ("people.deputise", "Đi công tác")


@pytest.mark.parametrize(
    ("first", "last", "why"),
    [
        (TODAY, None, "có thời hạn"),
        (YESTERDAY, NEXT_WEEK, "bắt đầu từ hôm nay"),
        (TODAY, NEXT_WEEK + A_WEEK, "quá thời hạn của vai trò"),
    ],
)
def test_nobody_deputises_longer_than_the_role_runs(
    first: datetime.date, last: datetime.date | None, why: str, world: Offices
) -> None:
    land = world.land
    held = of(land.xa)
    with journal.act("test"):
        held.period = periods.between(held.period.lower, NEXT_WEEK)
        held.save()
    with pytest.raises(Refused, match=why):
        people.deputise(land.xa, held, land.stranger, periods.between(first, last), "Nghỉ phép")


def test_a_deputy_does_not_pass_it_on_and_nobody_deputises_for_themselves(world: Offices) -> None:
    land, week = world.land, periods.between(TODAY, NEXT_WEEK)
    deputy = people.deputise(land.xa, of(land.xa), land.stranger, week, "Nghỉ phép")
    with pytest.raises(Refused, match="không được ủy quyền lại"):
        people.deputise(land.stranger, deputy, land.lanhdaoxa, week, "Bận")
    with pytest.raises(Refused, match="tự ủy quyền cho mình"):
        people.deputise(land.xa, of(land.xa), land.xa, week, "Bận")


def test_an_incompatible_deputy_is_refused_with_the_reason(world: Offices) -> None:
    week = periods.between(TODAY, NEXT_WEEK)
    with pytest.raises(Refused, match="Không ai tự thẩm định"):
        people.deputise(world.land.xa, of(world.land.xa), world.land.tinh, week, "Nghỉ phép")


def test_a_deputy_ends_with_the_role(world: Offices) -> None:
    land, week = world.land, periods.between(TODAY, NEXT_WEEK)
    deputy = people.deputise(land.xa, of(land.xa), land.stranger, week, "Nghỉ phép")
    people.change_end(world.commune_admin, of(land.xa), TOMORROW, "Chuyển công tác")
    deputy.refresh_from_db()
    assert periods.last_day(deputy.period) == TOMORROW


def test_a_stand_in_that_is_over_stays_as_it_was_when_the_role_ends(world: Offices) -> None:
    land, week = world.land, periods.between(TODAY, NEXT_WEEK)
    recalled = people.deputise(land.xa, of(land.xa), land.stranger, week, "Nghỉ phép")
    people.recall(land.xa, recalled, "Đã về")
    people.change_end(world.commune_admin, of(land.xa), YESTERDAY, "Nghỉ việc")
    recalled.refresh_from_db()
    assert recalled.period.isempty
    assert grants(land.stranger) == []


def test_the_holder_recalls_a_deputy_and_others_do_not(world: Offices) -> None:
    land, week = world.land, periods.between(TODAY, NEXT_WEEK)
    deputy = people.deputise(land.xa, of(land.xa), land.stranger, week, "Nghỉ phép")
    for other in (land.xa2, land.stranger, world.far_admin):
        with pytest.raises(Refused):
            people.recall(other, deputy, "Không cần nữa")
    people.recall(land.xa, deputy, "Đã về")
    assert grants(land.stranger) == []


def test_who_deputises_for_an_administrator_leaves_no_administrator_behind(
    world: Offices,
) -> None:
    land, week = world.land, periods.between(TODAY, NEXT_WEEK)
    held = of(world.commune_admin)
    people.deputise(world.commune_admin, held, land.lanhdaoxa, week, "Nghỉ phép")
    deputy = fresh(land.lanhdaoxa)
    people.give(deputy, land.stranger, post("commune_officer", land.commune))
    with pytest.raises(Refused, match="không qua ủy quyền"):
        people.give(fresh(deputy), land.xa2, post("administrator", land.commune))
    with pytest.raises(Refused, match="không qua ủy quyền"):
        people.change_end(fresh(deputy), held, YESTERDAY, "Không")
    assert people_rules.may_act_on(fresh(deputy), world.commune_admin)[0] is False


# Inviting


@pytest.mark.parametrize(
    ("full_name", "username"),
    [
        ("Nguyễn Thị Hồng Hạnh", "hanhnth"),
        ("Đặng  Đình Đức", "ducdd"),
        ("Y Ngông Niê Kdăm", "kdamynn"),
        ("An", "an"),
        ("…", ""),
    ],
)
def test_a_user_name_is_proposed_from_the_name(full_name: str, username: str) -> None:
    assert people.propose_username(full_name) == username


def test_a_taken_user_name_is_not_proposed(db: None) -> None:
    for name in ("hanhnth", "hanhnth2"):
        factories.user(name)
    assert people.propose_username("Nguyễn Thị Hồng Hạnh") == "hanhnth3"


def test_an_invitation_makes_account_role_and_link_or_nothing(world: Offices) -> None:
    newcomer = people.Newcomer("Lý Thị Mới", "moilt", "moi@example.vn")
    wanted = post("commune_officer", world.land.commune)
    fresh_link = people.invite(world.commune_admin, newcomer, wanted)
    person = User.objects.get(username="moilt")
    assert (fresh_link.link.user, of(person).role) == (person, "commune_officer")
    assert not person.has_usable_password()
    people_before = User.objects.count()
    with pytest.raises(Refused, match="vừa có người dùng"):
        people.invite(world.commune_admin, newcomer, wanted)
    with pytest.raises(Refused, match="ngoài địa bàn"):
        people.invite(
            world.commune_admin,
            people.Newcomer("Lý Thị Hai", "hailt"),
            post("commune_officer", world.land.sibling),
        )
    assert User.objects.count() == people_before


# Accounts


def test_the_administrator_of_the_area_makes_a_link_and_others_do_not(world: Offices) -> None:
    land = world.land
    link = people.new_link(world.commune_admin, land.xa, WHY).link
    assert (link.purpose, link.made_by) == (PersonalLink.Purpose.RESET, world.commune_admin)
    factories.appoint(land.xa, "observer", land.province)
    for administrator, person in (
        (world.far_admin, land.xa),
        (world.commune_admin, land.xa),  # who by now also holds a role at the province
        (world.commune_admin, world.province_admin),
        (world.commune_admin, world.commune_admin),
    ):
        with pytest.raises(Refused):
            people.new_link(fresh(administrator), person, WHY)


def test_superusers_are_not_looked_after_here(world: Offices) -> None:
    root = factories.user("root", is_staff=True, is_superuser=True)
    factories.appoint(root, "observer", world.land.commune)
    with pytest.raises(Refused, match="quản trị hệ thống"):
        people.new_link(world.country_admin, root, WHY)


def test_a_lock_out_is_lifted_by_the_administrator(
    world: Offices, client: Client, settings: object
) -> None:
    for _ in range(5):
        client.post("/accounts/login/", {"username": "xa", "password": "wrong"})
    assert lockouts.until(world.land.xa) is not None
    assert lockouts.until(world.land.xa2) is None
    people.act_on(world.commune_admin, world.land.xa, "unlock", "Gọi điện xác nhận")
    assert lockouts.until(world.land.xa) is None
    assert not AccessAttempt.objects.filter(username="xa").exists()
    assert last_act() == ("people.unlock", "Gọi điện xác nhận")
    right = {"username": "xa", "password": "demo-password"}
    assert client.post("/accounts/login/", right).status_code == 302


def test_a_lost_second_factor_is_taken_away_with_a_reason_and_the_person_is_told(
    land: Land, mails_out: Handler
) -> None:
    world = offices(land)
    with journal.act("test"):
        User.objects.filter(pk=land.lanhdaoxa.pk).update(email="lanhdao@example.vn")
    leader = fresh(land.lanhdaoxa)
    second_factor.confirm(leader, second_factor.begin(leader))
    signed_in = factories.signed_in(leader)
    with pytest.raises(Refused, match="lý do"):
        people.act_on(world.commune_admin, leader, "reset_second_factor", " ")
    people.act_on(world.commune_admin, leader, "reset_second_factor", "Mất điện thoại")
    assert not TOTPDevice.objects.exists()
    assert not leader.recovery_codes.exists()
    assert signed_in.get("/accounts/me/").status_code == 302
    assert last_act()[1] == "Mất điện thoại"
    [(address, _subject, said)] = mails_out.deliver()
    assert address == "lanhdao@example.vn"
    assert "hủy xác thực hai bước" in said
    assert "Lý do: Mất điện thoại" in said


def test_sessions_are_ended_by_the_administrator(world: Offices, client_of: ClientOf) -> None:
    client = client_of(world.land.xa)
    people.act_on(world.commune_admin, world.land.xa, "end_sessions", "Máy lạ")
    assert client.get("/accounts/me/").status_code == 302


def test_a_closed_account_loses_everything_and_can_be_opened_again(
    world: Offices, client_of: ClientOf
) -> None:
    land = world.land
    client = client_of(land.xa)
    people.act_on(world.commune_admin, land.xa, "close", "Nghỉ hưu")
    assert client.get("/accounts/me/").status_code == 302
    assert grants(land.xa) == []
    assert Appointment.objects.filter(user=land.xa).count() == 1
    assert people_rules.may_receive(world.commune_admin, fresh(land.xa))[0] is False
    people.act_on(world.commune_admin, fresh(land.xa), "reopen", "Nhầm")
    people.give(
        world.commune_admin,
        fresh(land.xa),
        post("commune_officer", land.commune, periods.between(TODAY, None)),
    )
    assert grants(land.xa) == ["commune_officer"]


def test_what_somebody_else_changed_meanwhile_is_not_changed_back(world: Offices) -> None:
    seen = of(world.land.xa)
    people.change_end(world.commune_admin, of(world.land.xa), TOMORROW, "Chuyển công tác")
    with pytest.raises(Refused, match="Vừa có người khác thay đổi"):
        people.change_end(fresh(world.province_admin), seen, None, "Gia hạn")
