"""The lists for recognition: which their page and its export show, and the rows of one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Count, F, Func, IntegerField, Q, Value, When

from campaign.models import Round
from core import periods
from criteria import terms
from criteria.batches import entering
from criteria.models import (
    BatchLine,
    BatchState,
    RecognitionBatch,
    RecognitionBatchQuerySet,
    RecognitionState,
)
from units import scope
from units.models import Member, PersonalRecord, UnitKind
from units.permissions import HOME_KINDS

STATE_ORDER = tuple(BatchState.values)
_BY_STATE = Case(
    *(When(state=state, then=Value(place)) for place, state in enumerate(STATE_ORDER)),
    output_field=IntegerField(),
)
SORTS: dict[str, Any] = {
    "name": F("placement__name"),
    "title": F("title__order"),
    "listed": F("listed"),
    "state": _BY_STATE,
    "dated": F("dated"),
}


def rows(user: Any, round_: Round, *, words: str = "", kind: str = "") -> RecognitionBatchQuerySet:
    """The lists of a round in the scope of `user`, each with `passed`, how many reach the title;
    None of what is still a draft of other people.

    Args:
        words: part of the unit's name, with or without accents.
        kind: of those who are recognised.
    """
    found = RecognitionBatch.objects.visible_to(user).filter(round=round_)
    found = found.filter(Q(sent_at__isnull=False) | _own(user))
    if words:
        folded = Func(Value(words), function="core_fold")
        found = found.filter(placement__name_key__contains=folded)
    return found.filter(kind=kind) if kind else found


def _own(user: Any) -> Q:
    """Lists of the places for which `user` lists."""
    reach = {"unit": "unit_id", "path": "path", "manager": "placement__managed_by_id"}
    return scope.of(user).q("batch.enter", **reach)


def ordered(found: RecognitionBatchQuerySet, sort: str) -> RecognitionBatchQuerySet:
    """The rows by a column, `-` before its name turns the order round; without one in the order of
    work, the latest first."""
    shown = found.select_related("placement", "title", "round").with_reaching()
    key = SORTS.get(sort.removeprefix("-"))
    if key is None:
        return shown.order_by(_BY_STATE.asc(), "-pk")
    by = key.desc(nulls_last=True) if sort.startswith("-") else key.asc(nulls_last=True)
    return shown.order_by(by, "-pk")


@dataclass(frozen=True)
class Due:
    """What lists wait for a person: the first ones, and how many there are."""

    lists: list[RecognitionBatch]
    total: int


DUE_SHOWN = 10


def due(user: Any) -> Due:
    """Lists whose next step is the work of `user`: to go on with, appraise, sign, number or issue,
    the one that has waited longest first (one query).

    Nobody finds what they took part in among those to appraise or to sign.
    """
    held = scope.of(user)
    mine = Q(taken_part__contains=[user.pk])
    waiting = (
        Q(state=BatchState.DRAFT) & _own(user)
        | Q(state=BatchState.CHECKING, appraiser__in=held.units_with("batch.appraise")) & ~mine
        | Q(state=BatchState.SUBMITTED, decider__in=held.units_with("batch.sign"))
        & ~mine
        & ~Q(appraised_by=user.pk)
        | Q(
            state__in=(BatchState.SIGNED, BatchState.NUMBERED),
            decider__in=held.units_with("batch.register"),
        )
    )
    found = RecognitionBatch.objects.visible_to(user).filter(waiting).distinct()
    rows = list(found.select_related("placement", "title", "round").order_by("begun_at", "pk"))
    return Due(rows[:DUE_SHOWN], len(rows))


def counts(found: RecognitionBatchQuerySet) -> dict[str, int]:
    """How many lists stand in each state, in the order of work (one query)."""
    counted = dict(found.order_by().values_list("state").annotate(Count("pk")))
    return {state: counted[state] for state in STATE_ORDER if state in counted}


@dataclass(frozen=True)
class LineRow:
    """One of a list as pages and papers show it.

    Attributes:
        number: its number in the list of its home; None for a unit of the tree.
        name: of the head, the citizen, the clan or the unit; empty where names are not open.
        place: its home, or what is empty for a unit of the tree.
        waits_until: the first day on which it can be listed for this grade; None where it can be
            now, or the list has been sent.
        state: of the recognition, once there is one.
    """

    unit_id: int
    number: int | None
    name: str
    place: str
    passed: bool
    waits_until: periods.Day | None = None
    state: str = ""
    state_label: str = ""
    reason: str = ""


def lines_of(batch: RecognitionBatch, *, passed_only: bool = False) -> Any:
    """The lines of a list in their order."""
    found = batch.lines.with_subject().order_by("placement__name", "pk")
    return found.filter(passed=True) if passed_only else found


def line_rows(batch: RecognitionBatch, lines: Iterable[BatchLine], *, names: bool) -> list[LineRow]:
    """The rows of lines, or of a page of them (four queries at most)."""
    page = list(lines)
    units = [line.unit_id for line in page]
    called = _names(batch, units) if names else {}
    states: Mapping[int, tuple[str, str]] = {}
    if batch.state in (BatchState.ISSUED, BatchState.REVOKED):
        held = batch.recognitions.filter(unit__in=units)
        states = {
            unit: (state, reason)
            for unit, state, reason in held.values_list("unit", "state", "state_reason")
        }
    waiting = _waiting(batch, units)
    labels = dict(RecognitionState.choices)
    return [
        LineRow(
            line.unit_id,
            line.member_number if batch.of_members else None,
            called.get(line.unit_id, "") if batch.of_members else line.placement.name,
            line.placement.name if batch.of_members else "",
            line.passed,
            waiting.get(line.unit_id),
            state,
            str(labels.get(state, "")),
            reason,
        )
        for line in page
        for state, reason in (states.get(line.unit_id, ("", "")),)
    ]


def _waiting(batch: RecognitionBatch, units: list[int]) -> dict[int, periods.Day]:
    """Until when those wait who hold a lower grade by a decision that is too young, in a draft."""
    if batch.is_on_its_way or not terms.waits(batch.title, batch.grade):
        return {}
    held = entering.held_back(batch).filter(unit__in=units).order_by("decided_on")
    found = {}
    for unit, decided_on in held.values_list("unit", "decided_on"):
        allowed = terms.may_be_asked_from(batch.title, decided_on)
        if allowed:
            found[unit] = allowed
    return found


def _names(batch: RecognitionBatch, units: list[int]) -> dict[int, str]:
    """What members are called, by their keys; a clan by its own name, which is nobody's."""
    if batch.kind == UnitKind.CLAN:
        labels = Member.objects.filter(unit__in=units).exclude(label="").order_by("period")
        return dict(labels.values_list("unit", "label"))
    found = PersonalRecord.objects.filter(unit__in=units)
    return dict(found.values_list("unit", "name"))


def homes_of(batch: RecognitionBatch) -> list[int]:
    """The homes of those in the list (one query, none of a hamlet's or an office's own)."""
    if batch.placement.kind in HOME_KINDS:
        return [batch.unit_id]
    homes = batch.lines.order_by().values_list("placement__unit", flat=True)
    return sorted(set(homes.distinct()))


def may_begin(user: Any) -> bool:
    """Whether `user` lists who is to be recognised anywhere."""
    return scope.of(user).has("batch.enter")
