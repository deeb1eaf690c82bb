"""Acts that were dated between the day of a reform and its recording: each stands, or moves to what
followed, because a person says so (decision 39).

They stood at a state that the reform closed or rewrote. What was issued or frozen, and what speaks
of the unit as it was then, stands by itself and says why.
"""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, connection, models, transaction
from django.db.models import Count, F, Q, QuerySet, Value
from django.utils.translation import gettext as _

from core import journal, periods
from core.workflow import YES, Refused, Verdict
from units import lineage, queries
from units.late_acts import KINDS, LateKind
from units.models import (
    Extent,
    LateAnswer,
    OfSubject,
    Placement,
    Reform,
    ReformAct,
    ReformLine,
    ReformPart,
    ReformState,
    ReformTrace,
)
from units.reforming.permissions import keeping_grant
from units.reforming.plan import Plan

_AT_ONCE = 5


@dataclass(frozen=True)
class Counted:
    """How many acts of a kind were dated between.

    Attributes:
        open: of those that may move, so many wait for an answer.
        moved, stands: what was answered.
    """

    kind: LateKind
    total: int
    open: int
    moved: int
    stands: int

    @property
    def fixed(self) -> int:
        """How many stand by themselves."""
        return self.total - self.open - self.moved - self.stands


@dataclass(frozen=True)
class LateRow:
    """An act that was dated between.

    Attributes:
        unit_name: of the unit, or the home, at which it was done.
        fixed: whether it stands by itself.
        targets: the units of today to which it may move.
        answer: what was said of it, if anything.
        moved_to: the name of the unit to which it moved.
    """

    pk: int
    day: periods.Day
    words: str
    url: str
    unit_name: str
    fixed: bool
    targets: list[Placement]
    answer: LateAnswer | None
    moved_to: str


@dataclass(frozen=True)
class Outcome:
    """What an answer did: how many acts have it now, and why others do not, in sentences."""

    done: int
    left: list[str]


def may_answer(user: Any, reform: Reform) -> Verdict:
    """Whether `user` may say what becomes of the acts: who proposes reforms of its territory."""
    if reform.state != ReformState.CARRIED_OUT or reform.territory_id is None:
        return False, _("The portal did not carry out this reform.")
    if keeping_grant(user, reform) is None:
        return False, _("Only a body that proposes reforms of its territory does this.")
    return YES


# Reading


def acts(kind: LateKind, reform: Reform) -> QuerySet[Any]:
    """The acts of a kind that were dated between, those that moved included, each with `late_day`
    and `late_unit`, the unit or home at which it was done."""
    ends = ReformLine.objects.filter(reform=reform, act=ReformAct.END).values("unit")
    parts = ReformPart.objects.filter(line__reform=reform).values("unit")
    here = _at(kind, _closed(reform).values("row_id"), ends, parts)
    answered = _answers(reform, kind).values("row_id")
    return _dated(kind, here | Q(pk__in=answered), reform.effective_on)


def _dated(kind: LateKind, here: Q, day: periods.Day) -> QuerySet[Any]:
    found = kind.model._default_manager.filter(here)
    found = found.annotate(late_unit=F(kind.late_unit), late_day=F(kind.day))
    return found.filter(late_day__gte=day)


def _at(kind: LateKind, states: Any, *ended: Any) -> Q:
    """Filter of the acts at some states or, of what has none, at units that ended; at all units of
    those states where it may move, for then its path is another."""
    if kind.place:
        return Q(**{f"{kind.place}__in": states})
    units = ended
    if kind.movable is not None:
        units = (Placement.objects.filter(pk__in=states).values("unit"),)
    found = Q(pk__in=())
    for one in units:
        found |= Q(**{f"{kind.unit}__in": one})
    return found


def _closed(reform: Reform) -> QuerySet[ReformTrace]:
    """The states that a reform closed or rewrote."""
    table = ReformTrace.Table.PLACEMENT
    return ReformTrace.objects.filter(reform=reform, table=table, before__isnull=False)


