"""Two people at once: one confirms, the other gets a sentence, nothing happens twice."""

import pytest

from core.workflow import Refused
from tests import factories
from tests.races import losers, race, winners
from tests.units.reforming.conftest import Setting, take
from units.models import Placement, ReformAct, ReformEvent, Succession
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
