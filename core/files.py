"""Uploaded originals: recognised by their content, kept once, delivered only as attachment.

What an upload calls itself proves nothing. It is taken only where its name's ending, its first
bytes and what a reader of that format finds in it all agree; it is kept under its SHA-256, so that
no name of a user ever becomes a path, and handed out in a way that no browser runs it.

Whether a person may add or see a file is for the caller to decide.
"""

import contextlib
import datetime
import hashlib
import os
import tempfile
import threading
import time
import unicodedata
import warnings
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any, BinaryIO, cast

import pypdfium2
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import FileResponse
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.translation import gettext as _
from PIL import Image
from procrastinate.contrib.django import app

from core.drawing import MAX_PIXELS
from core.journal import HasKey
from core.models import PreviewPage, StoredFile

ORIGINALS = "originals"
PREVIEWS = "previews"
LONGEST_ENDING = 10
LONGEST_NAME = 200  # bytes before the ending; file systems take 255
MAX_ZIP_ENTRIES = 5_000
MAX_UNZIPPED_BYTES = 200 * 1024 * 1024
SWEPT_AFTER = 24 * 60 * 60  # seconds
WAITS_FOR = datetime.timedelta(days=1)  # a form that comes back keeps its upload for so long
_CHUNK = 64 * 1024
_PDF_TAIL = 1024  # readers look for the end mark in this many last bytes

# Pillow's own guard against pictures that unpack to more than memory holds, made an error.
Image.MAX_IMAGE_PIXELS = MAX_PIXELS
warnings.simplefilter("error", Image.DecompressionBombWarning)

# PDFium keeps global state and may be called by one thread at a time.
_pdfium = threading.Lock()


class FileRefused(ValidationError):
    """An upload that is not taken; the message tells the person why and what to do."""


@dataclass(frozen=True)
class Kind:
    """One kind of file that is taken.

    Attributes:
        label: what people call it; also the ending of its names.
        media_type: what it is delivered as.
        signature: its first bytes.
        check: opens the content for real; raises FileRefused, or anything where it is damaged.
    """

    label: str
    media_type: str
    signature: bytes
    check: Callable[[BinaryIO], None]


def store(upload: "UploadedFile[Any]", user: HasKey) -> StoredFile:
    """Take an upload: check it, keep its bytes, record it, and order its preview.

    Call it inside `journal.act`. The bytes are written before the row: a transaction that is
    rolled back leaves at most bytes that nothing refers to, and `sweep` removes those.

    Raises:
        FileRefused: with the sentence for the person.
    """
    name = clean_name(upload.name or "")
    kind = recognise(upload, name)
    content = cast(BinaryIO, upload.file)
    digest = _digest(content)
    stored = StoredFile.objects.create(
        name=name,
        file=keep(f"{ORIGINALS}/{digest[:2]}/{digest}", _chunks(content)),
        media_type=kind.media_type,
        size=content.seek(0, os.SEEK_END),
        sha256=digest,
        uploaded_by_id=user.pk,
    )
    # By name, because the task's module imports this one.
    app.configure_task("core.make_previews").defer(stored_file_id=stored.pk)
    return stored


def destroy(stored: StoredFile) -> None:
    """Remove an upload with its preview for good, its bytes when this transaction is committed.

    Call it inside `journal.act`, once no record holds the upload any more. Bytes that another
    upload shares stay.

    Raises:
        django.db.models.ProtectedError: a record holds it still.
    """
    names = [stored.file.name, *stored.pages.values_list("image", flat=True)]
    digest = stored.sha256
    stored.pages.all().delete()
    stored.delete()

    def remove_bytes() -> None:
        if not StoredFile.objects.filter(sha256=digest).exists():
            for name in names:
                default_storage.delete(str(name))

    transaction.on_commit(remove_bytes)


