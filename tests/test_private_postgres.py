"""The private PostgreSQL: who runs it, who reaches it, and what survives a kill."""

import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import psycopg
import pytest

from core import private_postgres

MODULE = Path(private_postgres.__file__)


class Server(NamedTuple):
    """Where one server of these tests lies."""

    cluster: Path
    sockets: Path

    def start(self) -> bool:
        return private_postgres.start(self.cluster, self.sockets, durable=True)

    def stop(self) -> bool:
        return private_postgres.stop(self.cluster)

    def pid(self) -> int:
        return int((self.cluster / "postmaster.pid").read_text().split()[0])

    def ask(self, question: str, role: str = "thidua") -> list[tuple[object, ...]]:
        url = private_postgres.owner_url if role == "thidua" else private_postgres.app_url
        with psycopg.connect(url(self.sockets)) as connection:
            return connection.execute(question).fetchall()


def _kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)
    while private_postgres.has_argument(pid, "-D"):
        time.sleep(0.01)


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    """A directory that every user can pass through, as pytest's own is not."""
    directory = Path(tempfile.mkdtemp(prefix="thidua-place-"))
    directory.chmod(0o755)
    yield directory
    shutil.rmtree(directory)


@pytest.fixture(scope="module")
def made(place: Path) -> Iterator[Server]:
    """One cluster for all tests; each starts it itself, whatever the one before left behind."""
    server = Server(place / "cluster", place / "sockets")
    yield server
    server.stop()


@pytest.fixture
def server(made: Server) -> Server:
    """The cluster, running."""
    made.start()
    return made


def test_a_second_start_finds_the_first(server: Server) -> None:
    pid = server.pid()
    assert server.start() is False
    assert server.pid() == pid


def test_a_second_stop_finds_nothing(server: Server) -> None:
    assert (server.stop(), server.stop()) == (True, False)


