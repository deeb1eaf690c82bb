"""How long titles are valid, how long a higher grade waits, and what a later decision ends."""

import datetime
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from core import journal, periods
from core.workflow import Refused
from criteria import ledger, recognising, terms
from criteria.batches import entering, listing, offers, workflow
from criteria.models import Recognition, RecognitionBatch, RecognitionState
from criteria.recognising import Declaration, Undeclarable
from criteria.workflow import check_recognition
from tests import batch_factories as make
from tests import criteria_factories, factories
from tests.batch_factories import Recognising
from tests.criteria_factories import Campaigning
from units.models import UnitKind

pytestmark = pytest.mark.django_db

TODAY = periods.today()
DAY = periods.ONE_DAY
BASIS = "Thông tư 25/2023/TT-BGDĐT"


@pytest.fixture
def made(setting: Campaigning) -> Recognising:
    return graded(make.recognising(setting))


def graded(made: Recognising) -> Recognising:
    """Learning communities have two grades, 36 and 12 months."""
    with journal.act("test"):
        made.community.grades = ["1", "2"]
        made.community.valid_months = 36
        made.community.waiting_months = 12
        made.community.terms_basis = BASIS
        made.community.save()
    return made


def begun(made: Recognising, grade: str) -> RecognitionBatch:
    offer = offers.offer_of(made.commune, UnitKind.HAMLET, made.community.code)
    assert offer is not None
    return entering.begin(made.xa, made.setting.round, offer, grade)


def holds(made: Recognising, decided_on: datetime.date, grade: str = "1") -> Recognition:
    """The hamlet holds the title by a paper decision."""
    return criteria_factories.recognition(
        made.setting,
        made.hamlet,
        title=made.community,
        grade=grade,
        decided_on=decided_on,
        period=periods.between(decided_on, terms.last_day(decided_on, 36)),
    )


