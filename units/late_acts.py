"""What was done at a unit after the day of a reform that was recorded only later: every app that
keeps dated acts of units says which, when each was done, and which of them may move.

An app to the right declares its kinds with `declare`, when it starts (as in `units.touched`);
`units.reforming.late` lists their acts and asks for each: it stands, or moves to what followed.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import Q


@dataclass(frozen=True)
class LateKind:
    """Dated acts of units.

    Attributes:
        code: as the answers name it; never changed.
        label: what they are, in the plural.
        model: their model.
        day: lookup of the day of such an act.
        words: what kind of act one is and how it stands; who stands over the units of a reform
            reads that of acts that are not theirs to open, so nothing of what it says.
        url: its page.
        why: why those that may not move stand by themselves; empty where all may.
        movable: which may move; None: none of them.
        place: lookup of the key of the state at which it was done; empty where it has none.
        unit, path: where one without a state says of which unit it is, and the path of its day.
        also: other columns that name the unit and follow it.
        reads: what is read with each (select_related).
    """

    code: str
    label: Any
    model: type[models.Model]
    day: str
    words: Callable[[Any], str]
    url: Callable[[Any], str]
    why: Any
    movable: Q | None = None
    place: str = "placement_id"
    unit: str = "unit_id"
    path: str = "path"
    also: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()

    @property
    def may_move(self) -> Q:
        """Which of them may move, as a filter."""
        return Q(pk__in=()) if self.movable is None else self.movable

    @property
    def late_unit(self) -> str:
        """Lookup of the key of the unit, or home, at which it was done."""
        return f"{self.place.removesuffix('_id')}__unit_id" if self.place else self.unit

    @property
    def columns(self) -> tuple[str, ...]:
        """What moving writes."""
        place = (self.place,) if self.place else ()
        return (self.unit, *place, self.path, *self.also)


KINDS: dict[str, LateKind] = {}


def declare(*kinds: LateKind) -> None:
    """Make known what else is done at units; an app calls it once, when it starts.

    Raises:
        ValueError: a code is taken by another kind.
    """
    for kind in kinds:
        if KINDS.get(kind.code, kind).model is not kind.model:
            raise ValueError(f"two kinds of acts are called {kind.code}")
        KINDS[kind.code] = kind
