"""Two people publish at once: one wins, the other gets a sentence, nothing is in force twice."""

from collections.abc import Callable

import pytest

from accounts.models import User
from core import periods
from core.workflow import Refused
from criteria.applicability import competitors
from criteria.drafting import writing
from criteria.drafting.workflow import SET_DRAFT
from criteria.models import CriteriaSet, SetDraft, SetDraftEvent
from tests import criteria_factories as make
from tests.criteria.drafts import LATER, administrator, changed, now
from tests.criteria_factories import Campaigning
from tests.races import losers, race, winners

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def keepers(setting: Campaigning) -> list[User]:
    return [administrator(f"qttinh{number}", setting.land.province) for number in range(3)]


def proposed(author: User, criteria_set: CriteriaSet) -> SetDraft:
    draft = changed(writing.begin(author, criteria_set), author)
    return SET_DRAFT.perform("propose", draft.pk, author)


def taking(step: str, draft: SetDraft, person: User) -> Callable[[], SetDraft]:
    """The step, ready to be raced, by the person as another process would load them."""
    return lambda: SET_DRAFT.perform(
        step, draft.pk, User.objects.get(pk=person.pk), reason="Cùng một lúc"
    )


def test_a_draft_is_published_once(setting: Campaigning, keepers: list[User]) -> None:
    draft = proposed(keepers[0], setting.criteria_set)
    outcomes = race(taking("publish", draft, keepers[1]), taking("publish", draft, keepers[2]))
    assert (len(winners(outcomes)), losers(outcomes)) == (1, [Refused])
    assert SetDraftEvent.objects.filter(transition="publish").count() == 1
    assert CriteriaSet.objects.published().filter(code=draft.code).count() == 2


@pytest.mark.parametrize("step", ["take_back", "return"])
def test_publishing_and_the_other_way_leave_one_of_both(
    setting: Campaigning, keepers: list[User], step: str
) -> None:
    draft = proposed(keepers[0], setting.criteria_set)
    other = keepers[0] if step == "take_back" else keepers[2]
    outcomes = race(taking("publish", draft, keepers[1]), taking(step, draft, other))
    assert (len(winners(outcomes)), losers(outcomes)) == (1, [Refused])
    assert now(draft).state == winners(outcomes)[0].state


def test_of_two_sets_that_would_apply_to_the_same_units_one_is_published(
    setting: Campaigning, keepers: list[User]
) -> None:
    """Each by itself could be: the sets of which they are new versions follow one another."""
    rival = make.commune_set(
        setting.land.province, setting.document, setting.source, code="khac",
        period=periods.between(periods.Day(2001, 1, 1), periods.Day(2001, 12, 31)),
    )  # fmt: skip
    make.end(setting.criteria_set, periods.Day(2000, 12, 31))
    drafts = []
    for criteria_set in (setting.criteria_set, rival):
        draft = writing.begin(keepers[0], CriteriaSet.objects.get(pk=criteria_set.pk))
        values = {"name": "Tên mới", "period": periods.between(LATER, None)}
        writing.change_set(keepers[0], draft.pk, values, draft.version)
        SET_DRAFT.perform("propose", draft.pk, keepers[0])
        drafts.append(draft)
    outcomes = race(
        taking("publish", drafts[0], keepers[1]), taking("publish", drafts[1], keepers[2])
    )
    assert (len(winners(outcomes)), losers(outcomes)) == (1, [Refused])
    winner = winners(outcomes)[0].criteria_set
    assert not competitors(CriteriaSet.objects.get(pk=winner.pk)).exclude(code=winner.code).exists()


def test_two_people_begin_one_draft(setting: Campaigning, keepers: list[User]) -> None:
    def begin(person: User) -> Callable[[], SetDraft]:
        return lambda: writing.begin(
            User.objects.get(pk=person.pk), CriteriaSet.objects.get(pk=setting.criteria_set.pk)
        )

    outcomes = race(begin(keepers[0]), begin(keepers[1]))
    assert (len(winners(outcomes)), losers(outcomes)) == (1, [Refused])
    assert SetDraft.objects.count() == 1