@pytest.mark.parametrize(
    ("first", "months", "last"),
    [
        ("2026-01-05", 36, "2029-01-04"),
        ("2026-01-01", 12, "2026-12-31"),
        ("2026-08-31", 6, "2027-02-28"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2026-12-15", 1, "2027-01-14"),
    ],
)
def test_a_term_ends_the_day_before_the_same_day(first: str, months: int, last: str) -> None:
    assert terms.last_day(datetime.date.fromisoformat(first), months).isoformat() == last


@given(
    decided_on=st.dates(datetime.date(2023, 1, 1), datetime.date(2027, 12, 31)),
    later=st.integers(0, 500),
)
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_list_and_the_single_decision_count_the_waiting_time_alike(
    made: Recognising, decided_on: datetime.date, later: int
) -> None:
    """The one is a filter of the database, the other arithmetic on one pair."""
    day = decided_on + later * DAY
    with transaction.atomic():
        holds(made, decided_on)
        waits = terms.holding_back(made.community, "2", day).exists()
        too_early = terms.too_early(made.community, ("1", decided_on), ("2", day))
        transaction.set_rollback(True)
    assert waits == bool(too_early)


# In a list


def test_who_waits_for_a_higher_grade_cannot_be_ticked(made: Recognising) -> None:
    other = factories.place(UnitKind.HAMLET, "Ấp Nhì", made.commune, managed_by=made.commune)
    held = holds(made, TODAY - 100 * DAY)
    found = begun(made, "2")
    allowed = terms.last_day(held.decided_on, 12) + DAY
    rows = {
        row.unit_id: row.waits_until
        for row in listing.line_rows(found, listing.lines_of(found), names=True)
    }
    assert rows == {made.hamlet.unit_id: allowed, other.unit_id: None}
    with pytest.raises(Refused) as refused:
        entering.mark(made.xa, found.pk, [made.hamlet.unit_id], passed=True)
    assert (f"{allowed:%d/%m/%Y}" in str(refused.value), BASIS in str(refused.value)) == (True,) * 2
    entering.mark(made.xa, found.pk, None, passed=True)
    assert list(found.lines.filter(passed=True).values_list("unit", flat=True)) == [other.unit_id]


@pytest.mark.parametrize(
    ("back", "since", "months", "waits"),
    [
        (364, None, 12, True),
        (366, None, 12, False),
        (100, TODAY - 50 * DAY, 12, False),  # by the rules before these
        (100, None, None, False),  # no text says
    ],
)
def test_only_what_a_text_says_holds_back(
    made: Recognising, back: int, since: datetime.date | None, months: int | None, waits: bool
) -> None:
    with journal.act("test"):
        made.community.terms_since, made.community.waiting_months = since, months
        made.community.save()
    holds(made, TODAY - back * DAY)
    found = begun(made, "2")
    assert entering.held_back(found).exists() == waits
    assert ("chưa cấu hình" in terms.words_of_waiting(found.title, "2")) == (months is None)
    assert terms.words_of_waiting(found.title, "1") == ""


def test_the_same_grade_again_waits_for_nothing(made: Recognising) -> None:
    holds(made, TODAY - 10 * DAY, "2")
    for grade in ("1", "2"):
        found = begun(made, grade)
        assert not entering.held_back(found).exists()
        workflow.perform("drop", found.pk, made.xa, reason="Lập lại")


def test_a_lower_grade_that_came_meanwhile_stops_sending_and_issuing(made: Recognising) -> None:
    found = begun(made, "2")
    entering.mark(made.xa, found.pk, None, passed=True)
    held = holds(made, TODAY - 30 * DAY)
    with pytest.raises(Refused, match=BASIS):
        workflow.perform("send", found.pk, made.xa)
    revoke(held)
    found = make.carried(made, found, "sign")
    until = terms.last_day(TODAY, 36)
    workflow.number(found.pk, made.vanthu, 3, TODAY, until)
    holds(made, TODAY - 20 * DAY)
    with pytest.raises(Refused, match=BASIS):
        workflow.perform("issue", found.pk, made.vanthu)
    assert Recognition.objects.filter(batch=found).count() == 0


def revoke(held: Recognition) -> None:
    with journal.act("test"):
        Recognition.objects.filter(pk=held.pk).delete()


@pytest.mark.parametrize(
    ("months", "until", "refused"),
    [(36, None, True), (36, 1, True), (36, 0, False), (36, -1, False), (None, None, False)],
)
def test_a_list_is_numbered_within_the_term(
    made: Recognising, months: int | None, until: int | None, refused: bool
) -> None:
    """`until` in days after the last day that a term of 36 months has."""
    with journal.act("test"):
        made.community.valid_months = months
        made.community.save()
    found = begun(made, "1")
    entering.mark(made.xa, found.pk, None, passed=True)
    found = make.carried(made, found, "sign")
    last = None if until is None else terms.last_day(TODAY, 36) + until * DAY
    if not refused:
        assert workflow.number(found.pk, made.vanthu, 3, TODAY, last).held_until == last
        return
    with pytest.raises(Refused, match=BASIS) as why:
        workflow.number(found.pk, made.vanthu, 3, TODAY, last)
    assert why.value.field == "held_until"


# Of paper decisions


def said(made: Recognising, grade: str, day: datetime.date, **fields: Any) -> Declaration:
    values: dict[str, Any] = {
        "title": made.community,
        "grade": grade,
        "assessed_year": day.year,
        "decision_number": f"{day:%d%m}/QĐ",
        "decided_on": day,
        "decided_by": "Ủy ban nhân dân xã",
        "signer": "",
        "held_from": day,
        "held_until": terms.last_day(day, 36),
    }
    return Declaration(**{**values, **fields})


def test_a_paper_decision_keeps_the_waiting_time_too(made: Recognising) -> None:
    holds(made, TODAY - 300 * DAY)
    faults = recognising.faults_of_record(made.hamlet, said(made, "2", TODAY))
    assert (list(faults), "12/QĐ-SGDĐT" in faults["grade"][0]) == (["grade"], True)
    assert recognising.faults_of_record(made.hamlet, said(made, "1", TODAY)) == {}


@pytest.mark.parametrize(("more", "wrong"), [(0, []), (1, ["held_until"])])
def test_a_paper_decision_is_valid_as_long_as_its_text_says(
    made: Recognising, more: int, wrong: list[str]
) -> None:
    until = terms.last_day(TODAY, 36) + more * DAY
    found = recognising.faults_of_record(made.hamlet, said(made, "1", TODAY, held_until=until))
    assert list(found) == wrong
    without = recognising.faults_of_record(made.hamlet, said(made, "1", TODAY, held_until=None))
    assert list(without) == ["held_until"]


# What a later decision ends


class _Oracle:
    """The decisions on one unit, and what they come to: written by hand from the promise that a
    later one ends what runs on the day before, and that this is undone with it."""

    def __init__(self) -> None:
        self.whole: dict[int, tuple[datetime.date, datetime.date, str]] = {}
        self.standing: set[int] = set()

    def can_stand(self, first: datetime.date, last: datetime.date, grade: str) -> bool:
        for key in self.standing:
            begins, _ends, other = self.whole[key]
            lower, higher = sorted(((first, grade), (begins, other)))
            free = terms.last_day(lower[0], 12) + DAY
            waits = lower[1] < higher[1] and lower[0] < higher[0] < free
            if waits or first <= begins <= last:
                return False
        return True

    def periods(self) -> dict[int, tuple[datetime.date, datetime.date]]:
        found = {}
        for key in self.standing:
            first, last, _grade = self.whole[key]
            later = [self.whole[one][0] for one in self.standing if self.whole[one][0] > first]
            found[key] = first, min([last, *(day - DAY for day in later)])
        return found


acts = st.lists(
    st.one_of(
        st.tuples(st.just("declare"), st.sampled_from("12"), st.integers(1, 40)),
        st.tuples(st.sampled_from(["take_out", "reject", "unconfirm"]), st.integers(0, 5)),
        st.tuples(st.just("issue"), st.sampled_from("12")),
        st.tuples(st.just("unissue")),
    ),
    min_size=4,
    max_size=12,
)


class _Play:
    """Acts upon one hamlet, beside the oracle."""

    def __init__(self, made: Recognising) -> None:
        self.made, self.oracle = made, _Oracle()
        self.declared: list[int] = []
        self.batch: RecognitionBatch | None = None

    def do(self, act: tuple[Any, ...]) -> None:
        getattr(self, act[0])(*act[1:])
        standing = Recognition.objects.standing().filter(unit=self.made.hamlet.unit_id)
        held = {one.pk: (one.period.lower, one.period.upper - DAY) for one in standing}
        assert held == self.oracle.periods(), act
        assert ledger.verify().difference == ""

    def declare(self, grade: str, months: int) -> None:
        day = periods.months_before(TODAY, months)
        said_of_it = said(self.made, grade, day)
        lawful = self.oracle.can_stand(day, said_of_it.held_until or day, grade)
        try:
            one = recognising.declare(self.made.thon, self.made.hamlet, said_of_it)
        except Undeclarable:
            assert not lawful
            return
        assert lawful
        self.declared.append(one.pk)
        self._stands(one, said_of_it.held_until or day)

    def _stands(self, one: Recognition, last: datetime.date) -> None:
        self.oracle.whole[one.pk] = (one.decided_on, last, one.grade)
        self.oracle.standing.add(one.pk)

    def take_out(self, which: int) -> None:
        if one := self._one(which, RecognitionState.DECLARED):
            seen = recognising.fingerprint(one)
            recognising.take_out(one.pk, self.made.thon, seen=seen)
            self.declared.remove(one.pk)
            self.oracle.standing.discard(one.pk)

    def reject(self, which: int) -> None:
        if one := self._one(which, RecognitionState.DECLARED):
            self._check("reject", one)
            self.oracle.standing.discard(one.pk)

    def unconfirm(self, which: int) -> None:
        if one := self._one(which, RecognitionState.REJECTED):
            first, last, grade = self.oracle.whole[one.pk]
            lawful = self.oracle.can_stand(first, last, grade)
            try:
                self._check("unconfirm", one)
            except Refused:
                assert not lawful
                return
            self.oracle.standing.add(one.pk)

    def _one(self, which: int, state: str) -> Recognition | None:
        found = Recognition.objects.filter(pk__in=self.declared, state=state).order_by("pk")
        return found[which % len(found)] if found else None

    def _check(self, step: str, one: Recognition) -> None:
        seen = recognising.fingerprint(one)
        user = self.made.setting.land.sogddt
        with transaction.atomic():
            check_recognition(step, one.pk, user, seen=seen, reason="Lý do")

    def issue(self, grade: str) -> None:
        if self.batch:
            return
        found = begun(self.made, grade)
        until = terms.last_day(TODAY, 36)
        lawful = self.oracle.can_stand(TODAY, until, grade)
        entering.mark(self.made.xa, found.pk, None, passed=True)
        if not lawful:
            assert found.lines.filter(passed=True).count() == 0
            workflow.perform("drop", found.pk, self.made.xa, reason="Chưa đủ thời gian")
            return
        found = make.carried(self.made, found, "sign")
        workflow.number(found.pk, self.made.vanthu, found.pk, TODAY, until)
        self.batch = workflow.perform("issue", found.pk, self.made.vanthu)
        self._stands(Recognition.objects.get(batch=self.batch), until)

    def unissue(self) -> None:
        if self.batch:
            self.oracle.standing.discard(Recognition.objects.get(batch=self.batch).pk)
            workflow.perform("unissue", self.batch.pk, self.made.vanthu, reason="Sai")
            for step, user in (
                ("unnumber", self.made.vanthu),
                ("unsign", self.made.lanhdaoxa),
                ("return", self.made.lanhdaoxa),
                ("drop", self.made.xa),
            ):
                workflow.perform(step, self.batch.pk, user, reason="Sai")
            self.batch = None


@given(story=acts)
@example([("declare", "1", 1), ("issue", "1"), ("reject", 0), ("unissue",), ("unconfirm", 0)])
@example(
    [
        ("declare", "1", 30),
        ("declare", "1", 20),
        ("declare", "1", 10),
        ("reject", 1),
        ("take_out", 1),
        ("unconfirm", 0),
    ]
)
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_whatever_is_decided_and_undone_the_titles_follow_one_another(
    made: Recognising, story: list[tuple[Any, ...]]
) -> None:
    with transaction.atomic():
        play = _Play(made)
        for act in story:
            play.do(act)
        transaction.set_rollback(True)


def test_a_stranger_declares_nothing(made: Recognising) -> None:
    with pytest.raises(PermissionDenied):
        recognising.declare(made.setting.land.xa2, made.hamlet, said(made, "1", TODAY))
