"""What the visits of drafts of criteria sets carry."""

from typing import TYPE_CHECKING

from core import periods
from criteria.drafting.workflow import SET_DRAFT
from criteria.models import Criterion, SetDraft
from tests.guards.asking import Ask

if TYPE_CHECKING:
    from tests.guards.table import Visit
    from tests.guards.world import World


def _draft(world: "World", visit: "Visit") -> SetDraft:
    return SetDraft.objects.get(pk=world.drafts[visit.case.split()[-1]].pk)


def _criterion(draft: SetDraft) -> Criterion:
    found: Criterion = draft.criteria_set.criteria.get(order=1)
    return found


def _one(world: "World", visit: "Visit") -> Ask:
    return Ask((_draft(world, visit).pk,))


def _begin(world: "World", visit: "Visit") -> Ask:
    return Ask((visit.case, 1))


def _set(world: "World", visit: "Visit") -> Ask:
    draft = _draft(world, visit)
    data = {
        "seen": f"{draft.version}",
        "name": "Tên mới",
        "first": f"{periods.today():%d/%m/%Y}",
        "document": world.setting.document.code,
        "source": world.setting.source.code,
        "kind": "all_of",
    }
    return Ask((draft.pk,), data)


def _rule(world: "World", visit: "Visit") -> Ask:
    draft = _draft(world, visit)
    row = _criterion(draft)
    code = "9" if visit.name == "criteria:draft_add" else row.code
    data = {
        "seen": f"{draft.version}",
        "code": code,
        "wording": "Nội dung mới",
        "quote": "Nội dung mới",
        "source": world.setting.source.code,
    }
    keys = (draft.pk,) if visit.name == "criteria:draft_add" else (draft.pk, row.pk)
    return Ask(keys, data, {"kind": "attested"})


def _move(world: "World", visit: "Visit") -> Ask:
    draft = _draft(world, visit)
    return Ask((draft.pk, _criterion(draft).pk, "down"))


def _remove(world: "World", visit: "Visit") -> Ask:
    draft = _draft(world, visit)
    return Ask((draft.pk, _criterion(draft).pk))


def _source(world: "World", visit: "Visit") -> Ask:
    data = {"title": "Quyết định mới", "url": "https://example.org/", "confidence": "found"}
    return Ask((_draft(world, visit).pk,), data)


def _step(world: "World", visit: "Visit") -> Ask:
    draft = _draft(world, visit)
    query = {"seen": SET_DRAFT.fingerprint(draft)}
    return Ask((draft.pk, visit.case.split()[0]), {"reason": "Theo kế hoạch"}, query)


CASES = {
    "criteria:draft": _one,
    "criteria:draft_begin": _begin,
    "criteria:draft_set": _set,
    "criteria:draft_add": _rule,
    "criteria:draft_edit": _rule,
    "criteria:draft_move": _move,
    "criteria:draft_remove": _remove,
    "criteria:draft_source": _source,
    "criteria:draft_step": _step,
    "criteria:file": _begin,
    "criteria:beside": _begin,
    "criteria:draft_file": _one,
    "criteria:draft_import": _one,
    "criteria:trial": _one,
    "criteria:trial_export": _one,
    "criteria:carry": _begin,
}
