"""Nobody gains by giving: what is given lies in the giver's area, to others, as roles allow."""

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from core import journal, periods
from core.models import JournalEntry
from core.workflow import Refused
from tests import factories
from tests.factories import Land
from tests.races import losers, race, winners
from tests.units.people_offices import (
    A_WEEK,
    ALWAYS,
    TODAY,
    TOMORROW,
    YESTERDAY,
    Offices,
    fresh,
    of,
    offices,
    post,
)
from units import people, people_queries, people_rules, roles, scope
from units.models import Appointment, Placement, UnitKind

PLACES = (
    "country",
    "province",
    "other_province",
    "commune",
    "sibling",
    "far_commune",
    "home_affairs",
    "education",
)


@pytest.fixture
def world(land: Land) -> Offices:
    return offices(land)


def places(world: Offices) -> list[Placement]:
    return [
        *(getattr(world.land, name) for name in PLACES),
        world.hamlet,
        world.provincial_school,
        world.commune_school,
    ]


def reached(user: User, capability: str) -> set[int]:
    """Keys of all units over which `user` holds `capability`."""
    found = Placement.objects.on(TODAY).with_capability(user, capability)
    return set(found.values_list("unit", flat=True))


# The property


@pytest.mark.django_db
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    held=st.lists(
        st.tuples(st.sampled_from([*roles.BY_CODE]), st.integers(0, 10), st.booleans()),
        min_size=1,
        max_size=3,
    ),
    wanted=st.sampled_from([*roles.BY_CODE]),
    at=st.integers(0, 10),
)
def test_what_is_given_never_reaches_beyond_the_giver(
    world: Offices, held: list[tuple[str, int, bool]], wanted: str, at: int
) -> None:
    """Random people with random roles give random roles at random units."""
    with transaction.atomic():
        everywhere = places(world)
        giver, receiver = factories.user(), factories.user()
        for role, where, deputises in held:
            original = factories.appoint(factories.user(), role, everywhere[where])
            try:
                with transaction.atomic():
                    factories.appoint(
                        giver,
                        role,
                        everywhere[where],
                        period=original.period,
                        deputising_for=original if deputises else None,
                    )
            except IntegrityError:
                continue  # incompatible, or held already
        manages = reached(giver, "people.manage")
        try:
            people.give(giver, receiver, post(wanted, everywhere[at]))
        except Refused:
            assert not receiver.appointments.exists()
        else:
            gained = {
                unit
                for capability in roles.BY_CODE[wanted].everything
                for unit in reached(fresh(receiver), capability)
            }
            assert gained <= manages
            assert everywhere[at].kind in roles.BY_CODE[wanted].kinds
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_an_account_that_may_be_acted_on_reaches_no_further_than_who_acts(world: Offices) -> None:
    """Whoever sets somebody's password could act as them."""
    everybody = list(User.objects.all())
    for administrator in everybody:
        manages = reached(fresh(administrator), "people.manage")
        for person in everybody:
            if people_rules.may_act_on(fresh(administrator), person)[0]:
                held = scope.of(fresh(person)).grants
                assert {grant.unit_id for grant in held} <= manages, f"{administrator} {person}"


# Who gives what where


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("giver", "role", "where", "allowed"),
    [
        ("commune_admin", "commune_officer", "commune", True),
        ("commune_admin", "administrator", "commune", True),
        ("commune_admin", "commune_officer", "sibling", False),
        ("commune_admin", "administrator", "province", False),
        ("commune_admin", "observer", "province", False),
        ("province_admin", "administrator", "commune", True),
        ("province_admin", "administrator", "province", True),
        ("province_admin", "administrator", "country", False),
        ("province_admin", "emulation_officer", "home_affairs", True),
        ("province_admin", "commune_officer", "far_commune", False),
        ("province_admin", "commune_officer", "province", False),
        ("far_admin", "emulation_officer", "home_affairs", False),
        ("country_admin", "administrator", "country", True),
        ("country_admin", "commune_leader", "far_commune", True),
    ],
)
def test_who_gives_what_where(
    giver: str, role: str, where: str, allowed: bool, world: Offices
) -> None:
    wanted = post(role, getattr(world.land, where))
    verdict = people_rules.may_give(getattr(world, giver), world.land.stranger, wanted)
    assert verdict[0] is allowed
    assert bool(verdict[1]) is not allowed


@pytest.mark.django_db
def test_what_another_body_manages_in_a_commune_is_not_the_communes(world: Offices) -> None:
    theirs, own = (
        post("organisation_officer", school)
        for school in (world.provincial_school, world.commune_school)
    )
    stranger = world.land.stranger
    assert people_rules.may_give(world.commune_admin, stranger, theirs)[0] is False
    assert people_rules.may_give(world.commune_admin, stranger, own)[0] is True
    assert people_rules.may_give(world.province_admin, stranger, theirs)[0] is True


