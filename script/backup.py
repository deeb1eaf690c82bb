"""Back up what the portal keeps, and restore it. Runs inside `.venv` (docs/deployment.md).

    script/backup DIRECTORY [--keep N]
    script/restore DIRECTORY/BACKUP

A backup is a directory of its own: `database.dump` (pg_dump's own format), `media/`, and
`backup.json`, which says what there is of it. Uploaded files never change: those that the backup
before holds already are linked, not copied again.
"""

from __future__ import annotations

import argparse
import datetime
import hashlib
import json
import logging
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import django
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from psycopg import sql

from core import private_postgres
from core.owner import as_owner

DUMP, MEDIA, SUMMARY = "database.dump", "media", "backup.json"
UNFINISHED = ".unfinished"
_CHUNK = 1024 * 1024


class BackupError(Exception):
    """It cannot be done; the message is one sentence that says what to do."""


def make(directory: Path, keep: int | None = None) -> Path:
    """Back up into a new directory under `directory`.

    Args:
        keep: how many backups stay there, this one included; the oldest go. None keeps all.

    Raises BackupError; what is unfinished then does not look like a backup.
    """
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    before = backups(directory)
    target = directory / datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H%M%SZ")
    unfinished = target.with_name(target.name + UNFINISHED)
    unfinished.mkdir(mode=0o700)
    _run("pg_dump", "--format=custom", f"--file={unfinished / DUMP}")
    # After the database, so that no row names a file that the copy lacks.
    files = _copy_files(unfinished / MEDIA, before[-1] / MEDIA if before else None)
    summary = {
        "made_at": target.name,
        "dump_sha256": _sha256(unfinished / DUMP),
        "files": files,
        "settings": _settings(),
    }
    (unfinished / SUMMARY).write_text(json.dumps(summary, indent=2) + "\n")
    unfinished.rename(target)
    for old in backups(directory)[: -keep if keep else 0]:
        shutil.rmtree(old)
    return target


def backups(directory: Path) -> list[Path]:
    """The finished backups in a directory, the oldest first."""
    return sorted(path.parent for path in directory.glob(f"*/{SUMMARY}") if _is_finished(path))


def _is_finished(summary: Path) -> bool:
    return not summary.parent.name.endswith(UNFINISHED)


def _copy_files(target: Path, before: Path | None) -> int:
    """Copy the uploaded files, or link those of the backup before; returns how many there are."""
    sources = list(_files(Path(settings.MEDIA_ROOT)))
    for source in sources:
        name = source.relative_to(settings.MEDIA_ROOT)
        copy, known = target / name, before and before / name
        copy.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if known and known.exists() and known.stat().st_size == source.stat().st_size:
            os.link(known, copy)
        else:
            shutil.copy2(source, copy)
    return len(sources)


def _files(directory: Path) -> Iterator[Path]:
    return (path for path in sorted(directory.rglob("*")) if path.is_file())


def restore(backup: Path) -> None:
    """Restore a backup where nothing is yet, and check it.

    Raises:
        BackupError: it is no whole backup, or something is there already; then nothing was changed.
        CommandError: what was restored is not as it was sealed, counted or stored.
    """
    summary = _summary(backup)
    media = Path(settings.MEDIA_ROOT)
    if connection.introspection.table_names():
        raise BackupError("The database is not empty: make an empty one (docs/deployment.md).")
    if any(_files(media)):
        raise BackupError(f"There are files in {media} already: move them away.")
    connection.close()
    _run("pg_restore", "--no-owner", "--no-privileges", "--exit-on-error", str(backup / DUMP))
    _set(summary["settings"])
    if (backup / MEDIA).exists():
        shutil.copytree(backup / MEDIA, media, dirs_exist_ok=True)
    if (restored := sum(1 for _file in _files(media))) != summary["files"]:
        raise BackupError(f"The backup holds {restored} of its {summary['files']} files.")
    # Grants to the application's role, and what is newer in the code than in the backup.
    call_command("migrate", verbosity=0, interactive=False)
    for check in ("verify_journal", "verify_ledger", "verify_files"):
        call_command(check)


def _summary(backup: Path) -> dict[str, Any]:
    """What a backup says of itself. Raises BackupError where it is not whole."""
    if not (backup / SUMMARY).exists() or not _is_finished(backup / SUMMARY):
        raise BackupError(f"{backup} is no finished backup.")
    summary: dict[str, Any] = json.loads((backup / SUMMARY).read_text())
    if _sha256(backup / DUMP) != summary["dump_sha256"]:
        raise BackupError(f"{backup / DUMP} is not as it was written: take another backup.")
    return summary


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


# What stands with a database and not in it


def _settings() -> list[str]:
    """As `jit=off`."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT unnest(setconfig)
            FROM pg_db_role_setting JOIN pg_database d ON setdatabase = d.oid
            WHERE datname = current_database() AND setrole = 0 ORDER BY 1
            """
        )
        return [setting for (setting,) in cursor.fetchall()]


def _set(found: list[str]) -> None:
    """Give a database these settings; where it is somebody else's, say which it should have."""
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_database(), pg_get_userbyid(datdba) = current_user"
            " FROM pg_database WHERE datname = current_database()"
        )
        database, ours = cursor.fetchone()
        for name, _is, value in (one.partition("=") for one in found):
            change = sql.SQL("ALTER DATABASE {} SET {} = {}").format(
                sql.Identifier(database), sql.Identifier(name), sql.Literal(value)
            )
            if ours:
                cursor.execute(change)
            else:
                print(f"Its owner has to say: {change.as_string()}")


# PostgreSQL's own programs


def _run(tool: str, *arguments: str) -> None:
    """Run one of them on the database, as its owner. Raises BackupError with what it says."""
    address, password = _address()
    done = subprocess.run(
        [_program(tool), f"--dbname={address}", *arguments],
        env={**os.environ, **({"PGPASSWORD": password} if password else {})},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise BackupError(f"{tool} failed: {done.stderr.strip()}")


def _address() -> tuple[str, str]:
    """The owner's database, and the password, which has no place on a command line."""
    parts = urlsplit(settings.DATABASE_OWNER_URL or os.environ["DATABASE_URL"])
    person, _at, host = parts.netloc.rpartition("@")
    name, _colon, password = person.partition(":")
    address = urlunsplit(parts._replace(netloc=f"{name}@{host}"))
    return address, password


def _program(tool: str) -> str:
    """Where one of PostgreSQL's programs lies, not older than the server."""
    found = private_postgres.find_binaries().directory / tool
    return str(found) if found.exists() else tool


def main(arguments: list[str]) -> int:
    """The command line; returns the exit code."""
    parser = argparse.ArgumentParser(prog="script/backup", description=__doc__.split("\n")[0])
    commands = parser.add_subparsers(required=True)
    making = commands.add_parser("make", prog="script/backup")
    making.add_argument("directory", type=Path, help="where backups are kept")
    making.add_argument("--keep", type=_number, help="how many stay; without it all do")
    restoring = commands.add_parser("restore", prog="script/restore")
    restoring.add_argument("backup", type=Path, help="what script/backup has made")
    given = parser.parse_args(arguments)
    try:
        if "backup" in given:
            restore(given.backup)
            print("Restored.")
        else:
            print(f"Backed up into {make(given.directory, given.keep)}")
    except (BackupError, CommandError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _number(text: str) -> int:
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError("a number from 1 on")
    return int(text)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "campaign.settings")
    logging.disable(logging.INFO)
    django.setup()
    sys.exit(main(sys.argv[1:]))
