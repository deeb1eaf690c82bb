"""Reforms of the commune in the world of the guards: a draft, one proposed, one planned."""

import datetime
from typing import TYPE_CHECKING

from django.core.files.uploadedfile import SimpleUploadedFile

from core import periods
from tests import campaign_factories, factories, unit_factories
from tests.core.originals import pdf
from units.models import Reform, UnitKind
from units.reforming import entering, filing
from units.reforming.entering import Header, Successor, Wanted
from units.reforming.workflow import REFORM

if TYPE_CHECKING:
    from tests.guards.world import World

DRAFT, PROPOSED, HAMLET = "sắp xếp kín Đại An", "đề nghị kín Đại An", "Ấp Kín Tân Lập"
SEEN_BY = frozenset({"xa", "lanhdaoxa", "tinh", "sogddt", "xem", "qtxa", "qttinh"})
SECRETS = dict.fromkeys((DRAFT, PROPOSED, HAMLET), SEEN_BY)
CITATION = "Nghị quyết số 9/NQ-HĐND"
PLANNED = "Thành lập ấp năm sau"


def build(world: "World") -> None:
    """Each founds a hamlet in the commune."""
    land, today = world.land, periods.today()
    ahead = today + datetime.timedelta(days=60)
    world.reforms = {
        "draft": _reform(world, DRAFT, HAMLET, today),
        "proposed": _reform(world, PROPOSED, f"{HAMLET} 2", today),
        "planned": _reform(world, PLANNED, "Ấp Năm Sau", ahead),
    }
    world.divided = unit_factories.found(land.xa, land.commune, UnitKind.HAMLET, "Ấp Chia Đôi")
    unit_factories.member(land.xa, world.divided, UnitKind.CLAN, "Họ Chờ Phân Bổ")
    factories.appoint(head := factories.user("thonchia"), "hamlet_head", world.divided)
    campaign_factories.entry(head, world.divided, "Đóng góp ở ấp bị chia")
    split = entering.begin(land.xa, Header("Chia ấp", CITATION, today))
    into = [Successor(name="Ấp Chia Một"), Successor(name="Ấp Chia Hai")]
    entering.divide(land.xa, split.pk, world.divided, into, 0)
    REFORM.perform("propose", split.pk, land.xa)
    REFORM.perform("confirm", split.pk, land.tinh)
    world.reforms["divided"] = split
    filing.attach(land.xa, split.pk, SimpleUploadedFile("nghi-quyet-chia.pdf", pdf()))
    for name in ("proposed", "planned"):
        REFORM.perform("propose", world.reforms[name].pk, world.land.xa)
    REFORM.perform("confirm", world.reforms["planned"].pk, world.land.tinh)


def _reform(world: "World", name: str, hamlet: str, day: datetime.date) -> Reform:
    land = world.land
    reform = entering.begin(land.xa, Header(name, CITATION, day))
    wanted = Wanted(hamlet, located_in=land.commune, managed_by=land.commune)
    entering.found(land.xa, reform.pk, UnitKind.HAMLET, wanted)
    return reform
