"""A private PostgreSQL server for one checkout: for a trial, for development and for the tests.

Nobody has to set up a database to try the portal. Without ``DATABASE_URL`` this module runs a
server of its own from the PostgreSQL that is on the machine. The server never runs as root and
never listens on the network: it is reached through a socket in a directory that only its own user
(and root) can enter, which is why it may trust whoever connects.

Two roles, as in production (docs/deployment.md): ``thidua`` owns the database and migrates it,
``thidua_app`` is what the web processes and workers connect as and has only what it was granted.

Standard library only, and importable without Django: the set-up scripts use it before any package
is installed, and the settings use it to compute addresses.

    python3 -m core.private_postgres start | stop | url
"""

from __future__ import annotations

import atexit
import contextlib
import fcntl
import hashlib
import os
import pwd
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

CHECKOUT = Path(__file__).resolve().parent.parent
OLDEST_MAJOR = 15
TOOLS = ("initdb", "postgres", "pg_ctl", "psql")
OWNER_ROLE = "thidua"
APP_ROLE = "thidua_app"
DATABASE = "thidua"
SUPERUSER = "postgres"
# Part of the socket's file name; named everywhere, because PGPORT in the environment of the server
# or of a client would otherwise change it.
PORT = 5432
# The kernel takes 107 bytes for the path of a socket, "/.s.PGSQL.5432.lock" included.
LONGEST_SOCKET_DIR = 88
START_SECONDS = 60
THROWAWAY_VARIABLE = "THIDUA_TEST_SERVER"
THROWAWAY_PREFIX = "thidua-test-"
# No process can have it: pids end at 2**22 on Linux and well below on other systems.
NO_PID = 2**22 + 1

FAST_BUT_UNSAFE = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
}

ROLES_AND_DATABASE = f"""
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{OWNER_ROLE}') THEN
    CREATE ROLE {OWNER_ROLE} LOGIN CREATEDB;
  END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{APP_ROLE}') THEN
    CREATE ROLE {APP_ROLE} LOGIN;
    GRANT {APP_ROLE} TO {OWNER_ROLE};
  END IF;
END $$;
SELECT 'CREATE DATABASE {DATABASE} OWNER {OWNER_ROLE}'
 WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = '{DATABASE}') \\gexec
"""  # noqa: S608 - the names are constants


class PrivatePostgresError(Exception):
    """The private server cannot be run; the message is one sentence that says what to do."""


@dataclass(frozen=True)
class Binaries:
    """One installed PostgreSQL: its directory of programs and its major version."""

    directory: Path
    major: int

    def path(self, tool: str) -> str:
        """The absolute path of ``tool`` (one of `TOOLS`)."""
        return str(self.directory / tool)


# Where things lie


def data_dir(checkout: Path = CHECKOUT) -> Path:
    """The directory of what this checkout keeps outside itself: database, secret key, logs.

    ``/var/lib/thidua/<hash of the checkout>`` for root, ``$XDG_DATA_HOME/thidua/<hash>`` for
    everybody else. Only computed: nothing is created.
    """
    digest = hashlib.sha256(os.fsencode(checkout)).hexdigest()[:12]
    if os.geteuid() == 0:
        return Path("/var/lib/thidua") / digest
    base = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(base) / "thidua" / digest


def cluster_dir() -> Path:
    """The cluster of this checkout's private server."""
    return data_dir() / "postgres"


def socket_dir() -> Path:
    """The directory of this checkout's socket; under /tmp where the state's path is too long."""
    beside_the_data = data_dir() / "socket"
    if _fits(beside_the_data):
        return beside_the_data
    return Path("/tmp") / f"thidua-{os.geteuid()}-{data_dir().name}"  # noqa: S108


def owner_url(sockets: Path | None = None) -> str:
    """The libpq address of the database as its owner, for migrations and tests."""
    return _url(OWNER_ROLE, sockets or socket_dir())


def app_url(sockets: Path | None = None) -> str:
    """The libpq address of the database as the application's role."""
    return _url(APP_ROLE, sockets or socket_dir())


def _url(role: str, sockets: Path) -> str:
    return f"postgresql://{role}@/{DATABASE}?host={quote(str(sockets), safe='')}&port={PORT}"


def _fits(sockets: Path) -> bool:
    return len(os.fsencode(sockets)) <= LONGEST_SOCKET_DIR


# The programs