def waiting(pk: int) -> StoredFile | None:
    """An upload that waits for its form to be complete; None where it has waited too long.

    A form takes what it kept from here, so that no record takes hold of an upload that
    core.abandoned removes at that moment.
    """
    return StoredFile.objects.filter(pk=pk, uploaded_at__gt=timezone.now() - WAITS_FOR).first()


def attachment(stored: StoredFile) -> FileResponse:
    """The original, streamed, to be saved and never to be shown by the browser."""
    response = FileResponse(
        stored.file.open("rb"),
        as_attachment=True,
        filename=stored.name,
        content_type=stored.media_type,
    )
    response["Cache-Control"] = "private, no-store"
    return _harmless(response)


def picture(page: PreviewPage) -> FileResponse:
    """The picture of one page, streamed, to be shown in a page of the portal."""
    response = FileResponse(page.image.open("rb"), content_type="image/webp")
    # A picture of an original never changes; whether one may see it may, so not for long.
    response["Cache-Control"] = "private, max-age=600"
    return _harmless(response)


def _harmless(response: FileResponse) -> FileResponse:
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


# Names


def clean_name(name: str) -> str:
    """The name as it is shown and delivered: composed, without path, tricks or excess.

    Control and format characters go (among them those that turn the direction of writing, by
    which `gpj.exe` is made to look like `exe.jpg`), what some system forbids in names becomes `_`.
    """
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    visible = "".join(
        " " if unicodedata.category(letter) in ("Zs", "Zl", "Zp") else letter
        for letter in last
        if unicodedata.category(letter) not in ("Cc", "Cf", "Cs", "Co", "Cn")
    )
    allowed = "".join("_" if letter in '<>:"|?*' else letter for letter in visible)
    stem, dot, ending = " ".join(allowed.split()).rstrip(". ").rpartition(".")
    if not dot:
        stem, ending = ending, ""
    short = stem.encode()[:LONGEST_NAME].decode(errors="ignore").strip(". ")
    return f"{short or _('file')}{dot}{ending[:LONGEST_ENDING]}"


# Content


def recognise(upload: "UploadedFile[Any]", name: str) -> Kind:
    """What the upload is: by its ending, its size, its first bytes, and opening it.

    Raises:
        FileRefused: it is none of the kinds that are taken, or not what it calls itself.
    """
    kind = KINDS.get(PurePath(name).suffix.lower())
    if kind is None:
        raise _refusal(
            "kind", _("“%(name)s” cannot be taken: only pdf, png, jpg, docx and xlsx files."), name
        )
    content = cast(BinaryIO, upload.file)
    _check_size(content.seek(0, os.SEEK_END), name)
    content.seek(0)
    if content.read(len(kind.signature)) != kind.signature:
        raise _other_content(kind, name)
    try:
        content.seek(0)
        _check_single_nature(content, kind)
        content.seek(0)
        kind.check(content)
    except _Refused as refused:
        raise _refusal(refused.code, refused.sentence, name) from refused
    except Exception as error:  # a reader of hostile bytes raises anything
        raise _refusal(
            "damaged",
            _("“%(name)s” is damaged or cut off: it cannot be opened. Make or scan it again."),
            name,
        ) from error
    return kind