def ahead(plan: Plan) -> list[tuple[LateKind, int]]:
    """How many acts of each kind are dated between already, should a plan be carried out now (a
    query for each five kinds; none of one that is not late)."""
    if plan.day > periods.today():
        return []
    touched = Q(unit__in=[*plan.ending, *(before.unit_id for before, _after in plan.changed())])
    for old in plan.leaving():
        touched |= Q(path__startswith=old)
    lasting = periods.between(plan.day, None)
    states = Placement.objects.filter(touched, period__overlap=lasting).values("pk")
    found = [
        _dated(kind, _at(kind, states, list(plan.ending)), plan.day)
        .order_by()
        .annotate(of=Value(kind.code, models.CharField()))
        .values_list("of")
        .annotate(total=Count("pk", distinct=True))
        for kind in KINDS.values()
    ]
    numbers = dict(_at_once(found))
    return [(kind, numbers[code]) for code, kind in KINDS.items() if numbers.get(code)]


def _answers(reform: Reform, kind: LateKind) -> QuerySet[LateAnswer]:
    return LateAnswer.objects.filter(reform=reform, kind=kind.code)


def counts(reform: Reform) -> list[Counted]:
    """How many acts of each kind were dated between, and what was said of them (one query for the
    answers, and one for each five kinds: more tables at once the planner weighs too long)."""
    if reform.state != ReformState.CARRIED_OUT or reform.assigns_id:
        return []
    given = LateAnswer.objects.filter(reform=reform).order_by().values_list("kind")
    moved = Count("pk", filter=Q(moved_to__isnull=False))
    answers = {
        code: (to, every - to) for code, to, every in given.annotate(to=moved, every=Count("pk"))
    }
    found = [
        acts(kind, reform)
        .order_by()
        .annotate(of=Value(kind.code, models.CharField()))
        .values_list("of")
        .annotate(
            total=Count("pk", distinct=True),
            open=Count("pk", filter=kind.may_move & ~_answered(reform, kind), distinct=True),
        )
        for kind in KINDS.values()
    ]
    numbers = {code: (total, waiting) for code, total, waiting in _at_once(found)}
    return [
        Counted(kind, *numbers[code], *answers.get(code, (0, 0)))
        for code, kind in KINDS.items()
        if code in numbers and numbers[code][0]
    ]


def _at_once(found: Sequence[QuerySet[Any, Any]]) -> Iterator[Any]:
    for start in range(0, len(found), _AT_ONCE):
        first, *others = found[start : start + _AT_ONCE]
        yield from first.union(*others, all=True) if others else first


def _answered(reform: Reform, kind: LateKind) -> Q:
    return Q(pk__in=_answers(reform, kind).values("row_id"))


def page_of(kind: LateKind, reform: Reform) -> QuerySet[Any]:
    """The acts of a kind as a page lists them, the first day first."""
    found = acts(kind, reform)
    if issubclass(kind.model, OfSubject):
        found = found.with_subject()  # type: ignore[attr-defined]
    found = found.select_related(*kind.reads)
    may_move = models.ExpressionWrapper(kind.may_move, models.BooleanField())
    return found.annotate(late_moves=may_move).order_by("late_day", "pk")


def rows(kind: LateKind, reform: Reform, found: Collection[Any]) -> list[LateRow]:
    """Acts of a page of `page_of` as they are shown (three queries for any number of them)."""
    given = _answers(reform, kind).filter(row_id__in=[act.pk for act in found])
    answers = {one.row_id: one for one in given.select_related("by")}
    units = {
        act.pk: answers[act.pk].unit_id if act.pk in answers else act.late_unit for act in found
    }
    moved = {one.moved_to_id for one in answers.values() if one.moved_to_id}
    heirs, states = _followed({*units.values(), *moved})
    return [
        LateRow(
            act.pk,
            act.late_day,
            kind.words(act),
            kind.url(act),
            states[units[act.pk]][-1].name,
            not act.late_moves and act.pk not in answers,
            heirs.get(units[act.pk], []) if act.late_moves and act.pk not in answers else [],
            answer := answers.get(act.pk),
            states[answer.moved_to_id][-1].name if answer and answer.moved_to_id else "",
        )
        for act in found
    ]


