"""All rows of the database, to see what a visit has written."""

from django.db import connection


def tables() -> list[str]:
    """The names of all tables but for sessions, notes of failed sign-ins and the queue of jobs."""
    return [
        table
        for table in sorted(connection.introspection.table_names())
        if table != "accounts_session" and not table.startswith(("axes_", "procrastinate_"))
    ]


def digests(names: list[str]) -> dict[str, str]:
    """A digest of every row of each of these tables."""
    parts = " UNION ALL ".join(
        f"SELECT '{table}', count(*) || md5(coalesce(string_agg(t::text, '|' ORDER BY t::text),''))"
        f' FROM "{table}" t'
        for table in names
    )
    with connection.cursor() as cursor:
        cursor.execute(parts or "SELECT 1 WHERE false")
        return dict(cursor.fetchall())


def writes() -> dict[str, int]:
    """How many rows this transaction has written to each table so far, by what the database itself
    counts; also those that were taken back, so the number only grows."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables"
        )
        return dict(cursor.fetchall())


def changed(rows: dict[str, str], before: dict[str, int]) -> list[str]:
    """Tables whose rows are no longer those of the digests `rows`; only tables are read to which
    something was written since `before`."""
    touched = [table for table, count in writes().items() if count != before.get(table, 0)]
    now = digests([table for table in touched if table in rows])
    return sorted(table for table in now if rows[table] != now[table])