def find_binaries(major: int | None = None) -> Binaries:
    """The newest PostgreSQL on this machine that will do, from PATH and Debian's directories.

    ``major``: accept only this major version (an existing cluster can be opened by no other).
    Raises `PrivatePostgresError` where there is none.
    """
    usable = [
        found
        for directory in _candidate_directories()
        if (found := _inspect(directory)) and found.major >= OLDEST_MAJOR
    ]
    if major is not None:
        usable = [found for found in usable if found.major == major]
    if not usable and major is not None:
        raise PrivatePostgresError(
            f"The database was made by PostgreSQL {major}, which was not found on this machine: "
            "install that version, or remove the database's directory to start afresh."
        )
    if not usable:
        raise PrivatePostgresError(
            f"PostgreSQL {OLDEST_MAJOR} or newer was not found on this machine: install it (on "
            "Debian and Ubuntu: apt-get install postgresql), or set DATABASE_URL to your own."
        )
    return max(usable, key=lambda found: found.major)


def _candidate_directories() -> Iterator[Path]:
    for entry in os.environ.get("PATH", "").split(os.pathsep):
        initdb = Path(entry) / "initdb"
        if entry and os.access(initdb, os.X_OK):
            # A link in PATH stands for a directory that holds the other programs as well.
            yield initdb.resolve().parent
    yield from Path("/usr/lib/postgresql").glob("*/bin")


def _inspect(directory: Path) -> Binaries | None:
    if not all(os.access(directory / tool, os.X_OK) for tool in TOOLS):
        return None
    answer = subprocess.run(
        [directory / "postgres", "--version"], capture_output=True, text=True, check=False
    )
    version = re.search(r"\) (\d+)", answer.stdout)
    return Binaries(directory, int(version[1])) if version else None


# Start and stop


def start(cluster: Path, sockets: Path, *, durable: bool) -> bool:
    """Run a server on ``cluster``, created when missing, with both roles and the database.

    cluster: the cluster; its parent holds the lock that makes two starts at once wait.
    sockets: directory of the socket, at most `LONGEST_SOCKET_DIR` bytes.
    durable: False gives up safety against a crash for speed (throwaway servers only).
    Returns True if the server was started, False if it was already running.
    Raises `PrivatePostgresError`.
    """
    if not _fits(sockets):
        raise PrivatePostgresError(f"The path {sockets} is too long for a socket.")
    with _locked(cluster):
        binaries = find_binaries(_major_of(cluster))
        if running := _is_running(cluster):
            _wait_until_ready(binaries, sockets)
        else:
            _own_directory(sockets)
            if not cluster.exists():
                _create_cluster(binaries, cluster, durable=durable)
            _clear_foreign_pid(cluster, sockets)
            _launch(binaries, cluster, sockets, durable=durable)
        _create_roles_and_database(binaries, sockets)
    return not running


def stop(cluster: Path, *, mode: str = "fast") -> bool:
    """Stop the server on ``cluster``: open transactions are rolled back, nothing is lost.

    mode: pg_ctl's; ``immediate`` skips the orderly shutdown (throwaway servers only).
    Returns True if a server was running. Raises `PrivatePostgresError`.
    """
    if not cluster.exists():
        return False
    with _locked(cluster):
        binaries = find_binaries(_major_of(cluster))
        if not _is_running(cluster):
            return False
        _as_server(
            [binaries.path("pg_ctl"), "stop", "-D", cluster, "-m", mode, "-w"],
            f"The PostgreSQL server on {cluster} could not be stopped",
        )
    return True


def throwaway() -> Path:
    """A server for the tests of this process and its children, gone when this process ends.

    Children (the workers of pytest-xdist) find their parent's server through the environment and
    share it. Returns the socket directory. Raises `PrivatePostgresError`.
    """
    inherited = os.environ.get(THROWAWAY_VARIABLE)
    if inherited and (Path(inherited) / f".s.PGSQL.{PORT}").exists():
        return Path(inherited)
    _sweep_throwaways()
    base = Path(tempfile.mkdtemp(prefix=THROWAWAY_PREFIX, dir=_short_temporary_directory()))
    _give_to_server(base)
    # Held until this process ends, however it ends: an unlocked one tells the sweep to clear up.
    alive = lock(base / "alive")
    atexit.register(_discard, base, alive)
    start(base / "data", base / "socket", durable=False)
    os.environ[THROWAWAY_VARIABLE] = str(base / "socket")
    return base / "socket"


def _major_of(cluster: Path) -> int | None:
    with contextlib.suppress(FileNotFoundError):
        return int((cluster / "PG_VERSION").read_text())
    return None


