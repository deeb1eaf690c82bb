"""Set up what is missing on this machine; quick, and changing nothing, when nothing is.

System packages come through apt-get (as root, else through sudo), Python packages into `.venv`,
and the catalogues of translations are compiled. Standard library only: it runs before any package
is there.
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import fcntl
import hashlib
import importlib.util
import os
import shutil
import struct
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from core.private_postgres import CHECKOUT, PrivatePostgresError, find_binaries

VENV = CHECKOUT / ".venv"
PYTHON = VENV / "bin" / "python"
# The names by which WeasyPrint loads them.
LIBRARIES = {
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",
}
FONT = "LiberationSerif-Regular.ttf"
FONT_DIRECTORIES = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "~/.local/share/fonts",
    "~/.fonts",
)
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


class SetUpError(Exception):
    """Something is missing and cannot be installed; the message says in a sentence what to do."""


@dataclass(frozen=True)
class Need:
    """One thing that only the system's package manager can bring.

    what: in words, for people. present: is it there? packages: Debian's names for it.
    """

    what: str
    present: Callable[[], bool]
    packages: Callable[[], Sequence[str]]


def say(sentence: str) -> None:
    """Tell the person at the terminal (or the log) what is being done."""
    print(sentence, flush=True)


def set_up(*, tests: bool = False) -> None:
    """Install what is missing; with ``tests``, also what the tests need. Raises `SetUpError`."""
    with _one_at_a_time():
        install_system_packages([*NEEDS, *(TEST_NEEDS if tests else ())])
        create_venv()
        install_python_packages("requirements.txt", *(["requirements-dev.txt"] if tests else []))
        compile_translations()


@contextlib.contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Let a second set-up of this checkout wait for the first."""
    checkout = os.open(CHECKOUT, os.O_RDONLY)
    try:
        fcntl.flock(checkout, fcntl.LOCK_EX)
        yield
    finally:
        os.close(checkout)


# System packages


