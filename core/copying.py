"""Very many rows at once, by COPY, into tables that are relieved of their indexes meanwhile.

For commands of the owner of the tables that fill or empty a database; acts of people go through
their own functions.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models
from django.db.models.fields import NOT_PROVIDED

_ESCAPED = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
# Foreign keys first: what they point to may be a constraint that goes after them.
_CONSTRAINTS = """
    SELECT format('ALTER TABLE %%s DROP CONSTRAINT %%I', conrelid::regclass, conname),
           format('ALTER TABLE %%s ADD CONSTRAINT %%I %%s', conrelid::regclass, conname,
                  pg_get_constraintdef(oid))
    FROM pg_constraint
    WHERE (conrelid = ANY(%(tables)s::regclass[]) AND contype IN ('f', 'u', 'x'))
       OR (confrelid = ANY(%(emptied)s::regclass[]) AND contype = 'f'
           AND conrelid <> ALL(%(tables)s::regclass[]))
    ORDER BY contype <> 'f', conrelid, conname
"""
_INDEXES = """
    SELECT format('DROP INDEX %%s', i.indexrelid::regclass), pg_get_indexdef(i.indexrelid)
    FROM pg_index i
    LEFT JOIN pg_constraint c ON c.conindid = i.indexrelid AND c.contype IN ('p', 'u', 'x')
    WHERE i.indrelid = ANY(%(tables)s::regclass[]) AND c.oid IS NULL
    ORDER BY i.indexrelid
"""
_MEMORY = "256MB"  # for one sorting while indexes are built


@contextmanager
def relieved(
    tables: Sequence[type[models.Model]], *, emptied: Sequence[type[models.Model]] = ()
) -> Iterator[None]:
    """Work on tables without their foreign keys, unique and exclusion constraints and indexes.

    They are put back as they were, and what they say is checked over all rows at once: a hundred
    times cheaper than row by row, and the memory that it takes does not grow with the rows. The
    tables are locked until the transaction ends; if it fails, nothing has changed.

    Args:
        emptied: tables out of which many rows are taken: the foreign keys that point to them are
            off too, so that nobody looks for each row who still names it.

    Raises:
        IntegrityError: what stands there in the end breaks one of the constraints.
        ProgrammingError: the connection is not the owner's.
    """
    names = {
        "tables": [model._meta.db_table for model in tables],
        "emptied": [model._meta.db_table for model in emptied],
    }
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # else they wait, and nothing may change
        cursor.execute(f"SET LOCAL maintenance_work_mem = '{_MEMORY}'")
        cursor.execute(_CONSTRAINTS, names)
        constraints = cursor.fetchall()
        cursor.execute(_INDEXES, names)
        indexes = cursor.fetchall()
        for off, _on in (*constraints, *indexes):
            cursor.execute(off)
    yield
    with connection.cursor() as cursor:
        for _off, on in (*indexes, *reversed(constraints)):
            cursor.execute(on)


def reserve(model: type[models.Model], number: int) -> list[int]:
    """That many keys of a table, given to nobody else."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [model._meta.db_table, number],
        )
        return [key for (key,) in cursor.fetchall()]


class Copy:
    """Rows on their way into one table: gathered, then written by one COPY.

    Fields that are not named take the default of the model, as rows do that it makes.
    """

    def __init__(self, model: type[models.Model], *fields: str) -> None:
        """Args:
        fields: names of the fields that each row gives, in this order.
        """
        given = [model._meta.get_field(name) for name in fields]
        rest = [field for field in model._meta.local_concrete_fields if _is_left(field, given)]
        columns = ", ".join(f'"{field.column}"' for field in (*given, *rest))  # type: ignore[union-attr]
        self.model = model
        self.rows = 0
        self._statement = f'COPY "{model._meta.db_table}" ({columns}) FROM STDIN'
        self._rest = "".join(f"\t{_text(_default(field))}" for field in rest) + "\n"
        self._lines: list[str] = []

    def add(self, *values: object) -> None:
        """Gather a row: a value for each of the fields."""
        self._lines.append("\t".join(map(_text, values)) + self._rest)

    def extend(self, rows: Iterable[Sequence[object]]) -> None:
        """Gather several rows."""
        self._lines += ["\t".join(map(_text, row)) + self._rest for row in rows]

    def flush(self) -> None:
        """Write what was gathered (inside an act)."""
        if not self._lines:
            return
        with (
            connection.cursor() as cursor,
            connection.wrap_database_errors,
            cursor.copy(self._statement) as copy,
        ):
            copy.write("".join(self._lines))
        self.rows += len(self._lines)
        self._lines = []


def _is_left(field: Any, given: Sequence[Any]) -> bool:
    """Whether a row must give this column though no caller named it."""
    by_database = field.generated or field.db_default is not NOT_PROVIDED
    return not by_database and not field.primary_key and field not in given


def _default(field: Any) -> object:
    value = field.get_default()
    return value if isinstance(field, ArrayField) else field.get_db_prep_save(value, connection)


def _text(value: object) -> str:
    """A value as COPY reads it."""
    if value is None:
        return "\\N"
    if isinstance(value, str):
        return value.translate(_ESCAPED) if _needs_escape(value) else value
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, list | tuple):  # of numbers
        return "{" + ",".join(map(str, value)) + "}"
    return str(value)


def _needs_escape(value: str) -> bool:
    return "\\" in value or "\t" in value or "\n" in value or "\r" in value
