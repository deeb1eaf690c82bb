"""Lists for recognition in the world of the guards: one in each state that a person meets."""

import datetime
from typing import TYPE_CHECKING

from accounts.models import User
from core import journal, periods
from criteria.batches import entering, offers, workflow
from criteria.models import BatchLine, RecognitionBatch
from tests import batch_factories as batches
from tests import factories
from tests import registration_factories as registrations
from tests import unit_factories as units
from units.models import Placement, UnitKind

if TYPE_CHECKING:
    from tests.guards.world import World

# The minutes name who chaired: read by who keeps the list and whose office received it.
CHAIR = "Thạch Chủ Trì Kín"
SECRETS = {CHAIR: frozenset({"thon", "xa", "lanhdaoxa", "tinh", "sogddt", "xem", "qtxa", "qttinh"})}
MEETING = {**batches.MEETING, "chaired_by": CHAIR}


def build(world: "World") -> None:
    """Of each state one list, of the only clan of a hamlet that is founded for it."""
    land = world.land
    batches.route(land.province, "ho", [UnitKind.CLAN])
    clan = registrations.title(world.setting, "dong-ho-hoc-tap", "Dòng họ học tập", UnitKind.CLAN)
    people = {name: factories.user(f"batch-{name}") for name in ("hoikhxa", "vanthu")}
    factories.appoint(people["hoikhxa"], "commune_study_officer", land.commune)
    factories.appoint(people["vanthu"], "registrar", land.commune)
    units.member(land.xa, world.hamlet, UnitKind.CLAN, "Họ Trong Danh Sách")
    thon = world.people["thon"]
    world.batches = {}
    for state, head in (("draft", thon), ("checking", land.xa), ("submitted", land.xa)):
        world.batches[state] = _batch(world, head, state, clan.code, people)
    with journal.act("test"):  # the lists of the hamlet can lose it
        BatchLine.objects.filter(unit=world.members["clan"].unit_id).delete()
    world.batches["issued"] = _batch(world, land.xa, "issued", clan.code, people)


def _batch(
    world: "World", head: User, state: str, title: str, people: dict[str, User]
) -> RecognitionBatch:
    home = world.hamlet if state == "draft" else _hamlet(world, state)
    found = offers.offer_of(home, UnitKind.CLAN, title)
    assert found is not None
    batch = entering.begin(head, world.setting.round, found)
    entering.mark(head, batch.pk, None, passed=True)
    entering.write_meeting(head, batch.pk, MEETING)
    steps = {"draft": (), "checking": ("send",), "submitted": ("send", "submit")}
    for name in steps.get(state, ("send", "submit", "sign", "number", "issue")):
        user = {"send": head, "submit": people["hoikhxa"], "sign": world.land.lanhdaoxa}.get(
            name, people["vanthu"]
        )
        if name == "number":
            workflow.number(batch.pk, user, 77, periods.today(), None)
        else:
            workflow.perform(name, batch.pk, user)
    return RecognitionBatch.objects.get(pk=batch.pk)


def _hamlet(world: "World", state: str) -> Placement:
    land = world.land
    home = units.found(
        land.xa,
        land.commune,
        UnitKind.HAMLET,
        f"Ấp Công Nhận {state}",
        first_day=datetime.date(2025, 7, 1),
    )
    units.member(land.xa, home, UnitKind.CLAN, f"Họ {state}")
    return home
