"""Questions about units that more than one module asks."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from django.db import connection
from django.db.models import (
    Case,
    CharField,
    Count,
    F,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Concat

from core import periods
from units import names, roles
from units.models import Placement, UnitKind

# The country first, then the official levels, then those who take part.
BY_KIND = Func(
    F("kind"),
    function="array_position",
    template=f"%(function)s('{{{','.join(UnitKind.values)}}}'::varchar[], %(expressions)s)",
    output_field=IntegerField(),
)


@dataclass(frozen=True)
class AppointmentRow:
    """An appointment of a day with the path under which it has scope."""

    appointment_id: int
    role: str
    unit_id: int
    unit_name: str
    path: str


# Asked on every page: in SQL, for the ORM takes longer to write it than the database to answer it.
_APPOINTMENTS = """
    SELECT held.id, held.role, held.unit_id, own.name, own.path, manager.path
    FROM units_appointment held
    JOIN units_placement own
        ON own.unit_id = held.unit_id AND own.period @> %(day)s::date
    LEFT JOIN units_placement manager
        ON manager.unit_id = own.managed_by_id AND manager.period @> %(day)s::date
    WHERE held.user_id = %(user)s AND held.period @> %(day)s::date
    ORDER BY held.id
"""


def appointments_with_paths(user_id: int, day: periods.Day) -> list[AppointmentRow]:
    """The appointments of a user on a day, at units that exist on that day (one query).

    For a role with the reach of the managing body the path is that body's; an appointment whose
    unit has ended, or whose managing body is unknown, gives nothing.
    """
    with connection.cursor() as cursor:
        cursor.execute(_APPOINTMENTS, {"user": user_id, "day": day})
        rows = cursor.fetchall()
    found = []
    for pk, role, unit_id, name, own_path, manager_path in rows:
        reach = roles.BY_CODE[role].reach
        path = manager_path if reach == roles.Reach.MANAGER_TERRITORY else own_path
        if path:
            found.append(AppointmentRow(pk, role, unit_id, name, path))
    return found


def placement_of(unit_id: int, day: periods.Day) -> Placement | None:
    """The state of a unit on a day; None where it did not exist."""
    return Placement.objects.on(day).filter(unit_id=unit_id).first()


def ended_on(unit_id: int) -> periods.Day | None:
    """The last day of a unit that is no more; None of one that is or will be (one query)."""
    last = Placement.objects.filter(unit=unit_id).order_by("-period").first()
    day = periods.last_day(last.period) if last else None
    return day if day and day < periods.today() else None


def present(place: Placement) -> Placement | None:
    """The state of today of a unit of which some state is known; None where it is not there today.

    One query, none where that state runs.
    """
    today = periods.today()
    return place if today in place.period else placement_of(place.unit_id, today)


def managed_by(unit_id: int, day: periods.Day) -> QuerySet[Placement, int]:
    """Keys of the units that a body itself manages on a day."""
    return Placement.objects.on(day).filter(managed_by=unit_id).values_list("unit", flat=True)


class Managed(Protocol):
    """What of a unit's state says who manages it: a `Placement` has it."""

    @property
    def unit_id(self) -> int: ...
    @property
    def managed_by_id(self) -> int | None: ...


def managers_of(placements: Iterable[Managed], day: periods.Day) -> dict[int, tuple[int, ...]]:
    """The managing body of each unit, and what manages that body on `day` (one query).

    Returns:
        By the key of the unit; empty where nobody is known to manage it.
    """
    bodies = {one.unit_id: one.managed_by_id for one in placements}
    above = dict(
        Placement.objects.on(day)
        .filter(unit__in={body for body in bodies.values() if body})
        .values_list("unit", "managed_by")
    )
    return {
        unit_id: tuple(one for one in (body, above.get(body)) if one) if body else ()
        for unit_id, body in bodies.items()
    }


def managers_of_unit(unit_id: int, day: periods.Day) -> tuple[int, ...]:
    """The managing body of a unit, and what manages that body on `day` (one query)."""
    body = Placement.objects.on(day).filter(unit=OuterRef("managed_by"))
    found = Placement.objects.on(day).filter(unit=unit_id)
    row = found.values_list("managed_by", Subquery(body.values("managed_by")[:1])).first()
    return tuple(one for one in row or () if one)


