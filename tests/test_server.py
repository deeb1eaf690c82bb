"""script/server from the first start to the last stop, over a copy of this checkout."""

import http.client
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from core import private_postgres

ROOT = private_postgres.CHECKOUT
NOT_COPIED = (".git", ".venv", "__pycache__", ".*_cache", ".hypothesis")
# What names another database or other secrets has no place in a trial.
OTHERS = ("DATABASE_URL", "DATABASE_OWNER_URL", "SECRET_KEY", "DJANGO_SETTINGS_MODULE", "DEMO")
START_SECONDS = 300


@dataclass(frozen=True)
class Trial:
    """A checkout of its own, with the packages of this one."""

    checkout: Path
    port: int

    @property
    def state(self) -> Path:
        return private_postgres.data_dir(self.checkout)

    @property
    def output(self) -> Path:
        return self.checkout / "output.txt"

    def server(self) -> subprocess.Popen[bytes]:
        """`script/server`, as soon as it answers."""
        with self.output.open("wb") as output:
            process = subprocess.Popen(
                [self.checkout / "script" / "server"],
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        deadline = time.monotonic() + START_SECONDS
        while "answers on" not in self.output.read_text():
            assert process.poll() is None, self.output.read_text()
            assert time.monotonic() < deadline, self.output.read_text()
            time.sleep(0.2)
        return process

    def say(self, *arguments: str) -> str:
        """What another `script/server` says meanwhile."""
        done = subprocess.run(
            [self.checkout / "script" / "server", *arguments],
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        return done.stdout + done.stderr

    def get(self, path: str) -> tuple[int, str]:
        """Status and body of a page."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port)
        connection.request("GET", path)
        answer = connection.getresponse()
        body = answer.read().decode()
        connection.close()
        return answer.status, body

    def pids(self) -> dict[str, int]:
        lines = (self.state / "server.pids").read_text().splitlines()
        return {word: int(pid) for pid, word in map(str.split, lines)}

    def is_over(self) -> bool:
        """Whether neither the portal nor its database run."""
        os.close(private_postgres.lock(self.state / "server.pids", wait=False))
        return not (self.state / "postgres" / "postmaster.pid").exists()

    def _environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if name not in OTHERS}
        return {**kept, "PORT": str(self.port)}


@pytest.fixture
def trial() -> Iterator[Trial]:
    """A copy of the checkout that was never started."""
    checkout = Path(tempfile.mkdtemp(prefix="thidua-trial-"))
    shutil.copytree(ROOT, checkout, dirs_exist_ok=True, ignore=shutil.ignore_patterns(*NOT_COPIED))
    (checkout / ".venv").symlink_to(ROOT / ".venv")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    trial = Trial(checkout, port)
    yield trial
    trial.say("stop")
    shutil.rmtree(trial.state)
    shutil.rmtree(checkout)


def test_a_trial_from_the_first_start_to_the_last_stop(trial: Trial) -> None:
    first = trial.server()
    assert f"The portal answers on http://127.0.0.1:{trial.port}/" in trial.output.read_text()
    assert trial.get("/healthz") == (200, '{"status": "ok"}')
    status, sign_in = trial.get("/accounts/login/")
    assert (status, 'data-account="xa"' in sign_in) == (200, True)
    assert list(trial.pids()) == ["script.server", "procrastinate", "campaign.wsgi"]
    assert (trial.state / "secret_key").stat().st_mode & 0o777 == 0o600
    assert trial.say() == "The portal is already running: “script/server stop” ends it.\n"

    first.send_signal(signal.SIGINT)
    assert first.wait(60) == 0
    assert trial.output.read_text().endswith("\nThe portal has stopped.\n")
    assert trial.is_over()

    second = trial.server()
    done, units, plans, calendar, demonstration = trial.output.read_text().splitlines()[:5]
    assert done == "Bringing the database up to date."
    assert units == "Units: all there, nothing changed."
    assert plans.startswith("Plans loaded: 0 records written, ")
    assert calendar == "Calendar: entered nothing new."
    assert demonstration == "The demonstration is loaded already; nothing was changed."

    second.kill()
    second.wait()
    assert trial.get("/healthz")[0] == 200
    assert trial.say("stop") == "The portal has stopped.\n"
    assert trial.is_over()
