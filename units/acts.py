"""Founding, correcting, renaming and ending units that offices keep themselves, by a paper.

Reforms of the official levels are another matter; nothing here touches them.
"""

from dataclasses import dataclass, replace
from typing import Any

from django.db import IntegrityError, models, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import journal, periods
from core.workflow import Refused
from units import entries, permissions, queries, remains
from units.entries import Conflict, EntryError, Row
from units.models import Member, Placement, Unit


@dataclass(frozen=True)
class NodeEntry:
    """What a row says of a unit: its name, and its first and last day, each with its paper.

    An empty first day is unknown: then the unit is as old as the place it lies in.
    """

    name: str
    first_day: periods.Day | None = None
    basis: str = ""
    last_day: periods.Day | None = None
    end_basis: str = ""


def entry_of(place: Placement) -> NodeEntry:
    """What the row of a unit shows."""
    return NodeEntry(
        name=place.name,
        first_day=periods.first_day(place.period),
        basis=place.basis,
        last_day=periods.last_day(place.period),
        end_basis=place.end_basis,
    )


def last_state(unit_id: int) -> Placement:
    """The last state of a unit. Raises Placement.DoesNotExist."""
    found = Placement.objects.filter(unit=unit_id).order_by("-period").first()
    if found is None:
        raise Placement.DoesNotExist
    return found


def save_row(
    user: Any, place: Placement, kind: str, row: Row, entry: NodeEntry, version: int
) -> Placement:
    """Found a unit in `place`, or correct or end the one of `row`.

    Args:
        place: the state of today of the unit in which it lies.
        version: the version of the row that the writer saw; 0 for a new one.

    Raises:
        EntryError: the row cannot be, with a sentence per field.
        Conflict: somebody saved the row meanwhile; carries the state of now.
        Refused: not by this person.
        Unit.DoesNotExist, Placement.DoesNotExist: there is no such unit in this place.
    """
    with transaction.atomic():
        entries.lock(place.unit_id)
        if (now := queries.placement_of(place.unit_id, periods.today())) is None:
            raise Placement.DoesNotExist
        return try_row(user, now, kind, row, entry, version)


def try_row(
    user: Any, place: Placement, kind: str, row: Row, entry: NodeEntry, version: int
) -> Placement:
    """As `save_row`, but nobody waits who enters something into the place: for what is tried out
    and taken back."""
    unit = row.locked_unit()
    if unit is None:
        return _found(user, place, kind, row, entry)
    state = last_state(unit.pk)
    if (state.located_in_id, state.kind) != (place.unit_id, kind):
        raise Placement.DoesNotExist
    if entry == entry_of(state):
        return state
    allowed, reason = permissions.may_change(user, state)
    if not allowed:
        raise Refused(reason)
    if unit.version != version:
        raise Conflict.over(state, unit)
    return _correct(user, place, unit, state, entry)


def _found(user: Any, place: Placement, kind: str, row: Row, entry: NodeEntry) -> Placement:
    manager = permissions.managing_body(user, kind, place)
    if manager is None:
        raise Refused(_("Only the body that manages units of this kind founds them here."))
    entry = _checked(place, kind, entry, None)
    right = permissions.founding_grant(user, place, manager)
    with journal.act("unit.found", actor=user, reason=entry.basis, behalf=right):
        unit = row.new_unit(kind)
        return Placement.objects.create(
            unit=unit,
            kind=kind,
            name=entry.name,
            located_in_id=place.unit_id,
            managed_by_id=manager,
            path=f"{place.path}{unit.pk}/",
            period=periods.between(entry.first_day, entry.last_day),
            basis=entry.basis,
            end_basis=entry.end_basis,
        )


def _correct(
    user: Any, place: Placement, unit: Unit, state: Placement, entry: NodeEntry
) -> Placement:
    entry = _checked(place, state.kind, entry, unit.pk)
    before = entry_of(state)
    if entry.first_day != before.first_day and _earlier(state).exists():
        raise EntryError(
            first_day=_("This is the day of a renaming: undo that on the unit's page.")
        )
    if entry.last_day and entry.last_day != before.last_day:
        _refuse_what_remains(unit.pk, entry.last_day)
    act = "unit.end" if entry.last_day and not before.last_day else "unit.correct"
    right = permissions.grant_over(user, "units.edit", state)
    with journal.act(act, actor=user, reason=entry.end_basis or entry.basis, behalf=right):
        entries.step_version(unit)
        state.name, state.basis, state.end_basis = entry.name, entry.basis, entry.end_basis
        state.period = periods.between(entry.first_day, entry.last_day)
        state.save(update_fields=["name", "basis", "end_basis", "period"])
    return state


