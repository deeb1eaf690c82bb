"""Taking words out of rows that nobody may change, where the law lets a person be forgotten.

The application may not change an append-only row. One function of the database, which runs with its
owner's rights, changes in it the columns that its model names as `redactable`, inside an act. Each
entry of the journal from which words were taken has a `Redaction` with its digest before and after,
by which the seals over it still hold (core.seals, decision 54).
"""

import json
from collections.abc import Callable, Collection, Iterable
from typing import Any

from django.apps import apps
from django.db import connection, connections, models, transaction
from django.db.models import QuerySet

from core import seals
from core.models import JournalEntry, Redaction

Scrub = Callable[[Any], Any]
_CHUNK = 2_000
# Triggers that would refuse it, or keep in the journal what is being taken out, stand aside.
_FUNCTION = """
CREATE OR REPLACE FUNCTION core_redact(subject text, key bigint, said jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    ignored text := coalesce(current_setting('pgtrigger.ignore', true), '');
BEGIN
    IF nullif(current_setting('thidua.context', true), '') IS NULL THEN
        RAISE EXCEPTION 'core_redact: without an act' USING ERRCODE = 'check_violation';
    END IF;
    IF NOT coalesce(({columns}::jsonb -> subject) @> (
        SELECT jsonb_agg(name) FROM jsonb_object_keys(said) AS name
    ), false) THEN
        RAISE EXCEPTION 'core_redact: not redactable: %', subject
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    PERFORM set_config('pgtrigger.ignore', {triggers}, true);
    EXECUTE format('UPDATE %1$I AS old SET (%2$s) = ROW(%3$s) FROM '
                   'jsonb_populate_record(NULL::%1$I, $1) AS new WHERE old.id = $2', subject,
                   (SELECT string_agg(format('%I', name), ', ') FROM jsonb_object_keys(said) name),
                   (SELECT string_agg(format('new.%I', name), ', ')
                    FROM jsonb_object_keys(said) name))
        USING said, key;
    PERFORM set_config('pgtrigger.ignore', ignored, true);
END $$
"""


def redactable_models() -> list[type[models.Model]]:
    """The models that name columns of which words may be taken out."""
    return [model for model in apps.get_models() if getattr(model, "redactable", ())]


def create_function(sender: Any, using: str, **_signal: Any) -> None:
    """Make the function anew after every migration, as the owner, by what the models say."""
    found = redactable_models()
    columns = {one._meta.db_table: list(getattr(one, "redactable", ())) for one in found}
    triggers = [
        trigger.get_pgid(one) for one in found for trigger in getattr(one._meta, "triggers", ())
    ]
    with transaction.atomic(using), connections[using].cursor() as cursor:
        quoted = {
            "columns": f"'{json.dumps(columns)}'",
            "triggers": f"'{{{','.join(triggers)}}}'",
        }
        cursor.execute(_FUNCTION.format(**quoted))


def transactions_of(rows: Iterable[QuerySet[Any]]) -> set[int]:
    """The transactions in which any of these rows was written, by the journal."""
    found: set[int] = set()
    for some in rows:
        keys = list(some.order_by().values_list("pk", flat=True))
        entries = JournalEntry.objects.filter(subject=some.model._meta.db_table, row_id__in=keys)
        found.update(entries.values_list("transaction", flat=True))
    return found


def current_transaction() -> int:
    """The number that the journal gives to the transaction that runs."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT core_journal_transaction()")
        number: int = cursor.fetchone()[0]
    return number


def redact_rows(rows: QuerySet[Any], scrub: Scrub) -> None:
    """Take words out of append-only rows, inside an act.

    Args:
        rows: of a model with `redactable` columns.
        scrub: gives a value without the words; the same where it has none of them.
    """
    for row in rows:
        _redact(row, _changed(row, scrub))


def redact_journal(transactions: Collection[int], scrub: Scrub) -> None:
    """Take words out of all entries of some transactions, inside an act; each keeps a mark."""
    found = JournalEntry.objects.filter(transaction__in=transactions)
    for entry in found.iterator(chunk_size=_CHUNK):
        changed = _changed(entry, scrub)
        if not changed:
            continue
        before = seals.digest_of(entry.pk)
        _redact(entry, changed)
        after = seals.digest_of(entry.pk)
        Redaction.objects.create(entry=entry.pk, before=before.hex(), after=after.hex())


def _changed(row: Any, scrub: Scrub) -> dict[str, Any]:
    """The columns of a row that have any of the words, as they are without them."""
    kept = {name: getattr(row, name) for name in row.redactable}
    return {name: said for name, value in kept.items() if (said := scrub(value)) != value}


def _redact(row: Any, changed: dict[str, Any]) -> None:
    """Write these columns of an append-only row; nothing where there are none."""
    if changed:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT core_redact(%s, %s, %s::jsonb)",
                [row._meta.db_table, row.pk, json.dumps(changed)],
            )
