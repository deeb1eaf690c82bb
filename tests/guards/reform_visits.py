"""What the visits of reforms carry."""

from typing import TYPE_CHECKING

from django.core.files.uploadedfile import SimpleUploadedFile

from core import periods
from tests.core.originals import pdf
from tests.guards.asking import Ask
from units.models import Placement, Reform
from units.reforming.workflow import REFORM

if TYPE_CHECKING:
    from tests.guards.table import Visit
    from tests.guards.world import World


def _plain(world: "World", visit: "Visit") -> Ask:
    return Ask()


def _reform(world: "World", name: str) -> Reform:
    return Reform.objects.get(pk=world.reforms[name].pk)


def _one(world: "World", visit: "Visit") -> Ask:
    return Ask((_reform(world, visit.case).pk,))


def _header(world: "World", visit: "Visit") -> Ask:
    data = {
        "name": "Đợt sắp xếp mới",
        "citation": "Nghị quyết số 10/NQ-HĐND",
        "effective_on": f"{periods.today():%d/%m/%Y}",
    }
    return Ask((_reform(world, visit.case).pk,) if visit.case else (), data)


def _act(world: "World", visit: "Visit") -> Ask:
    reform = _reform(world, visit.case)
    return Ask((reform.pk, "found"), {"kind": "hamlet", "name": "Ban Mới"})


def _line(world: "World", visit: "Visit") -> Ask:
    reform = _reform(world, visit.case)
    return Ask((reform.pk, reform.lines.get().pk))


def _step(world: "World", visit: "Visit") -> Ask:
    step, name = visit.case.split()
    reform = _reform(world, name)
    query = {"seen": REFORM.fingerprint(reform)}
    return Ask((reform.pk, step), {"reason": "Theo nghị quyết"}, query)


def _unit(world: "World", visit: "Visit") -> Ask:
    return Ask((world.land.commune.unit_id,))


def _assign(world: "World", visit: "Visit") -> Ask:
    assert world.divided is not None
    to = Placement.objects.get(name="Ấp Chia Một")
    return Ask((world.divided.unit_id,), {"to": f"{to.unit_id}", "everything": "on"})


def _attach(world: "World", visit: "Visit") -> Ask:
    upload = SimpleUploadedFile("nghi-quyet.pdf", pdf())
    return Ask((_reform(world, visit.case).pk,), {"file": upload})


def _late(world: "World", visit: "Visit") -> Ask:
    return Ask((world.reforms["divided"].pk,), {"do": "stand_all"}, {"kind": visit.case})


CASES = {
    "reforms:index": _plain,
    "reforms:due": _plain,
    "reforms:new": _header,
    "reforms:units": _plain,
    "reforms:of_unit": _unit,
    "reforms:unassigned": _plain,
    "reforms:assign": _assign,
    "reforms:detail": _one,
    "reforms:file": _one,
    "reforms:attach": _attach,
    "reforms:late": _late,
    "reforms:edit": _header,
    "reforms:preview": _one,
    "reforms:add": _act,
    "reforms:remove": _line,
    "reforms:step": _step,
}