def _earlier(state: Placement) -> QuerySet[Placement]:
    return Placement.objects.filter(unit=state.unit_id).exclude(pk=state.pk)


def _checked(place: Placement, kind: str, entry: NodeEntry, unit_id: int | None) -> NodeEntry:
    """The entry as it is stored. Raises EntryError."""
    begins = periods.first_day(place.period)
    if entry.first_day and begins and entry.first_day < begins:
        said = {"place": place.name, "day": f"{begins:%d/%m/%Y}"}
        raise EntryError(first_day=_("%(place)s exists since %(day)s: not before that.") % said)
    entry = as_old_as(place, entry)
    first = entry.first_day
    if entry.last_day and first and entry.last_day < first:
        raise EntryError(last_day=_("The last day lies before the first."))
    if entry.last_day and not entry.end_basis:
        raise EntryError(end_basis=_("Name the paper by which it ends."))
    period = periods.between(first, entry.last_day)
    if sentence := _namesake(place.unit_id, kind, entry.name, period, unit_id):
        raise EntryError(name=sentence)
    return entry


def as_old_as(place: Placement, entry: NodeEntry) -> NodeEntry:
    """The entry with its first day, where that is unknown: the unit is as old as its place."""
    return replace(entry, first_day=entry.first_day or periods.first_day(place.period))


def _namesake(
    place_id: int | None, kind: str, name: str, period: periods.Period, unit_id: int | None
) -> str:
    """What to say where another unit of a kind in the same place has this name in the period."""
    namesakes = Placement.objects.filter(
        located_in=place_id, kind=kind, name=name, period__overlap=period
    ).exclude(unit=unit_id)
    return _("A unit of this name is here already.") if namesakes.exists() else ""


def _refuse_what_remains(unit_id: int, last_day: periods.Day) -> None:
    after = periods.between(last_day + periods.ONE_DAY, None)
    inside = Placement.objects.filter(
        Q(located_in=unit_id) | Q(managed_by=unit_id), period__overlap=after
    ).count()
    members = Member.objects.filter(home=unit_id, period__overlap=after).count()
    if inside or members:
        said = {"units": inside, "members": members}
        raise EntryError(
            last_day=_(
                "It still holds %(units)d units and %(members)d households, clans or citizens: "
                "end or move them first."
            )
            % said
        )
    if standing := remains.after(unit_id, last_day):
        sentence = _("After this day there would still be: %(what)s. End or finish that first.")
        raise EntryError(last_day=sentence % {"what": "; ".join(standing)})


def rename(user: Any, unit_id: int, name: str, day: periods.Day, basis: str) -> Placement:
    """Give a unit another name from `day` on; its state until then stays as it was.

    Raises:
        EntryError: the name or the day cannot be.
        Refused: not by this person.
        Placement.DoesNotExist: there is no such unit.
    """
    with transaction.atomic():
        state = _changeable(user, unit_id)
        first, last = periods.first_day(state.period), periods.last_day(state.period)
        if (first and day <= first) or (last and day > last):
            raise EntryError(day=_("The day lies outside the present state of the unit."))
        if name == state.name:
            raise EntryError(name=_("This is its name already."))
        period = periods.between(day, last)
        if sentence := _namesake(state.located_in_id, state.kind, name, period, unit_id):
            raise EntryError(name=sentence)
        right = permissions.grant_over(user, "units.edit", state)
        with journal.act("unit.rename", actor=user, reason=basis, behalf=right):
            entries.step_version(Unit.objects.get(pk=unit_id))
            state.period = periods.between(first, day - periods.ONE_DAY)
            end_basis, state.end_basis = state.end_basis, ""
            state.save(update_fields=["period", "end_basis"])
            return Placement.objects.create(
                unit_id=unit_id,
                kind=state.kind,
                name=name,
                type_name=state.type_name,
                code=state.code,
                located_in_id=state.located_in_id,
                managed_by_id=state.managed_by_id,
                path=state.path,
                period=period,
                basis=basis,
                end_basis=end_basis,
            )


class Undoable(models.TextChoices):
    """The last act on a unit, which can be taken back."""

    END = "end", gettext_lazy("the ending")
    RENAMING = "rename", gettext_lazy("the renaming")
    FOUNDING = "found", gettext_lazy("the founding")


