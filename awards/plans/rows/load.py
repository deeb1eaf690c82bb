"""One load: which rows are there already, what the files said of them before, what is written."""

import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import models

from awards.models import LoadedRecord
from awards.plans.files import PlanFile
from awards.plans.records.base import Record, UnitRef
from awards.plans.yaml_files import PlanFilesRefused
from campaign.models import Campaign, Document, Source
from criteria.models import Title
from units.models import Placement

_Row = TypeVar("_Row", bound=models.Model)
Values = Mapping[str, Any]


@dataclass
class Loaded:
    """What a load did: rows created and changed by table, and how many were left alone."""

    created: Counter[str] = field(default_factory=Counter)
    changed: Counter[str] = field(default_factory=Counter)
    unchanged: int = 0

    @property
    def written(self) -> int:
        """Rows created or changed."""
        return self.created.total() + self.changed.total()


class Load:
    """One load: the records, the rows already written by their codes, and the tally."""

    def __init__(self, plans: PlanFile) -> None:
        self.plans = plans
        self.loaded = Loaded()
        self.places: dict[tuple[Any, ...], Placement] = {}
        self.sources: dict[str, Source] = {}
        self.documents: dict[str, Document] = {}
        self.campaigns: dict[str, Campaign] = {}
        self.titles: dict[str, Title] = {}
        self._said_before = {
            (said.table, said.row_id): said.digest for said in LoadedRecord.objects.all()
        }
        self._said_now: list[LoadedRecord] = []
        self._rows: dict[type[models.Model], dict[tuple[Any, ...], Any]] = {}

    def unit(self, ref: UnitRef | None) -> int | None:
        """The id of the unit that a record names; None where it names none."""
        return None if ref is None else self.places[ref.key].unit_id

    def put(self, model: type[_Row], record: Record, key: Values, values: Values) -> _Row:
        """The row with that key, created or brought to what the file says; left alone when the
        file says of it what it said at the last load."""
        row = self.there(model, key)
        if row is None:
            row = self.create(model, record, {**key, **values})
        elif self._said_before.get((model._meta.db_table, row.pk)) == _digest(values):
            self.loaded.unchanged += 1
            return row
        else:
            self.change(row, values)
        self._said_now.append(
            LoadedRecord(table=model._meta.db_table, row_id=row.pk, digest=_digest(values))
        )
        return row

    def there(self, model: type[_Row], key: Values) -> _Row | None:
        """The row with that key, of all rows of the table read at once."""
        if model not in self._rows:
            self._rows[model] = {
                tuple(getattr(row, name) for name in key): row
                for row in model._default_manager.all()
            }
        return self._rows[model].get(tuple(key.values()))

    def create(self, model: type[_Row], record: Record, values: Values) -> _Row:
        """A new row.

        Raises:
            PlanFilesRefused: the table refuses a value of the record.
        """
        row = model(**values)
        try:
            row.clean_fields(exclude=_not_checked(model))
        except ValidationError as error:
            raise PlanFilesRefused(
                [
                    record.fault(f"{name}: {' '.join(what)}")
                    for name, what in error.message_dict.items()
                ]
            ) from error
        row.save(force_insert=True)
        self.loaded.created[model._meta.label_lower] += 1
        return row

    def change(self, row: models.Model, values: Values) -> None:
        """Save the values that differ, if any."""
        changes = {name: value for name, value in values.items() if getattr(row, name) != value}
        for name, value in changes.items():
            setattr(row, name, value)
        if changes:
            row.save(update_fields=list(changes))
            self.loaded.changed[row._meta.label_lower] += 1
        else:
            self.loaded.unchanged += 1

    def remember(self) -> None:
        """Keep what the files said, for the next load."""
        LoadedRecord.objects.bulk_create(
            self._said_now,
            update_conflicts=True,
            unique_fields=["table", "row_id"],
            update_fields=["digest"],
        )


def _digest(values: Values) -> str:
    """The digest of what a file says of a row, whatever the row has become since."""
    text = json.dumps(values, default=str, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _not_checked(model: type[models.Model]) -> set[str]:
    """Fields whose check would ask the database, or that may be empty objects."""
    return {
        f.name
        for f in model._meta.concrete_fields
        if f.is_relation or isinstance(f, models.JSONField) or f.has_default() or f.has_db_default()
    }
