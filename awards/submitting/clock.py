"""Whose turn it is, since when, and how long it may take: one answer for pages and lists.

The working days of an office count from the day on which it received (`Term`), by the calendar of
working days.
"""

import datetime
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from awards.models import Nomination, NominationState, Submission, SubmissionState, Term
from awards.submitting import permissions
from campaign.queries import path_ids
from core import calendar, periods

N, S = NominationState, SubmissionState

# What is awaited in each state.
_NOMINATION_TASKS = {
    N.DRAFT: lambda: _("writes it, and sends it on"),
    N.RETURNED: lambda: _("completes it, and sends it anew"),
    N.SENT: lambda: _("receives it"),
    N.RECEIVED: lambda: _("appraises it"),
    N.APPRAISED: lambda: _("decides on it, or sends it on"),
    N.COUNCIL: lambda: _("votes on it in its Council"),
    N.PASSED: lambda: _("decides on it, or sends it on"),
}
_SUBMISSION_TASKS = {
    S.DRAFT: lambda: _("completes it, and has it signed off"),
    S.SIGNED: lambda: _("sends it"),
    S.SENT: lambda: _("receives it"),
    S.RECEIVED: lambda: _("deals with what it carries"),
    S.RETURNED: lambda: _("completes it, and sends it anew"),
}
AT_UNIT = frozenset({N.DRAFT, N.RETURNED})
# The term counts while the office has it.
RUNNING = (N.RECEIVED, N.APPRAISED, N.COUNCIL, N.PASSED)


@dataclass(frozen=True)
class Turn:
    """Whose turn it is.

    Attributes:
        who: the unit or office, by its name of today.
        task: what it does next, in words.
        since: the day from which it is its turn.
        timed: whether a term counts at all; only with an office that has received.
        due: the end of the term; None where none is configured.
        is_late: whether the term has ended.
    """

    who: str
    task: str
    since: periods.Day | None
    timed: bool = False
    due: calendar.Term | None = None
    is_late: bool = False


class Terms:
    """The terms that offices in some territories have on a day, and the calendar (a query each,
    where it is asked for a day)."""

    def __init__(self, paths: Iterable[str], day: periods.Day) -> None:
        self._day = day
        self._above = {key for path in paths for key in path_ids(path)}

    @cached_property
    def _terms(self) -> dict[tuple[int, str, int], Term]:
        found = Term.objects.in_force(self._day).filter(territory__in=self._above)
        return {(one.form_id, one.office_kind, one.territory_id): one for one in found}

    @cached_property
    def _calendar(self) -> calendar.Calendar:
        return calendar.load()

    def due(
        self, form_id: int, office_kind: str, path: str, received_on: periods.Day
    ) -> calendar.Term | None:
        """The end of an office's term for what it received; None is *not configured*.

        The term of the nearest territory counts.
        """
        for key in reversed(path_ids(path)):
            term = self._terms.get((form_id, office_kind, key))
            if term:
                return calendar.add_working_days(received_on, term.working_days, self._calendar)
        return None


def late_nominations(day: periods.Day) -> Q:
    """Nominations with which an office is late on `day` (two queries when it is built).

    A narrower territory goes before the one around it.
    """
    days = calendar.load()
    terms = list(Term.objects.in_force(day))
    late = Q(pk__in=())
    for term in terms:
        limit = last_late(term.working_days, day, days)
        bound = Q(form=term.form_id, office__kind=term.office_kind, path__startswith=term.path)
        for other in terms:
            same = (other.form_id, other.office_kind) == (term.form_id, term.office_kind)
            if same and other.pk != term.pk and other.path.startswith(term.path):
                bound &= ~Q(path__startswith=other.path)
        late |= bound & Q(submission__received_on__lte=limit)
    return late & Q(state__in=RUNNING)


def last_late(working_days: int, day: periods.Day, days: calendar.Calendar) -> periods.Day:
    """The last day of receiving from which a term of so many working days ended before `day`."""
    # A week has at most seven days off more than it takes: the search begins close to the answer.
    received = day - datetime.timedelta(days=working_days)
    while calendar.add_working_days(received, working_days, days).day >= day:
        received -= periods.ONE_DAY
    later = received + periods.ONE_DAY
    while calendar.add_working_days(later, working_days, days).day < day:
        received, later = later, later + periods.ONE_DAY
    return received


def of_nominations(found: Collection[Nomination]) -> Mapping[int, Turn | None]:
    """Whose turn it is with each nomination, by its key; None where it has ended (at most two
    queries).

    They come with `office`, `form`, `submission`, and with the `proposer_name` and `office_name` of
    `nominating.listing.with_names`.
    """
    terms = Terms([one.path for one in found], periods.today())
    return {one.pk: _of_nomination(one, terms) for one in found}


def _of_nomination(one: Any, terms: Terms) -> Turn | None:
    task = _NOMINATION_TASKS.get(N(one.state))
    if task is None:
        return None
    who = (one.proposer_name if one.state in AT_UNIT else one.office_name) or ""
    carrying = one.submission
    received = carrying.received_on if carrying and one.state in RUNNING else None
    if received is None:
        moment = one.begun_at if one.state == N.DRAFT else one.sent_at
        return Turn(who, task(), _day(moment))
    due = terms.due(one.form_id, one.office.kind, one.path, received)
    return _timed(who, task(), received, due)


def of_submissions(found: Collection[Submission]) -> Mapping[int, Turn | None]:
    """Whose turn it is with each submission, by its key (at most two queries); None where all that
    it carries has been dealt with.

    They come with `placement`, `receiver`, `receiver_name` and what `submitting.listing.waiting`
    says.
    """
    terms = Terms([one.path for one in found], periods.today())
    return {one.pk: _of_submission(one, terms) for one in found}


def _of_submission(one: Any, terms: Terms) -> Turn | None:
    at_office = one.state in (S.SENT, S.RECEIVED)
    who = one.receiver_name or "" if at_office else one.placement.name
    task = _SUBMISSION_TASKS[S(one.state)]()
    if one.state == S.DRAFT and not permissions.needs_signature(one):
        task = _("completes it, and sends it")
    if one.state == S.RECEIVED:
        if not one.open_lines and one.returned_at:
            who = _named_together(one.returned_to)
            return Turn(who, _("completes what was returned"), _day(one.returned_at))
        if not one.open_lines:
            return None
        due = terms.due(one.form_id, one.receiver.kind, one.path, one.received_on)
        return _timed(who, task, one.received_on, due)
    moments = {S.DRAFT: one.begun_at, S.SIGNED: one.signed_at}
    return Turn(who, task, _day(moments.get(one.state, one.sent_at)))


def _named_together(names: Sequence[str]) -> str:
    """Some units in a few words: by their names as long as those fit a line of a list."""
    if len(names) <= 2:
        return ", ".join(names)
    number = len(names)
    return ngettext("%(number)d unit", "%(number)d units", number) % {"number": number}


def _timed(who: str, task: str, received: periods.Day, due: calendar.Term | None) -> Turn:
    is_late = due is not None and due.day < periods.today()
    return Turn(who, task, received, timed=True, due=due, is_late=is_late)


def _day(moment: datetime.datetime | None) -> periods.Day | None:
    return timezone.localdate(moment) if moment else None
