"""Random acts by random people: whatever they try, the registration stays lawful.

The oracle below is written by hand from the design, not read from the table that it judges.
"""

from collections import Counter
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from core.workflow import Refused
from criteria.models import RegistrationList
from criteria.registration import entering
from criteria.registration.workflow import REGISTRATION
from tests import registration_factories as make
from tests.criteria_factories import Campaigning
from tests.registration_factories import Registering
from tests.stories import Act, of_each_way

pytestmark = pytest.mark.django_db

PEOPLE = ("thon", "xa", "xa_b", "lanhdaoxa", "xa2", "tinh", "coquan", "xem", "expired_deputy")
UNIT = {"thon", "xa", "xa_b"}
OFFICE = {"xa", "xa_b", "lanhdaoxa"}
ARROWS = {
    "send": ({"draft", "rejected"}, "waiting", UNIT),
    "take_back": ({"waiting"}, "draft", UNIT),
    "withdraw": ({"approved"}, "withdrawn", UNIT),
    "reopen": ({"withdrawn"}, "draft", UNIT),
    "approve": ({"waiting"}, "approved", OFFICE),
    "reject": ({"waiting"}, "rejected", OFFICE),
    "reconsider": ({"approved", "rejected"}, "waiting", OFFICE),
}
NEEDS_REASON = {"withdraw", "reject", "reconsider"}

people = st.sampled_from(PEOPLE)
steps = st.tuples(
    st.just("step"), people, st.sampled_from(sorted(ARROWS)), st.sampled_from(["", "Vì sao"])
)
boxes = st.tuples(st.just("box"), people, st.integers(0, 2), st.booleans())
numbers = st.tuples(st.just("number"), people, st.sampled_from([None, 0, 3, 40]))
noise = st.lists(st.one_of(steps, boxes, numbers), max_size=4)

SEND: Act = ("step", "thon", "send", "")
APPROVE: Act = ("step", "lanhdaoxa", "approve", "")
REJECT: Act = ("step", "xa", "reject", "Thiếu chữ ký")
WITHDRAW: Act = ("step", "thon", "withdraw", "Bận việc")
WAYS: list[list[Act]] = [
    [SEND, APPROVE, WITHDRAW, ("step", "thon", "reopen", ""), SEND],
    [SEND, REJECT, ("box", "thon", 0, False), SEND, APPROVE],
    [("number", "thon", 40), SEND, ("step", "thon", "take_back", ""), SEND, APPROVE, WITHDRAW],
    [SEND, APPROVE, ("step", "xa_b", "reconsider", "Nhầm"), REJECT],
]


REACHED: Counter[str] = Counter()
TAKEN: Counter[str] = Counter()


def person_of(made: Registering, name: str) -> User:
    person = getattr(made, name, None) or getattr(made.setting.land, name)
    assert isinstance(person, User)
    return person


def play(made: Registering, found: RegistrationList, keys: list[int], act: Act) -> bool:
    """Carry out one act; whether it was allowed."""
    kind, name, *rest = act
    person = person_of(made, name)
    try:
        with transaction.atomic():
            if kind == "step":
                REGISTRATION.perform(rest[0], found.pk, person, reason=rest[1])
            elif kind == "box":
                entering.register(person, found.pk, [keys[rest[0]]], registered=rest[1])
            else:
                entering.declare(person, found.pk, rest[0], seen=make.fresh(found).declared)
    except Refused:
        return False
    return True


def picture(found: RegistrationList) -> tuple[Any, ...]:
    """Everything that a refused act must leave as it was."""
    now = make.fresh(found)
    lines = sorted(now.lines.values_list("unit", flat=True))
    return now.state, now.version, now.declared, now.listed, now.taken_part, lines


def lawful(found: RegistrationList, before: tuple[Any, ...], act: Act, taken: bool) -> None:
    """Judge one act by the oracle."""
    after, now = picture(found), make.fresh(found)
    kind, person, *rest = act
    if not taken:
        assert after == before
    elif kind == "step":
        sources, target, allowed = ARROWS[rest[0]]
        assert before[0] in sources
        assert after[0] == target
        assert person in allowed
        assert rest[1] or rest[0] not in NEEDS_REASON
    else:
        assert before[0] in {"draft", "rejected"}
        assert person in UNIT
    assert now.listed == now.lines.count()
    if now.state in {"waiting", "approved"}:
        assert now.number
        assert now.version == now.sent_version
    if now.state == "approved":
        assert now.checked_by_id not in now.taken_part
    assert (now.withdrawn_by_id is not None) is (now.state == "withdrawn")


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(stories=of_each_way(WAYS, noise))
def play_stories(made: Registering, stories: list[list[Act]]) -> None:
    """An example of each way."""
    for story in stories:
        play_story(made, story)


def play_story(made: Registering, story: list[Act]) -> None:
    """One example, taken back at its end."""
    with transaction.atomic():
        found = make.families(made)
        keys = list(found.lines.order_by("unit").values_list("unit", flat=True))
        states, done = {found.state}, 0
        for act in story:
            before = picture(found)
            taken = play(made, found, keys, act)
            lawful(found, before, act, taken)
            states.add(make.fresh(found).state)
            if act[0] == "step" and taken:
                TAKEN[act[2]] += 1
                done += 1
        assert found.events.count() == done
        REACHED.update(states)
        REACHED["examples"] += 1
        transaction.set_rollback(True)


def test_whatever_people_try_the_registration_stays_lawful(setting: Campaigning) -> None:
    REACHED.clear()
    TAKEN.clear()
    play_stories(make.registering(setting))
    for state in ("draft", "waiting", "approved", "rejected", "withdrawn"):
        share = REACHED[state] / REACHED["examples"]
        assert share >= 0.05, f"{state} is hardly reached: {REACHED}"
    assert set(TAKEN) == set(ARROWS)
