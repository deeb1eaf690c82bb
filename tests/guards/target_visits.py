"""What visits of the pages of targets carry."""

from typing import Any

from criteria import allotting
from tests.guards.asking import Ask
from tests.guards.table import Visit


def _target(world: Any, visit: Visit) -> Ask:
    return Ask((world.target.pk,))


def _unit(world: Any, visit: Visit) -> Ask:
    place = getattr(world.land, visit.case)
    seen = allotting.of_unit(world.target, place.unit_id).seen
    data = {"share": "72,5", "reason": "Xã đặc biệt khó khăn", "seen": str(seen)}
    return Ask((world.target.pk, place.unit_id), data)


CASES: dict[str, Any] = {
    "targets:index": lambda world, visit: Ask(),
    "targets:detail": _target,
    "targets:unit": _unit,
    "targets:undo": _unit,
}
