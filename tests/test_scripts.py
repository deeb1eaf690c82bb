"""script/*: what they say when they cannot go on, each time in one sentence with what to do."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from core import private_postgres
from core.documents import fonts
from script import set_up

ROOT = private_postgres.CHECKOUT
# Becomes an ordinary user only after the imports: root's Python may lie where nobody else may look.
SET_UP_AS_ORDINARY_USER = """
import os, pwd, sys
from script import set_up
if os.geteuid() == 0:
    nobody = pwd.getpwnam("nobody")
    os.setgroups([])
    os.setgid(nobody.pw_gid)
    os.setuid(nobody.pw_uid)
sys.exit(set_up.main())
"""


HEADER = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'


@pytest.fixture
def checkout() -> Iterator[Path]:
    """A checkout that holds the scripts and nothing that they would set up."""
    directory = Path(tempfile.mkdtemp(prefix="thidua-checkout-"))
    directory.chmod(0o755)
    shutil.copytree(ROOT / "script", directory / "script")
    (directory / "core").mkdir()
    shutil.copy(private_postgres.__file__, directory / "core")
    yield directory
    shutil.rmtree(directory)
    shutil.rmtree(private_postgres.data_dir(directory), ignore_errors=True)


def _said(checkout: Path, *arguments: str, **environment: str) -> tuple[int, str]:
    """Exit code and output of this Python with `arguments`, in the checkout."""
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=checkout,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def _server(checkout: Path, *arguments: str, **environment: str) -> tuple[int, str]:
    return _said(checkout, "-m", "script.server", *arguments, **environment)


def test_a_machine_without_a_new_enough_python_is_told_so(tmp_path: Path) -> None:
    old = tmp_path / "python3"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    done = subprocess.run(
        [ROOT / "script" / "python"],
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (
        1,
        (
            "The portal needs Python 3.11 or newer, and this machine has none: install it"
            " (Debian 12 or newer, Ubuntu 24.04 or newer: apt-get install python3).\n"
        ),
    )


def test_a_used_port_is_said_with_another_to_take(checkout: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert _server(checkout, PORT=str(port)) == (
            1,
            (
                f"Port {port} cannot be used (Address already in use): choose another, for example"
                f" PORT={port + 1} script/server.\n"
            ),
        )


@pytest.mark.parametrize("port", ["http", "0", "65536", "-1"])
def test_a_port_that_is_none_is_refused(checkout: Path, port: str) -> None:
    assert _server(checkout, PORT=port) == (
        1,
        f"PORT is “{port}”, which is no port: give a number from 1 to 65535.\n",
    )


def test_a_second_server_of_a_checkout_is_refused(checkout: Path) -> None:
    pids = private_postgres.data_dir(checkout) / "server.pids"
    private_postgres.make_parents(pids)
    claim = private_postgres.lock(pids)
    assert _server(checkout) == (
        1,
        "The portal is already running: “script/server stop” ends it.\n",
    )
    os.close(claim)


def test_stopping_what_does_not_run_is_no_error(checkout: Path) -> None:
    assert _server(checkout, "stop") == (0, "The portal was not running.\n")


def test_an_unknown_word_is_answered_with_the_usage(checkout: Path) -> None:
    assert _server(checkout, "start") == (2, "Usage: script/server [stop]\n")


def test_a_system_without_apt_is_told_what_it_lacks(checkout: Path, tmp_path: Path) -> None:
    assert _said(checkout, "-m", "script.set_up", PATH=str(tmp_path)) == (
        1,
        (
            "This machine lacks gettext (for translations), and has no apt-get to bring them:"
            " install them with your system's package manager, then run this again.\n"
        ),
    )


def test_who_may_not_install_is_told_whom_to_ask(checkout: Path) -> None:
    python = checkout / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.touch()
    apt = checkout / "apt-get"
    apt.write_text("#!/bin/sh\nexit 1\n")
    apt.chmod(0o755)
    assert _said(checkout, "-c", SET_UP_AS_ORDINARY_USER, PATH=str(checkout)) == (
        1,
        (
            "System packages are missing and you may not install them: ask an administrator to run"
            " “apt-get install gettext”, then run this again.\n"
        ),
    )


def test_a_catalogue_is_compiled_when_it_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(set_up, "CHECKOUT", tmp_path)
    folder = tmp_path / "locale" / "vi" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    catalogue = folder / "django.po"
    catalogue.write_text(HEADER + 'msgid "yes"\nmsgstr "có"\n')
    set_up.compile_translations()
    compiled = folder / "django.mo"
    made = compiled.stat().st_mtime_ns
    set_up.compile_translations()
    assert compiled.stat().st_mtime_ns == made
    catalogue.write_text(HEADER + 'msgid "yes"\nmsgstr "vâng"\n')
    os.utime(catalogue, ns=(made + 10**9, made + 10**9))
    set_up.compile_translations()
    assert "vâng".encode() in compiled.read_bytes()


def test_the_version_of_a_typeface_is_read_from_its_file() -> None:
    assert set_up._font_revision(fonts.faces()["regular"]) >= 2
