"""What the database itself keeps: extensions, Vietnamese order, folding, the journal's helpers."""

from django.contrib.postgres.operations import (
    BtreeGistExtension,
    CreateCollation,
    TrigramExtension,
    UnaccentExtension,
)
from django.db import migrations

FUNCTIONS = """
-- For search without accents: 'Đá Nổi' and 'da noi' are the same; đ is one of unaccent's letters.
CREATE FUNCTION core_fold(value text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN lower(public.unaccent('public.unaccent'::regdictionary, normalize(value, NFC)));

CREATE FUNCTION core_journal_transaction() RETURNS bigint
    LANGUAGE sql VOLATILE RETURN pg_current_xact_id()::text::bigint;

-- A row with the values of masked columns hidden.
CREATE FUNCTION core_journal_mask(row_value jsonb, masked text[]) RETURNS jsonb
    LANGUAGE sql IMMUTABLE
    RETURN (SELECT jsonb_object_agg(key, CASE WHEN key = ANY (masked) THEN '"***"' ELSE value END)
            FROM jsonb_each(row_value));

-- The columns of `shown` that differ from `other`.
CREATE FUNCTION core_journal_changed(shown jsonb, other jsonb, masked text[]) RETURNS jsonb
    LANGUAGE sql IMMUTABLE
    RETURN (SELECT jsonb_object_agg(key, CASE WHEN key = ANY (masked) THEN '"***"' ELSE value END)
            FROM jsonb_each(shown) WHERE value IS DISTINCT FROM other -> key);
"""
DROP_FUNCTIONS = """
DROP FUNCTION core_journal_changed, core_journal_mask, core_journal_transaction, core_fold;
"""


class Migration(migrations.Migration):
    initial = True
    dependencies: list[tuple[str, str]] = []
    operations = [
        BtreeGistExtension(),
        TrigramExtension(),
        UnaccentExtension(),
        # ICU's Vietnamese order, and Thôn 2 before Thôn 10.
        CreateCollation("vietnamese", provider="icu", locale="vi-u-kn-true"),
        migrations.RunSQL(FUNCTIONS, DROP_FUNCTIONS),
    ]
