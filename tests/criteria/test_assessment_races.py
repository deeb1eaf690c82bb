"""Two people at once: one wins, the other gets a sentence, nothing happens twice."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db.models import QuerySet

from accounts.models import User
from core.workflow import Refused
from criteria import assessing
from criteria.assessing import Conflict
from criteria.models import Answer, Assessment, AssessmentEvent
from criteria.workflow import ASSESSMENT
from tests import criteria_factories as make
from tests import factories
from tests.criteria_factories import Campaigning
from tests.races import losers, race, winners

pytestmark = pytest.mark.django_db(transaction=True)

# Each step, the state it starts from, and whether the province (else the commune) takes it.
STEPS: list[tuple[str, Callable[[Campaigning], Assessment], bool]] = [
    ("send", make.answered, False),
    ("take_back", make.sent, False),
    ("receive", make.sent, True),
    ("unreceive", make.received, True),
    ("return", make.received, True),
    ("unreturn", make.returned, True),
    ("confirm", make.judged, True),
    ("unconfirm", make.confirmed, True),
]


def fresh(user: User) -> User:
    """The person as another process would load them, without anything remembered."""
    return User.objects.get(pk=user.pk)


def second_clerk(setting: Campaigning) -> User:
    """A colleague in the same commune."""
    colleague = factories.user("xa_b")
    factories.appoint(colleague, "commune_officer", setting.land.commune)
    return colleague


def perform(step: str, pk: int, user: User) -> Callable[[], Assessment]:
    """The step, ready to be raced."""
    return lambda: ASSESSMENT.perform(step, pk, fresh(user), reason="Cùng một lúc")


@pytest.mark.parametrize(("step", "start", "by_province"), STEPS, ids=[s[0] for s in STEPS])
def test_a_step_taken_twice_at_once_happens_once(
    setting: Campaigning,
    step: str,
    start: Callable[[Campaigning], Assessment],
    by_province: bool,
) -> None:
    make.recognition(setting)
    assessment = start(setting)
    one = setting.land.tinh if by_province else setting.land.xa
    other = make.colleague(setting) if by_province else second_clerk(setting)
    outcomes = race(perform(step, assessment.pk, one), perform(step, assessment.pk, other))
    assert len(winners(outcomes)) == 1
    assert losers(outcomes) == [Refused]
    assert AssessmentEvent.objects.filter(assessment=assessment, transition=step).count() == 1


def test_taking_back_and_receiving_at_once_leave_one_of_both(setting: Campaigning) -> None:
    assessment = make.sent(setting)
    outcomes = race(
        perform("take_back", assessment.pk, setting.land.xa),
        perform("receive", assessment.pk, setting.land.tinh),
    )
    assert len(winners(outcomes)) == 1
    assert losers(outcomes) == [Refused]
    assessment.refresh_from_db()
    assert assessment.state == winners(outcomes)[0].state


def test_undoing_a_return_and_completing_it_at_once_leave_one_of_both(
    setting: Campaigning,
) -> None:
    assessment = make.returned(setting)
    criterion = setting.criteria[0]
    outcomes = race(
        perform("unreturn", assessment.pk, setting.land.tinh),
        lambda: assessing.save_answer(
            assessment.pk,
            criterion.pk,
            fresh(setting.land.xa),
            value={"value": "no"},
            note="Bổ sung",
            version=1,
        ),
    )
    assert (len(winners(outcomes)), losers(outcomes)) == (1, [Refused])
    assessment.refresh_from_db()
    stored = Answer.objects.get(assessment=assessment, criterion=criterion)
    assert (assessment.state, stored.version) in {("received", 1), ("returned", 2)}


def test_undoing_a_return_and_sending_anew_at_once_leave_one_of_both(setting: Campaigning) -> None:
    assessment = make.returned(setting)
    outcomes = race(
        perform("unreturn", assessment.pk, setting.land.tinh),
        perform("send", assessment.pk, setting.land.xa),
    )
    assert (len(winners(outcomes)), losers(outcomes)) == (1, [Refused])
    assessment.refresh_from_db()
    assert assessment.state == winners(outcomes)[0].state


def test_two_savings_of_one_answer_never_overwrite_each_other(setting: Campaigning) -> None:
    assessment = make.begun(setting)
    criterion = setting.criteria[0]

    def save(user: User, note: str) -> Callable[[], Answer]:
        return lambda: assessing.save_answer(
            assessment.pk, criterion.pk, fresh(user), value={"value": "yes"}, note=note, version=0
        )

    outcomes = race(save(setting.land.xa, "Một"), save(second_clerk(setting), "Hai"))
    assert losers(outcomes) == [Conflict]
    saved = Answer.objects.get(assessment=assessment, criterion=criterion)
    assert (saved.note, saved.version) == (winners(outcomes)[0].note, 1)
    conflict = next(outcome for outcome in outcomes if isinstance(outcome, Conflict))
    assert conflict.current.note == saved.note


def test_a_saving_and_the_sending_at_once_leave_what_was_sent(setting: Campaigning) -> None:
    assessment = make.answered(setting)
    criterion = setting.criteria[0]
    outcomes = race(
        perform("send", assessment.pk, setting.land.xa),
        lambda: assessing.save_answer(
            assessment.pk,
            criterion.pk,
            fresh(setting.land.xa),
            value={"value": "no"},
            note="Sửa lúc gửi",
            version=1,
        ),
    )
    event = AssessmentEvent.objects.get(assessment=assessment, transition="send")
    stored = Answer.objects.get(assessment=assessment, criterion=criterion)
    assert event.snapshot[criterion.code]["value"] == stored.value
    assert set(losers(outcomes)) <= {Refused}


def test_two_beginnings_at_once_make_one_assessment(setting: Campaigning) -> None:
    land = setting.land
    colleague = second_clerk(setting)
    outcomes = race(
        *(
            lambda user=user: assessing.begin(fresh(user), setting.round, land.commune)
            for user in (land.xa, colleague)
        )
    )
    assert losers(outcomes) == []
    assert len({assessment.pk for assessment in winners(outcomes)}) == 1


def test_without_the_lock_the_race_is_lost(
    setting: Campaigning, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The canary: with the row lock taken out, the same step happens more than once."""

    def no_lock(self: QuerySet[Any], *args: Any, **kwargs: Any) -> QuerySet[Any]:
        return self.all()

    monkeypatch.setattr(QuerySet, "select_for_update", no_lock)
    assessment = make.sent(setting)
    colleague = make.colleague(setting)
    happened = 0
    for _attempt in range(10):
        outcomes = race(
            perform("receive", assessment.pk, setting.land.tinh),
            perform("receive", assessment.pk, colleague),
        )
        happened = max(happened, len(winners(outcomes)))
        ASSESSMENT.perform("unreceive", assessment.pk, setting.land.tinh)
        if happened > 1:
            break
    assert happened == 2
