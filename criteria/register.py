"""The register of recognitions: which rows its list and its export show, in which order."""

from typing import Any

from django.db.models import Case, F, Func, IntegerField, Value, When

from core import periods
from core.paging import capped_counts
from criteria import running_out
from criteria.models import Recognition, RecognitionQuerySet, RecognitionState

# In the order of work: what waits comes first.
STATE_ORDER = tuple(RecognitionState.values)
_BY_STATE = Case(
    *(When(state=state, then=Value(place)) for place, state in enumerate(STATE_ORDER)),
    output_field=IntegerField(),
)
SORTS: dict[str, Any] = {
    "name": F("placement__name"),
    "title": F("title__order"),
    "year": F("assessed_year"),
    "decided": F("decided_on"),
    "until": Func(F("period"), function="upper"),
    "state": _BY_STATE,
}
Rows = RecognitionQuerySet
#: So many rows are counted, put in order and turned over; who looks for more chooses what of them.
MOST = 10_000


def rows(
    user: Any,
    *,
    words: str = "",
    title: str = "",
    year: int | None = None,
    day: periods.Day | None = None,
    ends_by: periods.Day | None = None,
) -> Rows:
    """The recognitions in the scope of `user`.

    Args:
        words: part of the unit's name, with or without accents.
        title: code of a title.
        year: the assessed year.
        day: only what was held on this day.
        ends_by: only what is held today and runs out by this day.
    """
    found = Recognition.objects.visible_to(user)
    if words:
        folded = Func(Value(words), function="core_fold")
        found = found.filter(placement__name_key__contains=folded)
    if title:
        found = found.filter(title__code=title)
    if year:
        found = found.filter(assessed_year=year)
    if day:
        found = found.held_on(day)
    return running_out.ending(found, periods.today(), ends_by) if ends_by else found


def ordered(found: Rows, sort: str, number: int) -> Rows:
    """The rows by a column, `-` before its name turns the order round.

    Without a column what waits comes first, then the latest decision. More than `MOST` rows nobody
    reads through: they stand place by place, as their index has them, whatever was asked for.

    Args:
        number: how many rows there are, as `counts` has it.
    """
    shown = found.with_subject().select_related("placement", "title", "unit")
    if number > MOST:
        return shown.order_by("path", "pk")
    key = SORTS.get(sort.removeprefix("-"))
    if key is None:
        return shown.order_by(_BY_STATE.asc(), "-decided_on", "-pk")
    by = key.desc(nulls_first=True) if sort.startswith("-") else key.asc(nulls_last=True)
    return shown.order_by(by, "placement__name", "-pk")


def counts(found: Rows) -> dict[str, int]:
    """How many rows stand in each state, in the order of work (one query); `MOST` and one where
    there are more than so many."""
    by_place = found.order_by("path", "pk")
    counted = capped_counts([by_place.filter(state=state) for state in STATE_ORDER], MOST)
    return {state: number for state, number in zip(STATE_ORDER, counted, strict=True) if number}
