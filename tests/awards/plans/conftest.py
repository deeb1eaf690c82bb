"""A copy of the project's plan files that a test may break."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from awards.plans.checks import PLANS, SOURCES, PlanFilesRefused, read_plans


@dataclass(frozen=True)
class Copy:
    """The plan files and source texts of the project, in a directory of the test."""

    plans: Path
    sources: Path

    def edit(self, file: str, old: str, new: str) -> int:
        """Write `new` for the only `old` in a plan file; the line on which `new` begins."""
        path = self.plans / file
        text = path.read_text("utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file}"
        path.write_text(text.replace(old, new), "utf-8")
        return text[: text.index(old)].count("\n") + 1

    def append(self, file: str, lines: str) -> int:
        """Add lines at the end of a plan file; the number of the first."""
        path = self.plans / file
        text = path.read_text("utf-8")
        path.write_text(text + lines, "utf-8")
        return text.count("\n") + 1

    def faults(self) -> list[str]:
        """What is said against the files, `file:line: reason` each; nothing if they are good."""
        try:
            read_plans(self.plans, self.sources)
        except PlanFilesRefused as refused:
            return [str(fault) for fault in refused.faults]
        return []


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    """The project's files, good as they are."""
    return Copy(
        Path(shutil.copytree(PLANS, tmp_path / "plans")),
        Path(shutil.copytree(SOURCES, tmp_path / "sources")),
    )
