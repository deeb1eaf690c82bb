"""Serve the portal on this machine, for a trial or for development: `script/server [stop]`.

Sets up what is missing, starts the private PostgreSQL (without DATABASE_URL), brings the database
up to date, runs one worker and gunicorn on loopback until Ctrl-C, and ends what it started.
For running it for real see docs/deployment.md.
"""

from __future__ import annotations

import contextlib
import http.client
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import FrameType

from core import private_postgres
from core.private_postgres import CHECKOUT, PrivatePostgresError
from script.set_up import PYTHON, SetUpError, say, set_up

HOST = "127.0.0.1"
END_SECONDS = 20
ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
THIS = "script.server"
# Each with a word of its command line by which it is told from a later process with its pid.
PROCESSES: dict[str, tuple[str, Sequence[str | Path]]] = {
    "worker": ("procrastinate", [PYTHON, "manage.py", "procrastinate", "worker"]),
    "web": ("campaign.wsgi", [PYTHON, "-m", "gunicorn", "campaign.wsgi"]),
}


class ServerError(Exception):
    """The portal cannot be served; the message is one sentence that says what to do."""


def serve() -> None:
    """Serve until a signal ends it. Raises `ServerError`, `SetUpError`, `PrivatePostgresError`."""
    port = _port()
    with _only_server() as claim:
        _refuse_used_port(port)
        set_up()
        environment = _environment(port)
        with _database():
            say("Bringing the database up to date.")
            _prepare(environment)
            _run_until_signal(claim, environment, port)


def stop() -> None:
    """End the server of this checkout and its private database. Raises `ServerError`."""
    if _is_served():
        _signal_server()
        deadline = time.monotonic() + 2 * END_SECONDS
        while _is_served():
            if time.monotonic() > deadline:
                raise ServerError(f"The server did not end: see the processes in {_claim_file()}.")
            time.sleep(0.1)
        say("The portal has stopped.")
    else:
        say("The portal was not running.")
    private_postgres.stop(private_postgres.cluster_dir())


# One server a checkout. Its processes hold a lock on the file in which their pids stand, so the
# lock is free when the last of them is gone, whatever ended them.


def _claim_file() -> Path:
    return private_postgres.data_dir() / "server.pids"


@contextlib.contextmanager
def _only_server() -> Iterator[int]:
    private_postgres.make_parents(_claim_file())
    try:
        claim = private_postgres.lock(_claim_file(), wait=False)
    except BlockingIOError:
        raise ServerError("The portal is already running: “script/server stop” ends it.") from None
    try:
        _write_pids(claim, [(os.getpid(), THIS)])
        yield claim
    finally:
        os.close(claim)


def _is_served() -> bool:
    if not _claim_file().exists():
        return False
    try:
        os.close(private_postgres.lock(_claim_file(), wait=False))
    except BlockingIOError:
        return True
    return False


def _write_pids(claim: int, processes: Sequence[tuple[int, str]]) -> None:
    os.ftruncate(claim, 0)
    os.pwrite(claim, "".join(f"{pid} {word}\n" for pid, word in processes).encode(), 0)


def _signal_server() -> None:
    """Ask the server to end; its children themselves if it was killed."""
    for line in _claim_file().read_text().splitlines():
        pid, word = line.split()
        if private_postgres.has_argument(int(pid), word):
            os.kill(int(pid), signal.SIGTERM)
            if word == THIS:
                return


# What the processes are given


def _port() -> int:
    port = os.environ.get("PORT", "8000")
    if not port.isdecimal() or not 0 < int(port) < 65536:
        raise ServerError(f"PORT is “{port}”, which is no port: give a number from 1 to 65535.")
    return int(port)


def _refuse_used_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise ServerError(
                f"Port {port} cannot be used ({error.strerror}): choose another, for example "
                f"PORT={port + 1 if port < 65535 else 8000} script/server."
            ) from None


