"""Numbers of transactions that go on when a dump is restored into a server that counts anew."""

from django.db import migrations

FORWARDS = """
-- What is added to the server's own number; raised by core.seals.continue_numbers. A sequence,
-- because dumps carry its value.
CREATE SEQUENCE core_journal_era MINVALUE 0 START 0;

CREATE OR REPLACE FUNCTION core_journal_transaction() RETURNS bigint
    LANGUAGE sql VOLATILE
    RETURN pg_current_xact_id()::text::bigint + (SELECT last_value FROM core_journal_era);
"""
BACKWARDS = """
CREATE OR REPLACE FUNCTION core_journal_transaction() RETURNS bigint
    LANGUAGE sql VOLATILE RETURN pg_current_xact_id()::text::bigint;
DROP SEQUENCE core_journal_era;
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0003_originals_and_seals")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
