"""Random acts by random people: whatever they try, the assessment stays lawful.

The oracle below is written by hand from the design, not read from the table that it judges.
"""

from collections import Counter
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.workflow import Refused
from criteria import assessing
from criteria.answers import AnswerError
from criteria.assessing import Conflict
from criteria.models import Answer, Assessment
from criteria.workflow import ASSESSMENT
from tests import criteria_factories as make
from tests.criteria_factories import Campaigning
from tests.stories import Act, of_each_way

pytestmark = pytest.mark.django_db

PEOPLE = ("xa", "lanhdaoxa", "xa2", "tinh", "far_tinh", "sogddt", "xem", "expired_deputy")
ARROWS = {
    "send": ({"draft", "returned"}, {"sent"}, {"xa", "lanhdaoxa"}),
    "take_back": ({"sent"}, {"draft", "returned"}, {"xa", "lanhdaoxa"}),
    "receive": ({"sent"}, {"received"}, {"tinh"}),
    "unreceive": ({"received"}, {"sent"}, {"tinh"}),
    "return": ({"received"}, {"returned"}, {"tinh"}),
    "unreturn": ({"returned"}, {"received"}, {"tinh"}),
    "confirm": ({"received"}, {"confirmed"}, {"tinh"}),
    "unconfirm": ({"confirmed"}, {"received"}, {"tinh"}),
    "discard": ({"draft"}, set(), {"xa"}),  # nothing is left
}
VERDICTS = ("accepted", "changed", "to_correct", "")

people = st.sampled_from(PEOPLE)
steps = st.tuples(
    st.just("step"), people, st.sampled_from(sorted(ARROWS)), st.sampled_from(["", "Vì sao"])
)
answers = st.tuples(
    st.just("answer"), people, st.integers(0, 2), st.sampled_from(["yes", "partly", "no", None])
)
verdicts = st.tuples(
    st.just("judge"), people, st.integers(0, 3), st.sampled_from(VERDICTS), st.just("Vì sao")
)
noise = st.lists(st.one_of(steps, answers, verdicts), max_size=4)

FILL: list[Act] = [("answer", "xa", n, "yes") for n in range(3)]
JUDGE: list[Act] = [("judge", "tinh", n, "accepted", "") for n in range(4)]
SEND: Act = ("step", "lanhdaoxa", "send", "")
RECEIVE: Act = ("step", "tinh", "receive", "")
RETURN: Act = ("step", "tinh", "return", "Thiếu")
DISCARD: Act = ("step", "xa", "discard", "")
TAKE_BACK: Act = ("step", "xa", "take_back", "")
EMPTY: list[Act] = [("answer", "xa", n, None) for n in range(3)]
CONFIRM: Act = ("step", "tinh", "confirm", "")
WAYS: list[list[Act]] = [
    [*FILL, SEND, RECEIVE, *JUDGE, CONFIRM, ("step", "tinh", "unconfirm", "Nhầm")],
    [*FILL, SEND, RECEIVE, RETURN, SEND, RECEIVE, *JUDGE],
    [
        DISCARD,
        *FILL,
        DISCARD,
        *EMPTY,
        DISCARD,
        *FILL,
        SEND,
        ("step", "xa", "take_back", ""),
        DISCARD,
    ],
    [*FILL, SEND, RECEIVE, RETURN, ("step", "tinh", "unreturn", "Nhầm"), *JUDGE, CONFIRM],
    [
        *FILL,
        SEND,
        TAKE_BACK,
        SEND,
        RECEIVE,
        ("step", "tinh", "unreceive", ""),
    ],
]


REACHED: Counter[str] = Counter()
TAKEN: Counter[str] = Counter()


