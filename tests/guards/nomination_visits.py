"""What the visits of nominations carry."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from awards.nominating.entering import version_of
from awards.nominating.workflow import fingerprint, seen_for
from core import periods
from tests.guards.asking import Ask
from tests.guards.nomination_world import FORM
from tests.guards.world import png

if TYPE_CHECKING:
    from tests.guards.table import Visit
    from tests.guards.world import World


def _plain(world: "World", visit: "Visit") -> Ask:
    return Ask()


def _proposing(**data: Any) -> Callable[["World", "Visit"], Ask]:
    def ask(world: "World", visit: "Visit") -> Ask:
        occasion = f"round-{world.rounds['confirmed'].pk}"
        query = {"form": FORM, "occasion": occasion, "kind": "household"}
        chosen = data or {"chosen": [str(world.members["household"].unit_id)]}
        return Ask(data=chosen, query=query)

    return ask


def _one(**data: str) -> Callable[["World", "Visit"], Ask]:
    return lambda world, visit: Ask((world.nominations[visit.case].pk,), dict(data))


def _text(world: "World", visit: "Visit") -> Ask:
    found = world.nominations[visit.case]
    data = {"text": "Thành tích mới", "version": str(version_of(found.achievements))}
    return Ask((found.pk, "achievements"), data)


def _period(world: "World", visit: "Visit") -> Ask:
    today = f"{periods.today():%d/%m/%Y}"
    return Ask((world.nominations[visit.case].pk,), {"first": today, "last": today})


def _earlier(world: "World", visit: "Visit") -> Ask:
    data = {
        "name": "Giấy khen",
        "decision_number": "5/QĐ-UBND",
        "decided_on": "20/12/2021",
        "decided_by": "Chủ tịch Ủy ban nhân dân xã",
    }
    return Ask((world.nominations[visit.case].pk,), data)


def _earlier_one(world: "World", visit: "Visit") -> Ask:
    found = world.nominations[visit.case]
    return Ask((found.pk, found.earlier_awards.get().pk))


def _upload(world: "World", visit: "Visit") -> Ask:
    return Ask((world.nominations[visit.case].pk,), {"file": png()})


def _file(world: "World", visit: "Visit") -> Ask:
    found = world.nominations[visit.case]
    return Ask((found.pk, found.evidence.get().pk))


def _step(world: "World", visit: "Visit") -> Ask:
    name, which = visit.case.split()
    found = world.nominations[which]
    return Ask((found.pk, name), {"reason": "Theo hồ sơ"}, {"seen": seen_for(name)(found)})


def _selection(world: "World", visit: "Visit") -> Ask:
    found = world.nominations["waiting"]
    key = f"{found.pk}:{fingerprint(found)}" if visit.case else str(found.pk)
    data = {"step": "appraise", "chosen": [key], "confirmed": "1" if visit.case else ""}
    return Ask(data=data)


CASES: dict[str, Callable[["World", "Visit"], Ask]] = {
    "nominations:index": _plain,
    "nominations:due": _plain,
    "nominations:export": _plain,
    "nominations:selection": _selection,
    "nominations:new": _proposing(),
    "nominations:begin": _proposing(),
    "nominations:open_names": _proposing(reason="Lập danh sách"),
    "nominations:detail": _one(),
    "nominations:precheck": _one(),
    "nominations:step": _step,
    "nominations:names": _one(reason="Lập báo cáo"),
    "nominations:access": _one(),
    "nominations:paper": _one(),
    "nominations:document": _one(),
    "nominations:text": _text,
    "nominations:fill": _one(),
    "nominations:period": _period,
    "nominations:unrestricted": _one(stated="0"),
    "nominations:earlier": _earlier,
    "nominations:earlier_remove": _earlier_one,
    "nominations:upload": _upload,
    "nominations:evidence": _file,
    "nominations:evidence_remove": _file,
}
