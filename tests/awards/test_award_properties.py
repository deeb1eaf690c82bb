"""Random acts by random people over the whole way, from proposing to revoking.

Each story is a sensible way, disturbed by random acts. The oracle is written by hand from the
design: no commendation without a decision, none without a vote that passed or the authority to do
without, none twice, nobody deciding on their own, quotas kept, no dead end.
"""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from awards.council import sitting
from awards.council import workflow as council
from awards.deciding import drafting, revoking
from awards.deciding import workflow as deciding
from awards.models import (
    Award,
    CaseState,
    Decision,
    DirectDecision,
    Meeting,
    MeetingCase,
    Nomination,
    Quota,
)
from awards.nominating.workflow import NOMINATION
from core import journal, periods
from core.workflow import Refused
from tests import award_factories as awards
from tests import council_factories, factories
from tests.award_factories import Awarding
from tests.awards import deciding as decided
from tests.council_factories import Sitting
from tests.criteria_factories import Campaigning
from tests.stories import Act, of_each_way
from units.models import UnitKind

pytestmark = pytest.mark.django_db

PEOPLE = ("xa", "xa_b", "lanhdaoxa", "thon", "vanthu", "thuky", "hoidong", "tinh", "xa2")
CLERKS, SIGNER, REGISTRAR, SECRETARY = {"xa", "xa_b"}, {"lanhdaoxa"}, {"vanthu"}, {"thuky"}
ONE_STEPS = tuple(one.name for one in NOMINATION.transitions)
MOST = 2  # how many the commune may propose for the form on which the Council votes
ENDED = {"failed", "revoked", "withdrawn", "decided"}


def one(person: str, name: str, which: int = 0) -> Act:
    return ("one", person, name, which)


def decision(person: str, name: str, which: int = 0) -> Act:
    return ("decision", person, name, which)


DECIDED: list[Act] = [
    ("draft", "xa"),
    decision("xa", "hand_over"),
    decision("vanthu", "submit"),
    decision("lanhdaoxa", "sign"),
    ("number", "vanthu", 7),
    ("attach", "vanthu"),
    decision("vanthu", "issue"),
    decision("vanthu", "publish"),
]
DIRECT: list[Act] = [one("xa", "put_forward"), one("xa_b", "appraise")]
VOTED: list[Act] = [
    one("xa", "put_forward", 1),
    one("xa_b", "appraise", 1),
    ("plan", "thuky"),
    ("meeting", "thuky", "invite"),
    ("meeting", "thuky", "open"),
    ("vote", "thuky", 7),
    ("case", "thuky", "close"),
    ("meeting", "thuky", "close"),
]
REVOKED: list[Act] = [("revoke", "lanhdaoxa")]
WAYS: list[list[Act]] = [
    [*DIRECT, *DECIDED],
    [*VOTED, *DECIDED],
    [*DIRECT, *VOTED, *DECIDED, ("revoke_line", "lanhdaoxa")],
    [*DIRECT, *DECIDED, *REVOKED],
    [*VOTED, *DECIDED, *REVOKED, ("reinstate", "lanhdaoxa")],
    [*VOTED[:5], ("vote", "thuky", 2), ("case", "thuky", "close"), ("draft", "xa")],
]

people = st.sampled_from(PEOPLE)
which = st.integers(0, 2)
decision_steps = st.sampled_from([arrow.name for arrow in deciding.DECISION.transitions])
# What anybody tries, which is seldom lawful; and what somebody may do just then, of all there is.
noise = st.one_of(
    *[st.tuples(st.just("lawful"), st.just("xa"), st.integers(0, 999))] * 4,
    st.tuples(st.just("one"), people, st.sampled_from(ONE_STEPS), which),
    st.tuples(
        st.just("decision"),
        people,
        decision_steps,
        st.just(0),
    ),
    st.tuples(st.just("case"), people, st.sampled_from(("close", "take_off"))),
    st.tuples(st.just("meeting"), people, st.sampled_from(("unopen", "cancel", "close"))),
    st.tuples(st.sampled_from(("draft", "plan", "attach", "revoke", "reinstate")), people),
    st.tuples(st.just("revoke_line"), people),
    st.tuples(st.just("number"), people, st.integers(6, 8)),
    st.tuples(st.just("vote"), people, st.integers(0, 7)),
)


