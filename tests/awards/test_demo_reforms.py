"""The demonstration goes with what its people reformed."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from accounts.models import User
from awards import demo_reforms
from core import journal, periods
from tests import unit_factories
from tests.factories import Land
from units.models import Placement, Reform, ReformAct, ReformEvent, UnitKind
from units.reforming import entering
from units.reforming.entering import Header, Wanted
from units.reforming.workflow import REFORM

pytestmark = pytest.mark.django_db


def test_reforms_of_the_demonstration_are_undone_the_last_first(
    land: Land, as_owner: Callable[[], AbstractContextManager[None]]
) -> None:
    hamlets = [
        unit_factories.found(land.xa, land.commune, UnitKind.HAMLET, name)
        for name in ("Ấp Một", "Ấp Hai")
    ]
    before = list(Placement.objects.order_by("pk").values())
    with journal.act("test"):
        User.objects.filter(pk__in=[land.xa.pk, land.tinh.pk]).update(is_demo=True)
    header = Header("Sáp nhập ấp", "Nghị quyết số 1/NQ-HĐND", periods.today() - periods.ONE_DAY)
    first = entering.begin(land.xa, header)
    entering.merge(land.xa, first.pk, hamlets, None, Wanted("Ấp Mới"))
    new = _done(land, first, "Ấp Mới")
    header = Header("Đổi tên ấp", "Nghị quyết số 2/NQ-HĐND", periods.today())
    second = entering.begin(land.xa, header)
    entering.change(land.xa, second.pk, ReformAct.RENAME, new, Wanted("Ấp Khác"))
    _done(land, second, "Ấp Khác")
    unit_factories.figure(land.xa, new, unit_factories.kind(), 120)

    with as_owner(), journal.act("demo.remove"):
        demo_reforms.remove(User.objects.filter(is_demo=True))

    assert list(Placement.objects.order_by("pk").values()) == before
    assert not Reform.objects.exists()
    assert not ReformEvent.objects.exists()


def _done(land: Land, reform: Reform, name: str) -> Placement:
    REFORM.perform("propose", reform.pk, land.xa)
    REFORM.perform("confirm", reform.pk, land.tinh)
    return Placement.objects.get(name=name)
