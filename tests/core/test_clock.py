"""What is done once a day is done at night in Việt Nam: the worker reads its crons in UTC."""

import datetime

from procrastinate.contrib.django import app

VIETNAM = datetime.timezone(datetime.timedelta(hours=7))


def hours_in_vietnam() -> dict[str, int]:
    """The hour of each task that runs once a day."""
    found = {}
    for (name, _periodic_id), task in app.periodic_registry.periodic_tasks.items():
        minute, hour, *_days = task.cron.split()
        if hour != "*":
            at = datetime.datetime(2026, 11, 22, int(hour), int(minute), tzinfo=datetime.UTC)
            found[name] = at.astimezone(VIETNAM).hour
    return found


def test_nightly_work_is_done_at_night_in_vietnam() -> None:
    assert hours_in_vietnam() == {
        "core.sweep_files": 2,
        "core.forget_old_imports": 2,
        "core.forget_old_jobs": 2,
        "accounts.forget_old_sessions": 2,
        "criteria.refresh_results": 0,
        "criteria.tell_of_deadlines": 6,  # before the digest of the day
        "criteria.tell_of_endings": 6,
        "awards.tell_of_deadlines": 6,
        "units.tell_of_requests": 6,
        "units.remove_expired": 0,  # as soon as its last day is over
    }
