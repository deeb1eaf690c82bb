"""Jobs of units; each takes plain values and calls one function of the domain."""

import logging

from procrastinate.contrib.django import app

from units.reforming import workflow

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