def play(setting: Campaigning, assessment: Assessment, act: Act) -> str | None:
    """Carry out one act; the name of the step that was taken, or None where it was refused."""
    kind, name, *rest = act
    person = getattr(setting.land, name)
    try:
        with transaction.atomic():
            if kind == "step":
                ASSESSMENT.perform(rest[0], assessment.pk, person, reason=rest[1])
                return str(rest[0])
            criterion = setting.criteria[rest[0]]
            if kind == "answer":
                stored = Answer.objects.filter(assessment=assessment, criterion=criterion).first()
                assessing.save_answer(
                    assessment.pk,
                    criterion.pk,
                    person,
                    value={"value": rest[1]},
                    note="",
                    version=stored.version if stored else 0,
                )
                return "answer"
            assessing.judge(
                assessment.pk,
                criterion.pk,
                person,
                verdict=rest[1],
                reason=rest[2],
                verified_value={"value": "no"} if rest[0] < 3 else {},
            )
            return "judge"
    except (Refused, Conflict, AnswerError):
        return None


def picture(assessment: Assessment) -> tuple[Any, ...]:
    """Everything that a refused act must leave as it was."""
    assessment.refresh_from_db()
    rows = assessment.answers.order_by("criterion__order").values_list(
        "criterion__order", "value", "note", "verdict", "verified_value", "version"
    )
    return assessment.state, assessment.submission, assessment.result_status, list(rows)


def lawful(setting: Campaigning, before: tuple[Any, ...], act: Act, taken: str | None) -> None:
    """Judge one act by the oracle."""
    kind, person = act[0], act[1]
    if taken == "discard":
        assert not Assessment.objects.filter(unit=setting.land.commune.unit).exists()
        assert (before[:2], person) == (("draft", 0), "xa")
        assert all(row[1] == {"value": None} and not row[2] for row in before[3])
        return
    assessment = Assessment.objects.get(unit=setting.land.commune.unit)
    after = picture(assessment)
    if taken is None:
        assert after == before
    elif kind == "step":
        sources, targets, allowed = ARROWS[taken]
        assert before[0] in sources
        assert taken != "unreturn" or after[3] == before[3]
        assert after[0] in targets
        assert person in allowed
    elif kind == "answer":
        assert before[0] in {"draft", "returned"}
        assert person == "xa"
    else:
        assert before[0] == "received"
        assert person == "tinh"
    if after[0] == "confirmed":
        assert {row[3] for row in after[3]} <= {"accepted", "changed"}
        assert [row[0] for row in after[3]] == [1, 2, 3, 4]
        assert assessment.confirmed_by_id != assessment.sent_by_id
        assert after[2] in {"met", "not_met", "inconclusive"}


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(stories=of_each_way(WAYS, noise, one_in=4))
def play_stories(setting: Campaigning, stories: list[list[Act]]) -> None:
    """An example of each way."""
    for story in stories:
        play_story(setting, story)


def play_story(setting: Campaigning, story: list[Act]) -> None:
    """One example, taken back at its end."""
    with transaction.atomic():
        assessment = make.begun(setting)
        states, done = {assessment.state}, 0
        for act in story:
            before = picture(assessment)
            taken = play(setting, assessment, act)
            lawful(setting, before, act, taken)
            if act[0] == "step" and taken:
                TAKEN[taken] += 1
            if taken == "discard":
                assessment, done = make.begun(setting), 0
                continue
            assessment.refresh_from_db()
            states.add(assessment.state)
            done += act[0] == "step" and taken is not None
        assert assessment.events.count() == done
        REACHED.update(states)
        REACHED["examples"] += 1
        transaction.set_rollback(True)


def test_whatever_people_try_the_assessment_stays_lawful(setting: Campaigning) -> None:
    REACHED.clear()
    TAKEN.clear()
    play_stories(setting)
    share = {state: REACHED[state] / REACHED["examples"] for state in REACHED}
    for state in ("draft", "sent", "received", "returned", "confirmed"):
        assert share[state] >= 0.05, f"{state} is hardly reached: {share}"
    assert set(TAKEN) == set(ARROWS)