class _Refused(Exception):
    """A check's refusal, before the file's name is put into its sentence."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(code)
        self.code = code
        self.sentence = sentence


def _refusal(code: str, sentence: str, name: str, **details: str) -> FileRefused:
    return FileRefused(sentence, code=code, params={"name": name, **details})


def _other_content(kind: Kind, name: str) -> FileRefused:
    if kind.signature == _ZIP:
        sentence = _(
            "“%(name)s” is not a %(kind)s file: it is protected by a password, in an older format, "
            "or something else. Save it as %(kind)s without a password."
        )
    else:
        sentence = _("“%(name)s” is not a %(kind)s file, although its name says so.")
    return _refusal("content", sentence, name, kind=kind.label)


def _check_size(size: int, name: str) -> None:
    if size == 0:
        raise _refusal("empty", _("“%(name)s” is empty."), name)
    if size > settings.EVIDENCE_MAX_BYTES:
        raise _refusal(
            "size",
            _("“%(name)s” is too large: %(size)s, at most %(limit)s can be taken."),
            name,
            size=filesizeformat(size),
            limit=filesizeformat(settings.EVIDENCE_MAX_BYTES),
        )


def _check_single_nature(content: BinaryIO, kind: Kind) -> None:
    """Refuse what is two kinds at once: each reader would see another file."""
    also_pdf = kind.signature != _PDF and _PDF in content.read(1024)
    also_zip = kind.signature != _ZIP and _is_archive(content)
    if also_pdf or also_zip:
        raise _Refused(
            "polyglot", _("“%(name)s” holds a second file of another kind. Save or scan it anew.")
        )


def _is_archive(content: BinaryIO) -> bool:
    try:
        with zipfile.ZipFile(content):
            return True
    except zipfile.BadZipFile:
        return False


def _check_pdf(content: BinaryIO) -> None:
    content.seek(0, os.SEEK_END)
    content.seek(max(0, content.tell() - _PDF_TAIL))
    if b"%%EOF" not in content.read():
        raise ValueError("no end mark")
    content.seek(0)
    try:
        with opened_pdf(content) as document:
            document[0].close()
    except pypdfium2.PdfiumError as error:
        if error.err_code != pypdfium2.raw.FPDF_ERR_PASSWORD:
            raise
        # A file that only forbids printing or copying opens without a password, and is taken.
        raise _Refused(
            "password",
            _("“%(name)s” opens only with a password. Send it without one."),
        ) from error


@contextlib.contextmanager
def opened_pdf(source: bytes | BinaryIO) -> Iterator[pypdfium2.PdfDocument]:
    """A PDF file, read by one thread at a time.

    Raises pypdfium2.PdfiumError: it cannot be opened.
    """
    with _pdfium, contextlib.closing(pypdfium2.PdfDocument(source)) as document:
        yield document


def _check_png(content: BinaryIO) -> None:
    with _opened_picture(content, "PNG") as image:
        image.verify()  # reads to the end and checks each piece


def _check_jpeg(content: BinaryIO) -> None:
    with _opened_picture(content, "JPEG") as image:
        image.draft("RGB", (1, 1))  # an eighth of the size: sees a cut-off end in little memory
        image.load()


@contextlib.contextmanager
def _opened_picture(content: BinaryIO, format_: str) -> Iterator[Image.Image]:
    try:
        image = Image.open(content, formats=[format_])
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise _Refused(
            "pixels",
            _("“%(name)s” has too many pixels. Make the picture smaller or scan it coarser."),
        ) from error
    with image:
        yield image


def _check_docx(content: BinaryIO) -> None:
    _check_office(content, "word/document.xml", b"wordprocessingml.document.main+xml")


def _check_xlsx(content: BinaryIO) -> None:
    _check_office(content, "xl/workbook.xml", b"spreadsheetml.sheet.main+xml")


def _check_office(content: BinaryIO, main_part: str, main_type: bytes) -> None:
    with zipfile.ZipFile(content) as archive:
        entries = archive.infolist()
        names = {entry.filename for entry in entries}
        _check_unpacked_size(entries)
        types = archive.read("[Content_Types].xml")
        if b"macroEnabled" in types or any(n.lower().endswith("vbaproject.bin") for n in names):
            raise _Refused(
                "macros", _("“%(name)s” contains macros. Save it without macros and send it again.")
            )
        if main_part not in names or main_type not in types:
            raise _Refused(
                "content", _("“%(name)s” does not hold the kind of document that its name says.")
            )
        if archive.testzip() is not None:
            raise ValueError("a part of the archive is damaged")


def _check_unpacked_size(entries: list[zipfile.ZipInfo]) -> None:
    """Believes the archive's own figures; reading it afterwards fails where they were lies."""
    unpacked = sum(entry.file_size for entry in entries)
    if len(entries) > MAX_ZIP_ENTRIES or unpacked > MAX_UNZIPPED_BYTES:
        raise _Refused(
            "bomb",
            _("“%(name)s” unpacks to more than can be taken. Remove pictures or sheets from it."),
        )


