"""The arrows between the apps, and between the layers inside each."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

APPS = ("core", "accounts", "units", "campaign", "criteria", "awards", "reports")


def lint(root: Path) -> subprocess.CompletedProcess[str]:
    """Check the import contracts of pyproject.toml in the tree at `root`."""
    return subprocess.run(
        [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The apps' code in a place where it may be broken."""
    for app in APPS:
        shutil.copytree(
            settings.BASE_DIR / app, tmp_path / app, ignore=shutil.ignore_patterns("data")
        )
    shutil.copy(settings.BASE_DIR / "pyproject.toml", tmp_path)
    return tmp_path


def test_no_import_goes_against_the_arrows() -> None:
    checked = lint(settings.BASE_DIR)
    assert checked.returncode == 0, checked.stdout


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("core/periods.py", "from units import models\n"),
        ("units/queries.py", "from criteria import models as too_far\n"),
        ("criteria/models/sets.py", "from criteria import assessing\n"),
        ("criteria/engine.py", "from criteria.models import Criterion\n"),
    ],
)
def test_an_import_against_the_arrows_is_caught(copy: Path, module: str, line: str) -> None:
    path = copy / module
    path.write_text(path.read_text() + line)
    checked = lint(copy)
    assert checked.returncode == 1, checked.stdout
    assert "BROKEN" in checked.stdout
