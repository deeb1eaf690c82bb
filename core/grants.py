"""What the application's database role may do, granted after every migration.

The owner of the tables migrates; the web and worker processes connect as the application's role,
which reads and writes everything but may never change or delete a row of an append-only table.
"""

from typing import Any

from django.apps import AppConfig, apps
from django.conf import settings
from django.db import connections
from psycopg import sql


def append_only_tables() -> list[str]:
    """Tables of the models that declare `append_only = True`."""
    return sorted(
        model._meta.db_table for model in apps.get_models() if getattr(model, "append_only", False)
    )


def grant_to_application(sender: AppConfig, using: str, verbosity: int = 1, **kwargs: Any) -> None:
    """Grant the application's role its rights on all tables; a missing role grants nothing."""
    role = sql.Identifier(settings.DATABASE_APP_ROLE)
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [settings.DATABASE_APP_ROLE])
        if not cursor.fetchone():
            return
        for statement in (
            "GRANT USAGE ON SCHEMA public TO {}",
            "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {}",
            "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {}",
            "GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO {}",
        ):
            cursor.execute(sql.SQL(statement).format(role).as_string(cursor.connection))
        for table in append_only_tables():
            revoke = sql.SQL("REVOKE UPDATE, DELETE, TRUNCATE ON {} FROM {}")
            cursor.execute(revoke.format(sql.Identifier(table), role).as_string(cursor.connection))
