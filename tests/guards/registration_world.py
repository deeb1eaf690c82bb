"""Registrations in the world of the guards: lists of the hamlet and of the commune itself."""

from typing import TYPE_CHECKING

from criteria.models import RegistrationList, Title
from criteria.registration import entering, offers
from tests import registration_factories as registrations
from units.models import Placement, UnitKind

if TYPE_CHECKING:
    from tests.guards.world import World

REGISTERED = {"draft": 73519, "waiting": 82463, "beyond": 64201}
ABOVE = frozenset({"xa", "lanhdaoxa", "tinh", "sogddt", "xem", "qtxa", "qttinh"})
SECRETS = {
    "73.519": frozenset({"xa", "thon"}),
    "82.463": ABOVE | {"thon"},
    "64.201": ABOVE,
}


def build(world: "World") -> None:
    """The hamlet's list of households and the commune's own title: drafts, sent, approved.

    The office of the drafts sees that they are there; how many register only who enters them.
    """
    land, setting = world.land, world.setting
    family = registrations.title(
        setting, "gia-dinh-hoc-tap", "Gia đình học tập", UnitKind.HOUSEHOLD
    )
    registrations.route(land.province, "thon", [UnitKind.HOUSEHOLD], above=UnitKind.COMMUNE)
    registrations.route(land.province, "xa", [UnitKind.COMMUNE], unit=land.home_affairs.unit)

    def begun(state: str, place: Placement, subject: Title) -> RegistrationList:
        found = offers.offer_of(
            place, world.rounds[state], subject.subject_kinds[0], offers.key_of(subject)
        )
        assert found is not None
        return entering.begin(land.xa, world.rounds[state], found)

    for name, state, place, subject, steps in (
        ("draft", "draft", world.hamlet, family, ()),
        ("waiting", "sent", world.hamlet, family, (("send", land.xa),)),
        ("beyond", "sent", world.beyond, family, (("send", land.xa),)),
        ("own", "draft", land.commune, setting.title, ()),
        ("own_waiting", "sent", land.commune, setting.title, (("send", land.xa),)),
        (
            "approved",
            "received",
            land.commune,
            setting.title,
            (("send", land.xa), ("approve", land.tinh)),
        ),
    ):
        found = begun(state, place, subject)
        if not found.is_own:
            entering.declare(land.xa, found.pk, REGISTERED[name], seen=None)
        world.registrations[name] = registrations.carried(found, *steps)
