"""Two people at once: one confirms, the other gets a sentence, nothing happens twice."""

import pytest

from accounts.models import User
from core import periods
from core.workflow import Refused
from tests import factories, unit_factories
from tests.races import losers, race, winners
from tests.units.reforming.conftest import Setting, fresh, take
from units.models import Placement, ReformAct, ReformEvent, Succession, UnitKind
from units.reforming import entering
from units.reforming.entering import Wanted

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_people_confirm_one_reform(setting: Setting) -> None:
    reform = setting.proposed()
    second = factories.user("tinh2")
    factories.appoint(second, "emulation_officer", setting.land.home_affairs)

    outcomes = race(
        lambda: take("confirm", reform, setting.tinh), lambda: take("confirm", reform, second)
    )

    assert len(winners(outcomes)) == 1
    assert losers(outcomes) == [Refused]
    assert Placement.objects.filter(name="Ấp Hợp Nhất").count() == 1
    assert Succession.objects.count() == 2
    assert ReformEvent.objects.filter(transition="confirm").count() == 1


def test_two_reforms_of_one_unit_are_confirmed_at_once(setting: Setting) -> None:
    merger = setting.proposed()
    renaming = setting.draft()
    entering.change(setting.xa, renaming.pk, ReformAct.RENAME, setting.one, Wanted("Ấp Mới"))
    take("propose", renaming, setting.xa)

    outcomes = race(
        lambda: take("confirm", merger, setting.tinh),
        lambda: take("confirm", renaming, setting.country),
    )

    assert len(winners(outcomes)) == 1
    assert losers(outcomes) == [Refused]


def test_two_people_undo_one_reform(setting: Setting) -> None:
    reform = setting.done()

    outcomes = race(
        lambda: take("undo", reform, setting.tinh), lambda: take("undo", reform, setting.country)
    )

    assert len(winners(outcomes)) == 1
    assert losers(outcomes) == [Refused]
    assert not Succession.objects.exists()


def test_a_unit_is_founded_while_its_place_is_moved_back(setting: Setting) -> None:
    """Whoever is first: nothing lies under a path that is no more."""
    land = setting.land
    station = unit_factories.found(land.xa, land.commune, UnitKind.AGENCY, "Trạm Y tế")
    reform = setting.draft(setting.country)
    there = Wanted(located_in=land.other_province)
    entering.change(setting.country, reform.pk, ReformAct.MOVE, land.commune, there)
    take("propose", reform, setting.country)
    second = User.objects.get(username="tw2")
    take("confirm", reform, second)
    moved = Placement.objects.on(periods.today()).get(unit=station.unit_id)

    race(
        lambda: take("undo", reform, second),
        lambda: unit_factories.found(fresh(land.xa), moved, UnitKind.DEPARTMENT, "Phòng dược"),
    )

    place = Placement.objects.on(periods.today()).get(unit=station.unit_id)
    for room in Placement.objects.filter(name="Phòng dược"):
        assert room.path == f"{place.path}{room.unit_id}/"
