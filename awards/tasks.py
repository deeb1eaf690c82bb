"""Jobs of commendations; each takes plain values and calls one function of the domain."""

import logging

from procrastinate.contrib.django import app

from awards.nominating import deadlines

_log = logging.getLogger(__name__)


# Eight minutes past six in Asia/Ho_Chi_Minh, before the digest of the day; crons are read in UTC.
@app.periodic(cron="8 23 * * *")
@app.task(name="awards.tell_of_deadlines", queueing_lock="awards.tell_of_deadlines")
def tell_of_deadlines(timestamp: int) -> None:
    """Tell who has begun nominations that a deadline is near; itemised: each unit stands by itself,
    told once."""
    _log.info("%s units told of a deadline for nominations", deadlines.tell())
