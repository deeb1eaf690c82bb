"""Acts that were dated between the day of a reform and its recording: each stands, or moves to what
followed, because a person says so (decision 39).

They stood at a state that the reform closed or rewrote. What was issued or frozen, and what speaks
of the unit as it was then, stands by itself and says why.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, models, transaction
from django.db.models import Count, F, Q, QuerySet, Value
from django.utils.translation import gettext as _

from core import journal, periods
from core.workflow import YES, Refused, Verdict
from units import lineage, queries
from units.late_acts import KINDS, LateKind
from units.models import (
    Extent,
    LateAnswer,
    Placement,
    Reform,
    ReformAct,
    ReformLine,
    ReformPart,
    ReformState,
    ReformTrace,
)
from units.reforming.permissions import keeping_grant

_AT_ONCE = 5
MOST = 1_000  # acts that one answer reaches


@dataclass(frozen=True)
class Counted:
    """How many acts of a kind were dated between.

    Attributes:
        asked: of those that may move; the others stand by themselves.
        moved, stands: what was answered.
    """

    kind: LateKind
    total: int
    asked: int
    moved: int
    stands: int

    @property
    def open(self) -> int:
        """How many wait for an answer."""
        return self.asked - self.moved - self.stands

    @property
    def fixed(self) -> int:
        """How many stand by themselves."""
        return self.total - self.asked


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
    answered = _answers(reform, kind).values("row_id")
    found = kind.model._base_manager.filter(_at(kind, reform) | Q(pk__in=answered))
    unit = f"{kind.place.removesuffix('_id')}__unit_id" if kind.place else "unit_id"
    found = found.annotate(late_unit=F(unit), late_day=F(kind.day))
    return found.filter(late_day__gte=reform.effective_on)


def _at(kind: LateKind, reform: Reform) -> Q:
    if kind.place:
        return Q(**{f"{kind.place}__in": _closed(reform).values("row_id")})
    parts = ReformPart.objects.filter(line__reform=reform).values("unit")
    ends = ReformLine.objects.filter(reform=reform, act=ReformAct.END).values("unit")
    return Q(unit__in=parts) | Q(unit__in=ends)


def _closed(reform: Reform) -> QuerySet[ReformTrace]:
    """The states that a reform closed or rewrote."""
    table = ReformTrace.Table.PLACEMENT
    return ReformTrace.objects.filter(reform=reform, table=table, before__isnull=False)


def _answers(reform: Reform, kind: LateKind) -> QuerySet[LateAnswer]:
    return LateAnswer.objects.filter(reform=reform, kind=kind.code)


def counts(reform: Reform) -> list[Counted]:
    """How many acts of each kind were dated between, and what was said of them (a query for each
    five kinds: more tables at once the planner weighs too long)."""
    if reform.state != ReformState.CARRIED_OUT or reform.assigns_id:
        return []
    found = [
        acts(kind, reform)
        .order_by()
        .annotate(of=Value(kind.code, models.CharField()))
        .values_list("of")
        .annotate(
            total=Count("pk", distinct=True),
            asked=Count("pk", filter=kind.may_move | _answered(reform, kind), distinct=True),
            moved=Count(
                "pk", filter=_answered(reform, kind, moved_to__isnull=False), distinct=True
            ),
            stands=Count("pk", filter=_answered(reform, kind, moved_to=None), distinct=True),
        )
        for kind in KINDS.values()
    ]
    numbers = {
        code: row
        for start in range(0, len(found), _AT_ONCE)
        for code, *row in _together(found[start : start + _AT_ONCE])
    }
    return [
        Counted(kind, *numbers[code])
        for code, kind in KINDS.items()
        if code in numbers and numbers[code][0]
    ]


def _together(found: Sequence[QuerySet[Any, Any]]) -> QuerySet[Any, Any]:
    return found[0].union(*found[1:], all=True) if len(found) > 1 else found[0]


def _answered(reform: Reform, kind: LateKind, **which: Any) -> Q:
    return Q(pk__in=_answers(reform, kind).filter(**which).values("row_id"))


def page_of(kind: LateKind, reform: Reform) -> QuerySet[Any]:
    """The acts of a kind as a page lists them, the first day first."""
    found = acts(kind, reform).select_related(*kind.reads)
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
    """Say of acts of a kind that they stand, or that they move.

    Args:
        keys: of the acts; None: all that wait for an answer.
        to: the unit to which they move; 0: the only one to which each may.

    Raises:
        Refused: not by this person, or not of this reform.
        Reform.DoesNotExist: there is none.
    """
    with transaction.atomic():
        reform = _locked(user, pk)
        open_acts = acts(kind, reform).filter(kind.may_move).exclude(_answered(reform, kind))
        if keys is not None:
            open_acts = open_acts.filter(pk__in=keys)
        found = list(open_acts.order_by("pk").distinct()[:MOST])
        here = {act.late_unit for act in found}
        targets = _followed({*here, *_gone_over(reform)})[0] if moves else {}
        left: list[str] = []
        done = 0
        right = keeping_grant(user, reform)
        with journal.act("reform.late_answer", actor=user, reason=reform.name, behalf=right):
            for act in found:
                given = LateAnswer(reform=reform, kind=kind.code, row_id=act.pk, by=user)
                given.unit_id = act.late_unit
                if moves and (sentence := _move(kind, act, given, targets, to)):
                    left.append(sentence)
                    continue
                given.save()
                done += 1
        return Outcome(done, list(dict.fromkeys(left)))


def _locked(user: Any, pk: int) -> Reform:
    reform = Reform.objects.select_for_update(of=("self",)).get(pk=pk)
    allowed, why_not = may_answer(user, reform)
    if not allowed:
        raise Refused(why_not)
    return reform


def _move(
    kind: LateKind,
    act: Any,
    given: LateAnswer,
    targets: Mapping[int, list[Placement]],
    to: int,
) -> str:
    """Let an act belong to what followed; gives a sentence where it cannot."""
    here = given.unit_id
    offered = [one for one in targets.get(here, []) if to in (0, one.unit_id)]
    if len(offered) != 1:
        return _("Some have several successors or none: choose one for them, or let them stand.")
    target = offered[0]
    given.before = {name: getattr(act, name) for name in _columns(kind)}
    given.after = {
        name: target.unit_id if value == here else _office(targets, name, value)
        for name, value in given.before.items()
    } | {"placement_id": target.pk, "path": target.path}
    given.moved_to_id = target.unit_id
    try:
        with transaction.atomic():
            kind.model._base_manager.filter(pk=act.pk).update(**given.after)
    except IntegrityError:
        return _("%(name)s has one of the same kind already: theirs stand.") % {"name": target.name}
    return ""


def _gone_over(reform: Reform) -> list[int]:
    """The units that went over whole: offices at which acts lie, too."""
    parts = ReformPart.objects.filter(line__reform=reform, extent=Extent.WHOLE)
    return list(parts.values_list("unit", flat=True))


def _office(targets: Mapping[int, list[Placement]], name: str, value: Any) -> Any:
    """An office that went over, as what it went over into."""
    heirs = targets.get(value, []) if name not in ("unit_id", "placement_id", "path") else []
    return heirs[0].unit_id if len(heirs) == 1 else value


def _columns(kind: LateKind) -> tuple[str, ...]:
    return ("unit_id", "placement_id", "path", *kind.also)


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
            for one in given:
                _restore(one)
            return given.delete()[0]


def take_all_back(reform: Reform) -> None:
    """As `take_back`, of every answer about a reform that is undone (inside an act)."""
    given = LateAnswer.objects.filter(reform=reform)
    for one in given:
        _restore(one)
    given.delete()


def _restore(given: LateAnswer) -> None:
    if given.before is None:
        return
    kind = KINDS[given.kind]
    moved = kind.model._base_manager.filter(pk=given.row_id)
    if not moved.filter(kind.may_move, **(given.after or {})).update(**given.before):
        said = {"what": kind.label, "key": given.row_id}
        raise Refused(_("What moved went on since, and stays: %(what)s (%(key)d).") % said)
