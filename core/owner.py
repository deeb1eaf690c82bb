"""Speaking to the database as the owner of its tables, for commands that run outside the web."""

from collections.abc import Iterator
from contextlib import contextmanager

import environ
from django.conf import settings
from django.db import connections


@contextmanager
def as_owner(using: str = "default") -> Iterator[None]:
    """Connect as DATABASE_OWNER_URL says while the block runs; without one, stay as we are."""
    connection = connections[using]
    as_application = connection.settings_dict
    if not settings.DATABASE_OWNER_URL:
        yield
        return
    connection.close()
    owner = environ.Env.db_url_config(settings.DATABASE_OWNER_URL)
    connection.settings_dict = {**as_application, **owner}
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict = as_application
