"""Imports of the guards' world: files of the commune's officer in each state that has steps."""

from decimal import Decimal
from typing import TYPE_CHECKING

from core import journal
from core.importing import running
from core.importing.kinds import KINDS
from core.models import Import
from criteria.models import OutsideResult
from tests.importing.bringing import HEAD, HOUSEHOLDS, NAME, PEOPLE, PLACE
from tests.importing.files import Row, xlsx
from tests.unit_factories import REASON
from units.models import Member, UnitKind

if TYPE_CHECKING:
    from tests.guards.world import World

IMPORTED = "Lâm Kín Trong Tệp"
POINTS = Decimal("87.65")
SECRETS: dict[str, frozenset[str]] = {
    IMPORTED: frozenset({"xa"}),
    "87,65": frozenset({"xa", "lanhdaoxa", "thon"}),
}
CLAN, RESULTS = "Tên dòng họ", (PLACE, NAME)


def build(world: "World") -> None:
    """One waits, one is wrong, one is checked, one asks who somebody is, one is written; a citizen
    has a result of congdanhoctap.vn."""
    place = world.hamlet.name
    rows: dict[str, tuple[str, tuple[Row, ...]]] = {
        "waiting": ("household", (HOUSEHOLDS, (place, IMPORTED, 4))),
        "faulty": ("household", (HOUSEHOLDS, (place, IMPORTED, "bốn"))),
        "checked": ("household", (HOUSEHOLDS, (place, IMPORTED, 4))),
        "asked": ("outside-result", ((*RESULTS, "Năm", "Điểm"), (place, IMPORTED, 2025, 80))),
        "written": ("clan", ((PLACE, CLAN, PEOPLE), (place, "Họ Lâm ấp Cây Da", 30))),
    }
    xa, commune = world.land.xa, world.land.commune.unit_id
    for name, (code, table) in rows.items():
        where = KINDS[code].place(xa, commune)
        assert where is not None
        content = xlsx(table, HEAD)
        subject = running.begin(xa, code, where, "danh sach.xlsx", content, REASON)
        if name != "waiting":
            running.work(subject.pk)
        if name == "written":
            running.take("order", subject.pk, xa)
            running.work(subject.pk)
        world.imports[name] = Import.objects.get(pk=subject.pk)
    citizen = Member.objects.at(world.hamlet.unit_id, UnitKind.CITIZEN).earliest("pk")
    with journal.act("test"):
        OutsideResult.objects.create(
            unit=citizen.unit,
            home=world.hamlet.unit,
            assessed_year=2025,
            points=POINTS,
            passed=True,
            brought_by=xa,
        )
