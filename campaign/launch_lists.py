"""The lists of launches and of the units that received them: which rows, in which order."""

from typing import Any

from django.db.models import (
    Case,
    Count,
    F,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from campaign import telling
from campaign.models import Launch, Recipient, RecipientState
from core import periods

_BY_STATE = Case(
    *(When(state=state, then=Value(place)) for place, state in enumerate(RecipientState)),
    output_field=IntegerField(),
)
LAUNCH_SORTS: dict[str, Any] = {
    "document": F("document__title"),
    "unit": F("placement__name"),
    "launched": F("launched_on"),
    "due": F("due_on"),
}
RECIPIENT_SORTS: dict[str, Any] = {
    "name": F("placement__name"),
    "state": _BY_STATE,
    "answered": F("answer__answered_on"),
    "entered": F("answer__at"),
}


def launches(
    user: Any, *, words: str = "", state: str = "", open_answers: bool = False
) -> QuerySet[Launch]:
    """The launches that concern `user`.

    Each has `received`, how many units in the person's scope received it, and `answered`, how many
    of these have answered.

    Args:
        words: of the document's title or number, with or without accents.
        open_answers: only where a unit in scope has not answered.
    """
    mine = Recipient.objects.visible_to(user).filter(launch=OuterRef("pk")).order_by()
    counted = mine.values("launch").annotate(number=Count("pk"))
    found = Launch.objects.visible_to(user).annotate(
        received=Coalesce(Subquery(counted.values("number")), 0),
        answered=Coalesce(
            Subquery(
                mine.exclude(state=RecipientState.WAITING)
                .values("launch")
                .annotate(number=Count("pk"))
                .values("number")
            ),
            0,
        ),
    )
    if words:
        folded = Func(Value(words), function="core_fold")
        found = found.annotate(
            title_key=Func(F("document__title"), function="core_fold", output_field=TextField()),
            number_key=Func(F("document__number"), function="core_fold", output_field=TextField()),
        ).filter(Q(title_key__contains=folded) | Q(number_key__contains=folded))
    if state:
        found = found.filter(state=state)
    if open_answers:
        found = found.filter(answered__lt=F("received"))
    return found


def recipients(
    user: Any, launch: Launch, *, words: str = "", state: str = "", late: bool = False
) -> QuerySet[Recipient]:
    """The units in the scope of `user` that received a launch, with `telling.with_reminders`.

    Args:
        words: part of the unit's name, with or without accents.
        late: only those that have not answered, or answered, after the day.
    """
    found = Recipient.objects.visible_to(user).filter(launch=launch)
    if words:
        folded = Func(Value(words), function="core_fold")
        found = found.filter(placement__name_key__contains=folded)
    if state:
        found = found.filter(state=state)
    if late:
        overdue = Q(state=RecipientState.WAITING) if periods.today() > launch.due_on else Q(pk=None)
        found = found.filter(overdue | Q(answer__at__date__gt=launch.due_on))
    return telling.with_reminders(found)


def ordered(found: QuerySet[Any], sorts: dict[str, Any], sort: str) -> QuerySet[Any]:
    """The rows by a column, `-` before its name turns the order round; else in their own order."""
    key = sorts.get(sort.removeprefix("-"))
    if key is None:
        return found
    by = key.desc() if sort.startswith("-") else key.asc()
    return found.order_by(by, "pk")


def counts(found: QuerySet[Recipient]) -> dict[str, int]:
    """How many units stand in each state (one query)."""
    counted = dict(found.order_by().values_list("state").annotate(Count("pk")))
    return {state: counted[state] for state in RecipientState if state in counted}
