"""The terms of titles: how long one is valid, and how long a higher grade waits.

Both are data of the title with their source (Thông tư 24/2023/TT-BGDĐT and 25/2023/TT-BGDĐT: 36 and
12 months). A title of which no text says so has none: *not configured*, and nothing is refused.
"""

import calendar
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import periods
from criteria.models import Recognition, RecognitionQuerySet, Title


def last_day(first: periods.Day, months: int) -> periods.Day:
    """The last day of a term of `months` from `first` on.

    The term ends with the day before the one of the same number, or with the last day of a month
    that has no such day (Bộ luật Dân sự 2015, Điều 148).
    """
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    last_of_month = calendar.monthrange(year, month + 1)[1]
    if first.day > last_of_month:
        return periods.Day(year, month + 1, last_of_month)
    return periods.Day(year, month + 1, first.day) - periods.ONE_DAY


def valid_until(title: Title, decided_on: periods.Day, first: periods.Day) -> periods.Day | None:
    """The last day on which a title that is held from `first` is valid; None is *not
    configured*."""
    months = title.valid_months_on(decided_on)
    return last_day(first, months) if months else None


def too_long(
    title: Title, decided_on: periods.Day, first: periods.Day, last: periods.Day | None
) -> str:
    """What is wrong with a term that ends on `last` (None: with nothing); empty where it can be."""
    latest = valid_until(title, decided_on, first)
    if latest is None or (last and last <= latest):
        return ""
    months = title.valid_months or 0
    sentence = ngettext(
        "The title is valid for %(months)d month: until %(day)s at the latest%(basis)s.",
        "The title is valid for %(months)d months: until %(day)s at the latest%(basis)s.",
        months,
    )
    return sentence % {"months": months, "day": f"{latest:%d/%m/%Y}", "basis": basis_of(title)}


def basis_of(title: Title) -> str:
    """“ (Thông tư …)”, behind what it says; empty where nothing is named."""
    return f" ({title.terms_basis})" if title.terms_basis else ""


# A higher grade


def lower_grades(title: Title, grade: str) -> list[str]:
    """The grades below one of the title's."""
    return title.grades[: title.grades.index(grade)] if grade in title.grades else []


def waits(title: Title, grade: str) -> bool:
    """Whether `grade` is asked for only some time after a lower one."""
    return bool(title.waiting_months and lower_grades(title, grade))


def holding_back(title: Title, grade: str, day: periods.Day) -> RecognitionQuerySet:
    """The recognitions at a lower grade after which `grade` cannot be asked for on `day` yet."""
    found = Recognition.objects.standing().filter(title=title)
    if not title.waiting_months or not waits(title, grade):
        return found.none()
    over = periods.months_before(day, title.waiting_months)
    recent = Q(decided_on__gt=over, decided_on__lte=day)
    if title.terms_since:
        recent &= Q(decided_on__gte=title.terms_since)
    return found.filter(recent, grade__in=lower_grades(title, grade))


def may_be_asked_from(title: Title, decided_on: periods.Day) -> periods.Day | None:
    """The first day on which a higher grade than that of a decision can be asked for; None is *not
    configured*."""
    months = title.waiting_months_on(decided_on)
    return last_day(decided_on, months) + periods.ONE_DAY if months else None


def too_early(title: Title, one: tuple[str, periods.Day], other: tuple[str, periods.Day]) -> str:
    """What is wrong with two decisions on one unit, each its grade and day; empty where they can
    stand beside each other."""
    pairs = sorted((one, other), key=lambda pair: (pair[1], pair[0]))
    (grade, decided_on), (later_grade, later) = pairs
    if grade not in lower_grades(title, later_grade):
        return ""
    allowed = may_be_asked_from(title, decided_on)
    return wait_sentence(title, allowed) if allowed and later < allowed else ""


def wait_sentence(title: Title, allowed: periods.Day) -> str:
    """Why a higher grade cannot be had yet, and from which day on."""
    months = title.waiting_months or 0
    sentence = ngettext(
        "A higher grade is asked for %(months)d month after the decision on the lower one, from "
        "%(day)s on%(basis)s.",
        "A higher grade is asked for %(months)d months after the decision on the lower one, from "
        "%(day)s on%(basis)s.",
        months,
    )
    said: dict[str, Any] = {"months": months, "day": f"{allowed:%d/%m/%Y}"}
    return sentence % {**said, "basis": basis_of(title)}


def words_of_waiting(title: Title, grade: str) -> str:
    """What a list for `grade` says of the waiting time; empty where there is none to wait for."""
    if not lower_grades(title, grade):
        return ""
    if not title.waiting_months:
        return _(
            "No text says how long a higher grade waits for after a lower one (not configured): "
            "nobody is held back."
        )
    sentence = ngettext(
        "Who holds a lower grade by a decision less than %(months)d month old cannot be listed for "
        "this one%(basis)s.",
        "Who holds a lower grade by a decision less than %(months)d months old cannot be listed "
        "for this one%(basis)s.",
        title.waiting_months,
    )
    return sentence % {"months": title.waiting_months, "basis": basis_of(title)}
