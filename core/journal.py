"""The journal: who changed which row, when, by which act and why.

Triggers write it (so bulk updates and COPY are seen too) from the context that `act` gives to the
transaction, and refuse a write without one. A statement that inserts more than `BATCH` rows is
recorded as one line with its count and range. Rows are plain appends: the application's database
role may only INSERT and SELECT them.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

import pgtrigger
from django.db import connection, models, transaction


class HasKey(Protocol):
    """Anything with a primary key: a user, an appointment."""

    @property
    def pk(self) -> Any:
        """The key."""


@contextmanager
def act(
    name: str, *, actor: HasKey | None = None, reason: str = "", behalf: HasKey | None = None
) -> Iterator[None]:
    """Open a transaction in which journalled rows may be written.

    Args:
        name: what is being done, as a code such as `assessment.send` or `load_plans`.
        actor: the user who does it; None for the system itself.
        reason: why, in the person's own words.
        behalf: the appointment in whose right it is done.

    Raises:
        ValueError: `name` is empty.
    """
    if not name:
        raise ValueError("an act needs a name")
    context = {
        "act": name,
        "reason": reason,
        "actor": actor.pk if actor else None,
        "behalf": behalf.pk if behalf else None,
    }
    with transaction.atomic():
        before = _exchange(json.dumps(context))
        yield
        if not connection.needs_rollback:  # else leaving the block takes it back
            _exchange(before)


def _exchange(context: str) -> str:
    """Set the transaction's context and return the one before (a rollback restores that itself)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH old AS (SELECT current_setting('thidua.context', true) AS context)"
            " SELECT old.context, set_config('thidua.context', %s, true) FROM old",
            [context],
        )
        row = cursor.fetchone()
    return row[0] or "" if row else ""


def delete_batch(model: type[models.Model], which: str) -> int:
    """Delete very many rows as one line with count and range, as they were entered: for the owner
    of the tables alone, who may set the trigger of single rows aside (inside an act).

    Args:
        which: a condition of SQL, without anything that people typed.

    Returns:
        How many rows are gone.
    """
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(_TRIGGERS_OF_DELETES, [table])
        triggers = [name for (name,) in cursor.fetchall()]
        for name in triggers:
            cursor.execute(f'ALTER TABLE "{table}" DISABLE TRIGGER "{name}"')
        cursor.execute(_DELETE_BATCH.format(table=table, which=which))
        row = cursor.fetchone()
        for name in triggers:
            cursor.execute(f'ALTER TABLE "{table}" ENABLE TRIGGER "{name}"')
    return row[0] if row else 0


_TRIGGERS_OF_DELETES = """
    SELECT tgname FROM pg_trigger
    WHERE tgrelid = %s::regclass AND tgname LIKE 'pgtrigger\\_journal\\_delete\\_%%'
"""
_DELETE_BATCH = """
    WITH context AS (SELECT nullif(current_setting('thidua.context', true), '')::jsonb AS said),
    gone AS (DELETE FROM "{table}" WHERE {which} RETURNING id),
    batch AS (SELECT count(*) AS rows, min(id) AS first, max(id) AS last FROM gone),
    entered AS (
        INSERT INTO core_journalentry (act, reason, actor_id, behalf_id, op, subject, row_id, rows,
                                       before, after)
        SELECT said->>'act', said->>'reason', (said->>'actor')::bigint,
               (said->>'behalf')::bigint, 'delete', '{table}', NULL, rows,
               jsonb_build_object('first', first, 'last', last), NULL
        FROM batch, context WHERE rows > 0
    )
    SELECT rows FROM batch
"""


def journalled(*, masked: tuple[str, ...] = ()) -> list[pgtrigger.Trigger]:
    """Triggers for a model's `Meta.triggers`.

    Args:
        masked: columns of which the journal says that they changed, never their values.
    """
    return [
        _JournalTrigger("journal_insert", pgtrigger.Insert, _INSERTED, masked),
        _JournalTrigger("journal_update", pgtrigger.Update, _UPDATED, masked),
        _JournalTrigger("journal_delete", pgtrigger.Delete, _DELETED, masked),
    ]


BATCH = 100

_REFUSE_WITHOUT_ACT = """
    IF context IS NULL THEN
        RAISE EXCEPTION 'journal: % on % without an act', TG_OP, TG_TABLE_NAME
            USING ERRCODE = 'check_violation';
    END IF;
"""
_ENTRY = """
    INSERT INTO core_journalentry (act, reason, actor_id, behalf_id, op, subject, row_id, rows,
                                   before, after)
    SELECT context->>'act', context->>'reason', (context->>'actor')::bigint,
           (context->>'behalf')::bigint,
"""
_INSERTED = f"""
    SELECT count(*) INTO affected FROM new_rows;
    IF affected = 0 THEN RETURN NULL; END IF;
    {_REFUSE_WITHOUT_ACT}
    IF affected > {BATCH} THEN
        {_ENTRY} 'batch', TG_TABLE_NAME, NULL, affected, NULL,
               jsonb_build_object('first', min(id), 'last', max(id)) FROM new_rows;
    ELSE
        {_ENTRY} 'insert', TG_TABLE_NAME, id, 1, NULL,
               core_journal_mask(to_jsonb(new_rows), masked) FROM new_rows;
    END IF;
    RETURN NULL;
"""
_UPDATED = f"""
    IF NOT EXISTS (SELECT 1 FROM new_rows) THEN RETURN NULL; END IF;
    {_REFUSE_WITHOUT_ACT}
    {_ENTRY} 'update', TG_TABLE_NAME, coalesce(o.id, n.id), 1,
           core_journal_changed(to_jsonb(n), to_jsonb(o), masked),
           core_journal_changed(to_jsonb(o), to_jsonb(n), masked)
    FROM old_rows o FULL JOIN new_rows n ON n.id = o.id  -- a changed key leaves two lines
    WHERE to_jsonb(o) IS DISTINCT FROM to_jsonb(n);
    RETURN NULL;
"""
_DELETED = f"""
    IF NOT EXISTS (SELECT 1 FROM old_rows) THEN RETURN NULL; END IF;
    {_REFUSE_WITHOUT_ACT}
    {_ENTRY} 'delete', TG_TABLE_NAME, id, 1, core_journal_mask(to_jsonb(old_rows), masked), NULL
    FROM old_rows;
    RETURN NULL;
"""


class _JournalTrigger(pgtrigger.Trigger):
    """One of the three triggers of a journalled table; by statement, so bulk writes stay cheap."""

    when = pgtrigger.After
    level = pgtrigger.Statement

    def __init__(
        self, name: str, operation: pgtrigger.Operation, func: str, masked: tuple[str, ...]
    ) -> None:
        referencing = pgtrigger.Referencing(  # type: ignore[no-untyped-call]
            old=None if operation is pgtrigger.Insert else "old_rows",
            new=None if operation is pgtrigger.Delete else "new_rows",
        )
        columns = ", ".join(f"'{column}'" for column in masked)
        super().__init__(
            name=name,
            operation=operation,
            referencing=referencing,
            func=func,
            declare=[
                ("context", "jsonb := nullif(current_setting('thidua.context', true), '')::jsonb"),
                ("affected", "bigint"),
                ("masked", f"text[] := ARRAY[{columns}]::text[]"),
            ],
        )
