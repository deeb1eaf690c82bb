"""Drafts of the province's criteria sets in the world of the guards: one, and one put forward."""

from typing import TYPE_CHECKING

from accounts.models import User
from core import periods
from criteria.drafting import trying, writing
from criteria.drafting.workflow import SET_DRAFT
from criteria.models import CriteriaSet, SetDraft
from tests import factories

if TYPE_CHECKING:
    from tests.guards.world import World

DRAFT, PROPOSED = "tiêu chí soạn kín Vĩnh Long", "tiêu chí trình kín Vĩnh Long"
SECRETS = dict.fromkeys((DRAFT, PROPOSED), frozenset({"qttinh"}))


def build(world: "World") -> None:
    """Both drafted by another administrator of the province than the one who visits them, who has
    tried the first."""
    author = factories.user("qtsoan", full_name="Lý Thị Soạn")
    factories.appoint(author, "administrator", world.land.province)
    world.drafts = {
        "draft": _draft(author, "cap-xa", DRAFT),
        "proposed": _draft(author, "co-quan", PROPOSED),
    }
    SET_DRAFT.perform("propose", world.drafts["proposed"].pk, author)
    keeper = User.objects.get(username="qttinh")
    trying.order(keeper, SetDraft.objects.get(pk=world.drafts["draft"].pk))


def _draft(author: object, code: str, words: str) -> SetDraft:
    """A draft with one criterion worded anew, in force from today."""
    draft = writing.begin(author, CriteriaSet.objects.get(code=code))
    criterion = draft.criteria_set.criteria.get(order=1)
    values = {"code": criterion.code, "wording": words, "quote": words}
    writing.put_criterion(author, draft.pk, criterion.pk, values, 1)
    writing.change_set(author, draft.pk, {"period": periods.between(periods.today(), None)}, 2)
    return draft
