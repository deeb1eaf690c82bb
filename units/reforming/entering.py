"""Entering a reform: begun as a draft, its lines added and removed while it is one.

Nothing is checked here but who may and whether the units are there: what keeps a reform from being
proposed stands on its page (`units.reforming.checking`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import journal, periods
from core.workflow import Refused
from units import queries
from units.entries import EntryError
from units.models import (
    Extent,
    Placement,
    Reform,
    ReformAct,
    ReformLine,
    ReformPart,
    ReformState,
)
from units.reforming import permissions
from units.reforming.plan import named, states_around


@dataclass(frozen=True)
class Header:
    """What a reform says of itself: its name, the resolution, and its first day."""

    name: str
    citation: str
    effective_on: periods.Day


@dataclass(frozen=True)
class Wanted:
    """What a unit is to be after a reform; what is empty stays as it was."""

    name: str = ""
    type_name: str = ""
    code: str = ""
    located_in: Placement | None = None
    managed_by: Placement | None = None


@dataclass(frozen=True)
class Successor:
    """One of those into which a unit is divided: one that is there already, or a new one."""

    unit: Placement | None = None
    name: str = ""
    type_name: str = ""
    code: str = ""


def begin(user: Any, header: Header) -> Reform:
    """Begin a reform. Raises Refused where `user` proposes none."""
    if not user.has_perm(permissions.PROPOSE):
        raise Refused(_("Your roles do not include this. Ask the administrator of your unit."))
    reform = Reform(
        name=header.name,
        citation=header.citation,
        effective_on=header.effective_on,
        state=ReformState.DRAFT,
    )
    reform.note_part(user)
    with journal.act("reform.begin", actor=user):
        reform.save()
    return reform


def correct(user: Any, pk: int, header: Header) -> Reform:
    """Change what a draft says of itself.

    Raises:
        Refused: not by this person, or it is no draft any more.
        Reform.DoesNotExist: there is none.
    """
    with transaction.atomic():
        reform = _draft(user, pk)
        reform.name, reform.citation = header.name, header.citation
        reform.effective_on = header.effective_on
        with journal.act("reform.correct", actor=user):
            _touch(reform, user)
    return reform


def merge(
    user: Any, pk: int, units: Sequence[Placement], into: Placement | None, wanted: Wanted
) -> ReformLine:
    """Units of one kind go over whole into one: a new one, or one of them, or another.

    Raises: as `correct`; EntryError where it cannot be.
    """
    sources = [one for one in units if into is None or one.unit_id != into.unit_id]
    if not sources or (into is None and len(sources) < 2):
        raise EntryError(units=_("A merger needs two units at least."))
    kind = _one_kind([*sources, *([into] if into else [])])
    if into is None and not wanted.name:
        raise EntryError(name=_("Say what the new unit is called, or which of them goes on."))
    line = _line(ReformAct.MERGE, kind, into, wanted)
    parts = [(one, Extent.WHOLE, True) for one in sources]
    return _add(user, pk, [(line, parts)], [*sources, into])[0]


def divide(
    user: Any, pk: int, unit: Placement, successors: Sequence[Successor], default: int
) -> list[ReformLine]:
    """A unit ends and goes over in parts into several.

    Args:
        default: position of the successor that is proposed for what cannot be divided.

    Raises: as `merge`.
    """
    if len(successors) < 2:
        raise EntryError(name_1=_("A division needs two successors at least."))
    lines = []
    _one_kind([unit, *(one.unit for one in successors if one.unit)], field="unit")
    for position, one in enumerate(successors):
        wanted = Wanted("" if one.unit else one.name, one.type_name, one.code)
        line = _line(ReformAct.DIVIDE, unit.kind, one.unit, wanted)
        lines.append((line, [(unit, Extent.PART, position == default)]))
    return _add(user, pk, lines, [unit, *(one.unit for one in successors)])


def found(user: Any, pk: int, kind: str, wanted: Wanted) -> ReformLine:
    """A unit comes into being. Raises: as `merge`."""
    line = _line(ReformAct.FOUND, kind, None, wanted)
    return _add(user, pk, [(line, [])], [])[0]


def change(user: Any, pk: int, act: ReformAct, unit: Placement, wanted: Wanted) -> ReformLine:
    """A unit gets another name, type, code, place or managing body, or ends. Raises: as `merge`."""
    line = _line(act, unit.kind, unit, wanted)
    return _add(user, pk, [(line, [])], [unit])[0]


def remove(user: Any, pk: int, line_id: int) -> None:
    """Take a line out of a draft; of a division all its lines.

    Raises: as `correct`; ReformLine.DoesNotExist where there is no such line.
    """
    with transaction.atomic():
        reform = _draft(user, pk)
        line = reform.lines.prefetch_related("parts").get(pk=line_id)
        together = reform.lines.filter(pk=line_id)
        if line.act == ReformAct.DIVIDE:
            units = [part.unit_id for part in line.parts.all()]
            together = reform.lines.filter(act=ReformAct.DIVIDE, parts__unit__in=units)
        keys = list(together.values_list("pk", flat=True))
        with journal.act("reform.remove_line", actor=user):
            ReformPart.objects.filter(line__in=keys).delete()
            ReformLine.objects.filter(pk__in=keys).delete()
            _touch(reform, user)


def clear(reform: Reform) -> None:
    """Take every line out of a reform (inside an act)."""
    ReformPart.objects.filter(line__reform=reform).delete()
    ReformLine.objects.filter(reform=reform).delete()


def _draft(user: Any, pk: int) -> Reform:
    """A draft that `user` may change, locked."""
    reform = Reform.objects.select_for_update(of=("self",)).get(pk=pk)
    if reform.state != ReformState.DRAFT:
        raise Refused(_("It is proposed already: take it back to change it."))
    allowed, reason = permissions.may_keep(user, reform)
    if not allowed:
        raise Refused(reason)
    return reform


def _one_kind(units: Sequence[Placement], field: str = "units") -> str:
    kinds = {one.kind for one in units}
    if len(kinds) > 1 or len({one.unit_id for one in units}) < len(units):
        sentence = _("The units are not of one kind, or one stands here twice.")
        raise EntryError(**{field: sentence})
    return kinds.pop()


def _line(act: ReformAct, kind: str, unit: Placement | None, wanted: Wanted) -> ReformLine:
    return ReformLine(
        act=act,
        kind=kind,
        unit_id=unit.unit_id if unit else None,
        founds=unit is None,
        name=wanted.name,
        type_name=wanted.type_name,
        code=wanted.code,
        located_in_id=wanted.located_in.unit_id if wanted.located_in else None,
        managed_by_id=wanted.managed_by.unit_id if wanted.managed_by else None,
    )


def _add(
    user: Any,
    pk: int,
    lines: Sequence[tuple[ReformLine, Iterable[tuple[Placement, Extent, bool]]]],
    units: Iterable[Placement | None],
) -> list[ReformLine]:
    """Add lines to a draft, with the units that go over into each of theirs."""
    with transaction.atomic():
        reform = _draft(user, pk)
        for unit in units:
            _require(unit and permissions.may_propose(user, unit))
        for line, _parts in lines:
            _require_place(user, line)
            if line.unit_id and reform.lines.filter(unit=line.unit_id).exists():
                raise EntryError(unit=_("It stands in this reform already."))
        gone = {one.unit_id for _line, parts in lines for one, *_rest in parts}
        if ReformPart.objects.filter(line__reform=reform, unit__in=gone).exists():
            raise EntryError(unit=_("It stands in this reform already."))
        with journal.act("reform.add_line", actor=user):
            for line, parts in lines:
                line.reform = reform
                line.save()
                ReformPart.objects.bulk_create(
                    ReformPart(line=line, unit_id=one.unit_id, extent=extent, is_default=default)
                    for one, extent, default in parts
                )
            _touch(reform, user)
    return [line for line, _parts in lines]


def _require(verdict: Any) -> None:
    if verdict and not verdict[0]:
        raise EntryError(unit=verdict[1])


def _require_place(user: Any, line: ReformLine) -> None:
    for key in filter(None, (line.located_in_id, line.managed_by_id)):
        place = queries.placement_of(key, periods.today())
        allowed = place and permissions.may_found_in(user, place)
        if place is None or not allowed or not allowed[0]:
            raise EntryError(located_in=_("This place is beyond your scope."))


def _touch(reform: Reform, user: Any) -> None:
    """Count a change of a draft, and find its territory anew (inside an act)."""
    reform.note_part(user)
    reform.version += 1
    reform.territory_id, reform.territory_path = _territory(reform)
    reform.save()


def _territory(reform: Reform) -> tuple[int | None, str]:
    """The nearest unit that holds all that a reform touches; none of one without lines."""
    lines = list(reform.lines.prefetch_related("parts"))
    states = states_around(named(lines), reform.effective_on)
    places = {line.located_in_id for line in lines}
    paths = [
        one.path if key in places else one.path.removesuffix(f"{key}/")
        for key in set(named(lines))
        for one in states.get(key, ())[:1]
    ]
    path = shared_path(paths)
    return (int(path.strip("/").split("/")[-1]), path) if path else (None, "")


def shared_path(paths: Iterable[str]) -> str:
    """The path of the nearest unit that holds all of these; empty where there is none."""
    shared = []
    for keys in zip(*(path.strip("/").split("/") for path in paths), strict=False):
        if len(set(keys)) > 1:
            break
        shared.append(keys[0])
    return f"/{'/'.join(shared)}/" if shared else ""