class World:
    """The commune with its Council, its registrar, and two forms on which its leader decides: one
    by a rule without a vote, one only by what the Council votes."""

    def __init__(self, setting: Campaigning) -> None:
        self.made: Awarding = awards.awarding(setting)
        self.sitting: Sitting = council_factories.council(self.made)
        council_factories.rule(self.sitting)
        self.vanthu = factories.user("vanthu_xa", full_name="Lâm Văn Thư")
        factories.appoint(self.vanthu, "registrar", self.made.land.commune)
        decided.direct(self.made)
        self.voted = awards.form(self.made.setting, "thu-khen", "Thư khen", "yearly")
        commune = {"above": UnitKind.COMMUNE}
        awards.route(
            self.made.land.province,
            self.voted,
            awards.EVERY_KIND,
            ("receive", commune),
            ("decide", commune),
        )
        self._limit()

    def _limit(self) -> None:
        commune = self.made.land.commune
        with journal.act("test"):
            Quota.objects.create(
                form=self.voted,
                round=self.made.setting.round,
                proposer=commune.unit,
                proposer_path=commune.path,
                number=MOST,
                period=factories.ALWAYS,
                basis="Quy chế thi đua, khen thưởng của xã",
                entered_by=self.made.land.tinh,
            )

    def begin(self) -> None:
        """The commune writes a nomination for each form."""
        for name, form in (("Một", self.made.yearly), ("Hai", self.voted)):
            household = awards.household(self.made, f"Trần Văn {name}")
            awards.nomination(self.made, household, form=form, by=self.made.land.xa)

    def person(self, name: str) -> User:
        """As the database has them now: what they hold is read anew."""
        named = {
            "vanthu": self.vanthu,
            "thuky": self.sitting.thuky,
            "hoidong": self.sitting.members[1],
        }
        found = named.get(name) or getattr(self.made, name, None) or getattr(self.made.land, name)
        return User.objects.get(pk=found.pk)


def nth(found: Any, place: int) -> Any:
    """The row of this place, the last one where there are fewer. Raises Refused: there is none."""
    rows = list(found.order_by("pk"))
    if not rows:
        raise Refused("none")
    return rows[min(place, len(rows) - 1)]


def last(found: Any) -> Any:
    """The newest row. Raises Refused: there is none."""
    return nth(found, 10**6)


# What people try


def _draft(world: World, person: User) -> None:
    ready = drafting.ready(person)
    if not ready:
        raise Refused("none")
    found = drafting.begin(person, ready[0], [each.pk for each in ready[0].nominations])
    signer = world.person("lanhdaoxa")
    words = {"signer": signer, "position": "Chủ tịch", "authority": "", "authority_of": ""}
    drafting.write(person, found.pk, words)


def _plan(world: World, person: User) -> None:
    at = council.timezone.localtime().replace(hour=8)
    planned = sitting.plan(person, world.sitting.council, at, "Hội trường")
    ready = sitting.ready(world.sitting.council).filter(form=world.voted)
    sitting.put(person, planned.pk, [each.pk for each in ready])


def _vote(world: World, person: User, favour: int) -> None:
    held = last(Meeting.objects.filter(state="open"))
    said = {each.seat_id: "present" for each in held.attendances.all()}
    sitting.record_presence(person, held.pk, said)
    for case in held.cases.filter(state=CaseState.WAITING):
        council_factories.vote(world.sitting, held, case, favour)


def _attach(world: World, person: User) -> None:
    found = last(Decision.objects.all())
    upload = awards.SimpleUploadedFile("quyet-dinh.pdf", awards.originals.pdf(text="Ký"))
    drafting.attach(person, found.pk, upload)
    drafting.confirm_difference(person, found.pk, "Bản quét")


def _revoke_line(world: World, person: User) -> None:
    award = last(Award.objects.all())
    revoking.revoke_line(person, award.pk, decided.DOCUMENT, decided.REASON)


