"""Two people at once over titles held by paper decisions: one wins, the other gets a sentence."""

import datetime
from collections.abc import Callable

import pytest

from accounts.models import User
from core import periods
from core.workflow import Outdated, Refused
from criteria import recognising, terms
from criteria.models import Assessment, Recognition
from criteria.recognising import Declaration, Undeclarable
from criteria.workflow import ASSESSMENT, check_recognition
from tests import criteria_factories as make
from tests import factories
from tests.criteria_factories import Campaigning
from tests.races import losers, race, winners

pytestmark = pytest.mark.django_db(transaction=True)

# Each step with those that lead to where it starts.
STEPS = {
    "confirm": [],
    "reject": [],
    "unconfirm": ["confirm"],
    "revoke": ["confirm"],
    "unrevoke": ["confirm", "revoke"],
}


def fresh(user: User) -> User:
    """The person as another process would load them."""
    return User.objects.get(pk=user.pk)


def colleague(setting: Campaigning) -> User:
    """A second officer of the education office."""
    person = factories.user("sogddt_b")
    factories.appoint(person, "education_officer", setting.land.education)
    return person


def check(recognition: Recognition, step: str, user: User) -> Callable[[], Recognition]:
    recognition.refresh_from_db()
    seen = recognising.fingerprint(recognition)
    return lambda: check_recognition(
        step, recognition.pk, fresh(user), seen=seen, reason="Cùng lúc"
    )


def declaration(setting: Campaigning, number: str) -> Declaration:
    year = periods.today().year
    day = datetime.date(year, 1, 5)
    return Declaration(
        setting.title,
        "1",
        year - 1,
        number,
        day,
        "Sở Giáo dục và Đào tạo",
        "",
        day,
        terms.last_day(day, 36),
    )


@pytest.mark.parametrize("step", STEPS)
def test_a_step_taken_twice_at_once_happens_once(setting: Campaigning, step: str) -> None:
    make.answered(setting)
    recognition = make.recognition(setting)
    for earlier in STEPS[step]:
        check(recognition, earlier, setting.land.sogddt)()
    outcomes = race(
        check(recognition, step, setting.land.sogddt), check(recognition, step, colleague(setting))
    )
    assert (len(winners(outcomes)), losers(outcomes)) == (1, [Refused])


def test_confirming_and_rejecting_at_once_leave_one_of_both(setting: Campaigning) -> None:
    recognition = make.recognition(setting)
    outcomes = race(
        check(recognition, "confirm", setting.land.sogddt),
        check(recognition, "reject", colleague(setting)),
    )
    assert losers(outcomes) == [Refused]
    recognition.refresh_from_db()
    assert recognition.state == winners(outcomes)[0].state


def test_two_declarations_of_one_period_leave_one(setting: Campaigning) -> None:
    land = setting.land
    outcomes = race(
        *(
            lambda number=number: recognising.declare(
                fresh(land.xa), land.commune, declaration(setting, number)
            )
            for number in ("1/QĐ", "2/QĐ")
        )
    )
    assert losers(outcomes) == [Undeclarable]
    assert Recognition.objects.count() == 1


def test_what_is_confirmed_is_what_was_looked_at(setting: Campaigning) -> None:
    recognition = make.recognition(setting)
    seen = recognising.fingerprint(recognition)
    other = declaration(setting, "77/QĐ")
    outcomes = race(
        check(recognition, "confirm", setting.land.sogddt),
        lambda: recognising.correct(recognition.pk, fresh(setting.land.xa), other, None, seen=seen),
    )
    assert losers(outcomes) == [Outdated]
    recognition.refresh_from_db()
    confirmed = recognition.state == "confirmed"
    assert recognition.decision_number == ("12/QĐ-SGDĐT" if confirmed else "77/QĐ")


def test_an_undone_rejection_and_a_new_declaration_leave_one_of_both(setting: Campaigning) -> None:
    land = setting.land
    rejected = make.recognition(setting)
    check(rejected, "reject", land.sogddt)()
    outcomes = race(
        check(rejected, "unconfirm", land.sogddt),
        lambda: recognising.declare(fresh(land.xa), land.commune, declaration(setting, "1/QĐ")),
    )
    assert len(winners(outcomes)) == 1
    assert Recognition.objects.standing().count() == 1


def test_declaring_and_sending_at_once_end_well(setting: Campaigning) -> None:
    land = setting.land
    assessment = make.answered(setting)
    outcomes = race(
        lambda: ASSESSMENT.perform("send", assessment.pk, fresh(land.xa)),
        lambda: recognising.declare(fresh(land.xa), land.commune, declaration(setting, "1/QĐ")),
    )
    assert losers(outcomes) == []
    stored = Assessment.objects.get(pk=assessment.pk)
    assert (stored.state, stored.result["criteria"]["X-4"]["status"]) == ("sent", "met")
