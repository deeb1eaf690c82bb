"""Rows of the grids: how one is named, what is wrong with one, and who saved it meanwhile."""

import datetime
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from accounts.models import User
from core.models import JournalEntry
from units.models import Unit


class EntryError(ValueError):
    """A row that cannot be; `errors` has one translated sentence for each field."""

    def __init__(self, **errors: str) -> None:
        self.errors: Mapping[str, str] = errors
        super().__init__(" ".join(errors.values()))


class Conflict(Exception):
    """Somebody saved this row after its writer had read it.

    Attributes:
        current: what stands there now.
        version: of what stands there now.
        by, at: who saved it, and when.
    """

    def __init__(self, current: Any, version: int, by: str, at: datetime.datetime) -> None:
        super().__init__("row changed meanwhile")
        self.current = current
        self.version = version
        self.by = by
        self.at = at

    @classmethod
    def over(cls, current: Any, unit: Unit) -> "Conflict":
        """The conflict over the row of `unit`: the journal knows who saved it (two queries)."""
        saved = JournalEntry.objects.filter(subject=Unit._meta.db_table, row_id=unit.pk).latest(
            "pk"
        )
        by = User.objects.filter(pk=saved.actor_id or 0).first()
        return cls(current, unit.version, str(by or ""), saved.at)


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


def lock(*unit_ids: int) -> None:
    """Let others wait who enter something into the same places, or about the same units (until the
    transaction ends; one query)."""
    list(Unit.objects.select_for_update(no_key=True).filter(pk__in=unit_ids).order_by("pk"))


def step_version(unit: Unit) -> None:
    """Count a saving of a row (inside an act)."""
    unit.version += 1
    unit.save(update_fields=["version"])
