"""Two people at once over a registration: nothing is lost, nothing happens twice."""

import threading
import uuid
from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import User
from core.workflow import Refused
from criteria.models import Registration, RegistrationList
from criteria.registration import entering, offers
from criteria.registration.workflow import REGISTRATION, fingerprint
from tests import registration_factories as make
from tests.criteria_factories import Campaigning
from tests.races import losers, race, winners
from tests.registration_factories import Registering
from units.entries import Row
from units.members import MemberEntry
from units.models import Member, UnitKind

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def made(setting: Campaigning) -> Registering:
    return make.registering(setting)


def fresh(user: User) -> User:
    """The person as another process would load them."""
    return User.objects.get(pk=user.pk)


def step(name: str, found: RegistrationList, user: User) -> Callable[[], Any]:
    seen = fingerprint(make.fresh(found))
    return lambda: REGISTRATION.perform(name, found.pk, fresh(user), reason="Cùng lúc", seen=seen)


@pytest.mark.parametrize("name", ["approve", "reject"])
def test_a_step_taken_twice_at_once_happens_once(made: Registering, name: str) -> None:
    land = made.setting.land
    found = make.carried(make.families(made), ("send", made.thon))
    outcomes = race(step(name, found, land.xa), step(name, found, land.lanhdaoxa))
    assert (len(winners(outcomes)), losers(outcomes)) == (1, [Refused])
    assert found.events.count() == 2


def test_approving_and_taking_back_at_once_leave_one_of_both(made: Registering) -> None:
    found = make.carried(make.families(made), ("send", made.thon))
    outcomes = race(
        step("approve", found, made.setting.land.xa), step("take_back", found, made.thon)
    )
    assert losers(outcomes) == [Refused]
    assert make.fresh(found).state == winners(outcomes)[0].state


def rows_of_two(made: Registering) -> tuple[RegistrationList, list[Callable[[], Any]]]:
    """Two people put different households into one list."""
    found = make.begun(made, made.thon, made.hamlet, UnitKind.HOUSEHOLD, made.family)
    keys = [make.household(made.thon, made.hamlet, name) for name in make.HOUSEHOLDS[:2]]
    people = (made.thon, made.setting.land.xa)
    return found, [
        lambda key=key, person=person: entering.register(  # type: ignore[misc]
            fresh(person), found.pk, [key], registered=True
        )
        for key, person in zip(keys, people, strict=True)
    ]


def test_two_who_enter_at_once_are_both_counted(made: Registering) -> None:
    found, acts = rows_of_two(made)
    assert losers(race(*acts)) == []
    now = make.fresh(found)
    assert (now.listed, now.lines.count()) == (2, 2)
    assert sorted(now.taken_part) == sorted({made.thon.pk, made.setting.land.xa.pk})


def test_without_the_lock_one_would_be_lost(
    made: Registering, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The canary: the same race, where each reads the list before the other has written."""

    def unlocked(pk: int) -> RegistrationList:
        found = make.fresh(RegistrationList(pk=pk))
        barrier.wait()
        return found

    barrier = threading.Barrier(2, timeout=10)
    found, acts = rows_of_two(made)
    monkeypatch.setattr(entering, "locked", unlocked)
    assert losers(race(*acts)) == []
    now = make.fresh(found)
    assert (now.listed, now.lines.count()) == (1, 2)


def test_a_list_begun_twice_at_once_is_one(made: Registering) -> None:
    land = made.setting.land
    offer = offers.offer_of(
        land.commune, made.setting.round, "commune", offers.key_of(made.setting.title)
    )
    assert offer is not None
    outcomes = race(
        *(
            lambda person=person: entering.begin(fresh(person), made.setting.round, offer)
            for person in (land.xa, made.xa_b)
        )
    )
    assert losers(outcomes) == []
    assert RegistrationList.objects.count() == Registration.objects.count() == 1


def test_a_row_that_is_sent_twice_at_once_is_one_household(made: Registering) -> None:
    found = make.begun(made, made.thon, made.hamlet, UnitKind.HOUSEHOLD, made.family)
    row, entry = Row(key=uuid.uuid4()), MemberEntry(name="Ngô Văn Mới", people=3)
    outcomes = race(
        *(
            lambda: entering.enter_member(fresh(made.thon), found.pk, row, entry, "Lập danh sách")
            for _time in range(2)
        )
    )
    assert losers(outcomes) == []
    assert Member.objects.filter(home=made.hamlet.unit).count() == 1
    assert make.fresh(found).listed == 1


def test_sending_waits_for_who_still_enters(made: Registering) -> None:
    found = make.families(made)
    key = make.household(made.thon, made.hamlet, "Ngô Văn Muộn")
    seen = fingerprint(make.fresh(found))
    outcomes = race(
        lambda: REGISTRATION.perform("send", found.pk, fresh(made.thon), seen=seen),
        lambda: entering.register(fresh(made.setting.land.xa), found.pk, [key], registered=True),
    )
    now = make.fresh(found)
    assert len(winners(outcomes)) == 1
    assert (now.state, now.listed) in {("waiting", 3), ("draft", 4)}
    assert now.lines.count() == now.listed
