"""The staged rows of an import: put in by COPY, gone when they can no longer be undone."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from django.db import connection

from core.importing.kinds import Staged
from core.models import Import, ImportRow, ImportWork

_COLUMNS = "of_id, line, outcome, key, label, data, changes, before, errors"


def replace(subject: Import, rows: Iterable[Staged], columns: Mapping[str, int]) -> dict[str, int]:
    """Put these rows in the place of what was staged before.

    Args:
        columns: by the name of a field, its column in the sheet.

    Returns:
        How many rows have each outcome.
    """
    ImportRow.objects.filter(of=subject).delete()
    counts: Counter[str] = Counter()
    with connection.cursor() as cursor:
        with cursor.copy(f"COPY core_importrow ({_COLUMNS}) FROM STDIN") as copy:
            for row in rows:
                counts[row.outcome] += 1
                copy.write_row(_values(subject.pk, row, columns))
        cursor.execute("ANALYZE core_importrow")
    return {outcome: counts[outcome] for outcome in ImportRow.Outcome.values}


def _values(import_id: int, row: Staged, columns: Mapping[str, int]) -> tuple[object, ...]:
    before = None if row.before is None else _json(row.before)
    errors = sorted([columns.get(name, -1), sentence] for name, sentence in row.errors.items())
    said = (_json(row.data), _json(row.changes), before, _json(errors))
    return (import_id, row.line, row.outcome, row.key, row.label[:200], *said)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def keep_what_undoes(subject: Import) -> None:
    """Keep of a written import only what is needed to take it back."""
    gone = (ImportRow.Outcome.SAME, ImportRow.Outcome.MISSING)
    ImportRow.objects.filter(of=subject, outcome__in=gone).delete()
    ImportRow.objects.filter(of=subject).update(data={}, changes=[])
    ImportWork.objects.filter(of=subject).update(content=b"", marked=None)


def wrong_cells(subject: Import) -> Iterator[tuple[int, int, str]]:
    """Row and column of each wrong cell, counted from 0, and what is wrong, row by row."""
    wrong = ImportRow.objects.filter(of=subject, outcome=ImportRow.Outcome.WRONG)
    rows = wrong.order_by("line", "pk").values_list("line", "errors")
    for line, errors in rows.iterator():
        for column, sentence in errors:
            yield line - 1, column, sentence


def marked_file(subject: Import) -> bytes | None:
    """The person's own file with its wrong cells marked; None where none is kept."""
    found = ImportWork.objects.filter(of=subject).values_list("marked", flat=True).first()
    return None if found is None else bytes(found)


def forget(subject: Import) -> None:
    """Remove the file and all rows."""
    ImportRow.objects.filter(of=subject).delete()
    ImportWork.objects.filter(of=subject).delete()