_PDF = b"%PDF-"
_ZIP = b"PK\x03\x04"
_JPEG = Kind("jpg", "image/jpeg", b"\xff\xd8\xff", _check_jpeg)
_OPENXML = "application/vnd.openxmlformats-officedocument"
KINDS = {
    ".pdf": Kind("pdf", "application/pdf", _PDF, _check_pdf),
    ".png": Kind("png", "image/png", b"\x89PNG\r\n\x1a\n", _check_png),
    ".jpg": _JPEG,
    ".jpeg": _JPEG,
    ".docx": Kind("docx", f"{_OPENXML}.wordprocessingml.document", _ZIP, _check_docx),
    ".xlsx": Kind("xlsx", f"{_OPENXML}.spreadsheetml.sheet", _ZIP, _check_xlsx),
}


# On disk


def _digest(content: BinaryIO) -> str:
    digest = hashlib.sha256()
    for chunk in _chunks(content):
        digest.update(chunk)
    return digest.hexdigest()


def _chunks(content: BinaryIO) -> Iterator[bytes]:
    content.seek(0)
    while chunk := content.read(_CHUNK):
        yield chunk


def keep(name: str, chunks: Iterable[bytes]) -> str:
    """Write a file whose name is made from its content, or see that it is there; gives the name.

    It appears whole or not at all, and is on the disk before anything refers to it.
    """
    path = Path(default_storage.path(name))
    with contextlib.suppress(FileNotFoundError):
        os.utime(path)  # young again: `sweep` leaves it alone until the row is there
        return name
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", delete=False) as file:
        try:
            for chunk in chunks:
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
            Path(file.name).replace(path)
        except BaseException:
            Path(file.name).unlink()
            raise
    _sync_folder(path.parent)
    return name


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def damaged() -> Iterator[StoredFile]:
    """The uploads of which the bytes are gone, or are not those that were uploaded."""
    for stored in StoredFile.objects.order_by("pk").iterator():
        try:
            with stored.file.open() as content:
                intact = _digest(cast(BinaryIO, content)) == stored.sha256
        except FileNotFoundError:
            intact = False
        if not intact:
            yield stored


def sweep(*, older_than: int = SWEPT_AFTER) -> int:
    """Remove files that no row refers to and nothing has touched lately; gives their number.

    Args:
        older_than: seconds since the last touch.
    """
    removed = 0
    for folder in (ORIGINALS, PREVIEWS):
        for shelf in sorted(Path(default_storage.path(folder)).glob("*")):
            removed += sum(_discard(path, older_than) for path in _unreferenced(shelf))
    return removed


def _unreferenced(shelf: Path) -> list[Path]:
    """Files of a shelf (named by the first two digits) whose digest no row has."""
    rows = StoredFile.objects.filter(sha256__startswith=shelf.name)
    known = set(rows.values_list("sha256", flat=True))
    return [path for path in sorted(shelf.iterdir()) if path.name[:64] not in known]


def _discard(path: Path, older_than: int) -> bool:
    """Remove the file unless it is young; taken aside first, as `keep` may just want it."""
    aside = path.with_name(f".swept-{path.name}"[:255])
    try:
        if time.time() - path.stat().st_mtime < older_than:
            return False
        path.rename(aside)
    except FileNotFoundError:  # it was half written by `keep` when the shelf was read
        return False
    if time.time() - aside.stat().st_mtime < older_than:
        aside.rename(path)
        return False
    aside.unlink()
    return True
