"""The list of nominations: which its page and its export show, in which order."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import (
    Case,
    Count,
    F,
    Func,
    IntegerField,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
)

from awards.models import Nomination, NominationQuerySet, NominationState
from awards.nominating import deadlines
from campaign.models import Phase, Round
from core import periods
from criteria.models import AwardForm
from units import scope
from units.models import Placement

# In the order of work: what waits for the writer or the office comes first.
STATE_ORDER = tuple(
    state.value
    for state in (
        NominationState.RETURNED,
        NominationState.RECEIVED,
        NominationState.SENT,
        NominationState.DRAFT,
        NominationState.APPRAISED,
        NominationState.COUNCIL,
        NominationState.PASSED,
        NominationState.DECIDED,
        NominationState.FAILED,
        NominationState.REVOKED,
        NominationState.WITHDRAWN,
        NominationState.DROPPED,
    )
)
_BY_STATE = Case(
    *(When(state=state, then=Value(place)) for place, state in enumerate(STATE_ORDER)),
    output_field=IntegerField(),
)
SORTS: dict[str, Any] = {
    "name": F("placement__name"),
    "form": F("form__name"),
    "state": _BY_STATE,
    "sent": F("sent_at"),
}
TO_DO = 10  # rows of each kind on the first page


def proposing_units(user: Any) -> set[int]:
    """Keys of the units for which `user` writes nominations."""
    return scope.of(user).units_with("nomination.enter")


def offices(user: Any) -> set[int]:
    """Keys of the offices for which `user` appraises."""
    return scope.of(user).units_with("nomination.appraise")


@dataclass(frozen=True)
class Asked:
    """What of the list is asked for; an empty part asks for everything.

    Attributes:
        words: part of the name of the subject, or of its home, with or without accents.
        form: code of a form of commendation.
        kind: of the subject.
        occasion: a round or phase, as `candidates.key_of` names it.
    """

    words: str = ""
    form: str = ""
    kind: str = ""
    occasion: str = ""


def rows(user: Any, asked: Asked) -> NominationQuerySet:
    """The nominations in the scope of `user`.

    Each has `is_read`, whether `user` may read it: a draft is its unit's own.
    """
    found = Nomination.objects.visible_to(user)
    if asked.words:
        folded = Func(Value(asked.words), function="core_fold")
        found = found.filter(placement__name_key__contains=folded)
    if asked.form:
        found = found.filter(form__code=asked.form)
    if asked.kind:
        found = found.filter(unit__kind=asked.kind)
    if asked.occasion:
        field, _dash, key = asked.occasion.partition("-")
        found = found.filter(**{field: int(key)})
    return found.annotate(is_read=Case(When(_is_read(user), then=True), default=False))


def _is_read(user: Any) -> Q:
    """As `permissions.sees_content`, as a filter."""
    own = {grant.unit_id for grant in scope.of(user).grants}
    return Q(sent_at__isnull=False) | Q(proposer__in=own)


def chosen(user: Any, keys: Collection[int]) -> NominationQuerySet:
    """Those of these keys that `user` may read, by name, with what the steps need."""
    return (
        Nomination.objects.visible_to(user)
        .filter(_is_read(user), pk__in=keys)
        .with_subject()
        .select_related("placement", "unit", "form", "round", "phase")
        .order_by("placement__name", "pk")
    )


def with_names(found: NominationQuerySet) -> NominationQuerySet:
    """The rows with the names of today of who proposes and of the office that has each, as
    `proposer_name` and `office_name`, and with what names their subjects."""
    today = Placement.objects.on(periods.today())
    named = {
        f"{role}_name": Subquery(today.filter(unit=OuterRef(role)).values("name")[:1])
        for role in ("proposer", "office")
    }
    return found.with_subject().annotate(**named)


def ordered(found: NominationQuerySet, sort: str) -> NominationQuerySet:
    """The rows by a column, `-` before its name turns the order round; without one in the order of
    work, then by name."""
    named = with_names(found).select_related("placement", "unit", "form", "round", "phase")
    key = SORTS.get(sort.removeprefix("-"))
    if key is None:
        return named.order_by(_BY_STATE.asc(), "placement__name", "pk")
    by = key.desc(nulls_last=True) if sort.startswith("-") else key.asc(nulls_last=True)
    return named.order_by(by, "placement__name", "pk")


def counts(found: NominationQuerySet) -> dict[str, int]:
    """How many rows stand in each state, in the order of work (one query)."""
    counted = dict(found.order_by().values_list("state").annotate(Count("pk")))
    return {state: counted[state] for state in STATE_ORDER if state in counted}


def forms(user: Any) -> list[AwardForm]:
    """The forms for which somebody in the scope of `user` is proposed (one query)."""
    proposed = Nomination.objects.visible_to(user).values("form")
    return list(AwardForm.objects.filter(pk__in=proposed))


def occasions(user: Any) -> list[Round | Phase]:
    """The rounds and phases for which somebody in the scope of `user` is proposed (two queries)."""
    visible = Nomination.objects.visible_to(user)
    return [
        *Round.objects.filter(pk__in=visible.values("round")),
        *Phase.objects.filter(pk__in=visible.values("phase")),
    ]


@dataclass(frozen=True)
class Due:
    """What a person has to do about nominations.

    Attributes:
        returned: of the own units, to be completed; the newest first.
        waiting: how many lie at the person's offices to be appraised.
        begun: how many drafts of the own units are not sent.
        due_on: the first day until which one of the own units' is to be sent; None where none is
            open, or no day is configured.
    """

    returned: tuple[Nomination, ...]
    waiting: int
    begun: int
    due_on: periods.Day | None


def due(user: Any) -> Due:
    """What `user` has to do, as who proposes and as who appraises (five queries)."""
    own, at = proposing_units(user), offices(user)
    visible = Nomination.objects.visible_to(user)
    mine = visible.filter(proposer__in=own)
    returned = mine.filter(state=NominationState.RETURNED).with_subject().select_related("form")
    waiting = visible.filter(state=NominationState.RECEIVED, office__in=at)
    return Due(
        tuple(returned.order_by("-pk")[:TO_DO]) if own else (),
        waiting.count() if at else 0,
        mine.filter(state=NominationState.DRAFT).count() if own else 0,
        deadlines.first_day(mine) if own else None,
    )
