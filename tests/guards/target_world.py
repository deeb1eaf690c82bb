"""Targets of the guards' world: one of the province, with figures of both communes; one of them
has to reach another share than the plan's."""

from decimal import Decimal
from typing import TYPE_CHECKING

from criteria import allotting
from tests import campaign_factories as make
from tests import unit_factories as units
from units.models import FigureKind

if TYPE_CHECKING:
    from tests.guards.world import World

ABOVE = frozenset({"tinh", "sogddt", "xem", "qttinh"})
OWN = frozenset({"xa", "lanhdaoxa", "qtxa"})
ALLOTTED = "vì lý do kín của Đại An"
SECRETS: dict[str, frozenset[str]] = {
    "52.846": OWN | ABOVE,
    ALLOTTED: OWN | ABOVE,
    "41.935": frozenset({"xa2"}) | ABOVE,
}


def build(world: "World") -> None:
    """What the communes state, and what the plan of their province wants of it."""
    land = world.land
    households = FigureKind.objects.get(code="ho")
    learning = units.kind("ho-gia-dinh-hoc-tap", name="Số hộ đạt “Gia đình học tập”")
    for clerk, place, counted in ((land.xa, land.commune, 52846), (land.xa2, land.sibling, 41935)):
        units.figure(clerk, place, households, 91357)
        units.figure(clerk, place, learning, counted)
    plan = make.document("Kế hoạch có chỉ tiêu", code="co-chi-tieu", territory=land.province.unit)
    world.target = make.target(
        plan, world.setting.source, counted_kind=learning, among_kind=households
    )
    allotting.allot(land.tinh, world.target, land.commune, Decimal("85.5"), ALLOTTED, seen=0)
