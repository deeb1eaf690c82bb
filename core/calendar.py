"""The calendar of working days: terms counted by it, and the years that it is made of.

A year is known by a document: the yearly notice on Tết and National Day with the days that are
swapped, beside the fixed holidays of Điều 112 of Bộ luật Lao động 2019. A term that touches a year
that nobody has entered is counted by weekends alone and is *estimated* (ước tính); whoever shows
it says so.

The first day of a term is not counted, and a term does not end on a day off: Điều 147 khoản 2,
Điều 148 khoản 5 of Bộ luật Dân sự 2015.
"""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from operator import attrgetter
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.utils.translation import gettext as _

from core import journal
from core.models import CalendarDay, CalendarRevision, CalendarYear
from core.periods import ONE_DAY, Day
from core.workflow import Refused

LONGEST = 2000  # working days, some eight years: a term beyond that is a slip of the hand
SATURDAY = 5
_ONE_AT_A_TIME = 7_263_002  # number of the advisory lock among those who enter years
OFF, WORKED = CalendarDay.Kind.OFF, CalendarDay.Kind.WORKED


class Term(NamedTuple):
    """The day on which a term ends; `estimated` where a year on the way is not entered."""

    day: Day
    estimated: bool


class Count(NamedTuple):
    """A number of working days; `estimated` where a year on the way is not entered."""

    days: int
    estimated: bool


@dataclass(frozen=True)
class Calendar:
    """What is known of the days: for each year that is entered, those that differ from its week."""

    years: Mapping[int, Mapping[Day, str]]

    def works_on(self, day: Day) -> bool:
        """Whether offices work on `day`, as far as is known."""
        special = self.years.get(day.year, {}).get(day)
        return special == WORKED if special else day.weekday() < SATURDAY

    def knows(self, first: Day, last: Day) -> bool:
        """Whether every year from that of `first` to that of `last` is entered."""
        return all(year in self.years for year in range(first.year, last.year + 1))


def add_working_days(day: Day, number: int, calendar: Calendar) -> Term:
    """The end of a term of `number` working days from `day`, which is not counted itself.

    A term of no days ends on `day`, or on the next working day.

    Raises:
        ValueError: `number` is negative or more than `LONGEST`; the term ends after the last day
            that can be written.
    """
    if not 0 <= number <= LONGEST:
        raise ValueError(_("A term has from 0 to %(most)d working days.") % {"most": LONGEST})
    try:
        end = day if number else day - ONE_DAY
        left = max(number, 1)
        while left:
            end += ONE_DAY
            left -= calendar.works_on(end)
    except OverflowError:
        raise ValueError(_("This term ends after the last day that can be written.")) from None
    first = day + ONE_DAY if number else day
    return Term(end, not calendar.knows(first, end))


def working_days_between(day: Day, end: Day, calendar: Calendar) -> Count:
    """How many working days lie after `day`, up to and with `end`; negative where `end` is before.

    `working_days_between(day, add_working_days(day, n))` is n for every n above 0.
    """
    first, last = sorted((day, end))
    days = [first + datetime.timedelta(days=n) for n in range(1, (last - first).days + 1)]
    counted = sum(map(calendar.works_on, days))
    return Count(
        counted if day <= end else -counted, bool(days) and not calendar.knows(days[0], last)
    )


def load() -> Calendar:
    """The calendar as it is entered now (one query)."""
    years: dict[int, dict[Day, str]] = {}
    rows = CalendarYear.objects.order_by("year", "days__day")
    for year, day, kind in rows.values_list("year", "days__day", "days__kind"):
        special = years.setdefault(year, {})
        if day:
            special[day] = kind
    return Calendar(years)


# Entering


@dataclass(frozen=True)
class Special:
    """One day that differs from its week: day off or worked instead, its name, by what."""

    day: Day
    kind: str
    name: str
    basis: str = ""


@dataclass(frozen=True)
class Plan:
    """Everything that is entered of one year: its document, and its days in order."""

    number: str
    document_day: Day
    issuer: str
    provenance: str = ""
    days: tuple[Special, ...] = field(default=())

    def as_json(self) -> dict[str, Any]:
        """The plan as a revision keeps it."""
        return {
            "number": self.number,
            "document_day": self.document_day.isoformat(),
            "issuer": self.issuer,
            "provenance": self.provenance,
            "days": [[one.day.isoformat(), one.kind, one.name, one.basis] for one in self.days],
        }

    @classmethod
    def of_json(cls, kept: Mapping[str, Any]) -> "Plan":
        """The plan that a revision kept."""
        return cls(
            kept["number"],
            Day.fromisoformat(kept["document_day"]),
            kept["issuer"],
            kept["provenance"],
            tuple(Special(Day.fromisoformat(day), *rest) for day, *rest in kept["days"]),
        )

    @property
    def citation(self) -> str:
        """The document as it is cited; Vietnamese, as the document is."""
        return f"{self.number} ngày {self.document_day:%d/%m/%Y} của {self.issuer}"


