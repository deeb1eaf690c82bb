"""`migrate`, connected as the owner of the tables where the settings name one."""

from django.core.management.commands.migrate import Command as DjangoMigrate

from core.owner import as_owner


class Command(DjangoMigrate):
    """Django's own command; the application's role may not change tables."""

    def handle(self, *args: object, **options: object) -> None:
        with as_owner(str(options["database"])):
            super().handle(*args, **options)
