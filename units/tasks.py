"""Jobs of units; each takes plain values and calls one function of the domain."""

import logging

from procrastinate.contrib.django import app

from units import retention
from units.reforming import workflow
from units.requesting import telling

_log = logging.getLogger(__name__)


# At midnight in Asia/Ho_Chi_Minh as at any hour, so that a worker that was down at that moment does
# not cost a day.
@app.periodic(cron="0 * * * *")
@app.task(name="units.carry_out_reforms", queueing_lock="units.carry_out_reforms")
def carry_out_reforms(timestamp: int) -> None:
    """Carry out the reforms whose day has come; itemised, and safe to run again."""
    done, kept = workflow.carry_out_due()
    _log.info("%s reforms carried out", done)
    for sentence in kept:
        _log.warning("a reform could not be carried out: %s", sentence)


# Crons are read in UTC: twenty past midnight, and ten past six in the morning.
@app.periodic(cron="20 17 * * *")
@app.task(name="units.remove_expired", queueing_lock="units.remove_expired")
def remove_expired(timestamp: int) -> None:
    """Remove the personal data whose term of keeping has run out; itemised, and safe to run
    again."""
    _log.info("personal data removed: %s", retention.remove_expired())


@app.periodic(cron="10 23 * * *")
@app.task(name="units.tell_of_requests", queueing_lock="units.tell_of_requests")
def tell_of_requests(timestamp: int) -> None:
    """Tell who answers of requests about personal data whose term comes near."""
    _log.info("requests told of: %s", telling.tell_due())
