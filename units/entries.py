"""Rows of the grids: how one is named, what is wrong with one, and who saved it meanwhile."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from units.models import Unit


class EntryError(ValueError):
    """A row that cannot be; `errors` has one translated sentence for each field."""

    def __init__(self, **errors: str) -> None:
        self.errors: Mapping[str, str] = errors
        super().__init__(" ".join(errors.values()))


class Conflict(Exception):
    """Somebody saved this row after its writer had read it; carries what stands there now."""

    def __init__(self, current: Any, version: int) -> None:
        super().__init__("row changed meanwhile")
        self.current = current
        self.version = version


@dataclass(frozen=True)
class Row:
    """The name of a row: the unit that it shows, or the key that the page gave to a new one.

    A new row keeps its key for as long as its page is open, so that a saving that is repeated,
    because its answer was lost on the way, enters the unit once.
    """

    unit_id: int | None = None
    key: uuid.UUID | None = None

    @classmethod
    def read(cls, text: str) -> "Row":
        """`12` or a UUID. Raises ValueError."""
        return cls(unit_id=int(text)) if text.isdecimal() else cls(key=uuid.UUID(text))

    def __str__(self) -> str:
        return str(self.unit_id or self.key)

    def locked_unit(self) -> Unit | None:
        """The unit, locked until the transaction ends; None for a row that is new.

        Raises Unit.DoesNotExist where the page speaks of a unit that is not there.
        """
        units = Unit.objects.select_for_update(no_key=True)
        if self.unit_id is not None:
            return units.get(pk=self.unit_id)
        return units.filter(entry_key=self.key).first()

    def new_unit(self, kind: str) -> Unit:
        """Enter the unit of a new row, under the lock of its place (inside an act)."""
        return Unit.objects.create(kind=kind, entry_key=self.key)


def lock(unit_id: int) -> None:
    """Let others wait who enter something into the same place (until the transaction ends)."""
    Unit.objects.select_for_update(no_key=True).get(pk=unit_id)


def step_version(unit: Unit) -> None:
    """Count a saving of a row (inside an act)."""
    unit.version += 1
    unit.save(update_fields=["version"])