def last_act(unit_id: int) -> Undoable:
    """What the last act on a unit was, by its states (one query)."""
    states = list(Placement.objects.filter(unit=unit_id).order_by("-period"))
    if states and states[0].period.upper:
        return Undoable.END
    return Undoable.RENAMING if len(states) > 1 else Undoable.FOUNDING


def undo(user: Any, unit_id: int) -> Undoable:
    """Take back the last act on a unit, while nothing was built on it.

    Raises:
        Refused: not by this person, something was built on it since, or its name would be taken.
        Placement.DoesNotExist: there is no such unit.
    """
    with transaction.atomic():
        state = _changeable(user, unit_id)
        what = last_act(unit_id)
        right = permissions.grant_over(user, "units.edit", state)
        with journal.act(f"unit.undo_{what.value}", actor=user, behalf=right):
            try:
                with transaction.atomic():
                    _take_back(what, state)
            except (models.ProtectedError, models.RestrictedError, IntegrityError) as built:
                raise Refused(_("Something was built on it since; it stays.")) from built
        return what


def _take_back(what: Undoable, state: Placement) -> None:
    unit = state.unit
    if what == Undoable.END:
        state.end_basis = ""
        _reopen(state, None)
        entries.step_version(unit)
    elif what == Undoable.RENAMING:
        before = _earlier(state).order_by("-period")[0]
        end, end_basis = periods.last_day(state.period), state.end_basis
        state.delete()
        before.end_basis = end_basis
        _reopen(before, end)
        entries.step_version(unit)
    else:
        _unfound(state)


def take_out(user: Any, unit_id: int) -> None:
    """Take out a unit that was founded just now, while nothing was built on it.

    Raises:
        Refused: not by this person, it was changed since, or something was built on it.
        Placement.DoesNotExist: there is no such unit.
    """
    with transaction.atomic():
        state = _changeable(user, unit_id)
        if state.unit.version != 1 or _earlier(state).exists():
            raise Refused(_("%(name)s was changed since.") % {"name": state.name})
        right = permissions.grant_over(user, "units.edit", state)
        with journal.act("unit.undo_found", actor=user, behalf=right):
            try:
                with transaction.atomic():
                    _unfound(state)
            except (models.ProtectedError, models.RestrictedError, IntegrityError) as built:
                said = {"name": state.name}
                raise Refused(
                    _("Something was built on %(name)s since; it stays.") % said
                ) from built


def _unfound(state: Placement) -> None:
    unit = state.unit
    state.delete()
    unit.delete()


def restore(user: Any, unit_id: int, entry: NodeEntry, version: int) -> None:
    """Let a unit be again what it was before its last correction.

    Args:
        version: of the row, as that correction left it.

    Raises:
        Refused: not by this person, it was changed since, its name was given meanwhile, or it had
            ended and holds something now.
        Placement.DoesNotExist: there is no such unit.
    """
    with transaction.atomic():
        state = _changeable(user, unit_id)
        if state.unit.version != version:
            raise Refused(_("%(name)s was changed since.") % {"name": state.name})
        period = periods.between(entry.first_day, entry.last_day)
        if sentence := _namesake(state.located_in_id, state.kind, entry.name, period, unit_id):
            raise Refused(sentence)
        if entry.last_day and entry.last_day != periods.last_day(state.period):
            try:
                _refuse_what_remains(unit_id, entry.last_day)
            except EntryError as error:
                raise Refused(f"{state.name}: {error}") from error
        right = permissions.grant_over(user, "units.edit", state)
        with journal.act("unit.undo_correct", actor=user, behalf=right):
            entries.step_version(state.unit)
            state.name, state.basis, state.end_basis = entry.name, entry.basis, entry.end_basis
            state.period = period
            state.save(update_fields=["name", "basis", "end_basis", "period"])


def _reopen(state: Placement, last: periods.Day | None) -> None:
    """Let a state run on until `last`. Raises Refused where its name has been given meanwhile."""
    period = periods.between(periods.first_day(state.period), last)
    if sentence := _namesake(state.located_in_id, state.kind, state.name, period, state.unit_id):
        raise Refused(sentence)
    state.period = period
    state.save(update_fields=["period", "end_basis"])


def _changeable(user: Any, unit_id: int) -> Placement:
    """The last state of a unit, locked for a change by `user`."""
    entries.lock(unit_id)
    state = last_state(unit_id)
    allowed, reason = permissions.may_change(user, state)
    if not allowed:
        raise Refused(reason)
    return state
