"""Jobs of criteria; each takes plain values and calls one function of the domain."""

import logging

from procrastinate.contrib.django import app

from core import periods
from criteria import ageing

_log = logging.getLogger(__name__)


# Crons are read in UTC: this is one minute past midnight in Asia/Ho_Chi_Minh.
@app.periodic(cron="1 17 * * *")
@app.task(name="criteria.refresh_results", queueing_lock="criteria.refresh_results")
def refresh_results(timestamp: int) -> None:
    """Bring results that depend on the day up to today; itemised, and safe to run again."""
    _log.info("%s results changed with the day", ageing.refresh(periods.today()))
