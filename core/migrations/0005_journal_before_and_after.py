"""An update's entry has the old values as before and the new ones as after."""

from django.db import migrations

# The triggers ask (new, old) for `before` and (old, new) for `after`.
FORWARDS = """
DROP FUNCTION core_journal_changed;
-- The columns of `shown` that differ from `other`.
CREATE FUNCTION core_journal_changed(other jsonb, shown jsonb, masked text[]) RETURNS jsonb
    LANGUAGE sql IMMUTABLE
    RETURN (SELECT jsonb_object_agg(key, CASE WHEN key = ANY (masked) THEN '"***"' ELSE value END)
            FROM jsonb_each(shown) WHERE value IS DISTINCT FROM other -> key);
"""
BACKWARDS = """
DROP FUNCTION core_journal_changed;
CREATE FUNCTION core_journal_changed(shown jsonb, other jsonb, masked text[]) RETURNS jsonb
    LANGUAGE sql IMMUTABLE
    RETURN (SELECT jsonb_object_agg(key, CASE WHEN key = ANY (masked) THEN '"***"' ELSE value END)
            FROM jsonb_each(shown) WHERE value IS DISTINCT FROM other -> key);
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0004_journal_numbers")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
