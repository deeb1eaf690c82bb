"""What visits of the pages of registrations carry."""

import uuid
from typing import TYPE_CHECKING, Any

from criteria.registration.workflow import fingerprint
from tests.guards.asking import Ask
from tests.guards.table import Visit

if TYPE_CHECKING:
    from tests.guards.world import World


def _registration(world: "World", visit: Visit) -> Ask:
    return Ask((world.registrations[visit.case].pk,))


def _begin_registration(world: "World", visit: Visit) -> Ask:
    data = {"kind": "household", "subject": "title-gia-dinh-hoc-tap"}
    return Ask((world.rounds["unbegun"].pk, world.hamlet.unit_id), data)


def _line(world: "World", visit: Visit) -> Ask:
    key = world.members["household"].unit_id
    return Ask((world.registrations[visit.case].pk, key), {f"unit-{key}": "on"})


def _lines(world: "World", visit: Visit) -> Ask:
    return Ask((world.registrations[visit.case].pk,), {"every": "in"})


def _number(world: "World", visit: Visit) -> Ask:
    found = world.registrations[visit.case]
    return Ask((found.pk,), {"declared": "5", "seen": str(found.declared)})


def _registered_member(world: "World", visit: Visit) -> Ask:
    data = {"row": str(uuid.uuid4()), "name": "Kim Thị Mới", "people": "3"}
    return Ask((world.registrations[visit.case].pk,), data)


def _registration_names(world: "World", visit: Visit) -> Ask:
    return Ask((world.registrations[visit.case].pk,), {"reason": "Lập danh sách"})


def _registration_step(world: "World", visit: Visit) -> Ask:
    name, which = visit.case.split()
    found = world.registrations[which]
    return Ask((found.pk, name), {"reason": "Theo quy định"}, {"seen": fingerprint(found)})


def _selection(world: "World", visit: Visit) -> Ask:
    ticked = [world.registrations[name] for name in ("waiting", "own_waiting")]
    keys = [f"{one.pk}:{fingerprint(one)}" for one in ticked]
    return Ask(data={"step": "approve", "chosen": keys, "confirmed": "1" if visit.case else ""})


CASES: dict[str, Any] = {
    "registrations:index": lambda world, visit: Ask(),
    "registrations:own": lambda world, visit: Ask(),
    "registrations:counts": lambda world, visit: Ask(),
    "registrations:due": lambda world, visit: Ask(),
    "registrations:export": lambda world, visit: Ask(),
    "registrations:selection": _selection,
    "registrations:begin": _begin_registration,
    "registrations:detail": _registration,
    "registrations:access": _registration,
    "registrations:line": _line,
    "registrations:lines": _lines,
    "registrations:member": _registered_member,
    "registrations:number": _number,
    "registrations:names": _registration_names,
    "registrations:step": _registration_step,
    "registrations:paper": _registration,
    "registrations:blank": _registration,
}
