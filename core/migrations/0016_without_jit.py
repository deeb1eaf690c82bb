"""Keep PostgreSQL from compiling questions.

It takes longer to compile one than any page takes to answer it: the units of a province in the
borders of a day took 250 ms with it, 40 ms without. The setting stands with the database, so that
it holds behind a connection pool, too; where the owner of the tables does not own the database,
whoever does sets it (docs/deployment.md).
"""

from django.db import migrations

SET = """
    DO $$ BEGIN
        EXECUTE format('ALTER DATABASE %I SET jit = off', current_database());
    EXCEPTION WHEN insufficient_privilege THEN
        RAISE NOTICE 'the database is not ours: set jit = off for it';
    END $$;
"""
UNSET = """
    DO $$ BEGIN
        EXECUTE format('ALTER DATABASE %I RESET jit', current_database());
    EXCEPTION WHEN insufficient_privilege THEN
        NULL;
    END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0015_masked_file_names")]

    operations = [migrations.RunSQL(SET, UNSET)]
