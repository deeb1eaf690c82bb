"""One clerk keeps one register: a number of an office, symbol and year is given once, whatever is
decided by it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import translation

from accounts.models import User
from awards.deciding import workflow as deciding
from awards.models import Decision
from core import journal, periods
from core.workflow import Refused
from criteria.batches import workflow as recognising
from criteria.models import DecisionNumber, RecognitionBatch
from tests import batch_factories
from tests.awards import deciding as make
from tests.awards.deciding import Deciding
from tests.batch_factories import Recognising
from tests.races import losers, race, winners

TODAY = periods.today()


def both() -> tuple[Deciding, Decision, Recognising, RecognitionBatch]:
    """A decision on commendation and a list for recognition of one commune, both signed."""
    there = make.deciding()
    decision = make.carried(there, make.draft(there, make.appraised(there)), "signed")
    made = batch_factories.recognising(there.made.setting, "cn-")
    batch_factories.households(made, 1)
    batch = batch_factories.carried(made, batch_factories.listed(made), "sign")
    return there, decision, made, batch


def held() -> list[tuple[str, int]]:
    return sorted(DecisionNumber.objects.values_list("held_by", "number"))


@pytest.mark.django_db
def test_a_number_is_unique_across_both_kinds_of_decisions() -> None:
    there, decision, made, batch = both()
    assert (decision.issuer_id, decision.symbol) == (batch.decider_id, batch.symbol)
    deciding.give_number(there.vanthu, decision.pk, 7, TODAY)
    with pytest.raises(Refused) as refused:
        recognising.number(batch.pk, made.vanthu, 7, TODAY, None)
    assert refused.value.field == "number"
    recognising.number(batch.pk, made.vanthu, 8, TODAY, None)
    assert held() == [("awards_decision", 7), ("criteria_recognitionbatch", 8)]


@pytest.mark.django_db
def test_a_number_that_is_taken_back_is_free_for_either() -> None:
    there, decision, made, batch = both()
    recognising.number(batch.pk, made.vanthu, 7, TODAY, None)
    with pytest.raises(Refused):
        deciding.give_number(there.vanthu, decision.pk, 7, TODAY)
    recognising.perform("unnumber", batch.pk, made.vanthu, reason="Nhầm số")
    assert held() == []
    deciding.give_number(there.vanthu, decision.pk, 7, TODAY)
    deciding.perform("unnumber", decision.pk, there.vanthu, reason="Nhầm số")
    recognising.number(batch.pk, made.vanthu, 7, TODAY, None)
    assert held() == [("criteria_recognitionbatch", 7)]
    with journal.act("test"):
        RecognitionBatch.objects.filter(pk=batch.pk).update(symbol="QĐ-CT")
    deciding.give_number(there.vanthu, decision.pk, 7, TODAY)
    assert held() == [("awards_decision", 7), ("criteria_recognitionbatch", 7)]


@pytest.mark.django_db(transaction=True)
def test_of_two_clerks_with_one_number_one_gives_it() -> None:
    there, decision, made, batch = both()

    def spoken(act: Callable[[User], Any], person: User) -> Callable[[], Any]:
        def do() -> Any:
            with translation.override("en"):
                return act(User.objects.get(pk=person.pk))

        return do

    outcomes = race(
        spoken(lambda user: deciding.give_number(user, decision.pk, 7, TODAY), there.vanthu),
        spoken(lambda user: recognising.number(batch.pk, user, 7, TODAY, None), made.vanthu),
    )
    assert (len(winners(outcomes)), losers(outcomes)) == (1, [Refused])
    (refused,) = [one for one in outcomes if isinstance(one, Refused)]
    assert str(refused) == "Number 7 is taken by another decision of this year."
    numbers = {Decision.objects.get().number, RecognitionBatch.objects.get().number}
    assert (numbers, DecisionNumber.objects.count()) == ({7, None}, 1)