def _reinstate(world: World, person: User) -> None:
    deciding.perform("reinstate", last(Decision.objects.all()).pk, person, reason="Nhầm")


def _lawful(world: World, person: User, place: int) -> None:
    """One of the steps that somebody may take now, whoever it is."""
    someone = [world.person(name) for name in PEOPLE]
    open_to = [
        (workflow.name, arrow.name, row.pk, who)
        for workflow, rows in (
            (NOMINATION, [awards.fresh(each) for each in Nomination.objects.order_by("pk")]),
            (council.MEETING, Meeting.objects.order_by("pk")),
            (council.CASE, MeetingCase.objects.order_by("pk")),
            (deciding.DECISION, Decision.objects.order_by("pk")),
        )
        for row in rows
        for arrow in workflow.transitions
        for who in someone
        if arrow.name not in WITH_MORE and workflow.allowed(arrow, row, who)[0]
    ]
    if not open_to:
        raise Refused("none")
    workflow_name, name, pk, who = open_to[place % len(open_to)]
    TAKEN[f"{workflow_name} {name}"] += 1
    PERFORM[workflow_name](name, pk, who, reason="Xem lại")


WITH_MORE = frozenset({"number", "revoke"})  # steps that ask for more than a reason
PERFORM: dict[str, Callable[..., object]] = {
    NOMINATION.name: NOMINATION.perform,
    council.MEETING.name: council.perform,
    council.CASE.name: council.perform_case,
    deciding.DECISION.name: deciding.perform,
}
TRIES: dict[str, Callable[..., object]] = {
    "one": lambda world, person, name, place: NOMINATION.perform(
        name, nth(Nomination.objects.all(), place).pk, person, reason="Theo hồ sơ"
    ),
    "meeting": lambda world, person, name: council.perform(
        name, last(Meeting.objects.all()).pk, person, reason="Hoãn"
    ),
    "case": lambda world, person, name: council.perform_case(
        name, last(MeetingCase.objects.all()).pk, person, reason="Rút"
    ),
    "decision": lambda world, person, name, place: deciding.perform(
        name, last(Decision.objects.all()).pk, person, reason="Xem lại"
    ),
    "number": lambda world, person, number: deciding.give_number(
        person, last(Decision.objects.all()).pk, number, periods.today()
    ),
    "revoke": lambda world, person: revoking.revoke(
        person, last(Decision.objects.all()).pk, decided.DOCUMENT, decided.REASON
    ),
    "lawful": _lawful,
    "draft": _draft,
    "plan": _plan,
    "vote": _vote,
    "attach": _attach,
    "revoke_line": _revoke_line,
    "reinstate": _reinstate,
}


def play(world: World, act: Act) -> bool:
    """Whether an act was taken; a refused one leaves no trace."""
    kind, name, *rest = act
    before = picture()
    try:
        with transaction.atomic():
            TRIES[kind](world, world.person(name), *rest)
    except Refused:
        assert picture() == before
        return False
    return True


def picture() -> list[Any]:
    """Everything that a refused act must leave as it was."""
    return [
        list(Nomination.objects.order_by("pk").values_list("pk", "state", "office", "version")),
        list(Meeting.objects.order_by("pk").values_list("pk", "state", "version")),
        list(MeetingCase.objects.order_by("pk").values_list("pk", "state")),
        list(Decision.objects.order_by("pk").values_list("pk", "state", "number", "digest")),
        list(Award.objects.order_by("pk").values_list("pk", "state", "name")),
    ]


# What is always true


def everything_stands(world: World) -> None:
    """What is true of all rows at any moment."""
    for found in Nomination.objects.prefetch_related("awards__decision"):
        _stands(found)
    for found in Decision.objects.prefetch_related("awards__nomination__form"):
        _is_lawful(found)
    for case in MeetingCase.objects.filter(state__in=("passed", "failed")):
        assert case.state == ("passed" if case.in_favour * 5 >= case.base * 4 else "failed")
        voters = set(case.votes.values_list("cast_by", flat=True))
        assert not voters & set(case.nomination.taken_part), "somebody voted on their own"
    numbers = [
        (each.issuer_id, each.symbol, each.year, each.number)
        for each in Decision.objects.exclude(number=None)
    ]
    assert len(numbers) == len(set(numbers)), "a number was given twice"
    within = Nomination.objects.filter(form=world.voted, appraised_at__isnull=False)
    assert within.exclude(state__in=("withdrawn", "dropped")).count() <= MOST


