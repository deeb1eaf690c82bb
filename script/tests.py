"""Run every check and every test: `script/test [arguments of pytest]`.

Without arguments all checks run, each whether or not one before it failed, and pytest last. With
arguments pytest alone runs, with these arguments. The exit code is 0 only if everything passed.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Sequence

from core import private_postgres
from core.private_postgres import CHECKOUT, PrivatePostgresError
from script.set_up import PYTHON, VENV, SetUpError, say, set_up

TEMPLATES = "templates"
# As in production, where alone `check --deploy` has something to say.
PRODUCTION = {
    "DEBUG": "0",
    "DEMO": "0",
    "HTTPS": "1",
    "ALLOWED_HOSTS": "thidua.example.vn",
    "SECRET_KEY": "of the right length and many letters 0123456789 but for tests only",
    "PERSONAL_DATA_KEY": "for tests only",
}
MANAGE = [str(PYTHON), "manage.py"]
CHECKS: dict[str, Sequence[str]] = {
    "lint (ruff)": [f"{VENV}/bin/ruff", "check", "."],
    "format (ruff)": [f"{VENV}/bin/ruff", "format", "--check", "."],
    "templates (djlint)": [f"{VENV}/bin/djlint", "--lint", "--quiet", TEMPLATES],
    "types (mypy)": [f"{VENV}/bin/mypy"],
    "migrations": [*MANAGE, "makemigrations", "--check", "--dry-run"],
    "deployment": [*MANAGE, "check", "--deploy", "--fail-level", "WARNING"],
}
PYTEST = [f"{VENV}/bin/pytest"]
ALL_TESTS = ["-n", "2", "--dist", "loadfile"]


def run(arguments: Sequence[str]) -> int:
    """Set up, then run checks and tests; returns the exit code.

    Raises `SetUpError`, `PrivatePostgresError`.
    """
    set_up(tests=True)
    environment = {**os.environ, **_database()}
    failed = [] if arguments else run_checks({**environment, **PRODUCTION})
    tests = _run([*PYTEST, *(arguments or ALL_TESTS)], environment)
    if failed:
        say(f"Checks that failed: {', '.join(failed)}.")
    return tests or bool(failed)


def run_checks(environment: dict[str, str]) -> list[str]:
    """Run each of `CHECKS`; returns the names of those that failed."""
    failed = []
    for name, command in CHECKS.items():
        say(f"Checking {name}.")
        if _run(command, environment):
            failed.append(name)
    return failed


def _database() -> dict[str, str]:
    """The throwaway database, for checks and tests alike, unless DATABASE_URL names another."""
    if os.environ.get("DATABASE_URL"):
        return {}
    return {"DATABASE_URL": private_postgres.owner_url(private_postgres.throwaway())}


def _run(command: Sequence[str], environment: dict[str, str]) -> int:
    return subprocess.run(
        command, cwd=CHECKOUT, env=environment, stdin=subprocess.DEVNULL, check=False
    ).returncode


def main(arguments: Sequence[str]) -> int:
    """The command line; returns the exit code."""
    # So that the throwaway database is stopped as at any exit.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        return run(arguments)
    except (SetUpError, PrivatePostgresError) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
