"""Households, clans and citizens that move: to another home, citizens to another household too.

A move is a new state from its day on; the state until then stays as it was, in the list of the
home that was left. Both homes lie in one commune: another commune keeps its own lists.
"""

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import models, transaction
from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext as _

from accounts.models import User
from core import journal, periods
from core.models import JournalEntry
from core.workflow import Refused
from units import entries, members, permissions
from units.entries import EntryError
from units.models import Member, Placement, Unit, UnitKind


@dataclass(frozen=True)
class Move:
    """Where a member is at home from a day on.

    Attributes:
        home: the new home, or the present one where only the household changes.
        household: number of a citizen's household there; None for none.
    """

    home: Placement
    day: periods.Day
    household: int | None = None


def homes_for(user: Any, home: Placement, kind: str) -> list[Placement]:
    """Where a member of `home` can move: homes of the same commune whose lists `user` keeps; the
    present one only for citizens, who may change the household (one query)."""
    kept = Placement.objects.on(periods.today()).with_capability(user, "members.edit")
    found = kept.filter(located_in=home.located_in_id, kind__in=permissions.homes_of(kind))
    if kind != UnitKind.CITIZEN or home.kind != UnitKind.HAMLET:
        found = found.exclude(unit=home.unit_id)
    return list(found.order_by("name", "pk"))


def companions(member: Member) -> models.QuerySet[Member]:
    """The citizens of a household, who move with it; nobody with anybody else."""
    if member.kind != UnitKind.HOUSEHOLD:
        return Member.objects.none()
    here = Member.objects.on(periods.today()).filter(home=member.home_id)
    return here.filter(household=member.unit_id).order_by("number")


def move(user: Any, home: Placement, unit_id: int, to: Move, reason: str) -> Member:
    """Let a member of `home` be at home elsewhere from a day on; a household takes its citizens
    along.

    Raises:
        EntryError: the move cannot be, with a sentence per field.
        Refused: not by this person, or the member is not at home here any more.
        Member.DoesNotExist: it never was.
    """
    with transaction.atomic():
        for key in sorted({home.unit_id, to.home.unit_id}):
            entries.lock(key)
        state = _present_state(home, unit_id)
        _check(user, home, state, to)
        people = list(companions(state))
        for one in people:
            _check_day(one, to.day)
        right = permissions.grant_over(user, "members.edit", home)
        with journal.act("member.move", actor=user, reason=reason, behalf=right):
            moved = _new_state(state, to, _household(to))
            for one in people:
                _new_state(one, to, unit_id)
        return moved


def _present_state(home: Placement, unit_id: int) -> Member:
    """The last state of a member of `home`, which is its present home. Raises as `move`."""
    states = Member.objects.filter(unit=unit_id)
    if not states.filter(home=home.unit_id).exists():
        raise Member.DoesNotExist
    last = states.select_related("unit").latest("period")
    if last.home_id != home.unit_id or periods.today() not in last.period:
        raise Refused(_("It is not at home here any more."))
    return last


def _check(user: Any, home: Placement, state: Member, to: Move) -> None:
    if to.home.unit_id not in {one.unit_id for one in homes_for(user, home, state.kind)}:
        raise Refused(_("Only who keeps both lists moves somebody from one to the other."))
    if not Placement.objects.on(to.day).filter(unit=to.home.unit_id).exists():
        raise EntryError(day=_("The new home did not exist yet on this day."))
    _check_day(state, to.day)
    household = _household(to)
    if to.household and (household is None or state.kind != UnitKind.CITIZEN):
        raise EntryError(household=_("There is no household of this number here."))
    if to.home.unit_id == home.unit_id and household == state.household_id:
        raise EntryError(home=_("Nothing would change."))


def _household(to: Move) -> int | None:
    """The household of that number which is at home there on the day."""
    if to.household is None:
        return None
    there = Member.objects.on(to.day).at(to.home.unit_id, UnitKind.HOUSEHOLD)
    return there.filter(number=to.household).values_list("unit", flat=True).first()


def _check_day(state: Member, day: periods.Day) -> None:
    first = periods.first_day(state.period)
    if day > periods.today():
        raise EntryError(day=_("The day lies in the future: enter the move when it has happened."))
    if first and day <= first:
        said = {"number": state.number, "day": f"{first:%d/%m/%Y}"}
        raise EntryError(
            day=_("No. %(number)d is here since %(day)s: the move is later than that.") % said
        )


