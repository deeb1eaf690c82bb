"""A portal that reads from a streaming replica: two PostgreSQL servers of their own."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from core import private_postgres

ROOT = private_postgres.CHECKOUT


def _portal(primary: Path, replica: Path, *words: str | Path) -> str:
    done = subprocess.run(
        [sys.executable, *words],
        cwd=ROOT,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "campaign.settings",
            "SECRET_KEY": "known to everybody, good for tests only",
            "PERSONAL_DATA_KEY": "known to everybody, good for tests only",
            "DEBUG": "1",  # static files are not collected
            "ALLOWED_HOSTS": "testserver",
            "DATABASE_URL": private_postgres.app_url(primary),
            "DATABASE_OWNER_URL": private_postgres.owner_url(primary),
            "DATABASE_REPLICA_URL": private_postgres.app_url(replica),
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def servers() -> Iterator[tuple[Path, Path]]:
    """A primary and its replica: directories of their clusters, with `socket` beside `data`."""
    place = Path(tempfile.mkdtemp(prefix="thidua-two-"))
    place.chmod(0o755)
    primary, replica = place / "primary", place / "replica"
    # Without waiting for the disk until the tables are there, and not what a replica could follow.
    private_postgres.start(primary / "data", primary / "socket", durable=False)
    _portal(primary / "socket", primary / "socket", "manage.py", "migrate", "--verbosity=0")
    private_postgres.stop(primary / "data")
    private_postgres.start(primary / "data", primary / "socket", durable=True)
    binaries = private_postgres.find_binaries()
    private_postgres._own_directory(replica / "data")
    copy = [
        *(binaries.directory / "pg_basebackup", "--write-recovery-conf", "--checkpoint=fast"),
        *("-h", primary / "socket", "-U", private_postgres.SUPERUSER, "-D", replica / "data"),
    ]
    private_postgres._as_server(copy, "The primary could not be copied")
    private_postgres.start(replica / "data", replica / "socket", durable=True)
    yield primary, replica
    for server in (replica, primary):
        private_postgres.stop(server / "data", mode="immediate")
    shutil.rmtree(place)


def test_who_has_written_reads_it_and_others_soon_do(servers: tuple[Path, Path]) -> None:
    primary, replica = servers
    sockets = primary / "socket", replica / "socket"
    said = _portal(*sockets, "-m", "tests.replica_steps", replica / "socket", replica / "data")
    assert said.splitlines() == [
        "before: mail mail",
        "paused: portal mail",
        "too far behind: portal portal",
        "resumed: portal portal",
        "without replica: portal portal",
    ]
    with psycopg.connect(private_postgres.owner_url(primary / "socket")) as server:
        assert server.execute("SELECT count(*) FROM core_noticepreference").fetchone() == (1,)
