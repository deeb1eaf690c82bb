"""What the steps of a submission do to what it carries, and what they refuse."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from awards.models import Nomination, NominationState, Submission, SubmissionState, Term
from awards.nominating import listing as nominations
from awards.submitting import clock, entering, listing, workflow
from core import calendar, journal, periods
from core.workflow import Refused
from tests import award_factories as awards
from tests import factories
from tests.award_factories import Awarding

pytestmark = pytest.mark.django_db

N, S = NominationState, SubmissionState
RELATED = ("placement", "receiver", "form")


@pytest.fixture
def made(db: None) -> Awarding:
    return awards.awarding()


def stands(one: Nomination) -> tuple[str, int | None, int | None]:
    """State, office, and the paper that brought it there."""
    one = Nomination.objects.get(pk=one.pk)
    return one.state, one.office_id, one.submission_id


def from_below(made: Awarding) -> tuple[Nomination, Submission]:
    """A nomination of the hamlet that the commune has appraised, and the commune's paper."""
    one = awards.nomination(made, form=made.high, state="appraised")
    return one, awards.submission(made, [one], by=made.land.xa)


def test_what_is_sent_is_with_the_office_that_the_route_names(made: Awarding) -> None:
    one = awards.nomination(made)
    paper = awards.submission(made, [one])
    awards.send(made, paper, made.thon)
    commune = made.land.commune.unit_id
    assert stands(one) == (N.SENT, commune, paper.pk)
    workflow.perform("receive", paper.pk, made.land.xa)
    paper.refresh_from_db()
    assert (paper.received_on, paper.receiver_id) == (periods.today(), commune)
    assert stands(one) == (N.RECEIVED, commune, paper.pk)


def test_who_takes_a_forwarded_one_back_gets_its_appraisal_back(made: Awarding) -> None:
    one, paper = from_below(made)
    before = stands(one)
    awards.send(made, paper, made.land.xa)
    workflow.perform("receive", paper.pk, made.land.tinh)
    awards.step("appraise", one, made.land.tinh)
    awards.step("unappraise", one, made.land.tinh)
    workflow.perform("unreceive", paper.pk, made.land.tinh)
    workflow.perform("take_back", paper.pk, made.land.xa)
    assert stands(one) == before
    assert Nomination.objects.get(pk=one.pk).appraised_by == made.land.xa


def test_a_second_person_signs_off(made: Awarding) -> None:
    _one, paper = from_below(made)
    with pytest.raises(Refused, match=r"người thứ hai|second person"):
        workflow.perform("send", paper.pk, made.land.xa)
    with pytest.raises(Refused):
        workflow.perform("sign", paper.pk, made.land.xa)
    workflow.perform("sign", paper.pk, made.land.lanhdaoxa)
    with pytest.raises(Refused):
        entering.word(made.land.xa, paper.pk, "9/TTr", None, "")
    assert workflow.perform("send", paper.pk, made.land.xa).state == S.SENT


def test_nothing_is_sent_without_minutes(made: Awarding) -> None:
    paper = awards.submission(made, [awards.nomination(made)])
    entering.detach(made.thon, paper.pk, paper.files.get().pk)
    with pytest.raises(Refused, match="Điều 84"):
        workflow.perform("send", paper.pk, made.thon)


def test_what_the_own_leader_decides_is_not_sent_on(made: Awarding) -> None:
    awards.nomination(made, state="appraised")
    assert listing.offers(made.land.xa) == []
    grant = listing.preparing_units(made.land.xa)[made.land.commune.unit_id]
    with pytest.raises(Refused):
        entering.begin(made.land.xa, grant, made.yearly, made.setting.round)


def test_the_office_merges_its_own_with_what_came_from_below(made: Awarding) -> None:
    one = awards.nomination(made, form=made.high, state="appraised")
    own = awards.nomination(made, awards.itself(made.school), form=made.high, by=made.land.xa)
    (offer,) = listing.offers(made.land.xa)
    assert (offer.own, offer.below) == (1, 1)
    paper = awards.submission(made, [one, own], by=made.land.xa)
    awards.send(made, paper, made.land.xa)
    office = made.land.home_affairs.unit_id
    assert stands(one) == stands(own) == (N.SENT, office, paper.pk)


def test_a_paper_that_came_back_does_not_move_what_went_on_another(made: Awarding) -> None:
    one = awards.nomination(made, state="received")
    first = Submission.objects.get()
    workflow.perform("return", first.pk, made.land.xa, reason="Thiếu số liệu")
    second = awards.submission(made, [awards.fresh(one)])
    workflow.perform("send", second.pk, made.thon)
    with pytest.raises(Refused):
        workflow.perform("unreturn", first.pk, made.land.xa, reason="Nhầm")
    with pytest.raises(Refused):
        workflow.perform("send", first.pk, made.thon)
    workflow.perform("receive", second.pk, made.land.xa)
    assert stands(one) == (N.RECEIVED, made.land.commune.unit_id, second.pk)


def test_the_office_does_not_move_what_was_proposed_anew(made: Awarding) -> None:
    one = awards.nomination(made, state="sent")
    first = Submission.objects.get()
    awards.step("withdraw", one, made.thon)
    awards.step("reopen", one, made.thon)
    workflow.perform("receive", first.pk, made.land.xa)
    assert stands(one) == (N.DRAFT, None, None)


