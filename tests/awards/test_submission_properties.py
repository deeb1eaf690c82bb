"""Random acts by random people: whatever they try, submissions and nominations stay lawful.

The oracle below is written by hand from the design, not read from the tables that it judges.
"""

from collections import Counter
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from awards.models import Nomination, Submission, SubmissionLine
from awards.nominating.workflow import NOMINATION
from awards.submitting import entering, listing, workflow
from core.workflow import Refused
from tests import award_factories as awards
from tests.award_factories import Awarding
from tests.criteria_factories import Campaigning
from tests.stories import Act, of_each_way

pytestmark = pytest.mark.django_db

PEOPLE = ("thon", "xa", "xa_b", "lanhdaoxa", "xa2", "tinh", "coquan", "xem")
HAMLET, COMMUNE, OFFICE, SIGNERS = {"thon"}, {"xa", "xa_b"}, {"tinh"}, {"lanhdaoxa"}
RECEIVERS = COMMUNE | SIGNERS  # at the commune
# By step: where it leads from, where to.
PAPER = {
    "sign": ({"draft", "returned"}, {"signed"}),
    "unsign": ({"signed"}, {"draft"}),
    "send": ({"draft", "returned", "signed"}, {"sent"}),
    "take_back": ({"sent"}, {"draft", "signed"}),
    "receive": ({"sent"}, {"received"}),
    "unreceive": ({"received"}, {"sent"}),
    "return": ({"received"}, {"returned"}),
    "unreturn": ({"returned"}, {"received"}),
}
BY_SENDER, BY_SIGNER = {"send", "take_back"}, {"sign", "unsign"}
SINGLE = ("appraise", "unappraise", "return", "unreturn", "drop", "undrop", "withdraw", "reopen")

people = st.sampled_from(PEOPLE)
papers = st.tuples(st.just("paper"), people, st.sampled_from(sorted(PAPER)), st.integers(0, 2))
singles = st.tuples(st.just("single"), people, st.sampled_from(SINGLE), st.integers(0, 1))
begins = st.tuples(st.just("begin"), st.sampled_from(("thon", "xa", "tinh")))
noise = st.lists(st.one_of(papers, singles, begins), max_size=3)


def paper(person: str, name: str, which: int = 0) -> Act:
    return ("paper", person, name, which)


UP: list[Act] = [("begin", "thon"), paper("thon", "send"), paper("xa", "receive")]
APPRAISED: list[Act] = [*UP, ("single", "xa", "appraise", 0), ("single", "xa", "appraise", 1)]
FORWARD: list[Act] = [
    *APPRAISED,
    ("begin", "xa"),
    paper("lanhdaoxa", "sign", 1),
    paper("xa", "send", 1),
]
WAYS: list[list[Act]] = [
    [*UP, paper("xa", "return"), paper("xa_b", "unreturn"), paper("xa", "unreceive")],
    [*FORWARD, paper("tinh", "receive", 1), ("single", "tinh", "appraise", 0)],
    [*FORWARD, paper("xa", "take_back", 1), paper("lanhdaoxa", "unsign", 1)],
    [*FORWARD, paper("tinh", "receive", 1), paper("tinh", "return", 1)],
    [*UP, ("single", "xa", "return", 0), ("begin", "thon"), paper("thon", "send", 1)],
    [*UP, ("single", "thon", "withdraw", 0), ("single", "thon", "reopen", 0)],
]


REACHED: Counter[str] = Counter()
TAKEN: Counter[str] = Counter()


def person_of(made: Awarding, name: str) -> User:
    person = getattr(made, name, None) or getattr(made.land, name)
    assert isinstance(person, User)
    return User.objects.get(pk=person.pk)


def nth(found: Any, which: int) -> Any:
    """The row of this place, the last one where there are fewer; None where there is none."""
    rows = list(found.order_by("pk"))
    return rows[min(which, len(rows) - 1)] if rows else None


def play(made: Awarding, act: Act) -> Any:
    """Carry out one act; the paper or nomination, None where it was refused or there is none."""
    kind, name, *rest = act
    person = person_of(made, name)
    try:
        with transaction.atomic():
            if kind == "begin":
                (grant,) = list(listing.preparing_units(person).values())[:1]
                begun = entering.begin(person, grant, made.high, made.phase)
                upload = awards.SimpleUploadedFile("Họp.pdf", awards.originals.pdf(text="Họp"))
                entering.attach(person, begun.pk, "minutes", upload)
                return begun
            if kind == "paper":
                found = nth(Submission.objects.all(), rest[1])
                return found and workflow.perform(rest[0], found.pk, person, reason="Vì sao")
            one = nth(Nomination.objects.all(), rest[1])
            return NOMINATION.perform(rest[0], one.pk, person, reason="Vì sao")
    except Refused:
        return None


