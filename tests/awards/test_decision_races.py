"""Two people at once over decisions: one number is given once, one step is taken once."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import translation

from accounts.models import User
from awards.certificates import making
from awards.deciding import drafting, revoking, workflow
from awards.models import Award, Certificate, Decision, DecisionEvent, Nomination
from core import periods
from core.workflow import Refused
from tests import award_factories as af
from tests import factories
from tests.awards import deciding as make
from tests.awards.deciding import Deciding
from tests.races import losers, race, winners

pytestmark = pytest.mark.django_db(transaction=True)


def second_registrar(there: Deciding) -> User:
    """Another registrar of the commune."""
    person = factories.user("vanthu_xa_b")
    factories.appoint(person, "registrar", there.made.land.commune)
    return person


def household(there: Deciding, name: str) -> Nomination:
    return make.appraised(there, af.household(there.made, name))


def number(person: User, decision: Decision) -> Callable[[], Any]:
    """Give number 7 of today; on a thread of its own, with the sentences as the code words them."""

    def act() -> Any:
        with translation.override("en"):
            return workflow.give_number(person, decision.pk, 7, periods.today())

    return act


def test_of_two_registrars_with_one_number_one_gives_it() -> None:
    there = make.deciding()
    first, second = (
        make.carried(there, make.draft(there, household(there, name)), "signed")
        for name in ("Trần Văn Một", "Trần Văn Hai")
    )
    outcomes = race(number(there.vanthu, first), number(second_registrar(there), second))
    (refused,) = [one for one in outcomes if isinstance(one, Exception)]
    assert isinstance(refused, Refused)
    assert str(refused) == "Number 7 is taken by another decision of this year."
    assert sorted(Decision.objects.values_list("state", "number")) == [
        ("numbered", 7),
        ("signed", None),
    ]


def test_of_two_registrars_who_number_one_decision_one_does() -> None:
    there = make.deciding()
    signed = make.carried(there, make.draft(there, household(there, "Trần Văn Một")), "signed")
    outcomes = race(number(there.vanthu, signed), number(second_registrar(there), signed))
    assert (len(winners(outcomes)), losers(outcomes)) == (1, [Refused])
    assert DecisionEvent.objects.filter(decision=signed, transition="number").count() == 1


def test_publishing_and_revoking_at_once_leave_nothing_half_done() -> None:
    there = make.deciding()
    issued = make.carried(there, make.draft(there, household(there, "Trần Văn Một")), "issued")
    outcomes = race(
        lambda: workflow.perform("publish", issued.pk, there.vanthu),
        lambda: revoking.revoke(there.leader, issued.pk, make.DOCUMENT, make.REASON),
    )
    assert set(losers(outcomes)) <= {Refused}
    issued.refresh_from_db()
    assert issued.state == "revoked"
    was_published = issued.published_at is not None
    assert [one.state for one in Award.objects.all()] == ["revoked"]
    assert Nomination.objects.get().state == ("revoked" if was_published else "appraised")


def test_of_two_drafts_of_one_nomination_one_takes_it() -> None:
    there = make.deciding()
    one = household(there, "Trần Văn Một")
    clerks = (there.xa, there.made.xa_b)

    def begin(person: User) -> Decision:
        (ready,) = drafting.ready(person)
        return drafting.begin(person, ready, [one.pk])

    outcomes = race(*(lambda person=person: begin(person) for person in clerks))
    assert len(winners(outcomes)) == 1
    assert Award.objects.filter(nomination=one).count() == 1


def test_two_decisions_enter_one_book_at_once_without_a_gap_or_a_double() -> None:
    there = make.deciding()
    jobs = []
    for place, name in enumerate(("Trần Văn Một", "Trần Văn Hai"), start=1):
        decision = make.draft(there, household(there, name))
        published = make.carried(there, decision, "published", number=place)
        jobs.append(making.order(there.vanthu, published))
    race(*(lambda job=job: making.jobs.run(job.pk) for job in jobs))
    entries = Certificate.objects.order_by("entry").values_list("entry", flat=True)
    assert list(entries) == [1, 2]
