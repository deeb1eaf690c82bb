"""The list of a round: every unit in scope with its self-assessment, also where there is none.

Who has not begun, and for whom no set is configured, stand in the list too: nobody should have to
look for what is missing.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from math import inf
from typing import Any, NamedTuple

from django.db.models import (
    Case,
    F,
    FilteredRelation,
    Func,
    JSONField,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
)
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from campaign.models import Round
from campaign.queries import deadlines_by_kind, nearest_deadline
from core import periods
from criteria import permissions
from criteria.applicability import applicable_sets
from criteria.models import AssessmentState
from units import permissions as unit_permissions
from units import queries, roles, scope
from units.borders import TODAYS, Reading
from units.models import Placement, UnitKind

# The kinds of unit that the list shows, each by itself.
KINDS = (UnitKind.COMMUNE, *unit_permissions.KEPT_KINDS)
NOT_BEGUN, NOT_CONFIGURED = "not_begun", "not_configured"
# In the order of work, which is also the order of sorting.
STATES: dict[str, Any] = {
    AssessmentState.SENT.value: AssessmentState.SENT.label,
    AssessmentState.RECEIVED.value: AssessmentState.RECEIVED.label,
    AssessmentState.RETURNED.value: AssessmentState.RETURNED.label,
    AssessmentState.DRAFT.value: AssessmentState.DRAFT.label,
    NOT_BEGUN: gettext_lazy("not begun"),
    AssessmentState.CONFIRMED.value: AssessmentState.CONFIRMED.label,
    NOT_CONFIGURED: gettext_lazy("no criteria configured"),
}
RESULTS: dict[str, Any] = {
    "met": gettext_lazy("met"),
    "not_met": gettext_lazy("not met"),
    "unanswered": gettext_lazy("not fully answered"),
    "no_data": gettext_lazy("no data yet"),
    "inconclusive": gettext_lazy("cannot be concluded yet"),
}
DELIVERED = frozenset({"sent", "received", "confirmed"})
OPEN = frozenset({"draft", "returned", NOT_BEGUN})


def usual_kinds(user: Any) -> tuple[UnitKind, ...]:
    """The kinds that `user` looks at without choosing any: communes for who sees a territory, else
    all of the few units that an organisation or a hamlet sees."""
    territories = (
        grant
        for grant in scope.of(user).grants
        if grant.role.reach != roles.Reach.OWN or UnitKind.COMMUNE in grant.role.kinds
    )
    return (UnitKind.COMMUNE,) if any(territories) else KINDS


@dataclass(frozen=True, slots=True)
class Row:
    """One unit in one round, as the list and its export show it."""

    pk: int | None
    unit_id: int
    kind: str
    name: str
    code: str
    rank: int  # the place of the name in Vietnamese order
    state: str
    result: str
    answered: int
    asked: int
    unmet: tuple[str, ...]  # codes of the criteria that are not met
    due_on: date | None
    sent_at: datetime | None
    received_at: datetime | None
    holder: str  # who has it now
    days_left: int | None  # to the deadline, negative where it has passed; None: nothing is due
    in_scope: bool = True  # else it only counts here: in the borders that were asked for
    unassigned: bool = False  # belongs to a divided unit

    @property
    def state_label(self) -> str:
        """The state in words."""
        return str(STATES[self.state])

    @property
    def result_label(self) -> str:
        """The result in words; empty before anything is begun."""
        return str(RESULTS.get(self.result, ""))

    @property
    def delivered(self) -> bool:
        """Whether what was due has been sent."""
        return self.state in DELIVERED

    @property
    def has_steps(self) -> bool:
        """Whether an office can do anything with it: receive, judge or remind."""
        waits = self.state in (AssessmentState.SENT, AssessmentState.RECEIVED)
        return self.in_scope and (waits or self.state in OPEN)

    @property
    def overdue(self) -> bool:
        """Whether the unit should have sent and has not."""
        return self.days_left is not None and self.days_left < 0

    @property
    def lacks_deadline(self) -> bool:
        """Whether something is due of the unit, and no day is set."""
        return self.state in OPEN and self.due_on is None

    @property
    def missing(self) -> str:
        """What is missing, in words."""
        if self.state == NOT_CONFIGURED:
            return _("a plan with criteria for its territory")
        if self.state == NOT_BEGUN:
            return _("everything")
        parts = []
        open_ones = self.asked - self.answered
        if open_ones > 0:
            parts.append(
                ngettext(
                    "%(count)d criterion unanswered", "%(count)d criteria unanswered", open_ones
                )
                % {"count": open_ones}
            )
        if self.unmet:
            parts.append(_("criterion %(codes)s not met") % {"codes": ", ".join(self.unmet)})
        return "; ".join(parts)


class Unbegun(NamedTuple):
    """A unit without assessment: `criteria.applicability.Place`, for less than a model."""

    unit_id: int
    kind: str
    path: str
    managed_by_id: int | None


class Begun(NamedTuple):
    """An assessment of a record: `criteria.permissions.Standing`, for less than a model."""

    unit_id: int
    managed_by_id: int | None
    path: str
    state: str
    submission: int
    receiver_id: int | None


def day_of(round_: Round) -> periods.Day:
    """The day whose units take part in a round."""
    return min(periods.today(), round_.figures_day)


def rows(
    user: Any,
    round_: Round,
    words: str = "",
    kinds: Collection[str] = (UnitKind.COMMUNE,),
    reading: Reading = TODAYS,
) -> list[Row]:
    """The units in the scope of `user` that take part in a round, in the order of their names.

    Args:
        words: part of the unit's name, with or without accents.
        kinds: of unit.
        reading: the borders in which they count.

    A fixed number of queries for any number of units.
    """
    today, day = periods.today(), day_of(round_)
    found = _records(user, round_, words, kinds, day, reading)
    closed = _closed_results(user, found)
    deadlines = deadlines_by_kind(round_)
    without = [
        Unbegun(r["unit_id"], r["kind"], r["path"], r["managed_by_id"])
        for r in found
        if not r["a_pk"]
    ]
    sets = applicable_sets(without, day)
    listed = []
    for rank, record in enumerate(found):
        state = record["a_state"]
        if not state:
            configured = sets[record["unit_id"]].criteria_set is not None
            state = NOT_BEGUN if configured else NOT_CONFIGURED
        deadline = nearest_deadline(deadlines.get(record["kind"], {}), record["path"])
        if record["a_pk"] in closed or not record["in_scope"]:
            record |= {"a_result": "", "a_unmet": ()}
        listed.append(_row(record, rank, state, deadline.due_on if deadline else None, today))
    return listed


def _closed_results(user: Any, records: Iterable[dict[str, Any]]) -> set[int]:
    """The assessments whose result may not be shown: what the unit claims is part of it, also
    before the first sending, and verdicts are, also before a review is closed.

    Who manages a unit is asked only where it matters, then at once (one query).
    """
    begun = {
        record["a_pk"]: Begun(
            record["unit_id"],
            record["managed_by_id"],
            record["path"],
            record["a_state"],
            record["a_submission"],
            record["a_receiver"],
        )
        for record in records
        if record["a_pk"]
    }
    closed = _closed(user, begun, {})
    if closed and permissions.manages(user):
        managers = queries.managers_of(closed.values(), periods.today())
        closed = _closed(user, closed, managers)
    return set(closed)


def _closed(
    user: Any, begun: Mapping[int, Begun], managers: Mapping[int, Collection[int]]
) -> dict[int, Begun]:
    """Those of which `user` does not see what is claimed, or what is judged."""
    return {
        pk: one
        for pk, one in begun.items()
        if not permissions.sees_content(user, one, managers.get(one.unit_id, ()))[0]
        or not permissions.sees_verdicts(user, one, managers.get(one.unit_id, ()))[0]
    }


def _records(
    user: Any,
    round_: Round,
    words: str,
    kinds: Collection[str],
    day: periods.Day,
    reading: Reading,
) -> list[dict[str, Any]]:
    counted = reading.q(user, "assessment.view", **_REACH)
    found = Placement.objects.on(day).filter(counted, kind__in=kinds)
    if words:
        folded = Func(Value(words), function="core_fold")
        found = found.filter(name_key__contains=folded)
    unmet = Func(
        F("assessment__result"),
        Value('$.criteria.keyvalue() ? (@.value.status == "not_met").key'),
        function="jsonb_path_query_array",
        template="%(function)s(%(expressions)s::jsonpath)",
        output_field=JSONField(),
    )
    records: Any = (
        found.annotate(
            assessment=FilteredRelation(
                "unit__assessments", condition=Q(unit__assessments__round=round_)
            ),
            a_pk=F("assessment__pk"),
            a_state=F("assessment__state"),
            a_submission=F("assessment__submission"),
            a_receiver=F("assessment__receiver"),
            a_result=F("assessment__result_status"),
            a_answered=F("assessment__answered"),
            a_asked=F("assessment__asked"),
            a_unmet=unmet,
            a_sent=F("assessment__sent_at"),
            a_received=F("assessment__received_at"),
            office=_office_name(day),
            **_standing(user, reading),
        )
        .order_by("name", "code")
        .values(
            "unit_id",
            "kind",
            "name",
            "code",
            "path",
            "managed_by_id",
            "a_pk",
            "a_state",
            "a_submission",
            "a_receiver",
            "a_result",
            "a_answered",
            "a_asked",
            "a_unmet",
            "a_sent",
            "a_received",
            "office",
            "in_scope",
            "unassigned",
        )
    )
    return list(records)


_REACH = {"unit": "unit_id", "path": "path", "manager": "managed_by_id"}


def _standing(user: Any, reading: Reading) -> dict[str, Any]:
    """Of each unit whether it lies in the scope of `user`, and whether it is not assigned."""
    if not reading.choices:
        return {"in_scope": Value(True), "unassigned": Value(False)}
    in_scope = scope.of(user).q("assessment.view", **_REACH)
    waiting = reading.waiting_q("unit_id")
    return {
        "in_scope": Case(When(in_scope, then=True), default=False),
        "unassigned": Case(When(waiting, then=True), default=False),
    }


def _office_name(day: periods.Day) -> Any:
    offices = Placement.objects.on(day).filter(unit=OuterRef("assessment__receiver"))
    return Subquery(offices.values("name")[:1])


def _row(
    record: dict[str, Any], rank: int, state: str, due_on: date | None, today: periods.Day
) -> Row:
    with_office = state in ("sent", "received")
    with_unit = state in OPEN
    return Row(
        pk=record["a_pk"],
        unit_id=record["unit_id"],
        kind=record["kind"],
        name=record["name"],
        code=record["code"],
        rank=rank,
        state=state,
        result=record["a_result"] or "",
        answered=record["a_answered"] or 0,
        asked=record["a_asked"] or 0,
        unmet=tuple(record["a_unmet"] or ()),
        due_on=due_on,
        sent_at=record["a_sent"] if state in DELIVERED else None,
        received_at=record["a_received"] if state in ("received", "confirmed") else None,
        holder=record["office"] or "" if with_office else record["name"] if with_unit else "",
        days_left=(due_on - today).days if due_on and with_unit else None,
        in_scope=record["in_scope"],
        unassigned=record["unassigned"],
    )


_FAR = date.max
_ORDER = {state: place for place, state in enumerate(STATES)}
SORTS: dict[str, Callable[[Row], Any]] = {
    "name": lambda row: row.rank,
    "state": lambda row: _ORDER[row.state],
    "result": lambda row: list(RESULTS).index(row.result) if row.result else len(RESULTS),
    "progress": lambda row: row.answered / row.asked if row.asked else -1,
    "due": lambda row: row.due_on if row.due_on and row.state in OPEN else _FAR,
    "sent": lambda row: row.sent_at.timestamp() if row.sent_at else inf,
}


def ordered(listed: Iterable[Row], sort: str) -> list[Row]:
    """The rows by a column, `-` before its name turns the order round; equal ones by name.

    Without one they come in the order of work: what waits for the office first.
    """
    key = SORTS.get(sort.removeprefix("-"), SORTS["state"])
    by_name = sorted(listed, key=SORTS["name"])
    return sorted(by_name, key=key, reverse=sort.startswith("-"))


def unassigned(listed: Iterable[Row]) -> int:
    """How many rows belong to divided units, *chưa phân bổ*."""
    return sum(row.unassigned for row in listed)


def counts(listed: Sequence[Row]) -> dict[str, int]:
    """How many rows stand in each state, in the order of work."""
    counted = Counter(row.state for row in listed)
    return {state: counted[state] for state in STATES if counted[state]}
