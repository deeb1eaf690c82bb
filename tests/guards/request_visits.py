"""What the visits of requests about personal data carry."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from tests.guards.asking import Ask
from units.models import UnitKind
from units.requesting.workflow import REQUEST

if TYPE_CHECKING:
    from tests.guards.table import Visit
    from tests.guards.world import World


def _plain(world: "World", visit: "Visit") -> Ask:
    return Ask()


def _new(world: "World", visit: "Visit") -> Ask:
    data = {
        "home": world.hamlet.unit_id,
        "of": UnitKind.HOUSEHOLD.value,
        "number": world.members["household"].number,
        "kind": "erasure",
        "received_on": "02/11/2026",
        "asked_by": "subject",
        "identity_check": "Đối chiếu thẻ căn cước",
    }
    return Ask((), data)


def _one(world: "World", visit: "Visit") -> Ask:
    return Ask((world.requests[visit.case].pk,))


def _step(world: "World", visit: "Visit") -> Ask:
    name, which = visit.case.split()
    found = world.requests[which]
    return Ask((found.pk, name), {"reason": "Theo đơn"}, {"seen": REQUEST.fingerprint(found)})


def _term(world: "World", visit: "Visit") -> Ask:
    data = {"kind": "requests", "months": "12", "first_day": "01/01/2026", "basis": "Quy chế"}
    return Ask((), data)


CASES: dict[str, Callable[["World", "Visit"], Ask]] = {
    "requests:index": _plain,
    "requests:new": _new,
    "requests:detail": _one,
    "requests:step": _step,
    "requests:copy": _one,
    "requests:retention": _term,
}
