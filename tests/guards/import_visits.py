"""What the visits of imports carry."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.core.files.uploadedfile import SimpleUploadedFile

from core.importing.workflow import IMPORT
from tests.guards.asking import Ask
from tests.importing.bringing import HOUSEHOLDS
from tests.importing.files import xlsx
from tests.unit_factories import REASON

if TYPE_CHECKING:
    from tests.guards.table import Visit
    from tests.guards.world import World


def _plain(world: "World", visit: "Visit") -> Ask:
    return Ask()


def _list(world: "World", visit: "Visit") -> Ask:
    code, where = visit.case.split()
    place = {
        "commune": world.land.commune,
        "hamlet": world.hamlet,
        "office": world.office,
    }[where]
    data = {"reason": REASON}
    if visit.name == "imports:new":
        content = xlsx([HOUSEHOLDS, (world.hamlet.name, "Kim Lan", 3)])
        return Ask((code, place.unit_id), {**data, "file": SimpleUploadedFile("a.xlsx", content)})
    return Ask((code, place.unit_id), data)


def _import(world: "World", visit: "Visit") -> Ask:
    return Ask((world.imports[visit.case].pk,), {"reason": REASON})


def _step(world: "World", visit: "Visit") -> Ask:
    name, which = visit.case.split()
    subject = world.imports[which]
    return Ask((subject.pk, name), {}, {"seen": IMPORT.fingerprint(subject)})


def _row(world: "World", visit: "Visit") -> Ask:
    subject = world.imports["asked"]
    return Ask((subject.pk, subject.rows.get(outcome="asked").pk), {"choice": visit.case})


CASES: dict[str, Callable[["World", "Visit"], Ask]] = {
    "imports:index": _plain,
    **dict.fromkeys(("imports:new", "imports:template", "imports:known"), _list),
    **dict.fromkeys(
        ("imports:detail", "imports:progress", "imports:marked", "imports:open"), _import
    ),
    "imports:step": _step,
    "imports:decide": _row,
    "assessments:outside": _plain,
    "assessments:outside_sums": _plain,
}
