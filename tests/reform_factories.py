"""Reforms of a land's communes, carried out for tests that read sums across them."""

import datetime

from accounts.models import User
from core import periods
from tests import factories
from tests.factories import Land
from units.models import Placement, Reform, ReformAct
from units.reforming import entering
from units.reforming.entering import Header, Successor, Wanted
from units.reforming.workflow import REFORM

CITATION = "Nghị quyết số 15/NQ-HĐND ngày 10/10/2026"


def _of_country(username: str, land: Land) -> User:
    found = User.objects.filter(username=username).first()
    if found is None:
        found = factories.user(username)
        factories.appoint(found, "administrator", land.country)
    return User.objects.get(pk=found.pk)


def confirmed(land: Land, reform: Reform, by: User | None = None) -> list[Placement]:
    """A draft, proposed and confirmed by the country; gives what it founded, as of today."""
    REFORM.perform("propose", reform.pk, by or land.tinh)
    REFORM.perform("confirm", reform.pk, _of_country("tw", land))
    lines = reform.lines.filter(founds=True).order_by("pk")
    today = periods.today()
    return [Placement.objects.on(today).get(unit=line.unit_id) for line in lines]


def divided(land: Land, day: datetime.date) -> list[Placement]:
    """The commune, divided into two."""
    reform = entering.begin(land.tinh, Header("Chia xã", CITATION, day))
    parts = [Successor(name="Xã Bắc"), Successor(name="Xã Nam")]
    entering.divide(land.tinh, reform.pk, land.commune, parts, 0)
    return confirmed(land, reform)


def merged(land: Land, day: datetime.date) -> Placement:
    """The commune and its sibling, merged into a new one."""
    reform = entering.begin(land.tinh, Header("Nhập xã", CITATION, day))
    entering.merge(land.tinh, reform.pk, [land.commune, land.sibling], None, Wanted("Xã Mới"))
    return confirmed(land, reform)[0]


def moved(land: Land, day: datetime.date, place: Placement | None = None) -> None:
    """The commune, or another, moved to the other province."""
    mover = _of_country("tw2", land)
    reform = entering.begin(mover, Header("Chuyển xã", CITATION, day))
    there = Wanted(located_in=land.other_province)
    entering.change(mover, reform.pk, ReformAct.MOVE, place or land.commune, there)
    confirmed(land, reform, by=mover)