def states_of(unit_ids: Iterable[int]) -> dict[int, list[Placement]]:
    """All states of the units, the earliest first (one query)."""
    states: dict[int, list[Placement]] = defaultdict(list)
    for placement in Placement.objects.filter(unit__in=set(unit_ids)).order_by("unit", "period"):
        states[placement.unit_id].append(placement)
    return states


def state_on(states: Iterable[Placement], day: periods.Day) -> Placement | None:
    """The one of a unit's states that runs on `day`."""
    return next((one for one in states if day in one.period), None)


def day_within(period: periods.Period, day: periods.Day) -> periods.Day:
    """`day`, or the day of `period` that is nearest to it."""
    first, last = periods.first_day(period), periods.last_day(period)
    if first and day < first:
        return first
    return last if last and last < day else day


def chains(placements: Iterable[Placement], day: periods.Day) -> dict[int, list[Placement]]:
    """What each placement lies in, from the country down, without itself (one query).

    Each as it was on `day`, or on the nearest day on which the placement ran.

    Returns:
        By the key of the placement.
    """
    placements = list(placements)
    above = {
        one.pk: [int(key) for key in one.path.strip("/").split("/")[:-1]] for one in placements
    }
    states = states_of({key for keys in above.values() for key in keys})
    found = {}
    for one in placements:
        its_day = day_within(one.period, day)
        chain = (state_on(states[key], its_day) for key in above[one.pk])
        found[one.pk] = [state for state in chain if state]
    return found


def within(chain: Iterable[Placement]) -> str:
    """What a unit lies in, in words, the nearest first; the country goes without saying.

    Args:
        chain: from the country down.
    """
    return ", ".join(above.name for above in reversed([*chain]) if above.located_in_id)


def children(unit_id: int, day: periods.Day) -> QuerySet[Placement]:
    """What lies directly in a unit on `day`, in Vietnamese order.

    Each has `inside`, the number of units directly in it.
    """
    inside = (
        Placement.objects.on(day)
        .filter(located_in=OuterRef("unit"))
        .order_by()
        .values("located_in")
        .values_list(Count("pk"))
    )
    return (
        Placement.objects.on(day)
        .filter(located_in=unit_id)
        .annotate(inside=Coalesce(Subquery(inside), 0))
        .order_by(BY_KIND, "name", "pk")
    )


def counts_within(path: str, day: periods.Day) -> list[tuple[UnitKind, int]]:
    """How many units of each kind lie in the unit of `path` on `day`, at any depth."""
    counts = dict(
        Placement.objects.on(day)
        .under(path)
        .exclude(path=path)
        .order_by()
        .values_list("kind")
        .annotate(Count("pk"))
    )
    return [(kind, counts[kind]) for kind in UnitKind if kind in counts]


# Of all that match so many are ranked; who finds more is asked to write more.
MOST_RANKED = 1000


def folded(words: str) -> Func:
    """What `words` are compared as: without accents, in small letters, in one Unicode form."""
    return Func(Value(" ".join(words.split())), function="core_fold", output_field=CharField())


def search(words: str, day: periods.Day | None) -> QuerySet[Placement]:
    """States whose name holds `words`, with or without accents, or whose code begins with them.

    Whole names and beginnings of words come first, then what is written with the same accents,
    then the higher kinds, in Vietnamese order. `MOST_RANKED` are ranked, whole names and higher
    kinds before others, and one more: so that its number says that there are more.

    Args:
        words: at least one character.
        day: only states of this day; None: of all times.
    """
    words = unicodedata.normalize("NFC", " ".join(words.split()))
    named = Placement.objects.filter(
        Q(name_key__contains=folded(words)) | Q(code__startswith=words)
    )
    candidates = (named.on(day) if day else named).order_by(_fit(words), BY_KIND)
    found = Placement.objects.filter(pk__in=candidates.values("pk")[: MOST_RANKED + 1])
    as_written = Q()
    for spelling in names.spellings(words):
        as_written |= Q(name__icontains=spelling)
    return found.order_by(
        _fit(words),
        Case(When(as_written, then=0), default=1),
        BY_KIND,
        "name",
        F("period").desc(),
        "pk",
    )


def _fit(words: str) -> Case:
    """How well a state's code or name fits `words`, the best as 0."""
    key = folded(words)
    after_space = Concat(Value(" "), key, output_field=CharField())
    name_ends = Q(name_key=key) | Q(name_key__endswith=after_space)
    word_begins = Q(name_key__startswith=key) | Q(name_key__contains=after_space)
    return Case(
        When(code=words, then=0), When(name_ends, then=1), When(word_begins, then=2), default=3
    )