def picture() -> list[Any]:
    """Everything that a refused act must leave as it was."""
    fields = ("pk", "state", "office", "submission", "appraised_by", "version")
    return [
        list(Nomination.objects.order_by("pk").values_list(*fields)),
        list(Submission.objects.order_by("pk").values_list("pk", "state", "receiver", "version")),
        list(SubmissionLine.objects.order_by("pk").values_list("pk", "nomination")),
    ]


def lawful(made: Awarding, before: list[Any], act: Act, done: Any) -> None:
    """Judge one act by the oracle."""
    if done is None:
        assert picture() == before
    elif act[0] == "paper":
        states = {pk: state for pk, state, *_more in before[1]}
        sources, targets = PAPER[act[2]]
        assert states[done.pk] in sources
        assert done.state in targets
        assert act[1] in allowed(made, done, act[2])
    everything_stands(made)


def allowed(made: Awarding, done: Submission, name: str) -> set[str]:
    """Who may take a step with a paper, by who sends and who receives it."""
    commune = made.land.commune.unit_id
    if name in BY_SIGNER:
        return SIGNERS
    if name in BY_SENDER:
        return {made.hamlet.unit_id: HAMLET, commune: COMMUNE}.get(done.sender_id, set())
    return RECEIVERS if done.receiver_id == commune else OFFICE


def everything_stands(made: Awarding) -> None:
    """What is true of all rows at any moment."""
    for found in Submission.objects.prefetch_related("lines"):
        people = {found.signed_by_id, found.received_by_id} - {None}
        assert not people & set(found.taken_part), "somebody signed or received their own"
        if found.state in {"sent", "received"}:
            assert found.lines.exists()
            assert found.files.filter(kind="minutes").exists()
        if found.state == "received":
            assert found.received_on is not None
    for one in Nomination.objects.all():
        if one.state in {"sent", "received", "appraised"}:
            carrying = one.submission
            assert carrying is not None
            assert carrying.receiver_id == one.office_id
            assert carrying.lines.filter(nomination=one).exists()
            waiting = "sent" if one.state == "sent" else "received"
            assert carrying.state == waiting, "it is not where its paper is"
        if one.state == "appraised":
            assert one.appraised_by_id not in one.taken_part
        open_papers = Submission.objects.filter(
            lines__nomination=one, state__in=("draft", "signed")
        )
        senders = list(open_papers.values_list("sender", flat=True))
        assert len(senders) == len(set(senders)), "it lies on two papers of one unit"


@settings(
    max_examples=5,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(stories=of_each_way(WAYS, noise))
def play_stories(made: Awarding, stories: list[list[Act]]) -> None:
    """An example of each way."""
    for story in stories:
        play_story(made, story)


def play_story(made: Awarding, story: list[Act]) -> None:
    """One example, taken back at its end."""
    with transaction.atomic():
        for name in ("Trần Văn Một", "Trần Văn Hai"):
            awards.nomination(made, awards.household(made, name), form=made.high)
        for act in story:
            before = picture()
            done = play(made, act)
            lawful(made, before, act, done)
            if done is not None and act[0] != "begin":
                TAKEN[f"{act[0]} {act[2]}"] += 1
        REACHED.update({f"paper {s}" for s in Submission.objects.values_list("state", flat=True)})
        REACHED.update({f"one {s}" for s in Nomination.objects.values_list("state", flat=True)})
        REACHED["examples"] += 1
        transaction.set_rollback(True)


def test_whatever_people_try_papers_and_nominations_stay_lawful(setting: Campaigning) -> None:
    REACHED.clear()
    TAKEN.clear()
    play_stories(awards.awarding(setting))
    reached = ("paper sent", "paper received", "paper returned", "one returned", "one appraised")
    for state in reached:
        share = REACHED[state] / REACHED["examples"]
        assert share >= 0.05, f"{state} is hardly reached: {REACHED}"
    assert {f"paper {name}" for name in PAPER} <= set(TAKEN)
