"""Two people at once: one count is closed once, and no vote slips in behind it."""

import pytest

from awards.council import sitting, workflow
from awards.models import MeetingCase, Nomination, NominationEvent, Vote
from core.workflow import Refused
from tests import council_factories
from tests.races import losers, race, winners

pytestmark = pytest.mark.django_db(transaction=True)


def voted() -> tuple[council_factories.Sitting, MeetingCase, int]:
    """A case on which everybody has voted in favour."""
    found = council_factories.council()
    council_factories.rule(found)
    held = council_factories.meeting(found, council_factories.appraised(found.made), "open")
    council_factories.everybody_there(found, held)
    (case,) = council_factories.cases(held)
    council_factories.vote(found, held, case, 7)
    return found, case, held.pk


def test_of_two_secretaries_one_closes_the_count() -> None:
    found, case, _held = voted()
    outcomes = race(
        *(
            lambda person=person: workflow.perform_case("close", case.pk, person)
            for person in (found.thuky, found.thuky_b)
        )
    )
    assert (len(winners(outcomes)), losers(outcomes)) == (1, [Refused])
    (refused,) = [one for one in outcomes if isinstance(one, Refused)]
    assert str(refused) == "Không thực hiện được bước này khi đang ở trạng thái: đạt."
    assert NominationEvent.objects.filter(transition="vote").count() == 1


def test_a_vote_is_counted_or_refused() -> None:
    found, case, held = voted()
    outcomes = race(
        lambda: workflow.perform_case("close", case.pk, found.thuky),
        lambda: sitting.vote(found.members[0], held, {case.pk: "against"}),
    )
    closed = MeetingCase.objects.get(pk=case.pk)
    against = Vote.objects.filter(case=case, choice="against").count()
    assert closed.against == against
    assert losers(outcomes) == ([] if against else [Refused])


def test_one_nomination_goes_before_one_of_two_meetings() -> None:
    found = council_factories.council()
    nominations = council_factories.appraised(found.made)
    meetings = [council_factories.meeting(found, []) for _ in range(2)]
    keys = [one.pk for one in nominations]
    outcomes = race(
        *(lambda held=held: sitting.put(found.thuky, held.pk, keys) for held in meetings)
    )
    assert sorted(outcomes) == [0, 1]
    assert MeetingCase.objects.count() == 1
    assert Nomination.objects.get().state == "council"
