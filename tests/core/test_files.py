"""Uploads that are what they say: taken, kept once, handed out safely."""

import hashlib
import os
import time
import unicodedata
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile
from django.db import transaction
from django.db.utils import DatabaseError
from django.utils import translation
from procrastinate.contrib.django.models import ProcrastinateJob

from core import files, journal
from core.models import PreviewPage, StoredFile
from tests import factories
from tests.core import originals

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_media(tmp_path, settings):
    settings.MEDIA_ROOT = str(tmp_path)


def upload(content: bytes, name: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def store(content: bytes, name: str, user=None) -> StoredFile:
    with journal.act("test"):
        return files.store(upload(content, name), user or factories.user())


def on_disk() -> list[Path]:
    return sorted(p for p in Path(default_storage.location).rglob("*") if p.is_file())


@pytest.mark.parametrize("ending", originals.one_of_each())
def test_each_kind_is_taken(ending):
    content = originals.one_of_each()[ending]
    person = factories.user()

    stored = store(content, f"Minh chứng.{ending}", person)

    stored.refresh_from_db()
    assert stored.name == f"Minh chứng.{ending}"
    assert stored.media_type == files.KINDS[f".{ending}"].media_type
    assert stored.size == len(content)
    assert stored.sha256 == hashlib.sha256(content).hexdigest()
    assert stored.uploaded_by == person
    assert stored.preview == StoredFile.Preview.WAITING
    assert stored.file.name == f"originals/{stored.sha256[:2]}/{stored.sha256}"
    assert stored.file.read() == content
    stored.file.close()


def test_ending_may_be_in_capitals():
    assert store(originals.pdf(), "QUYET DINH.PDF").media_type == "application/pdf"


def test_large_upload_that_django_keeps_in_a_file_is_taken():
    content = originals.pdf()
    person = factories.user()
    with TemporaryUploadedFile("scan.pdf", "application/pdf", len(content), None) as big:
        big.write(content)
        with journal.act("test"):
            stored = files.store(big, person)

    assert Path(stored.file.path).read_bytes() == content


def test_the_browsers_type_is_not_believed():
    lying = SimpleUploadedFile("a.pdf", originals.pdf(), content_type="text/html")
    person = factories.user()
    with journal.act("test"):
        assert files.store(lying, person).media_type == "application/pdf"


def test_same_bytes_are_kept_once_and_recorded_twice():
    first = store(originals.pdf(), "Bản một.pdf")
    second = store(originals.pdf(), "Bản hai.pdf")

    assert first.pk != second.pk
    assert [p.name for p in on_disk()] == [first.sha256]
    assert StoredFile.objects.filter(sha256=first.sha256).count() == 2


def test_a_preview_is_ordered_with_the_file():
    stored = store(originals.pdf(), "a.pdf")

    jobs = ProcrastinateJob.objects.values_list("task_name", "queue_name", "args")
    assert list(jobs) == [("core.make_previews", "previews", {"stored_file_id": stored.pk})]


def test_upload_that_is_rolled_back_leaves_no_row_and_no_job():
    person = factories.user()

    def stores_and_fails():
        with journal.act("test"):
            files.store(upload(originals.pdf(), "a.pdf"), person)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        stores_and_fails()

    assert not StoredFile.objects.exists()
    assert not ProcrastinateJob.objects.exists()


def test_upload_outside_an_act_is_refused():
    person = factories.user()
    with pytest.raises(DatabaseError, match="without an act"), transaction.atomic():
        files.store(upload(originals.pdf(), "a.pdf"), person)


def test_original_cannot_be_changed():
    stored = store(originals.pdf(), "a.pdf")
    rows = StoredFile.objects.filter(pk=stored.pk)

    for change in ({"sha256": "0" * 64}, {"name": "b.pdf"}, {"file": "x"}, {"size": 1}):
        with (
            pytest.raises(DatabaseError, match="Cannot update"),
            transaction.atomic(),
            journal.act("test"),
        ):
            rows.update(**change)
    with journal.act("test"):
        assert rows.update(preview=StoredFile.Preview.READY) == 1


# Delivery


def body(response) -> bytes:
    content = b"".join(response.streaming_content)
    response.close()
    return content


def test_original_is_handed_out_as_attachment_that_no_browser_runs():
    stored = store(originals.pdf(), "Quyết định số 1.pdf")

    response = files.attachment(stored)

    assert response.streaming
    assert response["Content-Disposition"] == (
        "attachment; filename*=utf-8''Quy%E1%BA%BFt%20%C4%91%E1%BB%8Bnh%20s%E1%BB%91%201.pdf"
    )
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Length"] == str(stored.size)
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "sandbox"
    assert response["Cache-Control"] == "private, no-store"
    assert body(response) == originals.pdf()


def test_quotes_in_a_name_cannot_leave_their_header():
    stored = store(originals.pdf(), 'a";filename=b.exe;".pdf')

    response = files.attachment(stored)

    assert response["Content-Disposition"] == 'attachment; filename="a_;filename=b.exe;_.pdf"'
    response.close()


def test_picture_of_a_page_is_shown_inline():
    stored = store(originals.pdf(), "a.pdf")
    content = originals.image("WEBP")
    name = files.keep("previews/ab/page.webp", [content])
    page = PreviewPage.objects.create(file=stored, number=1, image=name, width=60, height=40)

    response = files.picture(page)

    assert response["Content-Type"] == "image/webp"
    assert response["Content-Disposition"] == 'inline; filename="page.webp"'
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "sandbox"
    assert body(response) == content


# Names


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("Báo cáo.pdf", "Báo cáo.pdf"),
        (unicodedata.normalize("NFD", "Quyết định.pdf"), "Quyết định.pdf"),
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\Hoa\\Minh chứng.docx", "Minh chứng.docx"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie_ x.pdf"),
        ("ảnh\u202egpj.exe.pdf", "ảnhgpj.exe.pdf"),
        ("a\u200bb\u00a0 \t c.pdf", "ab c.pdf"),
        ("a\x00.pdf", "a.pdf"),
        ('<b>"x"?*|.pdf', "_b__x____.pdf"),
        ("...pdf", "file.pdf"),
        (".pdf", "file.pdf"),
        ("..", "file"),
        ("", "file"),
        ("pdf", "pdf"),
        ("a.pdf. . ", "a.pdf"),
    ],
)
def test_names_are_cleaned(given, shown):
    with translation.override("en"):
        assert files.clean_name(given) == shown


