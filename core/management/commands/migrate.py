"""`migrate`, connected as the owner of the tables where the settings name one."""

import environ
from django.conf import settings
from django.core.management.commands.migrate import Command as DjangoMigrate
from django.db import connections


class Command(DjangoMigrate):
    """Django's own command; the application's role may not change tables."""

    def handle(self, *args: object, **options: object) -> None:
        connection = connections[str(options["database"])]
        as_application = connection.settings_dict
        if settings.DATABASE_OWNER_URL:
            connection.close()
            owner = environ.Env.db_url_config(settings.DATABASE_OWNER_URL)
            connection.settings_dict = {**as_application, **owner}
        try:
            super().handle(*args, **options)
        finally:
            if settings.DATABASE_OWNER_URL:
                connection.close()
                connection.settings_dict = as_application