def _new_state(state: Member, to: Move, household: int | None) -> Member:
    stays = to.home.unit_id == state.home_id
    last_day = periods.last_day(state.period)
    entries.step_version(Unit.objects.select_for_update(no_key=True).get(pk=state.unit_id))
    state.period = periods.between(periods.first_day(state.period), to.day - periods.ONE_DAY)
    state.save(update_fields=["period"])
    return Member.objects.create(
        unit_id=state.unit_id,
        kind=state.kind,
        home_id=to.home.unit_id,
        number=state.number if stays else members.next_number(to.home, state.kind),
        label=state.label,
        people=state.people,
        sheet_group=state.sheet_group,
        household_id=household,
        period=periods.between(to.day, last_day),
    )


def take_back(user: Any, home: Placement, unit_id: int, reason: str) -> Member:
    """Take back the last move of a member to `home`, and of who came along.

    Returns:
        Its state as it was before.

    Raises:
        Refused: not by this person, or it did not come here by a move.
        Member.DoesNotExist: it never was at home here.
    """
    with transaction.atomic():
        homes = Member.objects.filter(unit=unit_id).values_list("home", flat=True)
        for key in sorted({home.unit_id, *homes}):
            entries.lock(key)
        state = _present_state(home, unit_id)
        before = state_before(state)
        if before is None:
            raise Refused(_("It did not come here by a move."))
        for key in (home.unit_id, before.home_id):
            _refuse_stranger(user, key)
        arrived = [(state, before), *_came_along(state, before)]
        right = permissions.grant_over(user, "members.edit", home)
        with journal.act("member.move_back", actor=user, reason=reason, behalf=right):
            for now, then in arrived:
                _reopen(now, then)
        return before


def _refuse_stranger(user: Any, home_id: int) -> None:
    place = Placement.objects.on(periods.today()).filter(unit=home_id).first()
    if place is None or not permissions.may_keep_members(user, place)[0]:
        raise Refused(_("Only who keeps both lists moves somebody from one to the other."))


def state_before(state: Member) -> Member | None:
    """The state that the last move of a member ended; None where it has not moved."""
    earlier = Member.objects.filter(unit=state.unit_id).exclude(pk=state.pk)
    return earlier.order_by("-period").first()


def _came_along(state: Member, before: Member) -> Iterator[tuple[Member, Member]]:
    """The citizens who came with a household, each with the state before."""
    for one in companions(state):
        came = state_before(one)
        if came and came.home_id == before.home_id and one.period.lower == state.period.lower:
            yield one, came


def _reopen(state: Member, before: Member) -> None:
    last_day = periods.last_day(state.period)
    entries.step_version(Unit.objects.select_for_update(no_key=True).get(pk=state.unit_id))
    state.delete()
    before.period = periods.between(periods.first_day(before.period), last_day)
    before.save(update_fields=["period"])


@dataclass(frozen=True)
class Stay:
    """Where a member was at home: in which list, as which number, entered by whom and why."""

    home_id: int
    home: str
    number: int
    household: int | None
    period: periods.Period
    actor: str
    reason: str
    at: datetime.datetime | None


def stays(unit_id: int) -> list[Stay]:
    """Every home of a member, the last first (three queries)."""
    numbers = Member.objects.filter(unit=OuterRef("household")).order_by("-period")
    names = Placement.objects.filter(unit=OuterRef("home")).order_by("-period")
    states = list(
        Member.objects.filter(unit=unit_id)
        .annotate(
            home_name=Subquery(names.values("name")[:1]),
            household_number=Subquery(numbers.values("number")[:1]),
        )
        .order_by("-period")
    )
    entered = _entered(states)
    return [_stay(one, entered.get(one.pk)) for one in states]


def _entered(states: Iterable[Member]) -> dict[int, JournalEntry]:
    actors = User.objects.filter(pk=OuterRef("actor_id"))
    entries_of = JournalEntry.objects.filter(
        subject=Member._meta.db_table, row_id__in=[one.pk for one in states], op="insert"
    ).annotate(actor_name=Subquery(actors.values("full_name")[:1]))
    return {one.row_id or 0: one for one in entries_of}


def _stay(state: Any, entry: Any) -> Stay:
    return Stay(
        home_id=state.home_id,
        home=state.home_name or "",
        number=state.number,
        household=state.household_number,
        period=state.period,
        actor=(entry.actor_name or "") if entry else "",
        reason=entry.reason if entry else "",
        at=entry.at if entry else None,
    )