def _followed(
    unit_ids: Collection[int],
) -> tuple[dict[int, list[Placement]], dict[int, list[Placement]]]:
    """Where the acts of units may move – to the unit's own state of today, or to what followed it –
    and all states of all of them, by the key of the unit (two queries)."""
    today = periods.today()
    found = lineage.heirs(unit_ids, today)
    wanted = {heir for heirs in found.values() for heir in heirs}
    states = queries.states_of({*unit_ids, *wanted})
    now = {heir: state for heir in wanted if (state := queries.state_on(states[heir], today))}
    return {key: [now[heir] for heir in heirs] for key, heirs in found.items()}, states


# Answering


def answer(
    user: Any, pk: int, kind: LateKind, keys: Sequence[int] | None, *, moves: bool, to: int = 0
) -> Outcome:
    """Say of acts of a kind that they stand, or that they move: however many, in a few statements.

    Args:
        keys: of the acts; None: all that wait for an answer.
        to: the unit to which they move; 0: the only one to which each may.

    Raises:
        Refused: not by this person, or not of this reform.
        Reform.DoesNotExist: there is none.
    """
    with transaction.atomic():
        reform = _locked(user, pk)
        if kind.movable is None:
            return Outcome(0, [])
        open_acts = acts(kind, reform).filter(kind.may_move).exclude(_answered(reform, kind))
        if keys is not None:
            open_acts = open_acts.filter(pk__in=keys)
        rows = open_acts.order_by("pk").distinct().values_list("pk", "late_unit", *kind.columns)
        given = [
            LateAnswer(
                reform=reform,
                kind=kind.code,
                row_id=key,
                by=user,
                unit_id=unit,
                before=dict(zip(kind.columns, before, strict=True)) if moves else None,
            )
            for key, unit, *before in rows
        ]
        right = keeping_grant(user, reform)
        with journal.act("reform.late_answer", actor=user, reason=reform.name, behalf=right):
            left = _move(kind, reform, given, to) if moves else {}
            done = [one for one in given if one.row_id not in left]
            LateAnswer.objects.bulk_create(done)
        return Outcome(len(done), list(dict.fromkeys(left.values())))


def _locked(user: Any, pk: int) -> Reform:
    reform = Reform.objects.select_for_update(of=("self",)).get(pk=pk)
    allowed, why_not = may_answer(user, reform)
    if not allowed:
        raise Refused(why_not)
    return reform


def _move(
    kind: LateKind, reform: Reform, given: Sequence[LateAnswer], to: int
) -> Mapping[int, str]:
    """Let acts belong to what followed; why some do not, in a sentence, by their keys."""
    targets = _followed({*(one.unit_id for one in given), *_gone_over(reform)})[0]
    left: dict[int, str] = {}
    names: dict[int, str] = {}
    moving = []
    for one in given:
        offered = [here for here in targets.get(one.unit_id, []) if to in (0, here.unit_id)]
        if len(offered) != 1:
            left[one.row_id] = _(
                "Some have several successors or none: choose one for them, or let them stand."
            )
            continue
        _turn_to(kind, one, targets, offered[0])
        names[one.row_id] = offered[0].name
        moving.append(one)
    for one in _written(kind, moving):
        sentence = _("%(name)s has one of the same kind already: theirs stand.")
        left[one.row_id] = sentence % {"name": names[one.row_id]}
    return left


def _turn_to(
    kind: LateKind, given: LateAnswer, targets: Mapping[int, list[Placement]], target: Placement
) -> None:
    """Note in an answer what moving to the state of `target` writes."""
    here, before = given.unit_id, given.before or {}
    states = {kind.place, kind.path}
    given.after = {
        name: target.unit_id if value == here else _office(targets, value)
        for name, value in before.items()
        if name not in states
    } | {kind.path: target.path}
    if kind.place:
        given.after[kind.place] = target.pk
    given.moved_to_id = target.unit_id


