"""Midnight passes: results that ask for the day of the decision follow; confirmed ones stay."""

import datetime

import pytest

from core import periods
from core.models import JournalEntry
from criteria import ageing, tasks
from criteria.models import Assessment
from tests import criteria_factories as make
from tests import factories
from tests.criteria_factories import Campaigning

pytestmark = pytest.mark.django_db

ATTESTED = {"kind": "attested"}
ON_THE_DAY = {"kind": "holds_title", "title": "cong-dong-hoc-tap-xa", "on": "decision_day"}
OF_THE_ROUND = {"kind": "holds_title", "title": "cong-dong-hoc-tap-xa"}


def campaign(rule: dict[str, str]) -> Campaigning:
    return make.campaigning(factories.land(), (ATTESTED, rule))


def held(setting: Campaigning, first: datetime.date, last: datetime.date) -> None:
    make.recognition(setting, period=periods.between(first, last))


def results(assessment: Assessment) -> tuple[str, str]:
    """Of the set, and of the criterion that asks for the title; each as stored."""
    assessment.refresh_from_db()
    stored = assessment.result or {}
    return assessment.result_status, stored["criteria"]["X-2"]["status"]


def written() -> int:
    return JournalEntry.objects.filter(subject="criteria_assessment").count()


def test_a_title_that_ends_and_one_that_begins() -> None:
    setting = campaign(ON_THE_DAY)
    today = periods.today()
    ends, begins = today + datetime.timedelta(days=10), today + datetime.timedelta(days=20)
    held(setting, today, ends)
    make.recognition(
        setting, decision_number="99/QĐ-SGDĐT", period=periods.between(begins, None), grade="2"
    )
    assessment = make.answered(setting)
    assert results(assessment) == ("met", "met")

    days = (ends, ends + periods.ONE_DAY, begins - periods.ONE_DAY, begins)
    told = [(ageing.refresh(day), *results(assessment)) for day in days]

    assert told == [
        (0, "met", "met"),
        (1, "not_met", "not_met"),
        (0, "not_met", "not_met"),
        (1, "met", "met"),
    ]


def test_a_second_run_on_the_same_day_writes_nothing() -> None:
    setting = campaign(ON_THE_DAY)
    today = periods.today()
    held(setting, today, today)
    make.answered(setting)
    tomorrow = today + periods.ONE_DAY
    assert ageing.refresh(tomorrow) == 1
    before = written()
    assert ageing.refresh(tomorrow) == 0
    assert written() == before


def test_the_journal_says_that_the_day_did_it() -> None:
    setting = campaign(ON_THE_DAY)
    today = periods.today()
    held(setting, today, today)
    assessment = make.answered(setting)
    ageing.refresh(today + periods.ONE_DAY)
    entry = JournalEntry.objects.filter(subject="criteria_assessment").latest("id")
    assert (entry.act, entry.actor_id, entry.row_id) == ("assessment.refresh", None, assessment.pk)
    assert (entry.before["result_status"], entry.after["result_status"]) == ("met", "not_met")


@pytest.mark.parametrize("step", ["sent", "received", "judged"])
def test_what_is_on_its_way_follows_too(step: str) -> None:
    setting = campaign(ON_THE_DAY)
    today = periods.today()
    held(setting, today, today)
    assessment = getattr(make, step)(setting)
    assert ageing.refresh(today + periods.ONE_DAY) == 1
    assert results(assessment) == ("not_met", "not_met")


def test_a_confirmed_result_stays_as_its_paper_states_it() -> None:
    setting = campaign(ON_THE_DAY)
    today = periods.today()
    held(setting, today, today)
    assessment = make.confirmed(setting)
    assert ageing.refresh(today + periods.ONE_DAY) == 0
    assert results(assessment) == ("met", "met")


def test_the_day_of_the_round_does_not_move() -> None:
    setting = campaign(OF_THE_ROUND)
    held(setting, periods.today(), setting.round.figures_day)
    assessment = make.answered(setting)
    assert ageing.refresh(setting.round.figures_day + periods.ONE_DAY) == 0
    assert results(assessment) == ("met", "met")


def test_the_nightly_job_takes_today() -> None:
    setting = campaign(ON_THE_DAY)
    today = periods.today()
    held(setting, today - periods.ONE_DAY, today)
    assessment = make.answered(setting)
    ageing.refresh(today + periods.ONE_DAY)  # as if somebody's clock had gone before
    tasks.refresh_results(0)
    assert results(assessment) == ("met", "met")