def test_name_of_300_letters_is_shortened_and_keeps_its_ending():
    cleaned = files.clean_name("ế" * 300 + ".pdf")

    assert cleaned == "ế" * 66 + ".pdf"
    assert len(cleaned.encode()) < 255


def test_name_of_an_upload_never_becomes_a_path():
    stored = store(originals.pdf(), "../../../../tmp/x.pdf")

    assert stored.name == "x.pdf"
    assert on_disk() == [
        Path(default_storage.location, "originals", stored.sha256[:2], stored.sha256)
    ]


# Clean-up


def age(path: Path, days: int) -> None:
    then = time.time() - days * 86_400
    os.utime(path, (then, then))


def test_sweep_removes_old_files_that_nothing_refers_to():
    kept = store(originals.pdf(), "kept.pdf")
    old, young = "originals/ab/ab" + "0" * 62, "previews/ab/ab" + "1" * 62 + "-x.webp"
    for name in (old, young):
        files.keep(name, [b"x"])
    age(Path(kept.file.path), 9)
    age(Path(default_storage.path(old)), 2)

    assert files.sweep() == 1

    assert on_disk() == sorted([Path(kept.file.path), Path(default_storage.path(young))])
    assert files.sweep() == 0


def test_sweep_passes_over_what_is_gone_when_it_looks():
    kept = "originals/ab/ab" + "0" * 62
    files.keep(kept, [b"x"])
    age(Path(default_storage.path(kept)), 2)
    # A name that is listed and cannot be found: like the one of an upload that has just finished.
    gone = Path(default_storage.path(kept)).with_name(".tmp-of-an-upload")
    gone.symlink_to("finished-meanwhile")

    assert files.sweep() == 1


def test_bytes_uploaded_again_are_young_again():
    lost = "originals/ab/ab" + "0" * 62
    files.keep(lost, [b"x"])
    age(Path(default_storage.path(lost)), 2)

    files.keep(lost, [b"x"])

    assert files.sweep() == 0


def test_file_that_fails_while_it_is_written_leaves_nothing():
    def breaks():
        yield b"x"
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        files.keep("originals/ab/cd", breaks())

    assert on_disk() == []
