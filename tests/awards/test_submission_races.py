"""Two people at one submission at the same time: one wins, the other gets a sentence."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import User
from awards.models import Nomination, Submission, SubmissionLine
from awards.submitting import entering, listing, workflow
from core.workflow import Refused
from tests import award_factories as awards
from tests import factories
from tests.award_factories import Awarding
from tests.criteria_factories import Campaigning
from tests.races import losers, race, winners

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def made(setting: Campaigning) -> Awarding:
    return awards.awarding(setting)


def fresh(person: User) -> User:
    """The person as another process would load them."""
    return User.objects.get(pk=person.pk)


def step(name: str, paper: Submission, person: User) -> Callable[[], Any]:
    seen = workflow.fingerprint(Submission.objects.get(pk=paper.pk))
    return lambda: workflow.perform(name, paper.pk, fresh(person), reason="Cùng lúc", seen=seen)


def test_two_who_send_at_once_send_once(made: Awarding) -> None:
    other = factories.user()
    factories.appoint(other, "hamlet_head", made.hamlet)
    paper = awards.submission(made, [awards.nomination(made)])
    outcomes = race(step("send", paper, made.thon), step("send", paper, other))
    assert (len(winners(outcomes)), losers(outcomes)) == (1, [Refused])
    assert paper.events.filter(transition="send").count() == 1


def test_two_who_receive_at_once_receive_once(made: Awarding) -> None:
    paper = awards.submission(made, [awards.nomination(made)])
    awards.send(made, paper, made.thon)
    outcomes = race(step("receive", paper, made.land.xa), step("receive", paper, made.xa_b))
    assert (len(winners(outcomes)), losers(outcomes)) == (1, [Refused])
    assert paper.events.filter(transition="receive").count() == 1


def test_receiving_and_taking_back_at_once_leave_one_of_both(made: Awarding) -> None:
    one = awards.nomination(made)
    paper = awards.submission(made, [one])
    awards.send(made, paper, made.thon)
    outcomes = race(step("receive", paper, made.land.xa), step("take_back", paper, made.thon))
    assert losers(outcomes) == [Refused]
    (won,) = winners(outcomes)
    state = {"received": "received", "draft": "draft"}[won.state]
    assert Nomination.objects.get(pk=one.pk).state == state


def test_two_who_take_up_one_nomination_put_it_on_one_paper(made: Awarding) -> None:
    one = awards.nomination(made, form=made.high, state="appraised")

    def begin(person: User) -> Callable[[], Any]:
        def act() -> Submission:
            again = fresh(person)
            grant = listing.preparing_units(again)[made.land.commune.unit_id]
            return entering.begin(again, grant, made.high, made.phase)

        return act

    outcomes = race(begin(made.land.xa), begin(made.xa_b))
    assert (len(winners(outcomes)), losers(outcomes)) == (1, [Refused])
    sender = made.land.commune.unit_id
    assert SubmissionLine.objects.filter(nomination=one, submission__sender=sender).count() == 1


def test_signing_and_changing_at_once_sign_what_stood_there(made: Awarding) -> None:
    one = awards.nomination(made, form=made.high, state="appraised")
    paper = awards.submission(made, [one], by=made.land.xa)

    def change() -> Any:
        return entering.word(fresh(made.land.xa), paper.pk, "77/TTr-UBND", None, "Thêm")

    outcomes = race(step("sign", paper, made.land.lanhdaoxa), change)
    now = Submission.objects.get(pk=paper.pk)
    if now.state == "signed":
        assert now.number != "77/TTr-UBND"
    else:
        assert now.number == "77/TTr-UBND"
    assert len(losers(outcomes)) == 1
