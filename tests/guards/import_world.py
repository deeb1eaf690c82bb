"""Imports of the guards' world: files of the commune's officer in each state that has steps."""

from typing import TYPE_CHECKING

from core.importing import running
from core.importing.kinds import KINDS
from core.models import Import
from tests.importing.bringing import HEAD, HOUSEHOLDS, PEOPLE, PLACE
from tests.importing.files import Row, xlsx
from tests.unit_factories import REASON

if TYPE_CHECKING:
    from tests.guards.world import World

IMPORTED = "Lâm Kín Trong Tệp"
SECRETS: dict[str, frozenset[str]] = {IMPORTED: frozenset({"xa"})}
CLAN = "Tên dòng họ"


def build(world: "World") -> None:
    """One waits, one is wrong, one is checked, one is written."""
    place = world.hamlet.name
    rows: dict[str, tuple[str, tuple[Row, ...]]] = {
        "waiting": ("household", (HOUSEHOLDS, (place, IMPORTED, 4))),
        "faulty": ("household", (HOUSEHOLDS, (place, IMPORTED, "bốn"))),
        "checked": ("household", (HOUSEHOLDS, (place, IMPORTED, 4))),
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
