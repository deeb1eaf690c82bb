"""Nominations that the own leader decides on: put before the own office, where another person
appraises them."""

from collections.abc import Iterator

import pytest
from django.utils import translation

from awards.models import Nomination, NominationState
from awards.nominating import entering
from awards.nominating.workflow import NOMINATION, fingerprint
from core.models import Notice
from core.workflow import Outdated, Refused
from criteria.workflow import RECOGNITION
from tests import award_factories as make
from tests import criteria_factories
from tests.award_factories import Awarding
from tests.races import losers, race, winners


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    """The sentences as the code words them."""
    with translation.override("en"):
        yield


@pytest.fixture
def made(db: None) -> Awarding:
    return make.awarding()


def own(made: Awarding, **kwargs: object) -> Nomination:
    """A household that the commune itself proposes, for what its own leader decides."""
    return make.nomination(made, make.household(made), by=made.land.xa, **kwargs)  # type: ignore[arg-type]


def stands(found: Nomination) -> tuple[str, int | None]:
    found = make.fresh(found)
    return found.state, found.office_id


def test_what_the_own_leader_decides_is_put_before_the_own_office(made: Awarding) -> None:
    found, commune = own(made), made.land.commune.unit_id
    make.step("put_forward", found, made.land.xa, "")
    assert stands(found) == (NominationState.RECEIVED, commune)
    with pytest.raises(Refused) as refused:
        make.step("appraise", found, made.land.xa)
    assert str(refused.value) == "Nobody appraises their own: you took part in this nomination."
    told = Notice.objects.filter(kind="nomination.put_forward", read_at=None)
    assert set(told.values_list("recipient", flat=True)) == {made.xa_b.pk, made.land.lanhdaoxa.pk}
    make.step("appraise", found, made.xa_b)
    assert stands(found) == (NominationState.APPRAISED, commune)
    assert told.count() == 0


def test_what_was_put_forward_is_read_only_until_it_is_called_back(made: Awarding) -> None:
    found = own(made)
    make.step("put_forward", found, made.land.xa, "")
    with pytest.raises(Refused):
        entering.write(made.land.xa, found.pk, "summary", "Anders.", seen=None)
    make.step("call_back", found, made.land.xa, "")
    assert stands(found) == (NominationState.DRAFT, None)
    entering.write(made.land.xa, found.pk, "summary", "Mở thêm lớp.", seen=None)


def test_a_return_inside_comes_back_the_same_way(made: Awarding) -> None:
    found = own(made)
    make.step("put_forward", found, made.land.xa, "")
    make.step("return", found, made.xa_b)
    assert stands(found)[0] == NominationState.RETURNED
    make.step("put_forward", found, made.land.xa, "")
    make.step("appraise", found, made.xa_b)
    assert stands(found)[0] == NominationState.APPRAISED


@pytest.mark.parametrize(
    ("what", "why"),
    [
        (
            "high",
            (
                "Neither does your leader decide on this form, nor have you a Council that votes "
                "on it: put it on a submission."
            ),
        ),
        ("itself", "No unit considers itself: put it on a submission to the next office."),
        (
            "paper",
            "It stands on a submission that is being prepared: take it off there first.",
        ),
        (
            "unwritten",
            "The pre-check found something that blocks; it says what and where.",
        ),
    ],
)
def test_what_is_not_for_the_own_office_is_not_put_before_it(
    made: Awarding, what: str, why: str
) -> None:
    xa = made.land.xa
    if what == "high":
        found = own(made, form=made.high)
    elif what == "itself":
        held = criteria_factories.recognition(made.setting)
        RECOGNITION.perform("confirm", held.pk, made.land.sogddt)
        criteria_factories.confirmed(made.setting)
        found = make.nomination(made, make.itself(made.land.commune), form=made.high, by=xa)
    elif what == "paper":
        found = own(made, form=made.high)
        make.submission(made, [found], by=xa)
    else:
        found = own(made)
        entering.state_unrestricted(xa, found.pk, False)
    with pytest.raises(Refused) as refused:
        make.step("put_forward", found, xa, "")
    assert str(refused.value) == why
    assert stands(found)[0] == NominationState.DRAFT


def test_what_another_office_received_is_not_called_back(made: Awarding) -> None:
    found = make.nomination(made, state=NominationState.RECEIVED)
    with pytest.raises(Refused) as refused:
        make.step("call_back", found, made.thon)
    assert str(refused.value) == "Another office has it: that office returns it."


@pytest.mark.django_db(transaction=True)
def test_of_appraising_and_calling_back_at_once_one_wins() -> None:
    made = make.awarding()
    found = own(made)
    make.step("put_forward", found, made.land.xa, "")
    seen = fingerprint(make.fresh(found))

    def take(step: str, person: object) -> object:
        return NOMINATION.perform(step, found.pk, person, seen=seen)

    outcomes = race(lambda: take("appraise", made.xa_b), lambda: take("call_back", made.land.xa))
    assert len(winners(outcomes)) == 1
    assert losers(outcomes)[0] in (Outdated, Refused)
    assert make.fresh(found).events.exclude(transition="put_forward").count() == 1
