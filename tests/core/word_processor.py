"""What a word processor makes of the .docx files: LibreOffice writes them as PDF."""

import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

needs_libreoffice = pytest.mark.skipif(
    shutil.which("soffice") is None, reason="LibreOffice is not installed"
)


def converted(files: Mapping[str, bytes], folder: Path) -> dict[str, bytes]:
    """The PDF file of each .docx file, all made at once: it is starting that takes long.

    Args:
        files: by names without ending.
        folder: an empty one; LibreOffice keeps its profile there, too.
    """
    sources = []
    for name, content in files.items():
        sources.append(folder / f"{name}.docx")
        sources[-1].write_bytes(content)
    profile = f"-env:UserInstallation=file://{folder}/profile"
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder)]
    subprocess.run([*command, *map(str, sources)], check=True, capture_output=True)
    return {name: (folder / f"{name}.pdf").read_bytes() for name in files}
