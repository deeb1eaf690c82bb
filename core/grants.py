"""What the application's database role may do, granted after every migration.

The owner of the tables migrates; the web and worker processes connect as the application's role,
which reads and writes everything but may never change or delete a row of an append-only table,
empty a table, or touch the record of migrations.

Tables and sequences made later get their rights from the migration that makes them, since every
`migrate` ends here; default privileges would give too much on append-only ones.
"""

from typing import Any

from django.apps import AppConfig, apps
from django.conf import settings
from django.db import connections, transaction
from django.db.migrations.recorder import MigrationRecorder
from psycopg import sql

GRANTS = (
    "GRANT USAGE ON SCHEMA public TO {}",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {}",
    "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {}",
)


def append_only_tables() -> list[str]:
    """Tables of the models that declare `append_only = True`."""
    return sorted(
        model._meta.db_table for model in apps.get_models() if getattr(model, "append_only", False)
    )


def grant_to_application(sender: AppConfig, using: str, **kwargs: Any) -> None:
    """Grant the application's role its rights on all tables; nothing where there is no such role.

    In one transaction, so that a running portal never has a right that it should not have.
    """
    role = settings.DATABASE_APP_ROLE
    with transaction.atomic(using), connections[using].cursor() as cursor:
        # Whoever works with one role only is the owner, and must not lose rights of an owner.
        cursor.execute(
            "SELECT 1 FROM pg_roles WHERE rolname = %s AND rolname <> current_user", [role]
        )
        if not cursor.fetchone():
            return
        for statement in GRANTS:
            cursor.execute(sql.SQL(statement).format(sql.Identifier(role)))
        for table in append_only_tables():
            _revoke(cursor, "UPDATE, DELETE, TRUNCATE", table, role)
        migrations = MigrationRecorder.Migration._meta.db_table
        _revoke(cursor, "INSERT, UPDATE, DELETE, TRUNCATE", migrations, role)


def _revoke(cursor: Any, rights: str, table: str, role: str) -> None:
    statement = sql.SQL(f"REVOKE {rights} ON {{}} FROM {{}}")
    cursor.execute(statement.format(sql.Identifier(table), sql.Identifier(role)))
