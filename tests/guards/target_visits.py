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


def _grid(world: Any, visit: Visit) -> Ask:
    """One of both communes has to reach another share."""
    data = {"reason": "Theo kế hoạch"}
    for place, share in ((world.land.commune, "72,5"), (world.land.sibling, "80")):
        seen = allotting.of_unit(world.target, place.unit_id).seen
        data |= {f"unit-{place.unit_id}-share": share, f"unit-{place.unit_id}-seen": str(seen)}
    return Ask((world.target.pk,), data)


CASES: dict[str, Any] = {
    "targets:index": lambda world, visit: Ask(),
    "targets:detail": _target,
    "targets:paper": _target,
    "targets:allot": _grid,
    "targets:unit": _unit,
    "targets:undo": _unit,
}
