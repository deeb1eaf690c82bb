"""Previews: pictures of the first pages of an original, made by a worker."""

import json
import logging
import os
import subprocess
import sys
import tempfile
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from core import files, journal
from core.drawing import MAX_COLUMNS, MAX_ROWS, Drawn, Order
from core.models import PreviewPage, StoredFile

# Over the processor time that the drawing gives itself: a busy machine makes it wait.
SECONDS = 150

_log = logging.getLogger(__name__)


class DrawingFailed(Exception):
    """The original cannot be drawn, however often one tries."""


def make(stored_file_id: int) -> None:
    """Draw a file's preview and record it; again, it changes nothing.

    A file that cannot be drawn is marked as such and raises nothing.

    Raises:
        OSError, django.db.Error: the machine failed, and another try may work.
    """
    stored = StoredFile.objects.get(pk=stored_file_id)
    if stored.preview == StoredFile.Preview.READY:
        return
    with tempfile.TemporaryDirectory(prefix="preview-") as folder:
        try:
            drawn = _draw(stored, folder)
        except DrawingFailed as failure:
            _log.warning("no preview of file %s: %s", stored.pk, failure)
            give_up(stored_file_id)
            return
        pages = [
            PreviewPage(
                file=stored, number=number, image=_kept(stored, folder, number), width=w, height=h
            )
            for number, (w, h) in enumerate(drawn.sizes, start=1)
        ]
    _record(stored, drawn, pages)


def give_up(stored_file_id: int) -> None:
    """Say that a file has no preview."""
    with journal.act("files.preview"):
        StoredFile.objects.filter(pk=stored_file_id).update(preview=StoredFile.Preview.FAILED)


def _kept(stored: StoredFile, folder: str, number: int) -> str:
    content = (Path(folder) / f"{number}.webp").read_bytes()
    shelf = f"{files.PREVIEWS}/{stored.sha256[:2]}"
    own = sha256(content).hexdigest()[:16]
    return files.keep(f"{shelf}/{stored.sha256}-{own}.webp", [content])


def _record(stored: StoredFile, drawn: Drawn, pages: list[PreviewPage]) -> None:
    with journal.act("files.preview"):
        StoredFile.objects.select_for_update().get(pk=stored.pk)
        stored.pages.all().delete()
        PreviewPage.objects.bulk_create(pages)
        StoredFile.objects.filter(pk=stored.pk).update(
            preview=StoredFile.Preview.READY, page_count=drawn.page_count
        )


def _draw(stored: StoredFile, folder: str) -> Drawn:
    """Draw in a process of its own, which gets no secret of this one's environment."""
    with translation.override("vi"):
        order = Order(
            stored.media_type,
            stored.file.path,
            folder,
            cut=_("The preview ends here; the file goes on."),
            sheet_cut=_(
                "The preview shows at most %(max_rows)s rows and %(max_columns)s columns; the "
                "sheet has %%(rows)s rows and %%(columns)s columns."
            )
            % {"max_rows": MAX_ROWS, "max_columns": MAX_COLUMNS},
        )
    kept = {key: os.environ[key] for key in ("PATH", "HOME", "TMPDIR") if key in os.environ}
    try:
        answer = subprocess.run(
            [sys.executable, "-m", "core.drawing"],
            input=json.dumps(asdict(order)),
            capture_output=True,
            text=True,
            check=True,
            cwd=settings.BASE_DIR,
            env={**kept, "LANG": "C.UTF-8"},
            timeout=SECONDS,
        ).stdout
    except subprocess.TimeoutExpired as error:
        raise DrawingFailed(f"not done after {SECONDS} s") from error
    except subprocess.CalledProcessError as error:
        last = (error.stderr.strip().splitlines() or ["killed"])[-1]
        raise DrawingFailed(f"exit {error.returncode}: {last[:300]}") from error
    said = json.loads(answer)
    return Drawn(said["page_count"], [(width, height) for width, height in said["sizes"]])
