"""What the visits of lists for recognition carry."""

from typing import TYPE_CHECKING

from core import periods
from criteria.batches.workflow import fingerprint
from criteria.models import RecognitionBatch
from tests.guards.asking import Ask

if TYPE_CHECKING:
    from tests.guards.table import Visit
    from tests.guards.world import World


def _plain(world: "World", visit: "Visit") -> Ask:
    return Ask()


def _batch(world: "World", name: str) -> RecognitionBatch:
    return RecognitionBatch.objects.get(pk=world.batches[name].pk)


def _one(world: "World", visit: "Visit") -> Ask:
    return Ask((_batch(world, visit.case).pk,))


def _begin(world: "World", visit: "Visit") -> Ask:
    data = {"kind": "clan", "title": "dong-ho-hoc-tap"}
    return Ask((world.setting.round.pk, world.hamlet.unit_id), data)


def _lines(world: "World", visit: "Visit") -> Ask:
    return Ask((_batch(world, visit.case).pk,), {"every": "in"})


def _line(world: "World", visit: "Visit") -> Ask:
    batch = _batch(world, visit.case)
    return Ask((batch.pk, batch.lines.earliest("pk").unit_id), {})


def _meeting(world: "World", visit: "Visit") -> Ask:
    data = {"met_on": "02/11/2026", "chaired_by": "Trần Văn Chủ", "present": "12"}
    return Ask((_batch(world, visit.case).pk,), data)


def _names(world: "World", visit: "Visit") -> Ask:
    return Ask((_batch(world, visit.case).pk,), {"reason": "Đối chiếu"})


def _number(world: "World", visit: "Visit") -> Ask:
    batch = _batch(world, visit.case)
    data = {"number": "5", "dated": f"{periods.today():%d/%m/%Y}"}
    return Ask((batch.pk,), data, {"seen": fingerprint(batch)})


def _revoke(world: "World", visit: "Visit") -> Ask:
    batch = _batch(world, visit.case)
    data = {"document": "Quyết định 9", "reason": "Sai thẩm quyền"}
    return Ask((batch.pk,), data, {"seen": fingerprint(batch)})


def _part(world: "World", visit: "Visit") -> Ask:
    batch = _batch(world, visit.case)
    unit = str(batch.lines.earliest("pk").unit_id)
    data = {"do": "revoke", "chosen": unit, "document": "Quyết định 9", "reason": "Vi phạm"}
    return Ask((batch.pk,), data, {"seen": fingerprint(batch)})


def _step(world: "World", visit: "Visit") -> Ask:
    step, name = visit.case.split()
    batch = _batch(world, name)
    return Ask((batch.pk, step), {"reason": "Theo đề nghị"}, {"seen": fingerprint(batch)})


def _paper(world: "World", visit: "Visit") -> Ask:
    return Ask((_batch(world, visit.case).pk, "danh-sach"))


CASES = {
    "recognitions:due": _plain,
    "recognitions:batches": _plain,
    "recognitions:batches_export": _plain,
    "recognitions:batch_new": _plain,
    "recognitions:batch_begin": _begin,
    "recognitions:batch": _one,
    "recognitions:batch_access": _one,
    "recognitions:batch_lines": _lines,
    "recognitions:batch_line": _line,
    "recognitions:batch_meeting": _meeting,
    "recognitions:batch_names": _names,
    "recognitions:batch_number": _number,
    "recognitions:batch_revoke": _revoke,
    "recognitions:batch_part": _part,
    "recognitions:batch_step": _step,
    "recognitions:batch_paper": _paper,
}