def test_two_starts_at_once_start_one_server(server: Server) -> None:
    server.stop()
    program = (
        "import sys, pathlib; from core import private_postgres; "
        "print(private_postgres.start(*map(pathlib.Path, sys.argv[1:]), durable=True))"
    )
    starts = [
        subprocess.Popen(
            [sys.executable, "-c", program, *map(str, server)],
            cwd=private_postgres.CHECKOUT,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    assert sorted(start.communicate()[0].strip() for start in starts) == ["False", "True"]


def test_the_owner_may_create_and_the_application_may_not(server: Server) -> None:
    roles = "SELECT rolname, rolsuper, rolcreatedb, rolcreaterole, rolcanlogin FROM pg_roles"
    assert sorted(server.ask(f"{roles} WHERE rolname LIKE 'thidua%'")) == [
        ("thidua", False, True, False, True),
        ("thidua_app", False, False, False, True),
    ]
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        server.ask("CREATE TABLE mine ()", role="thidua_app")


def test_vietnamese_is_lowered_and_sorted_as_vietnamese(server: Server) -> None:
    assert server.ask("SELECT lower('ĐĂNG KÝ')") == [("đăng ký",)]
    names = server.ask(
        "SELECT string_agg(x, ' ' ORDER BY x COLLATE \"vi-x-icu\")"
        " FROM unnest(array['đá', 'Em', 'Ân', 'da', 'An', 'Ăn']) AS x"
    )
    assert names == [("An Ăn Ân da đá Em",)]
    assert server.ask("SHOW server_encoding") == [("UTF8",)]


def test_nothing_listens_on_the_network(server: Server) -> None:
    assert server.ask("SHOW listen_addresses") == [("",)]
    assert stat.S_IMODE(server.sockets.stat().st_mode) == 0o700


def test_the_server_never_runs_as_root(server: Server) -> None:
    runs_as = Path(f"/proc/{server.pid()}").stat().st_uid
    assert runs_as == server.cluster.stat().st_uid == server.sockets.stat().st_uid
    assert runs_as != 0


def test_a_killed_server_starts_again_with_what_was_committed(server: Server) -> None:
    with psycopg.connect(private_postgres.owner_url(server.sockets)) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept AS SELECT 'committed' AS what")
    _kill(server.pid())
    assert server.start() is True
    assert server.ask("SELECT what FROM kept") == [("committed",)]


def test_a_pid_that_another_process_has_by_now_is_no_server(server: Server) -> None:
    dead = server.pid()
    pid_file = server.cluster / "postmaster.pid"
    _kill(dead)
    pid_file.write_text(pid_file.read_text().replace(str(dead), str(os.getpid()), 1))
    (server.sockets / ".s.PGSQL.5432.lock").write_text(f"{os.getpid()}\n")
    assert server.start() is True
    assert server.ask("SELECT 1") == [(1,)]


def test_a_pid_file_cut_off_while_written_is_no_server(server: Server) -> None:
    server.stop()
    pid_file = server.cluster / "postmaster.pid"
    pid_file.write_text("")
    assert server.start() is True


def test_a_half_made_cluster_is_made_anew(place: Path) -> None:
    server = Server(place / "half", place / "half-sockets")
    unfinished = place / "half.new"
    unfinished.mkdir()
    (unfinished / "PG_VERSION").write_text("15\n")
    try:
        assert server.start() is True
        assert not unfinished.exists()
    finally:
        server.stop()


def test_settings_of_other_servers_in_the_environment_are_ignored(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.stop()
    for name, value in {"PGPORT": "7777", "PGHOST": "elsewhere", "PGUSER": "somebody"}.items():
        monkeypatch.setenv(name, value)
    assert server.start() is True
    assert server.ask("SELECT current_user::text") == [("thidua",)]


def test_a_path_too_long_for_a_socket_is_said(place: Path) -> None:
    sockets = place / ("s" * 90)
    with pytest.raises(private_postgres.PrivatePostgresError, match="is too long for a socket"):
        private_postgres.start(place / "unused", sockets, durable=False)
    assert not sockets.exists()


def test_a_socket_directory_of_somebody_else_is_refused(server: Server, place: Path) -> None:
    server.stop()
    link = place / "link"
    link.symlink_to(server.sockets)
    with pytest.raises(private_postgres.PrivatePostgresError, match="belongs to somebody else"):
        private_postgres.start(server.cluster, link, durable=False)


def test_data_of_a_missing_version_are_not_opened_by_another(server: Server) -> None:
    server.stop()
    version = server.cluster / "PG_VERSION"
    made_by = version.read_text()
    version.write_text("99\n")
    try:
        with pytest.raises(private_postgres.PrivatePostgresError, match="made by PostgreSQL 99,"):
            server.start()
    finally:
        version.write_text(made_by)


def test_a_process_is_told_from_a_later_one_with_its_pid() -> None:
    command = [sys.executable, "-c", "print(flush=True); input()", "a word"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout
        process.stdout.readline()
        assert private_postgres.has_argument(process.pid, "a word")
        assert not private_postgres.has_argument(process.pid, "a wo")
        process.kill()
    assert not private_postgres.has_argument(process.pid, "a word")


# Whole programs, over copies of the module: each copy is a checkout of its own


@pytest.fixture
def checkout(place: Path) -> Path:
    """A checkout that holds the module alone, readable by everybody."""
    directory = Path(tempfile.mkdtemp(dir=place))
    directory.chmod(0o755)
    (directory / "core").mkdir()
    shutil.copy(MODULE, directory / "core")
    return directory


# Becomes an ordinary user only after the imports: root's Python may lie where nobody else may look.
AS_ORDINARY_USER = """
import os, pwd, sys
from core import private_postgres
if os.geteuid() == 0:
    nobody = pwd.getpwnam("nobody")
    os.setgroups([])
    os.setgid(nobody.pw_gid)
    os.setuid(nobody.pw_uid)
sys.exit(private_postgres.main(sys.argv[1:]))
"""


def _command(checkout: Path, *arguments: str, home: Path) -> str:
    """What the module's command says to an ordinary user."""
    done = subprocess.run(
        [sys.executable, "-c", AS_ORDINARY_USER, *arguments],
        cwd=checkout,
        env={"PATH": os.environ["PATH"], "XDG_DATA_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout + done.stderr


@pytest.mark.parametrize("name", ["data", "a-long-name-of-a-directory" * 4])
def test_an_ordinary_user_has_a_server_of_their_own(checkout: Path, name: str) -> None:
    home = checkout / name
    home.mkdir()
    if os.geteuid() == 0:
        shutil.chown(home, "nobody")
    try:
        assert _command(checkout, "start", home=home) == "PostgreSQL started.\n"
        assert _command(checkout, "start", home=home) == "PostgreSQL is running.\n"
        with psycopg.connect(_command(checkout, "url", home=home).strip()) as connection:
            assert connection.execute("SELECT current_user").fetchone() == ("thidua_app",)
        (running,) = home.glob("thidua/*/postgres/postmaster.pid")
        sockets = Path(running.read_text().splitlines()[4])
        assert stat.S_IMODE(sockets.stat().st_mode) == 0o700
    finally:
        assert _command(checkout, "stop", home=home) == "PostgreSQL stopped.\n"
    sockets.rmdir()
    assert _command(checkout, "stop", home=home) == "PostgreSQL was not running.\n"


def _throwaway(checkout: Path, then: str) -> subprocess.Popen[str]:
    """A process with a throwaway server in `checkout`/tmp that prints its socket directory."""
    temporary = checkout / "t"
    temporary.mkdir(exist_ok=True)
    environment = {**os.environ, "TMPDIR": str(temporary)}
    environment.pop(private_postgres.THROWAWAY_VARIABLE, None)
    program = f"from core import private_postgres as p; print(p.throwaway(), flush=True); {then}"
    return subprocess.Popen(
        [sys.executable, "-c", program],
        cwd=checkout,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_a_throwaway_server_is_shared_with_children_and_gone_at_the_end(checkout: Path) -> None:
    child = (
        "import subprocess, sys; subprocess.run([sys.executable, '-c', "
        "'from core import private_postgres as p; print(p.throwaway())'])"
    )
    with _throwaway(checkout, child) as parent:
        printed = parent.communicate()[0].split()
    assert len(printed) == 2
    assert printed[0] == printed[1]
    assert list((checkout / "t").iterdir()) == []


def test_the_throwaway_server_of_a_killed_run_is_swept_by_the_next(checkout: Path) -> None:
    with _throwaway(checkout, "input()") as killed:
        assert killed.stdout
        sockets = Path(killed.stdout.readline().strip())
        left_behind = Server(sockets.parent / "data", sockets).pid()
        killed.kill()
    assert private_postgres.has_argument(left_behind, "-D")
    with _throwaway(checkout, "pass") as following:
        following.communicate()
    assert not private_postgres.has_argument(left_behind, "-D")
    assert list((checkout / "t").iterdir()) == []


def test_the_throwaway_server_of_a_living_run_is_left_alone(checkout: Path) -> None:
    with _throwaway(checkout, "input()") as living:
        assert living.stdout
        sockets = Path(living.stdout.readline().strip())
        with _throwaway(checkout, "pass") as other:
            other.communicate()
        assert Server(sockets.parent / "data", sockets).ask("SELECT 1") == [(1,)]
        living.communicate("\n")