def plan_of(year: int) -> Plan | None:
    """What is entered of a year; None where nothing is."""
    found = CalendarYear.objects.filter(year=year).prefetch_related("days").first()
    if found is None:
        return None
    return Plan(
        found.document_number,
        found.document_day,
        found.document_issuer,
        found.provenance,
        tuple(Special(one.day, one.kind, one.name, one.basis) for one in found.days.all()),
    )


class Difference(NamedTuple):
    """What changes of one day: None where nothing (else than its week) is said of it."""

    day: Day
    before: Special | None
    after: Special | None


def differences(before: Plan | None, after: Plan | None) -> list[Difference]:
    """The days of which the two plans say different things, in order."""
    was = {one.day: one for one in before.days} if before else {}
    will = {one.day: one for one in after.days} if after else {}
    days = sorted(was.keys() | will.keys())
    found = [Difference(day, was.get(day), will.get(day)) for day in days]
    return [one for one in found if one.before != one.after]


def faults(year: int, plan: Plan) -> list[str]:
    """What is wrong with a plan, in sentences for the person who enters it."""
    found = []
    seen: set[Day] = set()
    for one in plan.days:
        if one.day.year != year:
            found.append(
                _("%(day)s does not lie in %(year)s.") % {"day": _shown(one.day), "year": year}
            )
        if one.day in seen:
            found.append(_("%(day)s is entered twice.") % {"day": _shown(one.day)})
        if one.kind == WORKED and one.day.weekday() < SATURDAY:
            found.append(
                _("%(day)s is no Saturday or Sunday: only these can be worked instead.")
                % {"day": _shown(one.day)}
            )
        seen.add(one.day)
    return found


def _shown(day: Day) -> str:
    return f"{day:%d/%m/%Y}"


def latest_revision(year: int) -> int:
    """The key of the last change of a year, 0 where there is none: who changes it names it."""
    return (
        CalendarRevision.objects.filter(year=year)
        .order_by("-pk")
        .values_list("pk", flat=True)
        .first()
        or 0
    )


def enter(year: int, plan: Plan, user: Any, *, reason: str, seen: int) -> CalendarRevision:
    """Enter a year, or correct it.

    Args:
        user: who does it; None for a command.
        seen: the last change (`latest_revision`) that the person had before them.

    Raises:
        Refused: somebody else has changed the year meanwhile, nothing changes, no reason is
            given, or the plan has faults.
    """
    wrong = faults(year, plan)
    if wrong:
        raise Refused(" ".join(wrong))
    plan = replace(plan, days=tuple(sorted(plan.days, key=attrgetter("day"))))
    return _replace(year, plan, user, reason=reason, seen=seen)


def undo(year: int, user: Any, *, reason: str, seen: int) -> CalendarRevision:
    """Take back the last change of a year; taking that back again brings it back.

    Raises:
        Refused: somebody else has changed the year meanwhile, or there is nothing to take back.
    """
    last = CalendarRevision.objects.filter(year=year).last()
    if last is None:
        raise Refused(_("Nothing was changed that could be undone."))
    before = Plan.of_json(last.before) if last.before else None
    return _replace(year, before, user, reason=reason, seen=seen)


def _replace(
    year: int, plan: Plan | None, user: Any, *, reason: str, seen: int
) -> CalendarRevision:
    if not reason.strip():
        raise Refused(_("Say why: this step needs a reason."))
    with transaction.atomic():
        # The years are few and rarely changed: one after the other.
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ONE_AT_A_TIME])
        if latest_revision(year) != seen:
            raise Refused(_("Somebody else has changed this year meanwhile; look at it anew."))
        before = plan_of(year)
        if plan == before:
            raise Refused(_("Nothing would change."))
        with journal.act("calendar.enter", actor=user, reason=reason.strip()):
            _write(year, plan)
            return CalendarRevision.objects.create(
                year=year,
                before=before.as_json() if before else None,
                after=plan.as_json() if plan else None,
                reason=reason.strip(),
                by=user,
            )


def _write(year: int, plan: Plan | None) -> None:
    CalendarDay.objects.filter(year=year).delete()
    if plan is None:
        CalendarYear.objects.filter(year=year).delete()
        return
    CalendarYear.objects.update_or_create(
        year=year,
        defaults={
            "document_number": plan.number,
            "document_day": plan.document_day,
            "document_issuer": plan.issuer,
            "provenance": plan.provenance,
        },
    )
    CalendarDay.objects.bulk_create(
        CalendarDay(year_id=year, day=one.day, kind=one.kind, name=one.name, basis=one.basis)
        for one in plan.days
    )
