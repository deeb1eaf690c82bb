"""Two people at once over a launch: one wins, the other gets a sentence."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import User
from campaign import launching, permissions, telling
from campaign.launching import Answer, Plan
from campaign.models import Launch, LaunchAnswer, Recipient
from campaign.workflow import ANSWER, LAUNCH
from core import periods
from core.models import JournalEntry
from core.workflow import Outdated, Refused
from tests import campaign_factories as make
from tests import factories
from tests.factories import Land
from tests.races import losers, race, winners
from units.models import UnitKind

pytestmark = pytest.mark.django_db(transaction=True)


def fresh(person: User) -> User:
    """The person as another process would load them."""
    return User.objects.get(pk=person.pk)


def answering(
    recipient: Recipient, person: User, words: str, reason: str = ""
) -> Callable[[], Any]:
    seen = ANSWER.fingerprint(recipient)
    said = Answer(periods.today(), words)
    return lambda: launching.answer(recipient.pk, fresh(person), said, reason=reason, seen=seen)


def withdrawing(made: Launch, person: User) -> Callable[[], Any]:
    seen = LAUNCH.fingerprint(made)
    return lambda: launching.withdraw(made.pk, fresh(person), reason="Cùng lúc", seen=seen)


def colleague(land: Land) -> User:
    person = factories.user("tinh_b")
    factories.appoint(person, "emulation_officer", land.home_affairs)
    return person


def test_two_answers_at_once_leave_one(land: Land) -> None:
    recipient = make.received(make.launch(land.tinh), land)
    outcomes = race(
        answering(recipient, land.xa, "Công chức"), answering(recipient, land.lanhdaoxa, "Lãnh đạo")
    )
    assert (len(winners(outcomes)), losers(outcomes)) == (1, [Outdated])
    recipient.refresh_from_db()
    assert recipient.answer == LaunchAnswer.objects.get()


@pytest.mark.parametrize("late", [False, True])
def test_an_answer_replaced_twice_at_once_is_replaced_once(land: Land, late: bool) -> None:
    """In time (replace) and after the day, with a reason (replace_late)."""
    made = make.launch(land.tinh)
    recipient = make.received(made, land)
    make.respond(recipient, land.xa)
    if late:
        make.overdue(made)
    recipient.refresh_from_db()
    reason = "Bổ sung sau hội nghị" if late else ""
    outcomes = race(
        answering(recipient, land.xa, "Công chức", reason),
        answering(recipient, land.lanhdaoxa, "Lãnh đạo", reason),
    )
    assert (len(winners(outcomes)), losers(outcomes)) == (1, [Outdated])
    recipient.refresh_from_db()
    assert recipient.answer == LaunchAnswer.objects.latest("pk")
    assert LaunchAnswer.objects.count() == 2
    step = "launch_answer.replace_late" if late else "launch_answer.replace"
    entries = JournalEntry.objects.filter(subject="campaign_recipient", act=step)
    assert entries.count() == 1


def test_an_answer_and_a_withdrawal_at_once_are_one_after_the_other(land: Land) -> None:
    made = make.launch(land.tinh)
    recipient = make.received(made, land)
    answered, withdrawn = race(
        answering(recipient, land.xa, "Hưởng ứng"), withdrawing(made, land.tinh)
    )
    assert isinstance(withdrawn, Launch)
    assert isinstance(answered, Recipient | Refused)
    kept = LaunchAnswer.objects.count()
    assert kept == (1 if isinstance(answered, Recipient) else 0)


def test_a_launch_withdrawn_twice_at_once_is_withdrawn_once(land: Land) -> None:
    made = make.launch(land.tinh)
    outcomes = race(withdrawing(made, land.tinh), withdrawing(made, colleague(land)))
    assert (len(winners(outcomes)), losers(outcomes)) == (1, [Refused])


def test_reminding_twice_at_once_reminds_once(land: Land) -> None:
    made = make.launch(land.tinh)
    other = colleague(land)
    outcomes = race(*(lambda p=p: launching.remind(made.pk, fresh(p)) for p in (land.tinh, other)))
    assert (winners(outcomes), losers(outcomes)) == ([2], [Refused])
    assert {one.reminders for one in telling.with_reminders(made.recipients.all())} == {1}


def test_pressing_twice_launches_once(land: Land) -> None:
    document = make.document()
    (grant,) = permissions.launching_grants(land.tinh)
    kinds = (UnitKind.COMMUNE,)
    places = launching.recipients(grant, kinds, direct=True, document=document)
    plan = Plan(grant, document, kinds, True, periods.today())
    seen = launching.digest(places)
    outcomes = race(*[lambda: launching.launch(fresh(land.tinh), plan, seen=seen)] * 2)
    assert (len(winners(outcomes)), losers(outcomes)) == (1, [Refused])
    assert Recipient.objects.count() == 2
