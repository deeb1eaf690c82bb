"""Three requests of people of the hamlet: a correction and a sight of data that were accepted, an
erasure that was not."""

from typing import TYPE_CHECKING

from core import periods
from units.models import PersonalRequest, RequestKind
from units.requesting import entering
from units.requesting.workflow import REQUEST

if TYPE_CHECKING:
    from tests.guards.world import World

CONTACT, CHECKED = "số điện thoại kín 0912", "đối chiếu kín bản sao"
SECRETS: dict[str, frozenset[str]] = {
    CONTACT: frozenset({"xa", "lanhdaoxa", "thon"}),
    CHECKED: frozenset({"xa", "lanhdaoxa", "thon"}),
}


def build(world: "World") -> None:
    """Entered by the head of the hamlet, and by the officer of the commune."""
    world.requests = {
        "received": _request(world, "household", RequestKind.CORRECTION, new_name="Thạch Sửa"),
        "entered": _request(world, "citizen", RequestKind.ERASURE),
        "sight": _request(world, "household", RequestKind.ACCESS),
    }
    for name in ("received", "sight"):
        REQUEST.perform("accept", world.requests[name].pk, world.people["thon"])
        world.requests[name].refresh_from_db()


def _request(world: "World", member: str, kind: str, new_name: str = "") -> PersonalRequest:
    asked = entering.Asked(
        kind=kind,
        asked_by="subject",
        identity_check=CHECKED,
        received_on=periods.today(),
        contact=CONTACT,
        new_name=new_name,
    )
    person = world.people["thon"] if member == "household" else world.land.xa
    return entering.enter(person, world.hamlet, world.members[member].unit_id, asked)
