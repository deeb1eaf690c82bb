"""Bring the database and the static files up to date with the code. Runs inside `.venv`."""

import os

import django
from django.core.management import call_command


def prepare() -> None:
    """Migrate, load units, plans and the demonstration, collect static files.

    Each command changes only what is not as it should be, so that a second run changes nothing.
    """
    call_command("migrate", verbosity=0, interactive=False)
    call_command("load_units")
    call_command("load_plans")
    call_command("demo")
    call_command("collectstatic", verbosity=0, interactive=False)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "campaign.settings")
    django.setup()
    prepare()