def _create_cluster(binaries: Binaries, cluster: Path, *, durable: bool) -> None:
    # Made beside its place and renamed: a cluster that exists is complete, even after a kill -9.
    unfinished = cluster.with_name(cluster.name + ".new")
    shutil.rmtree(unfinished, ignore_errors=True)
    _own_directory(unfinished)
    # C.UTF-8, not C: under plain C lower('Đ') is 'Đ' and Vietnamese searches fail.
    command = [
        *(binaries.path("initdb"), "-D", str(unfinished), "--username", SUPERUSER),
        *("--locale=C.UTF-8", "--encoding=UTF8", "--auth-local=trust", "--auth-host=reject"),
        *(() if durable else ("--no-sync",)),
    ]
    _as_server(command, f"PostgreSQL could not create its files in {cluster}")
    unfinished.rename(cluster)


def _launch(binaries: Binaries, cluster: Path, sockets: Path, *, durable: bool) -> None:
    settings = {
        "listen_addresses": "",
        "unix_socket_directories": str(sockets),
        "unix_socket_permissions": "0700",
        "port": str(PORT),
        **({} if durable else FAST_BUT_UNSAFE),
    }
    words = (word for setting in settings.items() for word in ("-c", "=".join(setting)))
    command = [
        *(binaries.path("pg_ctl"), "start", "-w", "-t", str(START_SECONDS)),
        *("-D", str(cluster), "-l", str(cluster / "server.log"), "-o", shlex.join(words)),
    ]
    log = cluster / "server.log"
    failure = f"PostgreSQL did not start (see {log})"
    # After a kill -9 of the server its orphaned backends need a moment to notice; until then
    # PostgreSQL rightly refuses to start beside them.
    for seconds in (0.5, 1, 2, 4, 8):
        said_before = log.stat().st_size if log.exists() else 0
        try:
            return _as_server(command, failure)
        except PrivatePostgresError:
            if b"shared memory block" not in log.read_bytes()[said_before:]:
                raise
        time.sleep(seconds)
    return _as_server(command, failure)


def _create_roles_and_database(binaries: Binaries, sockets: Path) -> None:
    count_collations = "SELECT count(*) FROM pg_collation WHERE collprovider = 'i'"
    if _psql(binaries, sockets, count_collations) == "0":
        raise PrivatePostgresError(
            f"The PostgreSQL in {binaries.directory} was built without ICU, which Vietnamese order "
            "needs: install your system's own package, or set DATABASE_URL."
        )
    _psql(binaries, sockets, ROLES_AND_DATABASE)


def _psql(binaries: Binaries, sockets: Path, sql: str) -> str:
    command = [
        *(binaries.path("psql"), "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1"),
        *("-h", str(sockets), "-p", str(PORT), "-U", SUPERUSER, "-d", "postgres"),
    ]
    answer = subprocess.run(
        command, input=sql, capture_output=True, text=True, check=False, env=_environment()
    )
    if answer.returncode:
        raise PrivatePostgresError(f"PostgreSQL refused to set itself up: {answer.stderr.strip()}")
    return answer.stdout.strip()


# Is it there? Servers that died, and pids that other processes have by now


def _is_running(cluster: Path) -> bool:
    pid = _pid_of(cluster)
    return pid is not None and has_argument(pid, str(cluster))


def _pid_of(cluster: Path) -> int | None:
    with contextlib.suppress(FileNotFoundError, ValueError, IndexError):
        return int((cluster / "postmaster.pid").read_text().splitlines()[0])
    return None


def has_argument(pid: int, argument: str) -> bool:
    """Whether process ``pid`` runs, and was started with ``argument`` among its words.

    Tells the process that wrote down its pid from a later one that was given the same number.
    """
    if Path("/proc/self/cmdline").exists():
        try:
            words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        except OSError:
            return False
        return os.fsencode(argument) in words
    answer = subprocess.run(
        ["/bin/ps", "-p", str(pid), "-o", "args="], capture_output=True, text=True, check=False
    )
    return argument in answer.stdout


def _wait_until_ready(binaries: Binaries, sockets: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            _psql(binaries, sockets, "SELECT 1")
        except PrivatePostgresError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)
        else:
            return


def _clear_foreign_pid(cluster: Path, sockets: Path) -> None:
    """Forget the pid of a dead server where another process has it now.

    PostgreSQL clears away the pid file of a dead server by itself, unless that pid is alive again.
    Only the number is replaced: the rest of the file lets PostgreSQL see backends that outlived
    their server.
    """
    (sockets / f".s.PGSQL.{PORT}.lock").unlink(missing_ok=True)
    pid_file = cluster / "postmaster.pid"
    if not pid_file.exists():
        return
    lines = pid_file.read_text().splitlines()
    if len(lines) < 2:  # cut off while it was written: it protects nothing
        pid_file.unlink()
        return
    pid_file.write_text("\n".join([str(NO_PID), *lines[1:]]) + "\n")