def install_system_packages(needs: Sequence[Need]) -> None:
    """Bring the ``needs`` that are absent, by apt-get. Raises `SetUpError`."""
    missing = [need for need in needs if not need.present()]
    if not missing:
        return
    things = ", ".join(need.what for need in missing)
    if not shutil.which("apt-get"):
        raise SetUpError(
            f"This machine lacks {things}, and has no apt-get to bring them: install them with "
            "your system's package manager, then run this again."
        )
    privileged = _privilege(missing)
    say(f"Installing system packages for: {things}.")
    # One repository out of order fails this, and need not hold the packages: the next step tells.
    subprocess.run([*privileged, "apt-get", "-qq", "update"], stdin=_terminal(), check=False)
    packages = [package for need in missing for package in need.packages()]
    _run(
        [
            *(*privileged, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq", "-y"),
            *("-o", "DPkg::Lock::Timeout=300", "install", "--no-install-recommends", *packages),
        ],
        f"The packages {' '.join(packages)} could not be installed",
    )
    if still := [need.what for need in missing if not need.present()]:
        raise SetUpError(
            f"After installing {' '.join(packages)} this machine still lacks {', '.join(still)}: "
            "install a version that the README names, then run this again."
        )


def _privilege(missing: Sequence[Need]) -> list[str]:
    """The words that make a command run as root: none for root, else sudo's."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo"):
        asks_nothing = subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False)  # noqa: S607
        if asks_nothing.returncode == 0:
            return ["sudo", "-n"]
        if sys.stdin.isatty():
            return ["sudo"]
    packages = " ".join(package for need in missing for package in need.packages())
    raise SetUpError(
        f"System packages are missing and you may not install them: ask an administrator to run "
        f"“apt-get install {packages}”, then run this again."
    )


def _has_postgres() -> bool:
    if os.environ.get("DATABASE_URL"):
        return True
    try:
        find_binaries()
    except PrivatePostgresError:
        return False
    return True


def _has_library(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def _has_font() -> bool:
    """Whether Liberation Serif 2 is there; version 1 lacks 92 Vietnamese letters."""
    return any(
        _font_revision(path) >= 2
        for directory in FONT_DIRECTORIES
        for path in Path(directory).expanduser().rglob(FONT)
    )


def _font_revision(path: Path) -> float:
    """The version in the `head` table of a TrueType file."""
    content = path.read_bytes()
    (tables,) = struct.unpack_from(">H", content, 4)
    for record in range(tables):
        tag, _checksum, offset, _length = struct.unpack_from(">4sLLL", content, 12 + 16 * record)
        if tag == b"head":
            (revision,) = struct.unpack_from(">l", content, offset + 4)
            return float(revision) / 65536
    return 0.0


def _font_package() -> list[str]:
    """Debian 12 has version 2 in a package of its own; later `fonts-liberation` is version 2."""
    separate = subprocess.run(
        ["apt-cache", "show", "fonts-liberation2"],  # noqa: S607
        capture_output=True,
        check=False,
    )
    return ["fonts-liberation2" if separate.returncode == 0 else "fonts-liberation"]


def _has_venv_module() -> bool:
    return PYTHON.exists() or importlib.util.find_spec("ensurepip") is not None


def _venv_package() -> list[str]:
    return [f"python3.{sys.version_info.minor}-venv"]


NEEDS = (
    Need("PostgreSQL 15 or newer", _has_postgres, lambda: ["postgresql"]),
    Need(
        "Pango and HarfBuzz (for papers)",
        lambda: all(map(_has_library, LIBRARIES)),
        lambda: [package for name, package in LIBRARIES.items() if not _has_library(name)],
    ),
    Need("the typeface Liberation Serif 2 (for papers)", _has_font, _font_package),
    Need("gettext (for translations)", lambda: bool(shutil.which("msgfmt")), lambda: ["gettext"]),
    Need("Python's venv", _has_venv_module, _venv_package),
)
TEST_NEEDS = (
    Need("Chromium", lambda: any(map(shutil.which, BROWSERS)), lambda: ["chromium"]),
    # The program through which Playwright drives it is linked to it; a bare Debian has none.
    Need("libatomic", lambda: _has_library("libatomic.so.1"), lambda: ["libatomic1"]),
)


# Python packages and translations


def create_venv() -> None:
    """Create `.venv`, anew if it belongs to another version of Python. Raises `SetUpError`."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    if (VENV / "lib" / f"python{version}").is_dir() and _works(PYTHON):
        return
    say(f"Creating .venv with Python {version}.")
    _run(
        [sys.executable, "-m", "venv", "--clear", str(VENV)],
        "The directory .venv could not be made",
    )


def _works(python: Path) -> bool:
    try:
        return subprocess.run([python, "-c", "import pip"], check=False).returncode == 0
    except OSError:
        return False


def install_python_packages(*requirements: str) -> None:
    """Install the packages of those files that changed since. Raises `SetUpError`."""
    digests = {
        name: hashlib.sha256((CHECKOUT / name).read_bytes()).hexdigest() for name in requirements
    }
    changed = [name for name, digest in digests.items() if _stamp(name) != digest]
    if not changed:
        return
    say(f"Installing the Python packages of {' and '.join(changed)}.")
    files = [word for name in changed for word in ("-r", name)]
    _run(
        [str(PYTHON), "-m", "pip", "install", "-q", "--disable-pip-version-check", *files],
        "The Python packages could not be installed",
    )
    for name in changed:
        _stamp_file(name).write_text(digests[name])


def _stamp(requirements: str) -> str:
    """The digest of the file as it was last installed; empty if it never was."""
    file = _stamp_file(requirements)
    return file.read_text() if file.exists() else ""


def _stamp_file(requirements: str) -> Path:
    return VENV / f".installed-{requirements}"


def compile_translations() -> None:
    """Compile each catalogue that is newer than its compiled form. Raises `SetUpError`."""
    for catalogue in (CHECKOUT / "locale").glob("*/LC_MESSAGES/*.po"):
        compiled = catalogue.with_suffix(".mo")
        if not compiled.exists() or compiled.stat().st_mtime < catalogue.stat().st_mtime:
            _run(["msgfmt", "-o", str(compiled), str(catalogue)], "A translation is damaged")


def _run(command: Sequence[str], failure: str) -> None:
    """Run ``command`` in the checkout; ``failure`` begins the sentence if it fails."""
    done = subprocess.run(command, cwd=CHECKOUT, stdin=_terminal(), check=False)
    if done.returncode:
        raise SetUpError(
            f"{failure}: see above what “{' '.join(command)}” said, mend it, then run this again."
        )


def _terminal() -> int | None:
    """The terminal, for sudo's question; nothing where nobody could answer."""
    return None if sys.stdin.isatty() else subprocess.DEVNULL


def main() -> int:
    """The command line; returns the exit code."""
    parser = argparse.ArgumentParser(prog="script/setup", description=__doc__.splitlines()[0])
    parser.add_argument("--tests", action="store_true", help="also what the tests need")
    try:
        set_up(tests=parser.parse_args().tests)
    except SetUpError as error:
        print(error, file=sys.stderr)
        return 1
    say("Everything is set up.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
