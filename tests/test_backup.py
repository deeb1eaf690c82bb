"""script/backup and script/restore: what comes back is what was there, and says so itself."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import psycopg
import pytest
from django.conf import settings as portal
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from psycopg import sql

from core import files, journal, private_postgres, seals
from script import backup
from tests import criteria_factories
from tests.core.originals import image
from tests.criteria_factories import Campaigning

ROOT = private_postgres.CHECKOUT
RESTORED = "thidua_restored"


def _url(database: str) -> str:
    found = connection.get_connection_params()
    place = urlencode({"host": found["host"], "port": found.get("port", 5432)})
    return f"postgresql://{found['user']}@/{database}?{place}"


@dataclass(frozen=True)
class Place:
    """A database and a directory of data, as an office has them."""

    database: str
    data: Path

    def run(self, *words: str | Path) -> tuple[int, str]:
        """Exit code and output of one of the two commands, as the scripts run them."""
        url = _url(self.database)
        done = subprocess.run(
            [sys.executable, "-m", "script.backup", *words],
            cwd=ROOT,
            env={
                **os.environ,
                "DJANGO_SETTINGS_MODULE": "campaign.settings",
                "SECRET_KEY": "known to everybody, good for tests only",
                "PERSONAL_DATA_KEY": "known to everybody, good for tests only",
                "DATABASE_URL": url,
                "DATABASE_OWNER_URL": url,
                "DATA_DIR": str(self.data),
            },
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr

    def tables(self) -> dict[str, tuple[int, str]]:
        """The number of rows of each table, and a digest of all of them."""
        with psycopg.connect(_url(self.database)) as database, database.cursor() as cursor:
            cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
            return {name: _content(cursor, name) for (name,) in cursor.fetchall()}

    def files(self) -> dict[str, bytes]:
        media = self.data / "media"
        found = (path for path in media.rglob("*") if path.is_file())
        return {str(path.relative_to(media)): path.read_bytes() for path in found}


def _content(cursor: "psycopg.Cursor[Any]", table: str) -> tuple[int, str]:
    rows = sql.SQL("SELECT count(*), md5(string_agg(r::text, '' ORDER BY r::text)) FROM {} r")
    cursor.execute(rows.format(sql.Identifier(table)))
    number, digest = cursor.fetchall()[0]
    return number, digest or ""


@pytest.fixture
def office(transactional_db: None, tmp_path: Path, settings: Any) -> Place:
    """A campaign with a recognition, an uploaded file and, if nobody else writes, a seal."""
    settings.MEDIA_ROOT = tmp_path / "office" / "media"
    setting: Campaigning = criteria_factories.campaigning()
    criteria_factories.recognition(setting)
    with journal.act("test"):
        files.store(SimpleUploadedFile("minh chứng.png", image("PNG")), setting.land.xa)
    seals.seal()
    return Place(str(portal.DATABASES["default"]["NAME"]), tmp_path / "office")


@pytest.fixture
def empty(office: Place, tmp_path: Path) -> Iterator[Place]:
    """An empty database on the same server, and an empty directory."""
    with psycopg.connect(_url("postgres"), autocommit=True) as server:
        server.execute(f"DROP DATABASE IF EXISTS {RESTORED}")
        server.execute(f"CREATE DATABASE {RESTORED} TEMPLATE template0")
        yield Place(RESTORED, tmp_path / "elsewhere")
        server.execute(f"DROP DATABASE {RESTORED}")


def test_what_was_backed_up_comes_back_whole(office: Place, empty: Place, tmp_path: Path) -> None:
    code, said = office.run("make", tmp_path / "backups")
    assert (code, said.startswith("Backed up into")) == (0, True), said
    (made,) = backup.backups(tmp_path / "backups")
    stood, sealed = office.tables(), seals.verify()
    said = (
        f"{sealed.seals} niêm phong, {sealed.sealed} dòng đúng như đã niêm phong, "
        f"{sealed.unsealed} dòng chưa niêm phong.\n"
        + (f"Niêm phong mới nhất đã kiểm: {sealed.newest}\n" if sealed.newest else "")
        + "2 tổng trong sổ khớp với các công nhận.\n1 tệp tải lên còn nguyên vẹn.\nRestored.\n"
    )
    assert empty.run("restore", made) == (0, said)
    assert empty.tables() == stood
    assert (empty.files(), len(empty.files())) == (office.files(), 1)
    with psycopg.connect(_url(RESTORED)) as restored:
        (jit,) = restored.execute("SHOW jit").fetchall()
    assert jit == ("off",)


def test_nothing_is_restored_over_what_is_there(office: Place, tmp_path: Path) -> None:
    office.run("make", tmp_path / "backups")
    (made,) = backup.backups(tmp_path / "backups")
    stood = office.tables(), office.files()
    assert office.run("restore", made) == (
        1,
        "The database is not empty: make an empty one (docs/deployment.md).\n",
    )
    assert (office.tables(), office.files()) == stood


def test_what_is_no_whole_backup_is_refused(office: Place, empty: Place, tmp_path: Path) -> None:
    office.run("make", tmp_path / "backups")
    (made,) = backup.backups(tmp_path / "backups")
    dump = made / backup.DUMP
    dump.write_bytes(dump.read_bytes()[:-1] + b"?")
    assert empty.run("restore", made) == (
        1,
        f"{dump} is not as it was written: take another backup.\n",
    )
    unfinished = made.rename(made.with_name(made.name + backup.UNFINISHED))
    assert empty.run("restore", unfinished) == (1, f"{unfinished} is no finished backup.\n")
    assert empty.tables() == {}


def test_files_are_kept_once_and_the_oldest_backup_goes(office: Place, tmp_path: Path) -> None:
    kept = tmp_path / "backups"
    made = []
    for _day in range(3):
        assert office.run("make", kept, "--keep", "2")[0] == 0
        made.append(backup.backups(kept)[-1])
    assert backup.backups(kept) == made[1:]
    copies = [path.stat().st_ino for path in kept.glob("*/media/**/*") if path.is_file()]
    assert (len(copies), len(set(copies))) == (2, 1)
