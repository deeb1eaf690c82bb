"""Bring the database and the static files up to date with the code. Runs inside `.venv`."""

import hashlib
import logging
import os
import sys
from pathlib import Path

import django
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import CommandError, call_command


def prepare() -> None:
    """Migrate, load units, plans and the demonstration, collect static files.

    Each command changes only what is not as it should be, so that a second run changes nothing.
    Raises CommandError.
    """
    call_command("migrate", verbosity=0, interactive=False)
    call_command("load_units")
    call_command("load_plans")
    call_command("load_calendar")
    if settings.DEMO:
        call_command("demo")
        _print_accounts()
    _collect_static_files()


def _collect_static_files() -> None:
    """Collect when a file came, changed or went: compressing takes seconds."""
    sources = [
        Path(storage.path(name)) for finder in get_finders() for name, storage in finder.list([])
    ]
    states = [(str(path), path.stat().st_mtime_ns, path.stat().st_size) for path in sources]
    digest = hashlib.sha256(repr(sorted(states)).encode()).hexdigest()
    stamp = Path(settings.STATIC_ROOT) / ".collected"
    if not stamp.exists() or stamp.read_text() != digest:
        call_command("collectstatic", verbosity=0, interactive=False, clear=True)
        stamp.write_text(digest)


def _print_accounts() -> None:
    from awards import demo, demo_people
    from units.roles import BY_CODE

    print(f"Accounts of the demonstration, each with the password “{demo_people.PASSWORD}”:")
    for username, (full_name, role, _where) in demo.ACCOUNTS.items():
        print(f"  {username:<12}{full_name}, {BY_CODE[role].label}")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "campaign.settings")
    # The commands say themselves what they do; libraries tell of their own starts.
    logging.disable(logging.INFO)
    django.setup()
    try:
        prepare()
    except CommandError as error:
        sys.exit(str(error))
