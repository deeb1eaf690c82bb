"""What the planner knows of tables that were just filled."""

from django.apps import apps
from django.db import connection

from core.owner import as_owner


def analyze(*app_labels: str) -> None:
    """Let the planner count the tables of some apps, after many rows were written at once.

    Until it does, it takes them for empty, and what should be read by an index is read whole and
    over again. Only their owner may; call it outside a transaction, whose rows nobody else sees.
    """
    tables = [
        model._meta.db_table
        for label in app_labels
        for model in apps.get_app_config(label).get_models()
    ]
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {', '.join(tables)}")
