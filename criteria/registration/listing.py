"""The list of registrations: which its page and its export show, in which order."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Count, F, Func, IntegerField, OuterRef, Q, Subquery, Value, When

from campaign.models import Round
from campaign.queries import nearest_deadline, registration_deadlines
from core import periods
from criteria.models import RegistrationList, RegistrationListQuerySet, RegistrationState
from criteria.registration.offers import OPEN_FOR_ENTERING, key_of
from units import scope
from units.borders import TODAYS, Reading
from units.models import Placement

Rows = RegistrationListQuerySet

# In the order of work: what waits comes first.
STATE_ORDER = (
    RegistrationState.WAITING.value,
    RegistrationState.DRAFT.value,
    RegistrationState.REJECTED.value,
    RegistrationState.APPROVED.value,
    RegistrationState.WITHDRAWN.value,
)
_BY_STATE = Case(
    *(When(state=state, then=Value(place)) for place, state in enumerate(STATE_ORDER)),
    output_field=IntegerField(),
)
# How many register, as `RegistrationList.number`: the list wins over the declared number.
NUMBER = Case(When(listed__gt=0, then=F("listed")), default=F("declared"))
SORTS: dict[str, Any] = {
    "name": F("placement__name"),
    "subject": F("title__order"),
    "number": F("shown"),
    "state": _BY_STATE,
    "sent": F("sent_at"),
}


def own(user: Any) -> Q:
    """Lists of units for which `user` enters or sends registrations."""
    held = scope.of(user)
    reach = {"unit": "unit_id", "path": "path", "manager": "placement__managed_by_id"}
    return held.q("registration.enter", **reach) | held.q("registration.send", **reach)


def approving_units(user: Any) -> set[int]:
    """Keys of the offices for which `user` approves registrations."""
    grants = scope.of(user).grants
    return {one.unit_id for one in grants if one.role.reaches("registration.approve")}


def registers(user: Any) -> bool:
    """Whether `user` enters or sends registrations of some unit."""
    held = scope.of(user)
    return held.has("registration.enter") or held.has("registration.send")


def subjects(round_: Round) -> dict[str, str]:
    """What somebody registered for in a round: its key in addresses, and its words (one query)."""
    lists = RegistrationList.objects.filter(round=round_).order_by("title__order", "form__order")
    firsts = lists.distinct("title__order", "form__order").select_related("title", "form")
    return {key_of(one.subject): str(one.subject) for one in firsts}


@dataclass(frozen=True)
class Due:
    """What a person has to do about registrations in a round.

    Attributes:
        round: None where there is none yet.
        open: lists of the own units that are begun or refused, and not sent, each with the day
            until which they are due (None is *not configured*).
        unbegun: whether an own unit has no list at all.
        waiting: how many wait for the person's offices.
    """

    round: Round | None
    open: tuple[tuple[RegistrationList, periods.Day | None], ...] = ()
    unbegun: bool = False
    waiting: int = 0


def due(user: Any, round_: Round | None) -> Due:
    """What `user` has to do: for units at which they are appointed, and as who approves (three
    queries)."""
    if round_ is None:
        return Due(None)
    units = scope.of(user).units_with("registration.enter", "registration.send")
    lists = RegistrationList.objects.visible_to(user).filter(round=round_, unit__in=units)
    found = list(lists.select_related("placement", "title", "form")) if units else []
    still_open = [one for one in found if one.state in OPEN_FOR_ENTERING]
    deadlines = registration_deadlines(round_) if still_open else {}

    def due_on(one: RegistrationList) -> periods.Day | None:
        deadline = nearest_deadline(deadlines.get(one.kind, {}), one.path)
        return deadline.due_on if deadline else None

    return Due(
        round_,
        tuple((one, due_on(one)) for one in still_open),
        bool(units - {one.unit_id for one in found}),
        waiting_for(user).filter(round=round_).count() if approving_units(user) else 0,
    )


def waiting_for(user: Any) -> Rows:
    """What waits for an office of `user` to be approved."""
    return RegistrationList.objects.visible_to(user).filter(
        state=RegistrationState.WAITING, receiver__in=approving_units(user)
    )


def rows(
    user: Any,
    round_: Round,
    *,
    words: str = "",
    subject: str = "",
    kind: str = "",
    reading: Reading = TODAYS,
) -> Rows:
    """The registrations of a round in the scope of `user`, with what may be shown of each.

    Each has `is_read`, whether `user` may read it (a draft is its unit's own), `shown`, the number
    of those who register (None in a draft of others), and `inside`, what the unit lies in.

    Args:
        words: part of the unit's name, with or without accents.
        subject: a title or form, as `offers.key_of` names it.
        kind: of those who register.
        reading: the borders in which they count; what only counts in the scope of `user` by them
            is not read.
    """
    inside = Placement.objects.on(periods.today()).filter(unit=OuterRef("placement__located_in"))
    visible = RegistrationList.objects.visible_to(user)
    found = visible.filter(round=round_)
    if reading.choices:
        reach = {"unit": "placement__unit", "path": "path", "manager": "placement__managed_by_id"}
        counted = reading.q(user, "registration.view", **reach)
        found = RegistrationList.objects.filter(counted, round=round_)
    if words:
        folded = Func(Value(words), function="core_fold")
        found = found.filter(placement__name_key__contains=folded)
    if subject:
        field, _dash, code = subject.partition("-")
        found = found.filter(**{f"{field}__code": code})
    if kind:
        found = found.filter(kind=kind)
    is_read = Q(sent_at__isnull=False) | own(user)
    if reading.choices:
        is_read &= Q(pk__in=visible.values("pk"))
    return found.annotate(
        is_read=Case(When(is_read, then=True), default=False),
        shown=Case(When(is_read, then=NUMBER)),
        inside=Subquery(inside.values("name")[:1]),
    )


def ordered(found: Rows, sort: str) -> Rows:
    """The rows by a column, `-` before its name turns the order round.

    Without a column what waits comes first, then by name.
    """
    key = SORTS.get(sort.removeprefix("-"))
    listed = found.select_related("placement", "title", "form")
    if key is None:
        return listed.order_by(_BY_STATE.asc(), "placement__name", "title__order", "pk")
    by = key.desc(nulls_last=True) if sort.startswith("-") else key.asc(nulls_last=True)
    return listed.order_by(by, "placement__name", "pk")


def counts(found: Rows) -> dict[str, int]:
    """How many rows stand in each state, in the order of work (one query)."""
    counted = dict(found.order_by().values_list("state").annotate(Count("pk")))
    return {state: counted[state] for state in STATE_ORDER if state in counted}