def _written(kind: LateKind, moving: Sequence[LateAnswer]) -> list[LateAnswer]:
    """Move acts by one statement; gives those whose successor has one of the same kind already,
    found by trying the halves of what cannot be written."""
    if not moving:
        return []
    try:
        with transaction.atomic():
            _write(kind, {one.row_id: one.after or {} for one in moving})
    except IntegrityError:
        if len(moving) == 1:
            return list(moving)
        middle = len(moving) // 2
        return [*_written(kind, moving[:middle]), *_written(kind, moving[middle:])]
    return []


def _write(kind: LateKind, values: Mapping[int, Mapping[str, Any]]) -> None:
    """Write the columns that moving writes, of each act by its key (one statement)."""
    table = kind.model._meta.db_table
    column = {one.attname: one.column for one in kind.model._meta.concrete_fields}
    names = [(name, column[name]) for name in kind.columns]
    sets = ", ".join(f'"{one}" = given."{one}"' for _name, one in names)
    types = ", ".join(f'"{one}" {"text" if name == kind.path else "bigint"}' for name, one in names)
    statement = f"""
        UPDATE "{table}" SET {sets}
        FROM jsonb_to_recordset(%s) AS given(id bigint, {types})
        WHERE "{table}".id = given.id
    """  # noqa: S608 -- names of our own columns
    rows = [
        {"id": key, **{column[name]: value for name, value in one.items()}}
        for key, one in values.items()
    ]
    with connection.cursor() as cursor:
        cursor.execute(statement, [json.dumps(rows)])


def _gone_over(reform: Reform) -> list[int]:
    """The units that went over whole: offices at which acts lie, too."""
    parts = ReformPart.objects.filter(line__reform=reform, extent=Extent.WHOLE)
    return list(parts.values_list("unit", flat=True))


def _office(targets: Mapping[int, list[Placement]], value: Any) -> Any:
    """An office that went over, as what it went over into."""
    heirs = targets.get(value, [])
    return heirs[0].unit_id if len(heirs) == 1 else value


# Taking back


def take_back(user: Any, pk: int, kind: LateKind, keys: Sequence[int]) -> int:
    """Take answers back: what moved is where it was; gives their number.

    Raises:
        As `answer`; Refused also where what moved went on since.
    """
    with transaction.atomic():
        reform = _locked(user, pk)
        given = _answers(reform, kind).filter(row_id__in=keys)
        right = keeping_grant(user, reform)
        with journal.act("reform.late_take_back", actor=user, reason=reform.name, behalf=right):
            _restore(kind, given)
            return given.delete()[0]


def take_all_back(reform: Reform) -> None:
    """As `take_back`, of every answer about a reform that is undone (inside an act)."""
    for code in LateAnswer.objects.filter(reform=reform).values_list("kind").distinct():
        kind = KINDS[code[0]]
        _restore(kind, _answers(reform, kind))
    LateAnswer.objects.filter(reform=reform).delete()


def _restore(kind: LateKind, given: QuerySet[LateAnswer]) -> None:
    """Write what was before answers, where everything is still as they left it (two statements)."""
    moved = {one.row_id: one for one in given.filter(moved_to__isnull=False)}
    if not moved:
        return
    rows = kind.model._base_manager.filter(kind.may_move, pk__in=moved)
    now = {key: values for key, *values in rows.values_list("pk", *kind.columns)}
    for key, one in moved.items():
        if now.get(key) != [(one.after or {})[name] for name in kind.columns]:
            said = {"what": kind.label, "key": key}
            raise Refused(_("What moved went on since, and stays: %(what)s (%(key)d).") % said)
    _write(kind, {key: one.before or {} for key, one in moved.items()})