def _stands(found: Nomination) -> None:
    granted = [each for each in found.awards.all() if each.state == "granted"]
    standing = [each for each in found.awards.all() if each.state in ("listed", "granted")]
    assert len(standing) <= 1, "it stands on two decisions"
    assert bool(granted) == (found.state == "decided"), "no commendation without a decision"
    if found.state in ("appraised", "council", "passed", "failed", "decided"):
        assert found.appraised_by_id not in found.taken_part, "somebody appraised their own"


def _is_lawful(found: Decision) -> None:
    if found.state in ("draft", "dropped"):
        return
    for award in found.awards.exclude(state="released"):
        nomination = award.nomination
        passed = MeetingCase.objects.filter(nomination=nomination, state="passed").exists()
        without = DirectDecision.objects.filter(form=found.given_id).exists()
        assert passed or without, "no line without a vote, or the authority to do without"
        assert found.signer_id not in nomination.taken_part, "somebody signs their own"
    workers = {found.checked_by_id} - {None}
    if found.signed_at:
        workers.add(found.signer_id)
    assert not workers & set(found.taken_part), "somebody checked or signed their own draft"
    if found.state in ("numbered", "issued", "published"):
        assert found.number
    if found.state in ("issued", "published"):
        assert found.signed_file_id
        assert found.signed_at


def no_dead_end(world: World) -> None:
    """Somebody can go on with each that has not ended, otherwise than by giving it up."""
    someone = [world.person(name) for name in PEOPLE]
    ready = {each.pk for person in someone for group in drafting.ready(person)
             for each in group.nominations}  # fmt: skip
    ready |= set(sitting.ready(world.sitting.council).values_list("pk", flat=True))
    for found in Nomination.objects.exclude(state__in=ENDED):
        cases = MeetingCase.objects.filter(nomination=found, state=CaseState.WAITING)
        papers = Decision.objects.filter(awards__nomination=found, awards__state="listed")
        held = Meeting.objects.filter(cases__in=cases)
        assert (
            found.pk in ready
            or _goes_on(NOMINATION, [awards.fresh(found)], someone)
            or _goes_on(council.CASE, cases, someone)
            or _goes_on(council.MEETING, held, someone)
            or _goes_on(deciding.DECISION, papers, someone)
            or found.state == "draft"  # what blocks is the unit's to mend
        ), f"nobody can go on with what is {found.state}"


def _goes_on(workflow: Any, rows: Any, someone: list[User]) -> bool:
    return any(
        workflow.allowed(arrow, row, person)[0]
        for row in rows
        for arrow in workflow.transitions
        for person in someone
        if arrow.name != "withdraw"
    )


REACHED: Counter[str] = Counter()
TAKEN: Counter[str] = Counter()


@settings(
    max_examples=7,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(stories=of_each_way(WAYS, st.lists(noise, max_size=2)))
def play_stories(world: World, stories: list[list[Act]]) -> None:
    """An example of each way."""
    for story in stories:
        play_story(world, story)


def play_story(world: World, story: list[Act]) -> None:
    """One example, taken back at its end."""
    with transaction.atomic():
        world.begin()
        for act in story:
            if play(world, act):
                TAKEN[act[0]] += 1
                everything_stands(world)
        no_dead_end(world)
        REACHED.update(set(Nomination.objects.values_list("state", flat=True)))
        REACHED["stories"] += 1
        transaction.set_rollback(True)


def test_whatever_people_try_no_commendation_is_unlawful(setting: Campaigning) -> None:
    REACHED.clear()
    TAKEN.clear()
    play_stories(World(setting))
    for state in ("decided", "revoked", "failed"):
        share = REACHED[state] / REACHED["stories"]
        assert share >= 0.05, f"{state} is hardly reached: {REACHED}"
    assert {"reinstate", "revoke", "revoke_line", "lawful"} <= set(TAKEN)
