"""What the visits of submissions, consultations and the rules of offices carry."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from awards.consulting.workflow import fingerprint as consulted
from awards.submitting.workflow import fingerprint
from core import periods
from tests.guards.asking import Ask
from tests.guards.submission_world import FORM
from tests.guards.world import png

if TYPE_CHECKING:
    from tests.guards.table import Visit
    from tests.guards.world import World


def _plain(world: "World", visit: "Visit") -> Ask:
    return Ask()


def _begin(world: "World", visit: "Visit") -> Ask:
    occasion = f"round-{world.rounds['returned'].pk}"
    return Ask(data={"unit": str(world.hamlet.unit_id), "form": FORM, "occasion": occasion})


def _one(*more: int) -> Callable[["World", "Visit"], Ask]:
    return lambda world, visit: Ask((world.submissions[visit.case].pk, *more))


def _add(world: "World", visit: "Visit") -> Ask:
    return Ask((world.submissions[visit.case].pk,), {"nomination": []})


def _take_off(world: "World", visit: "Visit") -> Ask:
    return Ask((world.submissions[visit.case].pk, world.nominations[visit.case].pk))


def _word(world: "World", visit: "Visit") -> Ask:
    data = {"number": "9/TTr", "dated": f"{periods.today():%d/%m/%Y}", "note": "Kính trình"}
    return Ask((world.submissions[visit.case].pk,), data)


def _upload(world: "World", visit: "Visit") -> Ask:
    return Ask((world.submissions[visit.case].pk,), {"kind": "other", "file": png()})


def _file(*more: int) -> Callable[["World", "Visit"], Ask]:
    def ask(world: "World", visit: "Visit") -> Ask:
        found = world.submissions[visit.case]
        return Ask((found.pk, found.files.get().pk, *more))

    return ask


def _names(world: "World", visit: "Visit") -> Ask:
    return Ask((world.submissions[visit.case].pk,), {"reason": "Lập danh sách"})


def _step(world: "World", visit: "Visit") -> Ask:
    name, which = visit.case.split()
    found = world.submissions[which]
    return Ask((found.pk, name), {"reason": "Theo quy định"}, {"seen": fingerprint(found)})


def _new_rule(world: "World", visit: "Visit") -> Ask:
    data = {
        "form": FORM,
        "office_kind": "agency",
        "working_days": "25",
        "first": f"{periods.today():%d/%m/%Y}",
        "basis": "Quyết định 8/QĐ-UBND",
    }
    return Ask((visit.case,), data)


def _end_rule(world: "World", visit: "Visit") -> Ask:
    data = {"last": f"{periods.today():%d/%m/%Y}", "reason": "Thay văn bản"}
    return Ask((visit.case, world.award_rule.pk), data)


def _rule_file(world: "World", visit: "Visit") -> Ask:
    return Ask((world.restriction.pk,))


def _ask(world: "World", visit: "Visit") -> Ask:
    today = f"{periods.today():%d/%m/%Y}"
    data: dict[str, Any] = {
        "kind": "opinion",
        "asked_body": "Công an xã",
        "asked_on": today,
        "due_on": today,
        "nomination": [str(world.nominations["received"].pk)],
    }
    return Ask(data=data if visit.method == "POST" else {})


def _consultation(world: "World", visit: "Visit") -> Ask:
    return Ask((world.consultations[visit.case].pk,))


def _answer(world: "World", visit: "Visit") -> Ask:
    found = world.consultations[visit.case]
    data = {"answer": "agree", "answered_on": f"{periods.today():%d/%m/%Y}"}
    return Ask((found.pk,), data, {"seen": consulted(found)})


def _consultation_step(world: "World", visit: "Visit") -> Ask:
    name, which = visit.case.split()
    found = world.consultations[which]
    return Ask((found.pk, name), {"reason": "Không cần nữa"}, {"seen": consulted(found)})


def _public(world: "World", visit: "Visit") -> Ask:
    return Ask((world.consultations[visit.case].token,))


CASES: dict[str, Callable[["World", "Visit"], Ask]] = {
    "submissions:index": _plain,
    "submissions:export": _plain,
    "submissions:due": _plain,
    "submissions:new": _plain,
    "submissions:begin": _begin,
    "submissions:detail": _one(),
    "submissions:access": _one(),
    "submissions:precheck": _one(),
    "submissions:add": _add,
    "submissions:take_off": _take_off,
    "submissions:word": _word,
    "submissions:upload": _upload,
    "submissions:file": _file(),
    "submissions:file_remove": _file(),
    "submissions:file_page": _file(1),
    "submissions:paper": _one(),
    "submissions:paper_docx": _one(),
    "submissions:names": _names,
    "submissions:step": _step,
    "submissions:rules": _plain,
    "submissions:rule_new": _new_rule,
    "submissions:rule_end": _end_rule,
    "submissions:rule_file": _rule_file,
    "submissions:consultations": _plain,
    "submissions:consultation_new": _ask,
    "submissions:consultation": _consultation,
    "submissions:consultation_answer": _answer,
    "submissions:consultation_file": _consultation,
    "submissions:consultation_step": _consultation_step,
    "submissions:public_consultation": _public,
}