def _sweep_throwaways() -> None:
    """Clear up after test runs that were killed."""
    for base in _short_temporary_directory().glob(f"{THROWAWAY_PREFIX}*"):
        with contextlib.suppress(OSError, PrivatePostgresError):
            if base.lstat().st_uid == _server_user().pw_uid and (base / "data").is_dir():
                _discard(base, lock(base / "alive", wait=False))


def _discard(base: Path, alive: int) -> None:
    stop(base / "data", mode="immediate")
    shutil.rmtree(base, ignore_errors=True)
    os.close(alive)


# Who runs it, and who may enter


def _server_user() -> pwd.struct_passwd:
    """The user the server runs as: this one, or for root the package's own, else nobody."""
    if os.geteuid() != 0:
        return pwd.getpwuid(os.geteuid())
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise PrivatePostgresError(
        "PostgreSQL does not run as root, and this machine has neither a user 'postgres' nor "
        "'nobody': start this as an ordinary user."
    )


def _as_server(command: Sequence[str | Path], failure: str) -> None:
    """Run ``command`` as the server's user; ``failure`` begins the sentence if it fails."""
    user = _server_user()
    other: dict[str, object] = {}
    if os.geteuid() == 0:
        other = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    # Files, not pipes: the server inherits them from pg_ctl and would keep a pipe open for ever.
    with tempfile.TemporaryFile("w+") as output:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
            cwd="/",
            env=_environment(),
            **other,  # type: ignore[call-overload]
        )
        output.seek(0)
        said = output.read().strip()
    if done.returncode:
        raise PrivatePostgresError(f"{failure}: {said}")


def _environment() -> dict[str, str]:
    """The environment without what would point PostgreSQL's programs at another server."""
    return {key: value for key, value in os.environ.items() if not key.startswith("PG")}


def _own_directory(directory: Path) -> None:
    """Make ``directory`` one that only the server's user can enter.

    Raises `PrivatePostgresError` if it is there and somebody else's (or a link), as a directory
    under /tmp may be.
    """
    make_parents(directory)
    with contextlib.suppress(FileExistsError):
        directory.mkdir(mode=0o700)
        _give_to_server(directory)
    found = directory.lstat()
    if not directory.is_dir() or directory.is_symlink() or found.st_uid != _server_user().pw_uid:
        raise PrivatePostgresError(f"{directory} belongs to somebody else: remove it first.")
    directory.chmod(0o700)


def make_parents(path: Path) -> None:
    """Create the directories above ``path``; root's can be passed through by the server's user.

    Raises `PrivatePostgresError` if they cannot be created.
    """
    mode = 0o755 if os.geteuid() == 0 else 0o700
    for parent in reversed(path.parents):
        if parent.exists():
            continue
        try:
            parent.mkdir(exist_ok=True)
            parent.chmod(mode)
        except OSError as error:
            raise PrivatePostgresError(
                f"The directory {parent} cannot be created ({error.strerror}): set XDG_DATA_HOME "
                "to a directory that you may write to."
            ) from None


def _give_to_server(path: Path) -> None:
    user = _server_user()
    os.chown(path, user.pw_uid, user.pw_gid)


def _short_temporary_directory() -> Path:
    chosen = Path(tempfile.gettempdir())
    return chosen if len(os.fsencode(chosen)) < LONGEST_SOCKET_DIR // 2 else Path("/tmp")  # noqa: S108


@contextlib.contextmanager
def _locked(cluster: Path) -> Iterator[None]:
    """Keep others who start or stop the server on ``cluster`` waiting."""
    lock_file = cluster.with_name(cluster.name + ".lock")
    make_parents(lock_file)
    descriptor = lock(lock_file)
    try:
        yield
    finally:
        os.close(descriptor)


def lock(path: Path, *, wait: bool = True) -> int:
    """Open and lock ``path``; closing the returned descriptor, or dying, gives the lock back.

    Raises BlockingIOError if ``wait`` is False and another process has it.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def main(arguments: Sequence[str]) -> int:
    """The command line; returns the exit code."""
    try:
        match list(arguments):
            case ["start"]:
                started = start(cluster_dir(), socket_dir(), durable=True)
                print("PostgreSQL started." if started else "PostgreSQL is running.")
            case ["stop"]:
                stopped = stop(cluster_dir())
                print("PostgreSQL stopped." if stopped else "PostgreSQL was not running.")
            case ["url"]:
                print(app_url())
            case _:
                print("Usage: python3 -m core.private_postgres start|stop|url", file=sys.stderr)
                return 2
    except PrivatePostgresError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