@pytest.mark.django_db
def test_an_office_of_a_commune_gets_no_role_of_the_province(world: Offices) -> None:
    office = factories.place(
        UnitKind.AGENCY, "Phòng Văn hóa – Xã hội", world.land.commune, managed_by=world.land.commune
    )
    allowed, reason = people_rules.may_give(
        world.province_admin, world.land.stranger, post("emulation_officer", office)
    )
    assert (allowed, "do tỉnh quản lý" in reason) == (False, True)


@pytest.mark.django_db
def test_nobody_gives_anything_to_themselves(world: Offices) -> None:
    wanted = post("observer", world.land.commune)
    with pytest.raises(Refused, match="tự phân công"):
        people.give(world.province_admin, world.province_admin, wanted)


@pytest.mark.django_db
def test_who_is_no_administrator_gives_nothing(world: Offices) -> None:
    with pytest.raises(Refused):
        people.give(world.land.tinh, world.land.stranger, post("observer", world.land.commune))


@pytest.mark.django_db
def test_incompatible_roles_are_refused_with_the_reason(world: Offices) -> None:
    wanted = post("emulation_officer", world.land.home_affairs)
    with pytest.raises(Refused, match="Không ai tự thẩm định việc mình kê khai: Trần Thị Xã"):
        people.give(world.province_admin, world.land.xa, wanted)


@pytest.mark.django_db
def test_a_role_is_held_once(world: Offices) -> None:
    with pytest.raises(Refused, match="đã giữ vai trò này tại đó"):
        people.give(world.commune_admin, world.land.xa, post("commune_officer", world.land.commune))


@pytest.mark.django_db
@pytest.mark.parametrize(
    "period",
    [
        periods.between(YESTERDAY, None),
        periods.between(None, TOMORROW),
        ALWAYS.__class__(empty=True),
    ],
)
def test_a_role_begins_today_or_later_and_ends_after_it_begins(
    period: periods.Period, world: Offices
) -> None:
    wanted = post("commune_officer", world.land.commune, period)
    assert people_rules.may_give(world.commune_admin, world.land.stranger, wanted)[0] is False


@pytest.mark.django_db
def test_giving_stands_in_the_journal_with_reason_and_right(world: Offices) -> None:
    given_one = people.give(
        world.commune_admin,
        world.land.stranger,
        post("commune_officer", world.land.commune),
        reason="Nhận nhiệm vụ",
    )
    entry = JournalEntry.objects.get(subject="units_appointment", row_id=given_one.pk)
    assert (entry.act, entry.reason, entry.actor_id, entry.behalf_id) == (
        "people.give",
        "Nhận nhiệm vụ",
        world.commune_admin.pk,
        of(world.commune_admin).pk,
    )


@pytest.mark.django_db(transaction=True)
def test_two_administrators_give_incompatible_roles_at_once(land: Land) -> None:
    world = offices(land)
    outcomes = race(
        lambda: people.give(
            world.commune_admin, land.stranger, post("commune_officer", land.commune)
        ),
        lambda: people.give(
            world.province_admin, land.stranger, post("emulation_officer", land.home_affairs)
        ),
    )
    assert (len(winners(outcomes)), losers(outcomes)) == (1, [Refused])
    assert land.stranger.appointments.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_deputy_is_not_made_while_the_role_is_shortened(land: Land) -> None:
    world = offices(land)
    original, until = of(land.xa), TODAY + A_WEEK
    outcomes = race(
        lambda: people.deputise(
            land.xa, original, land.stranger, periods.between(TODAY, until), "Đi công tác"
        ),
        lambda: people.change_end(world.commune_admin, of(land.xa), TODAY, "Chuyển công tác"),
    )
    original.refresh_from_db()
    deputies = Appointment.objects.filter(user=land.stranger)
    # Both, and the deputy ends with the role; or one of them, and the other changed nothing.
    ends = periods.last_day(original.period), *(periods.last_day(one.period) for one in deputies)
    assert (len(winners(outcomes)), ends) in [
        (2, (TODAY, TODAY)),
        (1, (TODAY,)),
        (1, (None, until)),
    ]


@pytest.mark.django_db
def test_the_database_itself_keeps_deputies_within(world: Offices) -> None:
    land, week = world.land, periods.between(TODAY, TODAY + A_WEEK)
    ends = factories.appoint(land.stranger, "observer", land.commune, period=week)
    deputy = factories.appoint(land.xa2, "observer", land.commune, period=week, deputising_for=ends)
    longer = periods.between(TODAY, TODAY + A_WEEK + periods.ONE_DAY)
    for change in (
        {"period": longer},
        {"role": "commune_leader"},
        {"unit": land.sibling.unit},
        {"user": land.stranger},
    ):
        with pytest.raises(IntegrityError), transaction.atomic(), journal.act("test"):
            Appointment.objects.filter(pk=deputy.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.appoint(land.far_xa, "observer", land.commune, period=week, deputising_for=deputy)
    with pytest.raises(IntegrityError), transaction.atomic(), journal.act("test"):
        Appointment.objects.filter(pk=ends.pk).update(period=periods.between(TODAY, TODAY))
    assert people_queries.state_of(ends) == people_queries.RUNNING