def _environment(port: int) -> dict[str, str]:
    return {
        "DEBUG": "0",
        "DEMO": "1",
        **os.environ,
        "PORT": str(port),
        "SECRET_KEY": os.environ.get("SECRET_KEY") or _kept_secret_key(),
        "DJANGO_SETTINGS_MODULE": "campaign.settings",
        "PYTHONUNBUFFERED": "1",
    }


def _kept_secret_key() -> str:
    """The key of this checkout, made at the first start; sessions outlive a restart."""
    path = private_postgres.data_dir() / "secret_key"
    with contextlib.suppress(FileExistsError):
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(64))
    return path.read_text()


@contextlib.contextmanager
def _database() -> Iterator[None]:
    """The private server, unless DATABASE_URL names another; ended only if it was started here."""
    if os.environ.get("DATABASE_URL"):
        yield
        return
    cluster = private_postgres.cluster_dir()
    started = private_postgres.start(cluster, private_postgres.socket_dir(), durable=True)
    try:
        yield
    finally:
        if started:
            private_postgres.stop(cluster)


def _prepare(environment: dict[str, str]) -> None:
    done = subprocess.run(
        [PYTHON, "-m", "script.prepare"],
        cwd=CHECKOUT,
        env=environment,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    if done.returncode:
        raise ServerError("The database could not be brought up to date: the reason stands above.")


# The processes


def _run_until_signal(claim: int, environment: dict[str, str], port: int) -> None:
    logs = private_postgres.data_dir() / "logs"
    logs.mkdir(mode=0o700, exist_ok=True)
    children: list[subprocess.Popen[bytes]] = []
    try:
        for name, (_word, command) in PROCESSES.items():
            children.append(_start(command, environment, logs / f"{name}.log", claim))
        words = [word for word, _command in PROCESSES.values()]
        pids = [child.pid for child in children]
        _write_pids(claim, [(os.getpid(), THIS), *zip(pids, words, strict=True)])
        if _answers(port, children):
            say(f"The portal answers on http://{HOST}:{port}/ – Ctrl-C ends it. Logs: {logs}")
        while all(child.poll() is None for child in children):
            time.sleep(0.5)
        raise ServerError(f"A process of the portal ended by itself: its log in {logs} says why.")
    finally:
        _end(children)


def _start(
    command: Sequence[str | Path], environment: dict[str, str], log: Path, claim: int
) -> subprocess.Popen[bytes]:
    if log.exists():
        log.replace(log.with_suffix(".previous.log"))
    with log.open("wb") as output:
        return subprocess.Popen(
            command,
            cwd=CHECKOUT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            pass_fds=[claim],
            # Ctrl-C is for this process alone, which then ends its children in order.
            start_new_session=True,
        )


def _answers(port: int, children: Sequence[subprocess.Popen[bytes]]) -> bool:
    """Wait until the portal answers, whatever it says; False if a process ended before."""
    while all(child.poll() is None for child in children):
        connection = http.client.HTTPConnection(HOST, port)
        with contextlib.closing(connection), contextlib.suppress(OSError):
            connection.request("GET", "/healthz")
            connection.getresponse()
            return True
        time.sleep(0.1)
    return False


def _end(children: Sequence[subprocess.Popen[bytes]]) -> None:
    for child in children:
        child.terminate()
    deadline = time.monotonic() + END_SECONDS
    for child in children:
        try:
            child.wait(max(0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    # One is enough: ending in order takes a moment, and a second signal would cut it short.
    for ending in ENDINGS:
        signal.signal(ending, signal.SIG_IGN)
    raise KeyboardInterrupt


def main(arguments: Sequence[str]) -> int:
    """The command line; returns the exit code."""
    for ending in ENDINGS:
        signal.signal(ending, _interrupt)
    try:
        match list(arguments):
            case []:
                serve()
            case ["stop"]:
                stop()
            case _:
                print("Usage: script/server [stop]", file=sys.stderr)
                return 2
    except (ServerError, SetUpError, PrivatePostgresError) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        say("The portal has stopped.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