def test_who_returned_a_merged_paper_gets_it_again(made: Awarding) -> None:
    one, paper = from_below(made)
    awards.send(made, paper, made.land.xa)
    workflow.perform("receive", paper.pk, made.land.tinh)
    workflow.perform("return", paper.pk, made.land.tinh, reason="Sai ngày")
    entering.word(made.land.xa, paper.pk, "10/TTr-UBND", periods.today(), "")
    with pytest.raises(Refused):
        workflow.perform("unreturn", paper.pk, made.land.tinh, reason="Nhầm")
    workflow.perform("sign", paper.pk, made.land.lanhdaoxa)
    workflow.perform("send", paper.pk, made.land.xa)
    assert stands(one) == (N.SENT, made.land.home_affairs.unit_id, paper.pk)


# The clock


def term(made: Awarding, days: int) -> Term:
    """The commune has so many working days for the yearly form."""
    with journal.act("test"):
        return Term.objects.create(
            form=made.yearly,
            office_kind="commune",
            territory=made.land.province.unit,
            path=made.land.province.path,
            working_days=days,
            period=factories.ALWAYS,
            basis="Quyết định 7/QĐ-UBND",
            entered_by=made.land.tinh,
        )


def received_days_ago(made: Awarding, days: int) -> Nomination:
    """A nomination that the commune received so many days ago."""
    one = awards.nomination(made, state="received")
    with journal.act("test"):
        Submission.objects.update(received_on=periods.today() - datetime.timedelta(days=days))
    found = nominations.with_names(Nomination.objects.all())
    return found.select_related("office", "form", "submission").get(pk=one.pk)


def test_the_working_days_of_the_office_count_from_receiving(made: Awarding) -> None:
    one = received_days_ago(made, 30)
    assert clock.of_nominations([one])[one.pk].due is None  # not configured
    term(made, 5)
    turn = clock.of_nominations([one])[one.pk]
    expected = calendar.add_working_days(one.submission.received_on, 5, calendar.load())
    assert (turn.who, turn.due, turn.is_late) == ("Xã Đại An", expected, True)
    (paper,) = listing.rows(made.land.xa).select_related("placement", "receiver", "form")
    assert clock.of_submissions([paper])[paper.pk].due == expected
    assert list(listing.late(listing.rows(made.land.xa))) == [paper]
    assert listing.due(made.land.xa).late == 1
    assert listing.due(made.thon).late == 0


def test_what_is_in_time_is_not_late(made: Awarding) -> None:
    received_days_ago(made, 1)
    term(made, 60)
    assert listing.due(made.land.xa).late == 0
    assert list(listing.late(listing.rows(made.land.xa))) == []


@pytest.mark.parametrize("days", [1, 2, 5, 10, 25, 120])
def test_the_limit_of_being_late_is_the_last_day_that_is(days: int, db: None) -> None:
    known, today = calendar.load(), periods.today()
    last = clock.last_late(days, today, known)
    after = last + datetime.timedelta(days=1)
    assert calendar.add_working_days(last, days, known).day < today
    assert calendar.add_working_days(after, days, known).day >= today


def test_the_first_page_names_what_waits(made: Awarding) -> None:
    one = awards.nomination(made)
    paper = awards.submission(made, [one])
    awards.send(made, paper, made.thon)
    assert [p.pk for p in listing.due(made.land.xa).to_receive] == [paper.pk]
    workflow.perform("receive", paper.pk, made.land.xa)
    assert not listing.due(made.land.xa).anything
    workflow.perform("return", paper.pk, made.land.xa, reason="Bổ sung")
    assert [p.pk for p in listing.due(made.thon).to_complete] == [paper.pk]


def asked(step: str, paper: Submission, person: User) -> int:
    """How many queries a step asks."""
    with CaptureQueriesContext(connection) as found:
        workflow.perform(step, paper.pk, person, reason="Vì sao")
    return len(found)


def test_a_paper_with_three_costs_what_one_with_one_does(made: Awarding) -> None:
    thon, xa = made.thon, made.land.xa
    steps = (("send", thon), ("take_back", thon), ("send", thon), ("receive", xa), ("return", xa))
    counted = []
    for number in (1, 1, 3):  # who received nothing before has no notices yet
        names = [f"Trần {len(counted)}-{place}" for place in range(number)]
        homes = [awards.household(made, name) for name in names]
        paper = awards.submission(made, [awards.nomination(made, home) for home in homes])
        counted.append([asked(step, paper, person) for step, person in steps])
    assert counted[1] == counted[2]


def test_after_all_lines_were_returned_it_is_the_units_turn(made: Awarding) -> None:
    one = awards.nomination(made, state="received")
    paper = Submission.objects.get()

    def turn() -> clock.Turn | None:
        (found,) = listing.rows(made.thon).select_related(*RELATED)
        return clock.of_submissions([found])[paper.pk]

    awards.step("return", one, made.land.xa)
    found = turn()
    assert found is not None
    assert (found.who, found.since) == ("Ấp Giồng Lớn", periods.today())
    awards.step("withdraw", one, made.thon)
    assert turn() is None


def test_what_was_returned_of_a_merged_paper_is_completed_by_who_proposed(made: Awarding) -> None:
    one, paper = from_below(made)
    awards.send(made, paper, made.land.xa)
    workflow.perform("receive", paper.pk, made.land.tinh)
    awards.step("return", one, made.land.tinh)
    (found,) = listing.rows(made.land.tinh).filter(pk=paper.pk).select_related(*RELATED)
    turn = clock.of_submissions([found])[paper.pk]
    assert turn is not None
    assert (turn.who, turn.task) == ("Ấp Giồng Lớn", "bổ sung các hồ sơ được trả lại")
