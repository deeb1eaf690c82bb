"""Days and periods: half-open ranges of days, as PostgreSQL keeps them."""

import calendar
import datetime
from typing import TypeAlias

from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone
from psycopg.types.range import Range

Day = datetime.date
Period: TypeAlias = Range[datetime.date]

ONE_DAY = datetime.timedelta(days=1)


def today() -> Day:
    """Today in the office's time zone (Asia/Ho_Chi_Minh)."""
    return datetime.datetime.now(timezone.get_default_timezone()).date()


def between(first: Day | None, last: Day | None) -> Period:
    """The period from `first` to `last`, both included; None is open (unknown or without end)."""
    return DateRange(first, last + ONE_DAY if last else None)


def first_day(period: Period) -> Day | None:
    """The first day of a period; None where it is open."""
    lower: Day | None = period.lower
    return lower


def last_day(period: Period) -> Day | None:
    """The last day of a period, included; None where it is open."""
    return period.upper - ONE_DAY if period.upper else None


def overlap(one: Period, other: Period) -> bool:
    """Whether two periods have a day in common."""
    first, last = first_day(one), last_day(one)
    begins, ends = first_day(other), last_day(other)
    return not (first and ends and ends < first) and not (last and begins and last < begins)


def months_before(day: Day, months: int) -> Day:
    """The same day so many months earlier; the last of that month where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return datetime.date(year, month + 1, min(day.day, last))
