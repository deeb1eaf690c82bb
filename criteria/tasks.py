"""Jobs of criteria; each takes plain values and calls one function of the domain."""

import logging

from procrastinate.contrib.django import app

from core import periods
from criteria import ageing, due, following, running_out
from criteria.drafting import trying

_log = logging.getLogger(__name__)


# Crons are read in UTC: this is one minute past midnight in Asia/Ho_Chi_Minh.
@app.periodic(cron="1 17 * * *")
@app.task(name="criteria.refresh_results", queueing_lock="criteria.refresh_results")
def refresh_results(timestamp: int) -> None:
    """Bring results that depend on the day up to today; itemised, and safe to run again."""
    _log.info("%s results changed with the day", ageing.refresh(periods.today()))


# Seven minutes past six in Asia/Ho_Chi_Minh, before the digest of the day.
@app.periodic(cron="7 23 * * *")
@app.task(name="criteria.tell_of_deadlines", queueing_lock="criteria.tell_of_deadlines")
def tell_of_deadlines(timestamp: int) -> None:
    """Tell who owes that a deadline is near; itemised: each unit stands by itself, told once."""
    _log.info("%s units told of a deadline", due.tell())


# Nine minutes past six, likewise.
@app.periodic(cron="9 23 * * *")
@app.task(name="criteria.tell_of_endings", queueing_lock="criteria.tell_of_endings")
def tell_of_endings(timestamp: int) -> None:
    """Tell whom it concerns what runs out; itemised: each unit stands by itself, told once."""
    _log.info("%s units told of titles that run out", running_out.tell())


@app.task(name="criteria.judge_again")
def judge_again(assessments: list[int]) -> None:
    """Judge self-assessments again that count titles; itemised, and safe to run again."""
    following.judge_again(assessments)


@app.task(name="criteria.try_draft")
def try_draft(trial: int) -> None:
    """Judge real answers by a draft and by the version before it; atomic, safe to run again."""
    trying.run(trial)
